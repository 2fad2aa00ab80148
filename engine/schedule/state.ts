/**
 * What the scheduler knows. The state is changed in place, by `decide` alone; each part of it is small, or found by its
 * id, so that no event looks through all tasks or all jobs.
 */
import type { ErrorData } from "../errors.js";
import type { SchedulerAction } from "./action.js";
import type { MedianHeap } from "./median.js";
import type { SchedulerSettings } from "./settings.js";
import type { AttemptId, Launch, StageSpec } from "./stage.js";

/** An attempt from its launch until its end is reported. */
export interface AttemptState {
  readonly launch: Launch;
  readonly stage: StageState;
  readonly task: TaskState;
  readonly executor: ExecutorState;
  readonly startedMs: number;
  /** The event with which it started: it reads outputs kept until then. */
  readonly event: number;
  /** It was given up: its slot is taken still, its word counts no more. */
  killed: boolean;
}

/** The attempt that did a task, and where its output lies. */
export interface TaskResult {
  readonly attempt: number;
  readonly executor: number;
  /** With which it came to lie there. */
  readonly event: number;
  /** It lay elsewhere before. */
  readonly moved: boolean;
}

export interface TaskState {
  readonly partition: number;
  status: "waiting" | "running" | "done";
  nextAttempt: number;
  /** Those whose end was not reported. */
  attempts: AttemptState[];
  output: TaskResult | null;
  preferred: readonly number[];
  /** The stage attempt of which the next two tell. */
  notedIn: number;
  /** Failures that count. */
  failures: number;
  /** Executors that had an attempt of it, where speculation asks. */
  ranOn: number[];
  /** A copy of it waits for a slot. */
  slow: boolean;
}

/** Waiting tasks by where they may run. The lists are stacks; entries that hold no more are dropped when they come up. */
export interface WaitingTasks {
  count: number;
  /** Tasks without preference. */
  unbound: number[];
  /** Tasks with preferences. */
  bound: number[];
  readonly byExecutor: Map<number, number[]>;
}

/** Failures of a stage attempt by executor and partition. */
export type FailuresOnExecutors = Map<number, Map<number, { count: number; lastMs: number }>>;

export interface StageState {
  readonly spec: StageSpec;
  readonly tasks: Map<number, TaskState>;
  readonly waiting: WaitingTasks;
  /** Partitions of slow tasks that wait for a copy. */
  slow: number[];
  /** Partitions that are not done. */
  remaining: number;
  /** Jobs that list it, and those of them that it ends. */
  readonly jobs: Set<number>;
  readonly endsJobs: Set<number>;
  /** Stages that read its outputs. */
  readonly children: Set<number>;
  /** Jobs that it ends, and unfinished stages in demand that read it. None: it does not run. */
  demand: number;
  /** In demand, not done, and all that it reads is there. */
  ready: boolean;
  /** -1 before the first one. */
  attempt: number;
  /** An attempt of the stage goes on. */
  started: boolean;
  /** Tasks that this attempt of the stage began with. */
  attemptTasks: number;
  /** Attempts of the stage that failed since it last succeeded, or was last asked for. */
  failedAttempts: number;
  /** It or a stage above is indeterminate. */
  readonly varies: boolean;
  /** Another one whenever all outputs are computed anew and may differ. */
  generation: number;
  /** Generations of the parents that its outputs were computed from; null: there are none. */
  inputs: readonly number[] | null;
  /** Attempts whose end was not reported, and those of them that were not given up. */
  live: number;
  running: number;
  /** The attempt that may commit, by partition. */
  readonly committers: Map<number, number>;
  readonly locality: LocalityState;
  durations: MedianHeap | null;
  failedOn: FailuresOnExecutors;
  readonly excluded: Set<number>;
  /** When it is given up because a task fits nowhere. */
  unschedulableAtMs: number | null;
  slotCheck: { failures: number; nextMs: number } | null;
  /** `stageForgotten` was said. */
  forgotten: boolean;
  /** Null while no job lists it. */
  pool: Pool | null;
  /** Its place in the pool: the first job that lists it. */
  priority: number;
  queued: boolean;
  /** The last event in which it found no slot. */
  blockedIn: number;
}

/** Delay scheduling: see `locality.ts`. */
export interface LocalityState {
  anywhere: boolean;
  resetMs: number;
}

