/** A session: one program's engine, with its backend, its jobs and the form in which elements enter and leave. */
import { packFunction } from "../closure/pack.js";
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { decodeElements, encodeElements } from "../data/elements.js";
import { decodePortable, decodePortableExactly, encodePortable } from "../data/portable.js";
import { type CallSite, EngineError } from "../errors.js";
import { EmbeddedBackend } from "../execute/backend.js";
import type { PythonEnvironment } from "../execute/task.js";
import type { Backend, Job, PartitionResult } from "../plan/backend.js";
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
import { sparkBackend } from "../spark/backend.js";
import { callSite, currentCaller, type Host } from "./caller.js";
import { parseMaster } from "./master.js";
import { progressPrinter } from "./progress-bar.js";
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
      else process.stderr.write(`warning: ${event.message}\n`);
    },
  };
}

/** With which interpreter Python workers run: contracts E.1. */
function pythonOf(host: Host, conf: Readonly<Record<string, string>>): PythonEnvironment {
  const virtual = process.env["VIRTUAL_ENV"];
  const executable =
    process.env["KINDLING_PYTHON"] ??
    conf["spark.pyspark.python"] ??
    host.python?.executable ??
    (virtual === undefined ? "python3" : `${virtual}/bin/python`);
  return { executable, searchPath: host.python?.searchPath ?? [], version: host.python?.version ?? null };
}

function openBackend(options: SessionOptions, host: Host, views: ReadonlyMap<string, RelationalPlan>): Backend {
  const master = parseMaster(options.master);
  const python = pythonOf(host, options.conf);
  if (master.kind === "connect") {
    return sparkBackend(master.url, { host, python, views });
  }
  const localDirectory = options.conf["spark.local.dir"] ?? null;
  return new EmbeddedBackend({ master, host, python, localDirectory, views });
}

export class Session {
  readonly options: SessionOptions;
  readonly host: Host;
  readonly backend: Backend;
  readonly views: Map<string, RelationalPlan> = new Map();
  #nextJob = 0;
  #stopped = false;

  constructor(options: SessionOptions) {
    this.options = options;
    this.host = currentCaller()?.host ?? ownHost();
    this.backend = openBackend(options, this.host, this.views);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Runs one job; results in the order of `partitions`, or of all partitions. */
  async run(
    plan: FunctionPlan,
    output: Job["output"],
    site: CallSite,
    partitions?: readonly number[],
  ): Promise<readonly PartitionResult[]> {
    if (this.#stopped) throw new EngineError("SESSION_STOPPED", {}, { origin: { site } });
    const signal = currentCaller()?.signal ?? new AbortController().signal;
    const results: PartitionResult[] = [];
    const settledPlan = await settle(plan);
    const job: Job = {
      id: this.#nextJob++,
      plan: settledPlan,
      output,
      site,
      signal,
      ...(partitions && { partitions }),
    };
    await this.backend.run(job, (result) => void results.push(result));
    return results.sort((left, right) => left.partition - right.partition);
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
    await this.backend.stop();
  }
}

function decodeBatch(batch: Batch): unknown[] {
  return batch.format === "portable"
    ? decodePortable(batch, 0, batch.count)
    : decodeElements({ batch, from: 0, to: batch.count });
}
