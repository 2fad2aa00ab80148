/**
 * The backend for `sc://host:port`: a real Spark runs the plans, over Spark Connect.
 *
 * Making one costs nothing: the gRPC and Arrow libraries are loaded and the server is spoken to when the first plan
 * comes, so that programs on other masters never pay for them.
 */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { EngineError } from "../errors.js";
import { StageReports } from "../execute/stage-reports.js";
import type { PythonEnvironment } from "../execute/task.js";
import type { AccumulatorUpdate } from "../execute/worker-frames.js";
import type { Backend, ExecutorInfo, Job, PartitionResult, StorageInfo } from "../plan/backend.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";
import type { Host } from "../session/caller.js";
import type { PostEvent } from "../session/listener-event.js";
import type { Cluster } from "./cluster.js";
import { parseMasterUrl } from "./master-url.js";
import { settleFunctions, settleRelation } from "./settle.js";

export interface SparkOptions {
  /** The program: its language, in which elements leave, and who hears of progress. */
  readonly host: Host;
  /** The program's own interpreter: its version must be the executors', its packages are sent to them. */
  readonly python: PythonEnvironment;
  /** Temporary views of the program, by name in lower case; Spark's own catalog is asked for other names. */
  readonly views: ReadonlyMap<string, RelationalPlan>;
  /** What a cluster does not tell: partitions of `parallelize` without a number; 2 unless given, Spark's own least. */
  readonly defaultParallelism?: number;
  /** Hears of jobs; of their stages and tasks Spark alone knows. */
  readonly post?: PostEvent;
  /** Takes what a task, counted once, added to accumulators. */
  readonly accumulate?: (updates: readonly AccumulatorUpdate[]) => void;
  /** A server that does not answer the first call within this time is not there; 20,000 unless given. */
  readonly answerWithinMs?: number;
}

class SparkBackend implements Backend {
  readonly master: string;
  readonly defaultParallelism: number;
  readonly #options: SparkOptions;
  readonly #reports: StageReports;
  readonly #broadcasts = new Map<number, Batch>();
  #nextBroadcast = 0;
  #cluster: Promise<Cluster> | null = null;
  /** Once it is there. */
  #opened: Cluster | null = null;
  #stopped = false;

  constructor(master: string, options: SparkOptions) {
    parseMasterUrl(master);
    this.master = master;
    this.defaultParallelism = options.defaultParallelism ?? 2;
    this.#options = options;
    this.#reports = new StageReports(options.post ?? (() => {}));
  }

  #open(): Promise<Cluster> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED");
    if (this.#cluster === null) {
      this.#cluster = this.#connect();
      // A server that is down now may be up at the next call.
      this.#cluster.catch(() => {
        this.#cluster = null;
      });
    }
    return this.#cluster;
  }

  async #connect(): Promise<Cluster> {
    const { openCluster } = await import("./cluster.js");
    const parallelism = this.defaultParallelism;
    this.#opened = await openCluster(this.master, {
      ...this.#options,
      parallelism,
      broadcasts: () => this.#broadcasts,
    });
    return this.#opened;
  }

  async partitionCount(plan: FunctionPlan): Promise<number> {
    const settled = await settleFunctions(plan, this.#options.views);
    const known = knownPartitions(settled.plan);
    if (known !== null) return known;
    try {
      return await (await this.#open()).partitionCount(settled);
    } catch (error) {
      throw EngineError.from(error).at({ site: plan.site });
    }
  }

  async schema(plan: RelationalPlan): Promise<Schema> {
    const settled = await settleRelation(plan, this.#options.views);
    return (await this.#open()).schema(settled);
  }

  async run(job: Job, deliver: (result: PartitionResult) => void): Promise<void> {
    this.#reports.jobStarted(job, []);
    try {
      const { plan, views } = await settleFunctions(job.plan, this.#options.views);
      await (await this.#open()).run({ ...job, plan, views }, deliver);
    } catch (thrown) {
      const error = EngineError.from(thrown).at({ site: job.site });
      this.#reports.jobEnded(job.id, error);
      throw error;
    }
    this.#reports.jobEnded(job.id, null);
  }

  /** It travels with the next job that runs a function. */
  broadcast(value: Batch): number {
    const id = this.#nextBroadcast++;
    this.#broadcasts.set(id, value);
    return id;
  }

  destroyBroadcast(id: number): void {
    this.#broadcasts.delete(id);
  }

  async unpersist(rdd: number): Promise<void> {
    await this.#opened?.unpersist(rdd);
  }

  /** What stages write is read by the job that they belong to only. */
  forgetShuffles(): void {}

  storage(): readonly StorageInfo[] {
    return this.#opened?.storage() ?? [];
  }

  executors(): readonly ExecutorInfo[] {
    return [];
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const cluster = await this.#cluster?.catch(() => null);
    await cluster?.stop();
  }
}

/** A backend on the Spark at `master`, such as `sc://localhost:15002`. */
export const sparkBackend = (master: string, options: SparkOptions): Backend => new SparkBackend(master, options);
