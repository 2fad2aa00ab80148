/** Messages between the driver and an executor process. */
import type { PythonEnvironment, Task, TaskOutcome } from "./task.js";
import type { AttemptId } from "../schedule/stage.js";

export type ToExecutor =
  /** First of all: how many tasks at once, and the directory for its files. */
  | { readonly kind: "configure"; readonly slots: number; readonly directory: string }
  | { readonly kind: "warm"; readonly python: PythonEnvironment }
  | { readonly kind: "run"; readonly task: Task }
  | { readonly kind: "kill"; readonly task: AttemptId }
  /** End now; files are removed by the driver. */
  | { readonly kind: "stop" };

export type FromExecutor =
  | { readonly kind: "ready" }
  | { readonly kind: "outcome"; readonly outcome: TaskOutcome }
  | { readonly kind: "print"; readonly stream: "stdout" | "stderr"; readonly text: string };
