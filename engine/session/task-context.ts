/** The faces through which a function asks about the task that runs it. */
import type { int, long } from "../data/numbers.js";
import { TaskScope } from "../execute/task-scope.js";

/** Where a task of a barrier stage runs. */
export interface BarrierTaskInfo {
  /** `host:port` of the executor. */
  readonly address: string;
}

/**
 * What a function can ask about the task that runs it.
 *
 * @module core
 * @py -
 * @source org.apache.spark.TaskContext
 */
export class TaskContext {
  /** @internal */
  protected readonly scope: TaskScope;

  /** @internal */
  constructor(scope: TaskScope) {
    this.scope = scope;
  }

  /**
   * The context of the running task; null in the program itself.
   *
   * @source TaskContext.get
   * @example
   * ```ts
   * const parts = await sc.parallelize([1, 2], 2).map(() => TaskContext.get()?.partitionId()).collect();
   * parts; // [0, 1]
   * ```
   */
  static get(): TaskContext | null {
    return TaskScope.current && new TaskContext(TaskScope.current);
  }

  /**
   * The number of the partition that the task computes.
   *
   * @source TaskContext.partitionId
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.partitionId()).collect(); // [0]
   * ```
   */
  partitionId(): int {
    return this.scope.task.partition;
  }

  /**
   * How many partitions its stage has.
   *
   * @source TaskContext.numPartitions
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.numPartitions()).collect(); // [1]
   * ```
   */
  numPartitions(): int {
    return this.scope.task.partitions;
  }

  /**
   * The number of its stage in the session.
   *
   * @source TaskContext.stageId
   * @example
   * ```ts
   * const [stage] = await sc.parallelize([1], 1).map(() => TaskContext.get()?.stageId() ?? -1).collect();
   * stage !== undefined && stage >= 0; // true
   * ```
   */
  stageId(): int {
    return this.scope.task.stage;
  }

  /**
   * How often the stage was started before.
   *
   * @source TaskContext.stageAttemptNumber
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.stageAttemptNumber()).collect(); // [0]
   * ```
   */
  stageAttemptNumber(): int {
    return this.scope.task.context.stageAttempt;
  }

  /**
   * How often this task was tried before.
   *
   * @source TaskContext.attemptNumber
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.attemptNumber()).collect(); // [0]
   * ```
   */
  attemptNumber(): int {
    return this.scope.task.attempt;
  }

  /**
   * A number that no other attempt of the session has.
   *
   * @source TaskContext.taskAttemptId
   * @example
   * ```ts
   * const ids = await sc.parallelize([1, 2], 2).map(() => TaskContext.get()?.taskAttemptId()).collect();
   * ids[0] === ids[1]; // false
   * ```
   */
  taskAttemptId(): long {
    return this.scope.task.context.taskAttemptId;
  }

  /**
   * How many processor cores the task has.
   *
   * @source TaskContext.cpus
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.cpus()).collect(); // [1]
   * ```
   */
  cpus(): int {
    return this.scope.task.context.cpus;
  }

  /**
   * A local property of the program as it was when the job started; null if there is none of this name.
   *
   * @param key - the name
   * @source TaskContext.getLocalProperty
   * @example
   * ```ts
   * await sc.parallelize([1], 1).map(() => TaskContext.get()?.getLocalProperty("colour")).collect(); // [null]
   * ```
   */
  getLocalProperty(key: string): string | null {
    return this.scope.task.context.properties[key] ?? null;
  }
}

/**
 * The context of a task of a barrier stage, whose tasks can wait for each other.
 *
 * @module core
 * @py -
 * @source org.apache.spark.BarrierTaskContext
 */
export class BarrierTaskContext extends TaskContext {
  /**
   * The context of the running task.
   *
   * @throws USER_FUNCTION_FAILED outside a barrier stage
   * @source BarrierTaskContext.get
   * @example
   * ```ts
   * const meet = () => [BarrierTaskContext.get().partitionId()];
   * await sc.parallelize([1, 2], 2).barrier().mapPartitions(meet).collect(); // [0, 1]
   * ```
   */
  static override get(): BarrierTaskContext {
    return new BarrierTaskContext(TaskScope.needed("a barrier"));
  }

  /**
   * Waits until all tasks of the stage have come here.
   *
   * @throws BARRIER_SYNC_FAILED
   * @source BarrierTaskContext.barrier
   * @example
   * ```ts
   * const meet = () => {
   *   BarrierTaskContext.get().barrier();
   *   return ["together"];
   * };
   * await sc.parallelize([1, 2], 2).barrier().mapPartitions(meet).collect(); // ["together", "together"]
   * ```
   */
  barrier(): void {
    this.scope.meet("");
  }

  /**
   * Waits until all tasks of the stage have come here, and returns the message of each, in the order of partitions.
   *
   * @param message - for the others
   * @throws BARRIER_SYNC_FAILED
   * @source BarrierTaskContext.allGather
   * @example
   * ```ts
   * const gather = () => [BarrierTaskContext.get().allGather(`from ${BarrierTaskContext.get().partitionId()}`)];
   * const messages = await sc.parallelize([1, 2], 2).barrier().mapPartitions(gather).collect();
   * messages[1]; // ["from 0", "from 1"]
   * ```
   */
  allGather(message: string = ""): string[] {
    return [...this.scope.meet(message)];
  }

  /**
   * Where the tasks of the stage run, in the order of partitions.
   *
   * @source BarrierTaskContext.getTaskInfos
   * @example
   * ```ts
   * const count = () => [BarrierTaskContext.get().getTaskInfos().length];
   * await sc.parallelize([1, 2], 2).barrier().mapPartitions(count).collect(); // [2, 2]
   * ```
   */
  getTaskInfos(): BarrierTaskInfo[] {
    return this.scope.task.context.addresses.map((address) => ({ address }));
  }
}
