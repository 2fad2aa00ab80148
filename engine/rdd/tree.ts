/**
 * Aggregation level by level, so that the last merge has few results to merge: the stages of Spark's `treeAggregate`.
 * PySpark and Spark agree but for two things: which number of partitions is worth a further level, and whether the zero
 * enters when results are merged.
 */
import type { Batch } from "../data/batch.js";
import type { CallSite } from "../errors.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import { gatheredOnce, stepOn } from "./next-step.js";

/** How many partitions each further level has: 16 with a depth of 2 give `[4]`, with a depth of 3 `[5, 1]`. */
export function levelsOf(partitions: number, depth: number, isPython: boolean): readonly number[] {
  const scale = Math.max(Math.ceil(partitions ** (1 / depth)), 2);
  // PySpark goes on with the fraction, Spark with whole numbers.
  const shrunk = (count: number): number => (isPython ? count / scale : Math.floor(count / scale));
  const tasks = (count: number): number => (isPython ? count / scale : Math.ceil(count / scale));
  const levels: number[] = [];
  // A level that would not shorten the time of the merge is left out.
  for (let left = partitions; left > scale + tasks(left); ) {
    left = shrunk(left);
    levels.push(Math.floor(left));
  }
  return levels;
}

export interface Tree {
  /** What makes one result of a partition, or none. */
  readonly within: Kernel;
  /** Merges two results. */
  readonly merge: FunctionValue;
  /** Enters at every merge; null: at none. */
  readonly zero: Batch | null;
  readonly levels: readonly number[];
  readonly site: CallSite;
}

/** One element, the merge of all results, or none. */
export function treePlan(input: FunctionPlan, { within, merge, zero, levels, site }: Tree): FunctionPlan {
  const reduced = (plan: FunctionPlan): FunctionPlan => stepOn(plan, { op: "reduce", fn: merge }, site);
  const folded = (plan: FunctionPlan): FunctionPlan =>
    zero === null ? plan : stepOn(plan, { op: "fold", zero, fn: merge }, site);
  let plan = stepOn(input, within, site);
  for (const partitions of levels) {
    const bucketing = { by: "partition", partitions } as const;
    plan = reduced({ kind: "exchange", input: folded(plan), bucketing, once: true, site });
  }
  const all = gatheredOnce(folded(plan), site);
  return zero === null ? reduced(all) : folded(all);
}
