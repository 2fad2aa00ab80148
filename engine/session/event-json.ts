/**
 * Events as Spark writes them into its event log, one object of JSON each, with Spark's names: what reads Spark's logs
 * reads these. `docs/event-log.md` lists the fields; those of Spark that say nothing here are left out where Spark's own
 * reader does without them.
 */
import { hostname } from "node:os";
import type { StorageLevel } from "../plan/storage-level.js";
import type {
  BlockUpdate,
  EventOf,
  JobResult,
  ListenerEvent,
  RDDInfo,
  StageInfo,
  TaskEndReason,
  TaskInfo,
  TaskMetrics,
} from "./listener-event.js";

type Json = Readonly<Record<string, unknown>>;

const nanosPerMs = 1_000_000;
/** All executors are on this machine. */
const here = hostname();

const storageLevel = ({ useDisk, useMemory, useOffHeap, deserialized, replication }: StorageLevel): Json => ({
  "Use Disk": useDisk,
  "Use Memory": useMemory,
  "Use Off Heap": useOffHeap,
  Deserialized: deserialized,
  Replication: replication,
});

const rddInfo = (info: RDDInfo): Json => ({
  "RDD ID": info.id,
  Name: info.name,
  Callsite: info.scope,
  "Parent IDs": info.parentIds,
  "Storage Level": storageLevel(info.storageLevel),
  Barrier: false,
  "Number of Partitions": info.numPartitions,
  "Number of Cached Partitions": info.numCachedPartitions,
  "Memory Size": info.memorySizeBytes,
  "Disk Size": info.diskSizeBytes,
});

const stageInfo = (info: StageInfo): Json => ({
  "Stage ID": info.stageId,
  "Stage Attempt ID": info.attemptNumber,
  "Stage Name": info.name,
  "Number of Tasks": info.numTasks,
  "RDD Info": info.rddInfos.map(rddInfo),
  "Parent IDs": info.parentIds,
  Details: info.details,
  ...(info.submissionTimeMs !== null && { "Submission Time": info.submissionTimeMs }),
  ...(info.completionTimeMs !== null && { "Completion Time": info.completionTimeMs }),
  ...(info.failureReason !== null && { "Failure Reason": info.failureReason }),
  Accumulables: [],
  "Resource Profile Id": 0,
});

const taskInfo = (info: TaskInfo): Json => ({
  "Task ID": info.taskId,
  Index: info.index,
  Attempt: info.attemptNumber,
  "Partition ID": info.partitionId,
  "Launch Time": info.launchTimeMs,
  "Executor ID": info.executorId,
  Host: info.host,
  Locality: info.taskLocality,
  Speculative: info.speculative,
  "Getting Result Time": info.gettingResultTimeMs ?? 0,
  "Finish Time": info.finishTimeMs ?? 0,
  Failed: info.failed,
  Killed: info.killed,
  Accumulables: [],
});

const taskMetrics = (metrics: TaskMetrics): Json => ({
  "Executor Deserialize Time": metrics.executorDeserializeTimeMs,
  "Executor Deserialize CPU Time": 0,
  "Executor Run Time": metrics.executorRunTimeMs,
  "Executor CPU Time": metrics.executorCpuTimeMs * nanosPerMs,
  "Peak Execution Memory": metrics.peakExecutionMemoryBytes,
  "Result Size": metrics.resultSizeBytes,
  "JVM GC Time": metrics.gcTimeMs,
  "Result Serialization Time": metrics.resultSerializationTimeMs,
  "Memory Bytes Spilled": metrics.memorySpilledBytes,
  "Disk Bytes Spilled": metrics.diskSpilledBytes,
  "Shuffle Read Metrics": {
    "Remote Blocks Fetched": 0,
    "Local Blocks Fetched": 0,
    "Fetch Wait Time": metrics.shuffleFetchWaitTimeMs,
    "Remote Bytes Read": metrics.shuffleRemoteBytesRead,
    "Remote Bytes Read To Disk": 0,
    "Local Bytes Read": metrics.shuffleLocalBytesRead,
    "Total Records Read": metrics.shuffleRecordsRead,
  },
  "Shuffle Write Metrics": {
    "Shuffle Bytes Written": metrics.shuffleBytesWritten,
    "Shuffle Write Time": metrics.shuffleWriteTimeMs * nanosPerMs,
    "Shuffle Records Written": metrics.shuffleRecordsWritten,
  },
  "Input Metrics": { "Bytes Read": metrics.inputBytesRead, "Records Read": metrics.inputRecordsRead },
  "Output Metrics": { "Bytes Written": metrics.outputBytesWritten, "Records Written": metrics.outputRecordsWritten },
  "Updated Blocks": [],
});

/** Executors listen on no port; Spark's reader insists on one. */
const somePort = 1;
const blockManager = (executor: string, host: string): Json => ({
  "Executor ID": executor,
  Host: host,
  Port: somePort,
});

