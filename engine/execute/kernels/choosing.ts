/** Kernels that let some elements through. */
import { KeyPlaces } from "../../data/key-places.js";
import { compareKeys } from "../../data/ordering.js";
import { nextDouble, seedOf } from "../../data/random/java-random.js";
import { poissonVariables } from "../../data/random/poisson.js";
import {
  bernoulliSampler,
  cellSampler,
  partitionSeed,
  poissonSampler,
  type Sampler,
} from "../../data/random/samplers.js";
import { XorShiftRandom } from "../../data/random/xorshift-random.js";
import type { Kernel } from "../../plan/kernel.js";
import { HeldBytes } from "../memory/held-bytes.js";
import { elementsOf, functionOf, pairOf, shortForm, userError } from "./functions.js";
import { type Emit, emitAll, type KernelPlace, passing, type RunningKernel } from "./running-kernel.js";

type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;

export function take({ count }: KernelOf<"take">, emit: Emit, { enough }: KernelPlace): RunningKernel {
  let left = count;
  if (left === 0) enough();
  return passing((element) => {
    if (left <= 0) return;
    left -= 1;
    emit(element);
    if (left === 0) enough();
  });
}

/** One of the elements held: of equal keys the one that came first is better. */
interface Candidate {
  readonly key: unknown;
  readonly place: number;
  readonly element: unknown;
}

type Worse = (left: Candidate, right: Candidate) => boolean;

/** The best so far, the worst of them on top. */
class Best {
  readonly #heap: Candidate[] = [];
  readonly #count: number;
  readonly #worse: Worse;

  constructor(count: number, worse: Worse) {
    this.#count = count;
    this.#worse = worse;
  }

  /** Whether it was good enough. */
  add(candidate: Candidate): boolean {
    const heap = this.#heap;
    if (heap.length < this.#count) {
      heap.push(candidate);
      this.#up(heap.length - 1);
      return true;
    }
    if (!this.#worse(heap[0] as Candidate, candidate)) return false;
    heap[0] = candidate;
    this.#down();
    return true;
  }

  ordered(): Candidate[] {
    return this.#heap.sort((left, right) => (this.#worse(right, left) ? -1 : 1));
  }

  #up(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(heap[at] as Candidate, heap[parent] as Candidate)) return;
      [heap[at], heap[parent]] = [heap[parent] as Candidate, heap[at] as Candidate];
      at = parent;
    }
  }

  #down(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#worse(heap[child] as Candidate, heap[worst] as Candidate)) worst = child;
      }
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst] as Candidate, heap[at] as Candidate];
      at = worst;
    }
  }
}

const candidateBytes = 64;

export function takeOrdered(kernel: KernelOf<"takeOrdered">, emit: Emit, place: KernelPlace): RunningKernel {
  const { count, ascending } = kernel;
  const { memory, blame } = place;
  if (count === 0) place.enough();
  const keyOf = functionOf(kernel.key, { call: "takeOrdered" });
  const order = ascending ? compareKeys : (left: unknown, right: unknown) => compareKeys(right, left);
  const best = new Best(count, (left, right) => (order(left.key, right.key) || left.place - right.place) > 0);
  const sizes = new HeldBytes();
  let [seen, bytes] = [0, 0];
  return {
    push: (element) => {
      if (count === 0) return;
      try {
        if (best.add({ key: keyOf(element), place: seen++, element }) && seen <= count) {
          bytes += candidateBytes + sizes.of(element);
          if (bytes > memory.boundBytes) throw memory.exhausted("takeOrdered", `${count} elements`, bytes);
        }
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    *end() {
      yield* emitAll(
        best.ordered().map(({ element }) => element),
        emit,
      );
    },
  };
}

function repeated(sampler: Sampler, emit: Emit): RunningKernel {
  return passing((element) => {
    for (let times = sampler(); times > 0; times--) emit(element);
  });
}

/** As Spark: a sample's partitions have seeds drawn from the call's one, the parts of a split have the sum. */
export function sample({ sampling, seed }: KernelOf<"sample">, emit: Emit, { partition }: KernelPlace): RunningKernel {
  switch (sampling.by) {
    case "fraction":
      return repeated(bernoulliSampler(sampling.fraction, partitionSeed(seed, partition)), emit);
    case "poisson":
      return repeated(poissonSampler(sampling.fraction, partitionSeed(seed, partition)), emit);
    case "range":
      return repeated(cellSampler(sampling.from, sampling.to, seedOf(seed) + BigInt(partition)), emit);
  }
}

export function sampleByKey(kernel: KernelOf<"sampleByKey">, emit: Emit, place: KernelPlace): RunningKernel {
  const seed = seedOf(kernel.seed) + BigInt(place.partition);
  const uniform = new XorShiftRandom(seed);
  const fractions = elementsOf(kernel.fractions) as [unknown, number][];
  const places = new KeyPlaces();
  for (const [key] of fractions) places.of(key);
  // One source of variables for each mean, as Spark has it.
  const poissons = new Map(fractions.map(([, mean]) => [mean, mean > 0 ? poissonVariables(mean, seed) : () => 0]));
  const timesOf = (key: unknown): number => {
    const fraction = fractions[places.find(key)]?.[1];
    if (fraction === undefined) throw userError("NoSuchElementException", `key not found: ${shortForm(key)}`);
    if (kernel.poisson) return poissons.get(fraction)?.() ?? 0;
    return nextDouble(uniform) < fraction ? 1 : 0;
  };
  return passing((element) => {
    try {
      for (let times = timesOf(pairOf(element, "sampleByKey")[0]); times > 0; times--) emit(element);
    } catch (thrown) {
      throw place.blame(thrown);
    }
  });
}
