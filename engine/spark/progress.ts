/** Spark's stages of one job, told to the host as events. */
import type { EngineEvent } from "../session/events.js";
import type { StageInfo } from "./connect-messages.js";

type Progress = Extract<EngineEvent, { kind: "progress" }>;

export class SparkProgress {
  readonly #name: string;
  readonly #listen: (event: EngineEvent) => void;
  readonly #startedMs: number = performance.now();
  /** The last event of each stage that has not ended. */
  readonly #open = new Map<number, Progress>();
  readonly #ended = new Set<number>();

  constructor(name: string, listen: (event: EngineEvent) => void) {
    this.#name = name;
    this.#listen = listen;
  }

  report(stages: readonly StageInfo[]): void {
    for (const { stageId, numTasks, numCompletedTasks, done } of stages) {
      const stage = Number(stageId ?? 0);
      if (!this.#ended.has(stage))
        this.#tell(stage, Number(numTasks ?? 0), Number(numCompletedTasks ?? 0), done === true);
    }
  }

  #tell(stage: number, tasks: number, done: number, ended: boolean): void {
    const elapsedMs = Math.round(performance.now() - this.#startedMs);
    const event: Progress = {
      kind: "progress",
      stage,
      name: this.#name,
      tasks,
      done,
      running: 0,
      spilledBytes: 0,
      failed: 0,
      elapsedMs,
      ended,
    };
    if (ended) {
      this.#open.delete(stage);
      this.#ended.add(stage);
    } else this.#open.set(stage, event);
    this.#listen(event);
  }

  /** The job is over: what Spark said last of each stage stands. */
  end(): void {
    for (const { stage, tasks, done } of [...this.#open.values()]) this.#tell(stage, tasks, done, true);
  }
}
