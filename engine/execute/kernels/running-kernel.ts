/** What a kernel at work looks like: elements are pushed in, and it pushes its results on. */
import type { PassMemory } from "../memory/pass-memory.js";

export type Emit = (element: unknown) => void;

export type EmitPair = (key: unknown, value: unknown) => void;

export interface RunningKernel {
  push(element: unknown): void;
  /** The same for a pair whose parts come apart. */
  pushPair?: EmitPair;
  /** All input has come: emits what had to wait for that, and pauses where the emitted may leave. */
  end(): Iterable<void>;
}

/** A kernel over the elements of several inputs, which come one after the other. */
export interface RunningInputsKernel {
  /** The inputs in the order in which they are wanted. */
  readonly order: readonly number[];
  push(input: number, element: unknown): void;
  end(): Iterable<void>;
}

/** Where a kernel works. */
export interface KernelPlace {
  readonly partition: number;
  readonly memory: PassMemory;
  /** What the kernel may hold, as estimated. */
  readonly heldBytes: number;
  /** No further input is needed. */
  enough(): void;
  /** Notes that this kernel threw, unless one behind it did; returns what was thrown. */
  blame(thrown: unknown): unknown;
}

const nothing: readonly [] = [];

/** A kernel that keeps nothing back. */
export const passing = (push: Emit): RunningKernel => ({ push, end: () => nothing });

/** Emitting pauses after so many elements. */
export const beat = 1024;

/** Emits elements with pauses. */
export function* emitAll(elements: Iterable<unknown>, emit: Emit): Iterable<void> {
  let untilPause = beat;
  for (const element of elements) {
    emit(element);
    if (--untilPause > 0) continue;
    yield;
    untilPause = beat;
  }
}
