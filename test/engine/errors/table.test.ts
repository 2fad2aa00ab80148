/** The error table against all that uses it: raisers, clients, tests, and the text that users see. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { exceptions } from "../../../codegen/emit/python/docstring.js";
import { EngineError, type ErrorCode, type ErrorDetail, type ErrorEntry, errorTable } from "../../../engine/errors.js";
import { type Raised, raisedErrors } from "./raised.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const entries = Object.entries<ErrorEntry>(errorTable);
const codes = entries.map(([code]) => code);
const kinds = [...new Set(entries.map(([, { kind }]) => kind))].sort();

/** Texts of the files below folders, by path. */
function texts(folders: readonly string[], suffixes: readonly string[], without: RegExp = /(?!)/): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const named = suffixes.some((suffix) => path.endsWith(suffix)) && !without.test(path);
      if (entry.isFile() && named) found.set(path, readFileSync(path, "utf8"));
    }
  }
  return found;
}

const occursIn = (files: ReadonlyMap<string, string>, pattern: (code: string) => RegExp, code: string): boolean =>
  [...files.values()].some((text) => pattern(code).test(text));

describe("raisers", () => {
  let raised: readonly Raised[] = [];
  beforeAll(() => {
    raised = raisedErrors(root, ["engine", "gateway"]);
  });

  test("pass every parameter that the message and the hint name", () => {
    const missing = raised.flatMap(({ place, codes: chosen, params }) =>
      chosen.flatMap((code) => {
        const { message, hint = "" } = errorTable[code as ErrorCode] as ErrorEntry;
        const named = [...`${message} ${hint}`.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
        return params === null
          ? []
          : named.filter((name) => !params.includes(name)).map((name) => `${place}: ${code} lacks ${name}`);
      }),
    );
    expect(missing).toEqual([]);
    expect(raised.length).toBeGreaterThan(100);
  });

  test("exist for every code", () => {
    const sources = texts(
      ["engine", "gateway", "clients/python/src"],
      [".ts", ".py"],
      /\/generated\/|\/errors\.(ts|py)$/,
    );
    expect(codes.filter((code) => !occursIn(sources, (name) => new RegExp(`["']${name}["']`), code))).toEqual([]);
  });

  test("are tested for every code", () => {
    const tests = texts(["test", "clients/python/tests"], [".test.ts", ".py"], /engine\/errors\/table\.test\.ts$/);
    expect(codes.filter((code) => !occursIn(tests, (name) => new RegExp(`\\b${name}\\b`), code))).toEqual([]);
  });
});

describe("the Python client", () => {
  const source = readFileSync(join(root, "clients/python/src/kindling/errors.py"), "utf8");
  const pairs = (table: string): Record<string, string> => {
    const [, body = ""] = new RegExp(`^${table}\\b[^{]*= \\{\\n([\\s\\S]*?)^\\}`, "m").exec(source) ?? [];
    return Object.fromEntries(
      [...body.matchAll(/"(\w+)": "?(\w+)"?,/g)].map(([, key = "", value = ""]) => [key, value]),
    );
  };

  test("has a class of its own for every kind", () => {
    const classes = pairs("_CLASSES");
    expect(Object.keys(classes).sort()).toEqual(kinds);
    expect(new Set(Object.values(classes)).size).toBe(kinds.length);
    const defined = [...source.matchAll(/^class (\w+)\(EngineError\b/gm)].map(([, name]) => name);
    expect(Object.values(classes).filter((name) => !defined.includes(name))).toEqual([]);
    expect(exceptions).toEqual(classes);
  });

  test("is what docs/errors.md says of it", () => {
    const page = readFileSync(join(root, "docs/errors.md"), "utf8");
    const said = [...source.matchAll(/^class (\w+)\(EngineError(?:, (\w+))?\)/gm)].map(
      ([, name, builtin]) => `| \`${name}\`${builtin === undefined ? "" : ` (a \`${builtin}\`)`} |`,
    );
    expect(said.filter((text) => !page.includes(text))).toEqual([]);
    expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });

  test("knows the kinds of the codes that it raises itself", () => {
    const raisedThere = pairs("_RAISED_HERE");
    const expected = Object.keys(raisedThere).map((code) => [code, (errorTable[code as ErrorCode] as ErrorEntry).kind]);
    expect(Object.entries(raisedThere)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });
});

interface Text {
  readonly name: string;
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly detail: ErrorDetail;
  readonly text: string;
}

const frame = (line: number, text?: string): { file: string; line: number; function: string; text?: string } => ({
  file: "app.ts",
  line,
  function: "parse",
  ...(text === undefined ? {} : { text }),
});

const shown: readonly Text[] = [
  {
    name: "code and message",
    code: "JOB_CANCELLED",
    params: { reason: "by its caller" },
    detail: {},
    text: "[JOB_CANCELLED] the job was cancelled by its caller",
  },
  {
    name: "the user's call, then the hint",
    code: "COLUMN_NOT_FOUND",
    params: { name: "agee", suggestion: '; did you mean "age"?', columns: "age" },
    detail: { origin: { site: { file: "app.ts", line: 7, call: "select" } } },
    text: `[COLUMN_NOT_FOUND] column "agee" not found; did you mean "age"?
  in select at app.ts:7
  hint: the columns are age`,
  },
  {
    name: "frames of the function with their source, the call, the task",
    code: "USER_FUNCTION_FAILED",
    params: { type: "TypeError", message: "x is not iterable" },
    detail: {
      origin: {
        frames: [frame(3, "  const [a] = x;  "), frame(9)],
        site: { file: "app.ts", line: 20, call: "map" },
        task: { stage: 2, partition: 5, partitions: 8, attempt: 1 },
      },
    },
    text: `[USER_FUNCTION_FAILED] TypeError: x is not iterable
  at app.ts:3, in parse
      const [a] = x;
  at app.ts:9, in parse
  in map at app.ts:20
  (stage 2, partition 5 of 8, attempt 1)`,
  },
  {
    name: "the place in a query of several lines",
    code: "SQL_SYNTAX",
    params: { reason: 'unexpected "FORM"' },
    detail: {
      origin: {
        sql: { text: "SELECT id\nFORM t", line: 2, column: 1 },
        site: { file: "app.ts", line: 4, call: "sql" },
      },
    },
    text: `[SQL_SYNTAX] unexpected "FORM"
  FORM t
  ^ line 2, column 1
  in sql at app.ts:4`,
  },
  {
    name: "the innermost three frames of a deep recursion, three lines of a long message",
    code: "USER_FUNCTION_FAILED",
    params: { type: "RangeError", message: "one\ntwo\nthree\nfour" },
    detail: { origin: { frames: Array.from({ length: 50 }, (_, index) => frame(index)) } },
    text: `[USER_FUNCTION_FAILED] RangeError: one
two
three
  at app.ts:47, in parse
  at app.ts:48, in parse
  at app.ts:49, in parse`,
  },
  {
    name: "parameters that look like places of the template",
    code: "INVALID_ARGUMENT",
    params: { call: "take", parameter: "num", expected: "{actual}", actual: "$&" },
    detail: {},
    text: "[INVALID_ARGUMENT] take: num must be {actual}, not $&",
  },
];

describe("the text of an error", () => {
  test.each(shown)("shows $name", ({ code, params, detail, text }) => {
    expect(new EngineError(code, params, detail).message).toBe(text);
  });

  test("has at most 12 lines, whatever it has to tell", () => {
    const origin = {
      site: { file: "app.ts", line: 1, call: "map" },
      frames: [1, 2, 3, 4].map((line) => frame(line, "code\nand more")),
      sql: { text: "SELECT 1", line: 1, column: 1 },
      task: { stage: 1, partition: 0, partitions: 1, attempt: 3 },
    };
    const long = "one\ntwo\nthree\nfour\nfive";
    const lines = entries.map(([code, { message, hint = "" }]) => {
      const names = [...`${message} ${hint}`.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, long]);
      return [
        code,
        new EngineError(code as ErrorCode, Object.fromEntries(names), { origin }).message.split("\n").length,
      ];
    });
    expect(lines.filter(([, count]) => Number(count) > 12)).toEqual([]);
  });
});

describe("an error of another process", () => {
  test("is the same after a round trip as data", () => {
    const { code, params, detail } = shown[2] as Text;
    const error = new EngineError(code, params, detail);
    const copy = EngineError.fromData(JSON.parse(JSON.stringify(error.toData())));
    expect([copy.message, copy.toData()]).toEqual([error.message, error.toData()]);
  });

  test("keeps the place it knows when its catcher adds what it knows", () => {
    const inner = { file: "app.ts", line: 3, call: "filter" };
    const error = new EngineError("DIVIDE_BY_ZERO", {}, { origin: { site: inner } });
    const outer = error.at({ site: { file: "app.ts", line: 9, call: "collect" }, frames: [frame(1)] });
    expect(outer.origin).toEqual({ site: inner, frames: [frame(1)] });
  });

  test("anything else that is thrown is INTERNAL, with what it said", () => {
    expect(EngineError.from(new RangeError("too far")).message).toBe("[INTERNAL] RangeError: too far");
    expect(EngineError.from("text").message).toBe("[INTERNAL] text");
  });
});
