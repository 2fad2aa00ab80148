/**
 * Tasks that wait for a slot. As in Spark's TaskSetManager they lie in stacks, one per preferred executor, lowest
 * partition on top, and a task that failed comes back on top. A task is taken out of one stack only: elsewhere its
 * entry is seen to be stale when it comes up.
 */
import type { StageState, TaskState, WaitingTasks } from "./state.js";

export const noneWaiting = (): WaitingTasks => ({ count: 0, unbound: [], bound: [], byExecutor: new Map() });

/** Empties the stacks and fills them with every task that waits. */
export function refillWaiting({ tasks, waiting }: StageState): void {
  waiting.count = 0;
  clear(waiting);
  for (const task of [...tasks.values()].reverse()) if (task.status === "waiting") addWaiting(waiting, task);
}

export function addWaiting(waiting: WaitingTasks, task: TaskState): void {
  waiting.count += 1;
  stack(waiting, task);
}

/** One task less waits; with the last one all stale entries go. */
export function removeWaiting(waiting: WaitingTasks): void {
  waiting.count -= 1;
  if (waiting.count === 0) clear(waiting);
}

export function preferExecutors({ waiting }: StageState, task: TaskState, executors: readonly number[]): void {
  task.preferred = executors;
  if (task.status === "waiting") stack(waiting, task);
}

function stack(waiting: WaitingTasks, { partition, preferred }: TaskState): void {
  if (preferred.length === 0) waiting.unbound.push(partition);
  else waiting.bound.push(partition);
  for (const executor of preferred) {
    const list = waiting.byExecutor.get(executor);
    if (list) list.push(partition);
    else waiting.byExecutor.set(executor, [partition]);
  }
}

function clear(waiting: WaitingTasks): void {
  waiting.unbound = [];
  waiting.bound = [];
  waiting.byExecutor.clear();
}

/** Which tasks an entry may still stand for. */
type Holds = (task: TaskState) => boolean;

const isUnbound: Holds = ({ status, preferred }) => status === "waiting" && preferred.length === 0;
const isBound: Holds = ({ status, preferred }) => status === "waiting" && preferred.length > 0;

/** Takes the first task without preference that passes. */
export const takeUnbound = (stage: StageState, passes: Holds): TaskState | null =>
  take(stage, stage.waiting.unbound, isUnbound, passes, true);

/** Takes the first task with preferences that passes. */
export const takeBound = (stage: StageState, passes: Holds): TaskState | null =>
  take(stage, stage.waiting.bound, isBound, passes, true);

/** Takes the first task that prefers this executor and passes. */
export const takeLocal = (stage: StageState, executor: number, passes: Holds): TaskState | null =>
  takeFrom(stage, executor, passes, true);

/** Whether a task prefers this executor and passes. */
export const hasLocal = (stage: StageState, executor: number, passes: Holds): boolean =>
  takeFrom(stage, executor, passes, false) !== null;

function takeFrom(stage: StageState, executor: number, passes: Holds, remove: boolean): TaskState | null {
  const list = stage.waiting.byExecutor.get(executor);
  if (!list) return null;
  const holds: Holds = ({ status, preferred }) => status === "waiting" && preferred.includes(executor);
  const task = take(stage, list, holds, passes, remove);
  if (list.length === 0) stage.waiting.byExecutor.delete(executor);
  return task;
}

/** A waiting task that has no place among others: the one that failed last, if one did. */
export function lastWaiting(stage: StageState): TaskState | null {
  const { bound, unbound } = stage.waiting;
  const anyone: Holds = () => true;
  return take(stage, unbound, isUnbound, anyone, false) ?? take(stage, bound, isBound, anyone, false);
}

function take({ tasks }: StageState, list: number[], holds: Holds, passes: Holds, remove: boolean): TaskState | null {
  for (let index = list.length - 1; index >= 0; index--) {
    const task = tasks.get(list[index] ?? -1);
    const isStale = !task || !holds(task);
    if (!isStale && !passes(task)) continue;
    // Nearly always the last entry.
    if (isStale || remove) list.splice(index, 1);
    if (!isStale) return task;
  }
  return null;
}
