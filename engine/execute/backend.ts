/** The embedded backend: plans become stages, the scheduler decides, executor processes run the tasks. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readBlock } from "../data/block-file.js";
import type { Schema } from "../data/data-type.js";
import { fragmentsOf, type QueryFragment } from "../embedded/fragments.js";
import { parquetFiles } from "../embedded/parquet-files.js";
import { EngineError, type ErrorData } from "../errors.js";
import type { Backend, Job, PartitionResult } from "../plan/backend.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { resolve } from "../resolve/resolve.js";
import { type Catalog, schemaOf } from "../resolve/resolved.js";
import {
  decide,
  initialState,
  type SchedulerAction,
  type SchedulerEvent,
  type SchedulerState,
} from "../schedule/decide.js";
import type { AttemptId, Launch } from "../schedule/stage.js";
import type { Host } from "../session/caller.js";
import type { Master } from "../session/master.js";
import { outputPath } from "../source/text-paths.js";
import type { TextSplit } from "../source/text-splits.js";
import { planTextFile } from "../source/text-splits.js";
import { abortOutput, commitOutput, prepareOutput } from "../source/text-write.js";
import {
  type ExecutorMessage,
  type ExecutorProcess,
  executorStartDeadlineMs,
  takeExecutor,
} from "./executor-process.js";
import { planStages, type Stage, type StageContext, segmentOf } from "./stage-plan.js";
import { StageProgress } from "./stage-progress.js";
import type { PythonEnvironment, Task, TaskOutcome, TaskOutput, TaskSource } from "./task.js";
import { makeWorkspace, type Workspace } from "./workspace.js";

export interface EmbeddedOptions {
  readonly master: Extract<Master, { kind: "local" }>;
  readonly host: Host;
  readonly python: PythonEnvironment;
  /** Where the private directory is made; null: the system's temporary directory. */
  readonly localDirectory: string | null;
  /** Temporary views, by name in lower case. */
  readonly views: ReadonlyMap<string, RelationalPlan>;
}

interface RunningJob {
  readonly job: Job;
  readonly deliver: (result: PartitionResult) => void;
  readonly resolve: () => void;
  readonly reject: (error: EngineError) => void;
}

type TextNode = Extract<FunctionPlan, { kind: "textFile" }>;
type RowsNode = Extract<FunctionPlan, { kind: "rows" }>;

/** An executor that ends this often without having finished a task is not replaced any more. */
const maxExecutorStarts = 4;
/** Reading the schema of a file takes milliseconds; after this time its disk does not answer. */
const describeDeadlineMs = 60_000;

export class EmbeddedBackend implements Backend {
  readonly master: string;
  readonly defaultParallelism: number;
  readonly #options: EmbeddedOptions;
  readonly #workspace: Workspace;
  readonly #jobs = new Map<number, RunningJob>();
  readonly #stages = new Map<number, Stage>();
  /** Files of finished outputs, by stage and partition. */
  readonly #outputs = new Map<number, Map<number, string>>();
  /** Outcomes between the executor's word and the scheduler's. */
  readonly #outcomes = new Map<string, TaskOutput>();
  readonly #executors = new Map<number, ExecutorProcess>();
  readonly #textPartitions = new WeakMap<TextNode, Promise<readonly (readonly TextSplit[])[]>>();
  readonly #listed = new WeakMap<TextNode, readonly (readonly TextSplit[])[]>();
  readonly #fragments = new WeakMap<RowsNode, QueryFragment>();
  readonly #stageIds = new WeakMap<object, number>();
  readonly #describing = new Map<
    number,
    { readonly resolve: (schema: Schema) => void; readonly reject: (error: EngineError) => void }
  >();
  readonly #forgotten: FinalizationRegistry<number>;
  readonly #progress: StageProgress;
  readonly #removeAtExit: () => void;
  #state: SchedulerState;
  #nextStage = 0;
  #nextExecutor = 0;
  #nextRequest = 0;
  #startsInVain = 0;
  #invalidUtf8 = new Map<number, number>();
  #stopped = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.master = options.master.url;
    this.defaultParallelism = options.master.slots;
    this.#workspace = makeWorkspace(options.localDirectory);
    this.#state = initialState({ maxTaskFailures: options.master.maxFailures, maxStageReruns: 4 });
    this.#progress = new StageProgress((event) => options.host.listen(event));
    this.#forgotten = new FinalizationRegistry((stage) => this.#forget(stage));
    this.#removeAtExit = () => this.#abandon();
    process.once("exit", this.#removeAtExit);
    this.#addExecutor();
  }

