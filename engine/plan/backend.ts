/** What runs plans: the embedded engine, or a real Spark cluster. Both meet this interface and the same tests. */
import type { Batch, BatchFormat } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan, RelationalPlan } from "./plan.js";

export interface Job {
  /** Counts from 0 in one session. */
  readonly id: number;
  readonly plan: FunctionPlan;
  /** Which partitions to compute; in this order they are delivered, when all are wanted leave it out. */
  readonly partitions?: readonly number[];
  /** What becomes of each partition's elements. */
  readonly output: /** Batches to the driver; in the language's own format where the last step has one, else portable. */
    | { readonly kind: "collect"; readonly format: BatchFormat | "own" }
    /** Each partition a text file `part-00000` in this directory, all of them or none. */
    | { readonly kind: "textFiles"; readonly path: string }
    /** Nothing: the functions ran for their effects. */
    | { readonly kind: "discard" };
  readonly site: CallSite;
  readonly signal: AbortSignal;
}

/** One partition's result, delivered exactly once, in any order of partitions. */
export interface PartitionResult {
  readonly partition: number;
  readonly batches: readonly Batch[];
}

export interface Backend {
  readonly master: string;
  readonly defaultParallelism: number;
  /** Number of partitions that a settled plan will have. */
  partitionCount(plan: FunctionPlan): Promise<number>;
  /** Columns of a settled relation; raises errors of analysis. */
  schema(plan: RelationalPlan): Promise<Schema>;
  /** Runs one job to its end. */
  run(job: Job, deliver: (result: PartitionResult) => void): Promise<void>;
  /** Ends every process and removes every file of this backend. */
  stop(): Promise<void>;
}
