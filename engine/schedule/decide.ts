/**
 * The scheduler: what happened goes in, what is to be done comes out. It knows no clock, socket or process, so that
 * seeded histories of losses and failures are played through it in milliseconds.
 *
 * `decide` owns the state it is given and returns it changed: the caller goes on with what was returned.
 */
import type { ErrorData } from "../errors.js";
import type { AttemptId, Launch, StageSpec } from "./stage.js";

export type SchedulerEvent =
  /** Stages in order of dependency, `result` last; stages known already are shared, not run again. */
  | {
      readonly kind: "jobSubmitted";
      readonly job: number;
      readonly stages: readonly StageSpec[];
      readonly partitions: readonly number[];
    }
  | { readonly kind: "jobCancelled"; readonly job: number }
  | { readonly kind: "executorAdded"; readonly executor: number; readonly slots: number }
  /** The process is gone; `outputsLost` when what its tasks wrote went with it. */
  | {
      readonly kind: "executorLost";
      readonly executor: number;
      readonly outputsLost: boolean;
      readonly error: ErrorData;
    }
  | { readonly kind: "taskSucceeded"; readonly task: AttemptId }
  /** `permanent`: another attempt cannot help. */
  | { readonly kind: "taskFailed"; readonly task: AttemptId; readonly error: ErrorData; readonly permanent: boolean }
  /** The task could not read the output of a partition of a parent stage; not the task's own failure. */
  | {
      readonly kind: "fetchFailed";
      readonly task: AttemptId;
      readonly lost: { readonly stage: number; readonly partition: number };
      readonly error: ErrorData;
    }
  /** Nobody can ask for this stage's outputs any more. */
  | { readonly kind: "stageForgotten"; readonly stage: number };

export type SchedulerAction =
  | ({ readonly kind: "launch" } & Launch)
  | ({ readonly kind: "kill" } & Launch)
  /** The result of this attempt, and of no other of its partition, belongs to the job. */
  | { readonly kind: "deliver"; readonly job: number; readonly task: AttemptId }
  /** The outputs of this attempt, and of no other of its partition, are read by later stages. */
  | { readonly kind: "keepOutput"; readonly task: AttemptId }
  | { readonly kind: "stageStarted"; readonly stage: number }
  | { readonly kind: "stageEnded"; readonly stage: number; readonly succeeded: boolean }
  | { readonly kind: "jobSucceeded"; readonly job: number }
  | {
      readonly kind: "jobFailed";
      readonly job: number;
      readonly task: AttemptId | null;
      readonly error: ErrorData | null;
    }
  | { readonly kind: "replaceExecutor"; readonly executor: number };

interface TaskState {
  status: "waiting" | "running" | "done";
  failures: number;
  nextAttempt: number;
  running: Launch | null;
  /** Where the output was written. */
  executor: number | null;
}

interface StageState {
  readonly spec: StageSpec;
  readonly tasks: Map<number, TaskState>;
  /** Partitions that wait for a slot, in the order in which they get one. */
  readonly waiting: Set<number>;
  /** Partitions that are not done. */
  remaining: number;
  started: boolean;
  /** How often the stage ran again because outputs were lost. */
  reruns: number;
}

interface JobState {
  readonly id: number;
  readonly stages: readonly number[];
  readonly result: number;
  readonly partitions: readonly number[];
}

export interface SchedulerLimits {
  /** Failures of one task that end its job: Spark's `spark.task.maxFailures`. */
  readonly maxTaskFailures: number;
  /** Reruns of one stage after lost outputs: Spark's `spark.stage.maxConsecutiveAttempts`. */
  readonly maxStageReruns: number;
}

export interface SchedulerState {
  readonly limits: SchedulerLimits;
  readonly executors: Map<number, { readonly slots: number; running: number }>;
  readonly stages: Map<number, StageState>;
  /** In order of submission, which is their order of service. */
  readonly jobs: Map<number, JobState>;
}

export const initialState = (limits: SchedulerLimits): SchedulerState => ({
  limits,
  executors: new Map(),
  stages: new Map(),
  jobs: new Map(),
});

export interface Decision {
  readonly state: SchedulerState;
  readonly actions: readonly SchedulerAction[];
}

type Handlers = {
  readonly [K in SchedulerEvent["kind"]]: (
    state: SchedulerState,
    event: Extract<SchedulerEvent, { kind: K }>,
    actions: SchedulerAction[],
  ) => void;
};