  async partitionCount(plan: FunctionPlan): Promise<number> {
    const { base } = segmentOf(plan);
    switch (base.kind) {
      case "values":
        return base.slices;
      case "exchange":
        return base.bucketing.partitions;
      case "textFile":
        return (await this.#textFile(base)).length;
      case "rows":
        await this.#prepare(base);
        return this.#queryPartitions(this.#fragmentOf(base));
    }
  }

  async schema(plan: RelationalPlan): Promise<Schema> {
    return schemaOf(await resolve(plan, this.#catalog()));
  }

  /** How many partitions the rows of a prepared relation have. */
  async #queryPartitions({ tasks, inputs: [input] }: QueryFragment): Promise<number> {
    if (tasks.kind === "each") return tasks.statements.length;
    if (tasks.kind === "whole" || !input) return 1;
    return input.source.kind === "udf"
      ? this.#queryPartitions(input.source.query)
      : this.partitionCount(input.source.plan);
  }

  async run(job: Job, deliver: (result: PartitionResult) => void): Promise<void> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED");
    await this.#prepare(job.plan);
    if (job.output.kind === "textFiles") return this.#save(job, job.output.path);
    return this.#compute(job, deliver);
  }

  /** Text files become visible together, when all of them are written. */
  async #save(job: Job, path: string): Promise<void> {
    let target = path;
    try {
      target = outputPath(path, this.#options.host.workingDirectory);
      await prepareOutput(target);
    } catch (error) {
      throw EngineError.from(error).at({ site: job.site });
    }
    try {
      await this.#compute({ ...job, output: { kind: "textFiles", path: target } }, () => {});
      await commitOutput(target);
    } catch (error) {
      await abortOutput(target);
      throw error;
    }
  }

  async #compute(job: Job, deliver: (result: PartitionResult) => void): Promise<void> {
    const stages = planStages(job, this.#context());
    try {
      await this.#execute(job, stages, deliver);
    } finally {
      this.#cleanUp(stages);
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    for (const job of [...this.#jobs.keys()]) this.#on({ kind: "jobCancelled", job });
    this.#stopped = true;
    process.off("exit", this.#removeAtExit);
    await Promise.all([...this.#executors.values()].map((executor) => executor.stop()));
    this.#workspace.remove();
  }

  /** The program ends without `stop`: nothing may stay behind. */
  #abandon(): void {
    for (const executor of this.#executors.values()) executor.kill();
    this.#workspace.remove();
  }

  // --- planning

  #context(): StageContext {
    return {
      language: this.#options.host.language,
      newStageId: () => this.#nextStage++,
      shuffleStageId: (node) => this.#stageOf(node),
      textPartitions: (node) => this.#listed.get(node) ?? [],
      fragment: (node) => this.#fragmentOf(node),
      fragmentStageId: (part) => this.#stageOf(part),
    };
  }

  /** The stage that makes the outputs of a part of a plan keeps its id, and its outputs, as long as that part lives. */
  #stageOf(part: object): number {
    const known = this.#stageIds.get(part);
    if (known !== undefined) return known;
    const id = this.#nextStage++;
    this.#stageIds.set(part, id);
    this.#forgotten.register(part, id);
    return id;
  }

  #fragmentOf(node: RowsNode): QueryFragment {
    const fragment = this.#fragments.get(node);
    if (!fragment) throw new EngineError("INTERNAL", { reason: "a relation was not prepared" });
    return fragment;
  }

  #textFile(node: TextNode): Promise<readonly (readonly TextSplit[])[]> {
    const known = this.#textPartitions.get(node);
    if (known) return known;
    const planned = planTextFile(node.path, node.minPartitions, this.#options.host.workingDirectory).then(
      (partitions) => {
        this.#listed.set(node, partitions);
        return partitions;
      },
      (error: unknown) => {
        throw EngineError.from(error).at({ site: node.site });
      },
    );
    this.#textPartitions.set(node, planned);
    return planned;
  }

  /** What has to be known before stages can be cut: the files of every text source, the fragments of every relation. */
  async #prepare(plan: FunctionPlan): Promise<void> {
    for (let node: FunctionPlan | null = plan; node !== null; ) {
      const { base } = segmentOf(node);
      if (base.kind === "textFile") await this.#textFile(base);
      if (base.kind === "rows" && !this.#fragments.has(base)) {
        const fragment = fragmentsOf(await resolve(base.input, this.#catalog()));
        await this.#prepareInputs(fragment);
        this.#fragments.set(base, fragment);
      }
      node = base.kind === "exchange" ? base.input : null;
    }
  }

  async #prepareInputs({ inputs }: QueryFragment): Promise<void> {
    for (const { source } of inputs) {
      if (source.kind === "udf") await this.#prepareInputs(source.query);
      else await this.#prepare(source.plan);
    }
  }

  #catalog(): Catalog {
    const { host, views, master } = this.#options;
    return {
      view: (name) => views.get(name),
      parquet: async (paths) => {
        const files = await parquetFiles(paths, host.workingDirectory);
        return { files, schema: await this.#describe(files.map(({ path }) => path)) };
      },
      parallelism: master.slots,
    };
  }

  /** Files of queries are read in executors only. */
  async #describe(paths: readonly string[]): Promise<Schema> {
    const [executor] = this.#executors.values();
    if (!executor) throw new EngineError("EXECUTOR_LOST", { attempts: 1, reason: "none is running" });
    const request = this.#nextRequest++;
    executor.hold(true);
    let timer: NodeJS.Timeout | undefined;
    const tooSlow = new EngineError("DEADLINE_EXCEEDED", {
      what: "reading the columns of files",
      limitMs: describeDeadlineMs,
    });
    try {
      return await new Promise<Schema>((done, failed) => {
        this.#describing.set(request, { resolve: done, reject: failed });
        timer = setTimeout(() => failed(tooSlow), describeDeadlineMs);
        executor.send({ kind: "describe", request, paths });
      });
    } finally {
      clearTimeout(timer);
      this.#describing.delete(request);
      this.#hold();
    }
  }

  // --- running

  #execute(job: Job, stages: readonly Stage[], deliver: (result: PartitionResult) => void): Promise<void> {
    return new Promise((succeed, reject) => {
      for (const stage of stages) if (!this.#stages.has(stage.spec.id)) this.#stages.set(stage.spec.id, stage);
      const specs = stages.map((stage) => stage.spec);
      const wanted =
        job.partitions ?? Array.from({ length: specs.at(-1)?.partitions ?? 0 }, (_, partition) => partition);
      const cancel = (): void => this.#on({ kind: "jobCancelled", job: job.id });
      const end = (): void => {
        job.signal.removeEventListener("abort", cancel);
        this.#jobs.delete(job.id);
        this.#hold();
      };
      this.#jobs.set(job.id, {
        job,
        deliver,
        resolve: () => {
          end();
          succeed();
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      this.#hold();
      job.signal.addEventListener("abort", cancel);
      this.#on({ kind: "jobSubmitted", job: job.id, stages: specs, partitions: wanted });
      if (job.signal.aborted) cancel();
    });
  }

  #hold(): void {
    for (const executor of this.#executors.values()) executor.hold(this.#jobs.size > 0);
  }

  #on(event: SchedulerEvent): void {
    const { state, actions } = decide(this.#state, event);
    this.#state = state;
    for (const action of actions) (this.#perform[action.kind] as (action: SchedulerAction) => void)(action);
  }

  readonly #perform: {
    readonly [K in SchedulerAction["kind"]]: (action: Extract<SchedulerAction, { kind: K }>) => void;
  } = {
    launch: (launch) => this.#launch(launch),
    kill: ({ stage, partition, attempt, executor }) => {
      this.#executors.get(executor)?.send({ kind: "kill", task: { stage, partition, attempt } });
      this.#progress.stopped(stage);
    },
    deliver: ({ job, task }) => {
      const running = this.#jobs.get(job);
      const output = this.#takeOutcome(task);
      if (running) running.deliver({ partition: task.partition, batches: readOutput(output) });
    },
    keepOutput: ({ task }) => {
      const output = this.#takeOutcome(task);
      const files = this.#outputs.get(task.stage) ?? new Map<number, string>();
      if (output.kind === "file") files.set(task.partition, output.path);
      this.#outputs.set(task.stage, files);
    },
    stageStarted: ({ stage }) => {
      const found = this.#stages.get(stage);
      if (found) this.#progress.started(stage, found.name, this.#tasksOf(stage));
    },
    stageEnded: ({ stage }) => {
      this.#progress.ended(stage);
      const bad = this.#invalidUtf8.get(stage);
      this.#invalidUtf8.delete(stage);
      if (bad)
        this.#warn(
          `${bad} ${bad === 1 ? "line" : "lines"} held invalid UTF-8; the invalid bytes were replaced by U+FFFD`,
          stage,
        );
    },
    jobSucceeded: ({ job }) => this.#jobs.get(job)?.resolve(),
    jobFailed: ({ job, task, error }) => this.#fail(job, task, error),
    replaceExecutor: ({ executor }) => {
      this.#executors.delete(executor);
      if (!this.#stopped) this.#addExecutor();
    },
  };

  #warn(text: string, stage: number): void {
    const name = this.#stages.get(stage)?.name ?? `stage ${stage}`;
    this.#options.host.listen({ kind: "warning", message: `${name}: ${text}` });
  }

  #tasksOf(stage: number): number {
    return this.#state.stages.get(stage)?.tasks.size ?? 0;
  }

  #takeOutcome(task: AttemptId): TaskOutput {
    const output = this.#outcomes.get(keyOf(task)) ?? { kind: "none" };
    this.#outcomes.delete(keyOf(task));
    return output;
  }

