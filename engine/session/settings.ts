/** Settings of a session, parsed once: Spark's names, units and defaults. What is not listed here is kept as it is. */
import { constants as osConstants } from "node:os";
import { EngineError } from "../errors.js";
import {
  type AllocationSettings,
  defaultSettings,
  type ExclusionSettings,
  type SchedulerSettings,
  type SchedulingMode,
} from "../schedule/settings.js";
import type { Properties } from "./listener-event.js";
import { poolsOf } from "./pool-file.js";
import { anyText, boolean, choice, fraction, type SettingKind, size, time, whole } from "./setting-value.js";

/** A setting and what it is when it is not set; null where that depends on others. */
interface Setting<T, S extends T | null> extends SettingKind<T> {
  readonly standard: S;
}

const setting = <T>(kind: SettingKind<T>, standard: T): Setting<T, T> => ({ ...kind, standard });
const optional = <T>(kind: SettingKind<T>): Setting<T, null> => ({ ...kind, standard: null });

const atLeast1 = whole({ from: 1 });
const share = fraction({ from: 0, to: 1 });
const GiB = 2 ** 30;
const minuteMs = 60_000;
/** Of the scheduler, where nothing is set. */
const { allocation, barrier, exclusion, speculation, ...scheduler } = defaultSettings;

/** Spark's levels; from the one on that is set, messages are shown. */
export type LogLevel = "ALL" | "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL" | "OFF";

export const logLevels: SettingKind<LogLevel> = choice(
  "ALL",
  "TRACE",
  "DEBUG",
  "INFO",
  "WARN",
  "ERROR",
  "FATAL",
  "OFF",
);

