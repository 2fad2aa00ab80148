/** How Spark names a column that has no alias: `(id % 3)`, `sum(id)`, `count(1)`. */
import { simpleName, typeTable } from "../data/type-table.js";
import type { Expr } from "../plan/expr.js";
import { lastNamePart } from "../resolve/column-name.js";
import { findFunction } from "./table.js";

type Texts = { readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>) => string };

const texts: Texts = {
  column: ({ name }) => lastNamePart(name),
  // Spark rewrites count(*) to count(1).
  star: () => "1",
  literal: ({ value, type }) => (value === null ? "NULL" : typeTable[type.kind].text(value)),
  call: ({ fn, args }) => {
    const written = args.map(expressionText);
    return findFunction(fn, args.length)?.text(written, fn.toLowerCase()) ?? `${fn}(${written.join(", ")})`;
  },
  alias: ({ child, name }) => `${expressionText(child)} AS ${name}`,
  cast: ({ child, type }) => `CAST(${expressionText(child)} AS ${simpleName(type).toUpperCase()})`,
  udf: ({ fn, args }) => `${fn.name}(${args.map(expressionText).join(", ")})`,
};

/** The text of an expression, as in messages. */
export function expressionText(expr: Expr): string {
  return (texts[expr.kind] as (expr: Expr) => string)(expr);
}

/** The name of a column of output: its alias, or what Spark makes of the expression. */
export function columnName(expr: Expr): string {
  if (expr.kind === "alias") return expr.name;
  // A cast of a column keeps the column's name.
  if (expr.kind === "cast" && expr.child.kind === "column") return columnName(expr.child);
  return expressionText(expr);
}