const newTask = (): TaskState => ({ status: "waiting", failures: 0, nextAttempt: 0, running: null, executor: null });

const newStage = (spec: StageSpec, partitions: readonly number[]): StageState => ({
  spec,
  tasks: new Map(partitions.map((partition) => [partition, newTask()])),
  waiting: new Set(partitions),
  remaining: partitions.length,
  started: false,
  reruns: 0,
});

const isDone = (stage: StageState | undefined): boolean => stage?.remaining === 0;

/** The task, if this attempt is the one that runs; a late word of an attempt given up is not heard. */
function runningTask(state: SchedulerState, id: AttemptId): { stage: StageState; task: TaskState } | null {
  const stage = state.stages.get(id.stage);
  const task = stage?.tasks.get(id.partition);
  return stage && task?.running?.attempt === id.attempt ? { stage, task } : null;
}

/** The attempt is over: its slot is free. */
function endAttempt(state: SchedulerState, task: TaskState): void {
  const executor = task.running && state.executors.get(task.running.executor);
  if (executor) executor.running -= 1;
  task.running = null;
}

/** The attempt is over without a result: the partition waits for its next one. */
function giveUpAttempt(state: SchedulerState, stage: StageState, partition: number, task: TaskState): void {
  endAttempt(state, task);
  task.status = "waiting";
  stage.waiting.add(partition);
}

const jobsOf = (state: SchedulerState, stage: number): JobState[] =>
  [...state.jobs.values()].filter((job) => job.stages.includes(stage));

/** Takes a job out; stages that no other job needs are stopped, finished outputs stay for later jobs. */
function removeJob(state: SchedulerState, job: JobState, actions: SchedulerAction[]): void {
  state.jobs.delete(job.id);
  for (const id of job.stages) {
    const stage = state.stages.get(id);
    if (!stage || jobsOf(state, id).length > 0) continue;
    const succeeded = isDone(stage);
    for (const [partition, task] of stage.tasks) {
      if (!task.running) continue;
      actions.push({ kind: "kill", ...task.running });
      giveUpAttempt(state, stage, partition, task);
    }
    if (stage.started && !succeeded) actions.push({ kind: "stageEnded", stage: id, succeeded });
    stage.started = stage.started && succeeded;
    if (stage.spec.role === "result") state.stages.delete(id);
  }
}

function failJobs(
  state: SchedulerState,
  stage: number,
  task: AttemptId | null,
  error: ErrorData,
  actions: SchedulerAction[],
): void {
  for (const job of jobsOf(state, stage)) {
    actions.push({ kind: "jobFailed", job: job.id, task, error });
    removeJob(state, job, actions);
  }
}

/** One more failure of a task: another attempt, or the end of the jobs that need it. */
function countFailure(
  state: SchedulerState,
  { stage, task }: { stage: StageState; task: TaskState },
  id: AttemptId,
  { error, permanent }: { error: ErrorData; permanent: boolean },
  actions: SchedulerAction[],
): void {
  giveUpAttempt(state, stage, id.partition, task);
  task.failures += 1;
  if (permanent || task.failures >= state.limits.maxTaskFailures) failJobs(state, id.stage, id, error, actions);
}

/** Outputs that are gone are computed again, no others. */
function loseOutput(
  state: SchedulerState,
  stage: StageState,
  partition: number,
  error: ErrorData,
  actions: SchedulerAction[],
): void {
  const task = stage.tasks.get(partition);
  if (task?.status !== "done") return;
  if (isDone(stage)) {
    stage.reruns += 1;
    stage.started = false;
  }
  task.status = "waiting";
  task.executor = null;
  stage.waiting.add(partition);
  stage.remaining += 1;
  if (stage.reruns > state.limits.maxStageReruns) failJobs(state, stage.spec.id, null, error, actions);
}

