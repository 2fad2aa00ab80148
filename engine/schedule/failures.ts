/** What goes wrong with attempts, and what it costs: the rules of Spark's TaskSetManager and DAGScheduler. */
import { EngineError, type ErrorData } from "../errors.js";
import { giveUpAttempt, noteIn } from "./attempts.js";
import type { SchedulerEvent } from "./event.js";
import { blameSource, forgetFailuresOn, noteFailure } from "./exclusion.js";
import { retireExecutor } from "./executors.js";
import { isPublished, loseOutput, loseOutputsOf, resetStage } from "./outputs.js";
import { idOf } from "./stage.js";
import { failStageAttempt } from "./stages.js";
import {
  type AttemptState,
  attemptOf,
  type ExecutorState,
  isBarrier,
  type SchedulerState,
  type Turn,
  takesTasks,
} from "./state.js";

type EventOf<K extends SchedulerEvent["kind"]> = Extract<SchedulerEvent, { kind: K }>;

interface Failure {
  readonly error: ErrorData;
  readonly permanent: boolean;
  /** Whether it is the fault of the task. */
  readonly counts: boolean;
}

/** An attempt ended with a failure. */
export function failAttempt(turn: Turn, event: EventOf<"taskFailed">): void {
  const attempt = attemptOf(turn.state, event.task);
  if (!attempt) return;
  giveUpAttempt(turn, attempt);
  const { error, permanent, commitDenied = false } = event;
  if (!attempt.killed) fail(turn, attempt, { error, permanent, counts: !commitDenied });
}

/** An attempt was killed, by the scheduler's wish or not; neither is its fault. */
export function endKilled(turn: Turn, event: EventOf<"taskKilled">): void {
  const attempt = attemptOf(turn.state, event.task);
  if (!attempt) return;
  giveUpAttempt(turn, attempt);
  if (attempt.killed || !isBarrier(attempt.stage)) return;
  const reason = `the task of partition ${event.task.partition} was killed`;
  const error = new EngineError("BARRIER_SYNC_FAILED", { reason }).toData();
  failBarrier(turn, attempt, { error, permanent: false, counts: false });
}

/** One more failure of a task, already given up: another attempt, or the end of the jobs that need it. */
function fail(turn: Turn, attempt: AttemptState, failure: Failure): void {
  if (isBarrier(attempt.stage)) failBarrier(turn, attempt, failure);
  else if (failure.permanent || (failure.counts && failsTooOften(turn, attempt))) giveUpStage(turn, attempt, failure);
}

const giveUpStage = (turn: Turn, { stage, launch }: AttemptState, { error }: Failure): void => {
  turn.failed.push({ stage, task: idOf(launch), error });
};

function failsTooOften(turn: Turn, attempt: AttemptState): boolean {
  const { stage, task, launch } = attempt;
  // An attempt of the stage that has failed as a whole is judged no more.
  if (!stage.started || launch.stageAttempt !== stage.attempt) return false;
  noteFailure(turn, attempt);
  const noted = noteIn(stage, task);
  noted.failures += 1;
  return noted.failures >= turn.state.settings.maxTaskFailures;
}

/** The tasks of a barrier stage fail and start together. What one of them published cannot be taken back. */
function failBarrier(turn: Turn, attempt: AttemptState, failure: Failure): void {
  const { stage, launch } = attempt;
  if (!stage.started || launch.stageAttempt !== stage.attempt) return;
  const isLast = failStageAttempt(turn, stage, launch.stageAttempt, failure.counts);
  if (failure.permanent || isLast || isPublished(stage)) giveUpStage(turn, attempt, failure);
  resetStage(turn, stage);
}

/**
 * An attempt could not read an output. The task is not to blame; its stage attempt has failed, and the output is lost,
 * unless it was computed again since the attempt started.
 */
export function failFetch(turn: Turn, { task: id, lost, error }: EventOf<"fetchFailed">): void {
  const { state } = turn;
  const attempt = attemptOf(state, id);
  if (!attempt) return;
  giveUpAttempt(turn, attempt);
  if (attempt.killed) return;
  const source = state.stages.get(lost.stage);
  const output = source?.tasks.get(lost.partition)?.output;
  const missed = output && output.event <= attempt.event ? output : null;
  const ignored = state.settings.ignoreDecommissionFetchFailure;
  const left = missed ? isLeaving(state, missed.executor) : output?.moved === true;
  const counts = !(left && ignored);
  failFor(turn, attempt, { error, permanent: false, counts });
  if (!source || !missed) return;
  blameSource(turn, missed.executor);
  if (state.executors.has(missed.executor)) loseOutput(turn, source, lost.partition);
  else loseOutputsOf(turn, missed.executor);
}

function failFor(turn: Turn, attempt: AttemptState, failure: Failure): void {
  const { stage, launch } = attempt;
  if (isBarrier(stage)) failBarrier(turn, attempt, failure);
  else if (failStageAttempt(turn, stage, launch.stageAttempt, failure.counts)) giveUpStage(turn, attempt, failure);
}

/** Whether an executor leaves, or has left, on purpose. */
function isLeaving({ executors, outputs }: SchedulerState, id: number): boolean {
  const executor = executors.get(id);
  return executor ? executor.decommissioning || executor.releasing : outputs.get(id)?.decommissioned === true;
}

/** An executor is gone, with the attempts that ran there and perhaps with what others wrote. */
export function loseExecutor(turn: Turn, event: EventOf<"executorLost">): void {
  const { state, actions } = turn;
  const executor = state.executors.get(event.executor);
  if (!executor) return;
  const { error, outputsLost, causedByTask = true } = event;
  const failure = { error, permanent: false, counts: causedByTask && takesTasks(executor) };
  const running = [...executor.attempts].filter(({ killed }) => !killed);
  removeExecutor(turn, executor);
  if (!state.settings.allocation.enabled) actions.push({ kind: "replaceExecutor", executor: executor.id });
  if (outputsLost) loseOutputsOf(turn, executor.id);
  for (const attempt of running) fail(turn, attempt, failure);
}

function removeExecutor(turn: Turn, executor: ExecutorState): void {
  const { state } = turn;
  const outputs = state.outputs.get(executor.id);
  if (outputs) outputs.decommissioned = executor.decommissioning || executor.releasing;
  retireExecutor(turn, executor, "releasing");
  state.executors.delete(executor.id);
  forgetFailuresOn(state, executor.id);
  for (const attempt of [...executor.attempts]) giveUpAttempt(turn, attempt);
}
