/**
 * Bytes as they are read become `lines` batches: whole lines, each ended by `\n`, whatever ended it in the file
 * (`\n`, `\r\n` or a lone `\r`, as in Hadoop's `LineReader`). Bytes are read straight into the batch's own buffer; only the
 * start of a line whose end was not read yet is copied to the next one.
 */
import { Buffer, constants } from "node:buffer";
import { type Batch, uncounted } from "../data/batch.js";
import { EngineError } from "../errors.js";

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** Bytes asked for in one read, and the usual size of a batch. */
export const readBytes: number = 1024 * 1024;
/** A longer line could not become a string of V8: 511 MiB. It is noticed when no end was found in so many bytes. */
const longestLineBytes: number = constants.MAX_STRING_LENGTH - readBytes;

const byteOrderMark: Buffer = Buffer.from([0xef, 0xbb, 0xbf]);

export interface LineCutterOptions {
  /** For messages. */
  readonly path: string;
  /** Whether the first byte is the file's first, where a byte order mark is skipped. */
  readonly atFileStart: boolean;
  readonly lineLimitBytes?: number;
}

export class LineCutter {
  readonly #path: string;
  readonly #lineLimitBytes: number;
  #mayHaveMark: boolean;
  #buffer: Buffer = Buffer.allocUnsafeSlow(readBytes);
  #filled = 0;
  /** Up to here no line ends. */
  #searched = 0;

  constructor(options: LineCutterOptions) {
    this.#path = options.path;
    this.#lineLimitBytes = options.lineLimitBytes ?? longestLineBytes;
    this.#mayHaveMark = options.atFileStart;
  }

  /** Where the next bytes are to be put: never empty, at most `readBytes` long, valid until `advance`. */
  room(): Buffer {
    if (this.#filled === this.#buffer.length)
      this.#buffer = this.#grown(Math.min(this.#filled * 2, this.#lineLimitBytes + readBytes));
    return this.#buffer.subarray(this.#filled, Math.min(this.#buffer.length, this.#filled + readBytes));
  }

  /** Takes `count` bytes that were put into `room`; gives the lines that end in them. */
  advance(count: number): Batch | undefined {
    this.#filled += count;
    const added = this.#buffer.subarray(this.#searched, this.#filled);
    const feed = added.lastIndexOf(lineFeed);
    const hasReturns = added.includes(carriageReturn);
    // A carriage return in the last place may be the first half of a terminator.
    const end = hasReturns ? Math.max(feed, added.subarray(0, -1).lastIndexOf(carriageReturn)) : feed;
    if (end < 0) {
      this.#searched = hasReturns ? this.#filled - 1 : this.#filled;
      if (this.#filled > this.#lineLimitBytes) throw this.#lineTooLong();
      return undefined;
    }
    const cut = this.#searched + end + 1;
    const lines = this.#buffer.subarray(0, cut);
    const rest = this.#buffer.subarray(cut, this.#filled);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(readBytes, rest.length * 2));
    rest.copy(this.#buffer);
    this.#filled = rest.length;
    this.#searched = 0;
    return this.#batch(lines, hasReturns);
  }

  /** The last line, when no terminator ended it. */
  finish(): Batch | undefined {
    if (this.#filled === 0) return undefined;
    const isMark = this.#mayHaveMark && byteOrderMark.equals(this.#buffer.subarray(0, this.#filled));
    if (isMark) return undefined;
    if (this.#buffer[this.#filled - 1] !== carriageReturn) {
      if (this.#filled === this.#buffer.length) this.#buffer = this.#grown(this.#filled + 1);
      this.#buffer[this.#filled++] = lineFeed;
    }
    const lines = this.#buffer.subarray(0, this.#filled);
    this.#filled = 0;
    return this.#batch(lines, true);
  }

  #batch(lines: Buffer, hasReturns: boolean): Batch {
    const skipped = this.#mayHaveMark && byteOrderMark.equals(lines.subarray(0, 3)) ? 3 : 0;
    this.#mayHaveMark = false;
    const bytes = lines.subarray(skipped);
    return { format: "lines", count: uncounted, bytes: hasReturns ? withLineFeeds(bytes) : bytes };
  }

  #grown(capacity: number): Buffer {
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(larger, 0, 0, this.#filled);
    return larger;
  }

  #lineTooLong(): EngineError {
    const reason = `a line is longer than ${this.#lineLimitBytes} bytes`;
    return new EngineError("CORRUPT_INPUT", { path: this.#path, format: "text", reason });
  }
}

/** Rewrites `\r\n` and `\r` as `\n`, in place; whole stretches at once, as a loop over bytes is several times slower. */
function withLineFeeds(bytes: Buffer): Buffer {
  let at = bytes.indexOf(carriageReturn);
  if (at < 0) return bytes;
  let to = at;
  while (at < bytes.length) {
    if (bytes[at + 1] !== lineFeed) bytes[to++] = lineFeed;
    const next = bytes.indexOf(carriageReturn, at + 1);
    const end = next < 0 ? bytes.length : next;
    bytes.copyWithin(to, at + 1, end);
    to += end - at - 1;
    at = end;
  }
  return bytes.subarray(0, to);
}
