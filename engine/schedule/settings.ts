/** What a program may set about scheduling: Spark's settings with Spark's defaults, each named by its property. */

export interface SchedulerSettings {
  /** `spark.task.maxFailures`: failures of one task that end its jobs. */
  readonly maxTaskFailures: number;
  /** `spark.stage.maxConsecutiveAttempts`: failed attempts of a stage in a row that end its jobs. */
  readonly maxConsecutiveStageAttempts: number;
  /** `spark.stage.ignoreDecommissionFetchFailure`: outputs that went with a decommissioned executor fail no stage attempt. */
  readonly ignoreDecommissionFetchFailure: boolean;
  /** `spark.decommission.enabled`: an idle executor that is released hands over what it holds. */
  readonly decommissionsIdle: boolean;
  /** `spark.task.cpus`: slots of an executor that one task takes. */
  readonly cpusPerTask: number;
  /** `spark.scheduler.mode`: with `FIFO` there are no pools. */
  readonly mode: SchedulingMode;
  /** `spark.scheduler.allocation.file`: pools that are not made on demand with weight 1, no share, FIFO. */
  readonly pools: readonly PoolSettings[];
  /** `spark.locality.wait`: how long a task waits for one of its preferred executors. */
  readonly localityWaitMs: number;
  readonly speculation: SpeculationSettings;
  readonly exclusion: ExclusionSettings;
  readonly barrier: BarrierSettings;
  readonly allocation: AllocationSettings;
}

export type SchedulingMode = "FIFO" | "FAIR";

export interface PoolSettings {
  readonly name: string;
  /** `schedulingMode`: how the stages of this pool share it. */
  readonly mode: SchedulingMode;
  /** Its part of the slots, relative to other pools. */
  readonly weight: number;
  /** Tasks that may run before weights count. */
  readonly minShare: number;
}

export interface SpeculationSettings {
  /** `spark.speculation` */
  readonly enabled: boolean;
  /** `spark.speculation.interval` */
  readonly intervalMs: number;
  /** `spark.speculation.quantile`: the part of a stage's tasks that must have ended first. */
  readonly quantile: number;
  /** `spark.speculation.multiplier`: how many times slower than the median is slow. */
  readonly multiplier: number;
  /** `spark.speculation.minTaskRuntime` */
  readonly minTaskRuntimeMs: number;
  /** `spark.speculation.task.duration.threshold`: slow for a stage that fits into one executor; null: not used. */
  readonly taskDurationThresholdMs: number | null;
}

/** An executor takes the place of Spark's node: the settings per node have no counterpart. */
export interface ExclusionSettings {
  /** `spark.excludeOnFailure.taskAndStage.enabled`, else `spark.excludeOnFailure.enabled` */
  readonly enabled: boolean;
  /** `spark.excludeOnFailure.application.enabled`, else `spark.excludeOnFailure.enabled` */
  readonly applicationEnabled: boolean;
  /** `spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor` */
  readonly maxTaskAttemptsPerExecutor: number;
  /** `spark.excludeOnFailure.stage.maxFailedTasksPerExecutor` */
  readonly maxFailedTasksPerExecutorInStage: number;
  /** `spark.excludeOnFailure.application.maxFailedTasksPerExecutor` */
  readonly maxFailedTasksPerExecutor: number;
  /** `spark.excludeOnFailure.application.fetchFailure.enabled` */
  readonly onFetchFailure: boolean;
  /** `spark.excludeOnFailure.timeout`: after it an executor excluded for the application gets tasks again. */
  readonly timeoutMs: number;
  /** `spark.excludeOnFailure.killExcludedExecutors` */
  readonly killExcludedExecutors: boolean;
  /** `spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout`: how long a task that fits nowhere may wait. */
  readonly unschedulableTimeoutMs: number;
}

export interface BarrierSettings {
  /** `spark.scheduler.barrier.maxConcurrentTasksCheck.interval` */
  readonly checkIntervalMs: number;
  /** `spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures` */
  readonly maxCheckFailures: number;
  /** `spark.barrier.sync.timeout`: how long the first task at a barrier waits for the last. */
  readonly syncTimeoutMs: number;
}

export interface AllocationSettings {
  /** `spark.dynamicAllocation.enabled` */
  readonly enabled: boolean;
  /** `spark.dynamicAllocation.minExecutors` */
  readonly minExecutors: number;
  /** `spark.dynamicAllocation.maxExecutors` */
  readonly maxExecutors: number;
  /** `spark.dynamicAllocation.initialExecutors` */
  readonly initialExecutors: number;
  /** `spark.dynamicAllocation.schedulerBacklogTimeout` */
  readonly backlogTimeoutMs: number;
  /** `spark.dynamicAllocation.sustainedSchedulerBacklogTimeout` */
  readonly sustainedBacklogTimeoutMs: number;
  /** `spark.dynamicAllocation.executorIdleTimeout` */
  readonly idleTimeoutMs: number;
  /** `spark.dynamicAllocation.cachedExecutorIdleTimeout` */
  readonly cachedIdleTimeoutMs: number;
  /** `spark.dynamicAllocation.shuffleTracking.enabled`: false where outputs outlive their executor. */
  readonly shuffleTracking: boolean;
  /** `spark.dynamicAllocation.shuffleTracking.timeout`: for outputs that no running job uses. */
  readonly shuffleTimeoutMs: number;
  /** `spark.dynamicAllocation.executorAllocationRatio`: executors per executor that the tasks could fill. */
  readonly ratio: number;
  /** `spark.executor.cores`: slots that a new executor will have. */
  readonly slotsPerExecutor: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The values of a Spark 4.3 in which nothing was set. */
export const defaultSettings: SchedulerSettings = {
  maxTaskFailures: 4,
  maxConsecutiveStageAttempts: 4,
  ignoreDecommissionFetchFailure: true,
  decommissionsIdle: false,
  cpusPerTask: 1,
  mode: "FIFO",
  pools: [],
  localityWaitMs: 3000,
  speculation: {
    enabled: false,
    intervalMs: 100,
    quantile: 0.9,
    multiplier: 3,
    minTaskRuntimeMs: 100,
    taskDurationThresholdMs: null,
  },
  exclusion: {
    enabled: false,
    applicationEnabled: false,
    maxTaskAttemptsPerExecutor: 1,
    maxFailedTasksPerExecutorInStage: 2,
    maxFailedTasksPerExecutor: 2,
    onFetchFailure: false,
    timeoutMs: hourMs,
    killExcludedExecutors: false,
    unschedulableTimeoutMs: 2 * minuteMs,
  },
  barrier: { checkIntervalMs: 15_000, maxCheckFailures: 40, syncTimeoutMs: 365 * 24 * hourMs },
  allocation: {
    enabled: false,
    minExecutors: 0,
    maxExecutors: 2 ** 31 - 1,
    initialExecutors: 0,
    backlogTimeoutMs: 1000,
    sustainedBacklogTimeoutMs: 1000,
    idleTimeoutMs: minuteMs,
    cachedIdleTimeoutMs: Number.POSITIVE_INFINITY,
    shuffleTracking: true,
    shuffleTimeoutMs: Number.POSITIVE_INFINITY,
    ratio: 1,
    slotsPerExecutor: 1,
  },
};
