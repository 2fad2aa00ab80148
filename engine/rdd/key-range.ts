/** Pairs whose keys lie between two. */
import { bisectLeft } from "../data/ordering.js";
import type { CallSite } from "../errors.js";
import { upon } from "../plan/open-plan.js";
import { type Partitioner, partitionerOf } from "../plan/partitioner.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";

export interface KeyRange {
  readonly lower: unknown;
  readonly upper: unknown;
  readonly site: CallSite;
}

/**
 * A function for workers that tells whether the key of a pair lies between two. Keys of another kind do not: they have
 * no order with these. It travels with all that it names, so it names nothing of the engine.
 */
export function between(lower: unknown, upper: unknown): (pair: readonly [unknown, unknown]) => boolean {
  const kindOf = (key: unknown): string => {
    if (key instanceof Date) return "date";
    return Array.isArray(key) ? "array" : key === null ? "null" : typeof key === "bigint" ? "number" : typeof key;
  };
  const compare = (left: unknown, right: unknown): number => {
    if (kindOf(left) !== kindOf(right)) return Number.NaN;
    if (Array.isArray(left) && Array.isArray(right)) return compareItems(left, right);
    const [a, b] = [left as number, right as number];
    // NaN is greater than every other number and equal to itself.
    return a < b ? -1 : a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  };
  const compareItems = (left: readonly unknown[], right: readonly unknown[]): number => {
    const at = left.findIndex((item, index) => index >= right.length || compare(item, right[index]) !== 0);
    return at < 0 || at >= right.length ? left.length - right.length : compare(left[at], right[at]);
  };
  return ([key]) => compare(key, lower) >= 0 && compare(key, upper) <= 0;
}

/** The pairs between two keys; of a plan in sorted ranges only the partitions that can have them. */
export function inRange(session: Session, input: FunctionPlan, { lower, upper, site }: KeyRange): FunctionPlan {
  const fn = session.ship(between(lower, upper), "filterByRange");
  return upon([input], site, ([plan = input]) => {
    const partitioner = partitionerOf(plan, session.host.language);
    const groups = partitioner && partitionsWithin(session, partitioner, { lower, upper });
    const pruned: FunctionPlan = groups ? { kind: "regroup", input: plan, groups, site } : plan;
    return stepOn(pruned, { op: "filter", fn }, site);
  });
}

/** The partitions that can have keys between two; null where that cannot be told. */
function partitionsWithin(
  session: Session,
  partitioner: Partitioner,
  { lower, upper }: Omit<KeyRange, "site">,
): readonly (readonly number[])[] | null {
  // By a key function of the user the order of keys is another one, and it would have to run here.
  if (partitioner.by !== "range" || partitioner.bucketing.key.language !== "any") return null;
  const { ascending, bounds, partitions } = partitioner.bucketing;
  const sorted = session.decode<unknown>(bounds);
  const partitionFor = (key: unknown): number => {
    const range = bisectLeft(sorted, key);
    return ascending ? range : partitions - 1 - range;
  };
  const [one, other] = [partitionFor(lower), partitionFor(upper)];
  const first = Math.min(one, other);
  return Array.from({ length: Math.abs(one - other) + 1 }, (_, index) => [first + index]);
}
