/**
 * What happens in an application, as listeners, the status tracker and the event log hear of it: the events of Spark's
 * `SparkListener`, with Spark's names. Times are milliseconds since 1970, sizes bytes, executors their number as text.
 */
import type { StorageLevel } from "../plan/storage-level.js";

/** An RDD of a stage. */
export interface RDDInfo {
  readonly id: number;
  readonly name: string;
  /** Of its last step, such as `map`. */
  readonly scope: string;
  readonly parentIds: readonly number[];
  readonly numPartitions: number;
  readonly storageLevel: StorageLevel;
  readonly numCachedPartitions: number;
  readonly memorySizeBytes: number;
  readonly diskSizeBytes: number;
}

/** One attempt at a stage. */
export interface StageInfo {
  readonly stageId: number;
  /** From 0. */
  readonly attemptNumber: number;
  /** Such as `reduceByKey at app.ts:8`. */
  readonly name: string;
  /** Places of the program that made it, one a line. */
  readonly details: string;
  readonly numTasks: number;
  readonly parentIds: readonly number[];
  readonly rddInfos: readonly RDDInfo[];
  /** null until it was submitted. */
  readonly submissionTimeMs: number | null;
  /** null until it ended. */
  readonly completionTimeMs: number | null;
  /** Code and message of the error that ended it; null while it has not failed. */
  readonly failureReason: string | null;
}

/** One attempt at a task. */
export interface TaskInfo {
  /** Unique in the session. */
  readonly taskId: number;
  /** Position among the tasks of its stage attempt. */
  readonly index: number;
  /** From 0. */
  readonly attemptNumber: number;
  readonly partitionId: number;
  readonly launchTimeMs: number;
  readonly executorId: string;
  readonly host: string;
  readonly taskLocality: TaskLocality;
  /** A second copy of a task that was slow. */
  readonly speculative: boolean;
  /** null unless the result travels by a file. */
  readonly gettingResultTimeMs: number | null;
  /** null until it ended. */
  readonly finishTimeMs: number | null;
  readonly failed: boolean;
  readonly killed: boolean;
}

export type TaskLocality = "PROCESS_LOCAL" | "NODE_LOCAL" | "NO_PREF" | "RACK_LOCAL" | "ANY";

/** Why a task ended: Spark's `TaskEndReason`. */
export type TaskEndReason =
  | { readonly kind: "success" }
  /** Its output is lost, so that it must run again. */
  | { readonly kind: "resubmitted" }
  /** `mapPartition` of shuffle `shuffleId`, the stage that wrote it, could not be read from the executor. */
  | {
      readonly kind: "fetchFailed";
      readonly shuffleId: number;
      readonly mapPartition: number;
      readonly reducePartition: number;
      readonly executorId: string | null;
      readonly message: string;
    }
  /** The task failed: error code of the engine, type of the exception where a user's function threw, message. */
  | {
      readonly kind: "exceptionFailure";
      readonly code: string;
      readonly className: string;
      readonly description: string;
      /** Frames of the user's function, a line each. */
      readonly stackTrace: readonly string[];
    }
  | {
      readonly kind: "executorLostFailure";
      readonly executorId: string;
      /** False when the loss is not the application's fault, such as a decommissioned executor. */
      readonly exitCausedByApp: boolean;
      readonly reason: string;
    }
  | { readonly kind: "taskKilled"; readonly reason: string }
  | {
      readonly kind: "taskCommitDenied";
      readonly jobId: number;
      readonly partitionId: number;
      readonly attemptNumber: number;
    }
  | { readonly kind: "unknownReason" };

/** What an attempt at a task did; what is not measured is 0. */
export interface TaskMetrics {
  readonly executorDeserializeTimeMs: number;
  readonly executorRunTimeMs: number;
  readonly executorCpuTimeMs: number;
  readonly resultSizeBytes: number;
  /** Time the executor's garbage collector took. */
  readonly gcTimeMs: number;
  readonly resultSerializationTimeMs: number;
  readonly memorySpilledBytes: number;
  readonly diskSpilledBytes: number;
  readonly peakExecutionMemoryBytes: number;
  readonly inputBytesRead: number;
  readonly inputRecordsRead: number;
  readonly outputBytesWritten: number;
  readonly outputRecordsWritten: number;
  readonly shuffleRemoteBytesRead: number;
  readonly shuffleLocalBytesRead: number;
  readonly shuffleRecordsRead: number;
  readonly shuffleFetchWaitTimeMs: number;
  readonly shuffleBytesWritten: number;
  readonly shuffleRecordsWritten: number;
  readonly shuffleWriteTimeMs: number;
}

/** Metrics of a task that did not get far enough to have any. */
export const noTaskMetrics: TaskMetrics = {
  executorDeserializeTimeMs: 0,
  executorRunTimeMs: 0,
  executorCpuTimeMs: 0,
  resultSizeBytes: 0,
  gcTimeMs: 0,
  resultSerializationTimeMs: 0,
  memorySpilledBytes: 0,
  diskSpilledBytes: 0,
  peakExecutionMemoryBytes: 0,
  inputBytesRead: 0,
  inputRecordsRead: 0,
  outputBytesWritten: 0,
  outputRecordsWritten: 0,
  shuffleRemoteBytesRead: 0,
  shuffleLocalBytesRead: 0,
  shuffleRecordsRead: 0,
  shuffleFetchWaitTimeMs: 0,
  shuffleBytesWritten: 0,
  shuffleRecordsWritten: 0,
  shuffleWriteTimeMs: 0,
};

