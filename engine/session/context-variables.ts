/** Values that a program shares with its tasks: broadcasts, which they read, and accumulators, which they add to. */
import { EngineError } from "../errors.js";
import type { Element } from "../plan/task-function.js";
import { singleBatch } from "../rdd/single-value.js";
import { Accumulator, type AccumulatorParam } from "./accumulator.js";
import { Broadcast } from "./broadcast.js";
import { callSite } from "./caller.js";
import { ContextShared } from "./context-shared.js";
import { CollectionAccumulator, DoubleAccumulator, LongAccumulator } from "./sum-accumulators.js";

const isNumber = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint";

/** Values that a program shares with its tasks: broadcasts, which they read, and accumulators, which they add to. */
export abstract class ContextVariables extends ContextShared {
  /**
   * Gives a value to all tasks that ask for it, once for each executor.
   *
   * Functions capture what is returned and read its `value`; the value itself does not travel with them.
   *
   * @param value - what an element of an RDD may be
   * @throws VALUE_NOT_PORTABLE
   * @source SparkContext.broadcast
   * @example
   * ```ts
   * const factor = sc.broadcast(10);
   * await sc.parallelize([1, 2]).map((x) => x * factor.value).collect(); // [10, 20]
   * ```
   * @example
   * ```python
   * >>> factor = sc.broadcast(10)
   * >>> sc.parallelize([1, 2]).map(lambda x: x * factor.value).collect()
   * [10, 20]
   * ```
   */
  broadcast<T>(value: Element<T>): Broadcast<T> {
    this.requireRunning("broadcast");
    const { backend } = this.session;
    const id = backend.broadcast(singleBatch(value));
    let destroyed = false;
    const use = (call: string): void => {
      if (destroyed) throw new EngineError("BROADCAST_DESTROYED", { id }, { origin: { site: callSite(call) } });
    };
    return new Broadcast(id, {
      value: () => {
        use("value");
        return value;
      },
      unpersist: async () => use("unpersist"),
      destroy: async () => {
        use("destroy");
        destroyed = true;
        backend.destroyBroadcast(id);
      },
    });
  }

  /**
   * Returns a sum that tasks add to and only the program reads.
   *
   * What a task adds counts once, when the task has ended well; in a transformation, at each computation.
   *
   * @internal
   */
  accumulator<T>(value: T, accum_param: AccumulatorParam<T> | null = null): Accumulator<T> {
    this.requireRunning("accumulator");
    this.session.require(isNumber(value) || accum_param !== null, {
      call: "accumulator",
      parameter: "accum_param",
      expected: "given for what is no number",
      actual: "left out",
    });
    const id = this.session.accumulators.newId();
    return this.added(id, new Accumulator({ id, name: null, initial: value, param: accum_param }, true));
  }

  /**
   * Returns a sum of whole numbers that tasks add to, from 0.
   *
   * @param name - shown in messages
   * @py -
   * @source SparkContext.longAccumulator
   * @example
   * ```ts
   * const lines = sc.longAccumulator("lines");
   * await sc.parallelize(["a", "b"]).foreach(() => lines.add(1));
   * lines.value; // 2
   * ```
   */
  longAccumulator(name: string | null = null): LongAccumulator {
    this.requireRunning("longAccumulator");
    const id = this.session.accumulators.newId();
    return this.added(id, new LongAccumulator(id, name, true));
  }

  /**
   * Returns a sum of doubles that tasks add to, from 0.
   *
   * @param name - shown in messages
   * @py -
   * @source SparkContext.doubleAccumulator
   * @example
   * ```ts
   * const weight = sc.doubleAccumulator("weight");
   * await sc.parallelize([0.25, 0.5]).foreach((x) => weight.add(x));
   * weight.value; // 0.75
   * ```
   */
  doubleAccumulator(name: string | null = null): DoubleAccumulator {
    this.requireRunning("doubleAccumulator");
    const id = this.session.accumulators.newId();
    return this.added(id, new DoubleAccumulator(id, name, true));
  }

  /**
   * Returns a list that tasks add elements to, at first empty.
   *
   * @param name - shown in messages
   * @py -
   * @source SparkContext.collectionAccumulator
   * @example
   * ```ts
   * const bad = sc.collectionAccumulator<string>("bad lines");
   * await sc.parallelize(["1", "x"]).foreach((text) => {
   *   if (Number.isNaN(Number(text))) bad.add(text);
   * });
   * bad.value; // ["x"]
   * ```
   */
  collectionAccumulator<T>(name: string | null = null): CollectionAccumulator<T> {
    this.requireRunning("collectionAccumulator");
    const id = this.session.accumulators.newId();
    return this.added(id, new CollectionAccumulator<T>(id, name, true));
  }

  private added<A extends { readonly tally: { merge(sum: unknown): void } }>(id: number, accumulator: A): A {
    this.session.accumulators.add(id, accumulator.tally);
    return accumulator;
  }
}
