/**
 * The executors of an application: started, watched, replaced. One process for `local[N]`; several under
 * `local-cluster[n,cores,memMiB]`, where this is the cluster manager: an executor that ends, or is silent for too long,
 * is lost with all it held, and another one takes its place, later each time if none gets anything done.
 */
import { join } from "node:path";
import { type ExecutorProcess, executorStartDeadlineMs, takeExecutor } from "./executor-process.js";
import type { ExecutorConfiguration, FromExecutor, ToExecutor } from "./executor-protocol.js";
import { removeFiles } from "./remove-files.js";
import { startTime } from "./workspace.js";

export interface PoolOptions {
  /** Executors to begin with. */
  readonly executors: number;
  /** The part of the configuration that all executors share. */
  readonly configuration: Omit<ExecutorConfiguration, "directory">;
  /** What an executor wrote is lost with it. */
  readonly ownDirectories: boolean;
  /** An executor that says nothing for so long is lost. */
  readonly silenceMs: number;
}

export interface PoolEvents {
  added(executor: number): void;
  message(executor: number, message: FromExecutor): void;
  lost(executor: number, loss: ExecutorLoss): void;
}

export interface ExecutorLoss {
  readonly reason: string;
  /** Executors lost in a row without a task finished. */
  readonly startsInVain: number;
  /** It had been added before. */
  readonly wasReady: boolean;
}

interface Member {
  readonly process: ExecutorProcess;
  readonly directory: string;
  heardMs: number;
  isReady: boolean;
  storageBytes: number;
  readonly pings: Map<number, () => void>;
}

/** The first replacement comes at once, the others after this time, twice as long each. */
const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** A process that was killed is gone within this time, or the machine has other troubles. */
const killDeadlineMs = 1000;
const pause = new Int32Array(new SharedArrayBuffer(4));

