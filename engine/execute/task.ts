/** A task: everything an executor needs to compute one partition of one stage, as plain data. */
import type { Batch, BatchSlice } from "../data/batch.js";
import type { QueryTask } from "../embedded/query-run.js";
import type { ErrorData } from "../errors.js";
import type { Bucketing, Kernel, Language } from "../plan/kernel.js";
import type { AttemptId } from "../schedule/stage.js";
import type { TextSplit } from "../source/text-splits.js";

/** Where the elements of the partition come from. */
export type TaskSource =
  | { readonly kind: "values"; readonly slices: readonly BatchSlice[] }
  | { readonly kind: "text"; readonly splits: readonly TextSplit[] }
  /** One bucket of the outputs of another stage, in the order of its partitions. */
  | { readonly kind: "shuffle"; readonly bucket: number; readonly files: readonly string[] }
  /** Blocks that a stage materialised. */
  | { readonly kind: "blocks"; readonly files: readonly string[] }
  /** A query of the embedded engine, run in the executor's main thread; no pass follows. */
  | { readonly kind: "query"; readonly query: QueryTask };

/** Consecutive kernels of one language: one pass of the elements through one worker. */
export interface Pass {
  readonly language: Language;
  readonly steps: readonly Kernel[];
  readonly bucketing: Bucketing | null;
  readonly output: "lines" | "portable" | "own";
}

/** What becomes of the elements that the last pass emits. */
export type TaskSink =
  /** To the driver; through a file when larger than `inlineResultBytes`. */
  | { readonly kind: "result" }
  /** One file of segments by bucket. */
  | { readonly kind: "shuffle"; readonly buckets: number }
  | { readonly kind: "block" }
  | { readonly kind: "textFile"; readonly path: string }
  | { readonly kind: "discard" };

/** How Python workers are started for a session. */
export interface PythonEnvironment {
  readonly executable: string;
  readonly searchPath: readonly string[];
  /** Expected version, such as `3.11`; null when the program is not a Python program. */
  readonly version: string | null;
}

export interface Task extends AttemptId {
  readonly partitions: number;
  readonly source: TaskSource;
  readonly passes: readonly Pass[];
  readonly sink: TaskSink;
  /** Where files of this attempt go. */
  readonly directory: string;
  readonly python: PythonEnvironment;
  readonly workingDirectory: string;
}

/** Results up to this size travel in the message, larger ones in a file. */
export const inlineResultBytes: number = 1024 * 1024;

export type TaskOutput =
  | { readonly kind: "batches"; readonly batches: readonly Batch[] }
  /** The path of a file that holds what the sink wrote. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "none" };

export interface TaskCounters {
  /** Lines of text that were not valid UTF-8; the bad bytes became U+FFFD. */
  readonly invalidUtf8: number;
}

export type TaskOutcome =
  | {
      readonly kind: "succeeded";
      readonly task: AttemptId;
      readonly output: TaskOutput;
      readonly counters: TaskCounters;
    }
  | { readonly kind: "failed"; readonly task: AttemptId; readonly error: ErrorData; readonly permanent: boolean }
  | { readonly kind: "fetchFailed"; readonly task: AttemptId; readonly file: string; readonly error: ErrorData };
