/** The generators, against those of Java, Spark and Commons Math. */
import { describe, expect, it } from "vitest";
import { type BitGenerator, JavaRandom, nextDouble, nextInt } from "../../../../engine/data/random/java-random.js";
import { poissonVariables } from "../../../../engine/data/random/poisson.js";
import { WellRandom } from "../../../../engine/data/random/well-random.js";
import { XorShiftRandom } from "../../../../engine/data/random/xorshift-random.js";
import { recorded } from "./recorded.js";

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

type Values = readonly [readonly number[], readonly string[], readonly number[], readonly number[]];

/** Bounds of the recorded `nextInt`. */
const bounds = [7, 8, 1000, 2 ** 30, 2 ** 31 - 1];

function nextLong(random: BitGenerator): bigint {
  const high = BigInt(random.next(32)) << 32n;
  return BigInt.asIntN(64, high + BigInt(random.next(32)));
}

describe.each([
  { family: "java.util.Random", make: (seed: number | bigint): BitGenerator => new JavaRandom(seed) },
  { family: "XORShiftRandom", make: (seed: number | bigint): BitGenerator => new XorShiftRandom(seed) },
])("$family", ({ family, make }) => {
  it.each(recorded(family))("of seed $args", ({ args: [seed], value }) => {
    const random = make(seed as number | bigint);
    const [ints, longs, doubles, bounded] = value as Values;
    expect(times(3, () => random.next(32))).toEqual(ints);
    expect(times(3, () => String(nextLong(random)))).toEqual(longs);
    expect(times(3, () => nextDouble(random))).toEqual(doubles);
    expect(bounds.map((bound) => nextInt(random, bound))).toEqual(bounded);
  });
});

describe("JavaRandom", () => {
  it.each(recorded("java.util.Random"))("nextLong of seed $args", ({ args: [seed], value }) => {
    const random = new JavaRandom(seed as number | bigint);
    times(3, () => random.next(32));
    expect(times(3, () => String(random.nextLong()))).toEqual((value as Values)[1]);
  });
});

describe("WellRandom", () => {
  it.each(recorded("Well19937c"))("of seed $args", ({ args: [seed], value }) => {
    const random = new WellRandom(seed as number | bigint);
    const [ints, doubles, gaussians] = value as readonly (readonly number[])[];
    expect(times(3, () => random.next(32) | 0)).toEqual(ints);
    expect(times(3, () => random.nextDouble())).toEqual(doubles);
    // Sine and cosine of another library may differ in the last digit.
    for (const gaussian of gaussians ?? []) expect(random.nextGaussian()).toBeCloseTo(gaussian, 14);
  });

  it.each(recorded("Well19937c, after"))("of $args: goes round its state", ({ args: [seed, count], value }) => {
    const random = new WellRandom(seed as number);
    times(count as number, () => random.next(32));
    expect(times(3, () => random.next(32) | 0)).toEqual(value);
  });
});

describe("poissonVariables", () => {
  it.each(recorded("PoissonDistribution"))("of $args", ({ args: [mean, seed], value }) => {
    const next = poissonVariables(mean as number, seed as number);
    expect(times(20, next)).toEqual(value);
  });
});
