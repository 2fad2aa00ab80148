/** Samples and random splits. */

import type { double, int, long } from "../data/numbers.js";
import { takeSample } from "../data/random/take-sample.js";
import { deferred } from "../plan/open-plan.js";
import { type ElementMap, type Elements, EncodedElements } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { pairsBatch } from "./element-map.js";
import { exactSample } from "./exact-sample.js";
import { Futures } from "./futures.js";
import { stepOn } from "./next-step.js";
import type { RDD } from "./rdd.js";
import { freshSeed } from "./seed.js";

/** Spark's limit: the sample is taken a little larger, and its size must be an integer of 32 bits. */
const greatestSample = 2 ** 31 - 1 - Math.floor(10 * Math.sqrt(2 ** 31 - 1));

/** Samples and random splits. */
export abstract class Samples<T> extends Futures<T> {
  /**
   * Returns a new RDD with a random choice of elements.
   *
   * Lazy. The choice is made anew for each seed, and is the same whenever it is computed; it is Spark's own for the
   * language of the program.
   *
   * @param withReplacement - whether an element may be chosen more than once
   * @param fraction - the chance of each element; with replacement how often it is expected to be chosen
   * @param seed - of the random numbers; random when left out
   * @throws INVALID_ARGUMENT
   * @source RDD.sample
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4, 5, 6], 1).sample(false, 0.5, 7).collect(); // [1, 2, 4, 5]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(20), 2).sample(False, 0.3, 17).collect()
   * [7, 9, 10, 11, 12, 17, 18]
   * ```
   */
  sample(withReplacement: boolean, fraction: double, seed?: long): RDD<T> {
    // PySpark takes any fraction, Spark itself none above 1 unless elements are put back.
    const isChance = !withReplacement && this.session.host.language !== "python";
    const [call, parameter, actual] = ["sample", "fraction", String(fraction)];
    const expected = `a number from 0${isChance ? " to 1" : ""}`;
    this.session.require(fraction >= 0 && !(isChance && fraction > 1), { call, parameter, expected, actual });
    const sampling = withReplacement ? ({ by: "poisson", fraction } as const) : ({ by: "fraction", fraction } as const);
    return this.step({ op: "sample", sampling, seed: seed ?? freshSeed() }, call);
  }

  /**
   * Returns a random choice of exactly `num` elements, in random order.
   *
   * Runs two jobs: a count, and a sample. Without replacement there are no more than the RDD has.
   *
   * @param withReplacement - whether an element may be chosen more than once
   * @param num - how many
   * @param seed - of the random numbers; random when left out
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @local
   * @source RDD.takeSample
   * @example
   * ```ts
   * (await sc.parallelize([1, 2, 3, 4, 5, 6], 2).takeSample(false, 4, 7)).length; // 4
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(20), 4).takeSample(False, 5, 7)
   * [17, 15, 11, 18, 7]
   * ```
   */
  async takeSample(withReplacement: boolean, num: int, seed?: long): Promise<Elements<T>> {
    const call = "takeSample";
    const holds = Number.isInteger(num) && num >= 0 && num <= greatestSample;
    const expected = `a whole number from 0 to ${greatestSample}`;
    this.session.require(holds, { call, parameter: "num", expected, actual: String(num) });
    if (num === 0) return [];
    return takeSample<T>({
      withReplacement,
      count: num,
      total: Number(await this.count()),
      seed: seed ?? freshSeed(),
      collect: () => this.collect(),
      sample: (fraction, next) => this.sample(withReplacement, fraction, next).collect(),
    });
  }

