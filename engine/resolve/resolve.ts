/** Plans: from what a program wrote to what can be run, with every name, type and cast settled. */
import type { Schema } from "../data/data-type.js";
import { simpleName } from "../data/type-table.js";
import { EngineError } from "../errors.js";
import { columnName, expressionText } from "../functions/expression-text.js";
import type { Expr } from "../plan/expr.js";
import type { RelationalPlan } from "../plan/plan.js";
import { knownPartitions, settle } from "../plan/settle.js";
import { parseQuery } from "../sql/query.js";
import { exposeColumn, exposeOverAggregate, resolveAggregate } from "./aggregate.js";
import { type ExprContext, hasAggregate, originOf, type Place, resolveExpr } from "./expression.js";
import { packFiles } from "./pack-files.js";
import {
  type Attribute,
  type Catalog,
  type Determinism,
  type NamedExpr,
  type ResolvedExpr,
  type ResolvedPlan,
  reference,
} from "./resolved.js";
import { extractUdfs } from "./udf.js";

/** One resolution: where names come from, and the ids given so far. */
class Resolution {
  readonly catalog: Catalog;
  /** The query that is being resolved, for positions. */
  readonly sql: string | null;
  readonly nextId: () => number;
  /** Views that are being resolved: one that reads itself is not found inside itself. */
  readonly inside: readonly string[];

  constructor(catalog: Catalog, nextId: () => number, sql: string | null = null, inside: readonly string[] = []) {
    this.catalog = catalog;
    this.sql = sql;
    this.nextId = nextId;
    this.inside = inside;
  }

  inView(name: string): Resolution {
    return new Resolution(this.catalog, this.nextId, null, [...this.inside, name]);
  }

  inQuery(text: string): Resolution {
    return new Resolution(this.catalog, this.nextId, text, this.inside);
  }

  attributes(schema: Schema): Attribute[] {
    return schema.map(({ name, type, nullable }) => ({ id: this.nextId(), name, type, nullable }));
  }

  place({ site }: RelationalPlan): Place {
    return { site, sql: this.sql };
  }
}

type Of<K extends RelationalPlan["kind"]> = Extract<RelationalPlan, { kind: K }>;
type NodeResolvers = {
  readonly [K in RelationalPlan["kind"]]: (plan: Of<K>, resolution: Resolution) => ResolvedPlan | Promise<ResolvedPlan>;
};

const long: Schema = [{ name: "id", type: { kind: "bigint" }, nullable: false }];

const resolvers: NodeResolvers = {
  range: ({ start, end, step, partitions, site }, resolution) => ({
    kind: "range",
    start,
    end,
    step,
    output: resolution.attributes(long),
    partitions,
    determinism: "determinate",
    site,
  }),
  parquet: async ({ paths, site }, resolution) => {
    const { files, schema } = await resolution.catalog.parquet(paths).catch((error: unknown) => {
      throw EngineError.from(error).at({ site });
    });
    const splits = packFiles(files, resolution.catalog.parallelism);
    const output = resolution.attributes(schema);
    return { kind: "parquet", splits, output, partitions: splits.length, determinism: "determinate", site };
  },
  elements: async ({ input, schema, site }, resolution) => {
    const settled = await settle(input);
    return {
      kind: "elements",
      input: settled,
      output: resolution.attributes(schema),
      partitions: knownPartitions(settled),
      determinism: "determinate",
      site,
    };
  },
  view: (plan, resolution) => {
    const name = plan.name.toLowerCase();
    const view = resolution.inside.includes(name) ? undefined : resolution.catalog.view(name);
    if (!view) throw new EngineError("TABLE_NOT_FOUND", { name: plan.name }, { origin: { site: plan.site } });
    return resolveNode(view, resolution.inView(name));
  },
  project: async (plan, resolution) => projectOver(await resolveNode(plan.input, resolution), plan, resolution),
  filter: async (plan, resolution) => filterOver(await resolveNode(plan.input, resolution), plan, resolution),
  aggregate: async (plan, resolution) => {
    const input = await resolveNode(plan.input, resolution);
    return aggregateOver(
      input,
      { grouping: plan.grouping, items: plan.aggregates },
      resolution.place(plan),
      resolution,
    );
  },
  sort: async (plan, resolution) => sortOver(await resolveNode(plan.input, resolution), plan, resolution),
  limit: async (plan, resolution) => {
    const input = await resolveNode(plan.input, resolution);
    // The first rows of rows without a fixed order are others each time.
    const determinism: Determinism = input.determinism === "determinate" ? "determinate" : "indeterminate";
    return {
      kind: "limit",
      input,
      count: plan.count,
      output: input.output,
      partitions: 1,
      determinism,
      site: plan.site,
    };
  },
  sql: (plan, resolution) =>
    resolveNode(parseQuery(plan.text, plan.site, resolution.catalog.parallelism), resolution.inQuery(plan.text)),
  deferredRelation: async (plan, resolution) => resolveNode(await plan.plan, resolution),
};

