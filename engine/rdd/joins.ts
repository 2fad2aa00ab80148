/** Transformations of several RDDs by the keys of their pairs. */
import type { int } from "../data/numbers.js";
import type { JoinKind } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import { callSite } from "../session/caller.js";
import { cogrouped, joined } from "./joined.js";
import { Pairs } from "./pairs.js";
import { placingOf } from "./placement.js";
import type { RDD } from "./rdd.js";

/** An RDD of any elements. */
interface HasPlan {
  readonly plan: FunctionPlan;
}

interface Joining {
  readonly how: JoinKind;
  readonly numPartitions: int | undefined;
}

/** Transformations of several RDDs by the keys of their pairs. */
export abstract class Joins<T> extends Pairs<T> {
  /**
   * Returns a new RDD with the key and both values, for each pair of values whose keys are equal.
   *
   * Lazy. Keys of one RDD only are left out; a null key equals another. An RDD that is partitioned as the result is not shuffled.
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result; the default is that of Spark, see `cogroup`
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.join
   * @example
   * ```ts
   * const ages = sc.parallelize<[string, number]>([["ann", 31], ["bob", 25]]);
   * const towns = sc.parallelize<[string, string]>([["ann", "Ulm"], ["cem", "Bonn"]]);
   * (await ages.join(towns).collect()).sort(); // [["ann", [31, "Ulm"]]]
   * ```
   * @example
   * ```python
   * >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
   * >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
   * >>> sorted(ages.join(towns).collect())
   * [('ann', (31, 'Ulm'))]
   * ```
   */
  join<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, [V, W]]> {
    return this.joinedWith("join", other, { how: "inner", numPartitions });
  }

  /**
   * Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of this RDD.
   *
   * Lazy. Where the other RDD has no such key its value is null.
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result; the default is that of Spark, see `cogroup`
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.leftOuterJoin
   * @example
   * ```ts
   * const ages = sc.parallelize<[string, number]>([["ann", 31], ["bob", 25]]);
   * const towns = sc.parallelize<[string, string]>([["ann", "Ulm"], ["cem", "Bonn"]]);
   * (await ages.leftOuterJoin(towns).collect()).sort(); // [["ann", [31, "Ulm"]], ["bob", [25, null]]]
   * ```
   * @example
   * ```python
   * >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
   * >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
   * >>> sorted(ages.leftOuterJoin(towns).collect())
   * [('ann', (31, 'Ulm')), ('bob', (25, None))]
   * ```
   */
  leftOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, [V, W | null]]> {
    return this.joinedWith("leftOuterJoin", other, { how: "left", numPartitions });
  }

  /**
   * Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of `other`.
   *
   * Lazy. Where this RDD has no such key its value is null.
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result; the default is that of Spark, see `cogroup`
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.rightOuterJoin
   * @example
   * ```ts
   * const ages = sc.parallelize<[string, number]>([["ann", 31], ["bob", 25]]);
   * const towns = sc.parallelize<[string, string]>([["ann", "Ulm"], ["cem", "Bonn"]]);
   * (await ages.rightOuterJoin(towns).collect()).sort(); // [["ann", [31, "Ulm"]], ["cem", [null, "Bonn"]]]
   * ```
   * @example
   * ```python
   * >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
   * >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
   * >>> sorted(ages.rightOuterJoin(towns).collect())
   * [('ann', (31, 'Ulm')), ('cem', (None, 'Bonn'))]
   * ```
   */
  rightOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, [V | null, W]]> {
    return this.joinedWith("rightOuterJoin", other, { how: "right", numPartitions });
  }

  /**
   * Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of both.
   *
   * Lazy. Where one of them has no such key its value is null.
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result; the default is that of Spark, see `cogroup`
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.fullOuterJoin
   * @example
   * ```ts
   * const ages = sc.parallelize<[string, number]>([["ann", 31], ["bob", 25]]);
   * const towns = sc.parallelize<[string, string]>([["ann", "Ulm"], ["cem", "Bonn"]]);
   * (await ages.fullOuterJoin(towns).collect()).sort(); // [["ann", [31, "Ulm"]], ["bob", [25, null]], ["cem", [null, "Bonn"]]]
   * ```
   * @example
   * ```python
   * >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
   * >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
   * >>> sorted(ages.fullOuterJoin(towns).collect())
   * [('ann', (31, 'Ulm')), ('bob', (25, None)), ('cem', (None, 'Bonn'))]
   * ```
   */
  fullOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, [V | null, W | null]]> {
    return this.joinedWith("fullOuterJoin", other, { how: "full", numPartitions });
  }

  /**
   * Returns a new RDD with one pair per key of either RDD: the key, and the lists of its values in both.
   *
   * Lazy. Without `numPartitions`, the largest partitioner of the two is kept; otherwise there are as many partitions as
   * `spark.default.parallelism` says, or as the larger RDD has (in Python programs, as in PySpark, as both have together).
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws MEMORY_EXHAUSTED
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.cogroup
   * @example
   * ```ts
   * const left = sc.parallelize<[string, number]>([["a", 1], ["b", 2]]);
   * const right = sc.parallelize<[string, number]>([["a", 3], ["a", 4]]);
   * (await left.cogroup(right).collect()).sort(); // [["a", [[1], [3, 4]]], ["b", [[2], []]]]
   * ```
   * @example
   * ```python
   * >>> left = sc.parallelize([("a", 1), ("b", 2)])
   * >>> groups = left.cogroup(sc.parallelize([("a", 3), ("a", 4)]))
   * >>> sorted((key, list(ours), list(theirs)) for key, (ours, theirs) in groups.collect())
   * [('a', [1], [3, 4]), ('b', [2], [])]
   * ```
   */
  cogroup<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, [V[], W[]]]> {
    const placing = placingOf(this.session, "cogroup", numPartitions);
    return this.derive(cogrouped(this.session, [this.plan, other.plan], { placing, site: callSite("cogroup") }));
  }

  /**
   * Returns a new RDD with one pair per key of any of the RDDs: the key, and the lists of its values in each.
   *
   * Lazy. Partitions of the result are those of `cogroup` without a number.
   *
   * @param other - pairs with keys of the same type
   * @param others - more of them
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws MEMORY_EXHAUSTED
   * @source PairRDDFunctions.groupWith
   * @example
   * ```ts
   * const one = sc.parallelize<[string, number]>([["a", 1]], 1);
   * const groups = one.groupWith(one.mapValues((v) => v + 1), one.mapValues((v) => v + 2));
   * await groups.collect(); // [["a", [[1], [2], [3]]]]
   * ```
   * @example
   * ```python
   * >>> one = sc.parallelize([("a", 1)])
   * >>> groups = one.groupWith(one.mapValues(lambda v: v + 1), one.mapValues(lambda v: v + 2))
   * >>> [(key, [list(values) for values in lists]) for key, lists in groups.collect()]
   * [('a', [[1], [2], [3]])]
   * ```
   */
  groupWith<K, V, A, B = A>(
    this: RDD<[K, V]>,
    other: RDD<[K, A]>,
    ...others: RDD<[K, B]>[]
  ): RDD<[K, (V | A | B)[][]]> {
    const placing = placingOf(this.session, "groupWith");
    const plans = [this.plan, other.plan, ...others.map(({ plan }) => plan)];
    return this.derive(cogrouped(this.session, plans, { placing, site: callSite("groupWith") }));
  }

  /**
   * Returns a new RDD of the pairs whose key `other` has not.
   *
   * Lazy. Several pairs of one key all stay. An RDD that is partitioned as the result is not shuffled.
   *
   * @param other - pairs with keys of the same type
   * @param numPartitions - partitions of the result; as many as this RDD has when left out (in Python programs, as in
   * PySpark, as both have together)
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source PairRDDFunctions.subtractByKey
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 2]]);
   * await pairs.subtractByKey(sc.parallelize<[string, number]>([["b", 9]])).collect(); // [["a", 1]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2)]).subtractByKey(sc.parallelize([("b", 9)])).collect()
   * [('a', 1)]
   * ```
   */
  subtractByKey<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: int): RDD<[K, V]> {
    return this.joinedWith("subtractByKey", other, { how: "anti", numPartitions });
  }

  protected joinedWith<U>(call: string, other: HasPlan, { how, numPartitions }: Joining): RDD<U> {
    const given = placingOf(this.session, call, numPartitions);
    const placing = how === "anti" ? ({ ...given, like: "first" } as const) : given;
    return this.derive(joined(this.session, [this.plan, other.plan], { how, placing, site: callSite(call) }));
  }
}
