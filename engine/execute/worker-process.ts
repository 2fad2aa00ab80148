/**
 * A task worker process of another language, spoken to by the frames of `docs/worker-protocol.md`. It belongs to one
 * task slot, runs one task at a time and is kept for the next.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import { type BatchFormat, type BatchSlice, batchFormats } from "../data/batch.js";
import { EngineError, type ErrorCode, errorTable, type UserFrame } from "../errors.js";
import { killChild } from "./process-tree.js";
import type { BucketBatch, PassCounters, Slices } from "./typescript-pass.js";
import { frameKind, protocolVersion, type WorkerTask } from "./worker-frames.js";

/** A worker says that it is ready within this time. */
const startDeadlineMs = 30_000;
/** What a worker that ended had written comes within this time. */
const closeDeadlineMs = 500;
/** A worker waits when so many frames, or so many bytes of them, have not been taken yet. */
const [mostFrames, mostFrameBytes] = [64, 4 * 1024 * 1024];
/** A frame larger than this is garbage, not data. */
const frameLimitBytes = 1024 * 1024 * 1024;

export interface WorkerCommand {
  readonly language: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the user can do when it does not start. */
  readonly remedy: string;
  /** Expected version, such as `3.11`; null when any will do. */
  readonly version: string | null;
}

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

interface Ready {
  readonly version: string;
  readonly protocol: number;
}

interface PackedBatch {
  readonly format: BatchFormat;
  readonly count: number;
  readonly bytes: Uint8Array;
}

interface Done {
  readonly invalidUtf8?: number;
  readonly spilledBytes?: number;
  readonly spilledMemoryBytes?: number;
  readonly accumulators?: readonly { readonly id: number; readonly batch: PackedBatch }[];
}

interface WorkerFailure {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly frames?: readonly UserFrame[];
}

function toFrame(kind: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  const header = Buffer.allocUnsafe(5);
  header.writeUInt32LE(length, 0);
  header.writeUInt8(kind, 4);
  return Buffer.concat([header, ...parts]);
}

function toBatchFrame(input: number, { batch, from, to }: BatchSlice): readonly [Buffer, Uint8Array] {
  const header = Buffer.allocUnsafe(19);
  header.writeUInt32LE(15 + batch.bytes.length, 0);
  header.writeUInt8(frameKind.batch, 4);
  header.writeUInt8(input, 5);
  header.writeUInt8(batchFormats.indexOf(batch.format), 6);
  header.writeUInt32LE(batch.count, 7);
  header.writeUInt32LE(from, 11);
  header.writeUInt32LE(to, 15);
  return [header, batch.bytes];
}

function toBucketBatch(payload: Buffer, language: string): BucketBatch {
  const format = payload.length >= 9 ? batchFormats[payload.readUInt8(4)] : undefined;
  if (format === undefined) throw new EngineError("WORKER_PROTOCOL", { language, reason: "a batch of unknown format" });
  return {
    bucket: payload.readUInt32LE(0),
    batch: { format, count: payload.readUInt32LE(5), bytes: payload.subarray(9) },
  };
}

/** Adds what a task that ended well counted. */
function count(done: Done, counters: PassCounters, language: string): void {
  counters.invalidUtf8 += done.invalidUtf8 ?? 0;
  counters.spilledBytes += done.spilledBytes ?? 0;
  counters.spilledMemoryBytes += done.spilledMemoryBytes ?? 0;
  for (const { id, batch } of done.accumulators ?? []) {
    if (!batchFormats.includes(batch.format))
      throw new EngineError("WORKER_PROTOCOL", { language, reason: "an accumulator of unknown format" });
    counters.accumulators.push({ id, batch });
  }
}

function toError(failure: WorkerFailure, language: string): EngineError {
  const code = (failure.code in errorTable ? failure.code : "WORKER_PROTOCOL") as ErrorCode;
  const params = { language, reason: failure.message, type: failure.type, message: failure.message, ...failure.params };
  return new EngineError(code, params, { origin: failure.frames ? { frames: failure.frames } : {} });
}

