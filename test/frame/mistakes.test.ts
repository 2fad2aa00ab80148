/** Mistakes in calls of DataFrames: each is told with its code, on the line of the program that made it. */
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { EngineError, type ErrorCode, functions as F, SparkSession } from "../../engine/index.js";

const spark = new SparkSession("local[2]", "mistakes");
afterAll(() => spark.stop());

const people = spark.createDataFrame(
  [
    ["Ann", 30],
    ["Bob", null],
  ],
  ["name", "age"],
);

/** The line that an error names, read from the file that it names: the compiled one, or its source. */
function namedLine({ origin: { site } }: EngineError): string {
  const lines = site ? readFileSync(site.file, "utf8").split("\n") : [];
  return lines[(site?.line ?? 0) - 1] ?? "";
}

interface Mistake {
  readonly name: string;
  readonly action: () => Promise<unknown>;
  readonly code: ErrorCode;
  /** What stands in the line that is named. */
  readonly line: string;
}

const fail = (message: string): never => {
  throw new TypeError(message);
};

const mistakes: readonly Mistake[] = [
  {
    name: "a column that does not exist, in the middle of a chain",
    action: () => spark.range(3).filter("id > 0").select("idd").limit(1).collect(),
    code: "COLUMN_NOT_FOUND",
    line: '.select("idd")',
  },
  {
    name: "a condition that is no boolean",
    action: () => spark.range(3).filter(F.col("id").plus(1)).count(),
    code: "TYPE_MISMATCH",
    line: ".filter(",
  },
  {
    name: "an aggregate in a condition",
    action: () => spark.range(3).filter(F.sum("id").gt(1)).count(),
    code: "AGGREGATE_MISUSED",
    line: ".filter(",
  },
  {
    name: "a column that is not grouped",
    action: () => people.groupBy("age").agg(F.col("name")).show(),
    code: "AGGREGATE_MISUSED",
    line: ".agg(",
  },
  {
    name: "a column that an earlier select left out",
    action: () => people.select("name").select("age").columns,
    code: "COLUMN_NOT_FOUND",
    line: '.select("age")',
  },
  {
    name: "two columns of one name",
    action: () => spark.range(1).select(F.col("id").as("a"), F.lit(1).as("a")).select("a").dtypes,
    code: "COLUMN_AMBIGUOUS",
    line: '.select("a")',
  },
  {
    name: "a view that does not exist",
    action: () => spark.table("nowhere").dtypes,
    code: "TABLE_NOT_FOUND",
    line: 'table("nowhere")',
  },
  {
    name: "text that is no query",
    action: () => spark.sql("SELECT FROM WHERE").collect(),
    code: "SQL_SYNTAX",
    line: "sql(",
  },
  {
    name: "a function that does not exist, in a query",
    action: () => spark.sql("SELECT summ(id) FROM range(3)").collect(),
    code: "FUNCTION_NOT_FOUND",
    line: "sql(",
  },
  {
    name: "a wrong number of arguments, in a query",
    action: () => spark.sql("SELECT length(id, 1) FROM range(3)").collect(),
    code: "WRONG_ARGUMENT_COUNT",
    line: "sql(",
  },
  {
    name: "a missing file",
    action: () => spark.read.parquet("/no/such/file").count(),
    code: "PATH_NOT_FOUND",
    line: "parquet(",
  },
  {
    name: "rows that are none",
    action: () => spark.createDataFrame([1, 2]).count(),
    code: "TYPE_NOT_INFERRED",
    line: "createDataFrame([1",
  },
  {
    name: "no rows at all",
    action: () => spark.createDataFrame([]).count(),
    code: "TYPE_NOT_INFERRED",
    line: "createDataFrame([])",
  },
  {
    name: "a column of nulls",
    action: () => spark.createDataFrame([[null], [null]]).columns,
    code: "TYPE_NOT_INFERRED",
    line: "createDataFrame([[null]",
  },
  {
    name: "more names than values",
    action: () => spark.createDataFrame([[1]], ["a", "b"]).columns,
    code: "TYPE_NOT_INFERRED",
    line: "createDataFrame([[1]]",
  },
  {
    name: "values without a type",
    action: () => spark.createDataFrame([[new Set([1])]]).columns,
    code: "TYPE_NOT_INFERRED",
    line: "new Set",
  },
  {
    name: "values that have no common type",
    action: () => spark.createDataFrame([[1], [true]]).columns,
    code: "TYPE_NOT_INFERRED",
    line: "[true]",
  },
  {
    name: "a division by zero",
    action: () =>
      spark
        .range(3)
        .select(F.lit(1).divide(F.col("id")))
        .collect(),
    code: "DIVIDE_BY_ZERO",
    line: ".collect()",
  },
  {
    name: "a function that throws",
    action: () =>
      spark
        .range(3)
        .select(F.udf(() => fail("no"), "bigint")("id"))
        .collect(),
    code: "USER_FUNCTION_FAILED",
    line: ".collect()",
  },
  {
    name: "a function whose result is of another type",
    action: () =>
      spark
        .range(3)
        .select(F.udf(() => "x", "bigint")("id"))
        .collect(),
    code: "FUNCTION_RESULT_INVALID",
    line: ".collect()",
  },
];

