/** Sorting: keys are sampled, ranges cut so that partitions are about equal, and each partition is sorted. */
import type { CallSite } from "../errors.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import { upon, whenThere } from "../plan/open-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { gathered, gatheredOnce, stepOn } from "./next-step.js";
import { defaultPartitions } from "./placement.js";

export interface SortOptions {
  readonly key: FunctionValue;
  readonly ascending: boolean;
  /** Null: the default. */
  readonly partitions: number | null;
  readonly site: CallSite;
}

/** Sampled keys per partition of the result, as in Spark. */
const samplesPerPartition = 20;
const sampleSeed = 1;

/** The plan of a sorted RDD; its jobs start at once. */
export function planSort(session: Session, input: FunctionPlan, options: SortOptions): FunctionPlan {
  const { key, ascending, site } = options;
  const sort: Kernel = { op: "sort", key, ascending };
  return upon([input], site, ([plan = input]) =>
    whenThere(options.partitions ?? defaultPartitions(session, plan), (partitions) =>
      partitions > 1
        ? inRanges(session, plan, { ...options, partitions, sort })
        : stepOn(gathered(plan, site), sort, site),
    ),
  );
}

interface RangeOptions extends SortOptions {
  readonly partitions: number;
  readonly sort: Kernel;
}

/** Two jobs: how many elements there are, and which keys cut them into equal runs. An empty RDD stays as it is. */
async function inRanges(session: Session, input: FunctionPlan, options: RangeOptions): Promise<FunctionPlan> {
  const { key, ascending, partitions, site, sort } = options;
  const counts = (await session.portable(stepOn(input, { op: "count" }, site), site)) as number[];
  const size = counts.reduce((sum, count) => sum + count, 0);
  if (size === 0) return input;
  const fraction = Math.min((samplesPerPartition * partitions) / size, 1);
  const sample = stepOn(input, { op: "sample", sampling: { by: "fraction", fraction }, seed: sampleSeed }, site);
  const keys = gatheredOnce(stepOn(sample, { op: "map", fn: key }, site), site);
  const bounds = await session.batches(stepOn(keys, { op: "bounds", partitions }, site), site);
  const bucketing = { by: "range", partitions, key, ascending, bounds } as const;
  return stepOn({ kind: "exchange", input, bucketing, site }, sort, site);
}
