/** When the scheduler has something to do although nothing happens. */
import { idleUntilMs } from "./allocation.js";
import type { SchedulerState } from "./state.js";

/** The moment at which to send a `tick`, unless another event comes first; null: none is needed. */
export function wakeAtMs(state: SchedulerState): number | null {
  const moments = [
    state.localityAtMs,
    speculateAtMs(state),
    state.exclusion.nextExpiryMs + 1,
    ...[...state.unschedulable].map(({ unschedulableAtMs }) => unschedulableAtMs ?? Number.POSITIVE_INFINITY),
    ...[...state.shortOfSlots].map(({ slotCheck }) => slotCheck?.nextMs ?? Number.POSITIVE_INFINITY),
    allocateAtMs(state),
  ];
  const next = Math.min(...moments);
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/** Only while something runs that may be slow. */
const speculateAtMs = ({ settings, executors, speculateAtMs: next }: SchedulerState): number =>
  settings.speculation.enabled && [...executors.values()].some(({ attempts }) => attempts.size > 0)
    ? next
    : Number.POSITIVE_INFINITY;

function allocateAtMs(state: SchedulerState): number {
  const { allocation, settings, executors } = state;
  if (!settings.allocation.enabled) return Number.POSITIVE_INFINITY;
  // An executor that is kept although its time is over waits for an event.
  const releases = [...executors.values()]
    .map((executor) => idleUntilMs(state, executor))
    .filter((atMs) => atMs > state.nowMs);
  return Math.min(allocation.addAtMs ?? Number.POSITIVE_INFINITY, ...releases);
}
