/** Relations as queries and function fragments, run by DuckDB in this process; figures of `frames.json` are the real Spark's. */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Schema } from "../../../engine/data/data-type.js";
import { Double, double } from "../../../engine/data/portable.js";
import { schemaText } from "../../../engine/data/type-table.js";
import { fragmentsOf } from "../../../engine/embedded/fragments.js";
import type { EngineError } from "../../../engine/errors.js";
import type { Expr } from "../../../engine/plan/expr.js";
import type { RelationalPlan } from "../../../engine/plan/plan.js";
import { resolve } from "../../../engine/resolve/resolve.js";
import { parseExpression } from "../../../engine/sql/expression.js";
import { QueryBench, rowsPlan, site } from "./run-query.js";

interface Frames {
  readonly ranges: readonly {
    readonly range: readonly [string, string, string, number];
    readonly slices: readonly (readonly string[])[];
  }[];
  readonly parquet: {
    readonly schema: string;
    readonly partitions: number;
    readonly sum: Readonly<Record<string, number>>;
    readonly rows: readonly (readonly unknown[])[];
  };
  readonly partitions: Readonly<Record<string, number>>;
}

const goldenFolder = new URL("../../../../test/golden/", import.meta.url);
const frames = JSON.parse(readFileSync(new URL("frames.json", goldenFolder), "utf8")) as Frames;
const people = fileURLToPath(new URL("people.parquet", goldenFolder));

const bench = new QueryBench({
  double: (x: number) => (x === null ? null : x * 2),
  half: (x: number) => x / 2,
  spell: (x: number) => `n${x}`,
  wrong: () => "many",
  both: (x: number, y: number) => x * 100 + y,
});
afterAll(() => bench.close());

const range = (end: bigint, partitions: number): RelationalPlan => ({
  kind: "range",
  start: 0n,
  end,
  step: 1n,
  partitions,
  site,
});
const where = (input: RelationalPlan, text: string): RelationalPlan => ({
  kind: "filter",
  input,
  condition: parseExpression(text),
  site,
});
const select = (input: RelationalPlan, ...columns: (string | Expr)[]): RelationalPlan => ({
  kind: "project",
  input,
  columns: columns.map((column) => (typeof column === "string" ? parseExpression(column) : column)),
  site,
});
const udf = (name: string, type: "int" | "string" | "double", ...args: string[]): Expr => ({
  kind: "udf",
  fn: { language: "python", name, body: new Uint8Array() },
  args: args.map((text) => parseExpression(text)),
  type: { kind: type },
});
const rowsOf = async (plan: RelationalPlan): Promise<unknown[]> => (await bench.run(plan)).partitions.flat();
const failure = async (plan: RelationalPlan): Promise<EngineError> =>
  (await bench.run(plan).catch((error: unknown) => error)) as EngineError;

