/** One session on a Spark cluster: what its executors have, and the jobs that run there. */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { EngineError } from "../errors.js";
import { siteName } from "../execute/stage-plan.js";
import type { Job, PartitionResult } from "../plan/backend.js";
import type { Kernel } from "../plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import type { SparkOptions } from "./backend.js";
import { decodeBatchRows } from "./batch-rows.js";
import { toPortableRows } from "./column-rows.js";
import { ConnectSession } from "./connect-client.js";
import type { Relation } from "./connect-messages.js";
import { toSchema } from "./connect-type.js";
import { elementsRelation, partitionsRelation, resultRelation, type StageContext } from "./function-stage.js";
import { SparkProgress } from "./progress.js";
import { type PythonSide, probeFunction, scalarUdf } from "./python-command.js";
import { type RelationContext, toRelation } from "./relation.js";
import type { Settled } from "./settle.js";
import { makeArchive, missingPackages } from "./worker-archive.js";

/** `repartitionById` is new in this one. */
const oldestForFunctions = [4, 1] as const;
/** What a function stage keeps in memory on both sides of Spark's pipe to Python. */
const settings = { "spark.sql.execution.arrow.maxBytesPerBatch": String(16 * 1024 * 1024) };
/** Long enough for a server that has just started. */
const firstAnswerMs = 20_000;
/** Asked when no program says which Python it is. */
const anyPython = "3.11";

/** What a translation needs of a job. */
type Translated = Pick<SettledJob, "id" | "views">;

/** What the executors have, once they were asked. */
interface Executors {
  readonly python: PythonSide;
  /** Packages that the worker needs and the program's interpreter lacks. */
  readonly missing: readonly string[];
}

/** A job with the views that its plan names. */
export type SettledJob = Job & Settled<FunctionPlan>;

export interface Cluster {
  partitionCount(settled: Settled<FunctionPlan>): Promise<number>;
  schema(settled: Settled<RelationalPlan>): Promise<Schema>;
  run(job: SettledJob, deliver: (result: PartitionResult) => void): Promise<void>;
  stop(): Promise<void>;
}

/** Connects; raises `SPARK_UNAVAILABLE` when there is no server. */
export async function openCluster(master: string, options: SparkOptions): Promise<Cluster> {
  const session = new ConnectSession(master);
  try {
    return new SparkCluster(
      master,
      options,
      session,
      await session.sparkVersion(options.answerWithinMs ?? firstAnswerMs),
    );
  } catch (error) {
    await session.release();
    throw error;
  }
}

const neverAborted = (): AbortSignal => new AbortController().signal;

class SparkCluster implements Cluster {
  readonly #master: string;
  readonly #options: SparkOptions;
  readonly #session: ConnectSession;
  readonly #version: string;
  #executors: Promise<Executors> | null = null;

  constructor(master: string, options: SparkOptions, session: ConnectSession, version: string) {
    this.#master = master;
    this.#options = options;
    this.#session = session;
    this.#version = version;
  }

