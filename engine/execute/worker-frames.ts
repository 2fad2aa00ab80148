/** What the two ends of the task worker protocol share; `docs/worker-protocol.md` says what each frame holds. */
import type { Batch } from "../data/batch.js";
import type { AnyKernel, Bucketing } from "../plan/kernel.js";

export const protocolVersion = 2;

export const frameKind = {
  task: 1,
  batch: 2,
  end: 3,
  release: 4,
  ready: 17,
  output: 18,
  done: 19,
  error: 20,
  enough: 21,
  barrier: 22,
} as const;

/** A broadcast value: a file that holds one batch, `u8 format` and its bytes. */
export interface BroadcastFile {
  readonly id: number;
  readonly path: string;
}

/** What a function of the user can ask about the task that runs it. */
export interface TaskContextValues {
  /** Unique in the session. */
  readonly taskAttemptId: number;
  readonly stageAttempt: number;
  readonly cpus: number;
  /** Local properties of the program's thread that started the job. */
  readonly properties: Readonly<Record<string, string>>;
  /** All tasks of the stage run at once and may wait for each other. */
  readonly barrier: boolean;
  /** Where the tasks of a barrier stage run, by partition; empty otherwise. */
  readonly addresses: readonly string[];
}

/** The task, as far as a worker needs to know it. */
export interface WorkerTask {
  readonly stage: number;
  readonly partition: number;
  readonly partitions: number;
  readonly attempt: number;
  readonly inputs: number;
  readonly steps: readonly AnyKernel[];
  readonly bucketing: Bucketing | null;
  readonly output: "lines" | "portable" | "own";
  /** Elements of each batch sent back, but for the last; 0: the worker's choice. */
  readonly batchElements: number;
  /** What the task may hold at once; 0: no bound. */
  readonly memoryBytes: number;
  readonly spillDirectory: string;
  readonly broadcasts: readonly BroadcastFile[];
  readonly context: TaskContextValues;
  readonly searchPath: readonly string[];
  readonly workingDirectory: string;
}

/** What an attempt that ended well added to an accumulator. */
export interface AccumulatorUpdate {
  readonly id: number;
  /** One element, in the form of the language that added. */
  readonly batch: Batch;
}
