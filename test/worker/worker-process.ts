/** Drives a task worker of any language by `docs/worker-protocol.md`, and by nothing else. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { decode, encode } from "@msgpack/msgpack";
import type { WorkerUnderTest } from "./worker-under-test.js";

export const kind = {
  task: 1,
  batch: 2,
  end: 3,
  release: 4,
  ready: 17,
  output: 18,
  done: 19,
  error: 20,
  enough: 21,
  barrier: 22,
} as const;
export const format = { lines: 0, portable: 1, pickle: 2, v8: 3 } as const;
export const uncounted = 0xffffffff;

export interface InputBatch {
  /** 0 when left out. */
  readonly input?: number;
  readonly format: number;
  readonly count: number;
  readonly from?: number;
  readonly to?: number;
  readonly bytes: Uint8Array;
}

export interface OutputBatch {
  readonly bucket: number;
  readonly format: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

export interface WorkerError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly params: Readonly<Record<string, string>>;
  readonly frames: readonly {
    readonly file: string;
    readonly line: number;
    readonly function: string;
    readonly text?: string;
  }[];
  readonly step: number;
}

export interface Done {
  readonly read: number;
  readonly written: number;
  readonly invalidUtf8: number;
  readonly spilledBytes: number;
  readonly accumulators: readonly {
    readonly id: number;
    readonly batch: { readonly format: string; readonly count: number; readonly bytes: Uint8Array };
  }[];
}

export interface Outcome {
  readonly batches: readonly OutputBatch[];
  readonly enough: boolean;
  readonly done: Done | null;
  readonly error: WorkerError | null;
}