export interface JobState {
  readonly id: number;
  /** All that may have to run for it. */
  readonly stages: readonly number[];
  /** The one that ends it. */
  readonly last: number;
  readonly pool: string;
}

export interface ExecutorState {
  readonly id: number;
  readonly slots: number;
  free: number;
  readonly attempts: Set<AttemptState>;
  decommissioning: boolean;
  /** It was asked to end. */
  releasing: boolean;
  idleSinceMs: number;
  cachedBlocks: number;
}

/** Outputs by the executor that wrote them, which may be gone. */
export interface OutputsOfExecutor {
  readonly byStage: Map<number, Set<number>>;
  /** The executor is gone, and was meant to go. */
  decommissioned: boolean;
}

export interface Pool {
  readonly name: string;
  readonly mode: "FIFO" | "FAIR";
  readonly weight: number;
  readonly minShare: number;
  /** Attempts whose end was not reported. */
  running: number;
  /** Stages that use it, whether they wait or not. */
  stages: number;
  /** Stages with tasks that can start, in order of job and stage. */
  readonly queue: StageState[];
  /** Stages before this place found no slot in this round. */
  cursor: number;
}

export interface ExclusionState {
  /** Failed tasks of finished stages, by executor. */
  readonly failures: Map<number, { readonly expiresMs: number }[]>;
  /** Excluded executors, and until when. */
  readonly untilMs: Map<number, number>;
  nextExpiryMs: number;
}

export interface AllocationState {
  /** How many executors there should be; null before the first event. */
  target: number | null;
  /** How many more in the next round. */
  step: number;
  /** When more are asked for, if the backlog lasts. */
  addAtMs: number | null;
  /** No stage has started yet, so the initial executors are kept. */
  initial: boolean;
  /** Asked for and not there yet. */
  requested: number;
}

export interface SchedulerState {
  readonly settings: SchedulerSettings;
  nowMs: number;
  /** Counts events. */
  events: number;
  nextTaskId: number;
  nextGeneration: number;
  readonly executors: Map<number, ExecutorState>;
  /** Free slots of executors that take tasks. */
  free: number;
  readonly outputs: Map<number, OutputsOfExecutor>;
  readonly stages: Map<number, StageState>;
  readonly jobs: Map<number, JobState>;
  readonly pools: Map<string, Pool>;
  /** The earliest moment at which a waiting task may run away from where it prefers. */
  localityAtMs: number;
  speculateAtMs: number;
  readonly unschedulable: Set<StageState>;
  /** Barrier stages for which there are too few slots in all. */
  readonly shortOfSlots: Set<StageState>;
  readonly exclusion: ExclusionState;
  readonly allocation: AllocationState;
}

export const initialState = (settings: SchedulerSettings): SchedulerState => ({
  settings,
  nowMs: 0,
  events: 0,
  nextTaskId: 0,
  nextGeneration: 1,
  executors: new Map(),
  free: 0,
  outputs: new Map(),
  stages: new Map(),
  jobs: new Map(),
  pools: new Map(),
  localityAtMs: Number.POSITIVE_INFINITY,
  speculateAtMs: 0,
  unschedulable: new Set(),
  shortOfSlots: new Set(),
  exclusion: { failures: new Map(), untilMs: new Map(), nextExpiryMs: Number.POSITIVE_INFINITY },
  allocation: { target: null, step: 1, addAtMs: null, initial: true, requested: 0 },
});

/** A stage that cannot go on: the jobs that need it fail, once the event is worked in. */
export interface FailedStage {
  readonly stage: StageState;
  readonly task: AttemptId | null;
  readonly error: ErrorData;
}

/** One event's way through the scheduler. */
export interface Turn {
  readonly state: SchedulerState;
  readonly actions: SchedulerAction[];
  readonly failed: FailedStage[];
  /** Stages that have neither jobs nor attempts any more. */
  readonly unused: StageState[];
}

export const isDone = (stage: StageState | undefined): boolean => stage?.remaining === 0;

export const isBarrier = (stage: StageState): boolean => stage.spec.barrier === true;

export const takesTasks = (executor: ExecutorState): boolean => !executor.decommissioning && !executor.releasing;

/** The attempt, if its end was not reported before. */
export const attemptOf = (state: SchedulerState, id: AttemptId): AttemptState | undefined =>
  state.stages
    .get(id.stage)
    ?.tasks.get(id.partition)
    ?.attempts.find(({ launch }) => launch.attempt === id.attempt);