const table = {
  "spark.barrier.sync.timeout": setting(time("s"), barrier.syncTimeoutMs),
  "spark.checkpoint.dir": optional(anyText),
  "spark.cores.max": optional(atLeast1),
  "spark.decommission.enabled": setting(boolean, false),
  "spark.default.parallelism": optional(atLeast1),
  "spark.driver.maxResultSize": setting(size("b"), GiB),
  "spark.driver.memory": optional(size("m")),
  "spark.dynamicAllocation.cachedExecutorIdleTimeout": setting(time("s"), allocation.cachedIdleTimeoutMs),
  "spark.dynamicAllocation.enabled": setting(boolean, allocation.enabled),
  "spark.dynamicAllocation.executorAllocationRatio": setting(share, allocation.ratio),
  "spark.dynamicAllocation.executorIdleTimeout": setting(time("s"), allocation.idleTimeoutMs),
  "spark.dynamicAllocation.initialExecutors": optional(whole({ from: 0 })),
  "spark.dynamicAllocation.maxExecutors": setting(whole({ from: 1 }), allocation.maxExecutors),
  "spark.dynamicAllocation.minExecutors": setting(whole({ from: 0 }), allocation.minExecutors),
  "spark.dynamicAllocation.schedulerBacklogTimeout": setting(time("s"), allocation.backlogTimeoutMs),
  "spark.dynamicAllocation.shuffleTracking.enabled": setting(boolean, allocation.shuffleTracking),
  "spark.dynamicAllocation.shuffleTracking.timeout": setting(time("ms"), allocation.shuffleTimeoutMs),
  "spark.dynamicAllocation.sustainedSchedulerBacklogTimeout": optional(time("s")),
  "spark.eventLog.buffer.kb": setting(size("k"), 100 * 1024),
  "spark.eventLog.dir": setting(anyText, "/tmp/spark-events"),
  "spark.eventLog.enabled": setting(boolean, false),
  "spark.eventLog.logBlockUpdates.enabled": setting(boolean, false),
  "spark.eventLog.overwrite": setting(boolean, false),
  "spark.excludeOnFailure.application.enabled": optional(boolean),
  "spark.excludeOnFailure.application.fetchFailure.enabled": setting(boolean, exclusion.onFetchFailure),
  "spark.excludeOnFailure.application.maxFailedTasksPerExecutor": setting(
    atLeast1,
    exclusion.maxFailedTasksPerExecutor,
  ),
  "spark.excludeOnFailure.enabled": optional(boolean),
  "spark.excludeOnFailure.killExcludedExecutors": setting(boolean, exclusion.killExcludedExecutors),
  "spark.excludeOnFailure.stage.maxFailedTasksPerExecutor": setting(
    atLeast1,
    exclusion.maxFailedTasksPerExecutorInStage,
  ),
  "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor": setting(atLeast1, exclusion.maxTaskAttemptsPerExecutor),
  "spark.excludeOnFailure.taskAndStage.enabled": optional(boolean),
  "spark.excludeOnFailure.timeout": setting(time("ms"), exclusion.timeoutMs),
  "spark.executor.cores": optional(atLeast1),
  "spark.executor.decommission.forceKillTimeout": optional(time("ms")),
  "spark.executor.decommission.signal": setting(anyText, "PWR"),
  "spark.executor.heartbeatInterval": setting(time("ms"), 10_000),
  "spark.executor.memory": optional(size("m")),
  "spark.local.dir": optional(anyText),
  "spark.locality.wait": setting(time("ms"), scheduler.localityWaitMs),
  "spark.log.level": optional(logLevels),
  "spark.memory.fraction": setting(share, 0.6),
  "spark.memory.offHeap.enabled": setting(boolean, false),
  "spark.memory.offHeap.size": setting(size("b"), 0),
  "spark.memory.storageFraction": setting(share, 0.5),
  "spark.network.timeout": setting(time("s"), 2 * minuteMs),
  "spark.python.profile": setting(boolean, false),
  "spark.rdd.compress": setting(boolean, true),
  "spark.scheduler.allocation.file": optional(anyText),
  "spark.scheduler.barrier.maxConcurrentTasksCheck.interval": setting(time("s"), barrier.checkIntervalMs),
  "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures": setting(atLeast1, barrier.maxCheckFailures),
  "spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout": setting(time("s"), exclusion.unschedulableTimeoutMs),
  "spark.scheduler.listenerbus.eventqueue.capacity": setting(atLeast1, 10_000),
  "spark.scheduler.mode": setting(choice("FIFO", "FAIR", "NONE"), scheduler.mode),
  "spark.shuffle.compress": setting(boolean, true),
  "spark.shuffle.spill.compress": setting(boolean, true),
  "spark.speculation": setting(boolean, speculation.enabled),
  "spark.speculation.interval": setting(time("ms"), speculation.intervalMs),
  "spark.speculation.minTaskRuntime": setting(time("ms"), speculation.minTaskRuntimeMs),
  "spark.speculation.multiplier": setting(fraction({ from: 0 }), speculation.multiplier),
  "spark.speculation.quantile": setting(share, speculation.quantile),
  "spark.speculation.task.duration.threshold": optional(time("ms")),
  "spark.stage.ignoreDecommissionFetchFailure": setting(boolean, scheduler.ignoreDecommissionFetchFailure),
  "spark.stage.maxConsecutiveAttempts": setting(atLeast1, scheduler.maxConsecutiveStageAttempts),
  "spark.storage.decommission.enabled": setting(boolean, false),
  "spark.storage.decommission.rddBlocks.enabled": setting(boolean, true),
  "spark.storage.decommission.shuffleBlocks.enabled": setting(boolean, true),
  "spark.task.cpus": setting(atLeast1, scheduler.cpusPerTask),
  "spark.task.maxFailures": setting(atLeast1, scheduler.maxTaskFailures),
  "spark.ui.retainedJobs": setting(atLeast1, 1000),
  "spark.ui.retainedStages": setting(atLeast1, 1000),
} as const;

type Key = keyof typeof table;
type ValueOf<K extends Key> = (typeof table)[K] extends Setting<infer T, infer S> ? T | S : never;

/** The settings that have a meaning here. */
export const settingNames: readonly string[] = Object.keys(table);

