/** Where a waiting task of a stage can run now. */
import type { Place } from "./attempts.js";
import { isTaskExcluded } from "./exclusion.js";
import { isFit, mayRunAnywhere } from "./locality.js";
import { refreshQueue } from "./pools.js";
import { needsCopy } from "./speculation.js";
import type { ExecutorState, SchedulerState, StageState, TaskState } from "./state.js";
import { takeBound, takeLocal, takeUnbound } from "./waiting.js";

/** What one round of offers came to, for one stage. */
export interface Round {
  launched: boolean;
  local: boolean;
  /** A slot stays free because tasks wait for another. */
  rejected: boolean;
}

/** The task is taken from the waiting ones. */
export function findPlace(state: SchedulerState, stage: StageState, round: Round): Place | null {
  return (
    localPlace(state, stage) ??
    anyPlace(state, stage, takeUnbound, "NO_PREF") ??
    patientPlace(state, stage, round) ??
    placeOfCopy(state, stage)
  );
}

/** The same without waiting for a better one. */
export const findPlaceNow = (state: SchedulerState, stage: StageState): Place | null =>
  localPlace(state, stage) ??
  anyPlace(state, stage, takeUnbound, "NO_PREF") ??
  anyPlace(state, stage, takeBound, "ANY");

const hasRoom = (state: SchedulerState, stage: StageState, executor: ExecutorState): boolean =>
  executor.free >= state.settings.cpusPerTask && isFit(state, stage, executor);

/** A task goes where it prefers. */
function localPlace(state: SchedulerState, stage: StageState): Place | null {
  if (stage.waiting.byExecutor.size === 0) return null;
  for (const id of [...stage.waiting.byExecutor.keys()]) {
    const executor = state.executors.get(id);
    if (!executor || !hasRoom(state, stage, executor)) continue;
    const task = takeLocal(stage, id, (found) => !isTaskExcluded(state, stage, found, executor));
    if (task) return { task, executor, locality: "PROCESS_LOCAL", speculative: false };
  }
  return null;
}

/** A task goes where it does not prefer to be, once it has waited long enough. */
function patientPlace(state: SchedulerState, stage: StageState, round: Round): Place | null {
  if (stage.waiting.bound.length === 0) return null;
  if (mayRunAnywhere(state, stage)) return anyPlace(state, stage, takeBound, "ANY");
  round.rejected ||= mostFree(state, stage) !== null;
  return null;
}

/** The executor with the most free slots takes the first task that it may have. */
function anyPlace(
  state: SchedulerState,
  stage: StageState,
  take: typeof takeBound,
  locality: Place["locality"],
): Place | null {
  if (stage.waiting.count === 0) return null;
  const tried = new Set<ExecutorState>();
  for (let executor = mostFree(state, stage); executor; executor = mostFree(state, stage, tried)) {
    const taker = executor;
    const task = take(stage, (found) => !isTaskExcluded(state, stage, found, taker));
    if (task) return { task, executor, locality, speculative: false };
    tried.add(executor);
    if (!state.settings.exclusion.enabled) return null;
  }
  return null;
}

function mostFree(
  state: SchedulerState,
  stage: StageState,
  without: ReadonlySet<ExecutorState> | null = null,
): ExecutorState | null {
  let best: ExecutorState | null = null;
  for (const executor of state.executors.values()) {
    if (best && executor.free <= best.free) continue;
    if (hasRoom(state, stage, executor) && !without?.has(executor)) best = executor;
  }
  return best;
}

/** A copy runs on an executor that had no attempt of the task, where it prefers to be if there is one. */
function placeOfCopy(state: SchedulerState, stage: StageState): Place | null {
  if (stage.slow.length === 0) return null;
  stage.slow = stage.slow.filter((partition) => isStillSlow(stage.tasks.get(partition)));
  for (const [index, partition] of stage.slow.entries()) {
    const task = stage.tasks.get(partition);
    const place = task && placeFor(state, stage, task);
    if (!place) continue;
    stage.slow.splice(index, 1);
    return place;
  }
  refreshQueue(stage);
  return null;
}

const isStillSlow = (task: TaskState | undefined): boolean => task?.slow === true && needsCopy(task);

function placeFor(state: SchedulerState, stage: StageState, task: TaskState): Place | null {
  let best: ExecutorState | null = null;
  for (const executor of state.executors.values()) {
    if (hasRun(task, executor) || isTaskExcluded(state, stage, task, executor)) continue;
    if (!hasRoom(state, stage, executor)) continue;
    if (task.preferred.includes(executor.id)) return { task, executor, locality: "PROCESS_LOCAL", speculative: true };
    if (!best || executor.free > best.free) best = executor;
  }
  const locality = task.preferred.length > 0 ? "ANY" : "NO_PREF";
  return best && { task, executor: best, locality, speculative: true };
}

/** In this attempt of the stage, or still from one before. */
const hasRun = ({ ranOn, attempts }: TaskState, { id }: ExecutorState): boolean =>
  ranOn.includes(id) || attempts.some(({ launch }) => launch.executor === id);
