/** Estimates: answers from the part of the data that a deadline, or a sketch, leaves time and room for. */
import { KeyPlaces } from "../data/key-places.js";
import type { double, long } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { callSite } from "../session/caller.js";
import type { BoundedFloat } from "./bounded-float.js";
import { distinctCount, mergedSketch } from "./distinct-count.js";
import { countEstimate, meanEstimate, type Progress, sumEstimate } from "./estimates.js";
import { stepOn } from "./next-step.js";
import { Numbers, type PartitionStats } from "./numbers.js";
import { type PartialResult, resultWithin } from "./partial-job.js";
import type { RDD } from "./rdd.js";
import { named } from "./rdd-face.js";
import { StatCounter } from "./stat-counter.js";

/** Below this relative error Spark's sketch has no more bits of a hash to look at. */
const leastError = 0.000_017;
/** Standard error of a sketch with one register. */
const errorOfOne = 1.054;
const leastPrecision = 4;
/** Each partition has a sketch of 2^24 bytes then. */
const greatestPrecision = 24;

type Estimate = (stats: StatCounter, progress: Progress, confidence: number) => BoundedFloat;

/** Estimates. */
export abstract class Approximate<T> extends Numbers<T> {
  /**
   * Returns the number of elements as far as it is known after a time, with the bounds in which it lies.
   *
   * Runs a job and waits for it no longer than `timeout`. When all partitions have been counted by then the value is
   * exact; else it is estimated from those that have, and the job goes on.
   *
   * @param timeout - in milliseconds
   * @param confidence - with which the true value lies between the bounds, from 0 to 1
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @source RDD.countApprox
   * @example
   * ```ts
   * (await sc.parallelize([1, 2, 3], 3).countApprox(60_000)).mean; // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(1000), 10).countApprox(60000, 1.0)
   * 1000
   * ```
   */
  async countApprox(timeout: long, confidence: double = 0.95): Promise<BoundedFloat> {
    const { progress, elements } = await this.#within("countApprox", { op: "count" }, { timeout, confidence });
    const count = (elements as number[]).reduce((sum, part) => sum + part, 0);
    return countEstimate(count, progress, confidence);
  }

  /**
   * Returns the sum of the elements as far as it is known after a time, with the bounds in which it lies.
   *
   * Runs a job and waits for it no longer than `timeout`. When all partitions have been added up by then the value is
   * exact; else it is estimated from those that have, and the job goes on.
   *
   * @param timeout - in milliseconds
   * @param confidence - with which the true value lies between the bounds, from 0 to 1
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.sumApprox
   * @example
   * ```ts
   * (await sc.parallelize([1, 2, 3], 3).sumApprox(60_000)).mean; // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(1000), 10).sumApprox(60000)
   * 499500.0
   * ```
   */
  async sumApprox(timeout: long, confidence: double = 0.95): Promise<BoundedFloat> {
    return this.#estimate("sumApprox", sumEstimate, { timeout, confidence });
  }

  /**
   * Returns the mean of the elements as far as it is known after a time, with the bounds in which it lies.
   *
   * Runs a job and waits for it no longer than `timeout`. When all partitions have been looked at by then the value is
   * exact; else it is estimated from those that have, and the job goes on.
   *
   * @param timeout - in milliseconds
   * @param confidence - with which the true value lies between the bounds, from 0 to 1
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.meanApprox
   * @example
   * ```ts
   * (await sc.parallelize([1, 2, 3], 3).meanApprox(60_000)).mean; // 2
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(range(1000), 10).meanApprox(60000)
   * 499.5
   * ```
   */
  async meanApprox(timeout: long, confidence: double = 0.95): Promise<BoundedFloat> {
    return this.#estimate("meanApprox", meanEstimate, { timeout, confidence });
  }

  /**
   * Returns about how many distinct elements there are.
   *
   * Runs a job. Each partition is reduced to a sketch, a HyperLogLog, whose size depends on the error alone.
   *
   * @param relativeSD - the standard deviation of the result, relative to the true number; above 0.000017
   * @throws INVALID_ARGUMENT
   * @throws LIMIT_REACHED for an error that would need sketches of more than 16 MiB
   * @throws KEY_NOT_HASHABLE
   * @throws USER_FUNCTION_FAILED
   * @source RDD.countApproxDistinct
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 2, 1]).countApproxDistinct(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 2, 1]).countApproxDistinct()
   * 3
   * ```
   */
  async countApproxDistinct(relativeSD: double = 0.05): Promise<long> {
    const site = callSite("countApproxDistinct");
    const [parameter, expected] = ["relativeSD", "a number above 0.000017"];
    const holds = relativeSD > leastError;
    this.session.require(holds, { call: site.call, parameter, expected, actual: String(relativeSD) });
    const precision = Math.max(Math.ceil(2 * Math.log2(errorOfOne / relativeSD)), leastPrecision);
    if (precision > greatestPrecision) {
      const limit = `${2 ** greatestPrecision} bytes`;
      throw new EngineError("LIMIT_REACHED", { what: "a sketch of distinct elements", limit }, { origin: { site } });
    }
    const sketches = await this.session.portable(stepOn(this.plan, { op: "distinctSketch", precision }, site), site);
    return Math.round(distinctCount(mergedSketch(sketches as Uint8Array[], precision)));
  }

