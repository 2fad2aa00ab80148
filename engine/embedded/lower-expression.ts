/** Resolved expressions as DuckDB SQL over generated column names; names of the program never occur. */
import { castRule, entryOf } from "../data/type-table.js";
import { EngineError } from "../errors.js";
import type { FunctionEntry, LoweredArgument } from "../functions/entry.js";
import { findFunction } from "../functions/table.js";
import { childrenOf, type ResolvedExpr } from "../resolve/resolved.js";

/** A lowered expression. `depth`: how deep its calls nest. */
export interface LoweredExpr extends LoweredArgument {
  readonly depth: number;
}

/** The columns in scope, by attribute id. */
export type Columns = ReadonlyMap<number, LoweredExpr>;

const internal = (reason: string): EngineError => new EngineError("INTERNAL", { reason });

export function lowerExpr(expr: ResolvedExpr, columns: Columns): LoweredExpr {
  switch (expr.kind) {
    case "attribute": {
      const column = columns.get(expr.id);
      if (!column) throw internal(`attribute ${expr.name}#${expr.id} is not in scope`);
      return column;
    }
    case "literal":
      return lowerLiteral(expr);
    case "cast":
      return lowerCast(expr, columns);
    case "call":
      return lowerCall(expr, columns);
    case "udf":
      throw internal(`the user function ${expr.fn.name} stands inside a relational fragment`);
  }
}

function lowerLiteral({ value, type }: Extract<ResolvedExpr, { kind: "literal" }>): LoweredExpr {
  const { physical, literal } = entryOf(type);
  const sql = value === null ? `CAST(NULL AS ${physical})` : literal(value);
  return { sql, notNull: value === null ? "false" : "true", throws: false, type, literal: value, depth: 0 };
}

function lowerCast({ child, type }: Extract<ResolvedExpr, { kind: "cast" }>, columns: Columns): LoweredExpr {
  const lowered = lowerExpr(child, columns);
  const rule = castRule(child.type, type);
  if (!rule) throw internal(`no cast from ${child.type.kind} to ${type.kind}`);
  const { notNull, throws, depth } = lowered;
  return {
    sql: rule.sql(lowered.sql),
    notNull,
    throws: throws || rule.throws,
    type,
    literal: undefined,
    depth: depth + 1,
  };
}

type Call = Extract<ResolvedExpr, { kind: "call" }>;

/** The operands of `a and b and c` as one list. */
const flatten = (expr: Call): readonly ResolvedExpr[] =>
  expr.args.flatMap((arg) => (arg.kind === "call" && arg.fn === expr.fn ? flatten(arg) : [arg]));

function lowerCall(expr: Call, columns: Columns): LoweredExpr {
  const entry = findFunction(expr.fn, expr.args.length);
  if (!entry) throw internal(`the function ${expr.fn} is not in the table`);
  const args = (entry.flat ? flatten(expr) : expr.args).map((arg) => lowerExpr(arg, columns));
  const sql = entry.lower(args);
  return {
    sql,
    notNull: notNullOf(entry, args, sql),
    throws: entry.throws(args) || args.some((arg) => arg.throws),
    type: expr.type,
    literal: undefined,
    depth: 1 + Math.max(0, ...args.map(({ depth }) => depth)),
  };
}

function notNullOf(entry: FunctionEntry, args: readonly LoweredArgument[], sql: string): string {
  if (!entry.strict) return `${sql} IS NOT NULL`;
  const conditions = [...new Set(args.map(({ notNull }) => notNull))].filter((condition) => condition !== "true");
  return conditions.length === 0
    ? "true"
    : conditions.length === 1
      ? (conditions[0] ?? "true")
      : `(${conditions.join(" AND ")})`;
}

/** How often each attribute is named. */
export function countNames(expr: ResolvedExpr, counts: Map<number, number>): void {
  if (expr.kind === "attribute") counts.set(expr.id, (counts.get(expr.id) ?? 0) + 1);
  for (const child of childrenOf(expr)) countNames(child, counts);
}
