/**
 * Samples of an exact size for each key, number for number those of Spark (`StratifiedSamplingUtils`).
 *
 * Every pair gets a random number. Pairs far below the fraction are taken at once, those far above it never; those in
 * between wait until all have been seen, when the size of the sample says how many of them are still wanted. That gives a
 * threshold for each key; the sample itself draws the same numbers again and compares.
 */
import { mapKey } from "../data/hashing.js";
import { nextDouble } from "../data/random/java-random.js";
import { poissonVariables } from "../data/random/poisson.js";
import { XorShiftRandom } from "../data/random/xorshift-random.js";
import type { CallSite } from "../errors.js";
import type { Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { ElementMap } from "../plan/task-function.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";
import { named } from "./rdd-face.js";

export interface ExactSampling<K> {
  readonly withReplacement: boolean;
  readonly fractions: ElementMap<K, number>;
  readonly seed: number | bigint;
  readonly site: CallSite;
}

/** By the text of a key. */
type ByKey<V> = Map<unknown, V>;

/** The pairs of one key that have been seen. */
interface Stratum {
  items: number;
  accepted: number;
  /** Random numbers below this are taken at once. */
  acceptBound: number;
  /** Random numbers from here on are never taken. */
  waitBound: number;
  /** Random numbers in between. */
  waiting: number[];
}

type Pair = readonly [unknown, unknown];
/** For workers: it travels with the modules that it names. */
type Step<T> = (partition: number, pairs: Iterable<Pair>) => Iterable<T>;

/** The kernel that chooses; runs the jobs that look for thresholds. */
export async function exactSample<K>(
  session: Session,
  input: FunctionPlan,
  { withReplacement, fractions, seed, site }: ExactSampling<K>,
): Promise<Kernel> {
  const byKey: ByKey<number> = new Map([...fractions].map(([key, fraction]) => [mapKey(key), fraction]));
  const counts = withReplacement ? await countsOf(session, input, site) : null;
  const look = counts ? waitingCopies(byKey, counts, seed) : waitingPairs(byKey, seed);
  const strata = merged(await session.portable(withIndex(session, input, look, site), site));
  const thresholds: ByKey<number> = new Map();
  for (const [name, stratum] of strata) thresholds.set(name, thresholdOf(stratum, byKey.get(name) ?? 0));
  const choose = counts ? chosenCopies(strata, thresholds, seed) : chosenPairs(thresholds, seed);
  return kernelOf(session, choose, site);
}

const kernelOf = (session: Session, fn: Step<unknown>, site: CallSite): Kernel => ({
  op: "mapPartitions",
  fn: session.ship(fn, site.call),
  withIndex: true,
  keepsKeys: true,
});

const withIndex = (session: Session, input: FunctionPlan, fn: Step<unknown>, site: CallSite): FunctionPlan =>
  stepOn(input, kernelOf(session, fn, site), site);

async function countsOf(session: Session, input: FunctionPlan, site: CallSite): Promise<ByKey<number>> {
  const keys = stepOn(stepOn(input, { op: "map", fn: named("key") }, site), { op: "map", fn: named("withOne") }, site);
  const counted = stepOn(keys, { op: "reduceByKey", fn: named("add"), partial: true }, site);
  const counts: ByKey<number> = new Map();
  for (const [key, count] of (await session.portable(counted, site)) as (readonly [unknown, number])[]) {
    counts.set(mapKey(key), (counts.get(mapKey(key)) ?? 0) + count);
  }
  return counts;
}

/** What the partitions have seen, in their order; the bounds are those of the last one that has the key. */
function merged(partitions: readonly unknown[]): ByKey<Stratum> {
  const strata: ByKey<Stratum> = new Map();
  for (const [name, items, accepted, acceptBound, waitBound, waiting] of (partitions as Seen[][]).flat()) {
    const before = strata.get(name);
    strata.set(name, {
      items: items + (before?.items ?? 0),
      accepted: accepted + (before?.accepted ?? 0),
      acceptBound,
      waitBound,
      waiting: [...waiting, ...(before?.waiting ?? [])],
    });
  }
  return strata;
}

/** A stratum of one partition, as it travels. */
type Seen = readonly [
  name: unknown,
  items: number,
  accepted: number,
  acceptBound: number,
  waitBound: number,
  waiting: readonly number[],
];

/** Below which random number a pair, or a copy that waits, belongs to the sample. */
function thresholdOf({ items, accepted, acceptBound, waitBound, waiting }: Stratum, fraction: number): number {
  const missing = Math.ceil(items * fraction) - accepted;
  if (missing < 0) return acceptBound;
  if (missing >= waiting.length) return waitBound;
  return [...waiting].sort((left, right) => left - right)[missing] as number;
}

/** Chance that a bound excludes too many. */
const failureChance = 5e-5;
const leastRate = 1e-10;

/** Below this a pair is taken at once, with `items` pairs seen. */
function lowerBound(items: number, fraction: number): number {
  const gamma = (-Math.log(failureChance) / items) * (2 / 3);
  return fraction + gamma - Math.sqrt(gamma * gamma + 3 * gamma * fraction);
}

/** From here on a pair is never taken, with `items` pairs seen. */
function upperBound(items: number, fraction: number): number {
  const gamma = -Math.log(failureChance) / items;
  return Math.min(1, Math.max(leastRate, fraction + gamma + Math.sqrt(gamma * gamma + 2 * gamma * fraction)));
}

/** How many standard deviations from its mean a Poisson variable hardly ever lies. */
const deviations = (mean: number): number => (mean < 6 ? 12 : mean < 16 ? 9 : 6);

/** Means of the copies of a pair that are taken at once, and that wait, for a sample of this size. */
function copyRates(size: number, items: number): readonly [taken: number, waiting: number] {
  const spread = deviations(size) * Math.sqrt(size);
  const [low, high] = [Math.max(size - spread, 1e-15), Math.max(size + spread, leastRate)];
  return [low / items, (high - low) / items];
}

const newStratum = (): Stratum => ({ items: 0, accepted: 0, acceptBound: 0, waitBound: 0, waiting: [] });

const seenOf = (strata: ByKey<Stratum>): Seen[] =>
  Array.from(strata, ([name, { items, accepted, acceptBound, waitBound, waiting }]) => [
    name,
    items,
    accepted,
    acceptBound,
    waitBound,
    waiting,
  ]);

function found<V>(values: ByKey<V>, key: unknown): V {
  const value = values.get(mapKey(key));
  if (value === undefined) throw new RangeError(`key not found: ${String(key)}`);
  return value;
}

/** Without replacement: a stream, so that the bounds become narrower with every pair. */
const waitingPairs =
  (fractions: ByKey<number>, seed: number | bigint): Step<Seen[]> =>
  (partition, pairs) => {
    const random = new XorShiftRandom(BigInt(seed) + BigInt(partition));
    const strata: ByKey<Stratum> = new Map();
    for (const [key] of pairs) {
      const fraction = found(fractions, key);
      const name = mapKey(key);
      const stratum = strata.get(name) ?? newStratum();
      strata.set(name, stratum);
      stratum.acceptBound = lowerBound(stratum.items, fraction);
      stratum.waitBound = upperBound(stratum.items, fraction);
      const x = nextDouble(random);
      if (x < stratum.acceptBound) stratum.accepted += 1;
      else if (x < stratum.waitBound) stratum.waiting.push(x);
      stratum.items += 1;
    }
    return [seenOf(strata)];
  };

const chosenPairs = (thresholds: ByKey<number>, seed: number | bigint): Step<Pair> =>
  function* (partition, pairs) {
    const random = new XorShiftRandom(BigInt(seed) + BigInt(partition));
    for (const pair of pairs) if (nextDouble(random) < found(thresholds, pair[0])) yield pair;
  };

/** Poisson variables of any mean, each mean with a generator of its own. */
function poissonOf(seed: bigint): (mean: number) => number {
  const known = new Map<number, () => number>();
  return (mean) => {
    const next = known.get(mean) ?? poissonVariables(mean, seed);
    known.set(mean, next);
    return next();
  };
}

/** With replacement: the counts say how many copies of a pair to expect. */
const waitingCopies =
  (fractions: ByKey<number>, counts: ByKey<number>, seed: number | bigint): Step<Seen[]> =>
  (partition, pairs) => {
    const own = BigInt(seed) + BigInt(partition);
    const [random, poisson] = [new XorShiftRandom(own), poissonOf(own)];
    const strata: ByKey<Stratum> = new Map();
    for (const [key] of pairs) {
      const [name, items] = [mapKey(key), found(counts, key)];
      const [taken, waiting] = copyRates(Math.ceil(items * found(fractions, key)), items);
      const stratum = strata.get(name) ?? newStratum();
      strata.set(name, Object.assign(stratum, { acceptBound: taken, waitBound: waiting }));
      stratum.accepted += taken === 0 ? 0 : poisson(taken);
      for (let copies = poisson(waiting); copies > 0; copies--) stratum.waiting.push(nextDouble(random));
      stratum.items += 1;
    }
    return [seenOf(strata)];
  };

const chosenCopies = (strata: ByKey<Stratum>, thresholds: ByKey<number>, seed: number | bigint): Step<Pair> =>
  function* (partition, pairs) {
    const own = BigInt(seed) + BigInt(partition);
    const [random, poisson] = [new XorShiftRandom(own), poissonOf(own)];
    for (const pair of pairs) {
      const { acceptBound, waitBound } = found(strata, pair[0]);
      const threshold = found(thresholds, pair[0]);
      let copies = acceptBound === 0 ? 0 : poisson(acceptBound);
      for (let waiting = poisson(waitBound); waiting > 0; waiting--) if (nextDouble(random) < threshold) copies += 1;
      for (; copies > 0; copies--) yield pair;
    }
  };
