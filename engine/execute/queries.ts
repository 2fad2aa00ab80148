/** Queries of the embedded engine in an executor process, which opens it when the first one comes. */
import { join } from "node:path";
import type { Schema } from "../data/data-type.js";
import type { EmbeddedEngine } from "../embedded/query-run.js";
import { EngineError } from "../errors.js";
import { type AttemptId, attemptKey } from "../schedule/stage.js";
import { attempt } from "./run-task.js";
import type { Task, TaskOutcome } from "./task.js";

/** Threads that one query uses; several queries share the machine. */
const threads = 2;

export class Queries {
  readonly #directory: () => string | null;
  readonly #running = new Map<string, AbortController>();
  #engine: Promise<EmbeddedEngine> | null = null;

  constructor(directory: () => string | null) {
    this.#directory = directory;
  }

  async run(task: Task, directory: string): Promise<TaskOutcome> {
    const { input } = task;
    const abort = new AbortController();
    this.#running.set(attemptKey(task), abort);
    const outcome = await attempt(task, directory, async (sink) => {
      if (input.kind !== "query") throw new EngineError("INTERNAL", { reason: `a ${input.kind} input is no query` });
      const engine = await this.#open();
      for await (const batch of engine.run(input.query, abort.signal)) await sink.write({ bucket: 0, batch });
    });
    this.#running.delete(attemptKey(task));
    const wasKilled = abort.signal.aborted && outcome.kind === "failed";
    return wasKilled ? { kind: "killed", task: outcome.task } : outcome;
  }

  kill(task: AttemptId): void {
    this.#running.get(attemptKey(task))?.abort();
  }

  async describe(paths: readonly string[]): Promise<Schema> {
    return (await this.#open()).describeParquet(paths);
  }

  #open(): Promise<EmbeddedEngine> {
    // The engine's library takes 50 ms to load; programs without queries never do.
    this.#engine ??= import("../embedded/query-run.js").then(({ openEngine }) =>
      openEngine({ threads, tempDirectory: join(this.#directory() ?? ".", "spill") }),
    );
    return this.#engine;
  }
}
