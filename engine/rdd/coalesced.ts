/** Plans of the same elements in another number of partitions. */
import type { CallSite } from "../errors.js";
import { upon, whenThere } from "../plan/open-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { countOf } from "./placement.js";

/** PySpark moves its elements in pickled batches of this many, Spark one by one. */
const pythonGroup = 10;

/** Elements spread over partitions by their position. */
export const redistributed = (
  session: Session,
  input: FunctionPlan,
  partitions: number,
  site: CallSite,
): FunctionPlan => ({
  kind: "exchange",
  input,
  bucketing: { by: "position", partitions, group: session.host.language === "python" ? pythonGroup : 1 },
  site,
});

/** Neighbouring partitions as one, where there are too many. */
export const fewerPartitions = (
  session: Session,
  input: FunctionPlan,
  partitions: number,
  site: CallSite,
): FunctionPlan =>
  upon([input], site, ([plan = input]) =>
    whenThere(countOf(session, plan), (count) => ({
      kind: "regroup",
      input: plan,
      groups: neighbours(count, Math.min(count, partitions)),
      site,
    })),
  );

/** Spark's rule: 8 in 3 groups are 0 1, 2 3 4, 5 6 7. */
export function neighbours(count: number, groups: number): readonly (readonly number[])[] {
  const start = (group: number): number => Math.floor((group * count) / groups);
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: start(group + 1) - start(group) }, (_, index) => start(group) + index),
  );
}
