/**
 * What one map task wrote for the tasks of the next stage: the batches of all buckets in the order in which they came,
 * then the index, then its place.
 *
 *   batches…   u32 end of entries of bucket 0, 1, …   (f64 offset, f64 length) of each batch, by bucket   f64 offset of the index, f64 buckets
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Batch } from "../data/batch.js";
import { readBatches, writeBatch } from "../data/block-file.js";
import { writeFully } from "../data/write-fully.js";

const footerBytes = 16;
const entryBytes = 16;

/** Writes one shuffle file. */
export class ShuffleWriter {
  readonly #fd: number;
  readonly #segments: number[][];
  #position = 0;

  constructor(path: string, buckets: number) {
    this.#fd = openSync(path, "w", 0o600);
    this.#segments = Array.from({ length: buckets }, () => []);
  }

  write(bucket: number, batch: Batch): void {
    const length = writeBatch(this.#fd, batch);
    this.#segments[bucket]?.push(this.#position, length);
    this.#position += length;
  }

  /** Adds the index and closes the file, which is complete from here on; returns its size. */
  finish(): number {
    const ends = new Uint32Array(this.#segments.length);
    let entries = 0;
    for (const [bucket, segments] of this.#segments.entries()) {
      entries += segments.length / 2;
      ends[bucket] = entries;
    }
    const index = [ends, Float64Array.from(this.#segments.flat()), Float64Array.of(this.#position, ends.length)];
    for (const part of index) writeFully(this.#fd, part);
    closeSync(this.#fd);
    return this.#position + index.reduce((sum, part) => sum + part.byteLength, 0);
  }

  abandon(): void {
    closeSync(this.#fd);
  }
}

function read(fd: number, length: number, position: number): DataView {
  const bytes = new Uint8Array(length);
  readSync(fd, bytes, 0, length, position);
  return new DataView(bytes.buffer);
}

/** The batches of one bucket of one file. */
export function* readBucket(path: string, bucket: number): Iterable<Batch> {
  const fd = openSync(path, "r");
  try {
    const footer = read(fd, footerBytes, fstatSync(fd).size - footerBytes);
    const [index, buckets] = [footer.getFloat64(0, true), footer.getFloat64(8, true)];
    const ends = read(fd, 8, index + Math.max(0, bucket - 1) * 4);
    const first = bucket === 0 ? 0 : ends.getUint32(0, true);
    const end = ends.getUint32(bucket === 0 ? 0 : 4, true);
    if (first === end) return;
    const entries = read(fd, (end - first) * entryBytes, index + buckets * 4 + first * entryBytes);
    for (let i = 0; i < end - first; i++) {
      yield* readBatches(fd, entries.getFloat64(i * entryBytes, true), entries.getFloat64(i * entryBytes + 8, true));
    }
  } finally {
    closeSync(fd);
  }
}