  async partitionCount({ plan, views }: Settled<FunctionPlan>): Promise<number> {
    const relation = await this.#translate({ id: 0, views }, (context) => partitionsRelation(plan, context));
    let count = 0;
    await this.#session.execute(relation, {
      signal: neverAborted(),
      receive: (stream) => {
        count += [...decodeBatchRows(stream)].length;
      },
    });
    return count;
  }

  async schema({ plan, views }: Settled<RelationalPlan>): Promise<Schema> {
    try {
      const relation = await this.#translate({ id: 0, views }, (context) => context.toRelation(plan));
      return toSchema(await this.#session.schema(relation));
    } catch (error) {
      throw EngineError.from(error).at({ site: plan.site });
    }
  }

  async run(job: SettledJob, deliver: (result: PartitionResult) => void): Promise<void> {
    const { plan, output, signal } = job;
    if (output.kind !== "collect" && output.kind !== "discard") {
      const remedy = "collect the elements, or use local[N]";
      throw new EngineError("BACKEND_UNSUPPORTED", { what: "saveAsTextFile", master: this.#master, remedy });
    }
    if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
    const direct = directRows(job);
    if (direct) return this.#runRelation(direct, job, deliver);
    const form = output.kind === "collect" && output.format === "own" ? "own" : "portable";
    const sink = output.kind === "collect" ? "driver" : "nowhere";
    const end = { output: form, sink, wanted: job.partitions ?? null } as const;
    const relation = await this.#translate(job, (context) => resultRelation(plan, end, context));
    const gathered = new Map<number, Batch[]>();
    const missing = new Set(job.partitions);
    await this.#execute(job, relation, (stream) => {
      for (const [partition, batch] of decodeBatchRows(stream)) {
        const batches = gathered.get(partition) ?? [];
        gathered.set(partition, batches);
        if (batch !== null) {
          batches.push(batch);
          continue;
        }
        gathered.delete(partition);
        missing.delete(partition);
        deliver({ partition, batches });
      }
    });
    // Spark runs no task at all over a relation without rows.
    for (const partition of missing) deliver({ partition, batches: [] });
  }

  /** A relation whose rows are wanted as they are needs no Python: they all come as partition 0. */
  async #runRelation(
    { relation, names }: DirectRows,
    job: SettledJob,
    deliver: (result: PartitionResult) => void,
  ): Promise<void> {
    const batches: Batch[] = [];
    const root = await this.#translate(job, (context) => context.toRelation(relation));
    await this.#execute(job, root, (stream) => {
      const batch = toPortableRows(stream, names);
      if (batch.count > 0) batches.push(batch);
    });
    deliver({ partition: 0, batches });
  }

  async #execute(job: Job, relation: Relation, receive: (stream: Uint8Array) => void): Promise<void> {
    const progress = new SparkProgress(siteName(job.site), this.#options.host.listen);
    try {
      await this.#session.execute(relation, {
        signal: job.signal,
        receive,
        progress: (stages) => progress.report(stages),
      });
    } finally {
      progress.end();
    }
  }

  stop(): Promise<void> {
    return this.#session.release();
  }

  // --- translation

  #context({ views }: Translated, executors: () => Executors): StageContext {
    const { host, python } = this.#options;
    const context: StageContext = {
      master: this.#master,
      language: host.language,
      python: () => executors().python,
      searchPath: python.searchPath,
      requirePython: () => {
        const { missing } = executors();
        if (missing.length > 0) throw missingPackages(python.executable, missing);
      },
      toRelation: (plan) => toRelation(plan, relations),
    };
    const relations: RelationContext = {
      master: this.#master,
      views,
      elements: (node) => elementsRelation(node, context),
      scalarUdf: (fn, { type }) => {
        context.requirePython();
        return scalarUdf(context.python(), fn, type);
      },
    };
    return context;
  }

  /**
   * Executors are asked only where a function will run there: a first translation tells, with a stand-in for them, and
   * counts if it never looked.
   */
  async #translate(job: Translated, make: (context: StageContext) => Relation): Promise<Relation> {
    let looked = false;
    const standIn = (): Executors => {
      looked = true;
      return { python: { archive: "", version: anyPython }, missing: [] };
    };
    if (this.#executors === null) {
      const relation = make(this.#context(job, standIn));
      if (!looked) return relation;
    }
    const executors = await this.#askExecutors();
    return make(this.#context(job, () => executors));
  }

  // --- executors

  #askExecutors(): Promise<Executors> {
    if (this.#executors === null) {
      this.#executors = this.#prepareExecutors();
      this.#executors.catch(() => {
        this.#executors = null;
      });
    }
    return this.#executors;
  }

  async #prepareExecutors(): Promise<Executors> {
    const [major = 0, minor = 0] = this.#version.split(".").map(Number);
    if (major < oldestForFunctions[0] || (major === oldestForFunctions[0] && minor < oldestForFunctions[1])) {
      const what = `a function of the program, with Spark ${this.#version},`;
      const remedy = `use Spark ${oldestForFunctions.join(".")} or newer`;
      throw new EngineError("BACKEND_UNSUPPORTED", { what, master: this.#master, remedy });
    }
    const { archive, missing } = await makeArchive(this.#options.python.executable);
    await this.#session.configure(settings);
    await this.#session.addArtifact(`archives/${archive.name}.tar#${archive.name}`, archive.bytes);
    const version = await this.#pythonVersion(archive.name);
    return { python: { archive: archive.name, version }, missing };
  }

  /** Spark refuses a function of another minor version of Python, and names its own in doing so. */
  async #pythonVersion(archive: string): Promise<string> {
    const expected = this.#options.python.version?.split(".").slice(0, 2).join(".") ?? null;
    const version = expected ?? anyPython;
    try {
      await this.#probe({ archive, version });
      return version;
    } catch (error) {
      const mismatch = error instanceof EngineError && error.code === "WORKER_VERSION_MISMATCH" ? error : null;
      if (mismatch === null || expected !== null) throw error;
      const actual = mismatch.params["actual"] ?? version;
      await this.#probe({ archive, version: actual });
      return actual;
    }
  }

  async #probe(python: PythonSide): Promise<void> {
    const input: Relation = { range: { start: "0", end: "1", step: "1", numPartitions: 1 } };
    const relation: Relation = { mapPartitions: { input, func: probeFunction(python) } };
    await this.#session.execute(relation, { signal: neverAborted(), receive: () => {} });
  }
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
