/** Errors name the line of the program: its own one in this process, the client's where a call came through a gateway. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type CallSite, EngineError } from "../../../engine/errors.js";
import { SparkContext } from "../../../engine/index.js";
import { type Caller, callSite, currentCaller, runAs } from "../../../engine/session/caller.js";

/** The text of a line, in the file that the place names: the compiled one, or its source. */
const lineAt = ({ file, line }: CallSite): string => readFileSync(file, "utf8").split("\n")[line - 1] ?? "";

describe("in this process", () => {
  test("the line that calls", () => {
    const found = callSite("here");
    expect([lineAt(found).trim(), found.call]).toEqual(['const found = callSite("here");', "here"]);
  });

  test("in a function of the program that another one calls", () => {
    const inner = (): CallSite => callSite("inner"); // inner
    const outer = (): CallSite => inner();
    expect(lineAt(outer())).toContain('callSite("inner")');
  });

  test("far below a deep recursion", () => {
    const down = (depth: number): CallSite => (depth === 0 ? callSite("down") : down(depth - 1));
    expect(lineAt(down(5000))).toContain('callSite("down")');
  });

  test("after an await, and in a callback", async () => {
    await null;
    const after = callSite("after");
    const [called] = [1].map(() => callSite("callback"));
    expect([lineAt(after).trim(), lineAt(called as CallSite).trim()]).toEqual([
      'const after = callSite("after");',
      'const [called] = [1].map(() => callSite("callback"));',
    ]);
  });

  test("stacks of the program stay as they were", () => {
    const before = [Error.stackTraceLimit, Error.prepareStackTrace];
    callSite("here");
    expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual(before);
    expect(new Error("x").stack).toContain("caller.test");
  });
});

describe("for a client", () => {
  const caller = (line: number): Caller => ({
    host: {
      language: "python",
      workingDirectory: "/",
      python: null,
      listen: () => {},
    },
    at: { file: "app.py", line },
    signal: null,
  });

  test("its own line, also in what goes on later", async () => {
    const found = runAs(caller(7), async () => {
      const now = callSite("map");
      await new Promise((resolve) => setImmediate(resolve));
      return [now, callSite("collect"), currentCaller()?.at?.line];
    });
    const other = runAs(caller(9), () => callSite("count"));
    expect(other).toEqual({ file: "app.py", line: 9, call: "count" });
    expect(await found).toEqual([
      { file: "app.py", line: 7, call: "map" },
      { file: "app.py", line: 7, call: "collect" },
      7,
    ]);
    expect(currentCaller()).toBeUndefined();
  });
});

describe("errors of a context", () => {
  const sc = new SparkContext("local[1]", "caller");
  afterAll(() => sc.stop());

  const cases: readonly {
    readonly name: string;
    readonly action: () => Promise<unknown>;
    readonly call: string;
    readonly line: string;
  }[] = [
    {
      name: "a path that does not exist: the call that named it",
      action: () =>
        sc
          .textFile("/no/such/file")
          .map((line) => line.length)
          .collect(),
      call: "textFile",
      line: '.textFile("/no/such/file")',
    },
    {
      name: "a function that cannot be shipped: the call that took it",
      action: async () =>
        sc
          .parallelize([1])
          .map(() => sc.master)
          .collect(),
      call: "map",
      line: ".map(() => sc.master)",
    },
    {
      name: "a wrong argument",
      action: async () => sc.range(1, 2, 0).collect(),
      call: "range",
      line: "sc.range(1, 2, 0)",
    },
    {
      name: "an empty RDD: the action, though it is found empty later",
      action: () => sc.parallelize<number>([]).reduce((a, b) => a + b),
      call: "reduce",
      line: ".reduce((a, b) => a + b)",
    },
  ];

  test.each(cases)("$name", async ({ action, call, line }) => {
    const error = await action().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(EngineError);
    const { site } = (error as EngineError).origin;
    expect(site?.call).toBe(call);
    expect(lineAt(site as CallSite)).toContain(line);
    expect((error as EngineError).message).toContain(`in ${call} at ${site?.file}:${site?.line}`);
  });
});
