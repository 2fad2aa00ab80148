/** Transformations that move and merge partitions. */
import type { int } from "../data/numbers.js";
import type { TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { partitionedByKey } from "./by-key.js";
import { fewerPartitions, redistributed } from "./coalesced.js";
import { keyOf } from "./key-function.js";
import { inRange } from "./key-range.js";
import { type Partitioner, partitionerShown } from "./partitioner.js";
import { partitionsGiven, placingOf } from "./placement.js";
import type { RDD } from "./rdd.js";
import { Sets } from "./sets.js";

/** Transformations that move and merge partitions. */
export abstract class Partitions<T> extends Sets<T> {
  /**
   * Returns a new RDD of the same elements in `numPartitions` partitions of about equal size.
   *
   * Lazy. All elements move: one after the other to the next partition, in Python programs, as in PySpark, ten at a time.
   *
   * @param numPartitions - partitions of the result
   * @throws INVALID_ARGUMENT
   * @source RDD.repartition
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3], 1).repartition(3).getNumPartitions(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3], 1).repartition(3).getNumPartitions()
   * 3
   * ```
   */
  repartition(numPartitions: int): RDD<T> {
    const partitions = partitionsGiven(this.session, "repartition", numPartitions);
    return this.derive(redistributed(this.session, this.plan, partitions ?? 1, callSite("repartition")));
  }

  /**
   * Returns a new RDD of the same elements in `numPartitions` partitions at most.
   *
   * Lazy. Without a shuffle neighbouring partitions become one, and fewer tasks compute what comes before; more
   * partitions than there are need a shuffle.
   *
   * @param numPartitions - partitions of the result
   * @param shuffle - moves all elements, as `repartition` does
   * @throws INVALID_ARGUMENT
   * @source RDD.coalesce
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4, 5], 5).coalesce(2).glom().collect(); // [[1, 2], [3, 4, 5]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 4, 5], 5).coalesce(2).glom().collect()
   * [[1, 2], [3, 4, 5]]
   * ```
   */
  coalesce(numPartitions: int, shuffle: boolean = false): RDD<T> {
    const partitions = partitionsGiven(this.session, "coalesce", numPartitions) ?? 1;
    const plan = shuffle ? redistributed : fewerPartitions;
    return this.derive(plan(this.session, this.plan, partitions, callSite("coalesce")));
  }

  /**
   * Returns a new RDD of the same pairs, each in the partition that its key names, and sorted by key there.
   *
   * Lazy. Equal keys keep their order.
   *
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @param partitionFunc - gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
   * @param ascending - smallest key first
   * @param keyfunc - gives what a key is sorted by, in a worker; itself when left out
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @throws KEYS_NOT_COMPARABLE
   * @throws PARTITION_OUT_OF_RANGE
   * @throws INVALID_ARGUMENT
   * @source OrderedRDDFunctions.repartitionAndSortWithinPartitions
   * @example
   * ```ts
   * const pairs = sc.parallelize<[number, string]>([[3, "c"], [1, "a"], [0, "z"]]);
   * const sorted = pairs.repartitionAndSortWithinPartitions(2, (key) => key);
   * await sorted.glom().collect(); // [[[0, "z"]], [[1, "a"], [3, "c"]]]
   * ```
   * @example
   * ```python
   * >>> pairs = sc.parallelize([(3, "c"), (1, "a"), (0, "z")])
   * >>> pairs.repartitionAndSortWithinPartitions(2, lambda key: key).glom().collect()
   * [[(0, 'z')], [(1, 'a'), (3, 'c')]]
   * ```
   */
  repartitionAndSortWithinPartitions<K, V, S>(
    this: RDD<[K, V]>,
    numPartitions?: int,
    partitionFunc?: TaskFunction<(key: K) => int>,
    ascending: boolean = true,
    keyfunc?: TaskFunction<(key: K) => S>,
  ): RDD<[K, V]> {
    const call = "repartitionAndSortWithinPartitions";
    const site = callSite(call);
    const placing = placingOf(this.session, call, numPartitions, partitionFunc);
    const input = partitionedByKey(this.session, this.plan, placing, site);
    const key = keyOf(this.session, call, keyfunc);
    return this.derive({ kind: "step", input, kernel: { op: "sort", key, ascending }, site });
  }

  /**
   * Returns a new RDD of the pairs whose key lies between `lower` and `upper`, both included.
   *
   * Lazy. After `sortByKey` only the partitions are computed that can hold such keys. Keys of another kind than the two
   * are left out.
   *
   * @param lower - smallest key
   * @param upper - greatest key
   * @throws NOT_KEY_VALUE
   * @py -
   * @source OrderedRDDFunctions.filterByRange
   * @example
   * ```ts
   * const pairs = sc.parallelize<[number, string]>([[1, "a"], [2, "b"], [3, "c"]]);
   * await pairs.sortByKey().filterByRange(2, 3).collect(); // [[2, "b"], [3, "c"]]
   * ```
   */
  filterByRange<K, V>(this: RDD<[K, V]>, lower: K, upper: K): RDD<[K, V]> {
    return this.derive(inRange(this.session, this.plan, { lower, upper, site: callSite("filterByRange") }));
  }

  /**
   * Returns how the pairs of this RDD are partitioned by their keys, or null where they may be anywhere.
   *
   * Runs no job; waits for one that is working out this RDD.
   *
   * @property
   * @source RDD.partitioner
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1]]);
   * (await pairs.partitionBy(3).partitioner)?.numPartitions; // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).partitionBy(3).partitioner.numPartitions
   * 3
   * ```
   */
  get partitioner(): Promise<Partitioner | null> {
    return partitionerShown(this.session, this.plan);
  }
}
