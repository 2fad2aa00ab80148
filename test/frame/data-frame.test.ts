/**
 * DataFrames as a TypeScript program uses them, on the embedded engine. Results are those of PySpark 4.3 for the same
 * calls, unless a case says otherwise.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DataFrame, type EngineError, functions as F, SparkSession } from "../../engine/index.js";
import { printed } from "./printed.js";

const spark = SparkSession.builder().master("local[2]").getOrCreate();
const folder = mkdtempSync(join(tmpdir(), "kindling-frame-"));
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const people = spark.createDataFrame(
  [
    ["Ann", 30, 1.5, true],
    ["Bob", null, 2.5, false],
    ["Cid", 30, null, true],
    [null, 41, 4, null],
  ],
  ["name", "age", "score", "member"],
);

interface Query {
  readonly name: string;
  readonly df: () => DataFrame;
  readonly rows: readonly (readonly unknown[])[];
  readonly columns?: readonly string[];
}

const queries: readonly Query[] = [
  {
    name: "select names and expressions",
    df: () => people.select("name", F.col("age").plus(1).alias("next")),
    columns: ["name", "next"],
    rows: [
      ["Ann", 31],
      ["Bob", null],
      ["Cid", 31],
      [null, 42],
    ],
  },
  {
    name: "select every column and one more",
    df: () => people.limit(1).select("*", F.lit("x").as("x")),
    columns: ["name", "age", "score", "member", "x"],
    rows: [["Ann", 30, 1.5, true, "x"]],
  },
  { name: "select nothing", df: () => spark.range(2).select(), columns: [], rows: [[], []] },
  {
    name: "operators",
    df: () =>
      spark
        .range(1, 2)
        .select(
          F.col("id").minus(3),
          F.col("id").multiply(2.5),
          F.col("id").divide(4),
          F.col("id").mod(2),
          F.col("id").equalTo(1),
          F.col("id").notEqual(1),
          F.col("id").lt(2).and(F.col("id").geq(1)),
          F.col("id").gt(2).or(F.col("id").leq(0)),
          F.col("id").isNull(),
          F.col("id").isNotNull(),
          F.col("id").cast("string"),
        ),
    columns: [
      "(id - 3)",
      "(id * 2.5)",
      "(id / 4)",
      "(id % 2)",
      "(id = 1)",
      "(NOT (id = 1))",
      "((id < 2) AND (id >= 1))",
      "((id > 2) OR (id <= 0))",
      "(id IS NULL)",
      "(id IS NOT NULL)",
      "id",
    ],
    rows: [[-2, 2.5, 0.25, 1, true, false, true, false, false, true, "1"]],
  },
  {
    name: "filter leaves out what is null",
    df: () => people.filter(F.col("age").gt(29)).select("name"),
    rows: [["Ann"], ["Cid"], [null]],
  },
  {
    name: "filter by SQL text",
    df: () => people.filter("age IS NULL OR score > 3").select("name", "score"),
    rows: [
      ["Bob", 2.5],
      [null, 4],
    ],
  },
  { name: "where by a column", df: () => people.where(F.col("member")).select("name"), rows: [["Ann"], ["Cid"]] },
  {
    name: "groups of nulls, counts of what is not null",
    df: () =>
      people
        .groupBy("age")
        .agg(F.count("*").alias("rows"), F.count("name").alias("names"), F.sum("score").alias("total"))
        .orderBy("age"),
    columns: ["age", "rows", "names", "total"],
    rows: [
      [null, 1, 1, 2.5],
      [30, 2, 2, 1.5],
      [41, 1, 0, 4],
    ],
  },
  {
    name: "aggregates of all rows",
    df: () => people.agg(F.min("name"), F.max("age"), F.avg("score"), F.count("age")),
    columns: ["min(name)", "max(age)", "avg(score)", "count(age)"],
    rows: [["Ann", 41, 8 / 3, 3]],
  },
  {
    name: "aggregates of no row",
    df: () => people.filter("false").agg(F.sum("age"), F.count("*")),
    rows: [[null, 0]],
  },
  { name: "groups of no row", df: () => people.filter("false").groupBy("age").count(), rows: [] },
  {
    name: "counts of groups",
    df: () => people.groupBy("member").count().orderBy(F.col("member").desc()),
    columns: ["member", "count"],
    rows: [
      [true, 2],
      [false, 1],
      [null, 1],
    ],
  },
  {
    name: "sums of the columns that are named",
    df: () => people.groupBy("member").sum("age", "score").orderBy("member"),
    columns: ["member", "sum(age)", "sum(score)"],
    rows: [
      [null, 41, 4],
      [false, null, 2.5],
      [true, 60, 1.5],
    ],
  },
  {
    name: "sums of all numeric columns, those of the groups too",
    df: () => people.groupBy("age").sum().orderBy("age"),
    columns: ["age", "sum(age)", "sum(score)"],
    rows: [
      [null, null, 2.5],
      [30, 60, 1.5],
      [41, 41, 4],
    ],
  },
  {
    name: "order by several columns, nulls first where ascending and last where not",
    df: () => people.orderBy(F.col("age").desc(), "name").select("age", "name"),
    rows: [
      [41, null],
      [30, "Ann"],
      [30, "Cid"],
      [null, "Bob"],
    ],
  },
  {
    name: "order by an expression that is not selected",
    df: () => people.orderBy(F.col("score").multiply(-1)).select("name"),
    rows: [["Cid"], [null], ["Bob"], ["Ann"]],
  },
  { name: "limit", df: () => spark.range(100).orderBy(F.col("id").desc()).limit(2), rows: [[99], [98]] },
  { name: "limit 0", df: () => spark.range(100).limit(0), rows: [] },
  { name: "limit above the rows", df: () => spark.range(2).limit(9), rows: [[0], [1]] },
  { name: "a range down", df: () => spark.range(5, 0, -2), rows: [[5], [3], [1]] },
  { name: "a range of nothing", df: () => spark.range(3, 3), rows: [] },
  {
    name: "the edge of long numbers",
    df: () => spark.range(9223372036854775805n as never, 9223372036854775807n as never),
    rows: [[9223372036854775805n], [9223372036854775806n]],
  },
  {
    name: "more partitions than rows",
    df: () => spark.range(0, 2, 1, 5).filter("id = 1"),
    rows: [[1]],
  },
];

describe("queries", () => {
  test.each(queries)("$name", async ({ df, rows, columns }) => {
    const frame = df();
    const names = await frame.columns;
    if (columns) expect(names).toEqual(columns);
    const collected = (await frame.collect()).map((row) => names.map((name) => row[name]));
    expect(collected).toEqual(rows);
    expect(await frame.count()).toBe(rows.length);
  });
});

describe("rows of a program", () => {
  interface Given {
    readonly name: string;
    readonly rows: readonly unknown[];
    readonly names?: string[];
    readonly dtypes: readonly (readonly [string, string])[];
    readonly collected: readonly unknown[];
  }
  const given: readonly Given[] = [
    {
      name: "lists without names",
      rows: [["a", 1, 1.5, true, 2n ** 60n]],
      dtypes: [
        ["_1", "string"],
        ["_2", "bigint"],
        ["_3", "double"],
        ["_4", "boolean"],
        ["_5", "bigint"],
      ],
      collected: [{ _1: "a", _2: 1, _3: 1.5, _4: true, _5: 2n ** 60n }],
    },
    {
      name: "fewer names than values",
      rows: [[1, 2]],
      names: ["a"],
      dtypes: [
        ["a", "bigint"],
        ["_2", "bigint"],
      ],
      collected: [{ a: 1, _2: 2 }],
    },
    {
      name: "nulls before the first value",
      rows: [
        [null, 1],
        [undefined, null],
        ["a", 2],
      ],
      names: ["s", "n"],
      dtypes: [
        ["s", "string"],
        ["n", "bigint"],
      ],
      collected: [
        { s: null, n: 1 },
        { s: null, n: null },
        { s: "a", n: 2 },
      ],
    },
    // JavaScript has one kind of number: where Spark refuses a mixture of int and float, it is double here.
    {
      name: "whole numbers among others",
      rows: [[1], [1.5], [-0], [2 ** 60]],
      dtypes: [["_1", "double"]],
      collected: [{ _1: 1 }, { _1: 1.5 }, { _1: -0 }, { _1: 2 ** 60 }],
    },
    {
      name: "strings among numbers",
      rows: [[1], ["a"]],
      dtypes: [["_1", "string"]],
      collected: [{ _1: "1" }, { _1: "a" }],
    },
    {
      name: "objects, by their names in any order",
      rows: [{ n: 1, s: "a" }, { s: "b", n: null }, { s: "c" }],
      dtypes: [
        ["n", "bigint"],
        ["s", "string"],
      ],
      collected: [
        { n: 1, s: "a" },
        { n: null, s: "b" },
        { n: null, s: "c" },
      ],
    },
    {
      name: "objects that have more names later",
      rows: [{ b: 1 }, { a: 2 }],
      dtypes: [
        ["b", "bigint"],
        ["a", "bigint"],
      ],
      collected: [
        { b: 1, a: null },
        { b: null, a: 2 },
      ],
    },
    {
      name: "objects under other names",
      rows: [
        { "a.b": 1, "c`d": "x" },
        { "c`d": "y", "a.b": 2 },
      ],
      names: ["n"],
      dtypes: [
        ["n", "bigint"],
        ["c`d", "string"],
      ],
      collected: [
        { n: 1, "c`d": "x" },
        { n: 2, "c`d": "y" },
      ],
    },
  ];

  test.each(given)("$name", async ({ rows, names, dtypes, collected }) => {
    const df = spark.createDataFrame([...rows], names);
    expect([await df.dtypes, await df.collect()]).toEqual([dtypes, collected]);
    const rdd = spark.sparkContext.parallelize([...rows], 1).filter(() => true);
    expect(await rdd.toDF(names).dtypes).toEqual(dtypes);
  });

  test("an RDD takes the types of its first rows, whichever partition they are in", async () => {
    const rows: [string | null, number][] = [
      [null, 1],
      [null, 2],
      ["a", 3],
    ];
    const empty = spark.sparkContext.parallelize(rows, 6).filter(() => true);
    expect(await empty.toDF(["s", "n"]).dtypes).toEqual([
      ["s", "string"],
      ["n", "bigint"],
    ]);
  });
});

describe("between DataFrames and RDDs", () => {
  test("rows are objects with the names of columns, nulls are null", async () => {
    const found = await people.rdd.map((row) => [row.name, row.age === null, typeof row.score]).collect();
    expect(found).toEqual([
      ["Ann", false, "number"],
      ["Bob", true, "number"],
      ["Cid", false, "object"],
      [null, false, "number"],
    ]);
  });

  test("and back, with their names and nulls", async () => {
    const back = people.filter("score IS NOT NULL").rdd.toDF();
    expect(await back.orderBy("score").collect()).toEqual(
      await people.filter("score IS NOT NULL").orderBy("score").collect(),
    );
    expect((await people.rdd.toDF(["a", "b"]).columns).slice(0, 3)).toEqual(["a", "b", "score"]);
  });

  test("through functions in the middle", async () => {
    const doubled = spark
      .range(10)
      .filter("id % 2 = 1")
      .rdd.map((row): [string, number] => [`n${row.id}`, Number(row.id) * 2])
      .toDF(["name", "n"]);
    expect(await doubled.agg(F.sum("n").alias("total"), F.max("name").alias("last")).collect()).toEqual([
      { total: 50, last: "n9" },
    ]);
  });

  test("a sorted RDD, whose bounds are worked out first", async () => {
    const sorted = spark.sparkContext.parallelize([[3], [1], [2]], 2).sortBy(([n]) => n);
    expect(
      await sorted
        .toDF(["n"])
        .rdd.map((row) => row.n)
        .collect(),
    ).toEqual([1, 2, 3]);
  });
});

describe("functions of TypeScript in queries", () => {
  test("take columns and give a column of their type", async () => {
    const times = 3;
    const shout = F.udf((name: string | null, age: number | null) =>
      name === null ? null : `${name}!`.repeat(times) + age,
    );
    expect(await people.select(shout("name", F.col("age")).alias("shout")).collect()).toEqual([
      { shout: "Ann!Ann!Ann!30" },
      { shout: "Bob!Bob!Bob!null" },
      { shout: "Cid!Cid!Cid!30" },
      { shout: null },
    ]);
  });

  test("are used in filters, groups and other expressions", async () => {
    const half = F.udf((n: number) => Math.floor(n / 2), "bigint");
    const found = spark
      .range(6)
      .filter(half("id").gt(0))
      .groupBy(half("id").alias("half"))
      .agg(F.sum(half("id").plus(1)).alias("s"));
    expect(await found.orderBy("half").collect()).toEqual([
      { half: 1, s: 4 },
      { half: 2, s: 6 },
    ]);
  });
});

describe("views", () => {
  test("are found by name in any case, from SQL and from table", async () => {
    people.createOrReplaceTempView("People");
    expect(await spark.sql("SELECT count(*) AS n FROM PEOPLE WHERE age = 30").collect()).toEqual([{ n: 2 }]);
    expect(await spark.table("people").count()).toBe(4);
  });

  test("are replaced", async () => {
    spark.range(2).createOrReplaceTempView("numbers");
    spark.range(7).createOrReplaceTempView("numbers");
    expect(await spark.table("numbers").count()).toBe(7);
  });

  test("queries over several of them", async () => {
    spark.range(10).createOrReplaceTempView("ten");
    spark.sql("SELECT id, id % 3 AS r FROM ten WHERE id > 0").createOrReplaceTempView("rest");
    const query =
      "SELECT r, sum(id) AS total, count(*) AS n FROM rest GROUP BY r HAVING count(*) > 2 ORDER BY total DESC LIMIT 2";
    expect(await spark.sql(query).collect()).toEqual([
      { r: 0, total: 18, n: 3 },
      { r: 2, total: 15, n: 3 },
    ]);
  });
});

describe("Parquet files, written by DuckDB", () => {
  const path = (name: string): string => join(folder, name);
  beforeAll(async () => {
    mkdirSync(path("many"));
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const numbers = (from: number, to: number): string =>
      `SELECT range AS id, (range % 4)::INTEGER AS r, range / 2.0::DOUBLE AS half, CASE WHEN range % 3 = 0 THEN NULL ELSE 'é' || range END AS name, range > 5 AS big FROM range(${from}, ${to})`;
    await connection.run(`COPY (${numbers(0, 5)}) TO '${path("many")}/a.parquet'`);
    await connection.run(`COPY (${numbers(5, 10)}) TO '${path("many")}/b.parquet'`);
    await connection.run(`COPY (${numbers(0, 0)}) TO '${path("none.parquet")}'`);
    connection.closeSync();
    writeFileSync(path("text.parquet"), "not a Parquet file at all");
  });

  test.each([
    ["a folder", (): DataFrame => spark.read.parquet(path("many")), 10],
    ["a pattern", (): DataFrame => spark.read.parquet(path("many/[ab].parquet")), 10],
    ["several files", (): DataFrame => spark.read.parquet(path("many/a.parquet"), path("many/a.parquet")), 10],
    ["a file without rows", (): DataFrame => spark.read.parquet(path("none.parquet")), 0],
  ])("%s", async (_, read, count) => {
    expect(await read().count()).toBe(count);
    expect(await read().dtypes).toEqual([
      ["id", "bigint"],
      ["r", "int"],
      ["half", "double"],
      ["name", "string"],
      ["big", "boolean"],
    ]);
  });

  test("values and nulls", async () => {
    const rows = await spark.read.parquet(path("many")).filter("id IN (3, 7)").orderBy("id").collect();
    expect(rows).toEqual([
      { id: 3, r: 3, half: 1.5, name: null, big: false },
      { id: 7, r: 3, half: 3.5, name: "é7", big: true },
    ]);
  });

  test("groups over several files", async () => {
    const found = spark.read.parquet(path("many")).groupBy("r").agg(F.sum("id").alias("s"), F.count("name").alias("n"));
    expect(await printed(() => found.orderBy("r").show())).toBe(
      "+---+---+---+\n|  r|  s|  n|\n+---+---+---+\n|  0| 12|  2|\n|  1| 15|  2|\n|  2|  8|  1|\n|  3| 10|  1|\n+---+---+---+\n\n",
    );
  });

  test("what is none", async () => {
    const { code, message } = (await spark.read
      .parquet(path("text.parquet"))
      .count()
      .catch((error) => error)) as EngineError;
    expect(code).toBe("CORRUPT_INPUT");
    expect(message).toContain(path("text.parquet"));
  });
});

test("getOrCreate gives the session that is there, and a new one after its end", async () => {
  const builder = SparkSession.builder().master("local[1]").appName("other");
  expect(builder.getOrCreate()).toBe(spark);
  const direct = new SparkSession("local[1]", "direct");
  expect([direct.sparkContext.master, direct.sparkContext.appName, direct.sparkContext.defaultParallelism]).toEqual([
    "local[1]",
    "direct",
    1,
  ]);
  await direct.stop();
  await direct.stop();
  const actions = [
    (): Promise<unknown> => direct.range(1).collect(),
    (): Promise<unknown> => direct.range(1).columns,
    async (): Promise<unknown> => direct.sparkContext.parallelize([1]).count(),
  ];
  for (const action of actions) await expect(action()).rejects.toMatchObject({ code: "SESSION_STOPPED" });
});
