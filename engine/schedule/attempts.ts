/** Attempts from launch to end, and the slots that they take. */
import { releaseCommit } from "./commit.js";
import { insert } from "./median.js";
import { refreshQueue } from "./pools.js";
import type { Launch } from "./stage.js";
import {
  type AttemptState,
  type ExecutorState,
  type StageState,
  type TaskState,
  type Turn,
  takesTasks,
} from "./state.js";
import { addWaiting, removeWaiting } from "./waiting.js";

export interface Place {
  readonly task: TaskState;
  readonly executor: ExecutorState;
  readonly locality: Launch["locality"];
  readonly speculative: boolean;
}

/** Starts an attempt of a task that was taken from the waiting ones, or a copy of a slow one. */
export function launchAttempt(turn: Turn, stage: StageState, place: Place): void {
  const { state, actions } = turn;
  const { task, executor, locality, speculative } = place;
  const launch: Launch = {
    stage: stage.spec.id,
    partition: task.partition,
    attempt: task.nextAttempt++,
    executor: executor.id,
    stageAttempt: stage.attempt,
    taskId: state.nextTaskId++,
    speculative,
    locality,
  };
  const { nowMs: startedMs, events: event } = state;
  const attempt: AttemptState = { launch, stage, task, executor, startedMs, event, killed: false };
  if (!speculative) removeWaiting(stage.waiting);
  task.status = "running";
  task.slow = false;
  task.attempts.push(attempt);
  if (state.settings.speculation.enabled) noteIn(stage, task).ranOn.push(executor.id);
  takeSlots(turn, attempt);
  refreshQueue(stage);
  actions.push({ kind: "launch", ...launch });
}

/** What was noted of a task holds in one attempt of its stage, as in Spark's TaskSetManager. */
export function noteIn(stage: StageState, task: TaskState): TaskState {
  if (task.notedIn !== stage.attempt) {
    task.notedIn = stage.attempt;
    task.failures = 0;
    task.ranOn = [];
  }
  return task;
}

function takeSlots({ state }: Turn, attempt: AttemptState): void {
  const { executor, stage } = attempt;
  const { cpusPerTask } = state.settings;
  executor.attempts.add(attempt);
  executor.free -= cpusPerTask;
  state.free -= cpusPerTask;
  stage.live += 1;
  stage.running += 1;
  if (stage.pool) stage.pool.running += 1;
}

/** The end of the attempt was reported, or its executor is gone: its slots are free. */
export function endAttempt({ state, unused }: Turn, attempt: AttemptState, succeeded: boolean): void {
  const { executor, stage, task, killed } = attempt;
  const { cpusPerTask } = state.settings;
  task.attempts.splice(task.attempts.indexOf(attempt), 1);
  executor.attempts.delete(attempt);
  executor.free += cpusPerTask;
  if (takesTasks(executor)) state.free += cpusPerTask;
  if (executor.attempts.size === 0) executor.idleSinceMs = state.nowMs;
  stage.live -= 1;
  if (!killed) stage.running -= 1;
  if (stage.pool) stage.pool.running -= 1;
  if (stage.live === 0 && stage.jobs.size === 0) unused.push(stage);
  if (!succeeded) releaseCommit(stage, attempt.launch);
  else if (stage.durations) insert(stage.durations, state.nowMs - attempt.startedMs);
}

/** Its end was not asked for and brought nothing: unless a copy runs on, the task waits for its next attempt. */
export function giveUpAttempt(turn: Turn, attempt: AttemptState): void {
  endAttempt(turn, attempt, false);
  if (!attempt.killed) waitAgain(attempt);
}

/** Nobody wants what the attempt will bring. The task waits, unless a copy runs on or it is done. */
export function killAttempt({ actions }: Turn, attempt: AttemptState): void {
  if (attempt.killed) return;
  attempt.killed = true;
  attempt.stage.running -= 1;
  actions.push({ kind: "kill", ...attempt.launch });
  waitAgain(attempt);
}

function waitAgain({ stage, task }: AttemptState): void {
  if (task.status !== "running" || task.attempts.some(({ killed }) => !killed)) return;
  task.status = "waiting";
  task.slow = false;
  addWaiting(stage.waiting, task);
  refreshQueue(stage);
}

/** Kills what runs of a stage. */
export function killAttempts(turn: Turn, stage: StageState): void {
  if (stage.running === 0) return;
  for (const { attempts } of stage.tasks.values()) for (const attempt of attempts) killAttempt(turn, attempt);
}
