/** Plans as short texts: `values > map > exchange hash 4 > reduceByKey`; of several inputs `join(values, values > map)`. */
import type { Bucketing } from "../../../engine/plan/kernel.js";
import { type FunctionPlan, inputsOf } from "../../../engine/plan/plan.js";
import { settle } from "../../../engine/plan/settle.js";

const bucketingText = (bucketing: Bucketing): string =>
  [
    bucketing.by,
    ...(bucketing.by === "hash" && bucketing.family === "portable" ? ["portable"] : []),
    bucketing.partitions,
  ].join(" ");

function nodeText(plan: FunctionPlan): string {
  switch (plan.kind) {
    case "step": {
      const { kernel } = plan;
      const partial = "partial" in kernel && kernel.partial ? " partial" : "";
      return `${plan.barrier ? "barrier " : ""}${kernel.op}${partial}`;
    }
    case "exchange":
      return `exchange ${bucketingText(plan.bucketing)}`;
    case "combine":
      return plan.kernel.op;
    case "union":
      return plan.aligned ? "aligned union" : "union";
    case "regroup":
      return `regroup ${JSON.stringify(plan.groups)}`;
    default:
      return plan.kind;
  }
}

function text(plan: FunctionPlan): string {
  const inputs = inputsOf(plan).map(text);
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return `${only} > ${nodeText(plan)}`;
  return inputs.length === 0 ? nodeText(plan) : `${nodeText(plan)}(${inputs.join(", ")})`;
}

/** The plan of an RDD, when all jobs that work it out have ended. */
export const planText = async ({ plan }: { readonly plan: FunctionPlan }): Promise<string> => text(await settle(plan));
