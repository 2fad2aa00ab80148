/** The functions of columns: those of the functions table by their names, and what builds other expressions. */
import { packFunction } from "../closure/pack.js";
import { EngineError } from "../errors.js";
import { findFunction } from "../functions/table.js";
import type { Expr } from "../plan/expr.js";
import { callSite } from "../session/caller.js";
import { Column, type ColumnOrName, columnExpr, literalOf, type Operand, typeNamed } from "./column.js";

/** Names of the functions table that are functions here; operators are methods of `Column`. */
export const functionNames = [
  "abs",
  "avg",
  "coalesce",
  "concat",
  "count",
  "isnotnull",
  "isnull",
  "length",
  "max",
  "min",
  "negative",
  "not",
  "substring",
  "sum",
] as const;

export type FunctionName = (typeof functionNames)[number];

/** Numbers stand for themselves, strings for the columns of that name. */
const argumentExpr = (argument: ColumnOrName | number): Expr =>
  typeof argument === "number" ? literalOf(argument) : columnExpr(argument);

/** A call of a function by its name in SQL. */
export function callFunction(name: string, ...args: (ColumnOrName | number)[]): Column {
  if (!findFunction(name, args.length)) {
    throw new EngineError("FUNCTION_NOT_FOUND", { name, suggestion: "" }, { origin: { site: callSite(name) } });
  }
  return new Column({ kind: "call", fn: name, args: args.map(argumentExpr) });
}

const calls = Object.fromEntries(
  functionNames.map((name) => [name, (...args: (ColumnOrName | number)[]): Column => callFunction(name, ...args)]),
) as Readonly<Record<FunctionName, (...args: (ColumnOrName | number)[]) => Column>>;

/** The column of this name. */
const col = (name: string): Column => new Column(columnExpr(name));

/** A plain value as a column. */
const lit = (value: Operand): Column => (value instanceof Column ? value : new Column(literalOf(value)));

/**
 * A TypeScript function over columns, evaluated in task workers; `returnType` is a type of SQL, such as `bigint`.
 * Called with columns or their names, it gives a column.
 */
function udf(fn: (...values: never[]) => unknown, returnType: string = "string"): (...args: ColumnOrName[]) => Column {
  const type = typeNamed(returnType, "udf");
  const shipped = packFunction(fn);
  return (...args) => new Column({ kind: "udf", fn: shipped, args: args.map(columnExpr), type });
}

/**
 * Functions for `select`, `filter` and `agg`: `functions.sum("id")`, `functions.col("id").gt(3)`.
 *
 * @internal Clients' functions come from the functions table.
 */
export const functions: typeof calls & {
  readonly col: typeof col;
  readonly lit: typeof lit;
  readonly udf: typeof udf;
  readonly callFunction: typeof callFunction;
} = { ...calls, col, lit, udf, callFunction };
