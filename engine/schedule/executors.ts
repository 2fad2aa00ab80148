/** Executors come and go. */
import { type ExecutorState, type Turn, takesTasks } from "./state.js";

export function addExecutor({ state }: Turn, id: number, slots: number): void {
  if (state.executors.has(id)) return;
  state.executors.set(id, {
    id,
    slots,
    free: slots,
    attempts: new Set(),
    decommissioning: false,
    releasing: false,
    idleSinceMs: state.nowMs,
    cachedBlocks: 0,
  });
  state.free += slots;
  state.allocation.requested = Math.max(0, state.allocation.requested - 1);
}

/** From now on it gets no tasks. */
export function retireExecutor(
  { state }: Turn,
  executor: ExecutorState,
  reason: "decommissioning" | "releasing",
): void {
  if (takesTasks(executor)) state.free -= executor.free;
  executor[reason] = true;
}

export function releaseExecutor(turn: Turn, executor: ExecutorState, migrates = false): void {
  if (!takesTasks(executor)) return;
  retireExecutor(turn, executor, "releasing");
  turn.actions.push({ kind: "releaseExecutor", executor: executor.id, ...(migrates && { migrates }) });
}

/** Those that were to leave when their tasks are done, and whose tasks are done. */
export function releaseLeaving({ state, actions }: Turn): void {
  for (const executor of state.executors.values()) {
    if (!executor.decommissioning || executor.releasing || executor.attempts.size > 0) continue;
    executor.releasing = true;
    actions.push({ kind: "releaseExecutor", executor: executor.id, migrates: true });
  }
}