export class ExecutorPool {
  readonly #options: PoolOptions;
  readonly #events: PoolEvents;
  readonly #members = new Map<number, Member>();
  readonly #watch: NodeJS.Timeout;
  readonly #delayed = new Set<NodeJS.Timeout>();
  #watchedMs = performance.now();
  #next = 0;
  #nextPing = 0;
  #startsInVain = 0;
  #held = false;
  #stopped = false;

  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options;
    this.#events = events;
    const { heartbeatMs } = options.configuration;
    this.#watch = setInterval(() => this.#look(heartbeatMs), heartbeatMs).unref();
  }

  /** Starts the executors to begin with; events may come from here on. */
  open(): void {
    for (let i = 0; i < this.#options.executors; i++) this.start();
  }

  get ids(): readonly number[] {
    return [...this.#members.keys()];
  }

  storageBytes(executor: number): number {
    return this.#members.get(executor)?.storageBytes ?? 0;
  }

  directory(executor: number): string {
    return this.#members.get(executor)?.directory ?? "";
  }

  pid(executor: number): number | undefined {
    return this.#members.get(executor)?.process.pid;
  }

  send(executor: number, message: ToExecutor): void {
    this.#members.get(executor)?.process.send(message);
  }

  broadcast(message: ToExecutor): void {
    for (const { process } of this.#members.values()) process.send(message);
  }

  /** Resolves when an executor has done what it was told before, or is gone, or after the deadline. */
  async answered(executor: number, deadlineMs: number): Promise<void> {
    const member = this.#members.get(executor);
    if (!member) return;
    const request = this.#nextPing++;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      member.pings.set(request, resolve);
      timer = setTimeout(resolve, deadlineMs);
      member.process.send({ kind: "ping", request });
    });
    clearTimeout(timer);
    member.pings.delete(request);
  }

  /** Removes a part of every executor's files. */
  removeFiles(name: string): void {
    for (const directory of new Set([...this.#members.values()].map((member) => member.directory))) {
      removeFiles(join(directory, name));
    }
  }

  /** Whether executors keep the program alive: only while a job runs. */
  hold(held: boolean): void {
    this.#held = held;
    for (const { process } of this.#members.values()) process.hold(held);
    for (const timer of this.#delayed) if (held) timer.ref();
  }

  /** A task has been finished: executors do start in this place. */
  worked(): void {
    this.#startsInVain = 0;
  }

  start(): void {
    if (this.#stopped) return;
    const id = this.#next++;
    const { workspace } = this.#options.configuration;
    const directory = join(workspace, this.#options.ownDirectories ? `executor-${id}` : "executor");
    const process = takeExecutor();
    const member: Member = {
      process,
      directory,
      heardMs: performance.now(),
      isReady: false,
      storageBytes: 0,
      pings: new Map(),
    };
    this.#members.set(id, member);
    process.hold(this.#held);
    const timer = setTimeout(() => process.kill(), executorStartDeadlineMs).unref();
    process.attach({
      message: (message) => {
        member.heardMs = performance.now();
        if (message.kind === "ready") {
          clearTimeout(timer);
          member.isReady = true;
          this.#events.added(id);
        } else if (message.kind === "heartbeat") {
          member.storageBytes = message.storageBytes;
          this.#events.message(id, message);
        } else if (message.kind === "pong") member.pings.get(message.request)?.();
        else this.#events.message(id, message);
      },
      lost: (reason) => {
        clearTimeout(timer);
        this.#lose(id, reason);
      },
    });
    process.send({ kind: "configure", configuration: { ...this.#options.configuration, directory } });
  }

  /** Starts another one for one that was lost; waits first if several were lost in vain. */
  replace(): void {
    const delayMs =
      this.#startsInVain <= 1 ? 0 : Math.min(firstDelayMs * 2 ** (this.#startsInVain - 2), longestDelayMs);
    if (delayMs === 0) {
      this.start();
      return;
    }
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      this.start();
    }, delayMs);
    if (!this.#held) timer.unref();
    this.#delayed.add(timer);
  }

  /** Ends one that is needed no more; false: it was gone before. */
  async release(executor: number): Promise<boolean> {
    const member = this.#members.get(executor);
    if (!member) return false;
    this.#members.delete(executor);
    await member.process.stop();
    this.#removeFiles(member);
    return true;
  }

  async stop(): Promise<void> {
    this.#end();
    await Promise.all([...this.#members.values()].map(({ process }) => process.stop()));
  }

  /** Ends all, for the exit of the program: none writes a file any more when this returns. */
  kill(): void {
    this.#end();
    for (const { process } of this.#members.values()) process.kill();
    const pids = [...this.#members.values()].flatMap(({ process }) => process.pid ?? []);
    const deadlineMs = performance.now() + killDeadlineMs;
    while (pids.some(isRunning) && performance.now() < deadlineMs) Atomics.wait(pause, 0, 0, 1);
  }

  #end(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
    for (const timer of this.#delayed) clearTimeout(timer);
  }

  #look(heartbeatMs: number): void {
    const now = performance.now();
    const wasLate = now - this.#watchedMs > 3 * heartbeatMs;
    this.#watchedMs = now;
    // This process itself did not run: what executors said meanwhile is still to be heard.
    if (wasLate) {
      for (const member of this.#members.values()) member.heardMs = now;
      return;
    }
    const { silenceMs } = this.#options;
    for (const [id, { process, heardMs, isReady }] of this.#members) {
      if (!isReady || now - heardMs < silenceMs) continue;
      process.kill();
      this.#lose(id, `no sign of life for ${Math.round(now - heardMs)} ms`);
    }
  }

  #lose(executor: number, reason: string): void {
    const member = this.#members.get(executor);
    if (!member) return;
    this.#members.delete(executor);
    for (const answered of member.pings.values()) answered();
    this.#startsInVain += 1;
    this.#removeFiles(member);
    this.#events.lost(executor, { reason, startsInVain: this.#startsInVain, wasReady: member.isReady });
  }

  #removeFiles({ directory }: Member): void {
    if (this.#options.ownDirectories) removeFiles(directory);
  }
}

/** Whether a process still does something; one of which nobody has asked the status does not. */
const isRunning = (pid: number): boolean => startTime(pid) !== "";
