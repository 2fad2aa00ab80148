/** Expressions: names become attributes, calls get their types, implicit casts are written out. */
import type { DataType } from "../data/data-type.js";
import { castRule, sameType, simpleName } from "../data/type-table.js";
import { type CallSite, EngineError, type ErrorCode, type ErrorOrigin } from "../errors.js";
import type { FunctionEntry } from "../functions/entry.js";
import { expressionText } from "../functions/expression-text.js";
import { findFunction, functionNames } from "../functions/table.js";
import type { Expr, Position } from "../plan/expr.js";
import { nameParts } from "./column-name.js";
import type { Attribute, ResolvedExpr } from "./resolved.js";
import { suggestion } from "./suggest.js";

/** Where an expression stands in the program, for errors. */
export interface Place {
  readonly site: CallSite;
  /** The query, if the expression is part of one. */
  readonly sql: string | null;
}

export interface ExprContext {
  readonly place: Place;
  /** The columns that can be named. */
  readonly input: readonly Attribute[];
  /** A column that is not among them, from further below. */
  readonly otherwise?: (name: string) => Attribute | undefined;
  /** Why aggregate functions cannot stand here; null where they can. */
  readonly noAggregates: string | null;
}

export function originOf({ site, sql }: Place, at: Position | undefined): ErrorOrigin {
  return at === undefined || sql === null ? { site } : { site, sql: { text: sql, line: at.line, column: at.column } };
}

type Fail = (code: ErrorCode, params: Readonly<Record<string, string | number>>) => EngineError;

const failAt =
  (context: ExprContext, expr: Expr): Fail =>
  (code, params) =>
    new EngineError(code, params, { origin: originOf(context.place, expr.at) });

type Of<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;
type Resolvers = { readonly [K in Expr["kind"]]: (expr: Of<K>, context: ExprContext) => ResolvedExpr };

const resolvers: Resolvers = {
  column: (expr, context) => resolveColumn(expr, context),
  star: (expr, context) => {
    throw failAt(context, expr)("SQL_SYNTAX", { reason: "* can only stand alone among the columns, or in count(*)" });
  },
  literal: ({ value, type }) => ({ kind: "literal", value, type, nullable: value === null }),
  call: (expr, context) => resolveCall(expr, context),
  alias: ({ child }, context) => resolveExpr(child, context),
  cast: (expr, context) => {
    const child = resolveExpr(expr.child, context);
    const cast = castTo(child, expr.type);
    if (cast) return cast;
    const [expected, actual] = [simpleName(expr.type), simpleName(child.type)];
    throw failAt(context, expr)("TYPE_MISMATCH", { call: "cast", expected: `what becomes ${expected}`, actual });
  },
  udf: (expr, context) => {
    const args = expr.args.map((arg) => resolveExpr(arg, context));
    return { kind: "udf", fn: expr.fn, args, type: expr.type, nullable: true };
  },
};

export function resolveExpr(expr: Expr, context: ExprContext): ResolvedExpr {
  return (resolvers[expr.kind] as (expr: Expr, context: ExprContext) => ResolvedExpr)(expr, context);
}

const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

function resolveColumn(expr: Of<"column">, context: ExprContext): ResolvedExpr {
  const fail = failAt(context, expr);
  const parts = nameParts(expr.name);
  if (parts === null) throw fail("SQL_SYNTAX", { reason: `"${expr.name}" is not a well-formed column name` });
  const name = parts.at(-1) ?? "";
  const found = parts.length === 1 ? context.input.filter((attribute) => sameName(attribute.name, name)) : [];
  if (new Set(found.map(({ id }) => id)).size > 1) {
    const candidates = found.map((attribute) => attribute.name).join(", ");
    throw fail("COLUMN_AMBIGUOUS", { name: expr.name, candidates: `several columns have that name: ${candidates}` });
  }
  const attribute = found[0] ?? (parts.length === 1 ? context.otherwise?.(name) : undefined);
  if (attribute)
    return { kind: "attribute", id: attribute.id, name, type: attribute.type, nullable: attribute.nullable };
  const names = context.input.map((one) => one.name);
  const columns = names.length === 0 ? "none" : names.slice(0, 20).join(", ");
  throw fail("COLUMN_NOT_FOUND", { name: expr.name, suggestion: suggestion(name, names), columns });
}

