/** Kernels that hand an iterator to a function of the user, or need elements of several inputs at once. */
import { EngineError } from "../../errors.js";
import type { InputsKernel, Kernel } from "../../plan/kernel.js";
import { functionOf } from "./functions.js";

export type PullingKernel =
  | Extract<Kernel, { op: "mapPartitions" | "foreachPartition" }>
  | Extract<InputsKernel, { op: "zip" | "cartesian" | "zipPartitions" }>;

const pullingOps: ReadonlySet<string> = new Set([
  "mapPartitions",
  "foreachPartition",
  "zip",
  "cartesian",
  "zipPartitions",
]);

export const isPulling = (kernel: { readonly op: string }): kernel is PullingKernel => pullingOps.has(kernel.op);

/** Elements of one input; what can be read again can be iterated again. */
export type Elements = Iterable<unknown>;

/** What a kernel makes of its inputs, as it is asked for. */
export function pull(kernel: PullingKernel, inputs: readonly Elements[], partition: number): Elements {
  const [first = [], second = []] = inputs;
  switch (kernel.op) {
    case "mapPartitions": {
      const f = functionOf(kernel.fn, { call: "mapPartitions" });
      return (kernel.withIndex ? f(partition, iteratorOf(first)) : f(iteratorOf(first))) as Elements;
    }
    case "foreachPartition":
      return exhausted(functionOf(kernel.fn, { call: "foreachPartition" })(iteratorOf(first)));
    case "zipPartitions":
      return functionOf(kernel.fn, { call: "zipPartitions" })(...inputs.map(iteratorOf)) as Elements;
    case "zip":
      return zipped(first, second, partition);
    case "cartesian":
      return crossed(first, second);
  }
}

/** Users see iterators, which can be read once. */
const iteratorOf = (elements: Elements): unknown => elements[Symbol.iterator]();

/** Runs through what a function returned, if that is an iterator; emits nothing. */
function exhausted(result: unknown): readonly never[] {
  const isIterator = typeof result === "object" && result !== null && "next" in result && Symbol.iterator in result;
  if (isIterator) for (const _ of result as Elements);
  return [];
}

function* zipped(first: Elements, second: Elements, partition: number): Elements {
  const others = second[Symbol.iterator]();
  let [left, right] = [0, 0];
  let isLonger = false;
  for (const element of first) {
    left += 1;
    if (isLonger) continue;
    const other = others.next();
    if (other.done) isLonger = true;
    else {
      right += 1;
      yield [element, other.value];
    }
  }
  if (!isLonger) while (!others.next().done) right += 1;
  if (left !== right) throw new EngineError("ELEMENT_COUNTS_DIFFER", { partition, left, right });
}

/** Elements of the second input are held if they are few, read again otherwise: that is what its iterable does. */
function* crossed(first: Elements, second: Elements): Elements {
  for (const left of first) for (const right of second) yield [left, right];
}
