/** Messages between the driver and an executor process. */
import type { Schema } from "../data/data-type.js";
import type { ErrorData } from "../errors.js";
import type { AttemptId } from "../schedule/stage.js";
import type { BlockStatus } from "./block-store.js";
import type { ExecutorMemory } from "./process-memory.js";
import type { BlockId, PythonEnvironment, StorageFlags, Task, TaskOutcome } from "./task.js";

/** What an executor needs to know before its first task. */
export interface ExecutorConfiguration {
  /** Tasks at once. */
  readonly slots: number;
  /** Of the application; the one of the executor lies in it. */
  readonly workspace: string;
  /** For the executor's own files. */
  readonly directory: string;
  /** What blocks and running kernels may hold together. */
  readonly memoryBytes: number;
  readonly storageFraction: number;
  /** The young generation of a slot's heap may grow to so much; null: to V8's own limit. */
  readonly youngMiB: number | null;
  /** Other executors fetch blocks from this one. */
  readonly servesBlocks: boolean;
  /** How often it says that it lives. */
  readonly heartbeatMs: number;
  /** The signal at which it asks to leave; null: none. */
  readonly leaveSignal: NodeJS.Signals | null;
}

export type ToExecutor =
  | { readonly kind: "configure"; readonly configuration: ExecutorConfiguration }
  | { readonly kind: "warm"; readonly python: PythonEnvironment }
  | { readonly kind: "run"; readonly task: Task }
  | { readonly kind: "kill"; readonly task: AttemptId }
  /** All tasks of a barrier stage have come to the barrier. */
  | { readonly kind: "release"; readonly task: AttemptId; readonly messages: readonly string[] }
  /** Whether an attempt may publish what it wrote. */
  | { readonly kind: "commit"; readonly task: AttemptId; readonly allowed: boolean }
  /** To be answered when all before it has been done. */
  | { readonly kind: "ping"; readonly request: number }
  /** Takes a copy of a block from another executor. */
  | {
      readonly kind: "copyBlock";
      readonly block: BlockId;
      readonly level: StorageFlags;
      readonly socket: string;
    }
  | { readonly kind: "removeBlocks"; readonly rdd: number }
  /** Asks for the columns of Parquet files. */
  | { readonly kind: "describe"; readonly request: number; readonly paths: readonly string[] }
  /** End now; files are removed by the driver. */
  | { readonly kind: "stop" };

export type FromExecutor =
  | { readonly kind: "ready" }
  | { readonly kind: "pong"; readonly request: number }
  /** It was told from outside to leave when its tasks are done. */
  | { readonly kind: "leaving" }
  | ({ readonly kind: "heartbeat"; readonly storageBytes: number } & ExecutorMemory)
  /** Tasks have run, and none does any more: for the first time. */
  | ({ readonly kind: "idle" } & ExecutorMemory)
  | { readonly kind: "outcome"; readonly outcome: TaskOutcome }
  | { readonly kind: "blockUpdated"; readonly status: BlockStatus }
  /** An attempt is ready to publish what it wrote. */
  | { readonly kind: "commitRequested"; readonly task: AttemptId }
  | { readonly kind: "barrier"; readonly task: AttemptId; readonly message: string }
  | {
      readonly kind: "described";
      readonly request: number;
      readonly answer: { readonly schema: Schema } | { readonly error: ErrorData };
    }
  | { readonly kind: "print"; readonly stream: "stdout" | "stderr"; readonly text: string };
