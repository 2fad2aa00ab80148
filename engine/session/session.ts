/** A session: one program's engine, with its backend, its jobs and the form in which elements enter and leave. */
import { packFunction } from "../closure/pack.js";
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { decodeElements, encodeElements } from "../data/elements.js";
import { decodePortable, decodePortableExactly, encodePortable } from "../data/portable.js";
import { type CallSite, EngineError } from "../errors.js";
import type { AccumulatorUpdate } from "../execute/worker-frames.js";
import type { Backend, Job, PartitionResult } from "../plan/backend.js";
import { markComputed } from "../plan/computed.js";
import type { FunctionValue, ShippedFunction } from "../plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { settle } from "../plan/settle.js";
import {
  type AnyFunction,
  type Element,
  type Elements,
  EncodedElements,
  type TaskFunction,
} from "../plan/task-function.js";
import { Accumulators } from "./accumulators.js";
import { Application } from "./application.js";
import { callSite, currentCaller, type Host } from "./caller.js";
import { makeCheckpointDirectory } from "./checkpoint-directory.js";
import { writeCheckpoints } from "./checkpoints.js";
import type { EngineEvent } from "./events.js";
import type { Properties } from "./listener-event.js";
import { LocalProperties } from "./local-properties.js";
import { openBackend } from "./open-backend.js";
import { progressPrinter } from "./progress-bar.js";
import { RunningJobs } from "./running-jobs.js";
import { parseSettings, type Settings } from "./settings.js";
import { SharedFiles } from "./shared-files.js";
import type { SparkContext } from "./spark-context.js";
import { filesProperty } from "./spark-files.js";
import { reportUncaught } from "./uncaught.js";

export interface SessionOptions {
  readonly master: string;
  readonly appName: string;
  readonly conf: Readonly<Record<string, string>>;
}

/** This process itself, as a TypeScript program. */
function ownHost(): Host {
  reportUncaught();
  const progress = progressPrinter(process.stderr);
  return {
    language: "typescript",
    workingDirectory: process.cwd(),
    python: null,
    listen: (event) => {
      if (event.kind === "progress") progress(event);
      else if (event.kind === "output") process[event.stream].write(event.text);
      else if (event.kind === "warning" || event.kind === "info")
        process.stderr.write(`${event.kind}: ${event.message}\n`);
    },
  };
}

export class Session {
  readonly options: SessionOptions;
  readonly host: Host;
  readonly settings: Settings;
  readonly application: Application;
  readonly backend: Backend;
  readonly views: Map<string, RelationalPlan> = new Map();
  readonly properties: LocalProperties = new LocalProperties();
  readonly jobs: RunningJobs = new RunningJobs();
  readonly files: SharedFiles;
  /** What the program knows as its context; set by that. */
  context: SparkContext | null = null;
  readonly accumulators: Accumulators = new Accumulators();
  /** Where checkpoints of this session are written. */
  checkpointDirectory: string | null = null;
  #nextRdd = 0;
  #stopped = false;

  constructor(options: SessionOptions) {
    const { master, appName } = options;
    const host = currentCaller()?.host ?? ownHost();
    const settings = parseSettings(options.conf, host.workingDirectory);
    const conf = { ...options.conf, "spark.master": master, "spark.app.name": appName };
    this.host = host;
    this.settings = settings;
    this.files = new SharedFiles({
      localDirectory: settings.localDirectory,
      workingDirectory: host.workingDirectory,
    });
    this.application = new Application({ name: appName, conf, settings, host });
    const { id, startTimeMs, post } = this.application;
    this.options = { ...options, conf: { ...conf, "spark.app.id": id, "spark.app.startTime": String(startTimeMs) } };
    this.backend = openBackend({
      master,
      conf,
      host: { ...host, listen: (event) => this.#pass(event) },
      settings,
      post,
      files: this.files,
      views: this.views,
      accumulate: (updates) => this.#accumulate(updates),
    });
    this.application.start();
    const { checkpointDirectory } = settings;
    if (checkpointDirectory === null) return;
    const { workingDirectory } = host;
    const call = "spark.checkpoint.dir";
    this.checkpointDirectory = makeCheckpointDirectory(checkpointDirectory, { master, workingDirectory, call });
  }

  /** Passes an event of the backend on; warnings only from the level on that is set. */
  #pass(event: EngineEvent): void {
    if (event.kind === "warning") this.application.warn(event.message);
    else if (event.kind === "info") this.application.info(event.message);
    else this.host.listen(event);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** RDDs count from 0, as in `toDebugString`. */
  newRddId(): number {
    return this.#nextRdd++;
  }

  /** Runs one job; results in the order of `partitions`, or of all partitions. `delivered` gets each as it comes. */
  async run(
    plan: FunctionPlan,
    output: Job["output"],
    site: CallSite,
    partitions?: readonly number[],
    delivered?: (result: PartitionResult) => void,
  ): Promise<readonly PartitionResult[]> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED", {}, { origin: { site } });
    const settled = await settle(plan);
    const results = await this.#run({ plan: settled, output, site, ...(partitions && { partitions }) }, delivered);
    await writeCheckpoints(settled, this.checkpointDirectory, (marked, directory) =>
      this.#writeBlocks(marked, directory, site),
    );
    markComputed(settled, this.host.language !== "python");
    return results;
  }

