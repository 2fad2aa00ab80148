/** A task: everything an executor needs to compute one partition of one stage, as plain data. */
import type { Batch, BatchSlice } from "../data/batch.js";
import type { QueryTask } from "../embedded/query-run.js";
import type { ErrorData } from "../errors.js";
import type { AnyKernel, Bucketing, Language } from "../plan/kernel.js";
import type { PipeCommand } from "../plan/plan.js";
import type { StorageLevel } from "../plan/storage-level.js";
import type { AttemptId } from "../schedule/stage.js";
import type { Codec } from "../source/codecs.js";
import type { FilePartition } from "../source/file-partitions.js";
import type { NumberSlice } from "../source/number-batches.js";
import type { SequenceClasses } from "../source/sequence-write.js";
import type { TextSplit } from "../source/text-splits.js";
import type { AccumulatorUpdate, BroadcastFile } from "./worker-frames.js";

/** One partition of a persisted RDD. */
export interface BlockId {
  readonly rdd: number;
  readonly partition: number;
}

export type StorageFlags = Pick<StorageLevel, "useDisk" | "useMemory" | "replication">;

/** Where elements come from, and what is done to them on the way: a tree, read from its root. */
export type TaskInput =
  | { readonly kind: "values"; readonly slices: readonly BatchSlice[] }
  | { readonly kind: "text"; readonly splits: readonly TextSplit[] }
  | { readonly kind: "files"; readonly partition: FilePartition }
  | { readonly kind: "numbers"; readonly slice: NumberSlice }
  /** One bucket of the outputs of another stage, in the order of its partitions. */
  | { readonly kind: "shuffle"; readonly bucket: number; readonly files: readonly string[] }
  /** Outputs that are not there: whoever opens it finds them lost. */
  | { readonly kind: "missing"; readonly stage: number; readonly partition: number }
  /** Blocks that a stage materialised, or a checkpoint. */
  | { readonly kind: "blocks"; readonly files: readonly string[] }
  /** A query of the embedded engine, run in the executor's main thread; nothing stands above it. */
  | { readonly kind: "query"; readonly query: QueryTask }
  /** Kernels over the elements of one or several inputs. */
  | {
      readonly kind: "pass";
      readonly pass: Pass;
      /** The number of the partition as these kernels know it. */
      readonly partition: number;
      readonly partitions: number;
      readonly inputs: readonly TaskInput[];
    }
  /** The elements of all inputs, one after the other. */
  | { readonly kind: "concat"; readonly inputs: readonly TaskInput[] }
  /** The lines that a process prints for lines. */
  | { readonly kind: "pipe"; readonly command: PipeCommand; readonly input: TaskInput }
  /** The block if some executor has it; otherwise it is computed from the input, and kept. */
  | { readonly kind: "cached"; readonly block: BlockId; readonly level: StorageFlags; readonly input: TaskInput };

/** Consecutive kernels of one language: one pass of the elements through one worker. */
export interface Pass {
  readonly language: Language;
  readonly steps: readonly AnyKernel[];
  readonly bucketing: Bucketing | null;
  readonly output: "lines" | "portable" | "own";
  /** Elements of each batch, but for the last; 0: the worker's choice. */
  readonly batchElements: number;
}

/** What becomes of the elements that the last pass emits. */
export type TaskSink =
  /** To the driver; through a file when larger than `inlineResultBytes`. */
  | { readonly kind: "result" }
  /** One file of segments by bucket. */
  | { readonly kind: "shuffle"; readonly buckets: number }
  /** A block file; in the directory of a checkpoint, if one is named. */
  | { readonly kind: "block"; readonly directory: string | null }
  /** `stem`: what comes before the number in the names of files; `part-` when left out. */
  | { readonly kind: "textFile"; readonly path: string; readonly stem?: string | undefined; readonly codec: Codec }
  | {
      readonly kind: "sequenceFile";
      readonly path: string;
      readonly stem?: string | undefined;
      readonly codec: Codec;
      readonly classes: SequenceClasses | null;
    }
  | { readonly kind: "objectFile"; readonly path: string; readonly codec: Codec }
  | { readonly kind: "discard" };

/** How Python workers are started for a session. */
export interface PythonEnvironment {
  readonly executable: string;
  readonly searchPath: readonly string[];
  /** Expected version, such as `3.11`; null when the program is not a Python program. */
  readonly version: string | null;
  /** Variables that workers find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Executors that have a block, by the sockets at which they give it away. */
export interface BlockHolders {
  readonly block: BlockId;
  readonly sockets: readonly string[];
}

export interface Task extends AttemptId {
  readonly partitions: number;
  readonly input: TaskInput;
  readonly sink: TaskSink;
  readonly python: PythonEnvironment;
  readonly workingDirectory: string;
  readonly broadcasts: readonly BroadcastFile[];
  readonly taskAttemptId: number;
  readonly stageAttempt: number;
  readonly cpus: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly holders: readonly BlockHolders[];
  /** Where the tasks of a barrier stage run, by partition; null for other stages. */
  readonly barrier: readonly string[] | null;
}

/** Results up to this size travel in the message, larger ones in a file. */
export const inlineResultBytes: number = 1024 * 1024;

export type TaskOutput =
  | { readonly kind: "batches"; readonly batches: readonly Batch[] }
  /** The path of a file that holds what the sink wrote. */
  | { readonly kind: "file"; readonly path: string; readonly bytes: number }
  | { readonly kind: "none" };

export interface TaskCounters {
  /** Elements that came in. */
  readonly read: number;
  /** Lines of text that were not valid UTF-8; the bad bytes became U+FFFD. */
  readonly invalidUtf8: number;
  /** Bytes of spill files, and about what their elements had taken in memory. */
  readonly spilledBytes: number;
  readonly spilledMemoryBytes: number;
  readonly runMs: number;
}

export type TaskOutcome =
  | {
      readonly kind: "succeeded";
      readonly task: AttemptId;
      readonly output: TaskOutput;
      readonly counters: TaskCounters;
      readonly accumulators: readonly AccumulatorUpdate[];
    }
  | { readonly kind: "failed"; readonly task: AttemptId; readonly error: ErrorData; readonly permanent: boolean }
  /** It was told to end. */
  | { readonly kind: "killed"; readonly task: AttemptId }
  /** An output of another stage is lost: the path of its file, or the stage and partition. */
  | {
      readonly kind: "fetchFailed";
      readonly task: AttemptId;
      readonly lost: LostPlace;
      readonly error: ErrorData;
    };

export type LostPlace = { readonly file: string } | { readonly stage: number; readonly partition: number };
