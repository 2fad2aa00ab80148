/** Attempts that run, and what they have said, between an executor's word and the scheduler's. */
import type { ErrorData } from "../errors.js";
import { type AttemptId, attemptKey, type Launch } from "../schedule/stage.js";
import type { TaskOutcome, TaskOutput } from "./task.js";
import type { AccumulatorUpdate } from "./worker-frames.js";

type Succeeded = Extract<TaskOutcome, { kind: "succeeded" }>;

export class Attempts {
  readonly #launches = new Map<string, Launch>();
  readonly #outcomes = new Map<string, Succeeded>();
  /** Those that were ended because something is wrong with them. */
  readonly #failing = new Map<string, ErrorData>();

  launched(launch: Launch): void {
    this.#launches.set(attemptKey(launch), launch);
  }

  launch(task: AttemptId): Launch | undefined {
    return this.#launches.get(attemptKey(task));
  }

  on(executor: number): Launch[] {
    return [...this.#launches.values()].filter((launch) => launch.executor === executor);
  }

  ended(task: AttemptId): void {
    this.#launches.delete(attemptKey(task));
  }

  /** It will be killed; when its executor says that it has ended, it has failed. */
  willFail(task: AttemptId, error: ErrorData): void {
    this.#failing.set(attemptKey(task), error);
  }

  /** What the scheduler is to hear of what an executor has said. */
  judged(told: TaskOutcome): TaskOutcome {
    const { task } = told;
    const error = this.#failing.get(attemptKey(task));
    this.#failing.delete(attemptKey(task));
    return error && told.kind === "killed" ? { kind: "failed", task, error, permanent: false } : told;
  }

  keep(outcome: Succeeded): void {
    this.#outcomes.set(attemptKey(outcome.task), outcome);
  }

  /** What an attempt made, once. */
  take(task: AttemptId): { readonly output: TaskOutput; readonly accumulators: readonly AccumulatorUpdate[] } {
    const outcome = this.#outcomes.get(attemptKey(task));
    this.#outcomes.delete(attemptKey(task));
    return outcome ?? { output: { kind: "none" }, accumulators: [] };
  }
}
