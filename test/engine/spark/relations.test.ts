/**
 * Relations on a real Spark Connect server. Expected rows are what Spark's own documentation says, or are computed here
 * from the same input; the parquet file is written by DuckDB.
 */
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../engine/plan/backend.js";
import type { ShippedFunction } from "../../../engine/plan/kernel.js";
import type { RelationalPlan } from "../../../engine/plan/plan.js";
import {
  alias,
  call,
  cast,
  collected,
  column,
  filter,
  literal,
  type OnSpark,
  options,
  range,
  rows,
  select,
  site,
  sorted,
  sql,
  startBackend,
  step,
  view,
} from "./spark-fixture.js";

let spark: OnSpark;
let backend: Backend;
let fn: (name: string) => ShippedFunction;
let folder: string;
const views = new Map<string, RelationalPlan>();

beforeAll(async () => {
  spark = await startBackend({ ...options, views });
  ({ backend, fn, folder } = spark);
});

afterAll(() => spark?.stop());

describe("relations", () => {
  const five = range(5, 2);
  views.set("five", five);
  views.set("late", { kind: "deferredRelation", plan: Promise.resolve(range(2, 1)), site });
  views.set(
    "even",
    filter(view("five"), call("==", call("%", column("id"), literal(2n, "bigint")), literal(0n, "bigint"))),
  );

  const cases: readonly { readonly name: string; readonly plan: RelationalPlan; readonly rows: readonly unknown[] }[] =
    [
      { name: "range", plan: five, rows: [[0], [1], [2], [3], [4]] },
      {
        name: "filter and select",
        plan: select(
          filter(five, call(">=", column("id"), literal(3, "int"))),
          alias(call("*", column("id"), literal(2n, "bigint")), "twice"),
          literal("é", "string"),
        ),
        rows: [
          [6, "é"],
          [8, "é"],
        ],
      },
      {
        name: "an operator of the grammar only",
        plan: filter(range(3, 1), call("!=", column("id"), literal(1n, "bigint"))),
        rows: [[0], [2]],
      },
      {
        name: "every type, and null",
        plan: select(
          range(1, 1),
          literal(true, "boolean"),
          literal(-7, "int"),
          literal(9007199254740993n, "bigint"),
          literal(0.5, "double"),
          literal("a", "string"),
          literal(null, "string"),
        ),
        rows: [[true, -7, 9007199254740993n, 0.5, "a", null]],
      },
      {
        name: "a cast cuts, as Spark says",
        plan: select(range(1, 1), cast(literal(3.7, "double"), "int")),
        rows: [[3]],
      },
      { name: "star", plan: select(range(1, 1), { kind: "star" }, literal(1, "int")), rows: [[0, 1]] },
      { name: "two columns of one name", plan: select(range(1, 1), column("id"), column("id")), rows: [[0, 0]] },
      {
        name: "group",
        plan: sorted(
          {
            kind: "aggregate",
            input: range(10, 3),
            grouping: [alias(call("%", column("id"), literal(3n, "bigint")), "rest")],
            aggregates: [alias(call("sum", column("id")), "total"), call("count", { kind: "star" })],
            site,
          },
          "rest",
        ),
        rows: [
          [0, 18, 4],
          [1, 12, 3],
          [2, 15, 3],
        ],
      },
      { name: "limit", plan: { kind: "limit", input: five, count: 2, site }, rows: [[0], [1]] },
      {
        name: "a query text",
        plan: sql("select id + 1 as next from range(3) where id > 0 order by id"),
        rows: [[2], [3]],
      },
      { name: "a view", plan: view("even"), rows: [[0], [2], [4]] },
      { name: "a view that a job had to work out first", plan: sql("select max(id) from late"), rows: [[1]] },
      { name: "a view of views, whatever the case of its name", plan: view("FIVE"), rows: [[0], [1], [2], [3], [4]] },
      { name: "a query text over a view", plan: sql("select count(*), 'five' from Even -- five"), rows: [[3, "five"]] },
    ];
  test.each(cases)("$name", async ({ plan, rows: expected }) => {
    expect(await collected(backend, rows(plan))).toEqual(expected);
  });

  test("schema", async () => {
    const plan = select(
      five,
      column("id"),
      alias(call("/", column("id"), literal(2, "int")), "half"),
      alias(literal("", "string"), "text"),
    );
    expect(await backend.schema(plan)).toEqual([
      { name: "id", type: { kind: "bigint" }, nullable: false },
      { name: "half", type: { kind: "double" }, nullable: true },
      { name: "text", type: { kind: "string" }, nullable: false },
    ]);
  });

  test("rows with names", async () => {
    const plan = step(rows(range(2, 1)), { op: "row", names: ["id"] });
    expect(await collected(backend, plan)).toEqual([{ id: 0 }, { id: 1 }]);
  });

  test("parquet written by another engine", async () => {
    const path = join(folder, "sales.parquet");
    const sales = Array.from({ length: 1000 }, (_, i) => ({
      city: i % 7 === 0 ? null : `c${i % 5}`,
      amount: (i * 37) % 101,
    }));
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const cells = sales.map(({ city, amount }) => `(${city === null ? "null" : `'${city}'`}, ${amount}::bigint)`);
    await connection.run(
      `copy (select * from (values ${cells.join(", ")}) t(city, amount)) to '${path}' (format parquet)`,
    );
    connection.closeSync();
    const plan: RelationalPlan = {
      kind: "aggregate",
      input: { kind: "parquet", paths: [path], site },
      grouping: [column("city")],
      aggregates: [call("sum", column("amount")), call("count", column("amount"))],
      site,
    };
    const groups = groupByCity(sales);
    const expected = [...groups]
      .sort(([left], [right]) => (left ?? "").localeCompare(right ?? ""))
      .map(([city, group]) => [city, group.reduce((sum, { amount }) => sum + amount, 0), group.length]);
    expect(await collected(backend, rows(sorted(plan, "city")))).toEqual(expected);
  });

  test("a Python function in a column, null as None", async () => {
    const input = sql("select * from values (1L), (null), (3L) as t(n)");
    const udf = { kind: "udf", fn: fn("plus_hundred"), args: [column("n")], type: { kind: "bigint" } } as const;
    expect(await collected(backend, rows(select(input, column("n"), udf)))).toEqual([
      [1, 101],
      [null, null],
      [3, 103],
    ]);
  });
});

interface Sale {
  readonly city: string | null;
  readonly amount: number;
}

function groupByCity(sales: readonly Sale[]): Map<string | null, Sale[]> {
  const groups = new Map<string | null, Sale[]>();
  for (const sale of sales) groups.set(sale.city, [...(groups.get(sale.city) ?? []), sale]);
  return groups;
}
