/** Stages, tasks and attempts as the scheduler sees them: numbers and dependencies, no data. */

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
}

export interface AttemptId {
  readonly stage: number;
  readonly partition: number;
  /** From 0; unique within stage and partition. */
  readonly attempt: number;
}

export interface Launch extends AttemptId {
  readonly executor: number;
}
