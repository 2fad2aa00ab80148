/**
 * The scheduler: what happened goes in, what is to be done comes out. It knows no clock, socket or process, so that
 * seeded histories of losses and failures are played through it in milliseconds.
 *
 * `decide` owns the state it is given and returns it changed: the caller goes on with what was returned.
 */
import type { SchedulerAction } from "./action.js";
import { allocateExecutors } from "./allocation.js";
import { checkSlots } from "./barrier-stage.js";
import { requestCommit } from "./commit.js";
import type { SchedulerEvent } from "./event.js";
import { endExclusions } from "./exclusion.js";
import { addExecutor, releaseLeaving, retireExecutor } from "./executors.js";
import { endKilled, failAttempt, failFetch, loseExecutor } from "./failures.js";
import { cancelJob, failJobs, forgetStage, removeUnused, submitJob, succeedTask } from "./jobs.js";
import { moveOutput } from "./outputs.js";
import { launchTasks } from "./placement.js";
import { findSlowTasks } from "./speculation.js";
import type { SchedulerState, Turn } from "./state.js";
import { giveUpUnschedulable } from "./unschedulable.js";
import { preferExecutors } from "./waiting.js";

export interface Decision {
  readonly state: SchedulerState;
  readonly actions: readonly SchedulerAction[];
}

type Handlers = {
  readonly [K in SchedulerEvent["kind"]]: (turn: Turn, event: Extract<SchedulerEvent, { kind: K }>) => void;
};

const handlers: Handlers = {
  jobSubmitted: submitJob,
  jobCancelled: (turn, { job }) => cancelJob(turn, job),
  executorAdded: (turn, { executor, slots }) => addExecutor(turn, executor, slots),
  executorStartFailed({ state, actions }, { executor }) {
    state.allocation.requested = Math.max(0, state.allocation.requested - 1);
    if (!state.settings.allocation.enabled) actions.push({ kind: "replaceExecutor", executor });
  },
  executorDecommissioning(turn, { executor: id }) {
    const executor = turn.state.executors.get(id);
    if (executor) retireExecutor(turn, executor, "decommissioning");
  },
  executorLost: loseExecutor,
  blocksChanged({ state }, { executor: id, blocks }) {
    const executor = state.executors.get(id);
    if (executor) executor.cachedBlocks = blocks;
  },
  preferencesChanged({ state }, { stage: id, preferred }) {
    const stage = state.stages.get(id);
    for (const { partition, executors } of preferred) {
      const task = stage?.tasks.get(partition);
      if (stage && task) preferExecutors(stage, task, executors);
    }
  },
  outputMoved: ({ state }, moved) => moveOutput(state, moved),
  taskSucceeded: (turn, { task }) => succeedTask(turn, task),
  taskFailed: failAttempt,
  taskKilled: endKilled,
  fetchFailed: failFetch,
  commitRequested: (turn, { task }) => requestCommit(turn, task),
  stageForgotten: (turn, { stage }) => forgetStage(turn, stage),
  // The time is all there is to it.
  tick() {},
};

/** Takes in one event. Equal states and events give equal decisions. */
export function decide(state: SchedulerState, event: SchedulerEvent): Decision {
  const turn: Turn = { state, actions: [], failed: [], unused: [] };
  state.events += 1;
  state.nowMs = Math.max(state.nowMs, event.nowMs ?? 0);
  endExclusions(state);
  (handlers[event.kind] as (turn: Turn, event: SchedulerEvent) => void)(turn, event);
  findSlowTasks(state);
  failJobs(turn);
  launchTasks(turn);
  checkSlots(turn);
  giveUpUnschedulable(turn);
  failJobs(turn);
  allocateExecutors(turn);
  releaseLeaving(turn);
  removeUnused(turn);
  return { state, actions: turn.actions };
}