/** Everything that could be read when this is called has been read when it resolves. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class WorkerProcess {
  readonly #command: WorkerCommand;
  readonly #child: ChildProcess;
  readonly #input: Duplex;
  readonly #output: Duplex;
  readonly #frames: Frame[] = [];
  #frameBytes = 0;
  #waiter: (() => void) | null = null;
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #wanted = 4;
  #ended: EngineError | null = null;
  #lastWords = "";
  #isReady = false;
  readonly #early: (() => void)[] = [];
  readonly ready: Promise<void>;

  constructor(command: WorkerCommand, print: (stream: "stdout" | "stderr", text: string) => void) {
    this.#command = command;
    this.#child = spawn(command.executable, command.args, {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...command.environment },
    });
    [, , , this.#input, this.#output] = this.#child.stdio as unknown as [null, null, null, Duplex, Duplex];
    this.#input.on("error", () => {});
    this.#output.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#output.on("error", () => {});
    for (const stream of ["stdout", "stderr"] as const) {
      this.#child[stream]?.setEncoding("utf8").on("data", (text: string) => {
        if (stream === "stderr") this.#lastWords = (this.#lastWords + text).slice(-2000);
        // What a worker says that does not start is part of the error.
        if (this.#isReady) print(stream, text);
        else this.#early.push(() => print(stream, text));
      });
    }
    this.#child.on("error", (error) => this.#end(this.#cannotStart(error.message)));
    const died = (code: number | null, signal: string | null): void =>
      this.#end(
        new EngineError("WORKER_DIED", { language: command.language, reason: signal ?? `exit status ${code}` }),
      );
    this.#child.on("close", died);
    // Its own children may hold its pipes open for as long as they like.
    this.#child.on("exit", (code, signal) => setTimeout(() => died(code, signal), closeDeadlineMs));
    this.ready = this.#greet();
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  kill(): void {
    killChild(this.#child);
  }

  #cannotStart(reason: string): EngineError {
    return new EngineError("WORKER_NOT_FOUND", {
      language: this.#command.language,
      reason,
      remedy: this.#command.remedy,
    });
  }

  #end(error: EngineError): void {
    this.#ended ??= error;
    this.#waiter?.();
  }

  async #greet(): Promise<void> {
    const timer = setTimeout(() => {
      this.#end(this.#cannotStart(`${this.#command.executable} did not answer within ${startDeadlineMs} ms`));
      this.kill();
    }, startDeadlineMs);
    try {
      const frame = await this.#next();
      if (frame.kind !== frameKind.ready) throw this.#garbage(`frame ${frame.kind} before READY`);
      const { version, protocol } = unpack(frame.payload) as Ready;
      if (protocol !== protocolVersion)
        throw this.#garbage(`version ${protocol} of the protocol, not ${protocolVersion}`);
      const expected = this.#command.version;
      if (expected !== null && version !== expected && !version.startsWith(`${expected}.`)) {
        this.kill();
        throw new EngineError("WORKER_VERSION_MISMATCH", {
          language: this.#command.language,
          actual: version,
          expected,
        });
      }
      this.#isReady = true;
      for (const print of this.#early.splice(0)) print();
    } catch (error) {
      const lastLine = this.#lastWords.trim().split("\n").at(-1);
      if (error instanceof EngineError && error.code === "WORKER_DIED") {
        throw this.#cannotStart(lastLine || `${this.#command.executable}: ${error.params["reason"]}`);
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #garbage(reason: string): EngineError {
    this.kill();
    return new EngineError("WORKER_PROTOCOL", { language: this.#command.language, reason });
  }

  /** Cuts the stream into frames; whole chunks are kept until a frame is complete. */
  #receive(chunk: Buffer): void {
    this.#partial.push(chunk);
    this.#partialBytes += chunk.length;
    while (this.#partialBytes >= this.#wanted) {
      const bytes = this.#partial.length === 1 ? (this.#partial[0] as Buffer) : Buffer.concat(this.#partial);
      const length = bytes.readUInt32LE(0);
      if (length === 0 || length > frameLimitBytes) {
        this.#partial = [];
        this.#partialBytes = 0;
        this.#end(this.#garbage(`a frame of ${length} bytes`));
        return;
      }
      if (bytes.length < 4 + length) {
        this.#partial = [bytes];
        this.#wanted = 4 + length;
        return;
      }
      this.#frames.push({ kind: bytes.readUInt8(4), payload: bytes.subarray(5, 4 + length) });
      this.#frameBytes += length;
      const rest = bytes.subarray(4 + length);
      this.#partial = rest.length > 0 ? [rest] : [];
      this.#partialBytes = rest.length;
      this.#wanted = 4;
    }
    if (this.#frames.length > mostFrames || this.#frameBytes > mostFrameBytes) this.#output.pause();
    this.#waiter?.();
  }

  async #next(): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) {
        this.#frameBytes -= frame.payload.length + 1;
        if (this.#frames.length === 0) this.#output.resume();
        return frame;
      }
      if (this.#ended) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#waiter = resolve;
      });
      this.#waiter = null;
    }
  }

  async #write(...parts: readonly Uint8Array[]): Promise<void> {
    let room = true;
    for (const part of parts) room = this.#input.write(part);
    if (room || this.#ended) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#input.off("drain", go).off("close", go).off("error", go);
        resolve();
      };
      this.#input.once("drain", go).once("close", go).once("error", go);
    });
  }

  async #feed(inputs: readonly Slices[], flow: { stopped: boolean }): Promise<void> {
    for (const [input, slices] of inputs.entries()) {
      for await (const slice of slices) {
        if (flow.stopped || this.#ended) break;
        await this.#write(...toBatchFrame(input, slice));
      }
    }
    await this.#write(toFrame(frameKind.end));
  }

  /** Answers a task that has come to a barrier, when all others have. */
  async #meet(payload: Buffer, barrier: (message: string) => Promise<readonly string[]>): Promise<void> {
    const { message } = unpack(payload) as { readonly message?: string | null };
    await this.#write(toFrame(frameKind.release, pack({ messages: await barrier(message ?? "") })));
  }

  /** Runs one task: batches go in while batches come out. */
  async *run(
    task: WorkerTask,
    inputs: readonly Slices[],
    counters: PassCounters,
    barrier: (message: string) => Promise<readonly string[]>,
  ): AsyncIterable<BucketBatch> {
    await this.ready;
    const flow = { stopped: false };
    await this.#write(toFrame(frameKind.task, pack(task)));
    const feeding = this.#feed(inputs, flow);
    let sourceFailure: unknown = null;
    let isOver = false;
    feeding.catch((error: unknown) => {
      // The source failed: the worker cannot be told, so it is given up.
      sourceFailure = error;
      this.kill();
    });
    try {
      for (;;) {
        const frame = await this.#next();
        if (frame.kind === frameKind.output) yield toBucketBatch(frame.payload, this.#command.language);
        else if (frame.kind === frameKind.enough) flow.stopped = true;
        else if (frame.kind === frameKind.barrier) await this.#meet(frame.payload, barrier);
        else if (frame.kind === frameKind.done) {
          isOver = true;
          count(unpack(frame.payload) as Done, counters, this.#command.language);
          // What the task printed lies in its pipe: it is told before the task ends.
          await nextTurn();
          break;
        } else if (frame.kind === frameKind.error) {
          isOver = true;
          flow.stopped = true;
          await feeding;
          await nextTurn();
          throw toError(unpack(frame.payload) as WorkerFailure, this.#command.language);
        } else throw this.#garbage(`frame ${frame.kind}`);
      }
      await feeding;
    } catch (error) {
      if (sourceFailure !== null) throw sourceFailure;
      throw error;
    } finally {
      // Whoever wants no more leaves a task behind, whose frames the next one would take for its own.
      if (!isOver) this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#end(new EngineError("WORKER_DIED", { language: this.#command.language, reason: "given up" }));
    this.kill();
  }
}