describe("partitions", () => {
  it.each(frames.ranges)("slices range($range) as Spark", async ({ range: [start, end, step, partitions], slices }) => {
    const plan: RelationalPlan = {
      kind: "range",
      start: BigInt(start),
      end: BigInt(end),
      step: BigInt(step),
      partitions,
      site,
    };
    const result = await bench.run(plan);
    expect(result.partitions.map((part) => part.map(([id]) => String(id)))).toEqual(slices);
  });

  it("has no rows in an empty range", async () => {
    const result = await bench.run({ kind: "range", start: 5n, end: 5n, step: 1n, partitions: 2, site });
    expect(result.partitions).toEqual([[], []]);
  });

  it.each<[string, RelationalPlan]>([
    ["filter of range(10) in 4", where(range(10n, 4), "id > 3")],
    [
      "group by",
      { kind: "aggregate", input: range(10n, 4), grouping: [parseExpression("id % 7")], aggregates: [], site },
    ],
    [
      "order by",
      {
        kind: "sort",
        input: range(10n, 4),
        orders: [{ child: parseExpression("-id"), ascending: true, nullsFirst: true }],
        site,
      },
    ],
    ["limit", { kind: "limit", input: range(10n, 4), count: 3, site }],
  ])("%s has as many as in Spark", async (name, plan) => {
    expect((await bench.run(plan)).partitions.length).toBe(frames.partitions[name]);
  });

  it("keeps those of elements below filters and projections only", async () => {
    const schema: Schema = [{ name: "x", type: { kind: "bigint" }, nullable: true }];
    const elements = rowsPlan([[1], [2], [3], [4]], schema, 2);
    const scan = await bench.run(select(where(elements, "x <> 3"), "x * 10 AS y"));
    expect(scan.partitions).toEqual([[[10], [20]], [[40]]]);
    const all = await bench.run(select(elements, "sum(x)"));
    expect(all.partitions).toEqual([[[10]]]);
  });

  it("runs a scan whole where partitions are not seen", async () => {
    const resolved = await resolve(where(range(10n, 4), "id > 3"), bench.catalog);
    expect(fragmentsOf(resolved, false).tasks.kind).toBe("whole");
    expect(fragmentsOf(resolved).tasks).toMatchObject({ kind: "each", statements: { length: 4 } });
  });
});

describe("Parquet files that Spark wrote", () => {
  const plan: RelationalPlan = { kind: "parquet", paths: [people], site };

  it("are read with Spark's schema, rows and partitions", async () => {
    const { schema, partitions } = await bench.run(plan);
    expect(schemaText(schema)).toBe(frames.parquet.schema);
    expect(schema.every(({ nullable }) => nullable)).toBe(true);
    expect(partitions.length).toBe(frames.parquet.partitions);
    const rows = partitions.flat().map((row) => row.map((value) => (value instanceof Double ? value.value : value)));
    rows.sort((left, right) => Number(left[0]) - Number(right[0]));
    expect(rows).toEqual(frames.parquet.rows);
  });

  it("are aggregated", async () => {
    const [row] = (await rowsOf(select(plan, "sum(id)", "sum(score)", "count(name)", "max(age)"))) as [unknown[]];
    expect(row.map(Number)).toEqual(Object.values(frames.parquet.sum));
  });

  it.each([
    ["patterns", `${people}/part-0000[01]*`, 8],
    ["single files by name", `${people}/part-00000*`, 4],
  ])("can be named by %s", async (_, path, count) => {
    expect(await rowsOf(select({ kind: "parquet", paths: [path], site }, "count(*)"))).toEqual([[count]]);
  });

  it("can be queried by path in SQL", async () => {
    expect(await bench.rows(`SELECT count(*) FROM parquet.\`${people}\` WHERE even`)).toEqual([[6]]);
  });

  it.each([
    ["a missing path", "/nowhere/at/all", "PATH_NOT_FOUND"],
    ["a pattern without matches", `${people}/*.csv`, "PATH_NOT_FOUND"],
    ["a directory without files", `${bench.directory}/empty`, "NO_INPUT_FILES"],
    ["something else than Parquet", fileURLToPath(new URL("functions.sql", goldenFolder)), "CORRUPT_INPUT"],
  ])("%s is refused", async (_, path, code) => {
    mkdirSync(`${bench.directory}/empty`, { recursive: true });
    const error = await failure({ kind: "parquet", paths: [path], site });
    expect([error.code, error.origin.site]).toEqual([code, site]);
  });
});

