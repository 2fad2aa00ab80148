/**
 * `lines` batches as strings, for TypeScript workers.
 *
 * Invalid UTF-8 becomes U+FFFD as in Java, hence in Spark: one for each longest start of a sequence that could have been
 * valid, as everywhere, and one (not two or three) for an encoded surrogate, which Java takes as a sequence of its own.
 */
import { Buffer, isAscii, isUtf8 } from "node:buffer";
import type { Batch } from "../data/batch.js";
import { lineFeed } from "./line-cutter.js";

export interface DecodedLines {
  readonly lines: string[];
  /** Lines that held invalid UTF-8. */
  readonly invalid: number;
}

/**
 * Bytes decoded at once. V8's short strings are views of the run that they were cut from and keep it alive, so that one line
 * kept by the program costs this much memory and not the whole batch; short runs are also faster.
 */
const runBytes = 32 * 1024;

/** The lines of a batch without their terminators. */
export function decodeLines(batch: Batch): DecodedLines {
  const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
  const lines: string[] = [];
  let invalid = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = runEnd(bytes, start);
    const run = bytes.subarray(start, end - 1);
    start = end;
    const text = isAscii(run) ? run.toString("latin1") : isUtf8(run) ? run.toString() : null;
    if (text === null) invalid += decodeInvalid(run, lines);
    else for (const line of text.split("\n")) lines.push(line);
  }
  return { lines, invalid };
}

/** The end of the last line that ends within a run's length, or else of the first line. */
function runEnd(bytes: Buffer, start: number): number {
  if (bytes.length - start <= runBytes) return bytes.length;
  const last = bytes.lastIndexOf(lineFeed, start + runBytes - 1);
  return (last >= start ? last : bytes.indexOf(lineFeed, start)) + 1;
}

/** Adds the lines of a run that has invalid ones; returns how many those are. */
function decodeInvalid(run: Buffer, lines: string[]): number {
  let invalid = 0;
  for (let start = 0, end: number; start <= run.length; start = end + 1) {
    const feed = run.indexOf(lineFeed, start);
    end = feed < 0 ? run.length : feed;
    const line = run.subarray(start, end);
    const isValid = isUtf8(line);
    lines.push(isValid ? line.toString() : replaceInvalid(line));
    if (!isValid) invalid++;
  }
  return invalid;
}

/** Invalid UTF-8 with Java's replacements: ED A0..BF, with a continuation byte if there is one, is a single mistake. */
export function replaceInvalid(line: Buffer): string {
  if (!line.includes(0xed)) return line.toString();
  const once = Buffer.allocUnsafe(line.length);
  let length = 0;
  for (let i = 0; i < line.length; i++) {
    const isSurrogate = line[i] === 0xed && ((line[i + 1] ?? 0) & 0xe0) === 0xa0;
    once[length++] = isSurrogate ? 0xff : (line[i] as number);
    if (isSurrogate) i += ((line[i + 2] ?? 0) & 0xc0) === 0x80 ? 2 : 1;
  }
  return once.toString("utf8", 0, length);
}
