/** Stages, tasks and attempts as the scheduler sees them: numbers and dependencies, no data. */

/**
 * What a task gives when it is computed again: `determinate` the same, `unordered` the same in another order,
 * `indeterminate` something else, so that nothing computed from the old outputs fits the new ones.
 */
export type Determinism = "determinate" | "unordered" | "indeterminate";

/** A set of tasks that run the same program on different partitions, without a shuffle between them. */
export interface StageSpec {
  /** Unique in a session. The stage before one shuffle keeps its id, so that a later job finds its outputs. */
  readonly id: number;
  /** Stages whose outputs this one reads. */
  readonly parents: readonly number[];
  /** How many partitions the stage has. */
  readonly partitions: number;
  /** `outputs`: keeps what its tasks wrote for other stages. `result`: delivers to one job. */
  readonly role: "outputs" | "result";
  /** `determinate` when left out. */
  readonly determinism?: Determinism;
  /** All tasks run at the same time, or none does. */
  readonly barrier?: boolean;
  /** Executors that hold what a task reads, by partition: a task waits some time for a slot there. */
  readonly preferred?: readonly (readonly number[])[];
}

export interface AttemptId {
  readonly stage: number;
  readonly partition: number;
  /** From 0; unique within stage and partition. */
  readonly attempt: number;
}

/** Only what names the attempt. */
export const idOf = ({ stage, partition, attempt }: AttemptId): AttemptId => ({ stage, partition, attempt });

/** The attempt as a key of tables. */
export const attemptKey = ({ stage, partition, attempt }: AttemptId): string => `${stage}/${partition}/${attempt}`;

export interface Launch extends AttemptId {
  readonly executor: number;
  /** Which attempt of the stage this is part of, from 0. */
  readonly stageAttempt: number;
  /** Unique in a session. */
  readonly taskId: number;
  /** A copy of a slow attempt that still runs. */
  readonly speculative: boolean;
  /** Whether the executor is one that the task prefers, or that it has none. */
  readonly locality: "PROCESS_LOCAL" | "NO_PREF" | "ANY";
}
