/** Values as the bytes that Java's `DataOutput` and Hadoop's `WritableUtils` write: see `data-input.ts`. */
import { Buffer } from "node:buffer";

const initialBytes = 4096;

export class DataOutput {
  #bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What was written, valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
    // One large value does not keep its memory for good.
    if (this.#bytes.length > 4 * 1024 * 1024) this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  int8(value: number): void {
    const at = this.#advance(1);
    this.#bytes.writeInt8(value, at);
  }

  uint16(value: number): void {
    const at = this.#advance(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#advance(4);
    this.#bytes.writeInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#advance(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.#advance(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#advance(value.length);
    this.#bytes.set(value, at);
  }

  /** Hadoop's `VInt` of a number that is not negative: it counts something. */
  vint(value: number): void {
    if (value <= 127) {
      this.int8(value);
      return;
    }
    const size = value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
    this.int8(-112 - size);
    const at = this.#advance(size);
    this.#bytes.writeUIntBE(value, at, size);
  }

  /** What Hadoop's `Text` writes. */
  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.vint(size);
    const at = this.#advance(size);
    this.#bytes.write(value, at, size, "utf8");
  }

  /** Room for `size` more bytes; where they begin. */
  #advance(size: number): number {
    const start = this.#size;
    if (start + size > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, start + size));
      this.#bytes.copy(grown, 0, 0, start);
      this.#bytes = grown;
    }
    this.#size = start + size;
    return start;
  }
}
