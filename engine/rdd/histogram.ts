/** Histograms: bounds from the program, or cut evenly between the smallest and the greatest element. */
import type { Batch } from "../data/batch.js";
import { encodeElements } from "../data/elements.js";
import { compareKeys } from "../data/ordering.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { type Elements, EncodedElements } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { refusal } from "./empty.js";
import { stepOn } from "./next-step.js";

const call = "histogram";

type Histogram<T> = [Elements<T>, number[]];

/** The bounds, and the counts of the intervals between them. */
export async function histogramOf<T>(
  session: Session,
  plan: FunctionPlan,
  buckets: number | Elements<T>,
  even: boolean | null,
): Promise<Histogram<T>> {
  const site = callSite(call);
  if (buckets instanceof EncodedElements) {
    return [
      buckets as Elements<T>,
      await counts(session, plan, { batch: buckets.batches[0] as Batch, even: even ?? false, site }),
    ];
  }
  const bounds = typeof buckets === "number" ? await evenBounds<T>(session, plan, buckets, site) : buckets;
  if (typeof buckets !== "number") requireBounds(session, buckets);
  const counted = { batch: encodeElements(bounds), even: even ?? isEven(bounds), site };
  return [bounds, await counts(session, plan, counted)];
}

interface Counted {
  readonly batch: Batch;
  readonly even: boolean;
  readonly site: CallSite;
}

async function counts(session: Session, plan: FunctionPlan, { batch, even, site }: Counted): Promise<number[]> {
  const found = await session.portable(stepOn(plan, { op: "histogram", buckets: batch, even }, site), site);
  const none = Array.from({ length: Math.max(batch.count - 1, 0) }, () => 0);
  return (found as number[][]).reduce((sums, partition) => sums.map((sum, i) => sum + (partition[i] ?? 0)), none);
}

function requireBounds(session: Session, bounds: readonly unknown[]): void {
  const require = (holds: boolean, expected: string): void =>
    session.require(holds, { call, parameter: "buckets", expected, actual: `[${bounds.join(", ")}]` });
  require(bounds.length >= 2, "at least two bounds");
  const isBound = (bound: unknown): boolean => bound !== null && bound !== undefined && !Number.isNaN(bound);
  require(bounds.every(isBound), "made of bounds that are neither null nor NaN");
  const ascending = bounds.every((bound, i) => i === 0 || compareKeys(bounds[i - 1], bound) < 0);
  require(ascending, "in ascending order, each bound once");
}

/** Differences of distances up to this come from rounding. */
const roundingError = 1e-10;

/** Whether all intervals have the same length, so that the bucket of an element can be computed. */
function isEven(bounds: readonly unknown[]): boolean {
  // One interval has no need of it, and may have no length.
  if (bounds.length <= 2 || !bounds.every((bound) => typeof bound === "number")) return false;
  const lengths = bounds.slice(1).map((bound, i) => bound - (bounds[i] as number));
  return Math.max(...lengths) - Math.min(...lengths) < roundingError;
}

/** Bounds at equal distances from the smallest to the greatest element; these two alone where they are equal. */
async function evenBounds<T>(
  session: Session,
  plan: FunctionPlan,
  buckets: number,
  site: CallSite,
): Promise<Elements<T>> {
  const empty = refusal(call);
  const require = (holds: boolean, expected: string): void =>
    session.require(holds, { call, parameter: "buckets", expected, actual: String(buckets) });
  require(Number.isInteger(buckets) && buckets >= 1, "a whole number from 1");
  const extents = session.decode<[T, T]>(await session.batches(stepOn(plan, { op: "extent" }, site), site));
  const [first, ...others] = extents;
  if (first === undefined) return empty();
  const [low, high] = others.reduce(
    ([least, most], [min, max]) => [compareKeys(min, least) < 0 ? min : least, compareKeys(max, most) > 0 ? max : most],
    first,
  );
  if (buckets === 1 || compareKeys(low, high) === 0) return [low, high];
  const span = Number(high) - Number(low);
  require(Number.isFinite(span), "a list of bounds, since the elements are not finite numbers");
  const bounds = Array.from({ length: buckets }, (_, i) => Number(low) + (i * span) / buckets);
  return [...bounds, Number(high)] as Elements<T>;
}
