/** Bits of a file, the most significant of each byte first. */
import type { Bytes } from "./byte-file.js";

export class BitReader {
  readonly #file: Bytes;
  /** The piece that is read at present. */
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Where the piece ends in the file. */
  #end: number;
  /** The last `#live` bits are not taken yet. */
  #hold = 0;
  #live = 0;

  constructor(file: Bytes) {
    this.#file = file;
    this.#end = file.position;
  }

  /** Where the next bit lies, in bits from the start of the file. */
  get position(): number {
    return (this.#end - this.#bytes.length + this.#at) * 8 - this.#live;
  }

  /** The next `count` bits, at most 24, as a number. */
  take(count: number): number {
    const value = this.peek(count);
    this.#live -= count;
    return value;
  }

  /** The same, which stay the next ones. */
  peek(count: number): number {
    while (this.#live < count) {
      if (this.#at === this.#bytes.length) this.#fill();
      this.#hold = (this.#hold << 8) | (this.#bytes[this.#at++] as number);
      this.#live += 8;
    }
    return (this.#hold >>> (this.#live - count)) & ((1 << count) - 1);
  }

  /** Takes bits that were peeked at. */
  skip(count: number): void {
    this.#live -= count;
  }

  /** 32 bits, as a signed number. */
  int32(): number {
    return (this.take(16) << 16) | this.take(16);
  }

  /** Leaves out the rest of a byte that was begun. */
  alignToByte(): void {
    this.#live -= this.#live % 8;
  }

  /** True when no further byte is there; between bytes only. */
  atEnd(): boolean {
    return this.#live === 0 && this.#at === this.#bytes.length && this.#file.atEnd();
  }

  #fill(): void {
    const piece = this.#file.piece();
    if (piece === null) throw this.#file.corrupt("it ends in the middle of the compressed data");
    this.#bytes = piece;
    this.#at = 0;
    this.#end = this.#file.position;
  }
}
