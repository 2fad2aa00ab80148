/** The jobs that run: what they asked for, and who waits for them. */
import { EngineError } from "../errors.js";
import type { Job, PartitionResult } from "../plan/backend.js";
import type { AttemptId } from "../schedule/stage.js";
import type { TaskOutput } from "./task.js";
import { removeOutput, resultOf, sizeOf } from "./task-output.js";

/** A block that a job counted on is lost, and with it what would compute it again: the job is planned anew. */
export class PlanOutdated extends Error {}

/** How a job ended: with an error, with a plan that is out of date, or well. */
export type JobEnd = EngineError | PlanOutdated | null;

interface RunningJob {
  readonly job: Job;
  readonly stages: ReadonlySet<number>;
  readonly deliver: (result: PartitionResult) => void;
  readonly end: (end: JobEnd) => void;
  resultBytes: number;
}

/** Jobs by submission: a job that is planned anew is submitted once more, what it did before is over. */
export class RunningJobs {
  readonly #maxResultBytes: number;
  readonly #jobs = new Map<number, RunningJob>();
  #next = 0;

  /** `maxResultBytes` 0: no limit. */
  constructor(maxResultBytes: number) {
    this.#maxResultBytes = maxResultBytes;
  }

  get submissions(): number[] {
    return [...this.#jobs.keys()];
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** Takes a job up under a number of its own; `end` is called once. */
  add(running: Omit<RunningJob, "resultBytes">): number {
    const submission = this.#next++;
    this.#jobs.set(submission, { ...running, resultBytes: 0 });
    return submission;
  }

  end(submission: number, end: JobEnd): void {
    const running = this.#jobs.get(submission);
    this.#jobs.delete(submission);
    running?.end(end);
  }

  /** Ends a job with the scheduler's reason; without one, its caller has cancelled it. */
  fail(submission: number, error: EngineError | null): void {
    const running = this.#jobs.get(submission);
    if (!running) return;
    const { site, signal } = running.job;
    this.end(submission, (error ?? cancellation(signal.reason)).at({ site }));
  }

  /** Hands a result over; false: the results of its job are more than they may be, and the job has ended. */
  deliver(submission: number, task: AttemptId, output: TaskOutput): boolean {
    const running = this.#jobs.get(submission);
    if (!running) return true;
    const { job } = running;
    const limit = this.#maxResultBytes;
    running.resultBytes += sizeOf(output);
    if (limit > 0 && job.output.kind === "collect" && running.resultBytes > limit) {
      removeOutput(output);
      const params = { size: running.resultBytes, limit };
      this.end(submission, new EngineError("RESULT_TOO_LARGE", params, { origin: { site: job.site } }));
      return false;
    }
    running.deliver(resultOf(task.partition, output, job));
    return true;
  }

  has(submission: number): boolean {
    return this.#jobs.has(submission);
  }

  /** Local properties of the first job that a stage runs for. */
  propertiesOf(stage: number): Job["properties"] {
    return [...this.#jobs.values()].find(({ stages }) => stages.has(stage))?.job.properties ?? {};
  }

  /** Jobs that need one stage and were planned without another. */
  needingWithout(stage: number, other: number): number[] {
    return this.submissions.filter((submission) => {
      const stages = this.#jobs.get(submission)?.stages;
      return stages?.has(stage) && !stages.has(other);
    });
  }
}

/** Why a job was cancelled, in the words of whoever did it. */
const cancellation = (reason: unknown): EngineError =>
  reason instanceof EngineError ? reason : new EngineError("JOB_CANCELLED", { reason: "by its caller" });
