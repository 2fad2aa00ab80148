/** Tells listeners what the scheduler decided and what executors said: stages, tasks, executors, blocks. */
import { hostname } from "node:os";
import type { ErrorData } from "../errors.js";
import { EngineError } from "../errors.js";
import type { Job } from "../plan/backend.js";
import { StorageLevel } from "../plan/storage-level.js";
import { type AttemptId, attemptKey, type Launch } from "../schedule/stage.js";
import {
  noTaskMetrics,
  type PostEvent,
  type RDDInfo,
  type StageInfo,
  type TaskEndReason,
  type TaskInfo,
  type TaskMetrics,
} from "../session/listener-event.js";
import { type BlockStatus, nameOf } from "./block-store.js";
import type { FromExecutor } from "./executor-protocol.js";
import type { Stage } from "./stage-plan.js";
import type { TaskCounters } from "./task.js";

const host = hostname();

type Heartbeat = Extract<FromExecutor, { kind: "heartbeat" }>;

interface RunningTask {
  readonly launch: Launch;
  readonly info: TaskInfo;
}

export class StageReports {
  readonly #post: PostEvent;
  readonly #stages = new Map<number, StageInfo>();
  readonly #tasks = new Map<string, RunningTask>();

  constructor(post: PostEvent) {
    this.#post = post;
  }

  jobStarted(job: Job, stages: readonly Stage[]): void {
    const stageInfos = stages.map((stage) => infoOf(stage, 0));
    this.#post({ kind: "jobStart", timeMs: Date.now(), jobId: job.id, stageInfos, properties: job.properties });
  }

  jobEnded(job: number, error: EngineError | null): void {
    const jobResult = error
      ? ({ kind: "failed", code: error.code, message: error.message } as const)
      : ({ kind: "succeeded" } as const);
    this.#post({ kind: "jobEnd", timeMs: Date.now(), jobId: job, jobResult });
  }

  stageStarted(stage: Stage, attempt: number, properties: Job["properties"]): void {
    const stageInfo = { ...infoOf(stage, attempt), submissionTimeMs: Date.now() };
    this.#stages.set(stageInfo.stageId, stageInfo);
    this.#post({ kind: "stageSubmitted", timeMs: Date.now(), stageInfo, properties });
  }

  stageEnded(stage: number, failureReason: string | null): void {
    const info = this.#stages.get(stage);
    if (!info) return;
    this.#stages.delete(stage);
    const stageInfo = { ...info, completionTimeMs: Date.now(), failureReason };
    this.#post({ kind: "stageCompleted", timeMs: Date.now(), stageInfo });
  }

