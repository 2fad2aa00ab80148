/**
 * The backend against a real Spark Connect server. Expected rows are what Spark's own documentation says, or are computed
 * here or by PySpark from the same input; the parquet file is written by DuckDB.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeElements } from "../../../engine/data/elements.js";
import { double } from "../../../engine/data/portable.js";
import type { Backend, Job } from "../../../engine/plan/backend.js";
import type { ShippedFunction } from "../../../engine/plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../../../engine/plan/plan.js";
import { sparkBackend } from "../../../engine/spark/backend.js";
import { installSpark } from "../../servers/spark/install.js";
import { type SparkServer, startSpark } from "../../servers/spark/start.js";
import {
  add,
  alias,
  byHash,
  call,
  cast,
  collected,
  column,
  filter,
  inOne,
  jobOf,
  literal,
  options,
  packFunctions,
  partitionsOf,
  pythonOutput,
  range,
  rows,
  select,
  site,
  sorted,
  sparkFunctions,
  sql,
  step,
  values,
  view,
} from "./spark-fixture.js";

let server: SparkServer;
let backend: Backend;
let fn: (name: string) => ShippedFunction;
let folder: string;
const views = new Map<string, RelationalPlan>();

beforeAll(async () => {
  [server, fn, folder] = await Promise.all([startSpark(), packFunctions(), mkdtemp(join(tmpdir(), "kindling-test-"))]);
  backend = sparkBackend(server.master, { ...options, views });
});

afterAll(async () => {
  await backend?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

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

const lines = Array.from({ length: 40 }, (_, i) => `w${i % 11} common w${(i * i) % 17} über`);

function countWords(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of lines.flatMap((line) => line.split(" "))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const wordCount = (source: FunctionPlan, partitions: number): FunctionPlan => {
  const paired = step(
    source,
    { op: "flatMap", fn: fn("split") },
    { op: "map", fn: fn("with_one") },
    { op: "reduceByKey", fn: add, partial: false },
  );
  return step(byHash(paired, partitions), { op: "reduceByKey", fn: add, partial: false });
};

describe("elements", () => {
  test("word count in two stages, keys placed as PySpark places them", async () => {
    const delivered = await partitionsOf(backend, wordCount(values(lines, 4), 3));
    const found = delivered.flatMap(([, pairs]) => pairs as [string, number][]);
    expect(new Map(found)).toEqual(countWords());
    expect(delivered.map(([partition]) => partition)).toEqual([0, 1, 2]);
    const { python: sparkPython } = await installSpark();
    const program =
      "import sys, json; from pyspark.rdd import portable_hash as h; print(json.dumps([h(w) % 3 for w in sys.argv[1:]]))";
    const places = JSON.parse(await pythonOutput(sparkPython, program, ...found.map(([word]) => word))) as number[];
    expect(delivered.flatMap(([partition, pairs]) => pairs.map(() => partition))).toEqual(places);
  });

  const cases: readonly {
    name: string;
    plan: () => FunctionPlan;
    more?: Partial<Job>;
    partitions: [number, unknown[]][];
  }[] = [
    {
      name: "slices as Spark cuts them, one for every number asked for",
      plan: () => values([..."abcdefghij"], 3),
      partitions: [
        [0, ["a", "b", "c"]],
        [1, ["d", "e", "f"]],
        [2, ["g", "h", "i", "j"]],
      ],
    },
    {
      name: "empty partitions are computed",
      plan: () => step(values(["a"], 3), { op: "mapPartitions", fn: fn("index_and_length"), withIndex: true }),
      partitions: [
        [0, [[0, 0]]],
        [1, [[1, 0]]],
        [2, [[2, 1]]],
      ],
    },
    {
      name: "TypeScript's own batches, counted",
      plan: () => step({ kind: "values", batches: [encodeElements([1, "a", null])], slices: 2, site }, { op: "count" }),
      partitions: [
        [0, [1]],
        [1, [2]],
      ],
    },
    {
      name: "after a shuffle the order of the map partitions holds",
      plan: () => inOne(values([..."abcdefghijklmnop"], 8)),
      partitions: [[0, [..."abcdefghijklmnop"]]],
    },
    {
      name: "nothing at all through a shuffle",
      plan: () => step(byHash(values([], 2), 2), { op: "count" }),
      partitions: [
        [0, [0]],
        [1, [0]],
      ],
    },
    {
      name: "rows of a relation as elements",
      plan: () => step(rows(range(7, 3)), { op: "map", fn: fn("first_times_ten") }),
      partitions: [
        [0, [0, 10]],
        [1, [20, 30]],
        [2, [40, 50, 60]],
      ],
    },
    {
      name: "only the wanted partitions",
      plan: () => step(rows(range(7, 3)), { op: "take", count: 1 }),
      more: { partitions: [2, 0] },
      partitions: [
        [0, [[0]]],
        [2, [[4]]],
      ],
    },
    {
      name: "discarded",
      plan: () => step(values(["a b"], 2), { op: "foreach", fn: fn("split") }),
      more: { output: { kind: "discard" } },
      partitions: [
        [0, []],
        [1, []],
      ],
    },
  ];
  test.each(cases)("$name", async ({ plan, more, partitions }) => {
    expect(await partitionsOf(backend, plan(), more)).toEqual(partitions);
  });

  test("a Python program gets pickles", async () => {
    const inPython = sparkBackend(server.master, { ...options, host: { ...options.host, language: "python" } });
    const batches: Uint8Array[] = [];
    const plan = step(rows(range(3, 1)), { op: "row", names: ["n"] }, { op: "map", fn: fn("first_times_ten") });
    await inPython.run(jobOf(plan, { output: { kind: "collect", format: "own" } }), (result) => {
      for (const { format, bytes } of result.batches) {
        expect(format).toBe("pickle");
        batches.push(bytes);
      }
    });
    await inPython.stop();
    const program = "import sys, base64, pickle; print(pickle.loads(base64.b64decode(sys.argv[1])))";
    expect(await pythonOutput(options.python.executable, program, Buffer.concat(batches).toString("base64"))).toBe(
      "[0, 10, 20]\n",
    );
  });

  test("rows to elements and back: df.rdd, map, toDF, group", async () => {
    const elements: RelationalPlan = {
      kind: "elements",
      input: step(rows(range(4, 2)), { op: "map", fn: fn("twice_named") }),
      schema: [
        { name: "name", type: { kind: "string" }, nullable: true },
        { name: "twice", type: { kind: "bigint" }, nullable: true },
      ],
      site,
    };
    const plan: RelationalPlan = {
      kind: "aggregate",
      input: elements,
      grouping: [],
      aggregates: [call("sum", column("twice"))],
      site,
    };
    expect(await collected(backend, rows(sorted(elements, "twice")))).toEqual([
      ["n0", 0],
      ["n1", 2],
      ["n2", 4],
      ["n3", 6],
    ]);
    expect(await collected(backend, rows(plan))).toEqual([[12]]);
  });

  test("the program's own values as a relation", async () => {
    const elements: RelationalPlan = {
      kind: "elements",
      input: values(
        [
          [1, double(2), "x"],
          [2, null, "y"],
        ],
        2,
      ),
      schema: [
        { name: "i", type: { kind: "int" }, nullable: true },
        { name: "d", type: { kind: "double" }, nullable: true },
        { name: "s", type: { kind: "string" }, nullable: true },
      ],
      site,
    };
    expect(await collected(backend, rows(elements))).toEqual([
      [1, 2, "x"],
      [2, null, "y"],
    ]);
  });

  test("lines of text files; bytes that are not UTF-8 are replaced", async () => {
    const path = join(folder, "lines.txt");
    await writeFile(path, Buffer.concat([Buffer.from("one\r\ntwo "), Buffer.of(0xff), Buffer.from("\n\nthree")]));
    const plan: FunctionPlan = { kind: "textFile", path, minPartitions: 1, site };
    expect(await collected(backend, plan)).toEqual(["one", "two \ufffd", "", "three"]);
    expect(await backend.partitionCount(plan)).toBe(1);
  });

  test("partitions are counted without running anything", async () => {
    const failing = step(rows(range(6, 3)), { op: "map", fn: fn("end_process") });
    expect(await backend.partitionCount(failing)).toBe(3);
    expect(await backend.partitionCount(byHash(failing, 5))).toBe(5);
    expect(await backend.partitionCount(values([], 4))).toBe(4);
  });
});

describe("errors", () => {
  const idd = select(range(1, 1), column("idd"));
  const toNumber = (): RelationalPlan => ({
    kind: "elements",
    input: step(rows(range(1, 1)), { op: "map", fn: fn("no_number") }),
    schema: [
      { name: "a", type: { kind: "string" }, nullable: true },
      { name: "b", type: { kind: "bigint" }, nullable: true },
    ],
    site,
  });
  const cases: readonly {
    name: string;
    plan: () => FunctionPlan;
    code: string;
    message: string;
    more?: Partial<Job>;
  }[] = [
    {
      name: "column",
      plan: () => rows(idd),
      code: "COLUMN_NOT_FOUND",
      message: 'column "idd" not found; did you mean "id"?',
    },
    {
      name: "table",
      plan: () => rows(sql("select * from nope")),
      code: "TABLE_NOT_FOUND",
      message: '"nope" not found',
    },
    {
      name: "function",
      plan: () => rows(sql("select nope(1)")),
      code: "FUNCTION_NOT_FOUND",
      message: 'function "nope" not found',
    },
    {
      name: "grammar",
      plan: () => rows(sql("selec 1")),
      code: "SQL_SYNTAX",
      message: "Syntax error at or near 'selec'",
    },
    {
      name: "path",
      plan: () => rows({ kind: "parquet", paths: ["/no/such.parquet"], site }),
      code: "PATH_NOT_FOUND",
      message: "/no/such.parquet",
    },
    {
      name: "division",
      plan: () => rows(sql("select 1 div id from range(2)")),
      code: "DIVIDE_BY_ZERO",
      message: "division by zero",
    },
    {
      name: "overflow",
      plan: () => rows(sql("select 9223372036854775807 + id from range(2)")),
      code: "ARITHMETIC_OVERFLOW",
      message: "overflow",
    },
    { name: "cast", plan: () => rows(sql("select cast('x' as int)")), code: "CAST_INVALID_INPUT", message: "'x'" },
    {
      name: "argument count",
      plan: () => rows(select(range(1, 1), call("upper"))),
      code: "WRONG_ARGUMENT_COUNT",
      message: "upper takes 1 arguments, not 0",
    },
    {
      name: "operand types",
      plan: () => rows(select(range(1, 1), call("sum", literal(true, "boolean")))),
      code: "TYPE_MISMATCH",
      message: "sum(true) takes",
    },
    {
      name: "type",
      plan: () => rows(sql("select date'2020-01-01' as d")),
      code: "TYPE_UNKNOWN",
      message: 'column "d"',
    },
    {
      name: "what has no code of its own keeps Spark's condition",
      plan: () => rows(sql("select id from range(2) union select id, id from range(2)")),
      code: "SPARK_FAILED",
      message: "[NUM_COLUMNS_MISMATCH] UNION can only be performed",
    },
    {
      name: "a function of the user, over elements",
      plan: () => step(values([1, 0], 1), { op: "map", fn: fn("divide_ten_by") }),
      code: "USER_FUNCTION_FAILED",
      message: `ZeroDivisionError: integer division or modulo by zero\n  at ${sparkFunctions}:`,
    },
    {
      name: "a function of the user, in a column",
      plan: () =>
        rows(
          select(range(1, 1), { kind: "udf", fn: fn("divide_ten_by"), args: [column("id")], type: { kind: "bigint" } }),
        ),
      code: "USER_FUNCTION_FAILED",
      message: `ZeroDivisionError: integer division or modulo by zero\n  at ${sparkFunctions}:`,
    },
    {
      name: "elements that are no pairs",
      plan: () => step(values([1], 1), { op: "reduceByKey", fn: add, partial: false }),
      code: "NOT_KEY_VALUE",
      message: "reduceByKey needs elements that are (key, value) pairs",
    },
    {
      name: "an element that does not fit its column",
      plan: () => rows(toNumber()),
      code: "TYPE_MISMATCH",
      message: `column "b" takes int64, not str 'not a number'`,
    },
    {
      name: "a worker that ends",
      plan: () => step(values([1], 1), { op: "map", fn: fn("end_process") }),
      code: "WORKER_DIED",
      message: "exit status 3",
    },
    {
      name: "a function of R",
      plan: () => step(values([1], 1), { op: "map", fn: { language: "r", name: "f", body: new Uint8Array() } }),
      code: "BACKEND_UNSUPPORTED",
      message: "a function in r over elements does not run on sc://",
    },
    {
      name: "text files",
      plan: () => values([1], 1),
      more: { output: { kind: "textFiles", codec: null, path: "/tmp/never" } },
      code: "BACKEND_UNSUPPORTED",
      message: "saveAsTextFile does not run on sc://",
    },
  ];
  test.each(cases)("$name: $code", async ({ plan, code, message, more }) => {
    const error = await backend.run(jobOf(plan(), more), () => {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    const text = (error as Error).message;
    expect(text).toContain("program.py:7");
    expect(text.split("\n").length).toBeLessThanOrEqual(15);
  });

  test("the line of the call that holds the mistake", async () => {
    const select = { file: "program.py", line: 3, call: "select" };
    const plan: RelationalPlan = { kind: "limit", input: { ...idd, site: select } as RelationalPlan, count: 1, site };
    await expect(backend.schema(plan)).rejects.toMatchObject({ code: "COLUMN_NOT_FOUND", origin: { site: select } });
  });

  test("another version of Python than the executors'", async () => {
    const other = sparkBackend(server.master, { ...options, python: { ...options.python, version: "2.7" } });
    const plan = step(values([1], 1), { op: "map", fn: fn("with_one") });
    await expect(other.run(jobOf(plan), () => {})).rejects.toMatchObject({ code: "WORKER_VERSION_MISMATCH" });
    await other.stop();
    await expect(other.run(jobOf(plan), () => {})).rejects.toMatchObject({ code: "SESSION_STOPPED" });
  });

  test("an interpreter without the client", async () => {
    const { python } = await installSpark();
    const bare = sparkBackend(server.master, { ...options, python: { ...options.python, executable: python } });
    const plan = step(values([1], 1), { op: "map", fn: fn("with_one") });
    await expect(bare.run(jobOf(plan), () => {})).rejects.toMatchObject({ code: "WORKER_NOT_FOUND" });
    await bare.stop();
  });

  test("no server, and one that says nothing", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const nobody = sparkBackend("sc://127.0.0.1:1", options);
    await expect(nobody.schema(range(1, 1))).rejects.toMatchObject({
      code: "SPARK_UNAVAILABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    const mute = sparkBackend(`sc://127.0.0.1:${port}`, { ...options, answerWithinMs: 500 });
    await expect(mute.schema(range(1, 1))).rejects.toMatchObject({
      code: "SPARK_UNAVAILABLE",
      message: expect.stringContaining("no answer within 500 ms"),
    });
    await Promise.all([nobody.stop(), mute.stop()]);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});

describe("cancelling", () => {
  const alive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  async function until<T>(what: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
      const found = await what();
      if (found !== null) return found;
    }
    expect.fail("nothing within 20 s");
  }

  test("ends the job, and the worker that runs the function", async () => {
    const path = join(folder, "pid");
    const controller = new AbortController();
    const plan = step(values([path], 1), { op: "map", fn: fn("write_pid_and_wait") });
    const running = backend
      .run(jobOf(plan, { signal: controller.signal }), () => {})
      .catch((thrown: unknown) => thrown);
    const pid = await until(async () => Number(await readFile(path, "utf8").catch(() => "")) || null);
    controller.abort();
    expect(await running).toMatchObject({ code: "JOB_CANCELLED" });
    expect(await until(async () => (alive(pid) ? null : "ended"))).toBe("ended");
    expect(await collected(backend, step(values(["a"], 1), { op: "count" }))).toEqual([1]);
  });

  test("before it starts", async () => {
    const signal = AbortSignal.abort();
    await expect(backend.run(jobOf(values([1], 1), { signal }), () => {})).rejects.toMatchObject({
      code: "JOB_CANCELLED",
    });
  });
});
