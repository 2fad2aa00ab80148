/**
 * Consecutive kernels into which elements are pushed, fused: a chain of small functions without lists in between. The
 * first of them may gather several inputs.
 */
import type { AnyKernel } from "../../plan/kernel.js";
import type { PassMemory } from "../memory/pass-memory.js";
import type { Emit, EmitPair, KernelPlace, RunningInputsKernel, RunningKernel } from "./running-kernel.js";
import {
  isHolding,
  type PushedInputsKernel,
  type PushedKernel,
  startInputsKernel,
  startKernel,
} from "./start-kernel.js";

/** What all kernels of a pass share. */
export interface PassPlace {
  readonly partition: number;
  readonly inputs: number;
  readonly memory: PassMemory;
  /** What each kernel that holds elements may hold. */
  readonly heldBytes: number;
  /** The step that threw, once one has. */
  failedStep: number | null;
}

export function passPlace(
  steps: readonly AnyKernel[],
  place: Pick<PassPlace, "partition" | "inputs" | "memory">,
): PassPlace {
  const holders = steps.filter(isHolding).length;
  return { ...place, heldBytes: place.memory.share(Math.max(1, holders)), failedStep: null };
}

/** Notes which step threw; one that is further in noted it before. */
export function blame(place: PassPlace, step: number, thrown: unknown): unknown {
  place.failedStep ??= step;
  return thrown;
}

const isInputsKernel = (kernel: AnyKernel | undefined): kernel is PushedInputsKernel =>
  kernel?.op === "cogroup" || kernel?.op === "join";

const onlyInput: readonly number[] = [0];

export class Section {
  readonly #place: PassPlace;
  readonly #first: number;
  readonly #head: RunningInputsKernel | null;
  readonly #kernels: RunningKernel[] = [];
  readonly #push: Emit;
  /** The last step that needs no further input; -1: all do. */
  #stoppedAt = -1;

  /** `first` is the index of the first step among those of the pass. */
  constructor(steps: readonly AnyKernel[], first: number, emit: Emit, place: PassPlace) {
    this.#place = place;
    this.#first = first;
    const [head] = steps;
    const pushed = isInputsKernel(head) ? steps.slice(1) : steps;
    let push = emit;
    for (let i = pushed.length - 1; i >= 0; i--) {
      const kernelPlace = this.#placeOf(first + steps.length - pushed.length + i);
      const kernel = this.#start(() => startKernel(pushed[i] as PushedKernel, push, kernelPlace), kernelPlace);
      this.#kernels.unshift(kernel);
      push = kernel.push;
    }
    this.#push = push;
    const headPlace = this.#placeOf(first);
    this.#head = isInputsKernel(head)
      ? this.#start(() => startInputsKernel(head, push, headPlace, place.inputs), headPlace)
      : null;
  }

  #start<T>(start: () => T, kernelPlace: KernelPlace): T {
    try {
      return start();
    } catch (thrown) {
      throw kernelPlace.blame(thrown);
    }
  }

  #placeOf(step: number): KernelPlace {
    const { partition, memory, heldBytes } = this.#place;
    return {
      partition,
      memory,
      heldBytes,
      enough: () => {
        this.#stoppedAt = Math.max(this.#stoppedAt, step);
      },
      blame: (thrown) => blame(this.#place, step, thrown),
    };
  }

  /** No further input is needed. */
  get isStopped(): boolean {
    return this.#stoppedAt >= 0;
  }

  /** The inputs in the order in which they are wanted. */
  get order(): readonly number[] {
    return this.#head?.order ?? onlyInput;
  }

  /** Where pairs go whose parts come apart, if the first kernel takes them so. */
  get pushPair(): EmitPair | undefined {
    return this.#head === null ? this.#kernels[0]?.pushPair : undefined;
  }

  /** Where the elements of an input go. */
  pushOf(input: number): Emit {
    const head = this.#head;
    if (head === null) return this.#push;
    return (element) => {
      try {
        head.push(input, element);
      } catch (thrown) {
        throw blame(this.#place, this.#first, thrown);
      }
    };
  }

  /** All input has come; pauses where what was emitted may leave. */
  *end(): Iterable<void> {
    const head = this.#head;
    if (head) yield* this.#endOf(head, this.#first);
    const first = this.#first + (head ? 1 : 0);
    for (const [i, kernel] of this.#kernels.entries()) yield* this.#endOf(kernel, first + i);
  }

  *#endOf(kernel: RunningKernel | RunningInputsKernel, step: number): Iterable<void> {
    if (this.#stoppedAt > step) return;
    try {
      for (const _ of kernel.end()) {
        yield;
        if (this.#stoppedAt > step) return;
      }
    } catch (thrown) {
      throw blame(this.#place, step, thrown);
    }
  }
}