const isUntypedNull = (expr: ResolvedExpr): boolean => expr.kind === "literal" && expr.value === null;

function resolveCall(expr: Of<"call">, context: ExprContext): ResolvedExpr {
  const fail = failAt(context, expr);
  const entry = findFunction(expr.fn, expr.args.length);
  if (!entry) throw fail("FUNCTION_NOT_FOUND", { name: expr.fn, suggestion: suggestion(expr.fn, functionNames) });
  const call = expressionText(expr);
  if (entry.kind === "aggregate" && context.noAggregates !== null) {
    throw fail("AGGREGATE_MISUSED", { reason: `the aggregate ${call} cannot stand in ${context.noAggregates}` });
  }
  checkCount(entry, expr, fail);
  const inner = entry.kind === "aggregate" ? { ...context, noAggregates: `the aggregate ${call}` } : context;
  const args = expr.args.map((arg) => (isCountAll(entry, arg) ? one : resolveExpr(arg, inner)));
  const typing = entry.type(args.map((arg) => (isUntypedNull(arg) ? null : arg.type)));
  const mismatch = (expected: string): EngineError => {
    const actual = args.map((arg) => (isUntypedNull(arg) ? "null" : simpleName(arg.type))).join(" and ");
    return fail("TYPE_MISMATCH", { call, expected, actual });
  };
  if ("expected" in typing) throw mismatch(typing.expected);
  const casts = args.map((arg, i) => {
    const type = typing.args[i] as DataType;
    const cast = castTo(arg, type);
    if (!cast) throw mismatch(simpleName(type));
    return cast;
  });
  const nullable = entry.nullable(casts.map((arg) => arg.nullable));
  return { kind: "call", fn: entry.name, args: casts, type: typing.result, nullable, text: call };
}

const one: ResolvedExpr = { kind: "literal", value: 1, type: { kind: "int" }, nullable: false };

const isCountAll = (entry: FunctionEntry, arg: Expr): boolean => entry.name === "count" && arg.kind === "star";

function checkCount({ parameters, minimum }: FunctionEntry, { fn, args }: Of<"call">, fail: Fail): void {
  const maximum = parameters.some((parameter) => parameter.repeated) ? null : parameters.length;
  if (args.length >= minimum && (maximum === null || args.length <= maximum)) return;
  const expected =
    maximum === null ? `at least ${minimum}` : minimum === maximum ? minimum : `${minimum} to ${maximum}`;
  throw fail("WRONG_ARGUMENT_COUNT", { call: fn, expected, actual: args.length });
}

/** The expression as another type; null where Spark has no such cast. */
export function castTo(expr: ResolvedExpr, type: DataType): ResolvedExpr | null {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "literal") {
    if (expr.value === null) return { ...expr, type };
    const isInteger = expr.type.kind === "int" || expr.type.kind === "bigint";
    // Integers as wider numbers cannot fail.
    if (isInteger && typeof expr.value === "number" && (type.kind === "bigint" || type.kind === "double"))
      return { ...expr, type };
  }
  const rule = castRule(expr.type, type);
  return rule && { kind: "cast", child: expr, type, nullable: expr.nullable || rule.nullable };
}

/** Whether an expression calls an aggregate function. */
export function hasAggregate(expr: Expr): boolean {
  if (expr.kind === "alias" || expr.kind === "cast") return hasAggregate(expr.child);
  if (expr.kind === "udf") return expr.args.some(hasAggregate);
  if (expr.kind !== "call") return false;
  return findFunction(expr.fn, expr.args.length)?.kind === "aggregate" || expr.args.some(hasAggregate);
}