const handlers: Handlers = {
  jobSubmitted(state, { job, stages, partitions }) {
    const result = stages[stages.length - 1]?.id ?? -1;
    for (const spec of stages) {
      if (state.stages.has(spec.id)) continue;
      const wanted =
        spec.id === result ? partitions : Array.from({ length: spec.partitions }, (_, partition) => partition);
      state.stages.set(spec.id, newStage(spec, wanted));
    }
    state.jobs.set(job, { id: job, stages: stages.map((stage) => stage.id), result, partitions });
  },

  jobCancelled(state, { job: id }, actions) {
    const job = state.jobs.get(id);
    if (!job) return;
    actions.push({ kind: "jobFailed", job: id, task: null, error: null });
    removeJob(state, job, actions);
  },

  executorAdded(state, { executor, slots }) {
    state.executors.set(executor, { slots, running: 0 });
  },

  executorLost(state, { executor, outputsLost, error }, actions) {
    if (!state.executors.delete(executor)) return;
    actions.push({ kind: "replaceExecutor", executor });
    for (const stage of [...state.stages.values()]) {
      for (const [partition, task] of stage.tasks) {
        if (task.running?.executor === executor) {
          countFailure(state, { stage, task }, task.running, { error, permanent: false }, actions);
        } else if (outputsLost && task.executor === executor && stage.spec.role === "outputs") {
          loseOutput(state, stage, partition, error, actions);
        }
      }
    }
  },

  taskSucceeded(state, { task: id }, actions) {
    const found = runningTask(state, id);
    if (!found) return;
    const { stage, task } = found;
    task.executor = task.running?.executor ?? null;
    endAttempt(state, task);
    task.status = "done";
    stage.remaining -= 1;
    if (stage.spec.role === "outputs") actions.push({ kind: "keepOutput", task: id });
    else for (const job of jobsOf(state, id.stage)) actions.push({ kind: "deliver", job: job.id, task: id });
    if (!isDone(stage)) return;
    actions.push({ kind: "stageEnded", stage: id.stage, succeeded: true });
    if (stage.spec.role === "outputs") return;
    for (const job of jobsOf(state, id.stage)) {
      actions.push({ kind: "jobSucceeded", job: job.id });
      removeJob(state, job, actions);
    }
  },

  taskFailed(state, { task: id, error, permanent }, actions) {
    const found = runningTask(state, id);
    if (found) countFailure(state, found, id, { error, permanent }, actions);
  },

  fetchFailed(state, { task: id, lost, error }, actions) {
    const found = runningTask(state, id);
    if (!found) return;
    giveUpAttempt(state, found.stage, id.partition, found.task);
    const parent = state.stages.get(lost.stage);
    if (parent) loseOutput(state, parent, lost.partition, error, actions);
  },

  stageForgotten(state, { stage }) {
    if (jobsOf(state, stage).length === 0) state.stages.delete(stage);
  },
};

/** Every waiting task of a stage whose parents are done goes to the executor with the most free slots. */
function launchTasks(state: SchedulerState, actions: SchedulerAction[]): void {
  let free = [...state.executors.values()].reduce((sum, { slots, running }) => sum + slots - running, 0);
  for (const job of state.jobs.values()) {
    for (const id of job.stages) {
      if (free === 0) return;
      const stage = state.stages.get(id);
      const isReady = stage?.spec.parents.every((parent) => isDone(state.stages.get(parent)));
      if (!stage || !isReady) continue;
      for (const partition of stage.waiting) {
        if (free === 0) return;
        launch(state, stage, partition, actions);
        free -= 1;
      }
    }
  }
}

function launch(state: SchedulerState, stage: StageState, partition: number, actions: SchedulerAction[]): void {
  const task = stage.tasks.get(partition);
  if (!task) return;
  stage.waiting.delete(partition);
  const [executor, load] = [...state.executors].reduce((best, next) =>
    next[1].slots - next[1].running > best[1].slots - best[1].running ? next : best,
  );
  if (!stage.started) actions.push({ kind: "stageStarted", stage: stage.spec.id });
  stage.started = true;
  load.running += 1;
  task.status = "running";
  task.running = { stage: stage.spec.id, partition, attempt: task.nextAttempt++, executor };
  actions.push({ kind: "launch", ...task.running });
}

/** A job all of whose partitions were asked for in vain: none. */
function finishEmptyJobs(state: SchedulerState, actions: SchedulerAction[]): void {
  for (const job of [...state.jobs.values()]) {
    if (job.partitions.length > 0) continue;
    actions.push({ kind: "jobSucceeded", job: job.id });
    removeJob(state, job, actions);
  }
}

/** Takes in one event. Equal states and events give equal decisions. */
export function decide(state: SchedulerState, event: SchedulerEvent): Decision {
  const actions: SchedulerAction[] = [];
  (handlers[event.kind] as (state: SchedulerState, event: SchedulerEvent, actions: SchedulerAction[]) => void)(
    state,
    event,
    actions,
  );
  finishEmptyJobs(state, actions);
  launchTasks(state, actions);
  return { state, actions };
}