export type JobResult =
  | { readonly kind: "succeeded" }
  /** Code and message of the error. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

/** A block of a persisted RDD, a broadcast value or a result, as `rdd_3_1` or `broadcast_0` name it. */
export interface BlockUpdate {
  readonly blockId: string;
  /** The RDD and its partition, for `rdd_*` blocks; null otherwise. */
  readonly rddId: number | null;
  readonly partition: number | null;
  readonly executorId: string;
  /** `StorageLevel.NONE`: the block is gone from there. */
  readonly storageLevel: StorageLevel;
  readonly memorySizeBytes: number;
  readonly diskSizeBytes: number;
}

export type Properties = Readonly<Record<string, string>>;

/** Posted by the session. */
type ApplicationEvent =
  | {
      readonly kind: "applicationStart";
      readonly timeMs: number;
      readonly appName: string;
      readonly appId: string;
      readonly sparkUser: string;
    }
  | { readonly kind: "applicationEnd"; readonly timeMs: number }
  | {
      readonly kind: "environmentUpdate";
      readonly timeMs: number;
      /** Versions of the runtime. */
      readonly runtime: Properties;
      readonly sparkProperties: Properties;
      readonly systemProperties: Properties;
      /** Files that `addFile` and its kin gave to the workers. */
      readonly files: Properties;
    };

type JobEvent =
  | {
      readonly kind: "jobStart";
      readonly timeMs: number;
      readonly jobId: number;
      /** All stages of the job, also those that will be skipped; the one of the result last. */
      readonly stageInfos: readonly StageInfo[];
      readonly properties: Properties;
    }
  | { readonly kind: "jobEnd"; readonly timeMs: number; readonly jobId: number; readonly jobResult: JobResult };

type StageEvent =
  /** An attempt at a stage starts: its first task waits for a slot. */
  | {
      readonly kind: "stageSubmitted";
      readonly timeMs: number;
      readonly stageInfo: StageInfo;
      readonly properties: Properties;
    }
  /** It ended, well or not. */
  | { readonly kind: "stageCompleted"; readonly timeMs: number; readonly stageInfo: StageInfo }
  /** Tasks that no executor may run, as all are excluded. */
  | {
      readonly kind: "unschedulableTaskSetAdded" | "unschedulableTaskSetRemoved";
      readonly timeMs: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
    };

type TaskEvent =
  | {
      readonly kind: "taskStart" | "taskGettingResult";
      readonly timeMs: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
      readonly taskInfo: TaskInfo;
    }
  | {
      readonly kind: "speculativeTaskSubmitted";
      readonly timeMs: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
      readonly taskIndex: number;
      readonly partitionId: number;
    }
  | {
      readonly kind: "taskEnd";
      readonly timeMs: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
      readonly taskType: "ShuffleMapTask" | "ResultTask";
      readonly reason: TaskEndReason;
      readonly taskInfo: TaskInfo;
      readonly taskMetrics: TaskMetrics;
    };

type ExecutorEvent =
  | {
      readonly kind: "executorAdded";
      readonly timeMs: number;
      readonly executorId: string;
      readonly host: string;
      readonly totalCores: number;
    }
  | { readonly kind: "executorRemoved"; readonly timeMs: number; readonly executorId: string; readonly reason: string }
  | {
      readonly kind: "executorExcluded";
      readonly timeMs: number;
      readonly executorId: string;
      readonly taskFailures: number;
    }
  | {
      readonly kind: "executorExcludedForStage";
      readonly timeMs: number;
      readonly executorId: string;
      readonly taskFailures: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
    }
  | { readonly kind: "executorUnexcluded"; readonly timeMs: number; readonly executorId: string }
  | {
      readonly kind: "nodeExcluded";
      readonly timeMs: number;
      readonly host: string;
      readonly executorFailures: number;
    }
  | {
      readonly kind: "nodeExcludedForStage";
      readonly timeMs: number;
      readonly host: string;
      readonly executorFailures: number;
      readonly stageId: number;
      readonly stageAttemptId: number;
    }
  | { readonly kind: "nodeUnexcluded"; readonly timeMs: number; readonly host: string }
  /** What an executor uses, as its heartbeat says. */
  | {
      readonly kind: "executorMetricsUpdate";
      readonly timeMs: number;
      readonly executorId: string;
      /** Bytes by Spark's names, such as `OnHeapStorageMemory`, `ProcessTreePythonRSSMemory`. */
      readonly metrics: Readonly<Record<string, number>>;
    };

type StorageEvent =
  | {
      readonly kind: "blockManagerAdded";
      readonly timeMs: number;
      readonly executorId: string;
      readonly host: string;
      readonly maxMemoryBytes: number;
    }
  | {
      readonly kind: "blockManagerRemoved";
      readonly timeMs: number;
      readonly executorId: string;
      readonly host: string;
    }
  | { readonly kind: "blockUpdated"; readonly timeMs: number; readonly blockUpdatedInfo: BlockUpdate }
  | { readonly kind: "unpersistRDD"; readonly timeMs: number; readonly rddId: number };

export type ListenerEvent = ApplicationEvent | JobEvent | StageEvent | TaskEvent | ExecutorEvent | StorageEvent;

/** The event of one kind. */
export type EventOf<K extends ListenerEvent["kind"]> = ListenerEvent & { readonly kind: K };

/** Where a backend says what happens. */
export type PostEvent = (event: ListenerEvent) => void;
