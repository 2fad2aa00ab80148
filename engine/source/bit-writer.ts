/** Bits that become bytes, the most significant first. */
import { Buffer } from "node:buffer";

export class BitWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #filled = 0;
  /** Bits that are no whole byte yet, in the lowest places. */
  #hold = 0;
  #live = 0;

  /** Appends the lowest `count` bits of `value`, at most 24. */
  put(count: number, value: number): void {
    this.#hold = (this.#hold << count) | value;
    this.#live += count;
    while (this.#live >= 8) {
      this.#live -= 8;
      if (this.#filled === this.#bytes.length) this.#grow();
      this.#bytes[this.#filled++] = this.#hold >>> this.#live;
    }
  }

  /** Appends a number of 32 bits. */
  int32(value: number): void {
    this.put(16, value >>> 16);
    this.put(16, value & 0xffff);
  }

  /** Fills up the last byte with zeros. */
  alignToByte(): void {
    if (this.#live > 0) this.put(8 - this.#live, 0);
  }

  /** The whole bytes so far, which are forgotten. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#filled));
    this.#filled = 0;
    return taken;
  }

  #grow(): void {
    const grown = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
    this.#bytes.copy(grown);
    this.#bytes = grown;
  }
}