export interface EventLogSettings {
  /** Null: no log is written. */
  readonly directory: string | null;
  readonly bufferBytes: number;
  readonly logsBlockUpdates: boolean;
  readonly overwrites: boolean;
}

export interface MemorySettings {
  /** `spark.executor.memory`; null when it is not set (Spark's default is 1g). */
  readonly executorBytes: number | null;
  /** `spark.driver.memory`; null when it is not set (Spark's default is 1g). */
  readonly driverBytes: number | null;
  /** `spark.memory.fraction`: the part that blocks and kernels share. */
  readonly fraction: number;
  /** `spark.memory.storageFraction`: the part of it that kernels do not take from blocks. */
  readonly storageFraction: number;
  /** `spark.memory.offHeap.size`, if enabled: so much beside it; else 0. */
  readonly offHeapBytes: number;
}

export interface DecommissionSettings {
  /** `spark.decommission.enabled`: executors leave at a signal, and idle ones hand over what they hold. */
  readonly enabled: boolean;
  /** `spark.executor.decommission.signal` */
  readonly signal: NodeJS.Signals;
  /** `spark.executor.decommission.forceKillTimeout`; null: none. */
  readonly forceKillMs: number | null;
  /** `spark.storage.decommission.rddBlocks.enabled` where `spark.storage.decommission.enabled` */
  readonly rddBlocks: boolean;
  /** `spark.storage.decommission.shuffleBlocks.enabled` where `spark.storage.decommission.enabled` */
  readonly shuffleBlocks: boolean;
}

export interface Settings {
  /** `spark.default.parallelism` */
  readonly defaultParallelism: number | null;
  /** `spark.driver.maxResultSize`: of all results of one job; 0: no limit. */
  readonly maxResultBytes: number;
  readonly memory: MemorySettings;
  /** `spark.executor.cores`; null: as the master says. */
  readonly executorCores: number | null;
  /** `spark.cores.max`: of all executors together. */
  readonly maxCores: number | null;
  /** `spark.executor.heartbeatInterval` */
  readonly heartbeatIntervalMs: number;
  /** `spark.network.timeout`: an executor that is silent for so long is lost. */
  readonly networkTimeoutMs: number;
  /** `spark.local.dir`; null: the system's temporary directory. */
  readonly localDirectory: string | null;
  /** `spark.checkpoint.dir` */
  readonly checkpointDirectory: string | null;
  /** `spark.executorEnv.NAME`: variables of the workers' environment. */
  readonly executorEnvironment: Properties;
  /** `spark.rdd.compress`, `spark.shuffle.compress`, `spark.shuffle.spill.compress` */
  readonly compress: { readonly blocks: boolean; readonly shuffle: boolean; readonly spill: boolean };
  /** `spark.log.level` */
  readonly logLevel: LogLevel | null;
  readonly eventLog: EventLogSettings;
  /** `spark.scheduler.listenerbus.eventqueue.capacity` */
  readonly listenerQueueEvents: number;
  /** `spark.ui.retainedJobs`, `spark.ui.retainedStages`: how many ended ones the status tracker knows. */
  readonly retained: { readonly jobs: number; readonly stages: number };
  readonly decommission: DecommissionSettings;
  /** `spark.python.profile`: functions in Python are measured. */
  readonly profilesPython: boolean;
  readonly scheduler: SchedulerSettings;
}

type Get = <K extends Key>(key: K) => ValueOf<K>;

/** A value that Spark does not take either. */
export const badSetting = (key: string, expected: string, text: string): EngineError =>
  new EngineError("INVALID_ARGUMENT", {
    call: "SparkContext",
    parameter: `the setting ${key}`,
    expected,
    actual: JSON.stringify(text),
  });

