/** Values in bytes as Java's `DataInput` and Hadoop's `WritableUtils` read them: big-endian, and never beyond the end. */
import { Buffer } from "node:buffer";
import { EngineError } from "../errors.js";
import type { Bytes } from "./byte-file.js";

export class DataInput {
  readonly path: string;
  readonly #format: string;
  #bytes: Buffer;
  #at = 0;

  /** `path` and `format` are for messages. */
  constructor(path: string, format: string, bytes: Buffer = Buffer.alloc(0)) {
    this.path = path;
    this.#format = format;
    this.#bytes = bytes;
  }

  /** Goes on with other bytes. */
  reset(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#skip(2));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#skip(8));
  }

  float32(): number {
    return this.#bytes.readFloatBE(this.#skip(4));
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#skip(8));
  }

  /** `count` bytes, as a view. */
  bytes(count: number): Buffer {
    if (count < 0) throw this.corrupt(`a length of ${count}`);
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Hadoop's `VInt`: one byte from -112 to 127; otherwise a byte that tells sign and length, then one to four bytes. */
  vint(): number {
    const first = this.int8();
    if (first >= -112) return first;
    const value = this.#vlongAfter(first);
    const number = Number(value);
    if (number !== (number | 0)) throw this.corrupt(`${value} where a number of 32 bits belongs`);
    return number;
  }

  /** Hadoop's `VLong`: the same with up to eight bytes. */
  vlong(): bigint {
    const first = this.int8();
    return first >= -112 ? BigInt(first) : this.#vlongAfter(first);
  }

  #vlongAfter(first: number): bigint {
    const isNegative = first < -120;
    const size = isNegative ? -120 - first : -112 - first;
    let value = 0n;
    for (const byte of this.bytes(size)) value = (value << 8n) | BigInt(byte);
    return BigInt.asIntN(64, isNegative ? ~value : value);
  }

  /** What Hadoop's `Text` holds: a `VInt` and so many bytes. */
  text(): Buffer {
    return this.bytes(this.vint());
  }

  corrupt(reason: string): EngineError {
    return new EngineError("CORRUPT_INPUT", { path: this.path, format: this.#format, reason });
  }

  #skip(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw this.corrupt("a value that ends too early");
    this.#at = start + count;
    return start;
  }
}

/** A `VInt` that counts something, right from a file; `what` says of what it is a part. */
export function takeVint(file: Bytes, what: string): number {
  const start = file.position;
  const first = file.take(1, what).readInt8();
  file.seek(start);
  const bytes = file.take(first >= -112 ? 1 : first < -120 ? -119 - first : -111 - first, what);
  const value = new DataInput(file.path, "SequenceFile", bytes).vint();
  if (value < 0) throw file.corrupt(`a length of ${value}`);
  return value;
}
