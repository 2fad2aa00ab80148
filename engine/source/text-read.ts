/**
 * The lines of one split of a text file.
 *
 * Let `f(p)` be the place after the first line terminator that ends at or after byte `p` (`f(0)` is 0). A split from `s` to
 * `e` gives the bytes from `f(s)` to `f(e)`: it leaves its first, partial line to the split before it and reads on past its end to
 * finish its last one, so that every line is read once. This is Hadoop's `pos <= end` rule.
 */
import { Buffer } from "node:buffer";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Batch } from "../data/batch.js";
import { EngineError } from "../errors.js";
import { readFailure, systemCode } from "./file-errors.js";
import { carriageReturn, LineCutter, lineFeed, readBytes } from "./line-cutter.js";
import type { TextSplit } from "./text-splits.js";

/** Bytes looked through at once for the end of a split's last line. */
const seekBytes = 64 * 1024;

/**
 * The lines of a split, in order, as uncounted `lines` batches of about 1 MiB (or one line, if that is longer).
 * A plain file is read synchronously, so run this in a worker thread. Leaving the loop early closes the file.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT.
 */
export async function* readTextSplit(split: TextSplit): AsyncGenerator<Batch, void, undefined> {
  if (split.codec === "gzip") yield* readGzip(split);
  else yield* readPlain(split);
}

/** As `readTextSplit`, for a split whose codec is `none`. */
export function* readPlain(split: TextSplit): Generator<Batch, void, undefined> {
  const { path, start } = split;
  const file = reading(path, () => openSync(path, "r"));
  try {
    const end = start + split.length;
    let position = start === 0 ? 0 : reading(path, () => lineEnd(file, start));
    if (position > end) return;
    const last = reading(path, () => lineEnd(file, end));
    const cutter = new LineCutter({ path, atFileStart: start === 0 });
    while (position < last) {
      const room = cutter.room();
      const wanted = Math.min(room.length, last - position);
      const count = reading(path, () => readSync(file, room, 0, wanted, position));
      if (count === 0) break;
      position += count;
      const batch = cutter.advance(count);
      if (batch !== undefined) yield batch;
    }
    const batch = cutter.finish();
    if (batch !== undefined) yield batch;
  } finally {
    closeSync(file);
  }
}

async function* readGzip({ path }: TextSplit): AsyncGenerator<Batch, void, undefined> {
  const file = createReadStream(path, { highWaterMark: readBytes });
  const gunzip = createGunzip({ chunkSize: readBytes });
  const cutter = new LineCutter({ path, atFileStart: true });
  pipeline(file, gunzip, () => {}); // destroys both when either ends; the loop below meets the error
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      for (let taken = 0; taken < chunk.length; ) {
        const count = chunk.copy(cutter.room(), 0, taken);
        taken += count;
        const batch = cutter.advance(count);
        if (batch !== undefined) yield batch;
      }
    }
  } catch (thrown) {
    if (systemCode(thrown).startsWith("Z_")) throw corrupt(path, (thrown as Error).message);
    throw readFailure(path, thrown);
  }
  // The decompressor stops without a word at zero bytes after a member's end.
  if (gunzip.bytesWritten < file.bytesRead) throw corrupt(path, "other bytes follow the compressed ones");
  const batch = cutter.finish();
  if (batch !== undefined) yield batch;
}

const corrupt = (path: string, reason: string): EngineError =>
  new EngineError("CORRUPT_INPUT", { path, format: "gzip", reason });

function reading<R>(path: string, step: () => R): R {
  try {
    return step();
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
}

/** The place after the first line terminator that ends at or after `from`, or the end of the file. */
function lineEnd(file: number, from: number): number {
  const block = Buffer.allocUnsafe(seekBytes);
  for (let position = from, afterReturn = false; ; ) {
    const count = readSync(file, block, 0, seekBytes, position);
    if (count === 0) return position;
    const bytes = block.subarray(0, count);
    if (afterReturn) return position + (bytes[0] === lineFeed ? 1 : 0);
    const feed = bytes.indexOf(lineFeed);
    const back = bytes.subarray(0, feed < 0 ? count : feed).indexOf(carriageReturn);
    if (back < 0 && feed >= 0) return position + feed + 1;
    if (back >= 0 && back < count - 1) return position + back + (bytes[back + 1] === lineFeed ? 2 : 1);
    afterReturn = back >= 0;
    position += count;
  }
}
