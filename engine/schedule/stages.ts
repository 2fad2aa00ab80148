/**
 * Which stages run: those that a job ends with, and below them those whose outputs are missing and asked for. Finished
 * outputs are used again, and so is every output that still exists when others of its stage were lost.
 */
import { EngineError } from "../errors.js";
import { killAttempts } from "./attempts.js";
import { newMedianHeap } from "./median.js";
import { refreshQueue } from "./pools.js";
import type { StageSpec } from "./stage.js";
import { isBarrier, isDone, type SchedulerState, type StageState, type TaskState, type Turn } from "./state.js";
import { noneWaiting, refillWaiting } from "./waiting.js";

const newTask = (partition: number, preferred: readonly number[] = []): TaskState => ({
  partition,
  status: "waiting",
  nextAttempt: 0,
  attempts: [],
  output: null,
  preferred,
  notedIn: -1,
  failures: 0,
  ranOn: [],
  slow: false,
});

/** Its parents have been added before. */
export function addStage(state: SchedulerState, spec: StageSpec, partitions: readonly number[]): StageState {
  const tasks = new Map(partitions.map((partition) => [partition, newTask(partition, spec.preferred?.[partition])]));
  const stage = newStage(state, spec, tasks);
  refillWaiting(stage);
  state.stages.set(spec.id, stage);
  return stage;
}

/** A stage that nothing runs or waits for reads from now on what its new description says: blocks may be kept, or lost. */
export function renewStage(state: SchedulerState, spec: StageSpec): void {
  const stage = state.stages.get(spec.id);
  if (!stage || stage.live > 0 || stage.demand > 0) return;
  state.stages.set(spec.id, Object.assign(stage, { spec }));
}

const newStage = (state: SchedulerState, spec: StageSpec, tasks: Map<number, TaskState>): StageState => ({
  spec,
  tasks,
  waiting: noneWaiting(),
  slow: [],
  remaining: tasks.size,
  jobs: new Set(),
  endsJobs: new Set(),
  children: new Set(),
  demand: 0,
  ready: false,
  attempt: -1,
  started: false,
  attemptTasks: 0,
  failedAttempts: 0,
  varies: spec.determinism === "indeterminate" || parentsOf(state, spec).some(({ varies }) => varies),
  generation: firstGeneration(state, spec),
  inputs: null,
  live: 0,
  running: 0,
  committers: new Map(),
  locality: { anywhere: false, resetMs: state.nowMs },
  durations: null,
  failedOn: new Map(),
  excluded: new Set(),
  unschedulableAtMs: null,
  slotCheck: null,
  forgotten: false,
  pool: null,
  priority: Number.POSITIVE_INFINITY,
  queued: false,
  blockedIn: -1,
});

/** A determinate stage made again over the same inputs gives the same; an indeterminate one never does. */
const firstGeneration = (state: SchedulerState, spec: StageSpec): number =>
  spec.determinism === "indeterminate"
    ? state.nextGeneration++
    : Math.max(0, ...parentsOf(state, spec).map(({ generation }) => generation));

export function parentsOf(state: SchedulerState, { parents }: StageSpec): StageState[] {
  return parents.flatMap((id) => state.stages.get(id) ?? []);
}

const childrenOf = (state: SchedulerState, { children }: StageState): StageState[] =>
  [...children].flatMap((id) => state.stages.get(id) ?? []);

// --- demand

/** A job, or a stage that has to run, needs the outputs of this one. */
export function want(turn: Turn, first: StageState): void {
  const reached = [first];
  for (let stage = reached.pop(); stage; stage = reached.pop()) {
    stage.demand += 1;
    if (stage.demand > 1 || isDone(stage)) continue;
    prepareStage(turn, stage);
    reached.push(...parentsOf(turn.state, stage.spec));
  }
}

