/** What the scheduler is told. */
import type { ErrorData } from "../errors.js";
import type { AttemptId, StageSpec } from "./stage.js";

export type SchedulerEvent = Timed &
  (
    | JobSubmitted
    | { readonly kind: "jobCancelled"; readonly job: number }
    | { readonly kind: "executorAdded"; readonly executor: number; readonly slots: number }
    /** An executor that was asked for ended before it was added. */
    | { readonly kind: "executorStartFailed"; readonly executor: number }
    /** It leaves soon: it gets no more tasks, those that run there may end. */
    | { readonly kind: "executorDecommissioning"; readonly executor: number }
    | ExecutorLost
    /** How many cached blocks an executor holds now. */
    | { readonly kind: "blocksChanged"; readonly executor: number; readonly blocks: number }
    /** Where tasks of a stage should run from now on. */
    | {
        readonly kind: "preferencesChanged";
        readonly stage: number;
        readonly preferred: readonly { readonly partition: number; readonly executors: readonly number[] }[];
      }
    /** An output is read from another executor from now on. */
    | {
        readonly kind: "outputMoved";
        readonly stage: number;
        readonly partition: number;
        readonly executor: number;
      }
    | { readonly kind: "taskSucceeded"; readonly task: AttemptId }
    | TaskFailed
    /** The attempt was ended from outside; the answer to `kill`, unless it ended in another way first. */
    | { readonly kind: "taskKilled"; readonly task: AttemptId }
    | FetchFailed
    /** The task is ready to publish what it wrote. */
    | { readonly kind: "commitRequested"; readonly task: AttemptId }
    /** Nobody can ask for this stage's outputs any more. */
    | { readonly kind: "stageForgotten"; readonly stage: number }
    /** Time has passed and nothing else; see `wakeAtMs`. */
    | { readonly kind: "tick"; readonly nowMs: number }
  );

/** Milliseconds from any fixed moment, never running backwards; left out: no time has passed. */
interface Timed {
  readonly nowMs?: number;
}

/**
 * Stages in order of dependency, the one that ends the job last. Stages known already are shared, not run again, and may
 * be left out, with all that they read.
 */
interface JobSubmitted {
  readonly kind: "jobSubmitted";
  /** Counts up in a session: earlier jobs go first. */
  readonly job: number;
  readonly stages: readonly StageSpec[];
  /** Those wanted of a last stage that delivers results. */
  readonly partitions: readonly number[];
  /** `spark.scheduler.pool`; `default` when left out. */
  readonly pool?: string;
}

/** The process is gone; `outputsLost` when what its tasks wrote went with it. */
interface ExecutorLost {
  readonly kind: "executorLost";
  readonly executor: number;
  readonly outputsLost: boolean;
  readonly error: ErrorData;
  /** False when no task can have caused it: preempted, or ended on purpose. True when left out. */
  readonly causedByTask?: boolean;
}

interface TaskFailed {
  readonly kind: "taskFailed";
  readonly task: AttemptId;
  readonly error: ErrorData;
  /** Another attempt cannot help. */
  readonly permanent: boolean;
  /** It was not allowed to commit: no failure of the task. */
  readonly commitDenied?: boolean;
}

/** The task could not read the output of a partition of a parent stage; not the task's own failure. */
interface FetchFailed {
  readonly kind: "fetchFailed";
  readonly task: AttemptId;
  readonly lost: { readonly stage: number; readonly partition: number };
  readonly error: ErrorData;
}
