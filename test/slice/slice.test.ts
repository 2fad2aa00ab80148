/**
 * The relational slice and one RDD job of two stages, through the public faces, on the embedded engine and on a real
 * Spark: the same program, the same answers. What Spark gives is the expected value; it is written down as well.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineError, functions as F, SparkSession } from "../../engine/index.js";
import { python, root } from "../engine/spark/spark-fixture.js";
import { type SparkServer, startSpark } from "../servers/spark/start.js";

let server: SparkServer;
let directory: string;
const sessions = new Map<string, SparkSession>();

/** Written by neither of the two engines' faces: numbers 0 to 9, their names, halves, and nulls. */
async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows =
    "SELECT i AS n, CASE WHEN i % 4 = 0 THEN NULL ELSE 'name ' || i END AS name, i / 2.0::DOUBLE AS half FROM range(10) AS t(i)";
  await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "kindling-slice-"));
  await writeParquet(join(directory, "numbers.parquet"));
  server = await startSpark();
  sessions.set("embedded", new SparkSession("local[2]", "slice"));
  sessions.set("Spark", new SparkSession(server.master, "slice", { "spark.pyspark.python": python }));
});

afterAll(async () => {
  for (const session of sessions.values()) await session.stop();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Case {
  readonly run: (spark: SparkSession) => Promise<unknown>;
  readonly expected: unknown;
}

const byFirst = (left: unknown, right: unknown): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

const cases: Readonly<Record<string, Case>> = {
  "range and filter": {
    run: (spark) => spark.range(2, 20, 3).filter("id > 7").collect(),
    expected: [{ id: 8 }, { id: 11 }, { id: 14 }, { id: 17 }],
  },
  "parquet, columns and types": {
    run: async (spark) => spark.read.parquet(join(directory, "numbers.parquet")).dtypes,
    expected: [
      ["n", "bigint"],
      ["name", "string"],
      ["half", "double"],
    ],
  },
  "parquet, filter and select": {
    run: (spark) =>
      spark.read
        .parquet(join(directory, "numbers.parquet"))
        .filter(F.col("n").lt(3))
        .select("name", F.col("half").plus(1).alias("more"))
        .collect(),
    expected: [
      { name: null, more: 1 },
      { name: "name 1", more: 1.5 },
      { name: "name 2", more: 2 },
    ],
  },
  "group, sum and count, nulls left out": {
    run: (spark) =>
      spark.read
        .parquet(join(directory, "numbers.parquet"))
        .groupBy(F.col("n").mod(2).alias("odd"))
        .agg(F.sum("n").alias("total"), F.count("name").alias("names"), F.count("*").alias("rows"))
        .orderBy("odd")
        .collect(),
    expected: [
      { odd: 0, total: 20, names: 2, rows: 5 },
      { odd: 1, total: 25, names: 5, rows: 5 },
    ],
  },
  "the same in SQL, over a view": {
    run: async (spark) => {
      spark.read.parquet(join(directory, "numbers.parquet")).createOrReplaceTempView("Numbers");
      const query =
        "SELECT n % 2 AS odd, sum(n) AS total, count(name) AS names, count(*) FROM numbers GROUP BY n % 2 ORDER BY odd DESC";
      return spark.sql(query).collect();
    },
    expected: [
      { odd: 1, total: 25, names: 5, "count(1)": 5 },
      { odd: 0, total: 20, names: 2, "count(1)": 5 },
    ],
  },
  "names of columns": {
    run: (spark) =>
      spark
        .range(3)
        .select(F.col("id").plus(1), F.col("id").divide(2), F.count("id").alias("n"))
        .columns.catch((error: unknown) => (error as EngineError).code),
    expected: "AGGREGATE_MISUSED",
  },
  "no rows": {
    run: (spark) => spark.range(0).agg(F.sum("id").alias("s"), F.count("id").alias("n")).collect(),
    expected: [{ s: null, n: 0 }],
  },
  "rows as an RDD": {
    run: async (spark) =>
      (
        await spark
          .range(6)
          .filter("id % 2 = 0")
          .rdd.map((row) => Number(row["id"]) * 10)
          .collect()
      ).sort(),
    expected: [0, 20, 40],
  },
  "an RDD as rows": {
    run: (spark) =>
      spark.sparkContext
        .parallelize(
          [
            ["a", 1],
            ["b", 2],
            ["a", 3],
          ],
          2,
        )
        .toDF(["k", "v"])
        .groupBy("k")
        .agg(F.sum("v").alias("s"))
        .orderBy("k")
        .collect(),
    expected: [
      { k: "a", s: 4 },
      { k: "b", s: 2 },
    ],
  },
  "an RDD job of two stages": {
    run: async (spark) => {
      const counts = spark.sparkContext
        .parallelize(["a b a", "c b", "a"], 3)
        .flatMap((line) => line.split(" "))
        .map((word): [string, number] => [word, 1])
        .reduceByKey((left, right) => left + right, 2);
      return (await counts.collect()).sort(byFirst);
    },
    expected: [
      ["a", 3],
      ["b", 2],
      ["c", 1],
    ],
  },
  "a missing column": {
    run: (spark) =>
      spark
        .range(1)
        .select("idd")
        .collect()
        .catch((error: unknown) => (error as EngineError).code),
    expected: "COLUMN_NOT_FOUND",
  },
  "division by zero": {
    run: (spark) =>
      spark
        .range(1)
        .select(F.lit(1).divide(F.col("id")))
        .collect()
        .catch((error: unknown) => (error as EngineError).code),
    expected: "DIVIDE_BY_ZERO",
  },
  "overflow of a sum": {
    run: (spark) =>
      spark
        .range(2)
        .select(F.sum(F.col("id").plus(9223372036854775807n).minus(1)))
        .collect()
        .catch((error: unknown) => (error as EngineError).code),
    expected: "ARITHMETIC_OVERFLOW",
  },
};

describe.each(["embedded", "Spark"])("on %s", (backend) => {
  it.each(Object.entries(cases))("%s", async (_, { run, expected }) => {
    const spark = sessions.get(backend);
    if (!spark) throw new EngineError("INTERNAL", { reason: `no session ${backend}` });
    expect(await run(spark)).toEqual(expected);
  });
});

describe("a Python program", () => {
  const run = promisify(execFile);
  const program = join(root, "test", "slice", "slice.py");

  it("prints the same on both", async () => {
    const env = { ...process.env, KINDLING_PROGRESS: "off" };
    const [embedded = "", spark] = await Promise.all(
      ["local[2]", server.master].map(
        async (master) =>
          (await run(python, [program, master, join(directory, "numbers.parquet")], { env, timeout: 60_000 })).stdout,
      ),
    );
    expect(embedded).toBe(spark);
    expect(embedded).toContain("| id|ten|");
    expect(embedded.trimEnd().split("\n").at(-1)).toBe("[('a', 3), ('b', 2), ('c', 1)]");
  });
});
