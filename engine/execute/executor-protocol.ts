/** Messages between the driver and an executor process. */
import type { Schema } from "../data/data-type.js";
import type { ErrorData } from "../errors.js";
import type { AttemptId } from "../schedule/stage.js";
import type { PythonEnvironment, Task, TaskOutcome } from "./task.js";

export type ToExecutor =
  /** First of all: how many tasks at once, and the directory for its files. */
  | { readonly kind: "configure"; readonly slots: number; readonly directory: string }
  | { readonly kind: "warm"; readonly python: PythonEnvironment }
  | { readonly kind: "run"; readonly task: Task }
  | { readonly kind: "kill"; readonly task: AttemptId }
  /** Asks for the columns of Parquet files. */
  | { readonly kind: "describe"; readonly request: number; readonly paths: readonly string[] }
  /** End now; files are removed by the driver. */
  | { readonly kind: "stop" };

export type FromExecutor =
  | { readonly kind: "ready" }
  /** The worker processes that run now: should the executor be lost, they have to be ended from outside. */
  | { readonly kind: "workers"; readonly pids: readonly number[] }
  | { readonly kind: "outcome"; readonly outcome: TaskOutcome }
  | {
      readonly kind: "described";
      readonly request: number;
      readonly answer: { readonly schema: Schema } | { readonly error: ErrorData };
    }
  | { readonly kind: "print"; readonly stream: "stdout" | "stderr"; readonly text: string };
