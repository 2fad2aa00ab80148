/** What runs plans: the embedded engine, or a real Spark cluster. Both meet this interface and the same tests. */
import type { Batch, BatchFormat } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { SequenceClasses } from "../source/sequence-write.js";
import type { Language } from "./kernel.js";
import type { FunctionPlan, RelationalPlan } from "./plan.js";
import type { StorageLevel } from "./storage-level.js";

export interface Job {
  /** Counts from 0 in one session. */
  readonly id: number;
  readonly plan: FunctionPlan;
  /** Which partitions to compute; in this order they are delivered, when all are wanted leave it out. */
  readonly partitions?: readonly number[];
  /** What becomes of each partition's elements. */
  readonly output: JobOutput;
  readonly site: CallSite;
  readonly signal: AbortSignal;
  /** Local properties of the program's thread: group, description, tags, pool (`spark.scheduler.pool`), the user's own. */
  readonly properties: Readonly<Record<string, string>>;
}

export type JobOutput =
  /** Batches to the driver; in the language's own format where the last step has one, else portable. */
  | { readonly kind: "collect"; readonly format: BatchFormat | "own" }
  /** Each partition a file in this directory, all of them or none: `part-00000`, or with another `stem` than `part-`. */
  | {
      readonly kind: "textFiles";
      readonly path: string;
      readonly stem?: string | undefined;
      readonly codec: string | null;
    }
  /** Pairs as Hadoop SequenceFiles; `classes` of all keys and values. */
  | {
      readonly kind: "sequenceFiles";
      readonly path: string;
      readonly stem?: string | undefined;
      readonly codec: string | null;
      readonly classes: SequenceClasses;
    }
  /** Batches of elements as the values of SequenceFiles: `saveAsPickleFile`, `saveAsObjectFile`. */
  | { readonly kind: "objectFiles"; readonly path: string; readonly codec: string | null; readonly batchSize: number }
  /** Each partition a block file in this directory, or below the backend's own: a checkpoint. The results name the files. */
  | { readonly kind: "blocks"; readonly directory: string | null }
  /** Nothing: the functions ran for their effects. */
  | { readonly kind: "discard" };

/** One partition's result, delivered exactly once, in any order of partitions. */
export interface PartitionResult {
  readonly partition: number;
  readonly batches: readonly Batch[];
  /** The file that holds the elements, where that was asked for. */
  readonly file?: string;
  /** In whose form they are in it, where the backend knows; null when every language reads them. */
  readonly language?: Language | null;
}

/** What is kept of one persisted RDD: Spark's `RDDInfo`. */
export interface StorageInfo {
  readonly rdd: number;
  readonly name: string;
  readonly level: StorageLevel;
  readonly partitions: number;
  readonly cachedPartitions: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
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
  /** Gives a value, one element, to all later tasks; functions ask for it by the id. */
  broadcast(value: Batch): number;
  /** Takes it away again; functions that still ask for it fail with `BROADCAST_DESTROYED`. */
  destroyBroadcast(id: number): void;
  /** Forgets the blocks of a persisted RDD; resolves when they are gone. */
  unpersist(rdd: number): Promise<void>;
  /** Forgets what the stages before these shuffles, nodes of settled plans, have written. */
  forgetShuffles(exchanges: readonly FunctionPlan[]): void;
  /** What is kept at present. */
  storage(): readonly StorageInfo[];
  /** Executors that run at present, as the status tracker shows them. */
  executors(): readonly ExecutorInfo[];
  /** Ends every process and removes every file of this backend. */
  stop(): Promise<void>;
}

export interface ExecutorInfo {
  readonly id: number;
  readonly slots: number;
  readonly runningTasks: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
}