describe("user functions", () => {
  it("run between two queries, partition by partition", async () => {
    const result = await bench.run(where(select(range(6n, 2), "id", udf("double", "int", "id + 1")), "id <> 2"));
    expect(result.partitions).toEqual([
      [
        [0, 2],
        [1, 4],
      ],
      [
        [3, 8],
        [4, 10],
        [5, 12],
      ],
    ]);
  });

  it("take several columns, and stand in filters, groups and aggregates", async () => {
    expect(await rowsOf(where(range(5n, 1), "id > 0"))).toHaveLength(4);
    const filtered: RelationalPlan = {
      kind: "filter",
      input: range(5n, 2),
      condition: { kind: "call", fn: ">", args: [udf("double", "int", "id"), parseExpression("5")] },
      site,
    };
    expect(await rowsOf(filtered)).toEqual([[3], [4]]);
    const total = select(range(5n, 2), { kind: "call", fn: "sum", args: [udf("both", "int", "id", "id + 1")] });
    expect(await rowsOf(total)).toEqual([[1015]]);
    const nested = select(range(3n, 1), {
      kind: "udf",
      fn: { language: "python", name: "spell", body: new Uint8Array() },
      args: [udf("double", "int", "id")],
      type: { kind: "string" },
    });
    expect(await rowsOf(nested)).toEqual([["n0"], ["n2"], ["n4"]]);
  });

  it("have their results coerced as Arrow does, or are blamed for them", async () => {
    expect(await rowsOf(select(range(3n, 1), udf("half", "int", "id")))).toEqual([[0], [0], [1]]);
    expect(await rowsOf(select(range(2n, 1), udf("half", "double", "id")))).toEqual([[new Double(0)], [0.5]]);
    const error = await failure(select(range(3n, 1), udf("wrong", "int", "id")));
    expect([error.code, error.params["function"], error.params["actual"]]).toEqual([
      "FUNCTION_RESULT_INVALID",
      "wrong",
      '"many"',
    ]);
  });
});

describe("rows given by a program", () => {
  const schema: Schema = [
    { name: "n", type: { kind: "int" }, nullable: false },
    { name: "s", type: { kind: "string" }, nullable: true },
  ];

  it.each<[string, unknown[], unknown]>([
    ["lists", [[1, "a"]], [[1, "a"]]],
    ["objects, by name", [{ s: "a", n: 1 }], [[1, "a"]]],
    [
      "absent values",
      [[1, undefined], { n: 2 }],
      [
        [1, null],
        [2, null],
      ],
    ],
  ])("can be %s", async (_, rows, expected) => {
    expect(await rowsOf(rowsPlan(rows, schema))).toEqual(expected);
  });

  it.each<[string, unknown[], RegExp]>([
    ["a value of another type", [["x", "a"]], /column "n" must be an int, not "x"/],
    ["a double for an int", [[double(1), "a"]], /column "n" must be an int/],
    ["null where there is none", [[null, "a"]], /column "n" must be int that is not null/],
    ["too few values", [[1]], /each row must be a list of 2 values, not \[1\]/],
    ["no row", [5], /each row must be a list of 2 values, not 5/],
  ])("cannot have %s", async (_, rows, message) => {
    const error = await failure(rowsPlan(rows, schema));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toMatch(message);
  });
});

describe("deep and wide plans", () => {
  it("merges many projections and filters", async () => {
    let plan = range(3n, 1);
    for (let i = 0; i < 400; i++) plan = where(select(plan, "id + 1 AS id"), "id > 0");
    expect(await rowsOf(plan)).toEqual([[400], [401], [402]]);
  }, 20_000);

  it("takes long chains of conditions", async () => {
    const text = Array.from({ length: 300 }, (_, i) => `id = ${i * 2}`).join(" or ");
    expect(await rowsOf(select(where(range(10n, 1), text), "count(*)"))).toEqual([[5]]);
  });

  it("never tries what a filter below rules out", async () => {
    const plan = where(where(range(1000n, 1), "id <> 500"), "10 / (id - 500) >= 10");
    expect(await rowsOf(plan)).toEqual([[501]]);
  });

  it("has rows without columns", async () => {
    expect(await rowsOf(select(range(2n, 1)))).toEqual([[], []]);
    expect(
      await rowsOf({
        kind: "aggregate",
        input: range(0n, 1),
        grouping: [],
        aggregates: [parseExpression("1 AS one")],
        site,
      }),
    ).toEqual([[1]]);
  });
});
