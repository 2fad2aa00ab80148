/**
 * A world in which the scheduler's decisions are carried out: executors with slots, attempts that take their time, files
 * that get lost. It knows the truth, and notes every decision that does not fit it.
 *
 * Data is modelled by its content: what an attempt writes is a number that stands for its stage, its partition and all
 * that it read; an attempt of an indeterminate stage writes another number every time. So outputs that do not fit each
 * other are seen by comparing what they were made from.
 */
import { EngineError, type ErrorData } from "../../../engine/errors.js";
import type { SchedulerAction } from "../../../engine/schedule/action.js";
import { decide } from "../../../engine/schedule/decide.js";
import type { SchedulerEvent } from "../../../engine/schedule/event.js";
import type { SchedulerSettings } from "../../../engine/schedule/settings.js";
import type { AttemptId, Launch, StageSpec } from "../../../engine/schedule/stage.js";
import { initialState, type SchedulerState } from "../../../engine/schedule/state.js";
import { wakeAtMs } from "../../../engine/schedule/wake.js";
import { checkBooks, checkIdleSlots, checkWholeReruns } from "./checks.js";
import type { JobPlan } from "./history.js";

/** An attempt, from its launch until it is over, which the scheduler may hear later or never. */
export interface Run {
  readonly launch: Launch;
  readonly spec: StageSpec;
  /** What it reads, as one number, and the files that hold it. */
  readonly inputs: number;
  readonly files: readonly Output[];
  readonly content: number;
  killed: boolean;
  over: boolean;
  /** It may publish, and it has. */
  allowed: boolean;
  succeeded: boolean;
}

export interface Output {
  readonly stage: number;
  readonly partition: number;
  readonly attempt: number;
  readonly executor: number;
  readonly inputs: number;
  readonly content: number;
  /** The file is gone, whether the scheduler knows or not. */
  lost: boolean;
  /** The scheduler was told, or may conclude it. */
  known: boolean;
  /** It lay on another executor before. */
  readonly moved: boolean;
}

export interface WorldExecutor {
  readonly id: number;
  readonly slots: number;
  readonly runs: Set<Run>;
  alive: boolean;
  retired: boolean;
  released: boolean;
}

export interface WorldJob {
  readonly plan: JobPlan;
  readonly delivered: Map<number, number>;
  end: "none" | "succeeded" | "failed";
}

export class Violation extends Error {}

const data = (reason: string): ErrorData => new EngineError("INTERNAL", { reason }).toData();

/** What goes wrong here; made once, for errors are slow to make. */
export const failures: Readonly<Record<"task" | "permanent" | "fetch" | "executor" | "denied", ErrorData>> = {
  task: data("task"),
  permanent: data("permanent"),
  fetch: data("fetch"),
  executor: data("executor"),
  denied: data("denied"),
};

export const nameOf = ({ stage, partition, attempt }: AttemptId): string => `${stage}/${partition}/${attempt}`;

/** What the world does on the scheduler's behalf; see `troubles.ts`. */
export interface Reactions {
  started(run: Run): void;
  killed(run: Run): void;
  commitAnswered(run: Run, allowed: boolean): void;
  executorWanted(): void;
  executorReleased(executor: WorldExecutor): void;
}