  #launch(launch: Launch): void {
    const stage = this.#stages.get(launch.stage);
    const executor = this.#executors.get(launch.executor);
    if (!stage || !executor) return;
    this.#progress.launched(launch.stage);
    const { partition, attempt } = launch;
    const task: Task = {
      stage: launch.stage,
      partition,
      attempt,
      partitions: stage.spec.partitions,
      source: this.#sourceOf(stage, partition),
      passes: stage.passes,
      sink: stage.sink,
      directory: this.#workspace.directory,
      python: this.#options.python,
      workingDirectory: this.#options.host.workingDirectory,
    };
    executor.send({ kind: "run", task });
  }

  #sourceOf({ source }: Stage, partition: number): TaskSource {
    switch (source.kind) {
      case "values":
        return { kind: "values", slices: source.slices[partition] ?? [] };
      case "text":
        return { kind: "text", splits: source.partitions[partition] ?? [] };
      case "shuffle":
        return { kind: "shuffle", bucket: partition, files: this.#filesOf(source.stage) };
      case "blocks": {
        const file = this.#outputs.get(source.stage)?.get(partition);
        return { kind: "blocks", files: file === undefined ? [] : [file] };
      }
      case "query": {
        const { statements, output, inputs, byPartition } = source;
        const blocksOf = (stage: number): string[] => {
          const all = this.#filesOf(stage);
          return byPartition ? all.slice(partition, partition + 1) : all;
        };
        const tables = inputs.map(({ stage, ...table }) => ({ ...table, blocks: blocksOf(stage) }));
        return { kind: "query", query: { sql: statements[partition] ?? "", output, inputs: tables } };
      }
    }
  }

  /** Outputs of a stage in the order of its partitions. */
  #filesOf(stage: number): string[] {
    return [...(this.#outputs.get(stage) ?? [])].sort(([left], [right]) => left - right).map(([, path]) => path);
  }

  #fail(id: number, task: AttemptId | null, error: ErrorData | null): void {
    const running = this.#jobs.get(id);
    if (!running) return;
    const { site } = running.job;
    running.reject(
      error === null
        ? new EngineError("JOB_CANCELLED", {}, { origin: { site } })
        : EngineError.fromData(error).at({ site }),
    );
    if (task) this.#outcomes.delete(keyOf(task));
  }

  // --- executors

  #addExecutor(): void {
    const id = this.#nextExecutor++;
    const executor = takeExecutor();
    this.#executors.set(id, executor);
    executor.hold(this.#jobs.size > 0);
    const timer = setTimeout(() => executor.kill(), executorStartDeadlineMs).unref();
    executor.attach({
      message: (message) => {
        if (message.kind === "ready") clearTimeout(timer);
        this.#receive(id, message);
      },
      lost: (reason) => {
        clearTimeout(timer);
        this.#lose(id, reason);
      },
    });
    const { master, python } = this.#options;
    executor.send({ kind: "configure", slots: master.slots, directory: this.#workspace.directory });
    if (this.#options.host.language === "python") executor.send({ kind: "warm", python });
  }

  #receive(executor: number, message: ExecutorMessage): void {
    if (message.kind === "ready") this.#on({ kind: "executorAdded", executor, slots: this.#options.master.slots });
    else if (message.kind === "described") this.#described(message);
    else if (message.kind === "print")
      this.#options.host.listen({ kind: "output", stream: message.stream, text: message.text });
    else this.#end(message.outcome);
  }

  #described({ request, answer }: Extract<ExecutorMessage, { kind: "described" }>): void {
    const waiting = this.#describing.get(request);
    if ("schema" in answer) waiting?.resolve(answer.schema);
    else waiting?.reject(EngineError.fromData(answer.error));
  }

  #end(outcome: TaskOutcome): void {
    const { task } = outcome;
    switch (outcome.kind) {
      case "succeeded":
        this.#startsInVain = 0;
        this.#progress.finished(task.stage, true);
        this.#outcomes.set(keyOf(task), outcome.output);
        if (outcome.counters.invalidUtf8 > 0) {
          this.#invalidUtf8.set(task.stage, (this.#invalidUtf8.get(task.stage) ?? 0) + outcome.counters.invalidUtf8);
        }
        this.#on({ kind: "taskSucceeded", task });
        return;
      case "failed":
        this.#progress.finished(task.stage, false);
        this.#on({ kind: "taskFailed", task, error: outcome.error, permanent: outcome.permanent });
        return;
      case "fetchFailed": {
        this.#progress.finished(task.stage, false);
        const lost = this.#ownerOf(outcome.file);
        if (lost) this.#on({ kind: "fetchFailed", task, lost, error: outcome.error });
        else this.#on({ kind: "taskFailed", task, error: outcome.error, permanent: false });
      }
    }
  }

  #ownerOf(file: string): { stage: number; partition: number } | null {
    for (const [stage, files] of this.#outputs) {
      for (const [partition, path] of files) if (path === file) return { stage, partition };
    }
    return null;
  }

  #lose(id: number, reason: string): void {
    this.#startsInVain += 1;
    const error = new EngineError("EXECUTOR_LOST", { attempts: this.#startsInVain, reason });
    for (const { reject } of this.#describing.values()) reject(error);
    if (this.#startsInVain >= maxExecutorStarts) {
      for (const job of [...this.#jobs.keys()]) {
        this.#fail(job, null, error.toData());
        this.#on({ kind: "jobCancelled", job });
      }
      this.#startsInVain = 0;
    }
    this.#on({ kind: "executorLost", executor: id, outputsLost: false, error: error.toData() });
  }

  // --- files

  /** Programs and files of stages that no later job can ask for. */
  #cleanUp(stages: readonly Stage[]): void {
    for (const { spec, once } of stages) if (once) this.#forget(spec.id);
  }

  #removeStage(stage: number): void {
    this.#stages.delete(stage);
    this.#outputs.delete(stage);
    rmSync(join(this.#workspace.directory, `stage-${stage}`), { recursive: true, force: true });
  }

  #forget(stage: number): void {
    if (this.#stopped) return;
    this.#on({ kind: "stageForgotten", stage });
    if (!this.#state.stages.has(stage)) this.#removeStage(stage);
  }
}

const keyOf = ({ stage, partition, attempt }: AttemptId): string => `${stage}/${partition}/${attempt}`;

/** Batches of a result, whether they came in the message or in a file, which is removed. */
function readOutput(output: TaskOutput): PartitionResult["batches"] {
  if (output.kind === "batches") return output.batches;
  if (output.kind === "none") return [];
  const batches = [...readBlock(output.path)];
  rmSync(output.path, { force: true });
  return batches;
}
