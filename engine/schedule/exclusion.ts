/**
 * Executors on which tasks failed get no more of the same tasks, then none of the same stage, then none at all for some
 * time: the rules of Spark's TaskSetExcludelist and HealthTracker, with the executor in the place of the node.
 */
import { releaseExecutor } from "./executors.js";
import type { AttemptState, ExecutorState, SchedulerState, StageState, TaskState, Turn } from "./state.js";

/** A task failed on an executor, in a way that counts. */
export function noteFailure({ state }: Turn, { stage, task, executor }: AttemptState): void {
  const { enabled, applicationEnabled, maxFailedTasksPerExecutorInStage } = state.settings.exclusion;
  if (!enabled && !applicationEnabled) return;
  const failures = stage.failedOn.get(executor.id) ?? new Map<number, { count: number; lastMs: number }>();
  stage.failedOn.set(executor.id, failures);
  const count = (failures.get(task.partition)?.count ?? 0) + 1;
  failures.set(task.partition, { count, lastMs: state.nowMs });
  if (enabled && failures.size >= maxFailedTasksPerExecutorInStage) stage.excluded.add(executor.id);
}

/** Whether the executor gets nothing of this stage. */
export const isExcluded = (state: SchedulerState, stage: StageState, executor: ExecutorState): boolean =>
  stage.excluded.has(executor.id) || state.exclusion.untilMs.has(executor.id);

/** Whether the executor does not get this task. */
export function isTaskExcluded(
  { settings }: SchedulerState,
  stage: StageState,
  task: TaskState,
  executor: ExecutorState,
): boolean {
  const { enabled, maxTaskAttemptsPerExecutor } = settings.exclusion;
  if (!enabled) return false;
  return (stage.failedOn.get(executor.id)?.get(task.partition)?.count ?? 0) >= maxTaskAttemptsPerExecutor;
}

/** A stage succeeded in spite of its failures: they may have been the executors' fault. */
export function blameExecutors(turn: Turn, stage: StageState): void {
  const { settings, exclusion, nowMs, executors } = turn.state;
  if (!settings.exclusion.applicationEnabled) return;
  for (const [id, failed] of stage.failedOn) {
    const executor = executors.get(id);
    if (!executor) continue;
    const earlier = exclusion.failures.get(id) ?? [];
    const added = [...failed.values()].map(({ lastMs }) => ({ expiresMs: lastMs + settings.exclusion.timeoutMs }));
    const failures = [...earlier, ...added].filter(({ expiresMs }) => expiresMs >= nowMs);
    exclusion.failures.set(id, failures);
    if (failures.length >= settings.exclusion.maxFailedTasksPerExecutor) exclude(turn, executor);
  }
}

/** The outputs of an executor cannot be read. */
export function blameSource(turn: Turn, id: number): void {
  const executor = turn.state.executors.get(id);
  const { applicationEnabled, onFetchFailure } = turn.state.settings.exclusion;
  if (executor && applicationEnabled && onFetchFailure) exclude(turn, executor);
}

function exclude(turn: Turn, executor: ExecutorState): void {
  const { exclusion, settings, nowMs } = turn.state;
  if (exclusion.untilMs.has(executor.id)) return;
  const untilMs = nowMs + settings.exclusion.timeoutMs;
  exclusion.failures.delete(executor.id);
  exclusion.untilMs.set(executor.id, untilMs);
  exclusion.nextExpiryMs = Math.min(exclusion.nextExpiryMs, untilMs);
  if (settings.exclusion.killExcludedExecutors) releaseExecutor(turn, executor);
}

/** Executors whose time is over get tasks again. */
export function endExclusions({ exclusion, nowMs }: SchedulerState): void {
  if (nowMs <= exclusion.nextExpiryMs) return;
  for (const [executor, untilMs] of exclusion.untilMs) if (untilMs < nowMs) exclusion.untilMs.delete(executor);
  exclusion.nextExpiryMs = Math.min(Number.POSITIVE_INFINITY, ...exclusion.untilMs.values());
}

/** Ids of executors are used once. */
export function forgetFailuresOn({ exclusion }: SchedulerState, executor: number): void {
  exclusion.failures.delete(executor);
  exclusion.untilMs.delete(executor);
}
