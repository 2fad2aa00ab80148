/** Lines with the places where they begin, in bytes of the (decompressed) file: the pairs of Hadoop's `TextInputFormat`. */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import type { Batch } from "../data/batch.js";
import { encodePortable, tuple } from "../data/portable.js";
import { decompressedFile } from "./decompress.js";
import { readFailure } from "./file-errors.js";
import { carriageReturn, lineFeed, readBytes } from "./line-cutter.js";
import { replaceInvalid } from "./text-decode.js";
import { lineEnd } from "./text-read.js";
import type { TextSplit } from "./text-splits.js";

const batchLines = 8192;

/** The bytes of the split's own lines, by the rule of `readTextSplit`; the place of the first one comes first. */
function* plainPieces({ path, start, length }: TextSplit): Generator<{ readonly at: number; readonly bytes: Buffer }> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
  try {
    const end = start + length;
    let position = start === 0 ? 0 : lineEnd(file, start);
    const last = position > end ? position : lineEnd(file, end);
    while (position < last) {
      const bytes = Buffer.allocUnsafe(Math.min(readBytes, last - position));
      const count = readSync(file, bytes, 0, bytes.length, position);
      if (count === 0) return;
      yield { at: position, bytes: bytes.subarray(0, count) };
      position += count;
    }
  } catch (thrown) {
    throw readFailure(path, thrown);
  } finally {
    closeSync(file);
  }
}

async function* pieces(split: TextSplit): AsyncGenerator<{ readonly at: number; readonly bytes: Buffer }> {
  if (split.codec === "none") return yield* plainPieces(split);
  // A file that is compressed is read whole by the split that begins with it.
  if (split.start > 0) return;
  let at = 0;
  for await (const bytes of decompressedFile(split.path, split.codec)) {
    yield { at, bytes: Buffer.from(bytes) };
    at += bytes.length;
  }
}

/** The lines of a split as `portable` batches of pairs (offset, text). Errors are those of `readTextSplit`. */
export async function* readLinesWithOffsets(split: TextSplit): AsyncGenerator<Batch, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let restAt: number | null = null;
  let lines: unknown[] = [];
  const add = (at: number, bytes: Buffer): void => void lines.push(tuple(at, replaceInvalid(bytes)));
  for await (const { at, bytes } of pieces(split)) {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const start: number = restAt ?? at;
    let from: number = 0;
    for (let end = terminator(all, from, false); end; end = terminator(all, from, false)) {
      add(start + from, all.subarray(from, end.at));
      from = end.next;
      if (lines.length < batchLines) continue;
      yield encodePortable(lines);
      lines = [];
    }
    rest = all.subarray(from);
    restAt = start + from;
  }
  const end = terminator(rest, 0, true);
  if (rest.length > 0) add(restAt ?? 0, rest.subarray(0, end?.at ?? rest.length));
  if (lines.length > 0) yield encodePortable(lines);
}

/** Where the line from `from` on ends, and where the next one begins; null while its end is not known. */
function terminator(
  bytes: Buffer,
  from: number,
  isLast: boolean,
): { readonly at: number; readonly next: number } | null {
  const feed = bytes.indexOf(lineFeed, from);
  const back = bytes.subarray(0, feed < 0 ? bytes.length : feed).indexOf(carriageReturn, from);
  if (back < 0) return feed < 0 ? null : { at: feed, next: feed + 1 };
  if (back === bytes.length - 1 && !isLast) return null;
  return { at: back, next: back + (bytes[back + 1] === lineFeed ? 2 : 1) };
}
