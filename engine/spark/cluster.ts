/** One session on a Spark cluster, and the jobs that run there. */
import { type Batch, whole } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { decodeElements } from "../data/elements.js";
import { decodePortableExactly } from "../data/portable.js";
import { EngineError } from "../errors.js";
import { siteName } from "../execute/stage-plan.js";
import type { Job, PartitionResult, StorageInfo } from "../plan/backend.js";
import type { Kernel } from "../plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import type { SparkOptions } from "./backend.js";
import { BatchReader, type TaskUpdates } from "./batch-rows.js";
import { fromRows, toPortableRows } from "./column-rows.js";
import { ConnectSession } from "./connect-client.js";
import type { Relation } from "./connect-messages.js";
import { toSchema } from "./connect-type.js";
import { type Equipment, Executors, noEquipment } from "./executors.js";
import { FunctionPlans, type JobScope } from "./function-plans.js";
import type { Kept } from "./kept.js";
import { requirePython } from "./pass-task.js";
import { SparkProgress } from "./progress.js";
import { batchRow, columnsOf, scalarUdf } from "./python-command.js";
import { type RelationContext, toRelation } from "./relation.js";
import { isFiles, saveOf, writeBlocks } from "./saves.js";
import type { Settled, Views } from "./settle.js";
import { type StageEnd, sinkOf } from "./stage-relations.js";

/** Long enough for a server that has just started. */
const firstAnswerMs = 20_000;

/** A job with the views that its plan names. */
export type SettledJob = Job & Settled<FunctionPlan>;

type ElementsNode = Extract<RelationalPlan, { kind: "elements" }>;

export interface Cluster {
  partitionCount(settled: Settled<FunctionPlan>): Promise<number>;
  schema(settled: Settled<RelationalPlan>): Promise<Schema>;
  run(job: SettledJob, deliver: (result: PartitionResult) => void): Promise<void>;
  unpersist(rdd: number): Promise<void>;
  storage(): readonly StorageInfo[];
  stop(): Promise<void>;
}

/** What the backend knows and the cluster does not. */
export interface ClusterOptions extends SparkOptions {
  readonly parallelism: number;
  readonly broadcasts: () => ReadonlyMap<number, Batch>;
}

/** Connects; raises `SPARK_UNAVAILABLE` when there is no server. */
export async function openCluster(master: string, options: ClusterOptions): Promise<Cluster> {
  const session = new ConnectSession(master);
  try {
    const version = await session.sparkVersion(options.answerWithinMs ?? firstAnswerMs);
    return new SparkCluster(master, options, session, version);
  } catch (error) {
    await session.release();
    throw error;
  }
}

const neverAborted = (): AbortSignal => new AbortController().signal;

const scopeOf = (views: Views): JobScope => ({ views, signal: neverAborted(), properties: {} });

class SparkCluster implements Cluster {
  readonly #master: string;
  readonly #options: ClusterOptions;
  readonly #session: ConnectSession;
  readonly #executors: Executors;
  readonly #plans: FunctionPlans;
  /** Tasks, by stage and partition, whose word to accumulators was passed on: what runs again counts once. */
  readonly #counted = new Set<string>();

