/** Stages whose tasks run all at once. */
import type { int } from "../data/numbers.js";
import type { Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import type { RDD } from "./rdd.js";

type Derive = <U>(plan: FunctionPlan) => RDD<U>;

/**
 * An RDD whose next step is a barrier stage: its tasks start together, may wait for each other, and start again together
 * when one of them fails.
 *
 * @module core
 * @source org.apache.spark.rdd.RDDBarrier
 */
export class RDDBarrier<T> {
  readonly #session: Session;
  readonly #plan: FunctionPlan;
  readonly #derive: Derive;
  /**
   * For type checkers only: the type of the elements.
   *
   * @internal
   */
  declare readonly elementType: T;

  /** @internal */
  constructor(session: Session, plan: FunctionPlan, derive: Derive) {
    this.#session = session;
    this.#plan = plan;
    this.#derive = derive;
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition as a whole, in tasks that run all at once.
   *
   * Lazy. A job needs as many free task slots as there are partitions.
   *
   * @param f - takes an iterator of elements, gives an iterable of results
   * @param preservesPartitioning - that keys stay in their partitions
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDDBarrier.mapPartitions
   * @example
   * ```ts
   * const sums = sc.parallelize([1, 2, 3, 4], 2).barrier().mapPartitions((elements) => [Math.max(...elements)]);
   * await sums.collect(); // [2, 4]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 4], 2).barrier().mapPartitions(lambda elements: [max(elements)]).collect()
   * [2, 4]
   * ```
   */
  mapPartitions<U>(
    f: TaskFunction<(elements: Iterable<T>) => Iterable<U>>,
    preservesPartitioning: boolean = false,
  ): RDD<U> {
    const fn = this.#session.ship(f, "mapPartitions");
    return this.#together({ op: "mapPartitions", fn, withIndex: false, keepsKeys: preservesPartitioning });
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition with its number, in tasks that run all at once.
   *
   * Lazy. A job needs as many free task slots as there are partitions.
   *
   * @param f - takes the number of the partition and an iterator of its elements, gives an iterable of results
   * @param preservesPartitioning - that keys stay in their partitions
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDDBarrier.mapPartitionsWithIndex
   * @example
   * ```ts
   * const firsts = sc.parallelize([7, 8, 9], 1).barrier().mapPartitionsWithIndex((index, [first]) => [[index, first]]);
   * await firsts.collect(); // [[0, 7]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([7, 8, 9], 1).barrier().mapPartitionsWithIndex(lambda i, xs: [(i, sum(xs))]).collect()
   * [(0, 24)]
   * ```
   */
  mapPartitionsWithIndex<U>(
    f: TaskFunction<(index: int, elements: Iterable<T>) => Iterable<U>>,
    preservesPartitioning: boolean = false,
  ): RDD<U> {
    const fn = this.#session.ship(f, "mapPartitionsWithIndex");
    return this.#together({ op: "mapPartitions", fn, withIndex: true, keepsKeys: preservesPartitioning });
  }

  #together<U>(kernel: Extract<Kernel, { op: "mapPartitions" }>): RDD<U> {
    const site = callSite(kernel.withIndex ? "mapPartitionsWithIndex" : "mapPartitions");
    return this.#derive({ kind: "step", input: this.#plan, kernel, barrier: true, site });
  }
}
