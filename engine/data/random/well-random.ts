/**
 * The generator WELL19937c (Panneton, L'Ecuyer, Matsumoto: "Improved long-period generators based on linear recurrences
 * modulo 2", 2006) with the seeding of Apache Commons Math, from which Spark draws Poisson variables.
 */
import { type BitGenerator, seedOf } from "./java-random.js";

const words = 624;
const [m1, m2, m3] = [70, 179, 449];

export class WellRandom implements BitGenerator {
  readonly #state: Int32Array = new Int32Array(words);
  #index = 0;
  #spareGaussian: number | null = null;

  constructor(seed: number | bigint) {
    const long = seedOf(seed);
    const state = this.#state;
    state[0] = Number(BigInt.asIntN(32, long >> 32n));
    state[1] = Number(BigInt.asIntN(32, long));
    for (let i = 2; i < words; i++) {
      const before = state[i - 2] as number;
      // The shift is one of a signed number of 64 bits, of which the lower 32 are what counts.
      state[i] = (Math.imul(1812433253, before ^ (before >> 30)) + i) | 0;
    }
  }

  next(bits: number): number {
    const state = this.#state;
    const index = this.#index;
    const last = (index + words - 1) % words;
    const beforeLast = (index + words - 2) % words;
    const own = state[index] as number;
    const first = state[(index + m1) % words] as number;
    const second = state[(index + m2) % words] as number;
    const third = state[(index + m3) % words] as number;
    const z0 = (0x80000000 & (state[last] as number)) ^ (0x7fffffff & (state[beforeLast] as number));
    const z1 = own ^ (own << 25) ^ (first ^ (first >>> 27));
    const z2 = (second >>> 9) ^ (third ^ (third >>> 1));
    const z3 = z1 ^ z2;
    const z4 = z0 ^ (z1 ^ (z1 << 9)) ^ (z2 ^ (z2 << 21)) ^ (z3 ^ (z3 >>> 21));
    state[index] = z3;
    state[last] = z4;
    state[beforeLast] = (state[beforeLast] as number) & 0x80000000;
    this.#index = last;
    return temper(z4) >>> (32 - bits);
  }

  /** 52 bits in [0, 1). */
  nextDouble(): number {
    return (this.next(26) * 2 ** 26 + this.next(26)) / 2 ** 52;
  }

  /** Standard normal variables, two at a time by Box and Muller's method. */
  nextGaussian(): number {
    const spare = this.#spareGaussian;
    if (spare !== null) {
      this.#spareGaussian = null;
      return spare;
    }
    const angle = 2 * Math.PI * this.nextDouble();
    const radius = Math.sqrt(-2 * Math.log(this.nextDouble()));
    this.#spareGaussian = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Matsumoto's and Kurita's tempering. */
function temper(value: number): number {
  const once = value ^ ((value << 7) & 0xe46e1700);
  return once ^ ((once << 15) & 0x9b868000);
}
