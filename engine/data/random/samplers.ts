/**
 * Spark's samplers: how often an element is taken. Below a fraction of 0.4 they do not toss a coin for every element but
 * draw the length of the gap up to the next one taken, which costs one random number per result.
 */
import { JavaRandom, nextDouble } from "./java-random.js";
import { poissonVariables } from "./poisson.js";
import { XorShiftRandom } from "./xorshift-random.js";

/** How often the next element is taken. */
export type Sampler = () => number;

const maxGapFraction = 0.4;
/** Keeps the logarithm of a random number finite. */
const leastRandom = 5e-11;

const never: Sampler = () => 0;
const always: Sampler = () => 1;

/** `BernoulliSampler`: each element with this probability. */
export function bernoulliSampler(fraction: number, seed: number | bigint): Sampler {
  if (fraction <= 0) return never;
  if (fraction >= 1) return always;
  const random = new XorShiftRandom(seed);
  if (fraction > maxGapFraction) return () => (nextDouble(random) <= fraction ? 1 : 0);
  const scale = Math.log1p(-fraction);
  return withGaps(() => gap(random, scale), always);
}

/** `PoissonSampler`: each element as often as a Poisson variable of this mean says. */
export function poissonSampler(mean: number, seed: number | bigint): Sampler {
  if (mean <= 0) return never;
  if (mean > maxGapFraction) return poissonVariables(mean, seed);
  const random = new XorShiftRandom(seed);
  return withGaps(
    () => gap(random, -mean),
    () => positivePoisson(random, Math.exp(-mean)),
  );
}

/** `BernoulliCellSampler`: elements whose random number lies in `[from, to)`. */
export function cellSampler(from: number, to: number, seed: number | bigint): Sampler {
  if (to - from <= 0) return never;
  const random = new XorShiftRandom(seed);
  return () => {
    const x = nextDouble(random);
    return x >= from && x < to ? 1 : 0;
  };
}

function withGaps(nextGap: () => number, taken: Sampler): Sampler {
  let left = nextGap();
  return () => {
    if (left > 0) {
      left -= 1;
      return 0;
    }
    const count = taken();
    left = nextGap();
    return count;
  };
}

const gap = (random: XorShiftRandom, scale: number): number =>
  Math.floor(Math.log(Math.max(nextDouble(random), leastRandom)) / scale);

/** A Poisson variable that is at least 1; `none` is the probability of 0. */
function positivePoisson(random: XorShiftRandom, none: number): number {
  let product = none + (1 - none) * nextDouble(random);
  let count = 1;
  for (product *= nextDouble(random); product > none; product *= nextDouble(random)) count += 1;
  return count;
}

/** The seed of a partition of `sample`: the number of draws before it is its own number. */
export function partitionSeed(seed: number | bigint, partition: number): bigint {
  const random = new JavaRandom(seed);
  for (let i = 0; i < partition; i++) random.nextLong();
  return random.nextLong();
}
