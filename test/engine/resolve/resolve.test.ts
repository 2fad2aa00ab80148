/** Plans by methods: names, types, partitions, user functions, views. Rules are Spark's; whole queries are in `functions/golden.test.ts`. */
import { describe, expect, it } from "vitest";
import type { Schema } from "../../../engine/data/data-type.js";
import { encodePortable } from "../../../engine/data/portable.js";
import type { EngineError } from "../../../engine/errors.js";
import type { Expr } from "../../../engine/plan/expr.js";
import type { RelationalPlan } from "../../../engine/plan/plan.js";
import { bindViews } from "../../../engine/resolve/bind-views.js";
import { nameParts } from "../../../engine/resolve/column-name.js";
import { packFiles } from "../../../engine/resolve/pack-files.js";
import { resolve } from "../../../engine/resolve/resolve.js";
import type { Catalog, ResolvedPlan } from "../../../engine/resolve/resolved.js";
import { closest } from "../../../engine/resolve/suggest.js";
import { parseExpression } from "../../../engine/sql/expression.js";

const site = { file: "app.ts", line: 7, call: "select" };
const schema: Schema = [
  { name: "Age", type: { kind: "int" }, nullable: true },
  { name: "name", type: { kind: "string" }, nullable: false },
  { name: "a.b", type: { kind: "double" }, nullable: true },
];
const people: RelationalPlan = {
  kind: "elements",
  input: { kind: "values", batches: [encodePortable([])], slices: 3, site },
  schema,
  site,
};
const range = (partitions: number): RelationalPlan => ({
  kind: "range",
  start: 0n,
  end: 8n,
  step: 1n,
  partitions,
  site,
});
const views: Map<string, RelationalPlan> = new Map([["people", people]]);
const catalog: Catalog = {
  view: (name) => views.get(name),
  parquet: async (paths) => ({ files: paths.map((path) => ({ path, sizeBytes: 1000 })), schema }),
  parallelism: 2,
};

const columns = (input: RelationalPlan, ...texts: string[]): RelationalPlan => ({
  kind: "project",
  input,
  columns: texts.map((text) => (text === "*" ? { kind: "star" } : parseExpression(text))),
  site,
});
const where = (input: RelationalPlan, text: string): RelationalPlan => ({
  kind: "filter",
  input,
  condition: parseExpression(text),
  site,
});
const sorted = (input: RelationalPlan, text: string): RelationalPlan => ({
  kind: "sort",
  input,
  orders: [{ child: parseExpression(text), ascending: true, nullsFirst: true }],
  site,
});
const grouped = (input: RelationalPlan, by: string[], ...texts: string[]): RelationalPlan => ({
  kind: "aggregate",
  input,
  grouping: by.map((text) => parseExpression(text)),
  aggregates: texts.map((text) => parseExpression(text)),
  site,
});
const limited = (input: RelationalPlan): RelationalPlan => ({ kind: "limit", input, count: 2, site });

const output = ({ output: attributes }: ResolvedPlan): string =>
  attributes.map(({ name, type, nullable }) => `${name}:${type.kind}${nullable ? "?" : ""}`).join(" ");

describe("output", () => {
  it.each<[string, RelationalPlan, string]>([
    ["names in any case, as they are written", columns(people, "AGE", "NAME n"), "AGE:int? n:string"],
    ["names with dots in back-quotes", columns(people, "`a.b` + 1"), "(a.b + 1):double?"],
    ["all columns", columns(people, "*", "age + 1L"), "Age:int? name:string a.b:double? (age + 1):bigint?"],
    ["a hidden column of a projection, in a filter", where(columns(people, "name"), "age > 1"), "name:string"],
    ["two projections below a sort", sorted(columns(columns(people, "*"), "name"), "age"), "name:string"],
    [
      "grouping before aggregates",
      grouped(people, ["age % 2"], "count(*) n", "max(name)"),
      "(age % 2):int? n:bigint max(name):string?",
    ],
    ["aggregates without groups in a projection", columns(people, "sum(age)"), "sum(age):bigint?"],
    [
      "an aggregate above an aggregate",
      where(grouped(range(2), ["id"], "count(*)"), "sum(id) > 1"),
      "id:bigint count(1):bigint",
    ],
    ["views in any case", { kind: "view", name: "PEOPLE", site }, "Age:int? name:string a.b:double?"],
    ["files", { kind: "parquet", paths: ["x"], site }, "Age:int? name:string a.b:double?"],
  ])("%s", async (_, plan, expected) => {
    expect(output(await resolve(plan, catalog))).toBe(expected);
  });
});

