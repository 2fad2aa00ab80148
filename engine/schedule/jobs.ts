/** Jobs from submission to end: Spark's DAGScheduler as its callers see it. */
import { endAttempt, killAttempt } from "./attempts.js";
import type { SchedulerEvent } from "./event.js";
import { blameExecutors } from "./exclusion.js";
import { forgetStageOutputs, keepOutput } from "./outputs.js";
import { assignPool, defaultPool } from "./pools.js";
import { type AttemptId, idOf, type StageSpec } from "./stage.js";
import { addStage, completeStage, parentsOf, renewStage, unwant, want } from "./stages.js";
import {
  type AttemptState,
  attemptOf,
  isBarrier,
  isDone,
  type JobState,
  type SchedulerState,
  type StageState,
  type Turn,
} from "./state.js";

export function submitJob(turn: Turn, event: Extract<SchedulerEvent, { kind: "jobSubmitted" }>): void {
  const { job: id, stages: specs, partitions, pool = defaultPool } = event;
  const { state } = turn;
  const last = specs.at(-1)?.id ?? -1;
  for (const spec of specs) {
    if (state.stages.has(spec.id)) renewStage(state, spec);
    else addStage(state, spec, wantedOf(spec, partitions));
  }
  const job: JobState = { id, stages: stagesAbove(state, last), last, pool };
  state.jobs.set(id, job);
  for (const stage of job.stages) listStage(state, job, stage);
  const stage = state.stages.get(last);
  stage?.endsJobs.add(id);
  if (stage) want(turn, stage);
  if (isDone(stage)) succeedJob(turn, job);
}

const wantedOf = ({ role, partitions: count }: StageSpec, partitions: readonly number[]): number[] =>
  role === "result" ? [...new Set(partitions)] : Array.from({ length: count }, (_, partition) => partition);

/** A stage and all that it may have to read, whether the job was submitted with them or they were known before. */
function stagesAbove(state: SchedulerState, last: number): number[] {
  const reached = new Set([last]);
  for (const id of reached) for (const parent of state.stages.get(id)?.spec.parents ?? []) reached.add(parent);
  return [...reached].filter((id) => state.stages.has(id));
}

function listStage(state: SchedulerState, job: JobState, id: number): void {
  const stage = state.stages.get(id);
  if (!stage) return;
  for (const parent of parentsOf(state, stage.spec)) parent.children.add(id);
  stage.jobs.add(job.id);
  assignPool(state, stage);
}

export function cancelJob(turn: Turn, id: number): void {
  const job = turn.state.jobs.get(id);
  if (!job) return;
  turn.actions.push({ kind: "jobFailed", job: id, task: null, error: null });
  removeJob(turn, job);
}

/** Jobs that need a stage which cannot go on. */
export function failJobs(turn: Turn): void {
  for (let failed = turn.failed.shift(); failed; failed = turn.failed.shift()) {
    const { stage, task, error } = failed;
    for (const id of [...stage.jobs]) {
      const job = turn.state.jobs.get(id);
      if (!job || !needs(turn.state, job, stage)) continue;
      turn.actions.push({ kind: "jobFailed", job: id, task, error });
      removeJob(turn, job);
    }
  }
}

/** Whether the stage is one that the job ends with, or is read on the way there: stages that are done read nothing. */
function needs(state: SchedulerState, job: JobState, wanted: StageState): boolean {
  const seen = new Set([job.last]);
  for (const id of seen) {
    const stage = state.stages.get(id);
    if (stage === wanted) return true;
    if (stage && !isDone(stage)) for (const parent of stage.spec.parents) seen.add(parent);
  }
  return false;
}

function succeedJob(turn: Turn, job: JobState): void {
  turn.actions.push({ kind: "jobSucceeded", job: job.id });
  removeJob(turn, job);
}

/** Takes a job out; stages that no other job needs are stopped, finished outputs stay for later jobs. */
function removeJob(turn: Turn, job: JobState): void {
  const { state } = turn;
  state.jobs.delete(job.id);
  const last = state.stages.get(job.last);
  last?.endsJobs.delete(job.id);
  if (last) unwant(turn, last);
  for (const id of job.stages) {
    const stage = state.stages.get(id);
    if (!stage) continue;
    stage.jobs.delete(job.id);
    assignPool(state, stage);
    if (stage.jobs.size === 0) turn.unused.push(stage);
  }
}

/** The first success of a task counts, copies of it end. */
export function succeedTask(turn: Turn, id: AttemptId): void {
  const attempt = attemptOf(turn.state, id);
  if (!attempt || attempt.killed) {
    discard(turn, id, attempt);
    return;
  }
  const { stage, task } = attempt;
  endAttempt(turn, attempt, true);
  keepOutput(turn, attempt);
  for (const copy of task.attempts) killAttempt(turn, copy);
  if (!isBarrier(stage)) deliver(turn, stage, attempt.launch);
  if (isDone(stage)) finishStage(turn, stage);
}

/** A late word, perhaps a second one of the attempt that counts. */
function discard(turn: Turn, id: AttemptId, attempt: AttemptState | undefined): void {
  if (attempt) endAttempt(turn, attempt, false);
  const kept = turn.state.stages.get(id.stage)?.tasks.get(id.partition)?.output?.attempt;
  if (kept !== id.attempt) turn.actions.push({ kind: "discard", task: idOf(id) });
}

function deliver({ actions }: Turn, { spec, endsJobs }: StageState, id: AttemptId): void {
  if (spec.role === "result") for (const job of endsJobs) actions.push({ kind: "deliver", job, task: idOf(id) });
}

function finishStage(turn: Turn, stage: StageState): void {
  if (isBarrier(stage)) deliverTogether(turn, stage);
  blameExecutors(turn, stage);
  completeStage(turn, stage);
  for (const id of [...stage.endsJobs]) {
    const job = turn.state.jobs.get(id);
    if (job) succeedJob(turn, job);
  }
}

/** What the tasks of a barrier stage brought counts when all of them have succeeded. */
function deliverTogether(turn: Turn, stage: StageState): void {
  for (const { partition, output } of stage.tasks.values()) {
    if (output) deliver(turn, stage, { stage: stage.spec.id, partition, attempt: output.attempt });
  }
}

export function forgetStage(turn: Turn, id: number): void {
  const stage = turn.state.stages.get(id);
  if (!stage) turn.actions.push({ kind: "removeStage", stage: id });
  else {
    stage.forgotten = true;
    turn.unused.push(stage);
  }
}

/** Stages to which nobody comes back: results, and outputs that were forgotten. */
export function removeUnused({ state, actions, unused }: Turn): void {
  for (const stage of unused) {
    const { id, role } = stage.spec;
    const isUsed = stage.jobs.size > 0 || stage.live > 0 || state.stages.get(id) !== stage;
    if (isUsed || !(stage.forgotten || role === "result")) continue;
    state.stages.delete(id);
    for (const parent of parentsOf(state, stage.spec)) parent.children.delete(id);
    if (role === "outputs") forgetStageOutputs(state, id);
    if (stage.forgotten) actions.push({ kind: "removeStage", stage: id });
  }
}
