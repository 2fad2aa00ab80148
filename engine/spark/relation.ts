/** Relational plans as Spark Connect relations. */
import { EngineError } from "../errors.js";
import type { RelationalPlan } from "../plan/plan.js";
import type { Relation } from "./connect-messages.js";
import { type ExpressionContext, toExpression, toOrder } from "./expression.js";
import { type Views, viewsIn } from "./settle.js";

type Node<K extends RelationalPlan["kind"]> = Extract<RelationalPlan, { kind: K }>;

export interface RelationContext extends Omit<ExpressionContext, "site"> {
  /** The program's views that the plan names; Spark's own catalog is asked for others. */
  readonly views: Views;
  /** The rows that a function fragment makes. */
  readonly elements: (node: Node<"elements">) => Relation;
}

type Converters = {
  readonly [K in RelationalPlan["kind"]]: (node: Node<K>, context: RelationContext) => Relation;
};

/** The program's views that the text names travel with it, since the server does not know them. */
function withViews(text: string, context: RelationContext): Relation {
  const references = viewsIn(text, context.views).map(([alias, plan]) => ({
    subqueryAlias: { input: toRelation(plan, context), alias },
  }));
  const root: Relation = { sql: { query: text } };
  return references.length === 0 ? root : { withRelations: { root, references } };
}

const converters: Converters = {
  range: ({ start, end, step, partitions }) => ({
    range: { start: String(start), end: String(end), step: String(step), numPartitions: partitions },
  }),
  parquet: ({ paths }) => ({ read: { dataSource: { format: "parquet", paths } } }),
  elements: (node, context) => context.elements(node),
  view: ({ name }, context) => {
    const plan = context.views.get(name.toLowerCase());
    const alias = name.split(".").at(-1) ?? name;
    if (plan) return { subqueryAlias: { input: toRelation(plan, context), alias } };
    return { read: { namedTable: { unparsedIdentifier: name } } };
  },
  project: ({ input, columns, site }, context) => ({
    project: {
      input: toRelation(input, context),
      expressions: columns.map((column) => toExpression(column, { ...context, site })),
    },
  }),
  filter: ({ input, condition, site }, context) => ({
    filter: { input: toRelation(input, context), condition: toExpression(condition, { ...context, site }) },
  }),
  aggregate: ({ input, grouping, aggregates, site }, context) => ({
    aggregate: {
      input: toRelation(input, context),
      groupType: 1,
      groupingExpressions: grouping.map((expr) => toExpression(expr, { ...context, site })),
      aggregateExpressions: aggregates.map((expr) => toExpression(expr, { ...context, site })),
    },
  }),
  sort: ({ input, orders, site }, context) => ({
    sort: {
      input: toRelation(input, context),
      order: orders.map((order) => toOrder(order, { ...context, site })),
      isGlobal: true,
    },
  }),
  limit: ({ input, count }, context) => ({ limit: { input: toRelation(input, context), limit: count } }),
  sql: ({ text }, context) => withViews(text, context),
  deferredRelation: () => {
    throw new EngineError("INTERNAL", { reason: "a deferred relation was not settled" });
  },
};

/** The plan is settled: no deferred node is left in it. */
export function toRelation(plan: RelationalPlan, context: RelationContext): Relation {
  const convert = converters[plan.kind] as (plan: RelationalPlan, context: RelationContext) => Relation;
  return convert(plan, context);
}
