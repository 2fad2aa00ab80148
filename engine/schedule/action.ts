/** What the scheduler wants done, in this order. */
import type { ErrorData } from "../errors.js";
import type { AttemptId, Launch } from "./stage.js";

export type SchedulerAction =
  | ({ readonly kind: "launch" } & Launch)
  /** The slot stays taken until the attempt's end is reported: `taskKilled`, or whatever came first. */
  | ({ readonly kind: "kill" } & Launch)
  /** The result of this attempt, and of no other of its partition, belongs to the job. */
  | { readonly kind: "deliver"; readonly job: number; readonly task: AttemptId }
  /** The outputs of this attempt, and of no other of its partition, are read by later stages. */
  | { readonly kind: "keepOutput"; readonly task: AttemptId }
  /** No task that starts from now on reads these outputs, which were kept. */
  | { readonly kind: "dropOutput"; readonly task: AttemptId }
  /** What this attempt reported as its success is not used. */
  | { readonly kind: "discard"; readonly task: AttemptId }
  | { readonly kind: "commitAllowed"; readonly task: AttemptId }
  | { readonly kind: "commitDenied"; readonly task: AttemptId }
  | { readonly kind: "stageStarted"; readonly stage: number; readonly attempt: number }
  | { readonly kind: "stageEnded"; readonly stage: number; readonly succeeded: boolean }
  /** The answer to `stageForgotten`, once no job and no attempt uses the stage. */
  | { readonly kind: "removeStage"; readonly stage: number }
  | { readonly kind: "jobSucceeded"; readonly job: number }
  /** `error` is null for a job that was cancelled. */
  | {
      readonly kind: "jobFailed";
      readonly job: number;
      readonly task: AttemptId | null;
      readonly error: ErrorData | null;
    }
  /** Without dynamic allocation: the number of executors stays what it was. */
  | { readonly kind: "replaceExecutor"; readonly executor: number }
  /** With dynamic allocation: so many more than there are, or were asked for. */
  | { readonly kind: "requestExecutors"; readonly count: number }
  /** It is not needed, or not wanted, any more: end it, and report it lost. `migrates`: others take over what it holds. */
  | { readonly kind: "releaseExecutor"; readonly executor: number; readonly migrates?: boolean };
