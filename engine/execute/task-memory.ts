/** Which tasks need memory beyond that of a batch or two. */
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
  "zip",
  "cartesian",
  "cogroup",
  "join",
  "zipPartitions",
]);

/** Whether any kernel on the way to these elements keeps some. */
export function needsMemory(input: TaskInput): boolean {
  switch (input.kind) {
    case "pass":
      return input.pass.steps.some(({ op }) => holding.has(op)) || input.inputs.some(needsMemory);
    case "concat":
      return input.inputs.some(needsMemory);
    case "pipe":
    case "cached":
      return needsMemory(input.input);
    default:
      return false;
  }
}