export class World {
  readonly settings: SchedulerSettings;
  readonly executors: Map<number, WorldExecutor> = new Map();
  readonly jobs: Map<number, WorldJob> = new Map();
  readonly specs: Map<number, StageSpec> = new Map();
  readonly runs: Map<string, Run> = new Map();
  readonly outputs: Map<number, Map<number, Output>> = new Map();
  /** Kinds of events and actions that occurred, and codes of the errors that jobs ended with. */
  readonly seen: Set<string> = new Set();
  readonly #told: {
    readonly nowMs: number;
    readonly event: SchedulerEvent;
    readonly actions: readonly SchedulerAction[];
  }[] = [];
  state: SchedulerState;
  nowMs = 0;
  reactions: Reactions | null = null;
  /** Failures that count, by stage, partition and stage attempt. */
  readonly #failures = new Map<string, number>();
  readonly #failedOn = new Set<string>();
  /** Failed attempts of stages since they last succeeded, and whether that is sure. */
  readonly #failedAttempts = new Map<number, Map<number, boolean>>();
  readonly #committed = new Map<string, Run>();
  readonly #contents = new Map<string, number>();
  readonly #nothing = -1;
  #nonce = 0;
  #event: SchedulerEvent = { kind: "tick", nowMs: 0 };
  readonly #launched = new Map<number, Launch[]>();

  constructor(settings: SchedulerSettings) {
    this.settings = settings;
    this.state = initialState(settings);
  }

  /** Tells the scheduler, carries out what it decides, and looks whether that was right. */
  tell(event: SchedulerEvent): void {
    this.#event = event;
    this.#learn(event);
    const { state, actions } = decide(this.state, { ...event, nowMs: this.nowMs });
    this.state = state;
    this.#told.push({ nowMs: this.nowMs, event, actions });
    this.seen.add(event.kind);
    this.#launched.clear();
    for (const action of actions) {
      this.seen.add(action.kind);
      (World.#perform[action.kind] as (world: World, action: SchedulerAction) => void)(this, action);
    }
    this.expect((this.wakeAtMs ?? Number.POSITIVE_INFINITY) > this.nowMs, () => "the scheduler does not sleep");
    this.#checkBarriers();
    checkWholeReruns(this);
    checkIdleSlots(this);
    checkBooks(this);
    if (actions.some(({ kind }) => kind === "stageEnded" || kind === "jobFailed")) this.#checkNeeded();
    for (const stage of this.#failedAttempts.keys()) if (!this.#isNeeded(stage)) this.#failedAttempts.delete(stage);
  }

  /** Readable lines of what happened. */
  log(): string[] {
    const short = (value: unknown): string =>
      JSON.stringify(value, (key, inner) => (key === "error" ? (inner?.params.reason ?? inner?.code) : inner));
    return this.#told.flatMap(({ nowMs, event, actions }) => [
      `${nowMs} ${short(event)}`,
      ...actions.map((action) => `    ${short(action)}`),
    ]);
  }

  /** When the scheduler wants to be woken. */
  get wakeAtMs(): number | null {
    return wakeAtMs(this.state);
  }

  expect(holds: boolean, what: () => string): asserts holds {
    if (!holds) throw new Violation(what());
  }

  addExecutor(id: number, slots: number): void {
    this.executors.set(id, { id, slots, runs: new Set(), alive: true, retired: false, released: false });
    this.tell({ kind: "executorAdded", executor: id, slots });
  }

  /** The attempt is over and says so. */
  report(run: Run, event: SchedulerEvent): void {
    this.end(run);
    if (!run.killed) this.#noteReport(run, event);
    this.tell(event);
    this.#checkStopped([run]);
  }

  /** With one task of a barrier stage, all others of the same attempt end. */
  #checkStopped(ended: readonly Run[]): void {
    for (const { killed, spec, launch } of ended) {
      if (killed || !spec.barrier) continue;
      const others = [...this.runs.values()].filter(
        (run) => !run.killed && run.spec === spec && run.launch.stageAttempt === launch.stageAttempt,
      );
      this.expect(others.length === 0, () => `barrier stage ${spec.id} goes on without ${nameOf(launch)}`);
    }
  }

  #noteReport({ launch, files }: Run, event: SchedulerEvent): void {
    if (event.kind === "taskFailed" && !event.commitDenied) this.#noteFailure(launch, event.permanent);
    if (event.kind !== "fetchFailed") return;
    const { stage, partition } = event.lost;
    const read = files.find((file) => file.stage === stage && file.partition === partition);
    if (!read) return;
    const isCurrent = this.outputs.get(stage)?.get(partition) === read;
    const current = this.outputs.get(stage)?.get(partition);
    const hasLeft = isCurrent ? this.executors.get(read.executor)?.retired : current?.moved;
    if (!hasLeft) this.#noteFailedAttempt(launch, true);
    this.#learnOfFetch(read, isCurrent);
  }

  #noteFailedAttempt({ stage, stageAttempt }: Launch, isSure: boolean): void {
    const current = this.state.stages.get(stage);
    if (!current?.started || current.attempt !== stageAttempt) return;
    const attempts = this.#failedAttempts.get(stage) ?? new Map<number, boolean>();
    this.#failedAttempts.set(stage, attempts.set(stageAttempt, isSure || attempts.get(stageAttempt) === true));
  }

  end(run: Run): void {
    run.over = true;
    this.executors.get(run.launch.executor)?.runs.delete(run);
    this.runs.delete(nameOf(run.launch));
  }

  /** An executor ends, with what ran there. Its files may go too, known to the scheduler or not. */
  executorLost(
    executor: WorldExecutor,
    runs: readonly Run[],
    loss: { readonly outputsLost: boolean; readonly reallyLost: boolean; readonly causedByTask: boolean },
  ): void {
    const { outputsLost, reallyLost, causedByTask } = loss;
    executor.alive = false;
    if (reallyLost) for (const file of this.#filesOf(executor.id)) file.lost = true;
    if (causedByTask && !executor.retired) {
      for (const { launch, killed } of runs) if (!killed) this.#noteFailure(launch, false, !outputsLost);
    }
    const error = failures.executor;
    this.tell({ kind: "executorLost", executor: executor.id, outputsLost, error, causedByTask });
    this.#checkStopped(runs);
  }

  /** Files of one executor are read from another from now on. */
  moveFiles(from: number, to: number): void {
    for (const file of this.#filesOf(from)) {
      if (file.lost) continue;
      this.outputs.get(file.stage)?.set(file.partition, { ...file, executor: to, moved: true });
      this.tell({ kind: "outputMoved", stage: file.stage, partition: file.partition, executor: to });
      file.lost = true;
    }
  }

  #filesOf(executor: number): Output[] {
    return [...this.outputs.values()]
      .flatMap((files) => [...files.values()])
      .filter((file) => file.executor === executor);
  }

  // --- what the scheduler is told changes what it should do

  #learn(event: SchedulerEvent): void {
    if (event.kind === "jobSubmitted") for (const spec of event.stages) this.specs.set(spec.id, spec);
    if (event.kind === "executorLost" && event.outputsLost) this.#loseFiles(event.executor);
  }

  #loseFiles(executor: number): void {
    for (const file of this.#filesOf(executor)) Object.assign(file, { lost: true, known: true });
  }

  /** The file that could not be read is gone; with it, all others of an executor that is gone. */
  #learnOfFetch(read: Output, isCurrent: boolean): void {
    read.known = true;
    if (isCurrent && !this.executors.get(read.executor)?.alive) {
      for (const other of this.#filesOf(read.executor)) other.known = true;
    }
  }

  #noteFailure(launch: Launch, permanent: boolean, isSure = true): void {
    const { stage, partition, stageAttempt, executor } = launch;
    const key = `${stage}/${partition}/${stageAttempt}`;
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + (permanent ? 1000 : 1));
    this.#failedOn.add(`${key} on ${executor}`);
    if (this.specs.get(stage)?.barrier) this.#noteFailedAttempt(launch, isSure);
  }

  // --- what the scheduler decides

  static readonly #perform: {
    readonly [K in SchedulerAction["kind"]]: (world: World, action: Extract<SchedulerAction, { kind: K }>) => void;
  } = {
    launch: (world: World, launch) => world.#launch(launch),
    kill: (world: World, launch) => {
      const run = world.runs.get(nameOf(launch));
      // Its executor may just have been lost.
      if (!run) return;
      world.expect(!run.killed, () => `${nameOf(launch)} is killed twice`);
      run.killed = true;
      world.reactions?.killed(run);
    },
    deliver: (world: World, { job, task }) => world.#deliver(job, task),
    keepOutput: (world: World, { task }) => world.#keep(task),
    dropOutput: (world: World, { task }) => world.#drop(task),
    discard: (world: World, { task }) => {
      const kept = world.outputs.get(task.stage)?.get(task.partition);
      world.expect(kept?.attempt !== task.attempt, () => `${nameOf(task)} is kept and discarded`);
    },
    commitAllowed: (world: World, { task }) => world.#commit(task, true),
    commitDenied: (world: World, { task }) => world.#commit(task, false),
    stageStarted: () => {},
    stageEnded: () => {},
    removeStage: (world: World, { stage }) => {
      for (const { launch } of world.runs.values())
        world.expect(launch.stage !== stage, () => `stage ${stage} is removed while it runs`);
      world.outputs.delete(stage);
    },
    jobSucceeded: (world: World, { job }) => world.#succeed(job),
    jobFailed: (world: World, { job, task, error }) => world.#fail(job, task, error),
    replaceExecutor: (world: World) => world.reactions?.executorWanted(),
    requestExecutors: (world: World, { count }) => {
      world.expect(world.settings.allocation.enabled, () => "executors are requested without dynamic allocation");
      for (let index = 0; index < count; index++) world.reactions?.executorWanted();
    },
    releaseExecutor: (world: World, { executor }) => {
      const found = world.executors.get(executor);
      world.expect(found?.alive === true && !found.released, () => `executor ${executor} is released and not there`);
      const { exclusion } = world.settings;
      world.expect(
        found.runs.size === 0 || exclusion.killExcludedExecutors,
        () => `executor ${executor} is released and busy`,
      );
      found.retired = true;
      found.released = true;
      world.reactions?.executorReleased(found);
    },
  };

  #launch(launch: Launch): void {
    const spec = this.specs.get(launch.stage);
    const executor = this.executors.get(launch.executor);
    this.expect(spec !== undefined && executor !== undefined, () => `${nameOf(launch)} is launched out of nowhere`);
    this.#checkPlace(launch, executor);
    this.#checkNeed(launch);
    const { inputs, files } = this.#read(spec);
    const content = this.#contentOf(spec, launch, inputs);
    const run: Run = {
      launch,
      spec,
      inputs,
      files,
      content,
      killed: false,
      over: false,
      allowed: false,
      succeeded: false,
    };
    this.runs.set(nameOf(launch), run);
    executor.runs.add(run);
    if (spec.barrier) this.#launched.set(spec.id, [...(this.#launched.get(spec.id) ?? []), launch]);
    this.reactions?.started(run);
  }

  #checkPlace(launch: Launch, { alive, retired, runs, slots, id }: WorldExecutor): void {
    const { cpusPerTask, exclusion } = this.settings;
    this.expect(alive && !retired, () => `${nameOf(launch)} is launched on executor ${id}, which leaves`);
    this.expect((runs.size + 1) * cpusPerTask <= slots, () => `executor ${id} has more tasks than slots`);
    const key = `${launch.stage}/${launch.partition}/${launch.stageAttempt} on ${id}`;
    const isExcluded = exclusion.enabled && !this.specs.get(launch.stage)?.barrier && this.#failedOn.has(key);
    this.expect(!isExcluded, () => `${nameOf(launch)} is launched where the task failed`);
  }

  /** Nothing is computed that is there or on its way, but for one copy on another executor. */
  #checkNeed(launch: Launch): void {
    const { stage, partition, stageAttempt, speculative, executor } = launch;
    this.expect(!this.runs.has(nameOf(launch)), () => `${nameOf(launch)} is launched twice`);
    this.expect(!this.outputs.get(stage)?.has(partition), () => `${nameOf(launch)} computes what exists`);
    const copies = [...this.runs.values()].filter(
      (run) => !run.killed && run.launch.stage === stage && run.launch.partition === partition,
    );
    this.expect(copies.length === (speculative ? 1 : 0), () => `${nameOf(launch)} runs beside ${copies.length} others`);
    this.expect(!speculative || this.settings.speculation.enabled, () => `${nameOf(launch)} is a copy nobody wants`);
    this.expect(
      copies.every((copy) => copy.launch.executor !== executor),
      () => `${nameOf(launch)} runs beside its copy`,
    );
    const failures = this.#failures.get(`${stage}/${partition}/${stageAttempt}`) ?? 0;
    const limit = this.specs.get(stage)?.barrier ? 1 : this.settings.maxTaskFailures;
    this.expect(failures < limit, () => `${nameOf(launch)} is tried after ${failures} failures`);
    const attempts = [...(this.#failedAttempts.get(stage)?.values() ?? [])].filter((isSure) => isSure).length;
    const most = this.settings.maxConsecutiveStageAttempts;
    this.expect(attempts < most, () => `stage ${stage} is tried after ${attempts} failed attempts`);
    const delivered = [...this.jobs.values()].some(
      ({ plan, delivered: done }) => plan.stages.at(-1)?.id === stage && done.has(partition),
    );
    this.expect(!delivered, () => `${nameOf(launch)} computes what was delivered`);
  }

  /** All outputs that a task reads are kept, and fit each other. */
  #read(spec: StageSpec): { readonly inputs: number; readonly files: readonly Output[] } {
    const files = spec.parents.flatMap((parent) => this.#outputsOf(parent));
    const inputs = files.length === 0 ? this.#nothing : this.#intern(files.map(({ content }) => content).join());
    return { inputs, files };
  }

  #outputsOf(stage: number): Output[] {
    const { partitions } = this.specs.get(stage) ?? { partitions: -1 };
    const files = [...(this.outputs.get(stage)?.values() ?? [])].sort((a, b) => a.partition - b.partition);
    this.expect(
      files.length === partitions,
      () => `stage ${stage} is read with ${files.length} of ${partitions} outputs`,
    );
    const [first] = files;
    for (const { inputs, partition } of files) {
      this.expect(
        inputs === first?.inputs,
        () => `output ${partition} of stage ${stage} does not fit output ${first?.partition}`,
      );
    }
    return files;
  }

  #contentOf(spec: StageSpec, { partition }: Launch, inputs: number): number {
    if (spec.determinism === "indeterminate") return --this.#nonce - 1;
    return this.#intern(`${spec.id}/${partition} of ${inputs}`);
  }

  #intern(text: string): number {
    const known = this.#contents.get(text);
    if (known !== undefined) return known;
    this.#contents.set(text, this.#contents.size);
    return this.#contents.size - 1;
  }

  // --- results

  #ended: Run | null = null;
  /** Results of a barrier stage come with the last success. */
  readonly #held = new Map<string, Run>();

  /** The run whose success is being told. */
  succeedWith(run: Run): void {
    this.end(run);
    run.succeeded = !run.killed;
    if (run.spec.barrier && run.spec.role === "result") this.#held.set(nameOf(run.launch), run);
    this.#ended = run;
    this.tell({ kind: "taskSucceeded", task: idOf(run.launch) });
    this.#ended = null;
  }

  #accepted(task: AttemptId): Run {
    const run = this.#ended;
    const isIt = run !== null && nameOf(run.launch) === nameOf(task);
    this.expect(isIt && !run.killed, () => `${nameOf(task)} is accepted and has not just succeeded`);
    return run;
  }

  #keep(task: AttemptId): void {
    const { inputs, content, launch, spec } = this.#accepted(task);
    this.expect(spec.role === "outputs", () => `the result ${nameOf(task)} is kept`);
    const files = this.outputs.get(task.stage) ?? new Map<number, Output>();
    this.expect(!files.has(task.partition), () => `${nameOf(task)} is kept beside another`);
    this.outputs.set(task.stage, files);
    files.set(task.partition, {
      ...idOf(task),
      executor: launch.executor,
      inputs,
      content,
      lost: false,
      known: false,
      moved: false,
    });
    if (files.size === spec.partitions) this.#failedAttempts.delete(task.stage);
  }

  #drop(task: AttemptId): void {
    const files = this.outputs.get(task.stage);
    const file = files?.get(task.partition);
    this.expect(file?.attempt === task.attempt, () => `${nameOf(task)} is dropped and was not kept`);
    const spec = this.specs.get(task.stage);
    const mayDrop = file.known || spec?.barrier === true || this.#varies(task.stage);
    this.expect(mayDrop, () => `${nameOf(task)} is dropped and exists`);
    files?.delete(task.partition);
  }

  #varies(stage: number): boolean {
    const spec = this.specs.get(stage);
    return spec?.determinism === "indeterminate" || (spec?.parents.some((parent) => this.#varies(parent)) ?? false);
  }

  #deliver(job: number, task: AttemptId): void {
    const found = this.jobs.get(job);
    const run = this.#held.get(nameOf(task)) ?? this.#accepted(task);
    this.expect(found?.end === "none", () => `${nameOf(task)} is delivered to job ${job}, which is over`);
    this.expect(found.plan.partitions.includes(task.partition), () => `${nameOf(task)} is delivered and not wanted`);
    this.expect(
      !found.delivered.has(task.partition),
      () => `partition ${task.partition} of job ${job} is delivered twice`,
    );
    const [first = run.inputs] = found.delivered.values();
    this.expect(first === run.inputs, () => `${nameOf(task)} does not fit what was delivered before`);
    found.delivered.set(task.partition, run.inputs);
  }

  #succeed(job: number): void {
    const found = this.jobs.get(job);
    this.expect(found?.end === "none", () => `job ${job} succeeds after its end`);
    const missing = found.plan.partitions.filter((partition) => !found.delivered.has(partition));
    this.expect(missing.length === 0, () => `job ${job} succeeds without ${missing.join()}`);
    found.end = "succeeded";
  }

  #fail(job: number, task: AttemptId | null, error: ErrorData | null): void {
    const found = this.jobs.get(job);
    this.expect(found?.end === "none", () => `job ${job} fails after its end`);
    found.end = "failed";
    this.seen.add(error?.code ?? "cancelled");
    if (error === null) this.expect(this.#event.kind === "jobCancelled", () => `job ${job} is cancelled by nobody`);
    else if (error.code !== "INTERNAL") this.#checkReason(found.plan, error);
    else {
      this.expect(task !== null && this.#isFailed(task), () => `job ${job} fails because of ${task && nameOf(task)}`);
      this.expect(this.#needs(found.plan, task.stage), () => `job ${job} does not need ${nameOf(task)}`);
    }
  }

  #isNeeded(stage: number): boolean {
    return [...this.jobs.values()].some(({ plan, end }) => end === "none" && this.#needs(plan, stage));
  }

  /** Whether the way from the end of the job to a stage leads over stages that are not complete. */
  #needs({ stages }: JobPlan, wanted: number): boolean {
    const reached = new Set([stages.at(-1)?.id ?? -1]);
    for (const id of reached) {
      const spec = this.specs.get(id);
      const isComplete = spec?.role === "outputs" && this.outputs.get(id)?.size === spec.partitions;
      if (!isComplete) for (const parent of spec?.parents ?? []) reached.add(parent);
    }
    return reached.has(wanted);
  }

  #checkReason({ job, stages }: JobPlan, { code, params }: ErrorData): void {
    const { exclusion, cpusPerTask } = this.settings;
    const present = [...this.executors.values()].filter(({ alive }) => alive);
    const reasons: Partial<Record<typeof code, () => boolean>> = {
      INDETERMINATE_RERUN: () => stages.some(({ determinism }) => determinism === "indeterminate"),
      TASK_UNSCHEDULABLE: () => exclusion.enabled || present.some(({ slots }) => slots < cpusPerTask),
      BARRIER_SYNC_FAILED: () => this.#event.kind === "taskKilled",
      BARRIER_SLOTS: () => Number(params["slots"]) < Number(params["tasks"]),
    };
    this.expect(reasons[code]?.() === true, () => `job ${job} fails with ${code}`);
  }

  /** Whether a task or its stage has failed as often as it may. */
  #isFailed({ stage, partition }: AttemptId): boolean {
    const { maxTaskFailures, maxConsecutiveStageAttempts } = this.settings;
    const attempts = this.#failedAttempts.get(stage)?.size ?? 0;
    const failures = [...this.#failures].filter(([key]) => key.startsWith(`${stage}/${partition}/`));
    const isBarrier = this.specs.get(stage)?.barrier === true;
    const most = Math.max(0, ...failures.map(([, times]) => times));
    return (
      attempts >= maxConsecutiveStageAttempts ||
      most >= (isBarrier ? 1000 : maxTaskFailures) ||
      (isBarrier && this.#mayHaveCommitted(stage))
    );
  }

  #mayHaveCommitted(stage: number): boolean {
    return [...this.jobs.values()].some(({ plan }) => plan.commits && plan.stages.at(-1)?.id === stage);
  }

  /** One attempt of a partition may publish, until it has ended without success. */
  #commit(task: AttemptId, isAllowed: boolean): void {
    const run = this.runs.get(nameOf(task));
    if (!run) return;
    const key = `${task.stage}/${task.partition}`;
    const other = this.#committed.get(key);
    if (isAllowed) {
      this.expect(!run.killed, () => `${nameOf(task)} was killed and may commit`);
      this.expect(
        !other || other === run || (other.over && !other.succeeded),
        () => `two attempts of ${key} may commit`,
      );
      run.allowed = true;
      this.#committed.set(key, run);
    } else
      this.expect(
        run.killed || (other && (!other.over || other.succeeded)) === true,
        () => `${nameOf(task)} may not commit`,
      );
    this.reactions?.commitAnswered(run, isAllowed);
  }

  // --- what must hold after every decision

  #checkBarriers(): void {
    for (const [stage, launches] of this.#launched) {
      const tasks = this.state.stages.get(stage)?.tasks.size ?? launches.length;
      const isWhole = launches.length === tasks && new Set(launches.map(({ stageAttempt }) => stageAttempt)).size === 1;
      this.expect(isWhole, () => `barrier stage ${stage} starts ${launches.length} of ${tasks} tasks`);
    }
  }

  /** What nobody needs is ended. */
  #checkNeeded(): void {
    const stages = new Set([...this.runs.values()].filter(({ killed }) => !killed).map(({ launch }) => launch.stage));
    for (const stage of stages) this.expect(this.#isNeeded(stage), () => `stage ${stage} runs for nobody`);
  }
}

export const idOf = ({ stage, partition, attempt }: AttemptId): AttemptId => ({ stage, partition, attempt });
