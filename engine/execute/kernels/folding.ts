/** Kernels that make one element of a partition. */

import { portableHash } from "../../data/hashing.js";
import { compareKeys } from "../../data/ordering.js";
import type { Kernel } from "../../plan/kernel.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import { copiesOf, elementsOf, functionOf, shortForm, userError } from "./functions.js";
import type { Emit, KernelPlace, RunningKernel } from "./running-kernel.js";

type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;

const done: readonly [] = [];

function one(emit: Emit, result: unknown): Iterable<void> {
  emit(result);
  return done;
}

export function reduce({ fn }: KernelOf<"reduce">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "reduce" });
  let some = false;
  let result: unknown;
  return {
    push: (element) => {
      try {
        result = some ? f(result, element) : element;
        some = true;
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    end: () => (some ? one(emit, result) : done),
  };
}

export function fold({ zero, fn }: KernelOf<"fold">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "fold" });
  let result = copiesOf(zero)();
  return {
    push: (element) => {
      try {
        result = f(result, element);
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    end: () => one(emit, result),
  };
}

export function count(_: KernelOf<"count">, emit: Emit): RunningKernel {
  let count = 0;
  return { push: () => void count++, end: () => one(emit, count) };
}

export function glom(_: KernelOf<"glom">, emit: Emit, { memory, blame }: KernelPlace): RunningKernel {
  const elements: unknown[] = [];
  const sizes = new HeldBytes();
  let bytes = 0;
  const bounded = memory.boundBytes !== Number.POSITIVE_INFINITY;
  return {
    push: (element) => {
      elements.push(element);
      if (!bounded) return;
      bytes += slotBytes + sizes.of(element);
      if (bytes > memory.boundBytes) throw blame(memory.exhausted("glom", "a list", bytes));
    },
    end: () => one(emit, elements),
  };
}

const notNumber = (call: string, element: unknown): Error =>
  userError("TypeError", `${call} needs numbers, found ${shortForm(element)}`);

/** Welford's method: "Note on a method for calculating corrected sums of squares and products", 1962. */
export function stats(_: KernelOf<"stats">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  let [count, mean, squares, max, min] = [0, 0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    push: (element) => {
      const value = typeof element === "bigint" ? Number(element) : element;
      if (typeof value !== "number") throw blame(notNumber("stats", element));
      const delta = value - mean;
      count += 1;
      mean += delta / count;
      squares += delta * (value - mean);
      max = Math.max(max, value);
      min = Math.min(min, value);
    },
    end: () => one(emit, [count, mean, squares, max, min]),
  };
}

const isMissing = (element: unknown): boolean =>
  element === null || element === undefined || (typeof element === "number" && Number.isNaN(element));

export function extent(_: KernelOf<"extent">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  let found: [unknown, unknown] | null = null;
  return {
    push: (element) => {
      if (isMissing(element)) return;
      try {
        if (found === null) found = [element, element];
        else if (compareKeys(element, found[0]) < 0) found[0] = element;
        else if (compareKeys(element, found[1]) > 0) found[1] = element;
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    end: () => (found === null ? done : one(emit, found)),
  };
}

/** The number of bounds that are not greater than the element. */
function bisectRight(bounds: readonly unknown[], element: unknown): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(element, bounds[middle]) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function histogram({ buckets, even }: KernelOf<"histogram">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const bounds = elementsOf(buckets);
  const [first, last] = [bounds[0], bounds.at(-1)];
  const counts = new Array<number>(bounds.length - 1).fill(0);
  const step = ((last as number) - (first as number)) / counts.length;
  const bucketOf = (element: unknown): number =>
    even ? Math.floor(((element as number) - (first as number)) / step) : bisectRight(bounds, element) - 1;
  return {
    push: (element) => {
      if (isMissing(element)) return;
      try {
        if (compareKeys(element, first) < 0 || compareKeys(element, last) > 0) return;
        const bucket = Math.min(bucketOf(element), counts.length - 1);
        counts[bucket] = (counts[bucket] as number) + 1;
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    end: () => one(emit, counts),
  };
}

/** Two hashes of 32 bits that share nothing but the element. */
const [highSeed, lowSeed] = [0x2545f491, 0x4f6cdd1d];

/** Flajolet and others: "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007. */
export function distinctSketch(
  { precision }: KernelOf<"distinctSketch">,
  emit: Emit,
  { blame }: KernelPlace,
): RunningKernel {
  const registers = new Uint8Array(2 ** precision);
  return {
    push: (element) => {
      try {
        const high = portableHash(element, highSeed);
        const rest = high << precision;
        const zeros = rest === 0 ? 32 - precision + Math.clz32(portableHash(element, lowSeed)) : Math.clz32(rest);
        const register = high >>> (32 - precision);
        if (zeros >= (registers[register] as number)) registers[register] = zeros + 1;
      } catch (thrown) {
        throw blame(thrown);
      }
    },
    end: () => one(emit, registers),
  };
}
