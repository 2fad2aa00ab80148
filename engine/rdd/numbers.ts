/** Statistics of numbers. */

import type { double, int, long } from "../data/numbers.js";
import { encodePortable } from "../data/portable.js";
import type { Element, Elements } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { refusal } from "./empty.js";
import { histogramOf } from "./histogram.js";
import { stepOn } from "./next-step.js";
import { named } from "./rdd-face.js";
import { Samples } from "./samples.js";
import { StatCounter } from "./stat-counter.js";

/** What the kernel `stats` gives for one partition. */
export type PartitionStats = Parameters<typeof StatCounter.of>;

/** Statistics of numbers. */
export abstract class Numbers<T> extends Samples<T> {
  /**
   * Returns the sum of all elements.
   *
   * Runs a job. An empty RDD gives 0.
   *
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.sum
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).sum(); // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).sum()
   * 6
   * ```
   */
  async sum(): Promise<Element<T>> {
    return this.folded({ zero: encodePortable([0]), within: named("add"), merge: named("add"), call: "sum" });
  }

  /**
   * Returns count, mean, variance, smallest and greatest of the elements, computed in one pass.
   *
   * Runs a job. Null elements are a failure of the task; NaN makes all but the count NaN.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.stats
   * @example
   * ```ts
   * (await sc.parallelize([1, 2, 3, 6]).stats()).mean(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 6]).stats().mean()
   * 3.0
   * ```
   */
  async stats(): Promise<StatCounter> {
    return this.statistics("stats");
  }

  /**
   * Returns the mean of the elements.
   *
   * Runs a job. Empty partitions only give 0.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.mean
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).mean(); // 2
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).mean()
   * 2.0
   * ```
   */
  async mean(): Promise<double> {
    return (await this.statistics("mean")).mean();
  }

  /**
   * Returns the variance of the elements as a whole population.
   *
   * Runs a job. Empty partitions only give NaN.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.variance
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 6]).variance(); // 3.5
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 6]).variance()
   * 3.5
   * ```
   */
  async variance(): Promise<double> {
    return (await this.statistics("variance")).variance();
  }

  /**
   * Returns the standard deviation of the elements as a whole population.
   *
   * Runs a job. Empty partitions only give NaN.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.stdev
   * @example
   * ```ts
   * await sc.parallelize([1, 3, 5, 7]).map((x) => x * 0.5).stdev(); // 1.118033988749895
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 3]).stdev()
   * 1.0
   * ```
   */
  async stdev(): Promise<double> {
    return (await this.statistics("stdev")).stdev();
  }

  /**
   * Returns the variance that a sample of these elements lets expect of the whole, by the count less one.
   *
   * Runs a job. Fewer than two elements give NaN.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.sampleVariance
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).sampleVariance(); // 1
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).sampleVariance()
   * 1.0
   * ```
   */
  async sampleVariance(): Promise<double> {
    return (await this.statistics("sampleVariance")).sampleVariance();
  }

  /**
   * Returns the standard deviation that a sample of these elements lets expect of the whole.
   *
   * Runs a job. Fewer than two elements give NaN.
   *
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.sampleStdev
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).sampleStdev(); // 1
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).sampleStdev()
   * 1.0
   * ```
   */
  async sampleStdev(): Promise<double> {
    return (await this.statistics("sampleStdev")).sampleStdev();
  }

  /**
   * Returns how many elements lie between each two neighbours of a list of bounds, and the bounds.
   *
   * Runs a job; two for a number of buckets, the first of which looks for the smallest and the greatest element. An
   * interval holds its lower bound and not its upper one, but the last holds both. Null, NaN and what lies outside is
   * left out.
   *
   * @param buckets - the bounds in ascending order, at least two; or how many intervals of equal length there should be
   * @param evenBuckets - that the intervals are of equal length; found out for plain numbers
   * @throws INVALID_ARGUMENT
   * @throws EMPTY_COLLECTION for a number of buckets and no element
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.histogram
   * @example
   * ```ts
   * await sc.parallelize([0, 1, 2, 3, 4, 50]).histogram([0, 2, 4]); // [[0, 2, 4], [2, 3]]
   * await sc.parallelize([0, 1, 2, 3, 4, 50]).histogram(2); // [[0, 25, 50], [5, 1]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(51)).histogram([0, 5, 25, 50])
   * ([0, 5, 25, 50], [5, 20, 26])
   * >>> sc.parallelize(range(51)).histogram(2)
   * ([0, 25, 50], [25, 26])
   * ```
   */
  async histogram(buckets: int | Elements<T>, evenBuckets?: boolean): Promise<[Elements<T>, long[]]> {
    return histogramOf<T>(this.session, this.plan, buckets, evenBuckets ?? null);
  }

  /** The statistics of all partitions, merged in their order. */
  protected async statistics(call: string): Promise<StatCounter> {
    const empty = refusal(call);
    const site = callSite(call);
    const found = (await this.session.portable(stepOn(this.plan, { op: "stats" }, site), site)) as PartitionStats[];
    if (found.length === 0) empty();
    return found.reduce((merged, stats) => merged.mergeStats(StatCounter.of(...stats)), new StatCounter());
  }
}
