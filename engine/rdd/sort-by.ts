/** Sorting: keys are sampled, ranges cut so that partitions are about equal, and each partition is sorted. */
import type { CallSite } from "../errors.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { deferred } from "./by-key.js";

export interface SortOptions {
  readonly key: FunctionValue;
  readonly ascending: boolean;
  readonly partitions: number | null;
  readonly site: CallSite;
}

/** Sampled keys per partition of the result, as in Spark. */
const samplesPerPartition = 20;
const sampleSeed = 1;

/** The plan of a sorted RDD; its jobs start at once. */
export function planSort(session: Session, input: FunctionPlan, options: SortOptions): FunctionPlan {
  return deferred(sortedPlan(session, input, options), options.site);
}

async function sortedPlan(
  session: Session,
  input: FunctionPlan,
  { key, ascending, partitions: wanted, site }: SortOptions,
): Promise<FunctionPlan> {
  const step = (plan: FunctionPlan, kernel: Kernel): FunctionPlan => ({ kind: "step", input: plan, kernel, site });
  const gather = (plan: FunctionPlan): FunctionPlan => ({
    kind: "exchange",
    input: plan,
    bucketing: { by: "single", partitions: 1 },
    site,
  });
  const inputs = await session.partitionCount(input);
  const partitions = wanted ?? inputs;
  if (partitions <= 1) return step(inputs > 1 ? gather(input) : input, { op: "sort", key, ascending });

  const counts = (await session.portable(step(input, { op: "count" }), site)) as number[];
  const size = counts.reduce((sum, count) => sum + count, 0);
  if (size === 0) return input;
  const fraction = Math.min((samplesPerPartition * partitions) / size, 1);
  const sampled = step(step(input, { op: "sample", fraction, seed: sampleSeed }), { op: "map", fn: key });
  const bounds = await session.batches(step(gather(sampled), { op: "bounds", partitions }), site);
  const ranged: FunctionPlan = {
    kind: "exchange",
    input,
    bucketing: { by: "range", partitions, key, ascending, bounds },
    site,
  };
  return step(ranged, { op: "sort", key, ascending });
}