  async #run(
    work: Pick<Job, "plan" | "output" | "site" | "partitions">,
    delivered?: (result: PartitionResult) => void,
  ): Promise<readonly PartitionResult[]> {
    const caller = currentCaller();
    const { id, properties, signal, end } = this.jobs.begin(this.#jobProperties(), caller?.signal ?? null);
    const results: PartitionResult[] = [];
    caller?.started?.(id);
    try {
      await this.backend.run({ ...work, id, properties, signal }, (result) => {
        results.push(result);
        delivered?.(result);
      });
    } catch (error) {
      throw signal.aborted ? EngineError.from(signal.reason).at({ site: work.site }) : error;
    } finally {
      end();
    }
    return results.sort((left, right) => left.partition - right.partition);
  }

  #jobProperties(): Properties {
    const { current } = this.properties;
    const { directory } = this.files;
    return directory === null ? current : { ...current, [filesProperty]: directory };
  }

  /** One block for each partition, in order. */
  #writeBlocks(plan: FunctionPlan, directory: string | null, site: CallSite): Promise<readonly PartitionResult[]> {
    return this.#run({ plan, output: { kind: "blocks", directory }, site });
  }

  /** What an attempt added: merged here for a program in this process, passed on for others. */
  #accumulate(updates: readonly AccumulatorUpdate[]): void {
    if (this.host.language === "typescript") {
      for (const { id, batch } of updates) this.accumulators.merge(id, batch);
    } else if (updates.length > 0) this.host.listen({ kind: "accumulators", updates });
  }

  /** All elements of a plan, in the form of the program's language. */
  async batches(plan: FunctionPlan, site: CallSite, partitions?: readonly number[]): Promise<Batch[]> {
    const results = await this.run(plan, { kind: "collect", format: "own" }, site, partitions);
    return results.flatMap((result) => result.batches);
  }

  /** Elements that the engine itself reads, such as counts. */
  async portable(plan: FunctionPlan, site: CallSite, partitions?: readonly number[]): Promise<unknown[]> {
    const results = await this.run(plan, { kind: "collect", format: "portable" }, site, partitions);
    return results.flatMap((result) => result.batches).flatMap((batch) => decodePortable(batch));
  }

  /** The same, with each double that has no fraction as a `Double`. */
  async exact(plan: FunctionPlan, site: CallSite, partitions?: readonly number[]): Promise<unknown[]> {
    const results = await this.run(plan, { kind: "collect", format: "portable" }, site, partitions);
    return results.flatMap((result) => result.batches).flatMap((batch) => decodePortableExactly(batch));
  }

  /** Columns of a relation; errors of analysis name the line of the call that is wrong. */
  async schema(plan: RelationalPlan, site: CallSite): Promise<Schema> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED", {}, { origin: { site } });
    try {
      return await this.backend.schema(plan);
    } catch (error) {
      throw EngineError.from(error).at({ site });
    }
  }

  /** Rows as the program sees them: objects here, rows of their own language for other clients. */
  async collectRows<T>(rows: FunctionPlan, schema: Schema, site: CallSite): Promise<Elements<T>> {
    const names = schema.map(({ name }) => name);
    if (this.host.language !== "typescript") {
      return this.decode(await this.batches({ kind: "step", input: rows, kernel: { op: "row", names }, site }, site));
    }
    const values = (await this.portable(rows, site)) as (readonly unknown[])[];
    return values.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))) as T[];
  }

  /** Writes to the program's own output. */
  print(text: string): void {
    this.host.listen({ kind: "output", stream: "stdout", text });
  }

  /** Refuses an argument, with the line of the call. */
  require(
    holds: boolean,
    params: { readonly call: string; readonly parameter: string; readonly expected: string; readonly actual: string },
  ): void {
    if (!holds) throw new EngineError("INVALID_ARGUMENT", params, { origin: { site: callSite(params.call) } });
  }

  /** Refuses a list that must not be empty. */
  requireSome(list: readonly unknown[], call: string, parameter: string): void {
    this.require(list.length > 0, { call, parameter, expected: "at least one", actual: "none" });
  }

  async partitionCount(plan: FunctionPlan): Promise<number> {
    return this.backend.partitionCount(await settle(plan));
  }

  /** What a program passed as elements, as batches. */
  encode<T>(elements: Elements<T> | Iterable<T>): readonly Batch[] {
    if (elements instanceof EncodedElements) return elements.batches;
    const all = Array.isArray(elements) ? elements : [...elements];
    const batches: Batch[] = [];
    for (let from = 0; from < all.length; from += 8192) batches.push(encodeElements(all.slice(from, from + 8192)));
    return batches;
  }

  /** Batches as the program gets them: values here, batches as they are for a client of another language. */
  decode<T>(batches: readonly Batch[]): Elements<T> {
    if (this.host.language !== "typescript") return new EncodedElements(batches) as unknown as Elements<T>;
    return batches.flatMap((batch) => decodeBatch(batch)) as T[];
  }

  /** The only element of these batches, or `otherwise`. */
  decodeOne<T>(batches: readonly Batch[], otherwise: () => unknown): Element<T> {
    const found = batches.find((batch) => batch.count > 0);
    if (this.host.language === "typescript") return (found ? decodeBatch(found)[0] : otherwise()) as T;
    return new EncodedElements([found ?? encodePortable([otherwise()])]) as unknown as Element<T>;
  }

  /** A function of the user as workers get it. */
  ship(fn: TaskFunction<AnyFunction>, call: string): FunctionValue {
    if (typeof fn !== "function") return fn as ShippedFunction;
    try {
      return packFunction(fn);
    } catch (error) {
      throw EngineError.from(error).at({ site: callSite(call) });
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.jobs.cancelAll("because SparkContext was shut down");
    await this.backend.stop();
    this.files.remove();
    await this.application.stop();
  }
}

function decodeBatch(batch: Batch): unknown[] {
  return batch.format === "portable"
    ? decodePortable(batch, 0, batch.count)
    : decodeElements({ batch, from: 0, to: batch.count });
}
