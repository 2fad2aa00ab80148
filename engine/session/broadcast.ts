/** The face of a broadcast value, in the program and in its functions. */
import type { int } from "../data/numbers.js";
import { TaskScope } from "../execute/task-scope.js";
import type { Element } from "../plan/task-function.js";

/** The program's side of a broadcast value. */
export interface BroadcastHome<T> {
  /** The value itself; `BROADCAST_DESTROYED` when it was destroyed. */
  value(): Element<T>;
  unpersist(): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * A value that every worker gets once, however many tasks and functions use it.
 *
 * Functions capture the variable and read `value`; the value does not travel with them.
 *
 * @module core
 * @source org.apache.spark.broadcast.Broadcast
 */
export class Broadcast<T> {
  /** @internal */
  readonly broadcastId: number;
  /** @internal */
  readonly home: BroadcastHome<T> | null;

  /** @internal */
  constructor(broadcastId: number, home: BroadcastHome<T> | null) {
    this.broadcastId = broadcastId;
    this.home = home;
  }

  /**
   * The number of the value in its context.
   *
   * @property
   * @py -
   * @source Broadcast.id
   * @example
   * ```ts
   * (await sc.broadcast([1, 2])).id >= 0; // true
   * ```
   */
  get id(): int {
    return this.broadcastId;
  }

  /**
   * The value: in a worker read when it is first asked for, and kept for the tasks that follow.
   *
   * @property
   * @throws BROADCAST_DESTROYED
   * @source Broadcast.value
   * @example
   * ```ts
   * const names = await sc.broadcast(["zero", "one"]);
   * await sc.parallelize([1, 0]).map((i) => names.value[i]).collect(); // ["one", "zero"]
   * ```
   * @example
   * ```python
   * >>> names = sc.broadcast(["zero", "one"])
   * >>> sc.parallelize([1, 0]).map(lambda i: names.value[i]).collect()
   * ['one', 'zero']
   * ```
   */
  get value(): Element<T> {
    const scope = TaskScope.current;
    if (scope === null && this.home) return this.home.value();
    return TaskScope.needed("a broadcast value").broadcast(this.broadcastId) as Element<T>;
  }

  /**
   * Lets workers forget the value; a later task that asks for it reads it again.
   *
   * @source Broadcast.unpersist
   * @example
   * ```ts
   * const names = await sc.broadcast(["zero", "one"]);
   * await names.unpersist();
   * names.value[1]; // "one"
   * ```
   * @example
   * ```python
   * >>> names = sc.broadcast(["zero", "one"])
   * >>> names.unpersist()
   * >>> names.value[1]
   * 'one'
   * ```
   */
  async unpersist(): Promise<void> {
    await this.home?.unpersist();
  }

  /**
   * Removes the value everywhere: whoever asks for it from now on fails.
   *
   * @source Broadcast.destroy
   * @example
   * ```ts
   * const names = await sc.broadcast(["zero", "one"]);
   * await names.destroy();
   * ```
   * @example
   * ```python
   * >>> names = sc.broadcast(["zero", "one"])
   * >>> names.destroy()
   * ```
   */
  async destroy(): Promise<void> {
    await this.home?.destroy();
  }
}
