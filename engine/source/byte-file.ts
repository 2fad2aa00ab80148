/** Bytes to decode: of a file, read synchronously and piece by piece, or of a part of one that is in memory. */
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { EngineError } from "../errors.js";
import { readFailure } from "./file-errors.js";

/** Bytes asked for in one read. */
const pieceBytes = 256 * 1024;

export interface Bytes {
  /** Of the file, for messages. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Where the next byte lies. */
  readonly position: number;
  /** Goes on at another place. */
  seek(position: number): void;
  /** Some next bytes, at least one, valid until the next call; null at the end. */
  piece(): Buffer | null;
  /** The next `count` bytes, valid until the next call. They must be there; `what` says of what they are a part. */
  take(count: number, what: string): Buffer;
  /** True when no byte is left. */
  atEnd(): boolean;
  corrupt(reason: string): EngineError;
}

export class ByteFile implements Bytes {
  readonly path: string;
  /** As messages call it: `bzip2`. */
  readonly format: string;
  readonly size: number;
  readonly #file: number;
  #buffer: Buffer = Buffer.allocUnsafeSlow(pieceBytes);
  /** The bytes of the file from `#base` on that were read; those before `#at` were taken. */
  #bytes: Buffer = this.#buffer.subarray(0, 0);
  #base: number;
  #at = 0;

  constructor(path: string, format: string, start = 0) {
    this.path = path;
    this.format = format;
    this.#base = start;
    this.#file = this.#reading(() => openSync(path, "r"));
    this.size = this.#reading(() => fstatSync(this.#file).size);
  }

  get position(): number {
    return this.#base + this.#at;
  }

  seek(position: number): void {
    const at = position - this.#base;
    if (at >= 0 && at <= this.#bytes.length) {
      this.#at = at;
      return;
    }
    this.#bytes = this.#buffer.subarray(0, 0);
    this.#base = position;
    this.#at = 0;
  }

  piece(): Buffer | null {
    if (this.#at === this.#bytes.length && !this.#fill()) return null;
    const bytes = this.#bytes.subarray(this.#at);
    this.#at = this.#bytes.length;
    return bytes;
  }

  take(count: number, what: string): Buffer {
    if (count > this.#bytes.length - this.#at) return this.#gather(count, what);
    const bytes = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return bytes;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length && !this.#fill();
  }

  corrupt(reason: string): EngineError {
    return new EngineError("CORRUPT_INPUT", { path: this.path, format: this.format, reason });
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Bytes that span several pieces; nothing is made ready for bytes that the file has not. */
  #gather(count: number, what: string): Buffer {
    const start = this.position;
    if (count > this.size - start) throw this.corrupt(`it ends in the middle of ${what}`);
    const gathered = Buffer.allocUnsafeSlow(count);
    for (let filled = 0; filled < count; ) {
      if (this.#at === this.#bytes.length && !this.#fill()) throw this.corrupt(`it ends in the middle of ${what}`);
      const copied = this.#bytes.copy(gathered, filled, this.#at);
      filled += copied;
      this.#at += copied;
    }
    return gathered;
  }

  #fill(): boolean {
    this.#base += this.#bytes.length;
    this.#at = 0;
    const count = this.#reading(() => readSync(this.#file, this.#buffer, 0, pieceBytes, this.#base));
    this.#bytes = this.#buffer.subarray(0, count);
    return count > 0;
  }

  #reading<R>(step: () => R): R {
    try {
      return step();
    } catch (thrown) {
      throw readFailure(this.path, thrown);
    }
  }
}

/** A part of a file, such as a compressed value. */
export class ByteBlob implements Bytes {
  readonly path: string;
  readonly #bytes: Buffer;
  readonly #format: string;
  position = 0;

  constructor(bytes: Buffer, path: string, format: string) {
    this.#bytes = bytes;
    this.path = path;
    this.#format = format;
  }

  get size(): number {
    return this.#bytes.length;
  }

  seek(position: number): void {
    this.position = position;
  }

  piece(): Buffer | null {
    return this.atEnd() ? null : this.take(this.size - this.position, "");
  }

  take(count: number, what: string): Buffer {
    if (count > this.size - this.position) throw this.corrupt(`it ends in the middle of ${what}`);
    const start = this.position;
    this.position += count;
    return this.#bytes.subarray(start, this.position);
  }

  atEnd(): boolean {
    return this.position >= this.size;
  }

  corrupt(reason: string): EngineError {
    return new EngineError("CORRUPT_INPUT", { path: this.path, format: this.#format, reason });
  }
}