describe("partitions and determinism", () => {
  it.each<[string, RelationalPlan, number | null, string]>([
    ["range", range(4), 4, "determinate"],
    ["a scan with filter and projection", columns(where(range(4), "id > 1"), "id"), 4, "determinate"],
    ["elements", where(people, "age > 1"), 3, "determinate"],
    ["one file", { kind: "parquet", paths: ["x"], site }, 1, "determinate"],
    ["an aggregate without groups", columns(range(4), "sum(id)"), 1, "determinate"],
    ["groups", grouped(range(4), ["id"], "count(*)"), 1, "unordered"],
    ["a sort, whose ties have no order", sorted(range(4), "id % 2"), 1, "unordered"],
    ["the first rows of a scan", limited(range(4)), 1, "determinate"],
    ["the first rows of groups", limited(grouped(range(4), ["id"], "count(*)")), 1, "indeterminate"],
  ])("%s", async (_, plan, partitions, determinism) => {
    const resolved = await resolve(plan, catalog);
    expect([resolved.partitions, resolved.determinism]).toEqual([partitions, determinism]);
  });

  // FilePartition.maxSplitBytes and getFilePartitions of Spark, worked out by hand.
  it.each<[string, number[], number, number[]]>([
    ["small files", [1000, 1000, 1000], 2, [2, 1]],
    ["one slot", [1000, 1000, 1000], 1, [3]],
    ["a large file alone", [300_000_000, 1000], 2, [1, 1]],
    ["none", [], 2, []],
  ])("packs %s", (_, sizes, parallelism, expected) => {
    const files = sizes.map((sizeBytes, i) => ({ path: `f${i}`, sizeBytes }));
    expect(packFiles(files, parallelism).map((part) => part.length)).toEqual(expected);
  });
});

const udf = (name: string, ...args: Expr[]): Expr => ({
  kind: "udf",
  fn: { language: "python", name, body: new Uint8Array() },
  args,
  type: { kind: "int" },
});
const id: Expr = { kind: "column", name: "id" };

/** Nodes from the top; user functions with the places of their arguments. */
function nodes(plan: ResolvedPlan): string {
  const own =
    plan.kind === "udf" ? plan.calls.map(({ fn, args }) => `${fn.name}(${args.join(",")})`).join("+") : plan.kind;
  return "input" in plan && plan.kind !== "elements" ? `${own} ${nodes(plan.input)}` : own;
}

describe("user functions become nodes of their own", () => {
  const call = (fn: string, ...args: Expr[]): Expr => ({ kind: "call", fn, args });

  it.each<[string, RelationalPlan, string, string]>([
    [
      "a projection",
      { kind: "project", input: range(2), columns: [call("+", udf("f", id), id)], site },
      "project f(0) project range",
      "(f(id) + id):bigint?",
    ],
    [
      "an argument that is computed",
      { kind: "project", input: range(2), columns: [udf("f", call("+", id, id))], site },
      "project f(0) project range",
      "f((id + id)):int?",
    ],
    [
      "one inside the other",
      { kind: "project", input: range(2), columns: [udf("g", udf("f", id))], site },
      "project g(0) project f(0) project range",
      "g(f(id)):int?",
    ],
    [
      "two side by side",
      { kind: "project", input: range(2), columns: [udf("f", id), udf("g", id, id)], site },
      "project f(0)+g(0,0) project range",
      "f(id):int? g(id, id):int?",
    ],
    [
      "a filter, which keeps its columns",
      { kind: "filter", input: range(2), condition: call(">", udf("f", id), id), site },
      "project filter f(0) project range",
      "id:bigint",
    ],
    [
      "below an aggregate",
      { kind: "aggregate", input: range(2), grouping: [udf("f", id)], aggregates: [call("sum", udf("g", id))], site },
      "project aggregate f(0)+g(0) project range",
      "f(id):int? sum(g(id)):bigint?",
    ],
    [
      "above an aggregate",
      { kind: "aggregate", input: range(2), grouping: [], aggregates: [udf("f", call("sum", id))], site },
      "project f(0) project aggregate range",
      "f(sum(id)):int?",
    ],
  ])("%s", async (_, plan, expected, names) => {
    const resolved = await resolve(plan, catalog);
    expect(nodes(resolved)).toBe(expected);
    expect(output(resolved)).toBe(names);
  });
});

