/** The face of the status store: what a program can ask about its jobs and stages. */
import { hostname } from "node:os";
import type { int, long } from "../data/numbers.js";
import type { Session } from "./session.js";

/**
 * A job.
 *
 * @source org.apache.spark.SparkJobInfo
 */
export interface SparkJobInfo {
  readonly jobId: int;
  /** The stages that were still to be run when it started: not those that an earlier job had run already. */
  readonly stageIds: int[];
  /** `RUNNING`, `SUCCEEDED` or `FAILED`. */
  readonly status: string;
}

/**
 * The last attempt at a stage.
 *
 * @source org.apache.spark.SparkStageInfo
 */
export interface SparkStageInfo {
  readonly stageId: int;
  /** From 0. */
  readonly currentAttemptId: int;
  /** Such as `reduceByKey at app.ts:8`. */
  readonly name: string;
  readonly numTasks: int;
  /** Tasks that run at present. */
  readonly numActiveTasks: int;
  readonly numCompletedTasks: int;
  /** Attempts that failed; not those that were ended. */
  readonly numFailedTasks: int;
}

/**
 * An executor that runs at present.
 *
 * @source org.apache.spark.SparkExecutorInfo
 */
export interface SparkExecutorInfo {
  readonly host: string;
  /** 0: executors listen on no port. */
  readonly port: int;
  /** Bytes of blocks that it keeps. */
  readonly cacheSize: long;
  readonly numRunningTasks: int;
  readonly usedOnHeapStorageMemory: long;
  readonly usedOffHeapStorageMemory: long;
  readonly totalOnHeapStorageMemory: long;
  readonly totalOffHeapStorageMemory: long;
}

/**
 * Tells about jobs and stages, those that run and the last ones that have ended.
 *
 * @module core
 * @source org.apache.spark.SparkStatusTracker
 */
export class StatusTracker {
  readonly #session: Session;

  /** @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Returns the numbers of the jobs of a group, the newest first.
   *
   * @param jobGroup - as `setJobGroup` was given it; jobs without a group when left out
   * @source StatusTracker.getJobIdsForGroup
   * @example
   * ```ts
   * sc.statusTracker().getJobIdsForGroup("no such group"); // []
   * ```
   * @example
   * ```python
   * >>> sc.statusTracker().getJobIdsForGroup("no such group")
   * []
   * ```
   */
  getJobIdsForGroup(jobGroup: string | null = null): int[] {
    return this.#session.application.status.jobs.filter(({ group }) => group === jobGroup).map(({ id }) => id);
  }

  /**
   * Returns the numbers of the jobs that run.
   *
   * @source StatusTracker.getActiveJobsIds
   * @example
   * ```ts
   * sc.statusTracker().getActiveJobsIds(); // []
   * ```
   * @example
   * ```python
   * >>> sc.statusTracker().getActiveJobsIds()
   * []
   * ```
   */
  getActiveJobsIds(): int[] {
    return this.#session.application.status.jobs.filter(({ status }) => status === "RUNNING").map(({ id }) => id);
  }

  /**
   * Returns the numbers of the stages that run.
   *
   * @source StatusTracker.getActiveStageIds
   * @example
   * ```ts
   * sc.statusTracker().getActiveStageIds(); // []
   * ```
   * @example
   * ```python
   * >>> sc.statusTracker().getActiveStageIds()
   * []
   * ```
   */
  getActiveStageIds(): int[] {
    return this.#session.application.status.runningStages.map(({ id }) => id);
  }

  /**
   * Returns a job; null where it is not known, or not any more.
   *
   * @param jobId - its number
   * @source StatusTracker.getJobInfo
   * @example
   * ```ts
   * sc.setJobGroup("one", "a job");
   * await sc.parallelize([1, 2]).count(); // 2
   * const [job = -1] = sc.statusTracker().getJobIdsForGroup("one");
   * sc.statusTracker().getJobInfo(job)?.status; // "SUCCEEDED"
   * ```
   * @example
   * ```python
   * >>> sc.setJobGroup("one", "a job")
   * >>> sc.parallelize([1, 2]).count()
   * 2
   * >>> tracker = sc.statusTracker()
   * >>> tracker.getJobInfo(tracker.getJobIdsForGroup("one")[0]).status
   * 'SUCCEEDED'
   * ```
   */
  getJobInfo(jobId: int): SparkJobInfo | null {
    const job = this.#session.application.status.job(jobId);
    return job ? { jobId: job.id, stageIds: [...job.stageIds], status: job.status } : null;
  }

  /**
   * Returns the last attempt at a stage; null where it is not known, or not any more.
   *
   * @param stageId - its number
   * @source StatusTracker.getStageInfo
   * @example
   * ```ts
   * sc.statusTracker().getStageInfo(-1); // null
   * ```
   * @example
   * ```python
   * >>> sc.statusTracker().getStageInfo(-1) is None
   * True
   * ```
   */
  getStageInfo(stageId: int): SparkStageInfo | null {
    const stage = this.#session.application.status.stage(stageId);
    if (!stage) return null;
    return {
      stageId: stage.id,
      currentAttemptId: stage.attempt,
      name: stage.name,
      numTasks: stage.tasks,
      numActiveTasks: stage.runningTasks,
      numCompletedTasks: stage.completedTasks,
      numFailedTasks: stage.failedTasks,
    };
  }

  /**
   * Returns the executors that run at present.
   *
   * @source StatusTracker.getExecutorInfos
   * @example
   * ```ts
   * sc.statusTracker().getExecutorInfos().length; // 1
   * ```
   * @example
   * ```python
   * >>> len(sc.statusTracker().getExecutorInfos())
   * 1
   * ```
   */
  getExecutorInfos(): SparkExecutorInfo[] {
    const host = hostname();
    return this.#session.backend.executors().map(({ runningTasks, memoryUsedBytes, memoryTotalBytes }) => ({
      host,
      port: 0,
      cacheSize: memoryUsedBytes,
      numRunningTasks: runningTasks,
      usedOnHeapStorageMemory: memoryUsedBytes,
      usedOffHeapStorageMemory: 0,
      totalOnHeapStorageMemory: memoryTotalBytes,
      totalOffHeapStorageMemory: 0,
    }));
  }
}
