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

const single = { by: "single", partitions: 1 } as const;

/** All elements in one partition, in order of the partitions that they come from. */
export const gathered = (input: FunctionPlan, site: CallSite): FunctionPlan =>
  knownPartitions(input) === 1 ? input : { kind: "exchange", input, bucketing: single, site };

/** The same for a plan that one job reads: nothing of it is left when the job has ended. */
export const gatheredOnce = (input: FunctionPlan, site: CallSite): FunctionPlan =>
  knownPartitions(input) === 1 ? input : { kind: "exchange", input, bucketing: single, once: true, site };