function readSettings(conf: Properties): Get {
  const values = new Map<string, unknown>();
  for (const [key, { read, expected, standard }] of Object.entries<Setting<unknown, unknown>>(table)) {
    const text = conf[key];
    const value = text === undefined ? standard : read(text);
    if (value === undefined) throw badSetting(key, expected, text ?? "");
    values.set(key, value);
  }
  return <K extends Key>(key: K) => values.get(key) as ValueOf<K>;
}

const executorEnvironmentPrefix = "spark.executorEnv.";

/** All settings of a session. Paths are meant from `workingDirectory`. */
export function parseSettings(conf: Properties, workingDirectory: string): Settings {
  const get = readSettings(conf);
  return {
    defaultParallelism: get("spark.default.parallelism"),
    maxResultBytes: get("spark.driver.maxResultSize"),
    memory: memorySettings(get),
    executorCores: get("spark.executor.cores"),
    maxCores: get("spark.cores.max"),
    heartbeatIntervalMs: get("spark.executor.heartbeatInterval"),
    networkTimeoutMs: get("spark.network.timeout"),
    localDirectory: get("spark.local.dir"),
    checkpointDirectory: get("spark.checkpoint.dir"),
    executorEnvironment: withPrefix(conf, executorEnvironmentPrefix),
    compress: {
      blocks: get("spark.rdd.compress"),
      shuffle: get("spark.shuffle.compress"),
      spill: get("spark.shuffle.spill.compress"),
    },
    logLevel: get("spark.log.level"),
    eventLog: eventLogSettings(get),
    listenerQueueEvents: get("spark.scheduler.listenerbus.eventqueue.capacity"),
    retained: { jobs: get("spark.ui.retainedJobs"), stages: get("spark.ui.retainedStages") },
    decommission: decommissionSettings(get),
    profilesPython: get("spark.python.profile"),
    scheduler: schedulerSettings(get, workingDirectory),
  };
}

const withPrefix = (conf: Properties, prefix: string): Properties =>
  Object.fromEntries(
    Object.entries(conf)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );

function memorySettings(get: Get): MemorySettings {
  const offHeapBytes = get("spark.memory.offHeap.enabled") ? get("spark.memory.offHeap.size") : 0;
  if (get("spark.memory.offHeap.enabled") && offHeapBytes === 0) {
    const expected = "more than 0 where spark.memory.offHeap.enabled is true";
    throw badSetting("spark.memory.offHeap.size", expected, "0");
  }
  return {
    executorBytes: get("spark.executor.memory"),
    driverBytes: get("spark.driver.memory"),
    fraction: get("spark.memory.fraction"),
    storageFraction: get("spark.memory.storageFraction"),
    offHeapBytes,
  };
}

const eventLogSettings = (get: Get): EventLogSettings => ({
  directory: get("spark.eventLog.enabled") ? get("spark.eventLog.dir") : null,
  bufferBytes: get("spark.eventLog.buffer.kb"),
  logsBlockUpdates: get("spark.eventLog.logBlockUpdates.enabled"),
  overwrites: get("spark.eventLog.overwrite"),
});

function decommissionSettings(get: Get): DecommissionSettings {
  const migrates = get("spark.storage.decommission.enabled");
  const name = get("spark.executor.decommission.signal");
  const signal = `SIG${name}`;
  if (!isSignal(signal)) {
    throw badSetting("spark.executor.decommission.signal", "the name of a signal without SIG, such as PWR", name);
  }
  return {
    enabled: get("spark.decommission.enabled"),
    signal,
    forceKillMs: get("spark.executor.decommission.forceKillTimeout"),
    rddBlocks: migrates && get("spark.storage.decommission.rddBlocks.enabled"),
    shuffleBlocks: migrates && get("spark.storage.decommission.shuffleBlocks.enabled"),
  };
}

const isSignal = (name: string): name is NodeJS.Signals => name in osConstants.signals;