type Reasons = {
  readonly [K in TaskEndReason["kind"]]: (reason: TaskEndReason & { readonly kind: K }) => Json;
};

const reasons: Reasons = {
  success: () => ({ Reason: "Success" }),
  resubmitted: () => ({ Reason: "Resubmitted" }),
  fetchFailed: ({ executorId, shuffleId, mapPartition, reducePartition, message }) => ({
    Reason: "FetchFailed",
    ...(executorId !== null && { "Block Manager Address": blockManager(executorId, here) }),
    "Shuffle ID": shuffleId,
    "Map ID": mapPartition,
    "Map Index": mapPartition,
    "Reduce ID": reducePartition,
    Message: message,
  }),
  exceptionFailure: ({ className, description, stackTrace }) => ({
    Reason: "ExceptionFailure",
    "Class Name": className,
    Description: description,
    "Stack Trace": [],
    "Full Stack Trace": [description, ...stackTrace].join("\n"),
    "Accumulator Updates": [],
  }),
  executorLostFailure: ({ executorId, exitCausedByApp, reason }) => ({
    Reason: "ExecutorLostFailure",
    "Executor ID": executorId,
    "Exit Caused By App": exitCausedByApp,
    "Loss Reason": reason,
  }),
  taskKilled: ({ reason }) => ({ Reason: "TaskKilled", "Kill Reason": reason, "Accumulator Updates": [] }),
  taskCommitDenied: ({ jobId, partitionId, attemptNumber }) => ({
    Reason: "TaskCommitDenied",
    "Job ID": jobId,
    "Partition ID": partitionId,
    "Attempt Number": attemptNumber,
  }),
  unknownReason: () => ({ Reason: "UnknownReason" }),
};

const taskEndReason = (reason: TaskEndReason): Json =>
  (reasons[reason.kind] as (reason: TaskEndReason) => Json)(reason);

const jobResult = (result: JobResult): Json =>
  result.kind === "succeeded"
    ? { Result: "JobSucceeded" }
    : { Result: "JobFailed", Exception: { Message: result.message, "Stack Trace": [] } };

const blockUpdate = (update: BlockUpdate): Json => ({
  "Block Manager ID": blockManager(update.executorId, here),
  "Block ID": update.blockId,
  "Storage Level": storageLevel(update.storageLevel),
  "Memory Size": update.memorySizeBytes,
  "Disk Size": update.diskSizeBytes,
});

const stageAttempt = (event: { readonly stageId: number; readonly stageAttemptId: number }): Json => ({
  "Stage ID": event.stageId,
  "Stage Attempt ID": event.stageAttemptId,
});

/** Events that Spark's log shows with the names that their fields have in Scala. */
const inScalaNames = ({ kind: _, timeMs, ...fields }: ListenerEvent): Json => ({ time: timeMs, ...fields });
const onlyAttempt = ({
  stageId,
  stageAttemptId,
}: {
  readonly stageId: number;
  readonly stageAttemptId: number;
}): Json => ({
  stageId,
  stageAttemptId,
});

/** Name of the event in the log, and its fields. */
type Forms = { readonly [K in ListenerEvent["kind"]]: readonly [string, (event: EventOf<K>) => Json] };

const scheduler = "org.apache.spark.scheduler";

