/** The driver's part of `takeSample`: which fraction to sample, and which of the sampled elements to return. */
import { JavaRandom, nextInt } from "./java-random.js";

/** Probability with which a sample may turn out too small. */
const failureProbability = 1e-4;

/** The fraction whose sample has at least `count` of `total` elements nearly always. */
export function sampleFraction(count: number, total: number, withReplacement: boolean): number {
  if (withReplacement) return (count + deviations(count) * Math.sqrt(count)) / total;
  const fraction = count / total;
  const gamma = -Math.log(failureProbability) / total;
  return Math.min(1, fraction + gamma + Math.sqrt(gamma * gamma + 2 * gamma * fraction));
}

/** How many standard deviations above its mean a Poisson variable hardly ever lies. */
const deviations = (mean: number): number => (mean < 6 ? 12 : mean < 16 ? 9 : 6);

/** The elements in random order: Fisher and Yates from the end. */
export function shuffled<T>(elements: readonly T[], random: JavaRandom): T[] {
  const result = [...elements];
  for (let i = result.length - 1; i > 0; i--) {
    const j = nextInt(random, i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

export interface TakeSample<T> {
  readonly withReplacement: boolean;
  readonly count: number;
  /** The number of elements of the RDD. */
  readonly total: number;
  readonly seed: number | bigint;
  readonly collect: () => Promise<readonly T[]>;
  readonly sample: (fraction: number, seed: number) => Promise<readonly T[]>;
}

/** `RDD.takeSample` of Spark: samples somewhat more than needed, again if that was not enough, and shuffles. */
export async function takeSample<T>({
  withReplacement,
  count,
  total,
  seed,
  collect,
  sample,
}: TakeSample<T>): Promise<T[]> {
  if (count === 0 || total === 0) return [];
  const random = new JavaRandom(seed);
  if (!withReplacement && count >= total) return shuffled(await collect(), random);
  const fraction = sampleFraction(count, total, withReplacement);
  let sampled = await sample(fraction, random.next(32));
  while (sampled.length < count) sampled = await sample(fraction, random.next(32));
  return shuffled(sampled, random).slice(0, count);
}
