/**
 * Java's own generator, `java.util.Random`: a linear congruential generator of 48 bits, whose exact values its
 * specification gives. The state is kept in two halves of 24 bits, so that products stay exact in a double.
 */

/** What the generators of the JVM family have in common: `next(bits)`, from which Java makes every other value. */
export interface BitGenerator {
  /** A signed 32-bit integer whose lower `bits` bits are random. */
  next(bits: number): number;
}

const [multiplierHigh, multiplierLow] = [0x5de, 0xece66d];
const increment = 0xb;
const half = 2 ** 24;

export class JavaRandom implements BitGenerator {
  #high: number;
  #low: number;

  /** The lower 64 bits of the seed count, of which Java uses 48. */
  constructor(seed: number | bigint) {
    const state = BigInt.asUintN(48, seedOf(seed) ^ 0x5deece66dn);
    this.#high = Number(state >> 24n);
    this.#low = Number(state & 0xffffffn);
  }

  next(bits: number): number {
    const low = this.#low * multiplierLow + increment;
    const high = this.#high * multiplierLow + this.#low * multiplierHigh + Math.floor(low / half);
    this.#low = low % half;
    this.#high = high % half;
    return Math.floor((this.#high * half + this.#low) / 2 ** (48 - bits)) | 0;
  }

  /** A signed integer of 64 bits. */
  nextLong(): bigint {
    const high = BigInt(this.next(32)) << 32n;
    return BigInt.asIntN(64, high + BigInt(this.next(32)));
  }
}

/** The seed that Java gets: a signed integer of 64 bits. */
export const seedOf = (seed: number | bigint): bigint =>
  BigInt.asIntN(64, typeof seed === "bigint" ? seed : BigInt(Math.trunc(seed)));

/** `nextDouble()` of every generator of the family: 53 bits in [0, 1). */
export const nextDouble = (random: BitGenerator): number => (random.next(26) * 2 ** 27 + random.next(27)) / 2 ** 53;

/** `nextInt(bound)`: an integer in [0, bound); numbers of 31 bits that would favour some results are drawn again. */
export function nextInt(random: BitGenerator, bound: number): number {
  let bits = random.next(31);
  if ((bound & (bound - 1)) === 0) return Math.floor((bound * bits) / 2 ** 31);
  while (bits - (bits % bound) + (bound - 1) >= 2 ** 31) bits = random.next(31);
  return bits % bound;
}
