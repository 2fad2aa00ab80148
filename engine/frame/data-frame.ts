/** The DataFrame face: methods that build relational plans, and actions that run them. */
import type { Schema } from "../data/data-type.js";
import type { int, long } from "../data/numbers.js";
import type { Row } from "../data/row.js";
import { entryOf } from "../data/type-table.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import type { Elements } from "../plan/task-function.js";
// biome-ignore lint/suspicious/noImportCycles: a DataFrame becomes an RDD, and an RDD a DataFrame
import { RDD } from "../rdd/rdd.js";
import { bindViews } from "../resolve/bind-views.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { parseExpression } from "../sql/expression.js";
import { type ColumnOrName, columnExpr, orderOf } from "./column.js";
// biome-ignore lint/suspicious/noImportCycles: grouping makes the one from the other, aggregating the other way round
import { GroupedData } from "./grouped-data.js";
import { rowsOf } from "./rows.js";
import { escaped, showText } from "./show.js";

/** Spark's `show(truncate=True)`: characters of a cell. */
const defaultTruncate = 20;

/**
 * Rows with named, typed columns, computed when an action asks for them.
 *
 * Transformations are lazy and return a new DataFrame. Errors of analysis, such as an unknown column, come with the
 * first of `columns`, `schema` or an action, and name the line of the call that is wrong.
 *
 * @module sql
 * @source org.apache.spark.sql.Dataset
 */
export class DataFrame {
  /** @internal */
  readonly session: Session;
  /** @internal */
  readonly plan: RelationalPlan;

  /** @internal */
  constructor(session: Session, plan: RelationalPlan) {
    this.session = session;
    this.plan = plan;
  }

  /**
   * Returns the rows for which `condition` is true.
   *
   * Lazy. Rows for which it is null are left out.
   *
   * @param condition - a boolean column, or its SQL text
   * @throws COLUMN_NOT_FOUND
   * @throws TYPE_MISMATCH
   * @throws SQL_SYNTAX
   * @source Dataset.filter
   * @example
   * ```ts
   * await spark.range(5).filter("id > 2").count(); // 2
   * ```
   * @example
   * ```python
   * >>> spark.range(5).filter("id > 2").count()
   * 2
   * ```
   */
  filter(condition: ColumnOrName): DataFrame {
    const site = callSite("filter");
    const expr = typeof condition === "string" ? parseExpression(condition, site) : columnExpr(condition);
    return this.#with({ kind: "filter", input: this.plan, condition: expr, site });
  }

  /**
   * Returns the rows for which `condition` is true; the same as `filter`.
   *
   * Lazy.
   *
   * @param condition - a boolean column, or its SQL text
   * @source Dataset.where
   * @example
   * ```ts
   * await spark.range(5).where(F.col("id").lt(2)).collect(); // [{ id: 0 }, { id: 1 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(5).where(F.col("id") < 2).collect()
   * [Row(id=0), Row(id=1)]
   * ```
   */
  where(condition: ColumnOrName): DataFrame {
    return this.filter(condition);
  }

  /**
   * Returns the given columns of each row.
   *
   * Lazy.
   *
   * @param cols - columns, or names of columns; `*` is all of them
   * @list cols
   * @throws COLUMN_NOT_FOUND
   * @source Dataset.select
   * @example
   * ```ts
   * await spark.range(2).select(F.col("id").plus(1).alias("next")).collect(); // [{ next: 1 }, { next: 2 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(2).select((F.col("id") + 1).alias("next")).collect()
   * [Row(next=1), Row(next=2)]
   * ```
   */
  select(...cols: ColumnOrName[]): DataFrame {
    return this.#with({ kind: "project", input: this.plan, columns: cols.map(columnExpr), site: callSite("select") });
  }

  /**
   * Groups the rows by the values of columns, for `agg`.
   *
   * Lazy. Nulls are one group; no columns make one group of all rows.
   *
   * @param cols - columns, or names of columns
   * @list cols
   * @throws COLUMN_NOT_FOUND
   * @source Dataset.groupBy
   * @example
   * ```ts
   * await spark.range(6).groupBy(F.col("id").mod(2).alias("odd")).agg(F.sum("id").alias("total")).orderBy("odd").collect();
   * // [{ odd: 0, total: 6 }, { odd: 1, total: 9 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(6).groupBy((F.col("id") % 2).alias("odd")).agg(F.sum("id").alias("total")).orderBy("odd").collect()
   * [Row(odd=0, total=6), Row(odd=1, total=9)]
   * ```
   */
  groupBy(...cols: ColumnOrName[]): GroupedData {
    return new GroupedData(this.session, this.plan, cols.map(columnExpr));
  }

