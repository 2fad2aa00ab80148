/** A backend on a real Spark for the tests of this folder, and plans written by hand. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Batch } from "../../../engine/data/batch.js";
import type { DataType } from "../../../engine/data/data-type.js";
import { decodePortable, encodePortable } from "../../../engine/data/portable.js";
import type { CallSite } from "../../../engine/errors.js";
import type { Backend, Job } from "../../../engine/plan/backend.js";
import type { Expr } from "../../../engine/plan/expr.js";
import type { FunctionValue, Kernel, ShippedFunction } from "../../../engine/plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../../../engine/plan/plan.js";
import { type SparkOptions, sparkBackend } from "../../../engine/spark/backend.js";
import { type SparkServer, startSpark } from "../../servers/spark/start.js";

const run = promisify(execFile);

function repositoryRoot(folder: string): string {
  return existsSync(join(folder, "package-lock.json")) ? folder : repositoryRoot(dirname(folder));
}

export const root: string = repositoryRoot(dirname(fileURLToPath(import.meta.url)));

/** The program's interpreter, which has the Python client. */
export const python: string = process.env["KINDLING_PYTHON"] ?? join(root, ".venv", "bin", "python");

export const sparkFunctions: string = join(root, "test", "engine", "spark", "spark_functions.py");

export const site: CallSite = { file: "program.py", line: 7, call: "collect" };

export const options: SparkOptions = {
  host: { language: "typescript", workingDirectory: root, python: null, listen: () => {} },
  python: { executable: python, searchPath: [], version: null, environment: {} },
  views: new Map(),
};

/** A server with a backend on it, the packed functions, and a folder for files. */
export interface OnSpark {
  readonly server: SparkServer;
  readonly backend: Backend;
  readonly fn: (name: string) => ShippedFunction;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startBackend(given: SparkOptions): Promise<OnSpark> {
  const [server, fn, folder] = await Promise.all([
    startSpark(),
    packFunctions(),
    mkdtemp(join(tmpdir(), "kindling-test-")),
  ]);
  const backend = sparkBackend(server.master, given);
  return {
    server,
    backend,
    fn,
    folder,
    async stop() {
      await backend.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// --- functions

export async function packFunctions(): Promise<(name: string) => ShippedFunction> {
  const { stdout } = await run(python, [sparkFunctions], { timeout: 30_000 });
  const bodies = JSON.parse(stdout) as Record<string, string>;
  return (name) => ({ language: "python", name, body: Buffer.from(bodies[name] ?? "", "base64") });
}

export const add: FunctionValue = { language: "any", name: "add" };

/** Standard output of a Python program. */
export async function pythonOutput(executable: string, program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PYTHONHASHSEED: "0" };
  const { stdout } = await run(executable, ["-W", "ignore", "-c", program, ...args], { timeout: 240_000, env });
  return stdout;
}

// --- expressions

export const column = (name: string): Expr => ({ kind: "column", name });
export const literal = (value: null | boolean | number | bigint | string, kind: DataType["kind"]): Expr => ({
  kind: "literal",
  value,
  type: { kind },
});
export const call = (fn: string, ...args: Expr[]): Expr => ({ kind: "call", fn, args });
export const alias = (child: Expr, name: string): Expr => ({ kind: "alias", child, name });
export const cast = (child: Expr, kind: DataType["kind"]): Expr => ({ kind: "cast", child, type: { kind } });

// --- relations

export const range = (end: number, partitions: number): RelationalPlan => ({
  kind: "range",
  start: 0n,
  end: BigInt(end),
  step: 1n,
  partitions,
  site,
});
export const select = (input: RelationalPlan, ...columns: Expr[]): RelationalPlan => ({
  kind: "project",
  input,
  columns,
  site,
});
export const filter = (input: RelationalPlan, condition: Expr): RelationalPlan => ({
  kind: "filter",
  input,
  condition,
  site,
});
export const sql = (text: string): RelationalPlan => ({ kind: "sql", text, site });
export const view = (name: string): RelationalPlan => ({ kind: "view", name, site });
export const sorted = (input: RelationalPlan, name: string): RelationalPlan => ({
  kind: "sort",
  input,
  orders: [{ child: column(name), ascending: true, nullsFirst: true }],
  site,
});

// --- elements

export const values = (elements: readonly unknown[], slices: number): FunctionPlan => {
  const half = Math.ceil(elements.length / 2);
  const batches = [encodePortable(elements.slice(0, half)), encodePortable(elements.slice(half))];
  return { kind: "values", batches, slices, site };
};
export const rows = (input: RelationalPlan): FunctionPlan => ({ kind: "rows", input, site });
export const step = (input: FunctionPlan, ...kernels: Kernel[]): FunctionPlan =>
  kernels.reduce<FunctionPlan>((below, kernel) => ({ kind: "step", input: below, kernel, site }), input);
export const byHash = (input: FunctionPlan, partitions: number): FunctionPlan => ({
  kind: "exchange",
  input,
  bucketing: { by: "hash", family: "own", partitions },
  site,
});
export const inOne = (input: FunctionPlan): FunctionPlan => ({
  kind: "exchange",
  input,
  bucketing: { by: "single", partitions: 1 },
  site,
});

// --- jobs

let nextJob = 0;

export const jobOf = (plan: FunctionPlan, more: Partial<Job> = {}): Job => ({
  id: nextJob++,
  plan,
  output: { kind: "collect", format: "portable" },
  site,
  signal: new AbortController().signal,
  properties: {},
  ...more,
});

const elementsOf = (batches: readonly Batch[]): unknown[] => batches.flatMap((batch) => decodePortable(batch));

/** The elements of each partition that was delivered, in order of partitions. */
export async function partitionsOf(
  backend: Backend,
  plan: FunctionPlan,
  more: Partial<Job> = {},
): Promise<[number, unknown[]][]> {
  const delivered: [number, unknown[]][] = [];
  await backend.run(jobOf(plan, more), ({ partition, batches }) => delivered.push([partition, elementsOf(batches)]));
  return delivered.sort(([left], [right]) => left - right);
}

export async function collected(backend: Backend, plan: FunctionPlan): Promise<unknown[]> {
  return (await partitionsOf(backend, plan)).flatMap(([, elements]) => elements);
}