export interface TaskFields {
  readonly steps: readonly object[];
  readonly bucketing?: object | null;
  readonly output?: "lines" | "portable" | "own";
  readonly stage?: number;
  readonly partition?: number;
  readonly partitions?: number;
  readonly attempt?: number;
  readonly inputs?: number;
  readonly batchElements?: number;
  readonly memoryBytes?: number;
  readonly spillDirectory?: string;
  readonly broadcasts?: readonly { readonly id: number; readonly path: string }[];
  readonly context?: object;
  readonly searchPath?: readonly string[];
  readonly workingDirectory?: string;
}

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** No answer takes longer than this on a busy machine. */
export const deadlineMs = 30_000;

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #input: Duplex;
  readonly #output: Duplex;
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  #printed = "";
  readonly #exited: Promise<number | string>;

  constructor(worker: WorkerUnderTest) {
    this.#child = spawn(worker.executable, worker.args, {
      stdio: ["ignore", "pipe", "inherit", "pipe", "pipe"],
      env: { ...process.env, ...worker.environment },
    });
    [, , , this.#input, this.#output] = this.#child.stdio as unknown as [null, null, null, Duplex, Duplex];
    this.#chunks = this.#output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (const stream of [this.#input, this.#output]) stream.on("error", () => {});
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#printed += text;
    });
    this.#exited = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
    });
    this.#exited.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What the worker wrote to its standard output so far. */
  get printed(): string {
    return this.#printed;
  }

  /** Waits until the worker has written this much to its standard output, which must be this text. */
  async printing(text: string): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (this.#printed.length < text.length && Date.now() < deadline) await new Promise((go) => setTimeout(go, 5));
    if (this.#printed !== text) throw new WorkerMisbehaved(`printed ${JSON.stringify(this.#printed)}`);
  }

  send(frameKind: number, payload: Uint8Array = new Uint8Array()): void {
    const header = Buffer.alloc(5);
    header.writeUInt32LE(payload.length + 1, 0);
    header.writeUInt8(frameKind, 4);
    this.#input.write(Buffer.concat([header, payload]));
  }

  sendRaw(bytes: Uint8Array): void {
    this.#input.write(bytes);
  }

  sendTask(fields: TaskFields): void {
    const place = { stage: 2, partition: 0, partitions: 4, attempt: 0 };
    this.send(kind.task, encode({ ...place, bucketing: null, output: "portable", ...fields }));
  }

  sendBatch(batch: InputBatch): void {
    const header = Buffer.alloc(14);
    header.writeUInt8(batch.input ?? 0, 0);
    header.writeUInt8(batch.format, 1);
    header.writeUInt32LE(batch.count, 2);
    header.writeUInt32LE(batch.from ?? 0, 6);
    header.writeUInt32LE(batch.to ?? batch.count, 10);
    this.send(kind.batch, Buffer.concat([header, batch.bytes]));
  }

  /** The next frame; null at the end of the pipe. */
  async next(): Promise<Frame | null> {
    const header = await this.#exactly(5);
    if (header === null) return null;
    const payload = await this.#exactly(header.readUInt32LE(0) - 1);
    return payload && { kind: header.readUInt8(4), payload };
  }

  async ready(): Promise<Record<string, unknown>> {
    const frame = await this.next();
    if (frame?.kind !== kind.ready) throw new WorkerMisbehaved(`began with ${frame?.kind ?? "the end of its output"}`);
    return decode(frame.payload) as Record<string, unknown>;
  }

  /** Sends a whole task and collects what comes back. */
  async run(fields: TaskFields, batches: readonly InputBatch[]): Promise<Outcome> {
    this.sendTask(fields);
    for (const batch of batches) this.sendBatch(batch);
    return this.finish();
  }

  /** The message of the next frame, which says that the task has come to a barrier. */
  async barrier(): Promise<string> {
    const frame = await this.next();
    if (frame?.kind !== kind.barrier) throw new WorkerMisbehaved(`sent ${frame?.kind ?? "nothing"} before a barrier`);
    return (decode(frame.payload) as { message: string }).message;
  }

  release(messages: readonly string[]): void {
    this.send(kind.release, encode({ messages }));
  }

  /** The end of the input, and what comes of it. */
  finish(): Promise<Outcome> {
    this.send(kind.end);
    return this.outcome();
  }

  /** Collects frames up to DONE, ERROR or the end of the pipe. */
  async outcome(): Promise<Outcome> {
    const batches: OutputBatch[] = [];
    let enough = false;
    for (;;) {
      const frame = await this.next();
      if (frame === null) return { batches, enough, done: null, error: null };
      const { payload } = frame;
      if (frame.kind === kind.done) return { batches, enough, done: decode(payload) as Done, error: null };
      if (frame.kind === kind.error) return { batches, enough, done: null, error: decode(payload) as WorkerError };
      if (frame.kind === kind.enough) enough = true;
      else if (frame.kind === kind.output) batches.push(toOutputBatch(payload));
      else throw new WorkerMisbehaved(`sent a frame of kind ${frame.kind}`);
    }
  }

  closeInput(): void {
    this.#input.destroy();
  }

  closeOutput(): void {
    this.#output.destroy();
  }

  /** The exit status, once the process has ended by itself. */
  exited(): Promise<number | string> {
    return within(this.#exited, "exit");
  }

  /** Closes the pipes; the exit status. */
  async end(): Promise<number | string> {
    this.closeInput();
    try {
      return await this.exited();
    } finally {
      this.#child.kill("SIGKILL");
      this.closeOutput();
    }
  }

  async #exactly(count: number): Promise<Buffer | null> {
    const chunks = [this.#held];
    let size = this.#held.length;
    while (size < count) {
      const { value, done } = await within(this.#chunks.next(), "answer");
      if (done) return null;
      chunks.push(value);
      size += value.length;
    }
    const bytes = chunks.length > 1 ? Buffer.concat(chunks) : this.#held;
    this.#held = bytes.subarray(count);
    return bytes.subarray(0, count);
  }
}

const toOutputBatch = (payload: Buffer): OutputBatch => ({
  bucket: payload.readUInt32LE(0),
  format: payload.readUInt8(4),
  count: payload.readUInt32LE(5),
  bytes: payload.subarray(9),
});

class WorkerMisbehaved extends Error {
  constructor(what: string) {
    super(`the worker ${what}`);
  }
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WorkerMisbehaved(`did not ${what} within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
