/** Sorting, and the first elements of an order. */
import type { Batch } from "../data/batch.js";
import type { int } from "../data/numbers.js";
import type { CallSite } from "../errors.js";
import type { Kernel } from "../plan/kernel.js";
import { knownPartitions } from "../plan/settle.js";
import type { AnyFunction, Element, Elements, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { refusal } from "./empty.js";
import { keyOf } from "./key-function.js";
import { gatheredOnce, stepOn } from "./next-step.js";
import { Partitions } from "./partitions.js";
import { partitionsGiven } from "./placement.js";
import type { RDD } from "./rdd.js";
import { named } from "./rdd-face.js";
import { planSort } from "./sort-by.js";

interface Picking {
  readonly count: number;
  readonly key: TaskFunction<AnyFunction> | undefined;
  readonly ascending: boolean;
}

/** Sorting, and the first elements of an order. */
export abstract class Ordered<T> extends Partitions<T> {
  /**
   * Returns a new RDD with the elements sorted by the result of `keyfunc`, stable within equal keys.
   *
   * Runs two jobs at once when the result has more than one partition: a count, and a sample of the keys.
   *
   * @param keyfunc - gives the key of an element, in a worker
   * @param ascending - smallest key first
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.sortBy
   * @eager
   * @example
   * ```ts
   * await sc.parallelize([3, 1, 2]).sortBy((x) => x).collect(); // [1, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([3, 1, 2]).sortBy(lambda x: x).collect()
   * [1, 2, 3]
   * ```
   */
  sortBy<K>(keyfunc: TaskFunction<(element: T) => K>, ascending: boolean = true, numPartitions?: int): RDD<T> {
    const partitions = partitionsGiven(this.session, "sortBy", numPartitions);
    const key = this.session.ship(keyfunc, "sortBy");
    const site = callSite("sortBy");
    return this.derive(planSort(this.session, this.plan, { key, ascending, partitions, site }));
  }

  /**
   * Returns a new RDD with the pairs sorted by key, stable within equal keys.
   *
   * Runs two jobs at once when the result has more than one partition: a count, and a sample of the keys. An empty RDD
   * stays as it is.
   *
   * @param ascending - smallest key first
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param keyfunc - gives what a key is sorted by, in a worker; itself when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEYS_NOT_COMPARABLE
   * @throws INVALID_ARGUMENT
   * @source OrderedRDDFunctions.sortByKey
   * @eager
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["b", 1], ["a", 2]]).sortByKey().collect(); // [["a", 2], ["b", 1]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("b", 1), ("a", 2)]).sortByKey().collect()
   * [('a', 2), ('b', 1)]
   * ```
   */
  sortByKey<K, V, S>(
    this: RDD<[K, V]>,
    ascending: boolean = true,
    numPartitions?: int,
    keyfunc?: TaskFunction<(key: K) => S>,
  ): RDD<[K, V]> {
    const partitions = partitionsGiven(this.session, "sortByKey", numPartitions);
    const key = keyOf(this.session, "sortByKey", keyfunc);
    const site = callSite("sortByKey");
    return this.derive(planSort(this.session, this.plan, { key, ascending, partitions, site }));
  }

  /**
   * Returns the `num` smallest elements, smallest first.
   *
   * Runs a job. Of equal ones those that come first are taken.
   *
   * @param num - how many; fewer come back when the RDD has fewer
   * @param key - gives what an element is compared by, in a worker; itself when left out
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.takeOrdered
   * @example
   * ```ts
   * await sc.parallelize([4, 2, 3, 1]).takeOrdered(2); // [1, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([4, 2, 3, 1]).takeOrdered(2)
   * [1, 2]
   * ```
   */
  async takeOrdered<S>(num: int, key?: TaskFunction<(element: T) => S>): Promise<Elements<T>> {
    const count = this.countGiven("takeOrdered", num);
    if (count === 0) return this.session.decode([]);
    return this.session.decode(await this.picked("takeOrdered", { count, key, ascending: true }));
  }

  /**
   * Returns the `num` greatest elements, greatest first.
   *
   * Runs a job. Of equal ones those that come first are taken.
   *
   * @param num - how many; fewer come back when the RDD has fewer
   * @param key - gives what an element is compared by, in a worker; itself when left out
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.top
   * @example
   * ```ts
   * await sc.parallelize([4, 2, 3, 1]).top(2); // [4, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([4, 2, 3, 1]).top(2)
   * [4, 3]
   * ```
   */
  async top<S>(num: int, key?: TaskFunction<(element: T) => S>): Promise<Elements<T>> {
    const isPython = this.session.host.language === "python";
    const [empty, site] = [refusal("top"), callSite("top")];
    const count = this.countGiven("top", isPython ? Math.max(num, 0) : num);
    if (count === 0 && !isPython) return this.session.decode([]);
    // PySpark runs its job for none too, and has nothing to reduce where there is no partition.
    if (isPython && (await this.session.partitionCount(this.plan)) === 0) return empty();
    return this.session.decode(await this.picked("top", { count, key, ascending: false }, site));
  }

  /**
   * Returns the greatest element, the first of equal ones.
   *
   * Runs a job.
   *
   * @param key - gives what an element is compared by, in a worker; itself when left out
   * @throws EMPTY_COLLECTION
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @source RDD.max
   * @example
   * ```ts
   * await sc.parallelize([4, 2, 3, 1]).max(); // 4
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([4, 2, 3, 1]).max()
   * 4
   * ```
   */
  async max<S>(key?: TaskFunction<(element: T) => S>): Promise<Element<T>> {
    return this.extreme("max", key);
  }

  /**
   * Returns the smallest element, the first of equal ones.
   *
   * Runs a job.
   *
   * @param key - gives what an element is compared by, in a worker; itself when left out
   * @throws EMPTY_COLLECTION
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @source RDD.min
   * @example
   * ```ts
   * await sc.parallelize([4, 2, 3, 1]).min(); // 1
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([4, 2, 3, 1]).min()
   * 1
   * ```
   */
  async min<S>(key?: TaskFunction<(element: T) => S>): Promise<Element<T>> {
    return this.extreme("min", key);
  }

  /** The greatest or smallest element, by the comparison of its own language where there is no key function. */
  protected async extreme(call: "max" | "min", key?: TaskFunction<AnyFunction>): Promise<Element<T>> {
    const empty = refusal(call);
    const found = key
      ? this.picked(call, { count: 1, key, ascending: call === "min" })
      : this.merged(named(call), call);
    return this.session.decodeOne(await found, empty);
  }

  protected countGiven(call: string, num: number): number {
    const [parameter, expected, actual] = ["num", "a whole number from 0: it cannot be negative", String(num)];
    this.session.require(Number.isInteger(num) && num >= 0, { call, parameter, expected, actual });
    return num;
  }

  /** The first elements of an order: those of each partition, then those of all of them. */
  protected async picked(
    call: string,
    { count, key: keyfunc, ascending }: Picking,
    site: CallSite = callSite(call),
  ): Promise<Batch[]> {
    const key = keyfunc ? this.session.ship(keyfunc, call) : named("identity");
    const kernel: Kernel = { op: "takeOrdered", count, key, ascending };
    const first = stepOn(this.plan, kernel, site);
    const plan = knownPartitions(this.plan) === 1 ? first : stepOn(gatheredOnce(first, site), kernel, site);
    return this.session.batches(plan, site);
  }
}
