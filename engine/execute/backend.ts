/** The embedded backend: plans become stages, the scheduler decides, executor processes run the tasks. */
import { join } from "node:path";
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { EngineError, type ErrorData } from "../errors.js";
import type { Backend, ExecutorInfo, Job, PartitionResult, StorageInfo } from "../plan/backend.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import type { SchedulerAction } from "../schedule/action.js";
import { decide } from "../schedule/decide.js";
import type { SchedulerEvent } from "../schedule/event.js";
import { type AttemptId, idOf, type Launch } from "../schedule/stage.js";
import { initialState, type SchedulerState, takesTasks } from "../schedule/state.js";
import { wakeAtMs } from "../schedule/wake.js";
import { Attempts } from "./attempts.js";
import { Barriers } from "./barriers.js";
import { BlockRegistry } from "./block-registry.js";
import { socketPath } from "./block-server.js";
import { BroadcastFiles } from "./broadcast-files.js";
import { Descriptions } from "./descriptions.js";
import { type ExecutorLoss, ExecutorPool } from "./executor-pool.js";
import type { FromExecutor } from "./executor-protocol.js";
import { idleMemory } from "./idle-memory.js";
import { launchedTask } from "./launched-task.js";
import { migrate } from "./migration.js";
import { type EmbeddedOptions, initialExecutors } from "./options.js";
import { OutputJobs } from "./output-jobs.js";
import { Planner } from "./planner.js";
import { PlanOutdated, RunningJobs } from "./running-jobs.js";
import { cachedBlocks } from "./stage-input.js";
import { OutputTable, outputOf } from "./stage-outputs.js";
import { partitionsOf, type Stage } from "./stage-plan.js";
import { StageProgress } from "./stage-progress.js";
import { failureOf, metricsOf, StageReports } from "./stage-reports.js";
import type { Task, TaskOutcome } from "./task.js";
import { removeOutput, sizeOf } from "./task-output.js";
import { makeWorkspace, type Workspace } from "./workspace.js";

/** An executor that ends this often without having finished a task is not replaced any more. */
const maxExecutorStarts = 4;
/** How long `unpersist` waits for executors to say that blocks are gone. */
const unpersistDeadlineMs = 10_000;

