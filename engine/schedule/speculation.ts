/** Copies of tasks that are slow for their stage: the rules of Spark's TaskSetManager. */
import { countOf, medianOf } from "./median.js";
import { refreshQueue } from "./pools.js";
import { type AttemptState, isBarrier, type SchedulerState, type StageState, type TaskState } from "./state.js";

/** Looks at what runs, once per interval. */
export function findSlowTasks(state: SchedulerState): void {
  const { speculation } = state.settings;
  if (!speculation.enabled || state.nowMs < state.speculateAtMs) return;
  state.speculateAtMs = state.nowMs + speculation.intervalMs;
  for (const { attempts } of state.executors.values()) {
    for (const attempt of attempts) if (isSlow(state, attempt)) copyLater(attempt);
  }
}

function isSlow(state: SchedulerState, { stage, task, startedMs, killed }: AttemptState): boolean {
  if (killed || task.slow || !needsCopy(task)) return false;
  const thresholdMs = thresholdOf(state, stage);
  return thresholdMs !== null && state.nowMs - startedMs > thresholdMs;
}

/** One attempt of it runs, and no other. */
export const needsCopy = ({ status, attempts }: TaskState): boolean =>
  status === "running" && attempts.filter(({ killed }) => !killed).length === 1;

function copyLater({ stage, task }: AttemptState): void {
  task.slow = true;
  stage.slow.push(task.partition);
  refreshQueue(stage);
}

/** How long a task of the stage may run before it is slow; null when that cannot be told. */
function thresholdOf({ settings }: SchedulerState, stage: StageState): number | null {
  const { quantile, multiplier, minTaskRuntimeMs, taskDurationThresholdMs } = settings.speculation;
  const { durations, attemptTasks } = stage;
  if (!durations || isBarrier(stage)) return null;
  const isEnough = countOf(durations) >= Math.max(Math.floor(quantile * attemptTasks), 1);
  if (isEnough && (attemptTasks > 1 || taskDurationThresholdMs !== null)) {
    return Math.max(multiplier * medianOf(durations), minTaskRuntimeMs);
  }
  const slots = Math.max(Math.floor(settings.allocation.slotsPerExecutor / settings.cpusPerTask), 1);
  return attemptTasks <= slots ? taskDurationThresholdMs : null;
}
