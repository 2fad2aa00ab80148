/**
 * As many executors as there is work for: the rules of Spark's ExecutorAllocationManager and ExecutorMonitor. A backlog
 * that lasts asks for one more executor, then two, four and so on; an idle executor is released.
 */
import { releaseExecutor } from "./executors.js";
import { type ExecutorState, type SchedulerState, type Turn, takesTasks } from "./state.js";

/** Called after every event. */
export function allocateExecutors(turn: Turn): void {
  const { state } = turn;
  const { allocation, settings } = state;
  const { enabled, minExecutors, initialExecutors } = settings.allocation;
  if (!enabled) return;
  allocation.target ??= Math.max(minExecutors, initialExecutors);
  noteBacklog(state);
  adjustTarget(state);
  requestMissing(turn);
  releaseIdle(turn);
}

const hasBacklog = ({ pools }: SchedulerState): boolean => [...pools.values()].some(({ queue }) => queue.length > 0);

function noteBacklog(state: SchedulerState): void {
  const { allocation, settings } = state;
  if (!hasBacklog(state)) {
    allocation.addAtMs = null;
    allocation.step = 1;
    return;
  }
  allocation.initial = false;
  allocation.addAtMs ??= state.nowMs + settings.allocation.backlogTimeoutMs;
}

function adjustTarget(state: SchedulerState): void {
  const { allocation, settings, nowMs } = state;
  const target = allocation.target ?? 0;
  const needed = countNeeded(state);
  if (allocation.initial) return;
  const isDue = allocation.addAtMs !== null && nowMs >= allocation.addAtMs;
  if (needed < target) {
    allocation.target = Math.max(needed, settings.allocation.minExecutors);
    allocation.step = 1;
  } else if (isDue) raiseTarget(state, needed);
  if (isDue) allocation.addAtMs = nowMs + settings.allocation.sustainedBacklogTimeoutMs;
}

function raiseTarget(state: SchedulerState, needed: number): void {
  const { allocation, settings } = state;
  const { minExecutors, maxExecutors } = settings.allocation;
  const before = allocation.target ?? 0;
  const raised = Math.min(Math.max(before, countTakers(state)) + allocation.step, needed, maxExecutors);
  allocation.target = Math.max(raised, minExecutors);
  allocation.step = allocation.target - before === allocation.step ? allocation.step * 2 : 1;
}

/** Executors that waiting and running tasks would fill, and one more for every stage with a task that fits nowhere. */
function countNeeded({ pools, executors, unschedulable, settings }: SchedulerState): number {
  const { ratio, slotsPerExecutor } = settings.allocation;
  let tasks = 0;
  for (const { queue } of pools.values()) for (const { waiting, slow } of queue) tasks += waiting.count + slow.length;
  for (const { attempts } of executors.values()) tasks += attempts.size;
  const tasksPerExecutor = Math.max(Math.floor(slotsPerExecutor / settings.cpusPerTask), 1);
  return Math.ceil((tasks * ratio) / tasksPerExecutor) + unschedulable.size;
}

const countTakers = ({ executors }: SchedulerState): number => [...executors.values()].filter(takesTasks).length;

/** Those that were lost are replaced too. */
function requestMissing({ state, actions }: Turn): void {
  const { allocation } = state;
  const count = (allocation.target ?? 0) - countTakers(state) - allocation.requested;
  if (count <= 0) return;
  allocation.requested += count;
  actions.push({ kind: "requestExecutors", count });
}

function releaseIdle(turn: Turn): void {
  const { state } = turn;
  let left = countTakers(state);
  for (const executor of state.executors.values()) {
    const floor = Math.max(state.settings.allocation.minExecutors, state.allocation.target ?? 0);
    if (state.nowMs < idleUntilMs(state, executor)) continue;
    state.allocation.initial = false;
    if (left <= floor) continue;
    releaseExecutor(turn, executor, state.settings.decommissionsIdle);
    left -= 1;
  }
}

/** When the executor is released, should nothing happen; infinity: it is used, or was released. */
export function idleUntilMs(state: SchedulerState, executor: ExecutorState): number {
  const { idleTimeoutMs, cachedIdleTimeoutMs, shuffleTracking, shuffleTimeoutMs } = state.settings.allocation;
  if (!takesTasks(executor) || executor.attempts.size > 0) return Number.POSITIVE_INFINITY;
  const stages = shuffleTracking ? [...(state.outputs.get(executor.id)?.byStage.keys() ?? [])] : [];
  if (stages.some((id) => (state.stages.get(id)?.jobs.size ?? 0) > 0)) return Number.POSITIVE_INFINITY;
  const timeouts = [
    executor.cachedBlocks > 0 ? cachedIdleTimeoutMs : idleTimeoutMs,
    ...(stages.length > 0 ? [shuffleTimeoutMs] : []),
  ];
  return executor.idleSinceMs + Math.max(...timeouts);
}
