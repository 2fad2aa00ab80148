/** Transformations of pairs by their keys. */
import type { int } from "../data/numbers.js";
import type { AnyFunction, Element, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { distinctPlan, groupedByKey, type Merging, mergedByKey, partitionedByKey } from "./by-key.js";
import { Narrow } from "./narrow.js";
import { stepOn } from "./next-step.js";
import { type Placing, placingOf } from "./placement.js";
import type { RDD } from "./rdd.js";
import { named } from "./rdd-face.js";
import { singleBatch } from "./single-value.js";

/** Transformations of pairs by their keys. */
export abstract class Pairs<T> extends Narrow<T> {
  /**
   * Returns a new RDD of pairs with `f` applied to each value; keys and partitions stay.
   *
   * Lazy. Elements that are not pairs are `NOT_KEY_VALUE`.
   *
   * @param f - called once per value, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.mapValues
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).mapValues((v) => v + 1).collect(); // [["a", 2]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).mapValues(lambda v: v + 1).collect()
   * [('a', 2)]
   * ```
   */
  mapValues<K, V, U>(this: RDD<[K, V]>, f: TaskFunction<(value: V) => U>): RDD<[K, U]> {
    return this.step({ op: "mapValues", fn: this.session.ship(f, "mapValues") }, "mapValues");
  }

  /**
   * Returns a new RDD of the keys of pairs.
   *
   * Lazy.
   *
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.keys
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2]]).keys().collect(); // ["a", "b"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2)]).keys().collect()
   * ['a', 'b']
   * ```
   */
  keys<K, V>(this: RDD<[K, V]>): RDD<K> {
    return this.step({ op: "map", fn: named("key") }, "keys");
  }

  /**
   * Returns a new RDD of the values of pairs.
   *
   * Lazy.
   *
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.values
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2]]).values().collect(); // [1, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2)]).values().collect()
   * [1, 2]
   * ```
   */
  values<K, V>(this: RDD<[K, V]>): RDD<V> {
    return this.step({ op: "map", fn: named("value") }, "values");
  }

  /**
   * Returns a new RDD with the key of each pair and each of the results of `f` for its value; partitions stay.
   *
   * Lazy. An empty result adds nothing.
   *
   * @param f - called once per value, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.flatMapValues
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number[]]>([["a", [1, 2]], ["b", []]]);
   * await pairs.flatMapValues((values) => values).collect(); // [["a", 1], ["a", 2]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", [1, 2]), ("b", [])]).flatMapValues(lambda values: values).collect()
   * [('a', 1), ('a', 2)]
   * ```
   */
  flatMapValues<K, V, U>(this: RDD<[K, V]>, f: TaskFunction<(value: V) => Iterable<U>>): RDD<[K, U]> {
    return this.step({ op: "flatMapValues", fn: this.session.ship(f, "flatMapValues") }, "flatMapValues");
  }

  /**
   * Returns a new RDD of pairs: the result of `f` for each element, and the element.
   *
   * Lazy.
   *
   * @param f - gives the key of an element, in a worker
   * @throws USER_FUNCTION_FAILED
   * @source RDD.keyBy
   * @example
   * ```ts
   * await sc.parallelize(["pear", "fig"]).keyBy((word) => word.length).collect(); // [[4, "pear"], [3, "fig"]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["pear", "fig"]).keyBy(len).collect()
   * [(4, 'pear'), (3, 'fig')]
   * ```
   */
  keyBy<K>(f: TaskFunction<(element: T) => K>): RDD<[K, T]> {
    return this.step({ op: "keyBy", fn: this.session.ship(f, "keyBy") }, "keyBy");
  }

  /**
   * Returns a new RDD of the same pairs, each in the partition that its key names.
   *
   * Lazy. An RDD that is partitioned so already is returned as it is.
   *
   * @param numPartitions - partitions of the result; null: as many as this RDD has
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws PARTITION_OUT_OF_RANGE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.partitionBy
   * @example
   * ```ts
   * const pairs = sc.parallelize<[number, string]>([[0, "a"], [1, "b"], [2, "c"]]);
   * await pairs.partitionBy(2, (key) => key).glom().collect(); // [[[0, "a"], [2, "c"]], [[1, "b"]]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([(0, "a"), (1, "b"), (2, "c")]).partitionBy(2, lambda key: key).glom().collect()
   * [[(0, 'a'), (2, 'c')], [(1, 'b')]]
   * ```
   */
  partitionBy<K, V>(
    this: RDD<[K, V]>,
    numPartitions: int | null,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, V]> {
    const placing = placingOf(this.session, "partitionBy", numPartitions, partitionFunc);
    const plan = partitionedByKey(this.session, this.plan, placing, callSite("partitionBy"));
    return plan === this.plan ? this : this.derive(plan);
  }

  /**
   * Returns a new RDD with each distinct element once.
   *
   * Lazy. The first one of equal elements stays; each goes to the partition that its hash names.
   *
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.distinct
   * @example
   * ```ts
   * (await sc.parallelize([3, 1, 3, 1]).distinct().collect()).sort(); // [1, 3]
   * ```
   * @example
   * ```python
   * >>> sorted(sc.parallelize([3, 1, 3, 1]).distinct().collect())
   * [1, 3]
   * ```
   */
  distinct(numPartitions?: int): RDD<T> {
    const placing: Placing = { ...placingOf(this.session, "distinct", numPartitions), like: "first" };
    return this.derive(distinctPlan(this.session, this.plan, placing, callSite("distinct")));
  }

  /**
   * Returns a new RDD of pairs: each result of `f` once, and the elements for which it is the result.
   *
   * Lazy. All elements move; where they are to be merged, `keyBy` and `reduceByKey` move less.
   *
   * @param f - gives the key of an element, in a worker
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws USER_FUNCTION_FAILED
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.groupBy
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3], 1).groupBy((x) => x % 2).collect(); // [[1, [1, 3]], [0, [2]]]
   * ```
   * @example
   * ```python
   * >>> sorted((key, list(group)) for key, group in sc.parallelize([1, 2, 3]).groupBy(lambda x: x % 2).collect())
   * [(0, [2]), (1, [1, 3])]
   * ```
   */
  groupBy<K>(
    f: TaskFunction<(element: T) => K>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, T[]]> {
    const placing = placingOf(this.session, "groupBy", numPartitions, partitionFunc);
    const site = callSite("groupBy");
    const pairs = stepOn(this.plan, { op: "keyBy", fn: this.session.ship(f, "groupBy") }, site);
    return this.derive(groupedByKey(this.session, pairs, placing, site));
  }

  /**
   * Returns a new RDD with one pair per key, whose value merges all values of that key by `func`.
   *
   * Lazy. Values are merged before they are shuffled, then once more; `func` must be associative and commutative. Pairs
   * that are where their keys belong are not shuffled.
   *
   * @param func - merges two values, in a worker
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.reduceByKey
   * @example
   * ```ts
   * const counts = sc.parallelize<[string, number]>([["a", 1], ["b", 1], ["a", 1]]).reduceByKey((a, b) => a + b);
   * (await counts.collect()).sort(); // [["a", 2], ["b", 1]]
   * ```
   * @example
   * ```python
   * >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKey(lambda a, b: a + b).collect())
   * [('a', 2), ('b', 1)]
   * ```
   */
  reduceByKey<K, V>(
    this: RDD<[K, V]>,
    func: TaskFunction<(left: V, right: V) => V>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, V]> {
    const placing = placingOf(this.session, "reduceByKey", numPartitions, partitionFunc);
    const fn = this.session.ship(func, "reduceByKey");
    return this.mergedByKey("reduceByKey", placing, {
      values: (partial) => ({ op: "reduceByKey", fn, partial }),
      results: { op: "reduceByKey", fn, partial: false },
    });
  }

  /**
   * Returns a new RDD with one pair per key, whose values are combined into a value of another type.
   *
   * Lazy. Each partition makes a combination for each of its keys, then those of equal keys are shuffled and merged.
   *
   * @param createCombiner - makes a combination of a key's first value, in a worker
   * @param mergeValue - adds a value to a combination, in a worker
   * @param mergeCombiners - merges two combinations, in a worker
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.combineByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["a", 2]], 1);
   * const lists = pairs.combineByKey((v) => [v], (list, v) => [...list, v], (left, right) => [...left, ...right]);
   * await lists.collect(); // [["a", [1, 2]]]
   * ```
   * @example
   * ```python
   * >>> pairs = sc.parallelize([("a", 1), ("a", 2)])
   * >>> pairs.combineByKey(lambda v: [v], lambda found, v: found + [v], lambda left, right: left + right).collect()
   * [('a', [1, 2])]
   * ```
   */
  combineByKey<K, V, U>(
    this: RDD<[K, V]>,
    createCombiner: TaskFunction<(value: V) => U>,
    mergeValue: TaskFunction<(combined: U, value: V) => U>,
    mergeCombiners: TaskFunction<(left: U, right: U) => U>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, U]> {
    const call = "combineByKey";
    const placing = placingOf(this.session, call, numPartitions, partitionFunc);
    const create = { fn: this.session.ship(createCombiner, call) };
    const merge = this.session.ship(mergeValue, call);
    const fn = this.session.ship(mergeCombiners, call);
    return this.mergedByKey(call, placing, {
      values: (partial) => ({ op: "combineByKey", create, merge, partial }),
      results: { op: "reduceByKey", fn, partial: false },
    });
  }

  /**
   * Returns a new RDD with one pair per key, whose values are added to a copy of `zeroValue`.
   *
   * Lazy. The zero enters once for each key and partition.
   *
   * @param zeroValue - what an empty combination is
   * @param seqFunc - adds a value to a combination, in a worker; may change the combination
   * @param combFunc - merges two combinations, in a worker
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.aggregateByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 3], ["a", 4]], 1);
   * const counts = pairs.aggregateByKey(0, (count, _) => count + 1, (left, right) => left + right);
   * await counts.collect(); // [["a", 2]]
   * ```
   * @example
   * ```python
   * >>> pairs = sc.parallelize([("a", 3), ("a", 4)])
   * >>> pairs.aggregateByKey(0, lambda count, _: count + 1, lambda left, right: left + right).collect()
   * [('a', 2)]
   * ```
   */
  aggregateByKey<K, V, U>(
    this: RDD<[K, V]>,
    zeroValue: Element<U>,
    seqFunc: TaskFunction<(combined: U, value: V) => U>,
    combFunc: TaskFunction<(left: U, right: U) => U>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, U]> {
    const placing = placingOf(this.session, "aggregateByKey", numPartitions, partitionFunc);
    return this.addedByKey("aggregateByKey", placing, { zeroValue, merge: seqFunc, combine: combFunc });
  }

  /**
   * Returns a new RDD with one pair per key, whose value merges a copy of `zeroValue` and all values of that key.
   *
   * Lazy. The zero enters once for each key and partition: it should change nothing, as 0 does for sums.
   *
   * @param zeroValue - what the values of a key are merged into
   * @param func - merges two values, in a worker; may change the first one
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.foldByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 3], ["a", 4]], 1);
   * await pairs.foldByKey(0, (left, right) => left + right).collect(); // [["a", 7]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 3), ("a", 4)]).foldByKey(0, lambda left, right: left + right).collect()
   * [('a', 7)]
   * ```
   */
  foldByKey<K, V>(
    this: RDD<[K, V]>,
    zeroValue: Element<V>,
    func: TaskFunction<(left: V, right: V) => V>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, V]> {
    const placing = placingOf(this.session, "foldByKey", numPartitions, partitionFunc);
    return this.addedByKey("foldByKey", placing, { zeroValue, merge: func, combine: func });
  }

  /**
   * Returns a new RDD with one pair per key: the key and all its values, in the order of the partitions.
   *
   * Lazy. All values move, and those of one key must fit in memory; `reduceByKey` and `aggregateByKey` move less.
   *
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws MEMORY_EXHAUSTED
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.groupByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 2], ["a", 3]], 1);
   * await pairs.groupByKey().collect(); // [["a", [1, 3]], ["b", [2]]]
   * ```
   * @example
   * ```python
   * >>> groups = sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).groupByKey()
   * >>> sorted(groups.mapValues(list).collect())
   * [('a', [1, 3]), ('b', [2])]
   * ```
   */
  groupByKey<K, V>(
    this: RDD<[K, V]>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
  ): RDD<[K, V[]]> {
    const placing = placingOf(this.session, "groupByKey", numPartitions, partitionFunc);
    return this.derive(groupedByKey(this.session, this.plan, placing, callSite("groupByKey")));
  }

  protected mergedByKey<U>(call: string, placing: Placing, merging: Merging): RDD<U> {
    return this.derive(mergedByKey(this.session, this.plan, { placing, merging, site: callSite(call) }));
  }

  /** Values merged into a copy of a zero for each key and partition. */
  protected addedByKey<U>(call: string, placing: Placing, { zeroValue, merge, combine }: Adding): RDD<U> {
    const create = { zero: singleBatch(zeroValue) };
    const [add, fn] = [this.session.ship(merge, call), this.session.ship(combine, call)];
    return this.mergedByKey(call, placing, {
      values: (partial) => ({ op: "combineByKey", create, merge: add, partial }),
      results: { op: "reduceByKey", fn, partial: false },
    });
  }
}

interface Adding {
  readonly zeroValue: unknown;
  readonly merge: TaskFunction<AnyFunction>;
  readonly combine: TaskFunction<AnyFunction>;
}
