/** Groups of rows, for aggregates. */
import { isNumeric } from "../data/type-table.js";
import type { CallSite } from "../errors.js";
import type { Expr } from "../plan/expr.js";
import type { RelationalPlan } from "../plan/plan.js";
import { quoteName } from "../resolve/column-name.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { type ColumnOrName, columnExpr } from "./column.js";
// biome-ignore lint/suspicious/noImportCycles: grouping makes the one from the other, aggregating the other way round
import { DataFrame } from "./data-frame.js";

/**
 * The groups that `groupBy` made.
 *
 * @module sql
 * @source org.apache.spark.sql.RelationalGroupedDataset
 */
export class GroupedData {
  readonly #session: Session;
  readonly #input: RelationalPlan;
  readonly #grouping: readonly Expr[];

  /** @internal */
  constructor(session: Session, input: RelationalPlan, grouping: readonly Expr[]) {
    this.#session = session;
    this.#input = input;
    this.#grouping = grouping;
  }

  /**
   * Returns one row per group: the grouping columns, then the aggregates.
   *
   * Lazy. Groups have no order.
   *
   * @param exprs - calls of aggregate functions, and expressions over them
   * @list exprs
   * @throws AGGREGATE_MISUSED
   * @throws INVALID_ARGUMENT
   * @source RelationalGroupedDataset.agg
   * @example
   * ```ts
   * await spark.range(4).groupBy().agg(F.count("*").alias("rows")).collect(); // [{ rows: 4 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(4).groupBy().agg(F.count("*").alias("rows")).collect()
   * [Row(rows=4)]
   * ```
   */
  agg(...exprs: ColumnOrName[]): DataFrame {
    this.#session.requireSome(exprs, "agg", "exprs");
    return this.#aggregate(exprs.map(columnExpr), callSite("agg"));
  }

  /**
   * Returns the number of rows of each group, in a column `count`.
   *
   * Lazy.
   *
   * @source RelationalGroupedDataset.count
   * @example
   * ```ts
   * await spark.range(4).groupBy(F.col("id").gt(0).alias("some")).count().orderBy("some").collect();
   * // [{ some: false, count: 1 }, { some: true, count: 3 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(4).groupBy((F.col("id") > 0).alias("some")).count().orderBy("some").collect()
   * [Row(some=False, count=1), Row(some=True, count=3)]
   * ```
   */
  count(): DataFrame {
    const rows: Expr = { kind: "call", fn: "count", args: [{ kind: "literal", value: 1, type: { kind: "int" } }] };
    return this.#aggregate([{ kind: "alias", child: rows, name: "count" }], callSite("count"));
  }

  /**
   * Returns the sum of columns for each group, in columns such as `sum(id)`.
   *
   * Lazy. Nulls count nothing; a group of nulls has null.
   *
   * @param cols - names of numeric columns; all that are numeric when left out
   * @list cols
   * @throws TYPE_MISMATCH
   * @source RelationalGroupedDataset.sum
   * @example
   * ```ts
   * await spark.range(4).groupBy().sum("id").collect(); // [{ "sum(id)": 6 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(4).groupBy().sum("id").collect()
   * [Row(sum(id)=6)]
   * ```
   */
  sum(...cols: string[]): DataFrame {
    const site = callSite("sum");
    if (cols.length > 0) return this.#aggregate(cols.map(sumOf), site);
    const plan = this.#session.schema(this.#input, site).then((schema) => {
      const numeric = schema.filter(({ type }) => isNumeric(type));
      return this.#plan(
        numeric.map(({ name }) => sumOf(quoteName(name))),
        site,
      );
    });
    plan.catch(() => {});
    return new DataFrame(this.#session, { kind: "deferredRelation", plan, site });
  }

  #plan(aggregates: readonly Expr[], site: CallSite): RelationalPlan {
    return { kind: "aggregate", input: this.#input, grouping: this.#grouping, aggregates, site };
  }

  #aggregate(aggregates: readonly Expr[], site: CallSite): DataFrame {
    return new DataFrame(this.#session, this.#plan(aggregates, site));
  }
}

const sumOf = (name: string): Expr => ({ kind: "call", fn: "sum", args: [columnExpr(name)] });