/** The stage has to run. */
function prepareStage(turn: Turn, stage: StageState): void {
  const { state, failed } = turn;
  if (isBarrier(stage)) state.shortOfSlots.add(stage);
  const unknown = stage.spec.parents.find((id) => !state.stages.has(id));
  if (unknown !== undefined) {
    const reason = `stage ${stage.spec.id} reads stage ${unknown}, which is not known`;
    failed.push({ stage, task: null, error: new EngineError("INTERNAL", { reason }).toData() });
  }
  refreshStage(state, stage);
}

/** One less needs them: what nobody needs stops. */
export function unwant(turn: Turn, first: StageState): void {
  const reached = [first];
  for (let stage = reached.pop(); stage; stage = reached.pop()) {
    stage.demand -= 1;
    if (stage.demand > 0 || isDone(stage)) continue;
    stopStage(turn, stage);
    reached.push(...parentsOf(turn.state, stage.spec));
  }
}

function stopStage(turn: Turn, stage: StageState): void {
  killAttempts(turn, stage);
  endStageAttempt(turn, stage, false);
  forgetWaits(turn.state, stage);
  stage.failedAttempts = 0;
  refreshStage(turn.state, stage);
}

/** What was noted while it waited for slots. */
function forgetWaits({ unschedulable, shortOfSlots }: SchedulerState, stage: StageState): void {
  unschedulable.delete(stage);
  shortOfSlots.delete(stage);
  stage.unschedulableAtMs = null;
  stage.slotCheck = null;
}

/** Whether its tasks may start now. */
export function refreshStage(state: SchedulerState, stage: StageState): void {
  const isReady = stage.demand > 0 && !isDone(stage) && stage.spec.parents.every((id) => isDone(state.stages.get(id)));
  if (isReady && !stage.ready) Object.assign(stage.locality, { anywhere: false, resetMs: state.nowMs });
  stage.ready = isReady;
  refreshQueue(stage);
}

// --- attempts of a stage

/** Called before its first task of an attempt starts. */
export function startStage({ state, actions }: Turn, stage: StageState): void {
  if (stage.started) return;
  stage.started = true;
  stage.attempt += 1;
  stage.attemptTasks = stage.remaining;
  stage.inputs ??= parentsOf(state, stage.spec).map(({ generation }) => generation);
  stage.durations = state.settings.speculation.enabled && !isBarrier(stage) ? newMedianHeap() : null;
  actions.push({ kind: "stageStarted", stage: stage.spec.id, attempt: stage.attempt });
}

export function endStageAttempt({ actions }: Turn, stage: StageState, succeeded: boolean): void {
  if (!stage.started) return;
  stage.started = false;
  stage.failedOn.clear();
  stage.excluded.clear();
  actions.push({ kind: "stageEnded", stage: stage.spec.id, succeeded });
}

/**
 * An attempt of the stage failed as a whole; what runs of it may still bring results. True when it was the last one
 * allowed. Further failures of the same attempt are no news.
 */
export function failStageAttempt(turn: Turn, stage: StageState, attempt: number, counts: boolean): boolean {
  if (!stage.started || attempt !== stage.attempt) return false;
  endStageAttempt(turn, stage, false);
  if (counts) stage.failedAttempts += 1;
  return stage.failedAttempts >= turn.state.settings.maxConsecutiveStageAttempts;
}

/** All partitions are there: stages that read them may start, stages that it reads are needed no more. */
export function completeStage(turn: Turn, stage: StageState): void {
  stage.failedAttempts = 0;
  endStageAttempt(turn, stage, true);
  forgetWaits(turn.state, stage);
  refreshStage(turn.state, stage);
  for (const child of childrenOf(turn.state, stage)) refreshStage(turn.state, child);
  if (stage.demand > 0) for (const parent of parentsOf(turn.state, stage.spec)) unwant(turn, parent);
}

/** Outputs of a finished stage are missing. */
export function reopenStage(turn: Turn, stage: StageState): void {
  for (const child of childrenOf(turn.state, stage)) refreshStage(turn.state, child);
  if (stage.demand === 0) return;
  prepareStage(turn, stage);
  for (const parent of parentsOf(turn.state, stage.spec)) want(turn, parent);
}
