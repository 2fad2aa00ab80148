/** Transformations of several RDDs as sets, and element by element. */
import type { int, long } from "../data/numbers.js";
import type { TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { intersected, subtracted } from "./joined.js";
import { Joins } from "./joins.js";
import { numberedPlan, uniquelyNumberedPlan } from "./numbered.js";
import { placingOf } from "./placement.js";
import type { RDD } from "./rdd.js";
import { combinedByPosition, unionPlan } from "./side-by-side.js";

/** Transformations of several RDDs as sets, and element by element. */
export abstract class Sets<T> extends Joins<T> {
  /**
   * Returns a new RDD of the elements of both; equal ones all stay.
   *
   * Lazy. The partitions of `other` follow those of this RDD; where both are partitioned by their keys in the same way,
   * so is the result, with as many partitions.
   *
   * @param other - elements of any type
   * @source RDD.union
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).collect(); // [1, 2, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).collect()
   * [1, 2, 2, 3]
   * ```
   */
  union<U>(other: RDD<U>): RDD<T | U> {
    return this.derive(unionPlan(this.session, [this.plan, other.plan], callSite("union")));
  }

  /**
   * Returns a new RDD of the elements that both have, each once.
   *
   * Lazy. Each goes to the partition that its hash names; partitions of the result are those of `cogroup` without a
   * number.
   *
   * @param other - elements of the same type
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @source RDD.intersection
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 2]).intersection(sc.parallelize([2, 3])).collect(); // [2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 2]).intersection(sc.parallelize([2, 3])).collect()
   * [2]
   * ```
   */
  intersection(other: RDD<T>): RDD<T> {
    const [placing, site] = [placingOf(this.session, "intersection"), callSite("intersection")];
    return this.derive(intersected(this.session, [this.plan, other.plan], { placing, site }));
  }

  /**
   * Returns a new RDD of the elements that `other` has not; equal ones all stay.
   *
   * Lazy. Each goes to the partition that its hash names.
   *
   * @param other - elements of the same type
   * @param numPartitions - partitions of the result; as many as this RDD has when left out (in Python programs, as in
   * PySpark, as both have together)
   * @throws KEY_NOT_HASHABLE
   * @throws KEY_NOT_PORTABLE
   * @throws INVALID_ARGUMENT
   * @source RDD.subtract
   * @example
   * ```ts
   * await sc.parallelize([1, 1, 2]).subtract(sc.parallelize([2, 3])).collect(); // [1, 1]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 1, 2]).subtract(sc.parallelize([2, 3])).collect()
   * [1, 1]
   * ```
   */
  subtract(other: RDD<T>, numPartitions?: int): RDD<T> {
    const placing = { ...placingOf(this.session, "subtract", numPartitions), like: "first" } as const;
    return this.derive(subtracted(this.session, [this.plan, other.plan], { placing, site: callSite("subtract") }));
  }

  /**
   * Returns a new RDD of every pair of an element of this RDD and one of `other`.
   *
   * Lazy. Each partition of this RDD meets each one of `other`: there are as many partitions as the product of both.
   *
   * @param other - elements of any type
   * @source RDD.cartesian
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).cartesian(sc.parallelize(["a"])).collect(); // [[1, "a"], [2, "a"]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).cartesian(sc.parallelize(["a"])).collect()
   * [(1, 'a'), (2, 'a')]
   * ```
   */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    return this.derive({ kind: "cartesian", left: this.plan, right: other.plan, site: callSite("cartesian") });
  }

  /**
   * Returns a new RDD of pairs: the first elements of each partition of both RDDs, the second ones, and so on.
   *
   * Lazy. Both must have as many partitions, which is checked at once, and as many elements in each of them, which is
   * checked by the job.
   *
   * @param other - elements of any type
   * @throws INVALID_ARGUMENT
   * @throws ELEMENT_COUNTS_DIFFER
   * @source RDD.zip
   * @example
   * ```ts
   * const numbers = sc.parallelize([1, 2, 3], 2);
   * await numbers.zip(numbers.map((x) => x * x)).collect(); // [[1, 1], [2, 4], [3, 9]]
   * ```
   * @example
   * ```python
   * >>> numbers = sc.parallelize([1, 2, 3], 2)
   * >>> numbers.zip(numbers.map(lambda x: x * x)).collect()
   * [(1, 1), (2, 4), (3, 9)]
   * ```
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    const site = callSite("zip");
    return this.derive(combinedByPosition(this.session, [this.plan, other.plan], { kernel: { op: "zip" }, site }));
  }

  /**
   * Returns a new RDD with the elements of `f` applied to the partitions of the same number of several RDDs.
   *
   * Lazy. All must have as many partitions; how many elements these have does not matter.
   *
   * @param others - the RDDs beside this one
   * @param f - takes an iterator of this RDD's elements and one for each other RDD, gives an iterable of results
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @py -
   * @source RDD.zipPartitions
   * @example
   * ```ts
   * const [one, two] = [sc.parallelize([1, 2, 3], 2), sc.parallelize(["a", "b"], 2)];
   * const counts = one.zipPartitions([two], (left, right) => [[...left].length, [...right].length]);
   * await counts.collect(); // [1, 1, 2, 1]
   * ```
   */
  zipPartitions<A, R>(
    others: [RDD<A>],
    f: TaskFunction<(elements: Iterable<T>, second: Iterable<A>) => Iterable<R>>,
  ): RDD<R>;
  zipPartitions<A, B, R>(
    others: [RDD<A>, RDD<B>],
    f: TaskFunction<(elements: Iterable<T>, second: Iterable<A>, third: Iterable<B>) => Iterable<R>>,
  ): RDD<R>;
  zipPartitions<A, R>(
    others: RDD<A>[],
    f: TaskFunction<(elements: Iterable<T>, ...others: Iterable<A>[]) => Iterable<R>>,
  ): RDD<R>;
  zipPartitions<R>(
    others: RDD<unknown>[],
    f: TaskFunction<(...iterators: Iterable<unknown>[]) => Iterable<R>>,
  ): RDD<R> {
    const kernel = { op: "zipPartitions", fn: this.session.ship(f, "zipPartitions") } as const;
    const plans = [this.plan, ...others.map(({ plan }) => plan)];
    return this.derive(combinedByPosition(this.session, plans, { kernel, site: callSite("zipPartitions") }));
  }

  /**
   * Returns a new RDD of pairs: each element, and its place among all elements, from 0.
   *
   * Runs a job at once that counts the elements, unless there is only one partition.
   *
   * @throws USER_FUNCTION_FAILED
   * @source RDD.zipWithIndex
   * @eager
   * @example
   * ```ts
   * await sc.parallelize(["a", "b", "c"], 2).zipWithIndex().collect(); // [["a", 0], ["b", 1], ["c", 2]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a", "b", "c"], 2).zipWithIndex().collect()
   * [('a', 0), ('b', 1), ('c', 2)]
   * ```
   */
  zipWithIndex(): RDD<[T, long]> {
    return this.derive(numberedPlan(this.session, this.plan, callSite("zipWithIndex")));
  }

  /**
   * Returns a new RDD of pairs: each element, and a number that no other element has.
   *
   * Lazy. The i-th element of partition p of n gets `i * n + p`; there may be gaps.
   *
   * @source RDD.zipWithUniqueId
   * @example
   * ```ts
   * await sc.parallelize(["a", "b", "c"], 2).zipWithUniqueId().collect(); // [["a", 0], ["b", 1], ["c", 3]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a", "b", "c"], 2).zipWithUniqueId().collect()
   * [('a', 0), ('b', 1), ('c', 3)]
   * ```
   */
  zipWithUniqueId(): RDD<[T, long]> {
    return this.derive(uniquelyNumberedPlan(this.session, this.plan, callSite("zipWithUniqueId")));
  }
}
