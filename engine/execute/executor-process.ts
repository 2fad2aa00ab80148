/** The driver's handle on one executor process. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromExecutor, ToExecutor } from "./executor-protocol.js";

/** What an executor says to the backend. */
export type ExecutorMessage = Exclude<FromExecutor, { kind: "workers" }>;

export interface ExecutorEvents {
  message(message: ExecutorMessage): void;
  /** The process is gone, although nobody stopped it. */
  lost(reason: string): void;
}

const silent: ExecutorEvents = { message: () => {}, lost: () => {} };

/** An executor says that it is ready within this time. */
export const executorStartDeadlineMs: number = 30_000;
/** After it was told to stop, an executor is killed at the latest after this time. */
const stopDeadlineMs = 2_000;

export class ExecutorProcess {
  readonly #child: ChildProcess;
  #events: ExecutorEvents = silent;
  #early: ExecutorMessage[] = [];
  #lost: string | null = null;
  #stopped = false;
  #lastWords = "";
  #workers: readonly number[] = [];

  constructor(queries: number) {
    this.#child = fork(fileURLToPath(new URL("./executor-main.js", import.meta.url)), [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: ["--no-warnings"],
      // Each running query holds a thread of the pool, and files need some too.
      env: { ...process.env, NODE_OPTIONS: "", UV_THREADPOOL_SIZE: String(queries + 4) },
    });
    this.#child.on("message", (message: FromExecutor) => {
      if (message.kind === "workers") this.#workers = message.pids;
      else if (this.#events === silent) this.#early.push(message);
      else this.#events.message(message);
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-1000);
    });
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("exit", (status, signal) => this.#end(this.#reason(status, signal)));
    this.hold(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  attach(events: ExecutorEvents): void {
    this.#events = events;
    for (const message of this.#early.splice(0)) events.message(message);
    if (this.#lost !== null) events.lost(this.#lost);
  }

  send(message: ToExecutor): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Whether this process keeps the program alive: only while a job runs. */
  hold(held: boolean): void {
    const { channel, stderr } = this.#child;
    const pipe = stderr as unknown as { ref?(): void; unref?(): void } | null;
    if (held) {
      this.#child.ref();
      channel?.ref();
      pipe?.ref?.();
    } else {
      this.#child.unref();
      channel?.unref();
      pipe?.unref?.();
    }
  }

  /** Ends the process and waits for it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#lost !== null || this.#child.exitCode !== null) return;
    this.hold(true);
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.send({ kind: "stop" });
    const timer = setTimeout(() => this.kill(), stopDeadlineMs);
    await ended;
    clearTimeout(timer);
  }

  /** Ends the process without waiting; for the exit of the program. */
  kill(): void {
    this.#stopped = true;
    this.#child.kill("SIGKILL");
    this.#killWorkers();
  }

  /** A worker that is busy would not notice that its executor is gone. */
  #killWorkers(): void {
    for (const pid of this.#workers) killProcess(pid);
    this.#workers = [];
  }

  #reason(status: number | null, signal: string | null): string {
    const lastLine = this.#lastWords.trim().split("\n").at(-1);
    return lastLine || signal || `exit status ${status}`;
  }

  #end(reason: string): void {
    if (this.#lost !== null) return;
    this.#lost = reason;
    this.#killWorkers();
    if (!this.#stopped) this.#events.lost(reason);
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

let ahead: ExecutorProcess | null = null;

/** Starts an executor before anybody asks for one, so that the first session finds it ready. */
export function startExecutorAhead(): void {
  ahead ??= new ExecutorProcess(8);
}

/** The one that was started ahead, or a new one. */
export function takeExecutor(): ExecutorProcess {
  const taken = ahead ?? new ExecutorProcess(8);
  ahead = null;
  return taken;
}
