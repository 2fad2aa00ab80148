/**
 * Functions of the user in expressions become nodes of their own, so that they run in workers between two relational
 * fragments: `select(f(id + 1) * 2)` is `project(u * 2) ← udf(u = f(a)) ← project(id, a = id + 1)`.
 */
import {
  type Attribute,
  childrenOf,
  mapChildren,
  type NamedExpr,
  type ResolvedExpr,
  type ResolvedPlan,
  reference,
  type UdfCall,
} from "./resolved.js";

type Udf = Extract<ResolvedExpr, { kind: "udf" }>;

export interface Extracted {
  readonly input: ResolvedPlan;
  /** The expressions, with columns in place of the calls. */
  readonly exprs: readonly ResolvedExpr[];
}

const hasUdf = (expr: ResolvedExpr): boolean => expr.kind === "udf" || childrenOf(expr).some(hasUdf);

/** The calls whose arguments hold no further call. */
const innermost = (expr: ResolvedExpr): Udf[] =>
  expr.kind === "udf" && !expr.args.some(hasUdf) ? [expr] : childrenOf(expr).flatMap(innermost);

/** Takes all calls of user functions out of `exprs`. `keep`: columns that are needed besides what the expressions name. */
export function extractUdfs(
  input: ResolvedPlan,
  exprs: readonly ResolvedExpr[],
  keep: readonly Attribute[],
  nextId: () => number,
): Extracted {
  const calls = exprs.flatMap(innermost);
  if (calls.length === 0) return { input, exprs };
  const columns = new Map<number, NamedExpr>();
  const add = (expr: ResolvedExpr): Attribute => {
    const attribute =
      expr.kind === "attribute" ? expr : { id: nextId(), name: "argument", type: expr.type, nullable: expr.nullable };
    const { id, name, type, nullable } = attribute;
    if (!columns.has(id)) columns.set(id, { attribute: { id, name, type, nullable }, expr });
    return attribute;
  };
  for (const attribute of keep) add(reference(attribute));
  for (const expr of exprs) for (const attribute of namedOutside(expr)) add(attribute);
  const argumentIds = calls.map((call) => call.args.map((arg) => add(arg).id));
  const places = new Map([...columns.keys()].map((id, place) => [id, place]));
  const udfCalls = calls.map(
    ({ fn, type }, i): UdfCall => ({
      attribute: { id: nextId(), name: fn.name, type, nullable: true },
      fn,
      args: (argumentIds[i] ?? []).map((id) => places.get(id) ?? 0),
    }),
  );
  const { partitions, determinism, site } = input;
  const projected = [...columns.values()];
  const output = projected.map(({ attribute }) => attribute);
  const below: ResolvedPlan = { kind: "project", input, columns: projected, output, partitions, determinism, site };
  const node: ResolvedPlan = {
    kind: "udf",
    input: below,
    calls: udfCalls,
    output: [...output, ...udfCalls.map(({ attribute }) => attribute)],
    partitions,
    determinism,
    site,
  };
  const replacements = new Map(calls.map((call, i) => [call, reference((udfCalls[i] as UdfCall).attribute)]));
  const replace = (expr: ResolvedExpr): ResolvedExpr =>
    (expr.kind === "udf" ? replacements.get(expr) : undefined) ?? mapChildren(expr, replace);
  return extractUdfs(node, exprs.map(replace), keep, nextId);
}

type AttributeExpr = Extract<ResolvedExpr, { kind: "attribute" }>;

/** Columns that are named outside the innermost calls. */
const namedOutside = (expr: ResolvedExpr): AttributeExpr[] => {
  if (expr.kind === "attribute") return [expr];
  return expr.kind === "udf" && !expr.args.some(hasUdf) ? [] : childrenOf(expr).flatMap(namedOutside);
};
