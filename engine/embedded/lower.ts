/**
 * A relational fragment as one DuckDB query. Nodes join one SELECT as long as its clauses allow (projections and filters
 * are merged, so that deep plans stay flat), then it becomes the FROM of the next:
 * `limit ← sort ← project ← filter ← range` is `SELECT id + 1 AS c4 FROM range(0, 9, 1) AS t(c1) WHERE … ORDER BY … LIMIT 3`.
 */
import { entryOf, sqlText } from "../data/type-table.js";
import type { Attribute, NamedExpr, ResolvedExpr, ResolvedPlan, SourceFile } from "../resolve/resolved.js";
import { type Columns, countNames, type LoweredExpr, lowerExpr } from "./lower-expression.js";

/** DuckDB refuses expressions nested more than 1,000 deep, and slows down well before. */
const maxDepth = 100;

type Of<K extends ResolvedPlan["kind"]> = Extract<ResolvedPlan, { kind: K }>;
export type Leaf = Of<"range" | "parquet" | "elements" | "udf">;

/** What a leaf of the fragment is in SQL, with the names of its columns there. */
export interface LeafSql {
  readonly from: string;
  readonly columns: readonly string[];
}

export type LowerLeaf = (leaf: Leaf) => LeafSql;

/** A SELECT in the making. */
interface Block {
  readonly from: string;
  readonly columns: Columns;
  readonly where: readonly LoweredExpr[];
  readonly orders: readonly string[];
  readonly limit: number | null;
}

const columnOf = (name: string, { type, nullable }: Attribute): LoweredExpr => ({
  sql: name,
  notNull: nullable ? `${name} IS NOT NULL` : "true",
  throws: false,
  type,
  literal: undefined,
  depth: 0,
});

const nameOf = ({ id }: Attribute): string => `c${id}`;

/** A column name of a file as a SQL identifier. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const isTrivial = ({ depth }: LoweredExpr): boolean => depth === 0;

function conjunctionOf(where: readonly LoweredExpr[]): string {
  // A filter that can fail must not be tried before the ones below it.
  const [last, ...earlier] = [...where].reverse();
  if (!last) return "";
  return earlier.reduce(
    (rest, one) =>
      rest.throws
        ? { sql: `(CASE WHEN ${one.sql} THEN ${rest.sql} ELSE false END)`, throws: true }
        : { sql: `${one.sql} AND ${rest.sql}`, throws: one.throws },
    { sql: last.sql, throws: last.throws },
  ).sql;
}

function selectOf(block: Block, outputs: readonly string[]): string {
  const where = block.where.length === 0 ? "" : ` WHERE ${conjunctionOf(block.where)}`;
  const order = block.orders.length === 0 ? "" : ` ORDER BY ${block.orders.join(", ")}`;
  const limit = block.limit === null ? "" : ` LIMIT ${block.limit}`;
  // A relation without columns still has rows.
  return `SELECT ${outputs.length === 0 ? "NULL" : outputs.join(", ")} FROM ${block.from}${where}${order}${limit}`;
}

/** The block as a table of its own, with these attributes as plain columns. */
function close(block: Block, output: readonly Attribute[]): Block {
  // A column that is passed on twice is one column.
  const distinct = [...new Map(output.map((attribute) => [attribute.id, attribute])).values()];
  const outputs = distinct.map((attribute) => `${block.columns.get(attribute.id)?.sql} AS ${nameOf(attribute)}`);
  return {
    from: `(${selectOf(block, outputs)})`,
    columns: new Map(output.map((attribute) => [attribute.id, columnOf(nameOf(attribute), attribute)])),
    where: [],
    orders: [],
    limit: null,
  };
}

/** Whether expressions can be put in place over the block's columns without repeating work or growing too deep. */
function canInline(block: Block, exprs: readonly ResolvedExpr[]): boolean {
  const counts = new Map<number, number>();
  for (const expr of exprs) countNames(expr, counts);
  return [...counts].every(([id, count]) => {
    const column = block.columns.get(id);
    return column === undefined || isTrivial(column) || (count === 1 && column.depth < maxDepth);
  });
}

type Lowerers = {
  readonly [K in Exclude<ResolvedPlan["kind"], Leaf["kind"]>]: (plan: Of<K>, leaf: LowerLeaf) => Block;
};