  /**
   * Returns new RDDs, one for each weight, into which the elements are divided at random.
   *
   * Lazy. Every element is in one of them; each gets about the share that its weight has in the sum of all.
   *
   * @param weights - not negative; their sum need not be 1
   * @param seed - of the random numbers; random when left out
   * @throws INVALID_ARGUMENT
   * @source RDD.randomSplit
   * @example
   * ```ts
   * const [some, others] = sc.parallelize([1, 2, 3, 4, 5, 6]).randomSplit([1, 2], 17);
   * [...(await some.collect()), ...(await others.collect())].length; // 6
   * ```
   * @example
   * ```python
   * >>> some, others = sc.parallelize(range(20), 2).randomSplit([1, 3], 11)
   * >>> some.collect()
   * [0, 12, 15]
   * ```
   */
  randomSplit(weights: double[], seed?: long): RDD<T>[] {
    const [call, parameter, actual] = ["randomSplit", "weights", `[${weights.join(", ")}]`];
    const notNegative = weights.every((weight) => weight >= 0);
    this.session.require(notNegative, { call, parameter, expected: "made of numbers from 0", actual });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    this.session.require(sum > 0, { call, parameter, expected: "of a sum above 0", actual });
    const known = seed ?? freshSeed();
    let to = 0;
    return weights.map((weight) => {
      const from = to;
      to += weight / sum;
      return this.step({ op: "sample", sampling: { by: "range", from, to }, seed: known }, call);
    });
  }

  /**
   * Returns a new RDD with a random choice of pairs, by the chance that `fractions` has for their key.
   *
   * Lazy. A key without a fraction is a failure of the task.
   *
   * @param withReplacement - whether a pair may be chosen more than once
   * @param fractions - the chance of each key; with replacement how often its pairs are expected to be chosen
   * @param seed - of the random numbers; random when left out
   * @throws INVALID_ARGUMENT
   * @throws NOT_KEY_VALUE
   * @throws USER_FUNCTION_FAILED
   * @source PairRDDFunctions.sampleByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 2], ["a", 3]]);
   * await pairs.sampleByKey(false, new Map([["a", 1], ["b", 0]])).collect(); // [["a", 1], ["a", 3]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).sampleByKey(False, {"a": 1, "b": 0}).collect()
   * [('a', 1), ('a', 3)]
   * ```
   */
  sampleByKey<K, V>(
    this: RDD<[K, V]>,
    withReplacement: boolean,
    fractions: ElementMap<K, double>,
    seed?: long,
  ): RDD<[K, V]> {
    this.requireFractions(fractions, "sampleByKey");
    const known = seed ?? freshSeed();
    const batch = pairsBatch(fractions);
    return this.step({ op: "sampleByKey", fractions: batch, poisson: withReplacement, seed: known }, "sampleByKey");
  }

  /**
   * Returns a new RDD with a random choice of pairs: of the `n` pairs of a key, exactly `n` times its fraction, rounded
   * up.
   *
   * Runs a job at once, which counts the pairs of each key. A key without a fraction is left out.
   *
   * @param withReplacement - whether a pair may be chosen more than once
   * @param fractions - of each key; not above 1 without replacement
   * @param seed - of the random numbers; random when left out
   * @throws INVALID_ARGUMENT
   * @throws NOT_KEY_VALUE
   * @throws USER_FUNCTION_FAILED
   * @eager
   * @py -
   * @source PairRDDFunctions.sampleByKeyExact
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 2], ["a", 3], ["a", 4], ["b", 5]]);
   * (await pairs.sampleByKeyExact(false, new Map([["a", 0.5], ["b", 0.5]])).keys().collect()).sort(); // ["a", "a", "b"]
   * ```
   */
  sampleByKeyExact<K, V>(
    this: RDD<[K, V]>,
    withReplacement: boolean,
    fractions: ElementMap<K, double>,
    seed?: long,
  ): RDD<[K, V]> {
    const site = callSite("sampleByKeyExact");
    this.requireFractions(fractions, site.call, withReplacement ? Number.POSITIVE_INFINITY : 1);
    const options = { withReplacement, fractions, seed: seed ?? freshSeed(), site };
    const sampling = exactSample(this.session, this.plan, options);
    return this.derive(
      deferred(
        sampling.then((kernel) => stepOn(this.plan, kernel, site)),
        site,
      ),
    );
  }

  /** Fractions that a client of another language encoded are looked at there. */
  protected requireFractions<K>(
    fractions: ElementMap<K, double>,
    call: string,
    most: number = Number.POSITIVE_INFINITY,
  ): void {
    if (fractions instanceof EncodedElements) return;
    const [parameter, limit] = ["fractions", most === 1 ? "from 0 to 1" : "from 0"];
    const wrong = [...fractions.values()].find((fraction) => !(fraction >= 0 && fraction <= most));
    this.session.require(wrong === undefined, { call, parameter, expected: `numbers ${limit}`, actual: String(wrong) });
  }
}