function resolveNode(plan: RelationalPlan, resolution: Resolution): Promise<ResolvedPlan> {
  const resolveOne = resolvers[plan.kind] as (
    plan: RelationalPlan,
    resolution: Resolution,
  ) => ResolvedPlan | Promise<ResolvedPlan>;
  return Promise.resolve().then(() => resolveOne(plan, resolution));
}

/** Resolves a plan; errors of analysis name the call, or the place in the query, that made them. */
export function resolve(plan: RelationalPlan, catalog: Catalog): Promise<ResolvedPlan> {
  let lastId = 0;
  return resolveNode(plan, new Resolution(catalog, () => ++lastId));
}

function project(input: ResolvedPlan, columns: readonly NamedExpr[]): ResolvedPlan {
  const { partitions, determinism, site } = input;
  return {
    kind: "project",
    input,
    columns,
    output: columns.map(({ attribute }) => attribute),
    partitions,
    determinism,
    site,
  };
}

/** Only these columns, under the ids that they have. */
const restrict = (input: ResolvedPlan, output: readonly Attribute[]): ResolvedPlan =>
  input.output.length === output.length && output.every(({ id }, i) => input.output[i]?.id === id)
    ? input
    : project(
        input,
        output.map((attribute) => ({ attribute, expr: reference(attribute) })),
      );

/** A projection whose user functions run below it. */
function projectWithUdfs(input: ResolvedPlan, columns: readonly NamedExpr[], resolution: Resolution): ResolvedPlan {
  const extracted = extractUdfs(
    input,
    columns.map(({ expr }) => expr),
    [],
    resolution.nextId,
  );
  return project(
    extracted.input,
    columns.map(({ attribute }, i) => ({ attribute, expr: extracted.exprs[i] as ResolvedExpr })),
  );
}

function projectOver(input: ResolvedPlan, plan: Of<"project">, resolution: Resolution): ResolvedPlan {
  const place = resolution.place(plan);
  if (plan.columns.some(hasAggregate))
    return aggregateOver(input, { grouping: [], items: plan.columns }, place, resolution);
  const context: ExprContext = { place, input: input.output, noAggregates: null };
  const columns = plan.columns.flatMap((expr): NamedExpr[] => {
    if (expr.kind === "star")
      return input.output.map((attribute) => column(reference(attribute), attribute.name, resolution));
    return [column(resolveExpr(expr, context), columnName(expr), resolution)];
  });
  return projectWithUdfs(input, columns, resolution);
}

/** A column of output; one that is merely passed on keeps its id, so that both of `select("id", "id")` are one column. */
const column = (expr: ResolvedExpr, name: string, { nextId }: Resolution): NamedExpr => ({
  attribute: { id: expr.kind === "attribute" ? expr.id : nextId(), name, type: expr.type, nullable: expr.nullable },
  expr,
});

