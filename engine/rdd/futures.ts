/** Actions that the program does not wait for. */
import type { int, long } from "../data/numbers.js";
import type { Elements, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { FutureAction } from "./future-action.js";
import { KeyActions } from "./key-actions.js";

/** Actions that the program does not wait for. */
export abstract class Futures<T> extends KeyActions<T> {
  /**
   * Starts `collect`.
   *
   * Runs a job at once.
   *
   * @eager
   * @py -
   * @source AsyncRDDActions.collectAsync
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).collectAsync().get(); // [1, 2, 3]
   * ```
   */
  collectAsync(): FutureAction<Elements<T>> {
    return this.#start("collectAsync", () => this.collect());
  }

  /**
   * Starts `collectPartitions`.
   *
   * Runs a job over these partitions at once.
   *
   * @param partitionIds - numbers of partitions, from 0
   * @eager
   * @py -
   * @source JavaRDD.collectPartitions
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).collectPartitionsAsync([1]).get(); // [[3, 4]]
   * ```
   */
  collectPartitionsAsync(partitionIds: int[]): FutureAction<Elements<T>[]> {
    return this.#start("collectPartitionsAsync", () => this.collectPartitions(partitionIds));
  }

  /**
   * Starts `count`.
   *
   * Runs a job at once.
   *
   * @eager
   * @py -
   * @source AsyncRDDActions.countAsync
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).countAsync().get(); // 3
   * ```
   */
  countAsync(): FutureAction<long> {
    return this.#start("countAsync", () => this.count());
  }

  /**
   * Starts `take`.
   *
   * Runs a job over the first partition at once, then over more while elements are missing.
   *
   * @param num - how many; fewer come back when the RDD has fewer
   * @eager
   * @py -
   * @source AsyncRDDActions.takeAsync
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).takeAsync(2).get(); // [1, 2]
   * ```
   */
  takeAsync(num: int): FutureAction<Elements<T>> {
    return this.#start("takeAsync", () => this.take(num));
  }

  /**
   * Starts `foreach`.
   *
   * Runs a job at once.
   *
   * @param f - called once per element, in a worker
   * @eager
   * @py -
   * @source AsyncRDDActions.foreachAsync
   * @example
   * ```ts
   * await sc.parallelize([1]).foreachAsync((x) => console.log(x)).get();
   * // 1
   * ```
   */
  foreachAsync(f: TaskFunction<(element: T) => void>): FutureAction<void> {
    return this.#start("foreachAsync", () => this.foreach(f));
  }

  /**
   * Starts `foreachPartition`.
   *
   * Runs a job at once.
   *
   * @param f - called once per partition, in a worker
   * @eager
   * @py -
   * @source AsyncRDDActions.foreachPartitionAsync
   * @example
   * ```ts
   * await sc.parallelize([1, 2], 1).foreachPartitionAsync((elements) => console.log([...elements].length)).get();
   * // 2
   * ```
   */
  foreachPartitionAsync(f: TaskFunction<(elements: Iterable<T>) => void>): FutureAction<void> {
    return this.#start("foreachPartitionAsync", () => this.foreachPartition(f));
  }

  #start<U>(call: string, work: () => Promise<U>): FutureAction<U> {
    return new FutureAction(this.session, callSite(call), work);
  }
}
