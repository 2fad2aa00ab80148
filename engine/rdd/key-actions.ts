/** Actions that give maps, and values by key. */
import type { long } from "../data/numbers.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Element, ElementMap, Elements, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { decodeMap } from "./element-map.js";
import { refusal } from "./empty.js";
import { Folds } from "./folds.js";
import { hasKey, placeOfKey } from "./lookup.js";
import { gatheredOnce, stepOn } from "./next-step.js";
import type { RDD } from "./rdd.js";
import { named } from "./rdd-face.js";

/** Actions that give maps, and values by key. */
export abstract class KeyActions<T> extends Folds<T> {
  /**
   * Returns pairs as a map from keys to values; of several values of a key it holds the last.
   *
   * Runs a job. An empty RDD gives an empty map.
   *
   * @throws NOT_KEY_VALUE
   * @throws USER_FUNCTION_FAILED
   * @source PairRDDFunctions.collectAsMap
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2], ["a", 3]]).collectAsMap();
   * // new Map([["a", 3], ["b", 2]])
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).collectAsMap()
   * {'a': 3, 'b': 2}
   * ```
   */
  async collectAsMap<K, V>(this: RDD<[K, V]>): Promise<ElementMap<K, V>> {
    const site = callSite("collectAsMap");
    return decodeMap(this.session, await this.session.batches(this.plan, site), site.call);
  }

  /**
   * Returns how often each key occurs among pairs.
   *
   * Runs a job. An empty RDD gives an empty map.
   *
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws USER_FUNCTION_FAILED
   * @source PairRDDFunctions.countByKey
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 1], ["a", 1]]).countByKey();
   * // new Map([["a", 2], ["b", 1]])
   * ```
   * @example
   * ```python
   * >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).countByKey().items())
   * [('a', 2), ('b', 1)]
   * ```
   */
  async countByKey<K, V>(this: RDD<[K, V]>): Promise<ElementMap<K, long>> {
    return this.counted<K>(stepOn(this.plan, { op: "map", fn: named("key") }, callSite("countByKey")), "countByKey");
  }

  /**
   * Returns how often each element occurs.
   *
   * Runs a job. An empty RDD gives an empty map.
   *
   * @throws KEY_NOT_HASHABLE
   * @throws USER_FUNCTION_FAILED
   * @source RDD.countByValue
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 1]).countByValue(); // new Map([[1, 2], [2, 1]])
   * ```
   * @example
   * ```python
   * >>> sorted(sc.parallelize([1, 2, 1]).countByValue().items())
   * [(1, 2), (2, 1)]
   * ```
   */
  async countByValue(): Promise<ElementMap<T, long>> {
    return this.counted<T>(this.plan, "countByValue");
  }

  /**
   * Returns the values of each key merged by `func`, as a map.
   *
   * Runs a job: each partition is merged in a worker, then their results; `func` must be associative and commutative.
   *
   * @param func - merges two values, in a worker
   * @throws EMPTY_COLLECTION for an RDD without partitions
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws USER_FUNCTION_FAILED
   * @source PairRDDFunctions.reduceByKeyLocally
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 5], ["a", 2]]);
   * await pairs.reduceByKeyLocally((a, b) => a + b); // new Map([["a", 3], ["b", 5]])
   * ```
   * @example
   * ```python
   * >>> pairs = sc.parallelize([("a", 1), ("b", 5), ("a", 2)])
   * >>> sorted(pairs.reduceByKeyLocally(lambda a, b: a + b).items())
   * [('a', 3), ('b', 5)]
   * ```
   */
  async reduceByKeyLocally<K, V>(
    this: RDD<[K, V]>,
    func: TaskFunction<(left: V, right: V) => V>,
  ): Promise<ElementMap<K, V>> {
    const empty = refusal("reduceByKeyLocally");
    const fn = this.session.ship(func, "reduceByKeyLocally");
    const plan = this.locally(this.plan, fn, "reduceByKeyLocally");
    if ((await this.session.partitionCount(this.plan)) === 0) empty();
    return decodeMap(this.session, await this.session.batches(plan, plan.site), plan.site.call);
  }

  /**
   * Returns the values of the pairs with this key, in order.
   *
   * Runs a job over all partitions; where it is known by what partition of the RDD a key belongs to, over that one only.
   *
   * @param key - compared by equality
   * @throws NOT_KEY_VALUE
   * @throws USER_FUNCTION_FAILED
   * @local
   * @source PairRDDFunctions.lookup
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2], ["a", 3]]).lookup("a"); // [1, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).lookup("a")
   * [1, 3]
   * ```
   */
  async lookup<K, V>(this: RDD<[K, V]>, key: Element<K>): Promise<Elements<V>> {
    const site = callSite("lookup");
    const found = stepOn(this.plan, { op: "filter", fn: this.session.ship(hasKey(key), "lookup") }, site);
    const values = stepOn(found, { op: "map", fn: named("value") }, site);
    const place = await placeOfKey(this.session, this.plan, key, site);
    return this.session.decode(await this.session.batches(values, site, place === null ? undefined : [place]));
  }

  /** The elements of a plan with how often each occurs. */
  protected async counted<K>(elements: FunctionPlan, call: string): Promise<ElementMap<K, long>> {
    const ones = stepOn(elements, { op: "map", fn: named("withOne") }, callSite(call));
    const plan = this.locally(ones, named("add"), call);
    return decodeMap(this.session, await this.session.batches(plan, plan.site), call);
  }

  /** One pair for each key, all of them in one partition. */
  protected locally(pairs: FunctionPlan, fn: FunctionValue, call: string): FunctionPlan {
    const site = callSite(call);
    const merge = (partial: boolean): Kernel => ({ op: "reduceByKey", fn, partial });
    return stepOn(gatheredOnce(stepOn(pairs, merge(true), site), site), merge(false), site);
  }
}
