/** Stages whose tasks start together, as Spark's barrier execution mode has it. */
import { EngineError } from "../errors.js";
import { launchAttempt } from "./attempts.js";
import { isFit } from "./locality.js";
import { resetStage } from "./outputs.js";
import { findPlaceNow } from "./places.js";
import { startStage } from "./stages.js";
import type { ExecutorState, SchedulerState, StageState, Turn } from "./state.js";

/** Starts all tasks if there is a slot for each, else none. */
export function launchTogether(turn: Turn, stage: StageState): boolean {
  const { state } = turn;
  // It was stopped on its way when nobody needed it, and is needed again.
  if (stage.waiting.count < stage.tasks.size) resetStage(turn, stage);
  if (countSlots(state, stage, ({ free }) => free) < stage.tasks.size) {
    if (countSlots(state, stage, ({ slots }) => slots) < stage.tasks.size) state.shortOfSlots.add(stage);
    return false;
  }
  endSlotCheck(state, stage);
  startStage(turn, stage);
  for (let place = findPlaceNow(state, stage); place; place = findPlaceNow(state, stage)) {
    launchAttempt(turn, stage, place);
  }
  return true;
}

/** How many tasks of the stage the executors could run at once. */
function countSlots(state: SchedulerState, stage: StageState, slotsOf: (executor: ExecutorState) => number): number {
  let slots = 0;
  for (const executor of state.executors.values()) {
    if (isFit(state, stage, executor)) slots += Math.floor(slotsOf(executor) / state.settings.cpusPerTask);
  }
  return slots;
}

function endSlotCheck({ shortOfSlots }: SchedulerState, stage: StageState): void {
  shortOfSlots.delete(stage);
  stage.slotCheck = null;
}

/** A stage that wants more slots than there are, busy ones included, fails when that does not change. */
export function checkSlots(turn: Turn): void {
  const { state } = turn;
  const { checkIntervalMs, maxCheckFailures } = state.settings.barrier;
  for (const stage of state.shortOfSlots) {
    const { failures, nextMs } = stage.slotCheck ?? { failures: 0, nextMs: state.nowMs };
    if (state.nowMs < nextMs) continue;
    const slots = countSlots(state, stage, (executor) => executor.slots);
    if (slots >= stage.tasks.size) endSlotCheck(state, stage);
    else if (failures < maxCheckFailures) {
      stage.slotCheck = { failures: failures + 1, nextMs: state.nowMs + checkIntervalMs };
    } else {
      const params = { stage: stage.spec.id, tasks: stage.tasks.size, slots };
      turn.failed.push({ stage, task: null, error: new EngineError("BARRIER_SLOTS", params).toData() });
    }
  }
}
