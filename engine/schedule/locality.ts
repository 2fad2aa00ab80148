/**
 * Delay scheduling: a task waits some time for a slot where its data is. Spark's levels between PROCESS_LOCAL and ANY
 * have no counterpart, for an executor takes the place of the node; tasks without preference never wait.
 *
 * A stage may run its tasks anywhere once it has waited for `localityWaitMs` without all offered slots being used, or
 * when there is nothing to wait for. It waits again from the moment at which a round left no slot unused and placed a
 * task where its data is.
 */
import { isExcluded, isTaskExcluded } from "./exclusion.js";
import { type ExecutorState, type SchedulerState, type StageState, takesTasks } from "./state.js";
import { hasLocal } from "./waiting.js";

export function mayRunAnywhere(state: SchedulerState, stage: StageState): boolean {
  const { locality } = stage;
  if (locality.anywhere) return true;
  if (hasLocalTask(state, stage) && state.nowMs - locality.resetMs < state.settings.localityWaitMs) return false;
  locality.anywhere = true;
  return true;
}

/** Whether a waiting task would get a slot where it prefers, if it waited for it. */
function hasLocalTask(state: SchedulerState, stage: StageState): boolean {
  for (const id of [...stage.waiting.byExecutor.keys()]) {
    const executor = state.executors.get(id);
    if (!executor || !isFit(state, stage, executor)) continue;
    if (hasLocal(stage, id, (task) => !isTaskExcluded(state, stage, task, executor))) return true;
  }
  return false;
}

/** Whether an executor can take tasks of this stage, when it has free slots. */
export const isFit = (state: SchedulerState, stage: StageState, executor: ExecutorState): boolean =>
  takesTasks(executor) && executor.slots >= state.settings.cpusPerTask && !isExcluded(state, stage, executor);

/** A round of offers to a stage is over. */
export function noteRound(
  state: SchedulerState,
  { locality }: StageState,
  round: { readonly launched: boolean; readonly local: boolean; readonly rejected: boolean },
): void {
  const deadlineMs = locality.resetMs + state.settings.localityWaitMs;
  if (round.rejected) state.localityAtMs = Math.min(state.localityAtMs, deadlineMs);
  else if (round.launched) {
    locality.resetMs = state.nowMs;
    locality.anywhere = !round.local;
  }
}
