/** Which RDDs a job has computed, so that a checkpoint of them comes too late. */
import { type FunctionPlan, inputsOf } from "./plan.js";

/**
 * Marks the RDDs of a settled plan that a job has run. `lineage`: those that it is made of, too, as in Spark; in PySpark,
 * whose steps run together, an RDD is computed as such only by a job of its own.
 */
export function markComputed(plan: FunctionPlan, lineage: boolean): void {
  for (const open = [plan]; open.length > 0; ) {
    const node = open.pop() as FunctionPlan;
    const { retention } = node;
    if (retention?.computed) continue;
    if (retention) retention.computed = true;
    // What lies behind a checkpoint is not computed, but read.
    if (lineage && (retention?.checkpoint ?? "none") === "none") open.push(...inputsOf(node));
  }
}
