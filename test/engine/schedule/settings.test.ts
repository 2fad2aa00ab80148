/** Defaults against those of Spark 4.3.0, read there from `ConfigEntry.defaultValueString`. */
import { expect, test } from "vitest";
import { defaultSettings } from "../../../engine/schedule/settings.js";

const { speculation, exclusion, barrier, allocation, ...general } = defaultSettings;
const dayMs = 24 * 3600 * 1000;

const cases: readonly (readonly [setting: string, spark: unknown, ours: unknown])[] = [
  ["spark.task.maxFailures", 4, general.maxTaskFailures],
  ["spark.stage.maxConsecutiveAttempts", 4, general.maxConsecutiveStageAttempts],
  ["spark.stage.ignoreDecommissionFetchFailure", true, general.ignoreDecommissionFetchFailure],
  ["spark.task.cpus", 1, general.cpusPerTask],
  ["spark.scheduler.mode", "FIFO", general.mode],
  ["spark.locality.wait", 3000, general.localityWaitMs],
  ["spark.speculation", false, speculation.enabled],
  ["spark.speculation.interval", 100, speculation.intervalMs],
  ["spark.speculation.quantile", 0.9, speculation.quantile],
  ["spark.speculation.multiplier", 3.0, speculation.multiplier],
  ["spark.speculation.minTaskRuntime", 100, speculation.minTaskRuntimeMs],
  ["spark.speculation.task.duration.threshold", null, speculation.taskDurationThresholdMs],
  ["spark.excludeOnFailure.enabled (undefined is off)", false, exclusion.enabled || exclusion.applicationEnabled],
  ["spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", 1, exclusion.maxTaskAttemptsPerExecutor],
  ["spark.excludeOnFailure.stage.maxFailedTasksPerExecutor", 2, exclusion.maxFailedTasksPerExecutorInStage],
  ["spark.excludeOnFailure.application.maxFailedTasksPerExecutor", 2, exclusion.maxFailedTasksPerExecutor],
  ["spark.excludeOnFailure.application.fetchFailure.enabled", false, exclusion.onFetchFailure],
  ["spark.excludeOnFailure.timeout (HealthTracker: 1h)", 3_600_000, exclusion.timeoutMs],
  ["spark.excludeOnFailure.killExcludedExecutors", false, exclusion.killExcludedExecutors],
  ["spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout", 120_000, exclusion.unschedulableTimeoutMs],
  ["spark.scheduler.barrier.maxConcurrentTasksCheck.interval", 15_000, barrier.checkIntervalMs],
  ["spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", 40, barrier.maxCheckFailures],
  ["spark.barrier.sync.timeout", 365 * dayMs, barrier.syncTimeoutMs],
  ["spark.dynamicAllocation.enabled", false, allocation.enabled],
  ["spark.dynamicAllocation.minExecutors", 0, allocation.minExecutors],
  ["spark.dynamicAllocation.maxExecutors", 2_147_483_647, allocation.maxExecutors],
  ["spark.dynamicAllocation.initialExecutors (that of minExecutors)", 0, allocation.initialExecutors],
  ["spark.dynamicAllocation.schedulerBacklogTimeout", 1000, allocation.backlogTimeoutMs],
  ["spark.dynamicAllocation.sustainedSchedulerBacklogTimeout", 1000, allocation.sustainedBacklogTimeoutMs],
  ["spark.dynamicAllocation.executorIdleTimeout", 60_000, allocation.idleTimeoutMs],
  // Spark's largest number of milliseconds and of seconds stand for: never.
  ["spark.dynamicAllocation.cachedExecutorIdleTimeout", Number.POSITIVE_INFINITY, allocation.cachedIdleTimeoutMs],
  ["spark.dynamicAllocation.shuffleTracking.enabled", true, allocation.shuffleTracking],
  ["spark.dynamicAllocation.shuffleTracking.timeout", Number.POSITIVE_INFINITY, allocation.shuffleTimeoutMs],
  ["spark.dynamicAllocation.executorAllocationRatio", 1.0, allocation.ratio],
  ["spark.executor.cores", 1, allocation.slotsPerExecutor],
];

test.each(cases)("%s is %s", (_, spark, ours) => {
  expect(ours).toEqual(spark);
});
