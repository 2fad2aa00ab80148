/** What goes wrong on a real Spark Connect server, and what is ended there. */
import { readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Job } from "../../../engine/plan/backend.js";
import type { ShippedFunction } from "../../../engine/plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../../../engine/plan/plan.js";
import { sparkBackend } from "../../../engine/spark/backend.js";
import { installSpark } from "../../servers/spark/install.js";
import type { SparkServer } from "../../servers/spark/start.js";
import {
  add,
  call,
  collected,
  column,
  jobOf,
  literal,
  type OnSpark,
  options,
  range,
  rows,
  select,
  site,
  sparkFunctions,
  sql,
  startBackend,
  step,
  values,
} from "./spark-fixture.js";

let spark: OnSpark;
let server: SparkServer;
let backend: Backend;
let fn: (name: string) => ShippedFunction;
let folder: string;

beforeAll(async () => {
  spark = await startBackend(options);
  ({ server, backend, fn, folder } = spark);
});

afterAll(() => spark?.stop());

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
      name: "a barrier",
      plan: () => ({
        kind: "step",
        input: values([1], 1),
        kernel: { op: "mapPartitions", fn: fn("index_and_length"), withIndex: true },
        barrier: true,
        site,
      }),
      code: "BACKEND_UNSUPPORTED",
      message: "a barrier stage does not run on sc://",
    },
    {
      name: "a file that is not there",
      plan: () => ({
        kind: "files",
        path: "/no/such",
        minPartitions: 1,
        format: { kind: "sequence" },
        call: "sequenceFile",
        site,
      }),
      code: "PATH_NOT_FOUND",
      message: "/no/such",
    },
    {
      name: "a command that fails",
      plan: () => ({
        kind: "pipe",
        input: values(["a"], 1),
        command: { words: ["cat", "/no/such"], environment: {}, checked: true },
        site,
      }),
      code: "PIPE_FAILED",
      message: "exit status 1",
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