const lowerers: Lowerers = {
  project: ({ input, columns }, leaf) => {
    const below = lowerBlock(input, leaf);
    const exprs = columns.map(({ expr }) => expr);
    const block = canInline(below, exprs) ? below : close(below, input.output);
    return {
      ...block,
      columns: new Map(columns.map(({ attribute, expr }) => [attribute.id, lowerExpr(expr, block.columns)])),
    };
  },
  filter: ({ input, condition }, leaf) => {
    const below = lowerBlock(input, leaf);
    // The condition and the columns it names would both be evaluated.
    const counts = new Map<number, number>();
    countNames(condition, counts);
    const repeats = [...counts.keys()].some((id) => !isTrivial(below.columns.get(id) as LoweredExpr));
    const block = below.limit !== null || repeats ? close(below, input.output) : below;
    return { ...block, where: [...block.where, lowerExpr(condition, block.columns)] };
  },
  aggregate: ({ input, grouping, aggregates, output }, leaf) => {
    const below = lowerBlock(input, leaf);
    const outputs = [...grouping, ...aggregates].map(({ expr }) => expr);
    const block = below.limit !== null || !canInline(below, outputs) ? close(below, input.output) : below;
    const groups = grouping.map((one) => groupSql(one, block.columns));
    const calls = aggregates.map(
      ({ attribute, expr }) => `${lowerExpr(expr, block.columns).sql} AS ${nameOf(attribute)}`,
    );
    const grouped = grouping.length === 0 ? "" : ` GROUP BY ${grouping.map((_, i) => i + 1).join(", ")}`;
    return {
      // Without groups there is one row, even if nothing was asked of it.
      from: `(${selectOf({ ...block, orders: [] }, output.length === 0 ? ["count(*) AS unused"] : [...groups, ...calls])}${grouped})`,
      columns: new Map(output.map((attribute) => [attribute.id, columnOf(nameOf(attribute), attribute)])),
      where: [],
      orders: [],
      limit: null,
    };
  },
  sort: ({ input, orders }, leaf) => {
    const below = lowerBlock(input, leaf);
    const block = below.limit !== null ? close(below, input.output) : below;
    const keys = orders
      .map(({ child, ascending, nullsFirst }) => ({ key: lowerExpr(child, block.columns), ascending, nullsFirst }))
      // A constant orders nothing, and DuckDB would take an integer for a position.
      .filter(({ key }) => key.literal === undefined)
      // Sorted by the column itself, -0.0 would come out as 0.0.
      .map((one) => ({ ...one, sql: one.key.type.kind === "double" ? `${one.key.sql} + 0.0` : one.key.sql }))
      .map(
        ({ sql, ascending, nullsFirst }) =>
          `${sql} ${ascending ? "ASC" : "DESC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
      );
    return { ...block, orders: keys.length === 0 ? block.orders : keys };
  },
  limit: ({ input, count }, leaf) => {
    const below = lowerBlock(input, leaf);
    return { ...below, limit: Math.min(count, below.limit ?? count) };
  },
};

/** Spark groups −0.0 with 0.0 and shows 0.0. */
function groupSql({ attribute, expr }: NamedExpr, columns: Columns): string {
  const { sql, type } = lowerExpr(expr, columns);
  return `${type.kind === "double" ? `${sql} + 0.0` : sql} AS ${nameOf(attribute)}`;
}

const isLeaf = (plan: ResolvedPlan): plan is Leaf =>
  plan.kind === "range" || plan.kind === "parquet" || plan.kind === "elements" || plan.kind === "udf";

function lowerBlock(plan: ResolvedPlan, leaf: LowerLeaf): Block {
  if (!isLeaf(plan)) return (lowerers[plan.kind] as (plan: ResolvedPlan, leaf: LowerLeaf) => Block)(plan, leaf);
  const { from, columns } = leaf(plan);
  return {
    from,
    columns: new Map(plan.output.map((attribute, i) => [attribute.id, columnOf(columns[i] as string, attribute)])),
    where: [],
    orders: [],
    limit: null,
  };
}

/** The query whose columns are the plan's output, in its order and in the physical types of the types table. */
export function lowerPlan(plan: ResolvedPlan, leaf: LowerLeaf): string {
  const block = lowerBlock(plan, leaf);
  return selectOf(
    block,
    plan.output.map((attribute, i) => `${block.columns.get(attribute.id)?.sql} AS o${i}`),
  );
}

/** A range of bigints as a table function; bounds are given so that slices can be made. */
export const rangeSql = (start: bigint, end: bigint, step: bigint): string =>
  `range(${start}::BIGINT, ${end}::BIGINT, ${step}::BIGINT) AS t(c)`;

/** Files read as one table, columns by the names of `output`, in the order of the files. */
export function parquetSql(files: readonly SourceFile[], output: readonly Attribute[]): LeafSql {
  const list = files.map(({ path }) => sqlText(path)).join(", ");
  const columns = output.map(
    ({ name, type }, i) => `CAST(${quoteIdentifier(name)} AS ${entryOf(type).physical}) AS p${i}`,
  );
  const from = `(SELECT ${columns.length === 0 ? "NULL" : columns.join(", ")} FROM read_parquet([${list}]))`;
  return { from, columns: output.map((_, i) => `p${i}`) };
}
