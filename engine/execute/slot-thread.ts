/** The executor's handle on one task slot: its thread is replaced when a task is killed or ends it. */

import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { EngineError } from "../errors.js";
import { idOf } from "../schedule/stage.js";
import { killStartedBy, killTree } from "./process-tree.js";
import { removeTraces } from "./sink.js";
import type { BarrierBed, BlockAnswer, BlockRequest, MainReply, SlotReply, SlotRequest } from "./slot-messages.js";
import type { PythonEnvironment, Task, TaskOutcome } from "./task.js";

export interface SlotEvents {
  outcome(outcome: TaskOutcome): void;
  print(stream: "stdout" | "stderr", text: string): void;
  /** What the task asks of the block store. */
  block(ask: BlockRequest): BlockAnswer;
  /** The task has come to a barrier. */
  barrier(task: Task, message: string): void;
  /** The task is ready to publish what it wrote. */
  commit(task: Task): void;
  /** The task is over, however it ended. */
  over(): void;
}

/** A thread that does not end within this time is in native code, where nothing reaches it; it is left behind. */
const endDeadlineMs = 500;

export class SlotThread {
  readonly #events: SlotEvents;
  /** Of V8's young generation; null: V8's own limit. */
  readonly #youngMiB: number | null;
  #thread: Worker;
  #barrier: MessagePort;
  #bed: BarrierBed | null = null;
  #task: Task | null = null;
  #directory = "";
  #name: string | null = null;
  #workerPid: number | null = null;
  #ending: Promise<void> | null = null;

  constructor(events: SlotEvents, youngMiB: number | null) {
    this.#events = events;
    this.#youngMiB = youngMiB;
    [this.#thread, this.#barrier] = this.#start();
  }

  get task(): Task | null {
    return this.#task;
  }

  /** The process that runs functions of another language for it. */
  get workerPid(): number | null {
    return this.#workerPid;
  }

  run(task: Task, memoryBytes: number, directory: string): void {
    this.#task = task;
    this.#directory = directory;
    this.#send({ kind: "run", task, memoryBytes, directory });
  }

  warm(python: PythonEnvironment): void {
    this.#send({ kind: "warm", python });
  }

  /** All tasks of its barrier stage have come. */
  release(messages: readonly string[]): void {
    const bed = this.#bed;
    this.#bed = null;
    if (bed === null) {
      this.#send({ kind: "released", messages });
      return;
    }
    this.#barrier.postMessage(messages);
    const flag = new Int32Array(bed.flag);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  }

  /** Whether the task may publish what it wrote. */
  commit(allowed: boolean): void {
    this.#send({ kind: "commit", allowed });
  }

  /** Ends the running task and all that it started; resolves when nothing of it is left and the slot is free. */
  kill(): Promise<void> {
    this.#ending ??= this.#renew().finally(() => {
      this.#ending = null;
    });
    return this.#ending;
  }

  async #renew(): Promise<void> {
    const [task, directory] = [this.#task, this.#directory];
    const stopped = this.stop();
    await Promise.race([stopped, sleep(endDeadlineMs)]);
    if (task) {
      removeTraces(task, directory);
      void stopped.then(() => removeTraces(task, directory));
    }
    [this.#thread, this.#barrier] = this.#start();
    this.#over();
  }

  /** Resolves when the thread has ended, and the processes that it started. */
  async stop(): Promise<void> {
    this.#thread.removeAllListeners();
    this.#thread.on("error", () => {});
    const name = this.#name;
    this.#name = null;
    const ended = this.#thread.terminate();
    this.#killWorker();
    killStartedBy(name);
    this.#barrier.close();
    await ended;
    // What it started after the first look.
    killStartedBy(name);
  }

  #send(message: SlotRequest | MainReply): void {
    this.#thread.postMessage(message);
  }

  #killWorker(): void {
    const pid = this.#workerPid;
    this.#workerPid = null;
    if (pid !== null) killTree(pid);
  }

  #start(): [Worker, MessagePort] {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    const thread = new Worker(new URL("./slot.js", import.meta.url), {
      stdin: false,
      ...(this.#youngMiB === null ? {} : { resourceLimits: { maxYoungGenerationSizeMb: this.#youngMiB } }),
      workerData: { barrier: port2 },
      transferList: [port2],
    });
    thread.on("message", (reply: SlotReply) => this.#receive(reply));
    thread.on("error", (error) => void this.#ended(`${error.name}: ${error.message}`));
    thread.on("exit", (status) => void this.#ended(`exit status ${status}`));
    return [thread, port1];
  }

  #receive(reply: SlotReply): void {
    switch (reply.kind) {
      case "started":
        this.#name = reply.thread;
        break;
      case "worker":
        this.#workerPid = reply.pid;
        break;
      case "print":
        this.#events.print(reply.stream, reply.text);
        break;
      case "block":
        this.#send({ kind: "block", request: reply.request, answer: this.#events.block(reply.ask) });
        break;
      case "barrier":
        this.#bed = reply.bed;
        if (this.#task) this.#events.barrier(this.#task, reply.message);
        break;
      case "commitRequested":
        if (this.#task) this.#events.commit(this.#task);
        break;
      case "outcome":
        this.#over();
        this.#events.outcome(reply.outcome);
    }
  }

  #over(): void {
    this.#bed = null;
    if (this.#task === null) return;
    this.#task = null;
    this.#events.over();
  }

  /** The thread ended by itself: a user's function called `process.exit`, or threw where nobody could catch it. */
  async #ended(reason: string): Promise<void> {
    const task = this.#task;
    await this.kill();
    if (!task) return;
    const error = new EngineError(
      "WORKER_DIED",
      { language: "typescript", reason },
      { origin: { task: { ...idOf(task), partitions: task.partitions } } },
    );
    this.#events.outcome({
      kind: "failed",
      task: idOf(task),
      error: error.toData(),
      permanent: false,
    });
  }
}
