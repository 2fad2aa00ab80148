/**
 * The frames of `docs/worker-protocol.md` over two file descriptors, from the worker's side. Reads and writes wait for the
 * pipe, which is its back-pressure: a function of the user that pulls its input cannot wait in any other way.
 */
import { readSync } from "node:fs";
import { encode as pack } from "@msgpack/msgpack";
import { type BatchSlice, batchFormats } from "../data/batch.js";
import { writeFully } from "../data/write-fully.js";
import type { BucketBatch } from "./batch-writer.js";
import { frameKind } from "./worker-frames.js";

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** A frame larger than this is garbage, not data. */
const frameLimitBytes = 512 * 1024 * 1024;
const batchHeaderBytes = 14;

export class WorkerPipe {
  readonly #input: number;
  readonly #output: number;

  constructor(input: number, output: number) {
    this.#input = input;
    this.#output = output;
  }

  /** The next frame; when the executor has closed the pipe, the process ends. */
  next(): Frame {
    const header = this.#read(4);
    const length = header.readUInt32LE(0);
    if (length === 0 || length > frameLimitBytes) this.refuse(`a frame of ${length} bytes`);
    const body = this.#read(length);
    return { kind: body.readUInt8(0), payload: body.subarray(1) };
  }

  #read(length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let filled = 0; filled < length; ) {
      const count = readSync(this.#input, bytes, filled, length - filled, null);
      if (count === 0) process.exit(0);
      filled += count;
    }
    return bytes;
  }

  write(kind: number, ...parts: readonly Uint8Array[]): void {
    const header = Buffer.allocUnsafe(5);
    header.writeUInt32LE(
      parts.reduce((sum, part) => sum + part.length, 1),
      0,
    );
    header.writeUInt8(kind, 4);
    try {
      for (const part of [header, ...parts]) writeFully(this.#output, part);
    } catch (error) {
      // Nobody reads any more.
      if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(0);
      throw error;
    }
  }

  writeMap(kind: number, map: Readonly<Record<string, unknown>>): void {
    this.write(kind, pack(map));
  }

  writeBatch({ bucket, batch }: BucketBatch): void {
    const header = Buffer.allocUnsafe(9);
    header.writeUInt32LE(bucket, 0);
    header.writeUInt8(batchFormats.indexOf(batch.format), 4);
    header.writeUInt32LE(batch.count, 5);
    this.write(frameKind.output, header, batch.bytes);
  }

  /** The other side broke the protocol: there is no way to go on. */
  refuse(reason: string): never {
    const params = { language: "typescript", reason };
    this.writeMap(frameKind.error, {
      code: "WORKER_PROTOCOL",
      type: "WORKER_PROTOCOL",
      message: reason,
      params,
      frames: [],
      step: 0,
    });
    process.exit(2);
  }
}

/** A batch of an input; what is wrong with the frame, if it is no batch. */
export function toInputSlice(payload: Buffer): { readonly input: number; readonly slice: BatchSlice } | string {
  if (payload.length < batchHeaderBytes) return "a batch without its header";
  const format = batchFormats[payload.readUInt8(1)];
  if (format === undefined) return "a batch of unknown format";
  const batch = { format, count: payload.readUInt32LE(2), bytes: payload.subarray(batchHeaderBytes) };
  return {
    input: payload.readUInt8(0),
    slice: { batch, from: payload.readUInt32LE(6), to: payload.readUInt32LE(10) },
  };
}
