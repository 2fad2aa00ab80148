/**
 * The lines of one split of a text file.
 *
 * Let `f(p)` be the place after the first line terminator that ends at or after byte `p` (`f(0)` is 0). A split from `s` to
 * `e` gives the bytes from `f(s)` to `f(e)`: it leaves its first, partial line to the split before it and reads on past its end to
 * finish its last one, so that every line is read once. This is Hadoop's `pos <= end` rule.
 */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import type { Batch } from "../data/batch.js";
import { bzip2Lines } from "./bzip2-lines.js";
import { decompressedFile } from "./decompress.js";
import { readFailure } from "./file-errors.js";
import { carriageReturn, LineCutter, lineFeed } from "./line-cutter.js";
import type { TextSplit } from "./text-splits.js";

/** Bytes looked through at once for the end of a split's last line. */
const seekBytes = 64 * 1024;

/**
 * The lines of a split, in order, as uncounted `lines` batches of about 1 MiB (or one line, if that is longer).
 * A plain file is read synchronously, so run this in a worker thread. Leaving the loop early closes the file.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT, LIMIT_REACHED.
 */
export async function* readTextSplit(split: TextSplit): AsyncGenerator<Batch, void, undefined> {
  const { path, codec } = split;
  if (codec === "none") return yield* readPlain(split);
  const cutter = new LineCutter({ path, atFileStart: split.start === 0 });
  const pieces = codec === "bzip2" ? bzip2Lines(split) : decompressedFile(path, codec);
  for await (const piece of pieces) yield* cut(cutter, piece);
  const batch = cutter.finish();
  if (batch !== undefined) yield batch;
}

function* cut(cutter: LineCutter, piece: Uint8Array): Generator<Batch, void, undefined> {
  for (let taken = 0; taken < piece.length; ) {
    const room = cutter.room();
    const part = piece.subarray(taken, taken + room.length);
    room.set(part);
    taken += part.length;
    const batch = cutter.advance(part.length);
    if (batch !== undefined) yield batch;
  }
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

function reading<R>(path: string, step: () => R): R {
  try {
    return step();
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
}

/** The place after the first line terminator that ends at or after `from`, or the end of the file. */
export function lineEnd(file: number, from: number): number {
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
