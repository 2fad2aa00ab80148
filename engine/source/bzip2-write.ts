/** One bzip2 stream of blocks of 900,000 bytes: see `bzip2-read.ts`, which reads it. */
import type { Buffer } from "node:buffer";
import { BitWriter } from "./bit-writer.js";
import { bzip2Crc, crcStart } from "./bzip2-block.js";
import { writeBlockContents } from "./bzip2-encode.js";

/** Of the largest size; bzip2 leaves as many bytes free. */
const blockBytes = 900_000 - 19;
/** Equal bytes that are written out before their number is. */
const runStart = 4;
const longestRun = 255;

/** What it gives back are parts of the file, in order. */
export class Bzip2Writer {
  readonly #bits = new BitWriter();
  readonly #block = new Uint8Array(blockBytes);
  #filled = 0;
  #crc = crcStart;
  #streamCrc = 0;
  #runByte = -1;
  #runLength = 0;

  begin(): Buffer[] {
    for (const byte of [0x42, 0x5a, 0x68, 0x39]) this.#bits.put(8, byte);
    return [this.#bits.take()];
  }

  add(bytes: Uint8Array): Buffer[] {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === this.#runByte && this.#runLength < longestRun) this.#runLength++;
      else {
        this.#endRun();
        this.#runByte = byte;
        this.#runLength = 1;
      }
    }
    return [this.#bits.take()];
  }

  end(): Buffer[] {
    this.#endRun();
    if (this.#filled > 0) this.#endBlock();
    this.#mark(0x177245, 0x385090);
    this.#bits.int32(this.#streamCrc);
    this.#bits.alignToByte();
    return [this.#bits.take()];
  }

  /** Up to four equal bytes as they are, then the number of the others. */
  #endRun(): void {
    const [byte, length] = [this.#runByte, this.#runLength];
    if (length === 0) return;
    this.#runLength = 0;
    this.#runByte = -1;
    if (this.#filled + runStart + 1 > blockBytes) this.#endBlock();
    for (let i = 0; i < length; i++) this.#crc = bzip2Crc(this.#crc, byte);
    const plain = Math.min(length, runStart);
    this.#block.fill(byte, this.#filled, this.#filled + plain);
    this.#filled += plain;
    if (plain === runStart) this.#block[this.#filled++] = length - runStart;
  }

  #endBlock(): void {
    const crc = ~this.#crc;
    this.#mark(0x314159, 0x265359);
    this.#bits.int32(crc);
    this.#bits.put(1, 0);
    writeBlockContents(this.#bits, this.#block.subarray(0, this.#filled));
    this.#streamCrc = (this.#streamCrc << 1) ^ (this.#streamCrc >>> 31) ^ crc;
    this.#crc = crcStart;
    this.#filled = 0;
  }

  #mark(high: number, low: number): void {
    this.#bits.put(24, high);
    this.#bits.put(24, low);
  }
}
