/** Batches in files: `u8 format, u32 count, u32 length` (little-endian) and the bytes, one after the other. */
import { closeSync, openSync, readSync, writevSync } from "node:fs";
import { EngineError } from "../errors.js";
import { type Batch, batchFormats } from "./batch.js";

const headerBytes = 9;

/** What stands before the bytes of a batch. */
export function batchHeader(batch: Batch): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(batchFormats.indexOf(batch.format), 0);
  header.writeUInt32LE(batch.count, 1);
  header.writeUInt32LE(batch.bytes.length, 5);
  return header;
}

/** Appends a batch; returns how many bytes that took. */
export function writeBatch(fd: number, batch: Batch): number {
  const header = batchHeader(batch);
  const total = headerBytes + batch.bytes.length;
  const written = writevSync(fd, [header, batch.bytes]);
  if (written !== total)
    throw new EngineError("WRITE_FAILED", { path: "block file", reason: `${written} of ${total} bytes` });
  return total;
}

function readFully(fd: number, length: number, position: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, bytes, filled, length - filled, position + filled);
    if (read === 0) throw new EngineError("INTERNAL", { reason: "a block file ends in the middle of a batch" });
    filled += read;
  }
  return bytes;
}

/** The batches in `length` bytes from `offset` on. */
export function* readBatches(fd: number, offset: number, length: number): Iterable<Batch> {
  let position = offset;
  while (position < offset + length) {
    const header = readFully(fd, headerBytes, position);
    const format = batchFormats[header.readUInt8(0)];
    if (format === undefined)
      throw new EngineError("INTERNAL", { reason: `block file with format ${header.readUInt8(0)}` });
    const size = header.readUInt32LE(5);
    yield { format, count: header.readUInt32LE(1), bytes: readFully(fd, size, position + headerBytes) };
    position += headerBytes + size;
  }
}

/** All batches of a file, read as they are asked for. */
export function* readBlock(path: string): Iterable<Batch> {
  const fd = openSync(path, "r");
  try {
    for (let position = 0; ; ) {
      const probe = Buffer.allocUnsafe(headerBytes);
      if (readSync(fd, probe, 0, headerBytes, position) === 0) return;
      const size = headerBytes + probe.readUInt32LE(5);
      yield* readBatches(fd, position, size);
      position += size;
    }
  } finally {
    closeSync(fd);
  }
}

/** The batches in a stream of such bytes, each as soon as it is whole; `lost` when the stream ends inside one. */
export async function* cutBatches(
  first: Buffer,
  chunks: AsyncIterator<Buffer>,
  lost: () => EngineError,
): AsyncIterable<Batch> {
  let held = [first];
  let size = first.length;
  let wanted = headerBytes;
  for (;;) {
    while (size >= wanted) {
      const bytes = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
      const total = headerBytes + bytes.readUInt32LE(5);
      held = [bytes];
      wanted = total;
      if (size < total) break;
      const format = batchFormats[bytes.readUInt8(0)];
      if (format === undefined) throw lost();
      yield { format, count: bytes.readUInt32LE(1), bytes: bytes.subarray(headerBytes, total) };
      held = [bytes.subarray(total)];
      size -= total;
      wanted = headerBytes;
    }
    const { value, done } = await chunks.next();
    if (done) {
      if (size > 0) throw lost();
      return;
    }
    held.push(value);
    size += value.length;
  }
}