describe("errors name what was meant and the call", () => {
  it.each<[string, RelationalPlan, string, RegExp]>([
    [
      "a misspelt column",
      columns(people, "agee"),
      "COLUMN_NOT_FOUND",
      /"agee" not found; did you mean "Age"\?[\s\S]*at app\.ts:7[\s\S]*columns are Age, name, a\.b/,
    ],
    ["a name with dots", columns(people, "a.b"), "COLUMN_NOT_FOUND", /"a\.b" not found/],
    ["two columns of one name", columns(columns(people, "age x", "name X"), "x"), "COLUMN_AMBIGUOUS", /x, X/],
    [
      "text as a number",
      columns(people, "name + name"),
      "TYPE_MISMATCH",
      /\(name \+ name\) takes two numbers, not string and string/,
    ],
    [
      "a filter that is no condition",
      where(people, "age"),
      "TYPE_MISMATCH",
      /the condition age takes a boolean, not int/,
    ],
    [
      "too few arguments",
      columns(people, "substring(name)"),
      "WRONG_ARGUMENT_COUNT",
      /substring takes 2 to 3 arguments, not 1/,
    ],
    [
      "a misspelt function",
      columns(people, "lenght(name)"),
      "FUNCTION_NOT_FOUND",
      /"lenght" not found; did you mean "length"\?/,
    ],
    ["a column without its group", grouped(people, ["age"], "name"), "AGGREGATE_MISUSED", /"name" is neither grouped/],
    [
      "an aggregate in an aggregate",
      columns(people, "sum(max(age))"),
      "AGGREGATE_MISUSED",
      /max\(age\) cannot stand in the aggregate sum\(max\(age\)\)/,
    ],
    ["a star among aggregates", columns(people, "*", "count(*)"), "AGGREGATE_MISUSED", /\*/],
    ["an unknown view", { kind: "view", name: "persons", site }, "TABLE_NOT_FOUND", /"persons" not found/],
    [
      "bad query text",
      { kind: "sql", text: "select agee from people", site },
      "COLUMN_NOT_FOUND",
      /\^ line 1, column 8/,
    ],
    [
      "a malformed name",
      { kind: "project", input: people, columns: [{ kind: "column", name: "a..b" }], site },
      "SQL_SYNTAX",
      /well-formed/,
    ],
  ])("%s", async (_, plan, code, message) => {
    const error = (await resolve(plan, catalog).catch((thrown: unknown) => thrown)) as EngineError;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.origin.site).toEqual(site);
  });
});

describe("views keep what they read", () => {
  it("when a view of the same name is made out of them", async () => {
    const own = new Map(views);
    const next = where({ kind: "view", name: "people", site }, "age > 1");
    own.set("people", bindViews(next, own));
    const again = { ...catalog, view: (name: string) => own.get(name) };
    expect(nodes(await resolve({ kind: "view", name: "people", site }, again))).toBe("filter elements");
  });

  it("also those that a query and elements read", async () => {
    const own = new Map(views);
    const query: RelationalPlan = { kind: "sql", text: "select name from people where age > 1", site };
    expect(bindViews(query, own)).toMatchObject({ kind: "project", input: { kind: "filter", input: people } });
    const rows: RelationalPlan = {
      kind: "elements",
      input: { kind: "rows", input: { kind: "view", name: "people", site }, site },
      schema,
      site,
    };
    expect(bindViews(rows, own)).toMatchObject({ input: { kind: "rows", input: people } });
    expect(bindViews(range(1), own)).toBeTypeOf("object");
  });

  it("and one that reads itself is not found", async () => {
    const loop: RelationalPlan = { kind: "view", name: "loop", site };
    await expect(resolve(loop, { ...catalog, view: () => loop })).rejects.toThrow(/TABLE_NOT_FOUND.*"loop"/);
  });
});

describe("names", () => {
  it.each([
    ["a", ["a"]],
    ["t.a", ["t", "a"]],
    ["`t.x`.a", ["t.x", "a"]],
    ["`a``b`", ["a`b"]],
    ["a b", ["a b"]],
    ["", null],
    ["a.", null],
    ["`a", null],
  ])("%j", (name, parts) => {
    expect(nameParts(name)).toEqual(parts);
  });

  it("suggests the closest", () => {
    expect(closest("agee", ["name", "Age", "page", "unrelated"])).toEqual(["Age", "page"]);
    expect(closest("x", ["alpha"])).toEqual([]);
  });
});
