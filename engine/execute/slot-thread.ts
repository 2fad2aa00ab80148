/** The executor's handle on one task slot: its thread is replaced when a task is killed or ends it. */
import { Worker } from "node:worker_threads";
import { EngineError } from "../errors.js";
import type { SlotReply, SlotRequest } from "./slot.js";
import type { PythonEnvironment, Task, TaskOutcome } from "./task.js";

export interface SlotEvents {
  outcome(outcome: TaskOutcome): void;
  print(stream: "stdout" | "stderr", text: string): void;
  /** The worker process of the slot is another one now, or there is none. */
  workerChanged(): void;
}

export class SlotThread {
  readonly #events: SlotEvents;
  #thread: Worker;
  #task: Task | null = null;
  #workerPid: number | null = null;

  constructor(events: SlotEvents) {
    this.#events = events;
    this.#thread = this.#start();
  }

  get task(): Task | null {
    return this.#task;
  }

  get workerPid(): number | null {
    return this.#workerPid;
  }

  run(task: Task): void {
    this.#task = task;
    this.#send({ kind: "run", task });
  }

  warm(python: PythonEnvironment): void {
    this.#send({ kind: "warm", python });
  }

  /** Ends the running task and everything it started; the slot is free at once. */
  kill(): void {
    this.#task = null;
    void this.stop();
    this.#events.workerChanged();
    this.#thread = this.#start();
  }

  /** Resolves when the thread has ended. */
  async stop(): Promise<void> {
    this.#thread.removeAllListeners();
    this.#thread.on("error", () => {});
    this.#killWorker();
    await this.#thread.terminate();
  }

  #send(request: SlotRequest): void {
    this.#thread.postMessage(request);
  }

  #killWorker(): void {
    const pid = this.#workerPid;
    this.#workerPid = null;
    if (pid === null) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }

  #start(): Worker {
    const thread = new Worker(new URL("./slot.js", import.meta.url), { stdin: false });
    thread.on("message", (reply: SlotReply) => this.#receive(reply));
    thread.on("error", (error) => this.#ended(`${error.name}: ${error.message}`));
    thread.on("exit", (status) => this.#ended(`exit status ${status}`));
    return thread;
  }

  #receive(reply: SlotReply): void {
    if (reply.kind === "worker") {
      this.#workerPid = reply.pid;
      this.#events.workerChanged();
    } else if (reply.kind === "print") this.#events.print(reply.stream, reply.text);
    else {
      this.#task = null;
      this.#events.outcome(reply.outcome);
    }
  }

  /** The thread ended by itself: a user's function called `process.exit`, or threw where nobody could catch it. */
  #ended(reason: string): void {
    const task = this.#task;
    this.kill();
    if (!task) return;
    const { stage, partition, attempt, partitions } = task;
    const error = new EngineError(
      "WORKER_DIED",
      { language: "typescript", reason },
      { origin: { task: { stage, partition, partitions, attempt } } },
    );
    this.#events.outcome({
      kind: "failed",
      task: { stage, partition, attempt },
      error: error.toData(),
      permanent: false,
    });
  }
}