interface Items {
  readonly grouping: readonly Expr[];
  readonly items: readonly Expr[];
}

function aggregateOver(
  input: ResolvedPlan,
  { grouping, items }: Items,
  place: Place,
  resolution: Resolution,
): ResolvedPlan {
  const star = items.find((item) => item.kind === "star");
  if (star) {
    const reason = "* cannot stand beside aggregate functions: name the columns";
    throw new EngineError("AGGREGATE_MISUSED", { reason }, { origin: originOf(place, star.at) });
  }
  const resolved = resolveAggregate({ input, grouping, items, place, nextId: resolution.nextId });
  return projectWithUdfs(resolved.aggregate, resolved.columns, resolution);
}

interface OverInput {
  readonly plan: ResolvedPlan;
  readonly expr: ResolvedExpr;
}

/** An expression above a plan, which may name columns that projections left out, or aggregate once more. */
function resolveAbove(
  input: ResolvedPlan,
  expr: Expr,
  place: Place,
  clause: string,
  { nextId }: Resolution,
): OverInput {
  let plan = input;
  const otherwise = (name: string): Attribute | undefined => {
    const exposed = exposeColumn(plan, name);
    if (exposed) plan = exposed.plan;
    return exposed?.attribute;
  };
  try {
    const resolved = resolveExpr(expr, { place, input: input.output, otherwise, noAggregates: clause });
    return { plan, expr: resolved };
  } catch (error) {
    const isMissing = error instanceof EngineError && error.code === "COLUMN_NOT_FOUND";
    if (!isMissing && !hasAggregate(expr)) throw error;
    const over = tryAggregate(input, expr, place, nextId);
    if (over === null || (over instanceof EngineError && over.code === "COLUMN_NOT_FOUND")) throw error;
    if (over instanceof EngineError) throw over;
    return over;
  }
}

function tryAggregate(
  input: ResolvedPlan,
  expr: Expr,
  place: Place,
  nextId: () => number,
): OverInput | EngineError | null {
  try {
    return exposeOverAggregate(input, expr, place, nextId);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}

function filterOver(input: ResolvedPlan, plan: Of<"filter">, resolution: Resolution): ResolvedPlan {
  const place = resolution.place(plan);
  const above = resolveAbove(input, plan.condition, place, "WHERE", resolution);
  const condition = above.expr;
  // A bare NULL is refused as well, as in Spark.
  if (condition.type.kind !== "boolean") {
    const params = {
      call: `the condition ${expressionText(plan.condition)}`,
      expected: "a boolean",
      actual: simpleName(above.expr.type),
    };
    throw new EngineError("TYPE_MISMATCH", params, { origin: originOf(place, plan.condition.at) });
  }
  const { input: below, exprs } = extractUdfs(above.plan, [condition], above.plan.output, resolution.nextId);
  const { output, partitions, determinism } = below;
  const [kept = condition] = exprs;
  return restrict(
    { kind: "filter", input: below, condition: kept, output, partitions, determinism, site: plan.site },
    input.output,
  );
}

function sortOver(input: ResolvedPlan, plan: Of<"sort">, resolution: Resolution): ResolvedPlan {
  const place = resolution.place(plan);
  let above = input;
  const children = plan.orders.map(({ child }) => {
    const resolved = resolveAbove(above, child, place, "ORDER BY", resolution);
    above = resolved.plan;
    return resolved.expr;
  });
  const { input: below, exprs } = extractUdfs(above, children, above.output, resolution.nextId);
  const orders = plan.orders.map(({ ascending, nullsFirst }, i) => ({
    child: exprs[i] as ResolvedExpr,
    ascending,
    nullsFirst,
  }));
  const determinism: Determinism = below.determinism === "indeterminate" ? "indeterminate" : "unordered";
  const sorted: ResolvedPlan = {
    kind: "sort",
    input: below,
    orders,
    output: below.output,
    partitions: 1,
    determinism,
    site: plan.site,
  };
  return restrict(sorted, input.output);
}
