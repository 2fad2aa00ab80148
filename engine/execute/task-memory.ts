/** Which tasks need memory beyond that of a batch or two, and among how many passes it is divided. */
import type { AnyKernel } from "../plan/kernel.js";
import type { TaskInput } from "./task.js";

/** Kernels that keep elements, and spill beyond their bound. */
const holding: ReadonlySet<AnyKernel["op"]> = new Set([
  "glom",
  "reduceByKey",
  "combineByKey",
  "groupByKey",
  "sort",
  "bounds",
  "takeOrdered",
  "zip",
  "cartesian",
  "cogroup",
  "join",
  "zipPartitions",
]);

/** Whether any kernel on the way to these elements keeps some. */
export const needsMemory = (input: TaskInput): boolean => holdersOf(input) > 0;

/**
 * How many passes on the way to these elements hold some at the same time. The inputs of one pass come one after the
 * other: what made an earlier one has let go of all it held.
 */
export function holdersOf(input: TaskInput): number {
  switch (input.kind) {
    case "pass":
      return (input.pass.steps.some(({ op }) => holding.has(op)) ? 1 : 0) + most(input.inputs);
    case "concat":
      return most(input.inputs);
    case "pipe":
    case "cached":
      return holdersOf(input.input);
    default:
      return 0;
  }
}

const most = (inputs: readonly TaskInput[]): number => Math.max(0, ...inputs.map(holdersOf));