test.each(mistakes)("$name is told by the first action, with the line of the call", async ({ action, code, line }) => {
  const error = await action().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect((error as EngineError).code).toBe(code);
  expect(namedLine(error as EngineError)).toContain(line);
  expect((error as EngineError).message.split("\n").length).toBeLessThanOrEqual(12);
});

interface Refused {
  readonly name: string;
  readonly call: () => unknown;
  readonly message: string;
  readonly line: string;
}

const refused: readonly Refused[] = [
  {
    name: "limit(-1)",
    call: () => spark.range(1).limit(-1),
    message: "limit: num must be a whole number from 0, not -1",
    line: "limit(-1)",
  },
  {
    name: "limit(1.5)",
    call: () => spark.range(1).limit(1.5),
    message: "limit: num must be a whole number from 0, not 1.5",
    line: "limit(1.5)",
  },
  {
    name: "a range of half numbers",
    call: () => spark.range(1.5),
    message: "range: start must be a whole number, not 1.5",
    line: "range(1.5)",
  },
  {
    name: "a step of 0",
    call: () => spark.range(0, 3, 0),
    message: "range: step must be a whole number other than 0, not 0",
    line: "range(0, 3, 0)",
  },
  {
    name: "no partitions",
    call: () => spark.range(0, 3, 1, 0),
    message: "range: numPartitions must be a whole number from 1, not 0",
    line: "range(0, 3, 1, 0)",
  },
  {
    name: "no order",
    call: () => spark.range(1).orderBy(),
    message: "orderBy: cols must be at least one, not none",
    line: "orderBy()",
  },
  {
    name: "no aggregate",
    call: () => spark.range(1).agg(),
    message: "agg: exprs must be at least one, not none",
    line: "agg()",
  },
  {
    name: "no aggregate of groups",
    call: () => spark.range(1).groupBy("id").agg(),
    message: "agg: exprs must be at least one, not none",
    line: "agg()",
  },
  {
    name: "no file",
    call: () => spark.read.parquet(),
    message: "parquet: paths must be at least one, not none",
    line: "parquet()",
  },
  {
    name: "an unknown type of a cast",
    call: () => F.col("id").cast("bigimt"),
    message: 'type "bigimt" is not known here',
    line: "cast(",
  },
  {
    name: "an unknown type of a function",
    call: () => F.udf(() => 1, "nr"),
    message: 'type "nr" is not known here',
    line: "udf(",
  },
  {
    name: "an unknown function",
    call: () => F.callFunction("summ", "id"),
    message: 'function "summ" not found',
    line: "callFunction(",
  },
  {
    name: "a condition that cannot be read",
    call: () => spark.range(1).filter("id >"),
    message: "syntax error at or near end of input",
    line: "filter(",
  },
];

test.each(refused)("$name is refused by the call itself", ({ call, message, line }) => {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).message.split("\n")[0]).toContain(message);
    expect(namedLine(error as EngineError)).toContain(line);
    return;
  }
  expect.unreachable();
});