  taskStarted(launch: Launch): void {
    const { stage, partition, attempt, stageAttempt, taskId, executor, speculative, locality } = launch;
    const info: TaskInfo = {
      taskId,
      index: partition,
      attemptNumber: attempt,
      partitionId: partition,
      launchTimeMs: Date.now(),
      executorId: String(executor),
      host,
      taskLocality: locality,
      speculative,
      gettingResultTimeMs: null,
      finishTimeMs: null,
      failed: false,
      killed: false,
    };
    this.#tasks.set(attemptKey(launch), { launch, info });
    this.#post({
      kind: "taskStart",
      timeMs: info.launchTimeMs,
      stageId: stage,
      stageAttemptId: stageAttempt,
      taskInfo: info,
    });
  }

  taskEnded(task: AttemptId, isResult: boolean, reason: TaskEndReason, metrics: TaskMetrics = noTaskMetrics): void {
    const running = this.#tasks.get(attemptKey(task));
    if (!running) return;
    this.#tasks.delete(attemptKey(task));
    const timeMs = Date.now();
    const killed = reason.kind === "taskKilled";
    const taskInfo = { ...running.info, finishTimeMs: timeMs, killed, failed: !killed && reason.kind !== "success" };
    this.#post({
      kind: "taskEnd",
      timeMs,
      stageId: task.stage,
      stageAttemptId: running.launch.stageAttempt,
      taskType: isResult ? "ResultTask" : "ShuffleMapTask",
      reason,
      taskInfo,
      taskMetrics: metrics,
    });
  }

  /** A task could not read the output of another one. */
  fetchFailed(
    task: AttemptId,
    isResult: boolean,
    lost: { readonly stage: number; readonly partition: number },
    error: ErrorData,
  ): void {
    this.taskEnded(task, isResult, {
      kind: "fetchFailed",
      shuffleId: lost.stage,
      mapPartition: lost.partition,
      reducePartition: task.partition,
      executorId: null,
      message: EngineError.fromData(error).message,
    });
  }

  /** Tasks that ran on an executor that is gone. */
  tasksLost(executor: number, isResult: (stage: number) => boolean, reason: string): void {
    for (const { launch } of [...this.#tasks.values()]) {
      if (launch.executor !== executor) continue;
      const lost = {
        kind: "executorLostFailure",
        executorId: String(executor),
        exitCausedByApp: true,
        reason,
      } as const;
      this.taskEnded(launch, isResult(launch.stage), lost);
    }
  }

  executorAdded(executor: number, slots: number, maxMemoryBytes: number): void {
    const timeMs = Date.now();
    const executorId = String(executor);
    this.#post({ kind: "executorAdded", timeMs, executorId, host, totalCores: slots });
    this.#post({ kind: "blockManagerAdded", timeMs, executorId, host, maxMemoryBytes });
  }

  executorRemoved(executor: number, reason: string): void {
    const timeMs = Date.now();
    const executorId = String(executor);
    this.#post({ kind: "executorRemoved", timeMs, executorId, reason });
    this.#post({ kind: "blockManagerRemoved", timeMs, executorId, host });
  }

  executorMetrics(executor: number, { storageBytes, executorBytes, workersBytes }: Heartbeat): void {
    const metrics = {
      OnHeapStorageMemory: storageBytes,
      ProcessTreePythonRSSMemory: workersBytes,
      ProcessTreeOtherRSSMemory: executorBytes,
    };
    this.#post({ kind: "executorMetricsUpdate", timeMs: Date.now(), executorId: String(executor), metrics });
  }

  blockUpdated(executor: number, { block, level, memoryBytes, diskBytes }: BlockStatus): void {
    const storageLevel =
      memoryBytes + diskBytes === 0
        ? StorageLevel.NONE
        : new StorageLevel(diskBytes > 0, memoryBytes > 0, false, false, level.replication);
    this.#post({
      kind: "blockUpdated",
      timeMs: Date.now(),
      blockUpdatedInfo: {
        blockId: nameOf(block),
        rddId: block.rdd,
        partition: block.partition,
        executorId: String(executor),
        storageLevel,
        memorySizeBytes: memoryBytes,
        diskSizeBytes: diskBytes,
      },
    });
  }

  unpersisted(rdd: number): void {
    this.#post({ kind: "unpersistRDD", timeMs: Date.now(), rddId: rdd });
  }
}

function infoOf({ spec, name, persisted }: Stage, attempt: number): StageInfo {
  return {
    stageId: spec.id,
    attemptNumber: attempt,
    name,
    details: name,
    numTasks: spec.partitions,
    parentIds: spec.parents,
    rddInfos: persisted.map(
      (retention): RDDInfo => ({
        id: retention.rdd,
        name: retention.name ?? "",
        scope: "",
        parentIds: [],
        numPartitions: spec.partitions,
        storageLevel: retention.level,
        numCachedPartitions: 0,
        memorySizeBytes: 0,
        diskSizeBytes: 0,
      }),
    ),
    submissionTimeMs: null,
    completionTimeMs: null,
    failureReason: null,
  };
}

/** What listeners are told of a failure. */
export function failureOf(error: ErrorData): TaskEndReason {
  const { code, message, params } = EngineError.fromData(error);
  return {
    kind: "exceptionFailure",
    code,
    className: String(params["type"] ?? code),
    description: message,
    stackTrace: (error.origin?.frames ?? []).map(({ file, line }) => `${file}:${line}`),
  };
}

export const metricsOf = (
  { read, spilledBytes, spilledMemoryBytes, runMs }: TaskCounters,
  resultBytes: number,
): TaskMetrics => ({
  ...noTaskMetrics,
  executorRunTimeMs: Math.round(runMs),
  resultSizeBytes: resultBytes,
  inputRecordsRead: read,
  memorySpilledBytes: spilledMemoryBytes,
  diskSpilledBytes: spilledBytes,
});
