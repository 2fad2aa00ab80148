/** Actions that merge all elements into one value. */
import type { Batch } from "../data/batch.js";
import type { int } from "../data/numbers.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { Element, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { Actions } from "./actions.js";
import { refusal } from "./empty.js";
import { gatheredOnce, stepOn } from "./next-step.js";
import { singleBatch } from "./single-value.js";
import { levelsOf, treePlan } from "./tree.js";

/** A fold of each partition, and of their results. */
interface Folding {
  readonly zero: Batch;
  readonly within: FunctionValue;
  readonly merge: FunctionValue;
  readonly call: string;
}

/** Actions that merge all elements into one value. */
export abstract class Folds<T> extends Actions<T> {
  /**
   * Returns what merging all elements by `f` gives.
   *
   * Runs a job: each partition is merged in a worker, then their results; `f` must be associative and commutative.
   *
   * @param f - merges two elements, in a worker
   * @throws EMPTY_COLLECTION
   * @throws USER_FUNCTION_FAILED
   * @source RDD.reduce
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b); // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).reduce(lambda a, b: a + b)
   * 6
   * ```
   */
  async reduce(f: TaskFunction<(left: T, right: T) => T>): Promise<Element<T>> {
    const empty = refusal("reduce");
    return this.session.decodeOne(await this.merged(this.session.ship(f, "reduce"), "reduce"), empty);
  }

  /**
   * Returns what merging all elements by `f` gives, level by level, so that no task merges the results of all partitions.
   *
   * Runs a job with a shuffle of the results at each further level.
   *
   * @param f - merges two elements, in a worker
   * @param depth - how many levels there should be
   * @throws EMPTY_COLLECTION
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @source RDD.treeReduce
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4, 5], 5).treeReduce((a, b) => a + b); // 15
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 4, 5], 5).treeReduce(lambda a, b: a + b)
   * 15
   * ```
   */
  async treeReduce(f: TaskFunction<(left: T, right: T) => T>, depth: int = 2): Promise<Element<T>> {
    const empty = refusal("treeReduce");
    const site = callSite("treeReduce");
    const merge = this.session.ship(f, "treeReduce");
    const levels = await this.#levels(depth, "treeReduce");
    const plan = treePlan(this.plan, { within: { op: "reduce", fn: merge }, merge, zero: null, levels, site });
    return this.session.decodeOne(await this.session.batches(plan, site), empty);
  }

  /**
   * Returns what merging all elements into `zeroValue` by `op` gives.
   *
   * Runs a job. The zero enters once for each partition and once when their results are merged; an empty RDD gives it
   * back, merged with those of its partitions.
   *
   * @param zeroValue - where each merge begins
   * @param op - merges two elements, in a worker; it may change the first and return it
   * @throws USER_FUNCTION_FAILED
   * @source RDD.fold
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).fold(0, (a, b) => a + b); // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2], 2).fold(10, lambda a, b: a + b)
   * 33
   * ```
   */
  async fold(zeroValue: Element<T>, op: TaskFunction<(left: T, right: T) => T>): Promise<Element<T>> {
    const fn = this.session.ship(op, "fold");
    return this.folded({ zero: singleBatch(zeroValue), within: fn, merge: fn, call: "fold" });
  }

  /**
   * Returns what adding all elements to `zeroValue` by `seqOp`, and merging the results of partitions by `combOp`, gives.
   *
   * Runs a job. The zero enters once for each partition and once when their results are merged.
   *
   * @param zeroValue - where each merge begins
   * @param seqOp - adds an element to a result, in a worker; it may change the result and return it
   * @param combOp - merges two results, in a worker; it may change the first and return it
   * @throws USER_FUNCTION_FAILED
   * @source RDD.aggregate
   * @example
   * ```ts
   * const total = await sc.parallelize(["a", "bc"]).aggregate(0, (n, text) => n + text.length, (m, n) => m + n);
   * total; // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a", "bc"]).aggregate(0, lambda n, text: n + len(text), lambda m, n: m + n)
   * 3
   * ```
   */
  async aggregate<U>(
    zeroValue: Element<U>,
    seqOp: TaskFunction<(result: U, element: T) => U>,
    combOp: TaskFunction<(left: U, right: U) => U>,
  ): Promise<Element<U>> {
    const within = this.session.ship(seqOp, "aggregate");
    const merge = this.session.ship(combOp, "aggregate");
    return this.folded({ zero: singleBatch(zeroValue), within, merge, call: "aggregate" });
  }

  /**
   * Returns what `aggregate` gives, merged level by level, so that no task merges the results of all partitions.
   *
   * Runs a job with a shuffle of the results at each further level. The zero enters once for each partition, and at every
   * merge in programs other than Python's; an RDD without partitions gives the zero, without a job.
   *
   * @param zeroValue - where the merge of each partition begins
   * @param seqOp - adds an element to a result, in a worker; it may change the result and return it
   * @param combOp - merges two results, in a worker; it may change the first and return it
   * @param depth - how many levels there should be
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @source RDD.treeAggregate
   * @example
   * ```ts
   * const add = (a: number, b: number) => a + b;
   * await sc.parallelize([1, 2, 3, 4, 5], 5).treeAggregate(0, add, add, 3); // 15
   * ```
   * @example
   * ```python
   * >>> add = lambda a, b: a + b
   * >>> sc.parallelize([1, 2, 3, 4, 5], 5).treeAggregate(0, add, add, 3)
   * 15
   * ```
   */
  async treeAggregate<U>(
    zeroValue: Element<U>,
    seqOp: TaskFunction<(result: U, element: T) => U>,
    combOp: TaskFunction<(left: U, right: U) => U>,
    depth: int = 2,
  ): Promise<Element<U>> {
    const site = callSite("treeAggregate");
    const zero = singleBatch(zeroValue);
    const within: Kernel = { op: "fold", zero, fn: this.session.ship(seqOp, "treeAggregate") };
    const merge = this.session.ship(combOp, "treeAggregate");
    const levels = await this.#levels(depth, "treeAggregate");
    if ((await this.session.partitionCount(this.plan)) === 0) return zeroValue;
    const plan = treePlan(this.plan, { within, merge, zero: this.#isPython ? null : zero, levels, site });
    return this.session.decodeOne(await this.session.batches(plan, site), () => null);
  }

  /** Each partition folded from the zero, then the results of all of them folded from another copy of it. */
  protected async folded<U>({ zero, within, merge, call }: Folding): Promise<Element<U>> {
    const site = callSite(call);
    const results = gatheredOnce(stepOn(this.plan, { op: "fold", zero, fn: within }, site), site);
    const folded = stepOn(results, { op: "fold", zero, fn: merge }, site);
    return this.session.decodeOne(await this.session.batches(folded, site), () => null);
  }

  async #levels(depth: number, call: string): Promise<readonly number[]> {
    const holds = Number.isInteger(depth) && depth >= 1;
    this.session.require(holds, { call, parameter: "depth", expected: "at least 1", actual: String(depth) });
    return levelsOf(await this.session.partitionCount(this.plan), depth, this.#isPython);
  }

  get #isPython(): boolean {
    return this.session.host.language === "python";
  }
}
