/**
 * Spark's generator `XORShiftRandom`: Marsaglia's shifts 21, 35, 4 ("Xorshift RNGs", 2003) over 64 bits, kept in two
 * halves; the seed is hashed first, so that small seeds differ in all bits.
 */
import { murmurHash3 } from "../hashing.js";
import { type BitGenerator, seedOf } from "./java-random.js";

/** Seed with which Scala's library hashes arrays of bytes. */
const arraySeed = 0x3c074a61;

export class XorShiftRandom implements BitGenerator {
  #high: number;
  #low: number;

  constructor(seed: number | bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(seedOf(seed));
    this.#low = murmurHash3(bytes, arraySeed);
    this.#high = murmurHash3(bytes, this.#low);
  }

  next(bits: number): number {
    let high = this.#high ^ ((this.#high << 21) | (this.#low >>> 11));
    let low = this.#low ^ (this.#low << 21);
    low ^= high >>> 3;
    high ^= (high << 4) | (low >>> 28);
    low ^= low << 4;
    this.#high = high;
    this.#low = low;
    return bits === 32 ? low : low & (2 ** bits - 1);
  }
}
