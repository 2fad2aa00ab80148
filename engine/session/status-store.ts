/** What became of jobs and stages, learned from events: what the status tracker answers from. */
import type { EventOf, JobResult, ListenerEvent, StageInfo } from "./listener-event.js";
import { propertyNames } from "./local-properties.js";

export type JobStatus = "RUNNING" | "SUCCEEDED" | "FAILED";

export interface JobRecord {
  readonly id: number;
  /** The stages that were still to be run when it started. */
  readonly stageIds: readonly number[];
  readonly group: string | null;
  status: JobStatus;
}

/** The last attempt at a stage. */
export interface StageRecord {
  readonly id: number;
  readonly name: string;
  readonly tasks: number;
  readonly attempt: number;
  status: "waiting" | "running" | "succeeded" | "failed";
  runningTasks: number;
  completedTasks: number;
  failedTasks: number;
}

export interface Retained {
  /** How many ended jobs are remembered. */
  readonly jobs: number;
  /** How many ended stages. */
  readonly stages: number;
}

type Handlers = { readonly [K in ListenerEvent["kind"]]?: (event: EventOf<K>) => void };

const newStage = ({ stageId, name, numTasks, attemptNumber }: StageInfo): StageRecord => ({
  id: stageId,
  name,
  tasks: numTasks,
  attempt: attemptNumber,
  status: "waiting",
  runningTasks: 0,
  completedTasks: 0,
  failedTasks: 0,
});

export class StatusStore {
  readonly #retained: Retained;
  readonly #jobs = new Map<number, JobRecord>();
  readonly #stages = new Map<number, StageRecord>();

  constructor(retained: Retained) {
    this.#retained = retained;
  }

  readonly #handlers: Handlers = {
    jobStart: (event) => this.#jobStarted(event),
    jobEnd: ({ jobId, jobResult }) => this.#jobEnded(jobId, jobResult),
    stageSubmitted: ({ stageInfo }) =>
      this.#stages.set(stageInfo.stageId, { ...newStage(stageInfo), status: "running" }),
    stageCompleted: ({ stageInfo }) => this.#stageEnded(stageInfo),
    taskStart: ({ stageId, stageAttemptId }) => {
      const stage = this.#attempt(stageId, stageAttemptId);
      if (stage) stage.runningTasks++;
    },
    taskEnd: (event) => this.#taskEnded(event),
  };

  apply(event: ListenerEvent): void {
    (this.#handlers[event.kind] as ((event: ListenerEvent) => void) | undefined)?.(event);
  }

  /** The newest first. */
  get jobs(): readonly JobRecord[] {
    return [...this.#jobs.values()].reverse();
  }

  get runningStages(): readonly StageRecord[] {
    return [...this.#stages.values()].filter(({ status }) => status === "running");
  }

  job(id: number): JobRecord | undefined {
    return this.#jobs.get(id);
  }

  stage(id: number): StageRecord | undefined {
    return this.#stages.get(id);
  }

  #jobStarted({ jobId, stageInfos, properties }: EventOf<"jobStart">): void {
    const isDone = ({ stageId }: StageInfo): boolean => this.#stages.get(stageId)?.status === "succeeded";
    const stageIds = stageInfos.filter((info) => !isDone(info)).map(({ stageId }) => stageId);
    const group = properties[propertyNames.group] ?? null;
    this.#jobs.set(jobId, { id: jobId, stageIds, group, status: "RUNNING" });
    for (const info of stageInfos) {
      const known = this.#stages.get(info.stageId);
      if (!known) this.#stages.set(info.stageId, newStage(info));
    }
  }

  #jobEnded(id: number, result: JobResult): void {
    const job = this.#jobs.get(id);
    if (job) job.status = result.kind === "succeeded" ? "SUCCEEDED" : "FAILED";
    dropOldest(this.#jobs, this.#retained.jobs, ({ status }) => status !== "RUNNING");
    const needed = new Set([...this.#jobs.values()].flatMap(({ stageIds }) => stageIds));
    dropOldest(this.#stages, this.#retained.stages, (stage) => stage.status !== "running" && !needed.has(stage.id));
  }

  #stageEnded({ stageId, attemptNumber, failureReason }: StageInfo): void {
    const stage = this.#attempt(stageId, attemptNumber);
    if (stage) stage.status = failureReason === null ? "succeeded" : "failed";
  }

  #taskEnded({ stageId, stageAttemptId, reason }: EventOf<"taskEnd">): void {
    const stage = this.#attempt(stageId, stageAttemptId);
    if (!stage) return;
    // A task whose output was lost ended long ago.
    if (reason.kind === "resubmitted") {
      stage.completedTasks--;
      return;
    }
    stage.runningTasks--;
    if (reason.kind === "success") stage.completedTasks++;
    else if (reason.kind !== "taskKilled" && reason.kind !== "taskCommitDenied") stage.failedTasks++;
  }

  #attempt(stageId: number, attempt: number): StageRecord | undefined {
    const stage = this.#stages.get(stageId);
    return stage?.attempt === attempt ? stage : undefined;
  }
}

/** Forgets the oldest of those that may be forgotten, until no more than `limit` are left. */
function dropOldest<T>(records: Map<number, T>, limit: number, isDroppable: (record: T) => boolean): void {
  if (records.size <= limit) return;
  for (const [id, record] of records) {
    if (records.size <= limit) return;
    if (isDroppable(record)) records.delete(id);
  }
}
