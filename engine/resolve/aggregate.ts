/**
 * Grouping: every output of an aggregate is made of grouping expressions and calls of aggregate functions.
 * `select(max(id) + 1, id % 2)` over `group by id % 2` is `project(a + 1, g) ← aggregate(g = id % 2; a = max(id))`.
 */
import { EngineError } from "../errors.js";
import { columnName } from "../functions/expression-text.js";
import { findFunction } from "../functions/table.js";
import type { Expr } from "../plan/expr.js";
import { type ExprContext, originOf, type Place, resolveExpr } from "./expression.js";
import {
  type Attribute,
  mapChildren,
  type NamedExpr,
  type ResolvedExpr,
  type ResolvedPlan,
  reference,
  sameMeaning,
} from "./resolved.js";
import { extractUdfs } from "./udf.js";

export type Aggregate = Extract<ResolvedPlan, { kind: "aggregate" }>;
type AggregateDraft = Pick<Aggregate, "grouping" | "aggregates">;

const named = (expr: ResolvedExpr, name: string, id: number): NamedExpr => ({
  attribute: { id, name, type: expr.type, nullable: expr.nullable },
  expr,
});

/** The item of the output that a grouping by alias means: `select id % 2 as k … group by k`. */
function aliased(name: string, items: readonly Expr[]): Expr | undefined {
  const aliasOf = (expr: Expr): Expr | undefined => {
    if (expr.kind !== "alias") return undefined;
    return expr.name.toLowerCase() === name ? expr.child : aliasOf(expr.child);
  };
  return items.map(aliasOf).find((found) => found !== undefined);
}

/** A grouping expression; a name that is no column may be an alias among the items. */
function resolveGrouping(expr: Expr, items: readonly Expr[], context: ExprContext): ResolvedExpr {
  try {
    return resolveExpr(expr, context);
  } catch (error) {
    const child = expr.kind === "column" ? aliased(expr.name.toLowerCase(), items) : undefined;
    if (child === undefined || !(error instanceof EngineError) || error.code !== "COLUMN_NOT_FOUND") throw error;
    return resolveExpr(child, context);
  }
}

export interface AggregateParts {
  readonly input: ResolvedPlan;
  readonly grouping: readonly Expr[];
  /** What the output has besides the grouping. */
  readonly items: readonly Expr[];
  readonly place: Place;
  readonly nextId: () => number;
}

export interface ResolvedItems {
  readonly aggregate: Aggregate;
  /** The grouping, then the items, over the aggregate's output. */
  readonly columns: readonly NamedExpr[];
}

/** The aggregate node, and the items over it. */
export function resolveAggregate({ input, grouping, items, place, nextId }: AggregateParts): ResolvedItems {
  const context: ExprContext = { place, input: input.output, noAggregates: null };
  const groupingContext = { ...context, noAggregates: "GROUP BY" };
  const groupings = grouping.map((expr) => resolveGrouping(expr, items, groupingContext));
  const resolved = items.map((item) => resolveExpr(item, context));
  const extracted = extractBelow(input, [...groupings, ...resolved], nextId);
  const grouped = extracted.exprs.slice(0, groupings.length).map((expr, i) => {
    const source = grouping[i];
    return named(expr, source ? columnName(source) : "", nextId());
  });
  let draft: AggregateDraft = { grouping: grouped, aggregates: [] };
  const groups = grouped.map(({ attribute }) => named(reference(attribute), attribute.name, nextId()));
  const columns = extracted.exprs.slice(groupings.length).map((expr, i) => {
    const item = items[i] as Expr;
    const separated = separate(expr, draft, item, place, nextId);
    draft = separated.draft;
    return named(separated.expr, columnName(item), nextId());
  });
  return { aggregate: aggregateNode(extracted.input, draft), columns: [...groups, ...columns] };
}

export function aggregateNode(input: ResolvedPlan, { grouping, aggregates }: AggregateDraft): Aggregate {
  return {
    kind: "aggregate",
    input,
    grouping,
    aggregates,
    output: [...grouping, ...aggregates].map(({ attribute }) => attribute),
    partitions: 1,
    determinism:
      input.determinism === "indeterminate" ? "indeterminate" : grouping.length === 0 ? "determinate" : "unordered",
    site: input.site,
  };
}

/** User functions in grouping expressions and in arguments of aggregates run below; those over aggregates stay. */
function extractBelow(
  input: ResolvedPlan,
  exprs: readonly ResolvedExpr[],
  nextId: () => number,
): ReturnType<typeof extractUdfs> {
  const lower = exprs.flatMap(withoutAggregates);
  const extracted = extractUdfs(input, lower, [], nextId);
  if (extracted.input === input) return { input, exprs };
  const replacements = new Map(lower.map((expr, i) => [expr, extracted.exprs[i] as ResolvedExpr]));
  const replace = (expr: ResolvedExpr): ResolvedExpr => replacements.get(expr) ?? mapChildren(expr, replace);
  return { input: extracted.input, exprs: exprs.map(replace) };
}