const forms: Forms = {
  applicationStart: [
    "SparkListenerApplicationStart",
    ({ appName, appId, timeMs, sparkUser }) => ({
      "App Name": appName,
      "App ID": appId,
      Timestamp: timeMs,
      User: sparkUser,
    }),
  ],
  applicationEnd: ["SparkListenerApplicationEnd", ({ timeMs }) => ({ Timestamp: timeMs })],
  environmentUpdate: [
    "SparkListenerEnvironmentUpdate",
    ({ runtime, sparkProperties, systemProperties, files }) => ({
      "JVM Information": runtime,
      "Spark Properties": sparkProperties,
      "Hadoop Properties": {},
      "System Properties": systemProperties,
      "Metrics Properties": {},
      "Classpath Entries": files,
    }),
  ],
  jobStart: [
    "SparkListenerJobStart",
    ({ jobId, timeMs, stageInfos, properties }) => ({
      "Job ID": jobId,
      "Submission Time": timeMs,
      "Stage Infos": stageInfos.map(stageInfo),
      "Stage IDs": stageInfos.map(({ stageId }) => stageId),
      Properties: properties,
    }),
  ],
  jobEnd: [
    "SparkListenerJobEnd",
    ({ jobId, timeMs, jobResult: result }) => ({
      "Job ID": jobId,
      "Completion Time": timeMs,
      "Job Result": jobResult(result),
    }),
  ],
  stageSubmitted: [
    "SparkListenerStageSubmitted",
    ({ stageInfo: info, properties }) => ({ "Stage Info": stageInfo(info), Properties: properties }),
  ],
  stageCompleted: ["SparkListenerStageCompleted", ({ stageInfo: info }) => ({ "Stage Info": stageInfo(info) })],
  unschedulableTaskSetAdded: [`${scheduler}.SparkListenerUnschedulableTaskSetAdded`, onlyAttempt],
  unschedulableTaskSetRemoved: [`${scheduler}.SparkListenerUnschedulableTaskSetRemoved`, onlyAttempt],
  taskStart: ["SparkListenerTaskStart", (event) => ({ ...stageAttempt(event), "Task Info": taskInfo(event.taskInfo) })],
  taskGettingResult: ["SparkListenerTaskGettingResult", (event) => ({ "Task Info": taskInfo(event.taskInfo) })],
  speculativeTaskSubmitted: [`${scheduler}.SparkListenerSpeculativeTaskSubmitted`, onlyAttempt],
  taskEnd: [
    "SparkListenerTaskEnd",
    (event) => ({
      ...stageAttempt(event),
      "Task Type": event.taskType,
      "Task End Reason": taskEndReason(event.reason),
      "Task Info": taskInfo(event.taskInfo),
      "Task Executor Metrics": {},
      "Task Metrics": taskMetrics(event.taskMetrics),
    }),
  ],
  executorAdded: [
    "SparkListenerExecutorAdded",
    ({ timeMs, executorId, host, totalCores }) => ({
      Timestamp: timeMs,
      "Executor ID": executorId,
      "Executor Info": {
        Host: host,
        "Total Cores": totalCores,
        "Log Urls": {},
        Attributes: {},
        Resources: {},
        "Resource Profile Id": 0,
      },
    }),
  ],
  executorRemoved: [
    "SparkListenerExecutorRemoved",
    ({ timeMs, executorId, reason }) => ({ Timestamp: timeMs, "Executor ID": executorId, "Removed Reason": reason }),
  ],
  executorExcluded: [`${scheduler}.SparkListenerExecutorExcluded`, inScalaNames],
  executorExcludedForStage: [`${scheduler}.SparkListenerExecutorExcludedForStage`, inScalaNames],
  executorUnexcluded: [`${scheduler}.SparkListenerExecutorUnexcluded`, inScalaNames],
  nodeExcluded: [
    `${scheduler}.SparkListenerNodeExcluded`,
    ({ timeMs, host, executorFailures }) => ({ time: timeMs, hostId: host, executorFailures }),
  ],
  nodeExcludedForStage: [
    `${scheduler}.SparkListenerNodeExcludedForStage`,
    ({ timeMs, host, executorFailures, stageId, stageAttemptId }) => ({
      time: timeMs,
      hostId: host,
      executorFailures,
      stageId,
      stageAttemptId,
    }),
  ],
  nodeUnexcluded: [`${scheduler}.SparkListenerNodeUnexcluded`, ({ timeMs, host }) => ({ time: timeMs, hostId: host })],
  executorMetricsUpdate: [
    "SparkListenerExecutorMetricsUpdate",
    ({ executorId, metrics }) => ({
      "Executor ID": executorId,
      "Metrics Updated": [],
      "Executor Metrics Updated": [{ "Stage ID": -1, "Stage Attempt ID": -1, "Executor Metrics": metrics }],
    }),
  ],
  blockManagerAdded: [
    "SparkListenerBlockManagerAdded",
    ({ timeMs, executorId, host, maxMemoryBytes }) => ({
      "Block Manager ID": blockManager(executorId, host),
      "Maximum Memory": maxMemoryBytes,
      Timestamp: timeMs,
      "Maximum Onheap Memory": maxMemoryBytes,
      "Maximum Offheap Memory": 0,
    }),
  ],
  blockManagerRemoved: [
    "SparkListenerBlockManagerRemoved",
    ({ timeMs, executorId, host }) => ({ "Block Manager ID": blockManager(executorId, host), Timestamp: timeMs }),
  ],
  blockUpdated: [
    "SparkListenerBlockUpdated",
    ({ blockUpdatedInfo }) => ({ "Block Updated Info": blockUpdate(blockUpdatedInfo) }),
  ],
  unpersistRDD: ["SparkListenerUnpersistRDD", ({ rddId }) => ({ "RDD ID": rddId })],
};

/** An event as a line of the log, without the line's end. */
export function eventLine(event: ListenerEvent): string {
  const [name, fields] = forms[event.kind] as readonly [string, (event: ListenerEvent) => Json];
  return JSON.stringify({ Event: name, ...fields(event) });
}

/** The first line of a log. */
export const logStartLine = (version: string): string =>
  JSON.stringify({ Event: "SparkListenerLogStart", "Spark Version": version });