function schedulerSettings(get: Get, workingDirectory: string): SchedulerSettings {
  const mode = get("spark.scheduler.mode");
  return {
    maxTaskFailures: get("spark.task.maxFailures"),
    maxConsecutiveStageAttempts: get("spark.stage.maxConsecutiveAttempts"),
    decommissionsIdle: get("spark.decommission.enabled"),
    ignoreDecommissionFetchFailure: get("spark.stage.ignoreDecommissionFetchFailure"),
    cpusPerTask: get("spark.task.cpus"),
    mode: (mode === "NONE" ? "FIFO" : mode) satisfies SchedulingMode,
    pools: poolsOf(get("spark.scheduler.allocation.file"), workingDirectory),
    localityWaitMs: get("spark.locality.wait"),
    speculation: {
      enabled: get("spark.speculation"),
      intervalMs: get("spark.speculation.interval"),
      quantile: get("spark.speculation.quantile"),
      multiplier: get("spark.speculation.multiplier"),
      minTaskRuntimeMs: get("spark.speculation.minTaskRuntime"),
      taskDurationThresholdMs: get("spark.speculation.task.duration.threshold"),
    },
    exclusion: exclusionSettings(get),
    barrier: {
      checkIntervalMs: get("spark.scheduler.barrier.maxConcurrentTasksCheck.interval"),
      maxCheckFailures: get("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures"),
      syncTimeoutMs: get("spark.barrier.sync.timeout"),
    },
    allocation: allocationSettings(get),
  };
}

function exclusionSettings(get: Get): ExclusionSettings {
  const enabled = get("spark.excludeOnFailure.enabled") ?? exclusion.enabled;
  return {
    enabled: get("spark.excludeOnFailure.taskAndStage.enabled") ?? enabled,
    applicationEnabled: get("spark.excludeOnFailure.application.enabled") ?? enabled,
    maxTaskAttemptsPerExecutor: get("spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor"),
    maxFailedTasksPerExecutorInStage: get("spark.excludeOnFailure.stage.maxFailedTasksPerExecutor"),
    maxFailedTasksPerExecutor: get("spark.excludeOnFailure.application.maxFailedTasksPerExecutor"),
    onFetchFailure: get("spark.excludeOnFailure.application.fetchFailure.enabled"),
    timeoutMs: get("spark.excludeOnFailure.timeout"),
    killExcludedExecutors: get("spark.excludeOnFailure.killExcludedExecutors"),
    unschedulableTimeoutMs: get("spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout"),
  };
}

function allocationSettings(get: Get): AllocationSettings {
  const [minExecutors, maxExecutors] = [
    get("spark.dynamicAllocation.minExecutors"),
    get("spark.dynamicAllocation.maxExecutors"),
  ];
  const enabled = get("spark.dynamicAllocation.enabled");
  if (enabled && maxExecutors < minExecutors) {
    const expected = `from ${minExecutors}, which is spark.dynamicAllocation.minExecutors`;
    throw badSetting("spark.dynamicAllocation.maxExecutors", expected, String(maxExecutors));
  }
  const backlogTimeoutMs = get("spark.dynamicAllocation.schedulerBacklogTimeout");
  return {
    enabled,
    minExecutors,
    maxExecutors,
    initialExecutors: Math.max(
      minExecutors,
      get("spark.dynamicAllocation.initialExecutors") ?? allocation.initialExecutors,
    ),
    backlogTimeoutMs,
    sustainedBacklogTimeoutMs: get("spark.dynamicAllocation.sustainedSchedulerBacklogTimeout") ?? backlogTimeoutMs,
    idleTimeoutMs: get("spark.dynamicAllocation.executorIdleTimeout"),
    cachedIdleTimeoutMs: get("spark.dynamicAllocation.cachedExecutorIdleTimeout"),
    shuffleTracking: get("spark.dynamicAllocation.shuffleTracking.enabled"),
    shuffleTimeoutMs: get("spark.dynamicAllocation.shuffleTracking.timeout"),
    ratio: get("spark.dynamicAllocation.executorAllocationRatio"),
    slotsPerExecutor: get("spark.executor.cores") ?? allocation.slotsPerExecutor,
  };
}