  /**
   * Returns how often each element occurs as far as it is known after a time, with the bounds in which it lies.
   *
   * Runs a job and waits for it no longer than `timeout`. When all partitions have been counted by then the values are
   * exact; else they are estimated from those that have, and the job goes on.
   *
   * @param timeout - in milliseconds
   * @param confidence - with which each true value lies between its bounds, from 0 to 1
   * @throws INVALID_ARGUMENT
   * @throws KEY_NOT_HASHABLE
   * @throws VALUE_NOT_PORTABLE
   * @throws USER_FUNCTION_FAILED
   * @py -
   * @source RDD.countByValueApprox
   * @example
   * ```ts
   * (await sc.parallelize(["a", "b", "a"]).countByValueApprox(60_000)).get("a")?.mean; // 2
   * ```
   */
  async countByValueApprox(timeout: long, confidence: double = 0.95): Promise<Map<T, BoundedFloat>> {
    return this.countedWithin<T>(this.plan, "countByValueApprox", { timeout, confidence });
  }

  /**
   * Returns how often each key occurs among pairs as far as it is known after a time, with the bounds in which it lies.
   *
   * Runs a job and waits for it no longer than `timeout`. When all partitions have been counted by then the values are
   * exact; else they are estimated from those that have, and the job goes on.
   *
   * @param timeout - in milliseconds
   * @param confidence - with which each true value lies between its bounds, from 0 to 1
   * @throws INVALID_ARGUMENT
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws VALUE_NOT_PORTABLE
   * @throws USER_FUNCTION_FAILED
   * @py -
   * @source PairRDDFunctions.countByKeyApprox
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 1], ["a", 1]]);
   * (await pairs.countByKeyApprox(60_000)).get("a")?.mean; // 2
   * ```
   */
  async countByKeyApprox<K, V>(
    this: RDD<[K, V]>,
    timeout: long,
    confidence: double = 0.95,
  ): Promise<Map<K, BoundedFloat>> {
    const keys = stepOn(this.plan, { op: "map", fn: named("key") }, callSite("countByKeyApprox"));
    return this.countedWithin<K>(keys, "countByKeyApprox", { timeout, confidence });
  }

  /** How often each element of a plan occurs, after a time. */
  protected async countedWithin<K>(
    elements: FunctionPlan,
    call: string,
    limits: Limits,
  ): Promise<Map<K, BoundedFloat>> {
    const site = callSite(call);
    this.#require(call, limits);
    const ones = stepOn(elements, { op: "map", fn: named("withOne") }, site);
    const counted = stepOn(ones, { op: "reduceByKey", fn: named("add"), partial: true }, site);
    const found = await resultWithin(this.session, counted, Number(limits.timeout), site);
    const places = new KeyPlaces();
    const counts: number[] = [];
    for (const [key, count] of found.elements as (readonly [unknown, number])[]) {
      const place = places.of(key);
      counts[place] = (counts[place] ?? 0) + count;
    }
    return new Map(
      counts.map((count, place) => [places.keys[place] as K, countEstimate(count, found.progress, limits.confidence)]),
    );
  }

  async #estimate(call: string, estimate: Estimate, limits: Limits): Promise<BoundedFloat> {
    const { progress, elements } = await this.#within(call, { op: "stats" }, limits);
    const stats = new StatCounter();
    for (const part of elements as PartitionStats[]) stats.mergeStats(StatCounter.of(...part));
    return estimate(stats, progress, limits.confidence);
  }

  /** One element of each partition that has ended after a time. */
  async #within(call: string, kernel: { readonly op: "count" | "stats" }, limits: Limits): Promise<PartialResult> {
    this.#require(call, limits);
    const site = callSite(call);
    return resultWithin(this.session, stepOn(this.plan, kernel, site), Number(limits.timeout), site);
  }

  #require(call: string, { timeout, confidence }: Limits): void {
    const isTime = Number(timeout) >= 0;
    this.session.require(isTime, { call, parameter: "timeout", expected: "a time from 0", actual: String(timeout) });
    const holds = confidence >= 0 && confidence <= 1;
    const expected = "a number from 0 to 1";
    this.session.require(holds, { call, parameter: "confidence", expected, actual: String(confidence) });
  }
}

interface Limits {
  readonly timeout: long;
  readonly confidence: number;
}