const isAggregateCall = (expr: ResolvedExpr): boolean =>
  expr.kind === "call" && findFunction(expr.fn, expr.args.length)?.kind === "aggregate";

const containsAggregate = (expr: ResolvedExpr): boolean => isAggregateCall(expr) || parts(expr).some(containsAggregate);

const parts = (expr: ResolvedExpr): readonly ResolvedExpr[] =>
  expr.kind === "call" || expr.kind === "udf" ? expr.args : expr.kind === "cast" ? [expr.child] : [];

/** The largest parts that hold no aggregate. */
const withoutAggregates = (expr: ResolvedExpr): ResolvedExpr[] =>
  containsAggregate(expr) ? parts(expr).flatMap(withoutAggregates) : [expr];

interface Separated {
  readonly expr: ResolvedExpr;
  readonly draft: AggregateDraft;
}

/** Puts columns of the aggregate in place of grouping expressions and aggregate calls; new calls join the draft. */
export function separate(
  expr: ResolvedExpr,
  draft: AggregateDraft,
  source: Expr,
  place: Place,
  nextId: () => number,
): Separated {
  const aggregates = [...draft.aggregates];
  const visit = (node: ResolvedExpr): ResolvedExpr => {
    const group = draft.grouping.find((one) => sameMeaning(one.expr, node));
    if (group) return reference(group.attribute);
    if (isAggregateCall(node)) {
      const known = aggregates.find((one) => sameMeaning(one.expr, node));
      const call = known ?? named(node, node.kind === "call" ? node.text : "", nextId());
      if (!known) aggregates.push(call);
      return reference(call.attribute);
    }
    if (node.kind === "attribute") throw notGrouped(node.name, draft, source, place);
    return mapChildren(node, visit);
  };
  return { expr: visit(expr), draft: { grouping: draft.grouping, aggregates } };
}

function notGrouped(name: string, { grouping }: AggregateDraft, source: Expr, place: Place): EngineError {
  const cause = grouping.length === 0 ? "there is no GROUP BY" : "it is not part of GROUP BY";
  const reason = `column "${name}" is neither grouped nor inside an aggregate function: ${cause}`;
  return new EngineError("AGGREGATE_MISUSED", { reason }, { origin: originOf(place, source.at) });
}

/**
 * A boolean or an order over the output of an aggregate that needs what the output lacks: `having sum(id) > 1`. The
 * aggregate, which may lie below projections and filters, gets another column; null if there is none below.
 */
export function exposeOverAggregate(
  plan: ResolvedPlan,
  expr: Expr,
  place: Place,
  nextId: () => number,
): { readonly plan: ResolvedPlan; readonly expr: ResolvedExpr } | null {
  if (plan.kind === "aggregate") {
    const context: ExprContext = { place, input: plan.input.output, noAggregates: null };
    const separated = separate(resolveExpr(expr, context), plan, expr, place, nextId);
    return { plan: aggregateNode(plan.input, separated.draft), expr: separated.expr };
  }
  if (plan.kind !== "project" && plan.kind !== "filter" && plan.kind !== "sort") return null;
  const below = exposeOverAggregate(plan.input, expr, place, nextId);
  if (below === null) return null;
  if (plan.kind !== "project")
    return { plan: { ...plan, input: below.plan, output: below.plan.output }, expr: below.expr };
  const column = named(below.expr, "hidden", nextId());
  return { plan: withColumn({ ...plan, input: below.plan }, column), expr: reference(column.attribute) };
}

type Project = Extract<ResolvedPlan, { kind: "project" }>;

export const withColumn = (plan: Project, column: NamedExpr): Project => ({
  ...plan,
  columns: [...plan.columns, column],
  output: [...plan.output, column.attribute],
});

/** A column that projections above it left out, brought up again. */
export function exposeColumn(
  plan: ResolvedPlan,
  name: string,
): { readonly plan: ResolvedPlan; readonly attribute: Attribute } | null {
  if (plan.kind === "project") {
    const here = plan.input.output.filter((one) => one.name.toLowerCase() === name.toLowerCase());
    const below =
      here[0] && here.length === 1 ? { plan: plan.input, attribute: here[0] } : exposeColumn(plan.input, name);
    if (below === null) return null;
    const column = { attribute: below.attribute, expr: reference(below.attribute) };
    const isThere = plan.output.some(({ id }) => id === below.attribute.id);
    return { plan: isThere ? plan : withColumn({ ...plan, input: below.plan }, column), attribute: below.attribute };
  }
  if (plan.kind !== "filter" && plan.kind !== "sort") return null;
  const below = exposeColumn(plan.input, name);
  return below && { plan: { ...plan, input: below.plan, output: below.plan.output }, attribute: below.attribute };
}