  constructor(master: string, options: ClusterOptions, session: ConnectSession, version: string) {
    this.#master = master;
    this.#options = options;
    this.#session = session;
    this.#executors = new Executors(master, session, version, options.python);
    this.#plans = new FunctionPlans({
      master,
      language: options.host.language,
      executable: options.python.executable,
      searchPath: () => options.python.searchPath,
      session,
      executors: this.#executors,
      parallelism: options.parallelism,
      broadcasts: options.broadcasts,
      relation: (plan, scope) => this.#relation(plan, scope),
      accumulate: (updates) => this.#accumulate(updates),
    });
  }

  partitionCount({ plan, views }: Settled<FunctionPlan>): Promise<number> {
    return this.#plans.partitionCount(plan, scopeOf(views));
  }

  async schema({ plan, views }: Settled<RelationalPlan>): Promise<Schema> {
    try {
      return toSchema(await this.#session.schema(await this.#relation(plan, scopeOf(views))));
    } catch (error) {
      throw EngineError.from(error).at({ site: plan.site });
    }
  }

  async run(job: SettledJob, deliver: (result: PartitionResult) => void): Promise<void> {
    const { signal, properties, views, site } = job;
    if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
    const progress = new SparkProgress(siteName(site), this.#options.host.listen);
    const scope: JobScope = { signal, properties, views, progress: (stages) => progress.report(stages) };
    try {
      await this.#run(job, scope, deliver);
    } finally {
      progress.end();
    }
  }

  async #run(job: SettledJob, scope: JobScope, deliver: (result: PartitionResult) => void): Promise<void> {
    const { output } = job;
    const direct = directRows(job);
    if (direct) return this.#runRelation(direct, scope, deliver);
    if (output.kind === "blocks") return this.#checkpoint(job, output.directory, scope, deliver);
    if (isFiles(output)) return this.#save(job, scope, deliver);
    return this.#collect(job, scope, deliver);
  }

  async #collect(job: SettledJob, scope: JobScope, deliver: (result: PartitionResult) => void): Promise<void> {
    const { plan, partitions, site } = job;
    // Elements leave in Python's form for a Python program; every other one reads portable batches.
    const isOwn =
      job.output.kind === "collect" && job.output.format === "own" && this.#options.host.language === "python";
    const collected = { kind: "collect", format: isOwn ? "own" : "portable" } as const;
    const output = job.output.kind === "discard" ? job.output : collected;
    const planned = await this.#plans.plan({ plan, output, site, ...(partitions && { partitions }) }, scope);
    const { last, relations } = planned;
    const sink = sinkOf(output.kind === "discard" ? "nowhere" : "driver");
    try {
      const missing = new Set(partitions ?? Array.from({ length: Math.max(0, last.spec.partitions) }, (_, at) => at));
      if (last.spec.partitions !== 0) {
        const relation = await relations.relation(last, { sink, output: batchRow, wanted: partitions ?? null });
        await this.#receive(relation, scope, (result) => {
          missing.delete(result.partition);
          deliver(result);
        });
      }
      // Spark runs no task at all over a relation without rows.
      for (const partition of missing) deliver({ partition, batches: [] });
    } finally {
      await planned.release();
    }
  }

  async #receive(relation: Relation, scope: JobScope, deliver: (result: PartitionResult) => void): Promise<void> {
    const gathered = new Map<number, Batch[]>();
    const reader = new BatchReader();
    await this.#execute(relation, scope, (stream) => {
      for (const found of reader.read(stream)) {
        if (found.kind === "updates") this.#accumulate(found.of);
        else if (found.kind === "batch") {
          const batches = gathered.get(found.partition) ?? [];
          gathered.set(found.partition, batches);
          batches.push(found.batch);
        } else {
          const { partition } = found;
          const batches = gathered.get(partition) ?? [];
          gathered.delete(partition);
          deliver({ partition, batches });
        }
      }
    });
  }

  async #save(job: SettledJob, scope: JobScope, deliver: (result: PartitionResult) => void): Promise<void> {
    if (!isFiles(job.output)) return;
    const { end, command } = saveOf(job.output, job);
    const { last, relations, release } = await this.#plans.plan(job, scope);
    try {
      const relation = await relations.relation(last, end);
      const { signal, progress } = scope;
      await this.#session.command(command(relation), { signal, ...(progress && { progress }) });
      for (let partition = 0; partition < last.spec.partitions; partition++) deliver({ partition, batches: [] });
    } finally {
      await release();
    }
  }

  /** A checkpoint: kept by the executors, or written where the program says. */
  async #checkpoint(
    { plan }: SettledJob,
    directory: string | null,
    scope: JobScope,
    deliver: (result: PartitionResult) => void,
  ): Promise<void> {
    const kept =
      directory === null
        ? await this.#plans.materialise(plan, null, scope)
        : await this.#written(plan, directory, scope);
    const files = this.#plans.kept.checkpoint(directory ?? `checkpoint-${nextCheckpoint++}`, kept);
    for (const [partition, file] of files.entries()) deliver({ partition, batches: [], file, language: kept.language });
  }

  async #written(plan: FunctionPlan, directory: string, scope: JobScope): Promise<Kept> {
    const { signal, progress } = scope;
    const blocks = await this.#plans.blocks(plan, scope);
    try {
      await this.#session.command(writeBlocks(blocks.relation, directory), { signal, ...(progress && { progress }) });
    } finally {
      await blocks.release();
    }
    const kept = this.#plans.storedBlocks(directory, blocks);
    await this.#plans.tellNotes(kept.relation, signal);
    return kept;
  }

  /** A relation whose rows are wanted as they are needs no Python: they all come as partition 0. */
  async #runRelation(
    { relation, names }: DirectRows,
    scope: JobScope,
    deliver: (result: PartitionResult) => void,
  ): Promise<void> {
    const batches: Batch[] = [];
    await this.#execute(await this.#relation(relation, scope), scope, (stream) => {
      const batch = toPortableRows(stream, names);
      if (batch.count > 0) batches.push(batch);
    });
    deliver({ partition: 0, batches });
  }

  #execute(relation: Relation, { signal, progress }: JobScope, receive: (stream: Uint8Array) => void): Promise<void> {
    return this.#session.execute(relation, { signal, receive, ...(progress && { progress }) });
  }

  #accumulate({ stage, task, updates }: TaskUpdates): void {
    const key = `${stage} ${task}`;
    if (this.#counted.has(key)) return;
    this.#counted.add(key);
    this.#options.accumulate?.(updates);
  }

  async unpersist(rdd: number): Promise<void> {
    const remote = await this.#plans.kept.forget(rdd);
    if (remote) await this.#session.forget(remote);
  }

  storage(): readonly StorageInfo[] {
    return this.#plans.kept.storage();
  }

  stop(): Promise<void> {
    return this.#session.release();
  }

  // --- relations

  /** Executors are asked only where a function will run there: a first translation tells, and counts if it never looked. */
  async #relation(plan: RelationalPlan, scope: JobScope): Promise<Relation> {
    const elements = new Map<ElementsNode, Relation>();
    for (const node of elementsBelow(plan, scope.views)) elements.set(node, await this.#elements(node, scope));
    if (!this.#executors.isEquipped) {
      let looked = false;
      const relation = toRelation(
        plan,
        this.#context(elements, scope, () => {
          looked = true;
          return noEquipment;
        }),
      );
      if (!looked) return relation;
    }
    const equipment = await this.#executors.equip();
    return toRelation(
      plan,
      this.#context(elements, scope, () => equipment),
    );
  }

  #context(
    elements: ReadonlyMap<ElementsNode, Relation>,
    { views }: JobScope,
    equipment: () => Equipment,
  ): RelationContext {
    const { executable } = this.#options.python;
    return {
      master: this.#master,
      views,
      elements: (node) => elements.get(node) as Relation,
      scalarUdf: (fn, { type }) => {
        const known = equipment();
        requirePython({ equipment: known, executable });
        return scalarUdf(known.python, fn, type);
      },
    };
  }

  /** Elements that are rows, as a relation with their columns. */
  async #elements(node: ElementsNode, scope: JobScope): Promise<Relation> {
    const local = localColumns(node);
    if (local) return local;
    const format = this.#options.host.language === "python" ? "own" : "portable";
    const { input: plan, schema, site } = node;
    const { last, relations } = await this.#plans.plan({ plan, output: { kind: "collect", format }, site }, scope);
    const fields = schema.map(({ name, type, nullable }) => [name, type.kind, nullable]);
    const end: StageEnd = { sink: sinkOf("columns", ["schema", fields]), output: columnsOf(schema), wanted: null };
    return relations.relation(last, end);
  }
}

