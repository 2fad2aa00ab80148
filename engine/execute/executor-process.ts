/** The driver's handle on one executor process. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { channelDescriptor, ExecutorChannel } from "./executor-channel.js";
import type { FromExecutor, ToExecutor } from "./executor-protocol.js";
import { killGroup } from "./process-tree.js";

export interface ExecutorEvents {
  message(message: FromExecutor): void;
  /** The process is gone, although nobody stopped it. */
  lost(reason: string): void;
}

const silent: ExecutorEvents = { message: () => {}, lost: () => {} };

/** An executor says that it is ready within this time. */
export const executorStartDeadlineMs: number = 30_000;
/** Holds the line that tells why, and the stack that Node prints after it. */
const lastWordsCharacters = 8_000;
/** After it was told to stop, an executor is killed at the latest after this time. */
const stopDeadlineMs = 2_000;

export class ExecutorProcess {
  readonly #child: ChildProcess;
  readonly #channel: ExecutorChannel<FromExecutor, ToExecutor>;
  #events: ExecutorEvents = silent;
  #early: FromExecutor[] = [];
  #lost: string | null = null;
  #stopped = false;
  #lastWords = "";

  constructor(queries: number) {
    const program = fileURLToPath(new URL("./executor-main.js", import.meta.url));
    this.#child = spawn(process.execPath, ["--no-warnings", program], {
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      // A group of its own, by which all that its tasks started is found when it is gone.
      detached: true,
      // Each running query holds a thread of the pool, and files need some too.
      env: { ...process.env, NODE_OPTIONS: "", UV_THREADPOOL_SIZE: String(queries + 4) },
    });
    this.#channel = new ExecutorChannel(this.#child.stdio[channelDescriptor] as Duplex, {
      message: (message) => this.#receive(message),
      garbage: () => {
        this.#end("it wrote to the channel of its messages what is none of them");
        this.#child.kill("SIGKILL");
      },
      // Its exit says why.
      closed: () => {},
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsCharacters);
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
    this.#channel.send(message);
  }

  /** Whether this process keeps the program alive: only while a job runs. */
  hold(held: boolean): void {
    const pipe = this.#child.stderr as unknown as { ref?(): void; unref?(): void } | null;
    this.#channel.hold(held);
    if (held) {
      this.#child.ref();
      pipe?.ref?.();
    } else {
      this.#child.unref();
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
    this.#killGroup();
  }

  /** A worker that is busy would not notice that its executor is gone. */
  #killGroup(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  #receive(message: FromExecutor): void {
    if (this.#events === silent) this.#early.push(message);
    else this.#events.message(message);
  }

  #reason(status: number | null, signal: string | null): string {
    const words = this.#lastWords.trim().split("\n");
    // Behind what Node says of its end comes the stack of its own code.
    const fatal = words.find((line) => line.startsWith("FATAL ERROR: "))?.slice("FATAL ERROR: ".length);
    return fatal || words.at(-1) || signal || `exit status ${status}`;
  }

  #end(reason: string): void {
    if (this.#lost !== null) return;
    this.#lost = reason;
    this.#killGroup();
    if (!this.#stopped) this.#events.lost(reason);
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