export class EmbeddedBackend implements Backend {
  readonly master: string;
  readonly defaultParallelism: number;
  readonly #options: EmbeddedOptions;
  readonly #workspace: Workspace;
  readonly #pool: ExecutorPool;
  readonly #planner: Planner;
  readonly #jobs: RunningJobs;
  readonly #stages = new Map<number, Stage>();
  readonly #outputs = new OutputTable();
  readonly #blocks = new BlockRegistry();
  readonly #barriers: Barriers;
  readonly #reports: StageReports;
  readonly #progress: StageProgress;
  readonly #attempts = new Attempts();
  readonly #broadcasts: BroadcastFiles;
  readonly #descriptions = new Descriptions();
  readonly #removeAtExit: () => void;
  #leaves: Promise<void> = Promise.resolve();
  #state: SchedulerState;
  #wake: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: EmbeddedOptions) {
    const { master, host, memory, heartbeat, views } = options;
    this.#options = options;
    this.master = master.url;
    this.defaultParallelism = options.parallelism ?? master.executors * master.slots;
    this.#workspace = makeWorkspace(options.localDirectory);
    this.#broadcasts = new BroadcastFiles(join(this.#workspace.directory, "broadcast"));
    this.#state = initialState(options.scheduler);
    this.#progress = new StageProgress((event) => host.listen(event));
    this.#reports = new StageReports(options.post);
    this.#jobs = new RunningJobs(options.maxResultBytes);
    this.#planner = new Planner({
      host,
      views,
      defaultParallelism: this.defaultParallelism,
      slots: master.executors * master.slots,
      describe: (paths) => this.#describe(paths),
      isKept: (retention, partitions) => {
        this.#blocks.expect(retention, partitions);
        return this.#blocks.isKept(retention, partitions);
      },
      forget: (stage) => this.#forget(stage),
    });
    this.#barriers = new Barriers({
      timeoutMs: options.scheduler.barrier.syncTimeoutMs,
      release: (task, messages) => this.#sendTo(task, { kind: "release", task: idOf(task), messages }),
      fail: (task, error) => this.#failTask(task, error),
    });
    this.#removeAtExit = () => this.#abandon();
    process.once("exit", this.#removeAtExit);
    this.#pool = new ExecutorPool(
      {
        executors: initialExecutors(options),
        configuration: {
          slots: master.slots,
          workspace: this.#workspace.directory,
          memoryBytes: memory.executorBytes,
          storageFraction: memory.storageFraction,
          youngMiB: memory.youngMiB,
          servesBlocks: this.#isCluster,
          heartbeatMs: heartbeat.intervalMs,
          leaveSignal: options.decommission.signal,
        },
        ownDirectories: this.#isCluster,
        silenceMs: heartbeat.timeoutMs,
      },
      {
        added: (id) => this.#added(id),
        message: (id, message) => this.#receive(id, message),
        lost: (id, loss) => this.#lose(id, loss),
      },
    );
    this.#pool.open();
    this.#on({ kind: "tick", nowMs: performance.now() });
  }

  /** Executors are several, and what one held is lost with it. */
  get #isCluster(): boolean {
    return this.#options.master.kind === "localCluster";
  }

  partitionCount(plan: FunctionPlan): Promise<number> {
    return this.#planner.inputs.partitionCount(plan);
  }

  schema(plan: RelationalPlan): Promise<Schema> {
    return this.#planner.schema(plan);
  }

  async run(job: Job, deliver: (result: PartitionResult) => void): Promise<void> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED");
    await this.#planner.inputs.prepare(job.plan);
    const output = new OutputJobs(job, this.#options.host.workingDirectory, this.#workspace.directory);
    await output.run((prepared) => this.#compute(prepared, deliver));
  }

  async #compute(job: Job, deliver: (result: PartitionResult) => void): Promise<void> {
    const delivered = new Set<number>();
    const once = (result: PartitionResult): void => {
      delivered.add(result.partition);
      deliver(result);
    };
    for (let wanted = job, trusts = true; ; trusts = false) {
      const stages = this.#planner.stages(wanted, trusts);
      try {
        return await this.#execute(wanted, stages, once);
      } catch (error) {
        if (!(error instanceof PlanOutdated)) throw error;
        const all = job.partitions ?? partitionsOf(stages);
        wanted = { ...job, partitions: all.filter((partition) => !delivered.has(partition)) };
      } finally {
        for (const { spec, once: isTemporary } of stages) if (isTemporary) this.#forget(spec.id);
      }
    }
  }

  broadcast(value: Batch): number {
    return this.#broadcasts.add(value);
  }

  destroyBroadcast(id: number): void {
    this.#broadcasts.destroy(id);
  }

  async unpersist(rdd: number): Promise<void> {
    const holders = this.#blocks.forget(rdd);
    if (holders.length === 0) return;
    this.#reports.unpersisted(rdd);
    for (const executor of holders) this.#pool.send(executor, { kind: "removeBlocks", rdd });
    await Promise.all(holders.map((executor) => this.#pool.answered(executor, unpersistDeadlineMs)));
  }

  forgetShuffles(exchanges: readonly FunctionPlan[]): void {
    for (const exchange of exchanges) {
      const stage = this.#planner.forgetStageOf(exchange);
      if (stage !== undefined) this.#forget(stage);
    }
  }

  storage(): readonly StorageInfo[] {
    return this.#blocks.storage();
  }

  executors(): readonly ExecutorInfo[] {
    return this.#pool.ids.map((id) => ({
      id,
      slots: this.#options.master.slots,
      runningTasks: this.#attempts.on(id).length,
      memoryUsedBytes: this.#pool.storageBytes(id),
      memoryTotalBytes: this.#options.memory.executorBytes,
    }));
  }

  /** The process of an executor, for those who watch it. */
  executorPid(executor: number): number | undefined {
    return this.#pool.pid(executor);
  }

  /** How many executors hold each block of a persisted RDD. */
  copiesOf(rdd: number): readonly number[] {
    return this.#blocks.copiesOf(rdd);
  }

  /** An executor leaves when its tasks are done; it gets no more. */
  decommission(executor: number): void {
    this.#on({ kind: "executorDecommissioning", executor });
    const { forceKillMs } = this.#options.decommission;
    if (forceKillMs === null) return;
    const reason = `still there ${forceKillMs} ms after it was told to leave`;
    setTimeout(() => void this.#dismiss(executor, reason), forceKillMs).unref();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    for (const submission of this.#jobs.submissions) this.#cancel(submission);
    this.#stopped = true;
    if (this.#wake) clearTimeout(this.#wake);
    process.off("exit", this.#removeAtExit);
    await this.#pool.stop();
    this.#workspace.remove();
  }

  /** The program ends without `stop`: nothing may stay behind. */
  #abandon(): void {
    this.#pool.kill();
    this.#workspace.remove();
  }

  /** Files of queries are read in executors only. */
  async #describe(paths: readonly string[]): Promise<Schema> {
    const [executor] = this.#pool.ids;
    if (executor === undefined) throw new EngineError("EXECUTOR_LOST", { attempts: 1, reason: "none is running" });
    this.#pool.hold(true);
    try {
      return await this.#descriptions.ask((request) => this.#pool.send(executor, { kind: "describe", request, paths }));
    } finally {
      this.#hold();
    }
  }

  // --- running

  #execute(job: Job, stages: readonly Stage[], deliver: (result: PartitionResult) => void): Promise<void> {
    return new Promise((succeed, reject) => {
      for (const stage of stages) this.#stages.set(stage.spec.id, stage);
      for (const { spec } of stages) if (spec.role === "outputs") this.#outputs.expect(spec.id, spec.partitions);
      const submission = this.#jobs.add({
        job,
        stages: new Set(stages.map(({ spec }) => spec.id)),
        deliver,
        end: (end) => {
          job.signal.removeEventListener("abort", cancel);
          this.#hold();
          if (!(end instanceof PlanOutdated)) this.#reports.jobEnded(job.id, end);
          if (end) reject(end);
          else succeed();
        },
      });
      const cancel = (): void => this.#cancel(submission);
      this.#hold();
      job.signal.addEventListener("abort", cancel);
      this.#reports.jobStarted(job, stages);
      this.#on({
        kind: "jobSubmitted",
        job: submission,
        stages: stages.map((stage) => this.#placed(stage)),
        partitions: job.partitions ?? partitionsOf(stages),
        pool: job.properties["spark.scheduler.pool"] ?? "default",
      });
      if (job.signal.aborted) cancel();
    });
  }

  /** The stage with the executors that hold blocks it reads. */
  #placed({ spec, input, persisted }: Stage): Stage["spec"] {
    if (persisted.length === 0) return spec;
    const preferred = Array.from({ length: spec.partitions }, (_, partition) =>
      cachedBlocks(input, partition).flatMap((block) => this.#blocks.holders(block)),
    );
    return { ...spec, preferred };
  }

  #cancel(submission: number): void {
    this.#on({ kind: "jobCancelled", job: submission });
  }

  #hold(): void {
    this.#pool.hold(this.#jobs.size > 0);
  }

  #on(event: SchedulerEvent): void {
    const { state, actions } = decide(this.#state, { ...event, nowMs: performance.now() });
    this.#state = state;
    for (const action of actions) (this.#perform[action.kind] as (action: SchedulerAction) => void)(action);
    this.#sleep();
  }

  /** Wakes the scheduler when something may be due: speculation, waits for a place, idle executors. */
  #sleep(): void {
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = null;
    const atMs = this.#stopped ? null : wakeAtMs(this.#state);
    if (atMs === null) return;
    const delayMs = Math.max(1, Math.ceil(atMs - performance.now()));
    this.#wake = setTimeout(() => this.#on({ kind: "tick", nowMs: performance.now() }), delayMs);
    if (this.#jobs.size === 0) this.#wake.unref();
  }

  readonly #perform: {
    readonly [K in SchedulerAction["kind"]]: (action: Extract<SchedulerAction, { kind: K }>) => void;
  } = {
    launch: (launch) => this.#launch(launch),
    kill: (launch) => this.#pool.send(launch.executor, { kind: "kill", task: idOf(launch) }),
    deliver: ({ job, task }) => this.#deliver(job, task),
    keepOutput: ({ task }) => {
      const { output, accumulators } = this.#attempts.take(task);
      this.#options.accumulate(accumulators);
      const executor = this.#attempts.launch(task)?.executor ?? -1;
      if (output.kind === "file") this.#outputs.keep(task.stage, task.partition, output.path, executor);
    },
    dropOutput: ({ task }) => this.#outputs.lose(task.stage, task.partition),
    discard: ({ task }) => removeOutput(this.#attempts.take(task).output),
    commitAllowed: ({ task }) => this.#sendTo(task, { kind: "commit", task, allowed: true }),
    commitDenied: ({ task }) => this.#sendTo(task, { kind: "commit", task, allowed: false }),
    stageStarted: ({ stage, attempt }) => {
      const found = this.#stages.get(stage);
      if (!found) return;
      this.#progress.started(stage, found.name, this.#tasksOf(stage));
      this.#reports.stageStarted(found, attempt, this.#jobs.propertiesOf(stage));
    },
    stageEnded: ({ stage, succeeded }) => {
      this.#progress.ended(stage);
      this.#reports.stageEnded(stage, succeeded ? null : "the stage ended before all of its tasks had succeeded");
    },
    removeStage: ({ stage }) => {
      this.#stages.delete(stage);
      this.#outputs.forget(stage);
      this.#pool.removeFiles(`stage-${stage}`);
    },
    jobSucceeded: ({ job }) => this.#jobs.end(job, null),
    jobFailed: ({ job, task, error }) => this.#fail(job, task, error),
    replaceExecutor: () => {
      if (!this.#stopped) this.#pool.replace();
    },
    requestExecutors: ({ count }) => {
      for (let i = 0; i < count; i++) this.#pool.start();
    },
    releaseExecutor: ({ executor, migrates }) => void this.#release(executor, migrates === true),
  };

  #tasksOf(stage: number): number {
    return this.#state.stages.get(stage)?.remaining ?? 0;
  }

  #deliver(submission: number, task: AttemptId): void {
    const { output, accumulators } = this.#attempts.take(task);
    if (!this.#jobs.has(submission)) return;
    this.#options.accumulate(accumulators);
    if (!this.#jobs.deliver(submission, task, output)) this.#cancel(submission);
  }

  #launch(launch: Launch): void {
    const stage = this.#stages.get(launch.stage);
    if (!stage) return;
    this.#progress.launched(launch.stage);
    this.#reports.taskStarted(launch);
    this.#attempts.launched(launch);
    this.#pool.send(launch.executor, { kind: "run", task: this.#task(stage, launch) });
  }

  #task(stage: Stage, launch: Launch): Task {
    return launchedTask(stage, launch, {
      options: this.#options,
      outputs: this.#outputs,
      broadcasts: this.#broadcasts.all,
      properties: this.#jobs.propertiesOf(stage.spec.id),
      socketsOf: (block) => (this.#isCluster ? this.#blocks.holders(block).map((id) => this.#socketOf(id)) : []),
    });
  }

  #socketOf(executor: number): string {
    return socketPath(this.#pool.directory(executor));
  }

  #fail(submission: number, task: AttemptId | null, error: ErrorData | null): void {
    this.#jobs.fail(submission, error === null ? null : EngineError.fromData(error));
    if (task) this.#attempts.take(task);
  }

  // --- executors

  #added(executor: number): void {
    const { master, host, python, memory } = this.#options;
    if (host.language === "python") this.#pool.send(executor, { kind: "warm", python });
    this.#reports.executorAdded(executor, master.slots, memory.executorBytes);
    this.#on({ kind: "executorAdded", executor, slots: master.slots });
  }

  #sendTo(task: AttemptId, message: Parameters<ExecutorPool["send"]>[1]): void {
    const launch = this.#attempts.launch(task);
    if (launch) this.#pool.send(launch.executor, message);
  }

  #receive(executor: number, message: FromExecutor): void {
    switch (message.kind) {
      case "described":
        this.#descriptions.answered(message);
        break;
      case "print":
        this.#options.host.listen({ kind: "output", stream: message.stream, text: message.text });
        break;
      case "outcome":
        this.#end(message.outcome);
        break;
      case "blockUpdated":
        this.#blockUpdated(executor, message.status);
        break;
      case "heartbeat":
        this.#reports.executorMetrics(executor, message);
        break;
      case "idle":
        this.#options.host.listen({ kind: "info", message: idleMemory(executor, message, this.#options.memory) });
        break;
      case "barrier":
        this.#atBarrier(message);
        break;
      case "leaving":
        this.decommission(executor);
        break;
      case "commitRequested":
        this.#on({ kind: "commitRequested", task: message.task });
    }
  }

  #atBarrier({ task, message }: Extract<FromExecutor, { kind: "barrier" }>): void {
    const launch = this.#attempts.launch(task);
    const partitions = this.#stages.get(task.stage)?.spec.partitions;
    if (launch && partitions !== undefined) this.#barriers.arrived(launch, partitions, message);
  }

  #blockUpdated(executor: number, status: Extract<FromExecutor, { kind: "blockUpdated" }>["status"]): void {
    const missing = this.#blocks.update(executor, status);
    this.#reports.blockUpdated(executor, status);
    this.#on({ kind: "blocksChanged", executor, blocks: this.#blocks.countOf(executor) });
    if (!missing) return;
    const { block, level, copies } = missing;
    const others = this.#pool.ids.filter((id) => !this.#blocks.holders(block).includes(id));
    const copy = { kind: "copyBlock", block, level, socket: this.#socketOf(missing.holder) } as const;
    for (const id of others.slice(0, copies)) this.#pool.send(id, copy);
  }

  #end(told: TaskOutcome): void {
    const { task } = told;
    const outcome = this.#attempts.judged(told);
    const isResult = this.#stages.get(task.stage)?.spec.role === "result";
    const succeeded = outcome.kind === "succeeded";
    if (outcome.kind === "killed") this.#progress.stopped(task.stage);
    else this.#progress.finished(task.stage, succeeded, succeeded ? outcome.counters.spilledBytes : 0);
    switch (outcome.kind) {
      case "succeeded":
        this.#pool.worked();
        this.#attempts.keep(outcome);
        this.#progress.invalidUtf8(task.stage, outcome.counters.invalidUtf8);
        this.#reports.taskEnded(
          task,
          isResult,
          { kind: "success" },
          metricsOf(outcome.counters, sizeOf(outcome.output)),
        );
        this.#on({ kind: "taskSucceeded", task });
        break;
      case "failed":
        this.#reports.taskEnded(task, isResult, failureOf(outcome.error));
        this.#on({
          kind: "taskFailed",
          task,
          error: outcome.error,
          permanent: outcome.permanent,
          commitDenied: outcome.error.code === "COMMIT_DENIED",
        });
        break;
      case "killed":
        this.#reports.taskEnded(task, isResult, { kind: "taskKilled", reason: "another attempt, or nobody, needs it" });
        this.#on({ kind: "taskKilled", task });
        break;
      case "fetchFailed":
        this.#fetchFailed(outcome, isResult);
    }
    const launch = this.#attempts.launch(task);
    if (launch && !succeeded && this.#stages.get(task.stage)?.spec.barrier) this.#barriers.ended(launch);
    this.#attempts.ended(task);
  }

  #fetchFailed({ task, lost, error }: Extract<TaskOutcome, { kind: "fetchFailed" }>, isResult: boolean): void {
    const place = "file" in lost ? outputOf(lost.file) : lost;
    if (place === null) {
      // Not the output of a stage: a checkpoint, whose lineage is gone.
      const path = "file" in lost ? lost.file : "";
      const gone = new EngineError("PATH_NOT_FOUND", { path }).toData();
      this.#reports.taskEnded(task, isResult, failureOf(gone));
      this.#on({ kind: "taskFailed", task, error: gone, permanent: true });
      return;
    }
    this.#reports.fetchFailed(task, isResult, place, error);
    const outdated = this.#jobs.needingWithout(task.stage, place.stage);
    this.#on({ kind: "fetchFailed", task, lost: place, error });
    for (const submission of outdated) {
      this.#jobs.end(submission, new PlanOutdated());
      this.#cancel(submission);
    }
  }

  /** Ends a task that waits in vain; it has failed when its executor says that it has ended. */
  #failTask(task: AttemptId, error: ErrorData): void {
    this.#attempts.willFail(task, error);
    this.#sendTo(task, { kind: "kill", task: idOf(task) });
  }

  #lose(executor: number, { reason, startsInVain, wasReady }: ExecutorLoss): void {
    const error = new EngineError("EXECUTOR_LOST", { attempts: startsInVain, reason });
    this.#descriptions.failAll(error);
    if (startsInVain >= maxExecutorStarts) {
      for (const submission of this.#jobs.submissions) {
        this.#fail(submission, null, error.toData());
        this.#cancel(submission);
      }
      this.#pool.worked();
    }
    if (!wasReady) {
      this.#on({ kind: "executorStartFailed", executor });
      return;
    }
    this.#gone(executor, error, true);
  }

  /** An executor ends that nobody needs, or that is to leave; then others take over what it holds. */
  async #release(executor: number, migrates: boolean): Promise<void> {
    if (migrates) {
      // One after the other: what one takes over it hands on, should it leave too.
      this.#leaves = this.#leaves.then(() => this.#migrate(executor));
      await this.#leaves;
    }
    await this.#dismiss(executor, migrates ? "decommissioned" : "not needed any more");
  }

  async #dismiss(executor: number, reason: string): Promise<void> {
    if (!(await this.#pool.release(executor)) || this.#stopped) return;
    this.#gone(executor, new EngineError("EXECUTOR_LOST", { attempts: 0, reason }), false);
  }

  async #migrate(executor: number): Promise<void> {
    const leave = {
      executor,
      takers: [...this.#state.executors.values()].filter(takesTasks).map(({ id }) => id),
      pool: this.#pool,
      blocks: this.#blocks,
      outputs: this.#outputs,
      moved: (stage: number, partition: number, taker: number) =>
        this.#on({ kind: "outputMoved", stage, partition, executor: taker }),
    };
    await migrate(leave, this.#options.decommission);
  }

  /** What ran on an executor, and what it held, is gone with it. */
  #gone(executor: number, error: EngineError, causedByTask: boolean): void {
    this.#forgetExecutor(executor, error.params["reason"] ?? "");
    this.#on({
      kind: "executorLost",
      executor,
      outputsLost: this.#isCluster,
      error: error.toData(),
      causedByTask,
    });
  }

  #forgetExecutor(executor: number, reason: string): void {
    this.#reports.tasksLost(executor, (stage) => this.#stages.get(stage)?.spec.role === "result", reason);
    this.#reports.executorRemoved(executor, reason);
    if (this.#isCluster) this.#outputs.loseExecutor(executor);
    this.#blocks.loseExecutor(executor);
    for (const launch of this.#attempts.on(executor)) {
      this.#attempts.ended(launch);
      this.#progress.finished(launch.stage, false);
      if (this.#stages.get(launch.stage)?.spec.barrier) this.#barriers.ended(launch);
    }
  }

  // --- files

  #forget(stage: number): void {
    if (!this.#stopped) this.#on({ kind: "stageForgotten", stage });
  }
}