  /**
   * Returns one row of aggregates over all rows; the same as `groupBy().agg`.
   *
   * Lazy.
   *
   * @param exprs - calls of aggregate functions
   * @list exprs
   * @throws AGGREGATE_MISUSED
   * @throws INVALID_ARGUMENT
   * @source Dataset.agg
   * @example
   * ```ts
   * await spark.range(4).agg(F.sum("id").alias("total")).collect(); // [{ total: 6 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(4).agg(F.sum("id").alias("total")).collect()
   * [Row(total=6)]
   * ```
   */
  agg(...exprs: ColumnOrName[]): DataFrame {
    this.session.requireSome(exprs, "agg", "exprs");
    return this.groupBy().agg(...exprs);
  }

  /**
   * Returns the rows sorted by columns.
   *
   * Lazy. Ascending with nulls first, unless the column says `desc`.
   *
   * @param cols - columns, or names of columns
   * @list cols
   * @throws COLUMN_NOT_FOUND
   * @throws INVALID_ARGUMENT
   * @source Dataset.orderBy
   * @example
   * ```ts
   * await spark.range(3).orderBy(F.col("id").desc()).collect(); // [{ id: 2 }, { id: 1 }, { id: 0 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(3).orderBy(F.col("id").desc()).collect()
   * [Row(id=2), Row(id=1), Row(id=0)]
   * ```
   */
  orderBy(...cols: ColumnOrName[]): DataFrame {
    this.session.requireSome(cols, "orderBy", "cols");
    return this.#with({ kind: "sort", input: this.plan, orders: cols.map(orderOf), site: callSite("orderBy") });
  }

  /**
   * Returns the first `num` rows; which ones is open where rows have no order.
   *
   * Lazy.
   *
   * @param num - how many at most
   * @throws INVALID_ARGUMENT
   * @source Dataset.limit
   * @example
   * ```ts
   * await spark.range(5).limit(2).count(); // 2
   * ```
   * @example
   * ```python
   * >>> spark.range(5).limit(2).count()
   * 2
   * ```
   */
  limit(num: int): DataFrame {
    const parameter = { call: "limit", parameter: "num", expected: "a whole number from 0", actual: String(num) };
    this.session.require(Number.isInteger(num) && num >= 0, parameter);
    return this.#with({ kind: "limit", input: this.plan, count: num, site: callSite("limit") });
  }

  /**
   * Returns all rows.
   *
   * Runs a job. No rows give an empty list.
   *
   * @throws COLUMN_NOT_FOUND
   * @throws DIVIDE_BY_ZERO
   * @throws ARITHMETIC_OVERFLOW
   * @source Dataset.collect
   * @example
   * ```ts
   * await spark.range(2).collect(); // [{ id: 0 }, { id: 1 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(2).collect()
   * [Row(id=0), Row(id=1)]
   * ```
   */
  async collect(): Promise<Elements<Row>> {
    const site = callSite("collect");
    const schema = await this.session.schema(this.plan, site);
    const rows: FunctionPlan = { kind: "rows", input: this.plan, once: true, site };
    return this.session.collectRows(rows, schema, site);
  }

  /**
   * Returns the number of rows.
   *
   * Runs a job.
   *
   * @source Dataset.count
   * @example
   * ```ts
   * await spark.range(7).count(); // 7
   * ```
   * @example
   * ```python
   * >>> spark.range(7).count()
   * 7
   * ```
   */
  async count(): Promise<long> {
    const site = callSite("count");
    const all = { kind: "call", fn: "count", args: [{ kind: "literal", value: 1, type: { kind: "int" } }] } as const;
    const plan: RelationalPlan = { kind: "aggregate", input: this.plan, grouping: [], aggregates: [all], site };
    const [row] = await this.session.portable({ kind: "rows", input: plan, once: true, site }, site);
    return (row as readonly number[])[0] ?? 0;
  }

