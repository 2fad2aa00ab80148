/** Queries as plans, and where syntax errors stand. Spark's answers to whole queries are in `functions/golden.test.ts`. */
import { describe, expect, it } from "vitest";
import type { EngineError } from "../../../engine/errors.js";
import type { Expr } from "../../../engine/plan/expr.js";
import type { RelationalPlan } from "../../../engine/plan/plan.js";
import { parseExpression } from "../../../engine/sql/expression.js";
import { parseQuery } from "../../../engine/sql/query.js";

const site = { file: "app.py", line: 3, call: "sql" };

/** An expression with every operator as a call, so that its shape shows. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case "column":
      return expr.name;
    case "star":
      return "*";
    case "literal":
      return `${JSON.stringify(expr.value, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}:${expr.type.kind}`;
    case "call":
      return `${expr.fn}(${expr.args.map(shape).join(" ")})`;
    case "alias":
      return `${shape(expr.child)} as ${expr.name}`;
    case "cast":
      return `cast(${shape(expr.child)} ${expr.type.kind})`;
    case "udf":
      return expr.fn.name;
  }
}

describe("expressions", () => {
  it.each([
    ["a + b * c - d", "-(+(a *(b c)) d)"],
    ["not a = 1 and b or c", "or(and(not(=(a 1:int)) b) c)"],
    ["a or b and not c", "or(a and(b not(c)))"],
    ["a - -1", "-(a -1:int)"],
    ["-a * b", "*(-(a) b)"],
    ["- (1)", "-(1:int)"],
    ["a < b = true", "=(<(a b) true:boolean)"],
    ["a || b || c", "concat(concat(a b) c)"],
    ["a is not null and b is null", "and(isnotnull(a) isnull(b))"],
    ["a not in (1, 2) or b between 1 and 2 and c", "or(not(in(a 1:int 2:int)) and(between(b 1:int 2:int) c))"],
    ["a is not distinct from b", "<=>(a b)"],
    ["a == b != c", "<>(=(a b) c)"],
    ["cast(a as LONG)::double", "cast(cast(a bigint) double)"],
    ["count(*) + sum( a )", "+(count(*) sum(a))"],
    ["f()", "f()"],
    ["`a b`.`c``d`", "`a b`.`c``d`"],
    ["t.id", "t.id"],
    ["a AS `b`", "a as b"],
    ["a b", "a as b"],
    ["2147483648", "2147483648:bigint"],
    ["-9223372036854775808", '"-9223372036854775808n":bigint'],
    ["1e3", "1000:double"],
    ["1.5D", "1.5:double"],
    ["7L", "7:bigint"],
    ["'it''s' \"x\"", '"it\'sx":string'],
    ["r'a\\n'", '"a\\\\n":string'],
    ["null", "null:string"],
    ["a /* b /* c */ d */ + -- e\n 1", "+(a 1:int)"],
  ])("%s", (text, expected) => {
    expect(shape(parseExpression(text))).toBe(expected);
  });

  it("takes a long chain", () => {
    const chain = Array.from({ length: 2000 }, (_, i) => `a = ${i}`).join(" or ");
    expect(shape(parseExpression(chain))).toContain("=(a 1999:int)");
  });
});

/** Kinds of nodes from the top. */
function kinds(plan: RelationalPlan): string[] {
  return "input" in plan && plan.kind !== "elements" ? [plan.kind, ...kinds(plan.input)] : [plan.kind];
}

describe("queries", () => {
  it.each([
    ["select 1", "project project range"],
    ["select * from t where a > 1", "project filter view"],
    [
      "select a, sum(b) from t group by a having sum(b) > 1 order by a limit 3",
      "limit sort filter project aggregate view",
    ],
    ["select count(*) from parquet.`/data/x`", "project aggregate parquet"],
    ["select q.x from (select id as x from range(3)) q", "project project range"],
  ])("%s", (text, expected) => {
    expect(kinds(parseQuery(text, site)).join(" ")).toBe(expected);
  });

  it.each([
    ["range(5)", [0n, 5n, 1n, 4]],
    ["range(-1, 5)", [-1n, 5n, 1n, 4]],
    ["range(5, 0, -2)", [5n, 0n, -2n, 4]],
    ["range(0, 9, 1, 3)", [0n, 9n, 1n, 3]],
  ])("%s", (text, expected) => {
    const plan = parseQuery(`select id from ${text}`, site, 4);
    const range = plan.kind === "project" ? plan.input : plan;
    expect(range.kind === "range" ? [range.start, range.end, range.step, range.partitions] : range).toEqual(expected);
  });
});

describe("syntax errors name the place and the call", () => {
  it.each([
    ["selec 1", 1, 1, /near "selec": expected SELECT/],
    ["select id,\n  from range(3)", 2, 3, /near "from"/],
    ["select 1 +", 1, 11, /end of input/],
    ["select 'abc", 1, 8, /quote/],
    ["select a from t where\n\n b > ", 3, 6, /end of input/],
    ["select 1.5", 1, 8, /decimal.*1\.5D/],
    ["select 9223372036854775808", 1, 8, /decimal/],
    ["select 1S", 1, 8, /smallint/],
    ["select a from t join u", 1, 17, /joins/],
    ["select distinct a from t", 1, 8, /GROUP BY/],
    ["select count(distinct a) from t", 1, 14, /DISTINCT/],
    ["select case when a then 1 end", 1, 8, /if\(/],
    ["select (select 1)", 1, 9, /query inside/],
    ["select a from t limit -1", 1, 23, /-1/],
    ["select a from t limit 'x'", 1, 23, /integer/],
    ["select a b c from t", 1, 12, /near "c"/],
    ["select ; 1", 1, 8, /near ";"/],
    ["select 1 /* open", 1, 10, /comment/],
    ["select 1 § 2", 1, 10, /§/],
    ["select id from range(1, 2, 0)", 1, 16, /step/],
    ["select id from range(1, 2, 3, 4, 5)", 1, 16, /1 to 4/],
    ["", 1, 1, /expected SELECT/],
  ])("%j", (text, line, column, reason) => {
    let error: EngineError | undefined;
    try {
      parseQuery(text, site);
    } catch (thrown) {
      error = thrown as EngineError;
    }
    expect(error?.code).toBe("SQL_SYNTAX");
    expect(error?.params["reason"]).toMatch(reason);
    expect(error?.origin).toEqual({ site, sql: { text, line, column } });
  });

  it("shows the line and a caret", () => {
    expect(() => parseQuery("select id,\n  from range(3)", site)).toThrow(
      [
        '[SQL_SYNTAX] syntax error at or near "from": expected an expression',
        "    from range(3)",
        "    ^ line 2, column 3",
        "  in sql at app.py:3",
      ].join("\n"),
    );
  });

  it("refuses an unknown type", () => {
    expect(() => parseExpression("cast(a as wombat)", site)).toThrow(/TYPE_UNKNOWN.*wombat/);
  });
});
