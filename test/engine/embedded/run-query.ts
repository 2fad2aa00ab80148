/** Runs plans and queries in this process, as an executor does for a session: for tests of the relational slice. */
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "../../../engine/data/batch.js";
import { writeBatch } from "../../../engine/data/block-file.js";
import type { Schema } from "../../../engine/data/data-type.js";
import { decodePortable, decodePortableExactly, encodePortable } from "../../../engine/data/portable.js";
import { fragmentsOf, type QueryFragment } from "../../../engine/embedded/fragments.js";
import { parquetFiles } from "../../../engine/embedded/parquet-files.js";
import { type EmbeddedEngine, openEngine, type QueryInput } from "../../../engine/embedded/query-run.js";
import type { FunctionPlan, RelationalPlan } from "../../../engine/plan/plan.js";
import { resolve } from "../../../engine/resolve/resolve.js";
import type { Catalog, ResolvedPlan } from "../../../engine/resolve/resolved.js";

export const site = { file: "app.ts", line: 1, call: "sql" } as const;

/** Functions of tests by name, in place of workers. */
export type TestFunctions = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface QueryResult {
  readonly schema: Schema;
  /** By partition; doubles without a fraction are `Double`s. */
  readonly partitions: readonly (readonly (readonly unknown[])[])[];
  readonly plan: ResolvedPlan;
}

export class QueryBench {
  readonly directory: string = mkdtempSync(join(tmpdir(), "kindling-test-"));
  readonly views: Map<string, RelationalPlan> = new Map();
  readonly functions: TestFunctions;
  readonly parallelism = 2;
  #engine: Promise<EmbeddedEngine> | null = null;
  #blocks = 0;

  constructor(functions: TestFunctions = {}) {
    this.functions = functions;
  }

  engine(): Promise<EmbeddedEngine> {
    this.#engine ??= openEngine({ threads: 2, tempDirectory: this.directory });
    return this.#engine;
  }

  get catalog(): Catalog {
    return {
      view: (name) => this.views.get(name),
      parquet: async (paths) => {
        const files = await parquetFiles(paths, this.directory);
        return { files, schema: await (await this.engine()).describeParquet(files.map(({ path }) => path)) };
      },
      parallelism: this.parallelism,
    };
  }

  async run(plan: RelationalPlan): Promise<QueryResult> {
    const resolved = await resolve(plan, this.catalog);
    const fragment = fragmentsOf(resolved);
    const partitions = await this.#runFragment(fragment, decodePortableExactly);
    return { schema: fragment.output, partitions: partitions as QueryResult["partitions"], plan: resolved };
  }

  sql(text: string): Promise<QueryResult> {
    return this.run({ kind: "sql", text, site });
  }

  /** The rows of all partitions, doubles as plain numbers. */
  async rows(text: string): Promise<readonly unknown[]> {
    const { partitions } = await this.sql(text);
    return partitions
      .flat()
      .map((row) => row.map((value) => (typeof value === "object" && value !== null ? Number(value) : value)));
  }

  async close(): Promise<void> {
    (await this.engine()).close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #runFragment(fragment: QueryFragment, decode: (batch: Batch) => unknown[]): Promise<unknown[][]> {
    const inputs = await Promise.all(fragment.inputs.map((input) => this.#materialise(input.source)));
    const taskInputs = (partition: number | null): QueryInput[] =>
      fragment.inputs.map(({ name, schema, functions }, i) => {
        const files = inputs[i] ?? [];
        return { name, schema, functions, blocks: partition === null ? files : files.slice(partition, partition + 1) };
      });
    const { tasks, output } = fragment;
    const run = async (sql: string, partition: number | null): Promise<unknown[]> => {
      const rows: unknown[] = [];
      const task = { sql, output, inputs: taskInputs(partition) };
      for await (const batch of (await this.engine()).run(task, new AbortController().signal))
        rows.push(...decode(batch));
      return rows;
    };
    if (tasks.kind === "each") return Promise.all(tasks.statements.map((sql) => run(sql, null)));
    if (tasks.kind === "whole") return [await run(tasks.statement, null)];
    return Promise.all((inputs[0] ?? []).map((_, partition) => run(tasks.statement, partition)));
  }

  /** One block file per partition. */
  async #materialise(source: QueryFragment["inputs"][number]["source"]): Promise<string[]> {
    if (source.kind === "elements") return partitionsOf(source.plan).map((rows) => this.#write(encodePortable(rows)));
    const partitions = await this.#runFragment(source.query, decodePortable);
    return partitions.map((rows) => {
      const called = rows.map((row) => {
        const values = row as never[];
        return [
          ...values,
          ...source.calls.map(({ fn, args }) => this.functions[fn.name]?.(...args.map((arg) => values[arg] as never))),
        ];
      });
      return this.#write(encodePortable(called));
    });
  }

  #write(batch: Batch): string {
    const path = join(this.directory, `block-${this.#blocks++}`);
    const fd = openSync(path, "w");
    writeBatch(fd, batch);
    closeSync(fd);
    return path;
  }
}

function partitionsOf(plan: FunctionPlan): unknown[][] {
  if (plan.kind !== "values") throw new TypeError(`a test plan of kind ${plan.kind}`);
  const all = plan.batches.flatMap((batch) => decodePortableExactly(batch));
  return Array.from({ length: plan.slices }, (_, i) =>
    all.slice(Math.floor((i * all.length) / plan.slices), Math.floor(((i + 1) * all.length) / plan.slices)),
  );
}

/** Rows given by a test. */
export const rowsPlan = (rows: readonly unknown[], schema: Schema, slices = 1): RelationalPlan => ({
  kind: "elements",
  input: { kind: "values", batches: [encodePortable(rows)], slices, site },
  schema,
  site,
});