  /**
   * Prints the first rows as a table.
   *
   * Runs a job.
   *
   * @param n - rows at most
   * @param truncate - cut cells to 20 characters, or to this many; `false` prints them whole
   * @source Dataset.show
   * @awaited
   * @example
   * ```ts
   * await spark.range(1).show();
   * // +---+
   * // | id|
   * // +---+
   * // |  0|
   * // +---+
   * ```
   * @example
   * ```python
   * >>> spark.range(1).show()
   * +---+
   * | id|
   * +---+
   * |  0|
   * +---+
   * <BLANKLINE>
   * ```
   */
  async show(n: int = 20, truncate: boolean | int = true): Promise<void> {
    const site = callSite("show");
    const schema = await this.session.schema(this.plan, site);
    const rows = Math.max(0, n);
    const some: RelationalPlan = { kind: "limit", input: this.plan, count: rows + 1, site };
    const values = (await this.session.portable({ kind: "rows", input: some, once: true, site }, site)) as unknown[][];
    const width = truncate === true ? defaultTruncate : truncate === false ? 0 : truncate;
    this.session.print(`${showText(schema, values, { rows, truncate: width })}\n`);
  }

  /**
   * The names of the columns, in order.
   *
   * Analyses the plan, runs no job.
   *
   * @property
   * @throws COLUMN_NOT_FOUND
   * @source Dataset.columns
   * @example
   * ```ts
   * await spark.createDataFrame([["a", 1]], ["name", "n"]).columns; // ["name", "n"]
   * ```
   * @example
   * ```python
   * >>> spark.createDataFrame([("a", 1)], ["name", "n"]).columns
   * ['name', 'n']
   * ```
   */
  get columns(): Promise<string[]> {
    return this.session.schema(this.plan, callSite("columns")).then((schema) => schema.map(({ name }) => name));
  }

  /**
   * Names and types of the columns, in order, as pairs such as `["id", "bigint"]`.
   *
   * Analyses the plan, runs no job.
   *
   * @property
   * @throws COLUMN_NOT_FOUND
   * @source Dataset.dtypes
   * @example
   * ```ts
   * await spark.range(1).dtypes; // [["id", "bigint"]]
   * ```
   * @example
   * ```python
   * >>> spark.range(1).dtypes
   * [('id', 'bigint')]
   * ```
   */
  get dtypes(): Promise<[string, string][]> {
    const schema = this.session.schema(this.plan, callSite("dtypes"));
    return schema.then((fields) => fields.map(({ name, type }) => [name, entryOf(type).simpleName]));
  }

  /**
   * Prints the columns as a tree.
   *
   * Analyses the plan, runs no job.
   *
   * @source Dataset.printSchema
   * @awaited
   * @example
   * ```ts
   * await spark.range(1).printSchema();
   * // root
   * //  |-- id: long (nullable = false)
   * ```
   * @example
   * ```python
   * >>> spark.range(1).printSchema()
   * root
   *  |-- id: long (nullable = false)
   * <BLANKLINE>
   * ```
   */
  async printSchema(): Promise<void> {
    const schema: Schema = await this.session.schema(this.plan, callSite("printSchema"));
    const lines = schema.map(
      ({ name, type, nullable }) => ` |-- ${escaped(name)}: ${entryOf(type).treeName} (nullable = ${nullable})\n`,
    );
    this.session.print(`root\n${lines.join("")}\n`);
  }

  /**
   * The rows as an RDD, one element per row.
   *
   * Lazy.
   *
   * @property
   * @source Dataset.rdd
   * @example
   * ```ts
   * await spark.range(3).rdd.map((row) => row.id).sum(); // 3
   * ```
   * @example
   * ```python
   * >>> spark.range(3).rdd.map(lambda row: row.id).sum()
   * 3
   * ```
   */
  get rdd(): RDD<Row> {
    return new RDD<Row>(this.session, rowsOf(this.session, this.plan, callSite("rdd")));
  }

  /**
   * Names this DataFrame, so that `spark.sql` and `spark.table` find it; a view of that name is replaced.
   *
   * Lazy.
   *
   * @param name - found in upper and lower case alike
   * @source Dataset.createOrReplaceTempView
   * @example
   * ```ts
   * spark.range(3).createOrReplaceTempView("numbers");
   * await spark.sql("SELECT sum(id) AS total FROM numbers").collect(); // [{ total: 3 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(3).createOrReplaceTempView("numbers")
   * >>> spark.sql("SELECT sum(id) AS total FROM numbers").collect()
   * [Row(total=3)]
   * ```
   */
  createOrReplaceTempView(name: string): void {
    this.session.views.set(name.toLowerCase(), bindViews(this.plan, this.session.views));
  }

  #with(plan: RelationalPlan): DataFrame {
    return new DataFrame(this.session, plan);
  }
}
