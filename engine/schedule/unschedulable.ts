/**
 * Tasks that fit nowhere, because they failed on every executor or take more slots than one has. They wait for another
 * executor, for which an idle one makes room, and then give up, so that no job hangs for ever.
 */
import { EngineError } from "../errors.js";
import { isTaskExcluded } from "./exclusion.js";
import { releaseExecutor } from "./executors.js";
import { isFit } from "./locality.js";
import {
  type ExecutorState,
  isBarrier,
  type SchedulerState,
  type StageState,
  type TaskState,
  type Turn,
  takesTasks,
} from "./state.js";
import { lastWaiting } from "./waiting.js";

/** Called after slots were offered to the stage. */
export function checkUnschedulable(turn: Turn, stage: StageState, launched: boolean): void {
  const { state } = turn;
  const task = launched || isBarrier(stage) ? null : lastWaiting(stage);
  if (!task || fitsSomewhere(state, stage, task)) {
    endWait(state, stage);
    return;
  }
  const takers = takersOf(state);
  if (stage.unschedulableAtMs !== null || takers.length === 0) return;
  const isTooLarge = takers.every(({ slots }) => slots < state.settings.cpusPerTask);
  const idle = isTooLarge ? undefined : takers.find(({ attempts }) => attempts.size === 0);
  if (idle) releaseExecutor(turn, idle);
  const mayChange = idle !== undefined || isTooLarge || state.settings.allocation.enabled;
  stage.unschedulableAtMs = state.nowMs + (mayChange ? state.settings.exclusion.unschedulableTimeoutMs : 0);
  state.unschedulable.add(stage);
}

const fitsSomewhere = (state: SchedulerState, stage: StageState, task: TaskState): boolean =>
  [...state.executors.values()].some(
    (executor) => isFit(state, stage, executor) && !isTaskExcluded(state, stage, task, executor),
  );

const takersOf = ({ executors }: SchedulerState): ExecutorState[] => [...executors.values()].filter(takesTasks);

function endWait({ unschedulable }: SchedulerState, stage: StageState): void {
  unschedulable.delete(stage);
  stage.unschedulableAtMs = null;
}

/** The wait was in vain. */
export function giveUpUnschedulable({ state, failed }: Turn): void {
  for (const stage of state.unschedulable) {
    const task = lastWaiting(stage);
    if (stage.unschedulableAtMs === null || state.nowMs < stage.unschedulableAtMs) continue;
    endWait(state, stage);
    const slots = Math.max(0, ...takersOf(state).map((executor) => executor.slots));
    const reason =
      slots < state.settings.cpusPerTask
        ? `it takes ${state.settings.cpusPerTask} slots, and none has more than ${slots}`
        : "tasks failed on all of them";
    const params = { stage: stage.spec.id, partition: task?.partition ?? 0, reason };
    failed.push({ stage, task: null, error: new EngineError("TASK_UNSCHEDULABLE", params).toData() });
  }
}
