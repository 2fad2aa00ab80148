/** Plans one step further. */
import type { CallSite } from "../errors.js";
import type { Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";

export const stepOn = (input: FunctionPlan, kernel: Kernel, site: CallSite): FunctionPlan => ({
  kind: "step",
  input,
  kernel,
  site,
});

/** All elements in one partition, in order of the partitions that they come from. */
export const gathered = (input: FunctionPlan, site: CallSite): FunctionPlan =>
  knownPartitions(input) === 1 ? input : { kind: "exchange", input, bucketing: { by: "single", partitions: 1 }, site };