/** Checkpoints that the executors keep have no directory of their own. */
let nextCheckpoint = 0;

/** The fragments of elements below a relation, and below the views that it names. */
function elementsBelow(plan: RelationalPlan, views: Views): Set<ElementsNode> {
  const found = new Set<ElementsNode>();
  for (const open = [plan, ...views.values()]; open.length > 0; ) {
    const node = open.pop() as RelationalPlan;
    if (node.kind === "elements") found.add(node);
    else if ("input" in node) open.push(node.input);
  }
  return found;
}

/** The values themselves as rows of columns, where no other language has to read them; else null. */
function localColumns({ input, schema }: ElementsNode): Relation | null {
  if (input.kind !== "values" || input.batches[0]?.format === "pickle") return null;
  const rows = input.batches.flatMap((batch) =>
    batch.format === "v8" ? decodeElements(whole(batch)) : decodePortableExactly(batch),
  );
  return { localRelation: { data: fromRows(schema, rows as unknown[][]) } };
}

interface DirectRows {
  readonly relation: RelationalPlan;
  /** Field names of rows; null: plain lists. */
  readonly names: readonly string[] | null;
}

/** All rows of a relation, as they are or as rows with names. */
function directRows({ plan, partitions, output }: Job): DirectRows | null {
  if (partitions !== undefined || output.kind !== "collect") return null;
  const row: Extract<Kernel, { op: "row" }> | null =
    plan.kind === "step" && plan.kernel.op === "row" ? plan.kernel : null;
  const base = plan.kind === "step" && row !== null ? plan.input : plan;
  return base.kind === "rows" ? { relation: base.input, names: row?.names ?? null } : null;
}
