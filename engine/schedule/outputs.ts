/**
 * Outputs, as Spark's MapOutputTracker and DAGScheduler keep them: which attempt's output of a partition is read, on
 * which executor it lies, and what has to be computed again when it is lost.
 */
import { EngineError, type ErrorData } from "../errors.js";
import { killAttempts } from "./attempts.js";
import { refreshQueue } from "./pools.js";
import { idOf } from "./stage.js";
import { endStageAttempt, refreshStage, reopenStage } from "./stages.js";
import {
  type AttemptState,
  isBarrier,
  isDone,
  type OutputsOfExecutor,
  type SchedulerState,
  type StageState,
  type TaskState,
  type Turn,
} from "./state.js";
import { addWaiting, refillWaiting } from "./waiting.js";

/** The attempt did its task. */
export function keepOutput({ state, actions }: Turn, { launch, stage, task }: AttemptState): void {
  task.status = "done";
  task.output = { attempt: launch.attempt, executor: launch.executor, event: state.events, moved: false };
  stage.remaining -= 1;
  if (stage.spec.role === "result") return;
  addOutput(state, launch.executor, launch);
  actions.push({ kind: "keepOutput", task: idOf(launch) });
}

function addOutput(state: SchedulerState, executor: number, place: { stage: number; partition: number }): void {
  const { byStage } = outputsOf(state, executor);
  const partitions = byStage.get(place.stage);
  if (partitions) partitions.add(place.partition);
  else byStage.set(place.stage, new Set([place.partition]));
}

/** An output has another place, where tasks that start from now on read it. */
export function moveOutput(
  state: SchedulerState,
  { executor, ...place }: { readonly stage: number; readonly partition: number; readonly executor: number },
): void {
  const task = state.stages.get(place.stage)?.tasks.get(place.partition);
  if (!task?.output || !state.executors.has(executor)) return;
  removeOutput(state, task.output.executor, place.stage, place.partition);
  task.output = { attempt: task.output.attempt, executor, event: state.events, moved: true };
  addOutput(state, executor, place);
}

function outputsOf(state: SchedulerState, executor: number): OutputsOfExecutor {
  const known = state.outputs.get(executor);
  if (known) return known;
  const outputs = { byStage: new Map<number, Set<number>>(), decommissioned: false };
  state.outputs.set(executor, outputs);
  return outputs;
}

/** An output is gone: it is computed again when it is needed, with all others of its stage if they would not fit it. */
export function loseOutput(turn: Turn, stage: StageState, partition: number): void {
  const task = stage.tasks.get(partition);
  if (!task || task.output === null || stage.spec.role === "result") return;
  const wasDone = isDone(stage);
  if (wasDone && (stage.spec.determinism === "indeterminate" || readsOthers(turn.state, stage))) rollBack(turn, stage);
  else if (wasDone && isBarrier(stage)) resetStage(turn, stage);
  else {
    dropResult(turn, stage, task);
    addWaiting(stage.waiting, task);
    refreshQueue(stage);
  }
  if (wasDone) reopenStage(turn, stage);
}

/** All that this executor wrote is gone. */
export function loseOutputsOf(turn: Turn, executor: number): void {
  const { stages, outputs } = turn.state;
  for (const [id, partitions] of outputs.get(executor)?.byStage ?? []) {
    const stage = stages.get(id);
    // Backwards, so that the lowest partition is computed first.
    if (stage)
      for (const partition of [...partitions].sort((left, right) => right - left)) loseOutput(turn, stage, partition);
  }
}

/** Whether some input was computed anew, and differently, since the outputs of this stage were computed from it. */
function readsOthers(state: SchedulerState, { spec, inputs, varies }: StageState): boolean {
  if (!varies || inputs === null) return false;
  return spec.parents.some((id, index) => state.stages.get(id)?.generation !== inputs[index]);
}

/**
 * A stage and all that unfinished stages made of its outputs is computed anew. What was published cannot be: its jobs
 * fail. Finished stages below keep what they have, which was computed from the old outputs alone.
 */
function rollBack(turn: Turn, first: StageState): void {
  const { state } = turn;
  const reached = [first];
  for (let stage = reached.pop(); stage; stage = reached.pop()) {
    if (isPublished(stage)) {
      turn.failed.push({ stage, task: null, error: indeterminateRerun(first, stage) });
      continue;
    }
    resetStage(turn, stage);
    stage.inputs = null;
    stage.generation = state.nextGeneration++;
    refreshStage(state, stage);
    for (const id of stage.children) {
      const child = state.stages.get(id);
      if (child && !isDone(child) && child.inputs !== null) reached.push(child);
    }
  }
}

/** Whether something of the stage may have left, which cannot be taken back. */
export function isPublished(stage: StageState): boolean {
  if (stage.spec.role === "outputs") return false;
  // Results of a barrier stage are held back until all of them are there.
  return stage.committers.size > 0 || (!isBarrier(stage) && stage.remaining < stage.tasks.size);
}

const indeterminateRerun = (lost: StageState, published: StageState): ErrorData =>
  new EngineError("INDETERMINATE_RERUN", { stage: lost.spec.id, result: published.spec.id }).toData();

/** Every task of the stage starts anew. */
export function resetStage(turn: Turn, stage: StageState): void {
  killAttempts(turn, stage);
  for (const task of stage.tasks.values()) if (task.output !== null) dropResult(turn, stage, task);
  endStageAttempt(turn, stage, false);
  refillWaiting(stage);
  refreshQueue(stage);
}

function dropResult({ state, actions }: Turn, stage: StageState, task: TaskState): void {
  const { output, partition } = task;
  if (output === null) return;
  const { id: number, role } = stage.spec;
  task.output = null;
  task.status = "waiting";
  stage.remaining += 1;
  stage.committers.delete(partition);
  if (role === "outputs") removeOutput(state, output.executor, number, partition);
  const id = { stage: number, partition, attempt: output.attempt };
  actions.push({ kind: role === "outputs" ? "dropOutput" : "discard", task: id });
}

function removeOutput(state: SchedulerState, executor: number, stage: number, partition: number): void {
  const partitions = state.outputs.get(executor)?.byStage.get(stage);
  partitions?.delete(partition);
  if (partitions?.size === 0) forgetOutputs(state, executor, stage);
}

/** The executor holds nothing of this stage any more. */
function forgetOutputs(state: SchedulerState, executor: number, stage: number): void {
  const outputs = state.outputs.get(executor);
  outputs?.byStage.delete(stage);
  if (outputs?.byStage.size === 0) state.outputs.delete(executor);
}

/** Nobody asks for the outputs of this stage any more. */
export function forgetStageOutputs(state: SchedulerState, stage: number): void {
  for (const executor of state.outputs.keys()) forgetOutputs(state, executor, stage);
}
