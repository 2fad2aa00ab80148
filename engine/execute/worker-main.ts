/**
 * The TypeScript task worker as a process of its own, for places where no task slot of ours runs: it speaks
 * `docs/worker-protocol.md` over two pipes, `--in FD --out FD`, and runs one task at a time. Reads and writes wait for
 * the pipe, which is its back-pressure.
 */
import { readSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import { type BatchSlice, batchFormats } from "../data/batch.js";
import { toEngineError } from "./run-task.js";
import { newCounters, runTypescriptPass } from "./typescript-pass.js";
import { frameKind, type WorkerTask } from "./worker-frames.js";

const { values: options } = parseArgs({ options: { in: { type: "string" }, out: { type: "string" } } });
const [input, output] = [Number(options.in), Number(options.out)];

/** The user's own output stays out of the frames' way. */
const protocolVersion = 1;

/** Exactly `length` bytes; null when the executor has closed the pipe. */
function readBytes(length: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(input, bytes, filled, length - filled, null);
    if (count === 0) return null;
    filled += count;
  }
  return bytes;
}

function writeFrame(kind: number, ...parts: readonly Uint8Array[]): void {
  const header = Buffer.allocUnsafe(5);
  header.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 1),
    0,
  );
  header.writeUInt8(kind, 4);
  for (const part of [header, ...parts])
    for (let written = 0; written < part.length; ) written += writeSync(output, part, written);
}

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

function nextFrame(): Frame {
  const header = readBytes(4);
  const body = header && readBytes(header.readUInt32LE(0));
  if (!body) process.exit(0);
  return { kind: body.readUInt8(0), payload: body.subarray(1) };
}

function refuse(reason: string): never {
  writeFrame(
    frameKind.error,
    pack({
      code: "WORKER_PROTOCOL",
      type: "protocol",
      message: reason,
      params: { language: "typescript", reason },
      frames: [],
      step: 0,
    }),
  );
  process.exit(2);
}

function toSlice(payload: Buffer): BatchSlice {
  const format = batchFormats[payload.readUInt8(0)];
  if (format === undefined) return refuse("a batch of unknown format");
  const batch = { format, count: payload.readUInt32LE(1), bytes: payload.subarray(13) };
  return { batch, from: payload.readUInt32LE(5), to: payload.readUInt32LE(9) };
}

/** The batches of a task up to END, each read when it is asked for. */
class Input {
  #ended = false;

  get ended(): boolean {
    return this.#ended;
  }

  *[Symbol.iterator](): Iterator<BatchSlice> {
    while (!this.#ended) {
      const { kind, payload } = nextFrame();
      if (kind === frameKind.end) this.#ended = true;
      else if (kind === frameKind.batch) yield toSlice(payload);
      else refuse(`frame ${kind} within a task`);
    }
  }

  skip(): void {
    for (const _ of this);
  }
}

async function runTask(task: WorkerTask): Promise<void> {
  const slices = new Input();
  const counters = newCounters();
  let written = 0;
  try {
    const pass = { language: "typescript", steps: task.steps, bucketing: task.bucketing, output: task.output } as const;
    for await (const { bucket, batch } of runTypescriptPass(pass, slices, task.partition, counters)) {
      const header = Buffer.allocUnsafe(9);
      header.writeUInt32LE(bucket, 0);
      header.writeUInt8(batchFormats.indexOf(batch.format), 4);
      header.writeUInt32LE(batch.count, 5);
      writeFrame(frameKind.output, header, batch.bytes);
      written += batch.count;
    }
    if (!slices.ended) writeFrame(frameKind.enough);
    slices.skip();
    writeFrame(frameKind.done, pack({ read: counters.read, written, invalidUtf8: counters.invalidUtf8 }));
  } catch (thrown) {
    const { code, params, origin } = toEngineError(thrown);
    const { type = code, message = "" } = params;
    writeFrame(frameKind.error, pack({ code, type, message, params, frames: origin.frames ?? [], step: 0 }));
    slices.skip();
  }
}

process.on("SIGINT", () => {});
writeFrame(
  frameKind.ready,
  pack({ language: "typescript", version: process.versions.node, protocol: protocolVersion, pid: process.pid }),
);
for (;;) {
  const { kind, payload } = nextFrame();
  if (kind !== frameKind.task) refuse(`frame ${kind} outside a task`);
  await runTask(unpack(payload) as WorkerTask);
}
