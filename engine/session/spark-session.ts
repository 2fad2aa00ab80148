/** The SparkSession face: where DataFrames begin. */
import type { int, long } from "../data/numbers.js";
import { DataFrame } from "../frame/data-frame.js";
import { DataFrameReader } from "../frame/data-frame-reader.js";
import { relationOf } from "../frame/rows.js";
import type { Elements } from "../plan/task-function.js";
import { callSite } from "./caller.js";
import { Session } from "./session.js";
import { SparkContext } from "./spark-context.js";

const isWhole = (value: number | bigint): boolean => typeof value === "bigint" || Number.isInteger(value);

/** The session that the builder made last. */
let active: SparkSession | null = null;

/** Settings of a session before it starts. */
export class SessionBuilder {
  #settings: Record<string, string> = {};

  /** The master URL: `local[N]`, `sc://host:port`. */
  master(master: string): this {
    return this.config("spark.master", master);
  }

  /** The name of the program. */
  appName(name: string): this {
    return this.config("spark.app.name", name);
  }

  /** One of Spark's settings. */
  config(key: string, value: string): this {
    this.#settings = { ...this.#settings, [key]: value };
    return this;
  }

  /** The session that a builder made last, as it is, unless it was stopped; else a new one. */
  getOrCreate(): SparkSession {
    if (!active || active.session.stopped) {
      active = new SparkSession(this.#settings["spark.master"], this.#settings["spark.app.name"], this.#settings);
    }
    return active;
  }
}

/**
 * The entrance to DataFrames and SQL.
 *
 * @module sql
 * @source org.apache.spark.sql.SparkSession
 */
export class SparkSession {
  /** @internal */
  readonly session: Session;

  /**
   * Starts an engine.
   *
   * @param master - `local`, `local[N]`, `local[*]`, `local[N,maxFailures]`, or `sc://host:port` of a Spark cluster
   * @param appName - shown in messages
   * @param conf - Spark's settings by name
   * @throws INVALID_MASTER
   * @source SparkSession.Builder
   * @example
   * ```ts
   * const spark = new SparkSession("local[2]", "example");
   * await spark.range(3).count(); // 3
   * await spark.stop();
   * ```
   * @example
   * ```python
   * >>> spark = SparkSession.builder.master("local[2]").appName("example").getOrCreate()
   * >>> spark.range(3).count()
   * 3
   * >>> spark.stop()
   * ```
   */
  constructor(master: string = "local[*]", appName: string = "kindling", conf: Readonly<Record<string, string>> = {}) {
    this.session = new Session({ master, appName, conf });
    SparkContext.of(this.session);
  }

  /**
   * Returns the entrance to DataFrames of the engine of a context.
   *
   * @param sparkContext - one that runs
   * @py -
   * @source SparkSession
   * @example
   * ```ts
   * await SparkSession.ofContext(sc).range(3).count(); // 3
   * ```
   */
  static ofContext(sparkContext: SparkContext): SparkSession {
    const { session } = sparkContext;
    return Object.assign(Object.create(SparkSession.prototype) as object, { session }) as SparkSession;
  }

  /** @internal */
  static builder(): SessionBuilder {
    return new SessionBuilder();
  }

  /**
   * The SparkContext of the same engine.
   *
   * @property
   * @source SparkSession.sparkContext
   * @example
   * ```ts
   * await spark.sparkContext.parallelize([1, 2]).count(); // 2
   * ```
   * @example
   * ```python
   * >>> spark.sparkContext.parallelize([1, 2]).count()
   * 2
   * ```
   */
  get sparkContext(): SparkContext {
    return SparkContext.of(this.session);
  }

  /**
   * Readers of files.
   *
   * @property
   * @source SparkSession.read
   * @example
   * ```ts
   * await spark.read.parquet("numbers.parquet").count(); // 3
   * ```
   * @example
   * ```python
   * >>> spark.read.parquet("numbers.parquet").count()
   * 3
   * ```
   */
  get read(): DataFrameReader {
    return new DataFrameReader(this.session);
  }

  /**
   * Returns one column `id` of the numbers from `start` (or 0) up to `end`, which is left out.
   *
   * Lazy.
   *
   * @param start - the first number; the end when it is the only one given
   * @param end - the first number left out
   * @param step - the distance between numbers; may be negative
   * @param numPartitions - `defaultParallelism` when left out
   * @throws INVALID_ARGUMENT
   * @source SparkSession.range
   * @example
   * ```ts
   * await spark.range(1, 7, 2).collect(); // [{ id: 1 }, { id: 3 }, { id: 5 }]
   * ```
   * @example
   * ```python
   * >>> spark.range(1, 7, 2).collect()
   * [Row(id=1), Row(id=3), Row(id=5)]
   * ```
   */
  range(start: long, end?: long, step: long = 1, numPartitions?: int): DataFrame {
    const site = callSite("range");
    const partitions = numPartitions ?? this.session.backend.defaultParallelism;
    const require = (holds: boolean, parameter: string, expected: string, actual: number | bigint): void =>
      this.session.require(holds, { call: "range", parameter, expected, actual: String(actual) });
    require(isWhole(start), "start", "a whole number", start);
    require(end === undefined || isWhole(end), "end", "a whole number", end ?? 0);
    require(isWhole(step) && BigInt(step) !== 0n, "step", "a whole number other than 0", step);
    require(isWhole(partitions) && partitions >= 1, "numPartitions", "a whole number from 1", partitions);
    const [from, to] = end === undefined ? [0n, BigInt(start)] : [BigInt(start), BigInt(end)];
    return new DataFrame(this.session, { kind: "range", start: from, end: to, step: BigInt(step), partitions, site });
  }

  /**
   * Returns the result of a SQL query.
   *
   * Lazy. Views are found by the names that `createOrReplaceTempView` gave them.
   *
   * @param sqlQuery - one query
   * @throws SQL_SYNTAX
   * @throws TABLE_NOT_FOUND
   * @throws COLUMN_NOT_FOUND
   * @source SparkSession.sql
   * @example
   * ```ts
   * await spark.sql("SELECT sum(id) AS total FROM range(5)").collect(); // [{ total: 10 }]
   * ```
   * @example
   * ```python
   * >>> spark.sql("SELECT sum(id) AS total FROM range(5)").collect()
   * [Row(total=10)]
   * ```
   */
  sql(sqlQuery: string): DataFrame {
    return new DataFrame(this.session, { kind: "sql", text: sqlQuery, site: callSite("sql") });
  }

  /**
   * Returns the view of this name.
   *
   * Lazy.
   *
   * @param tableName - as `createOrReplaceTempView` was given it, in upper or lower case
   * @throws TABLE_NOT_FOUND
   * @source SparkSession.table
   * @example
   * ```ts
   * spark.range(3).createOrReplaceTempView("numbers");
   * await spark.table("numbers").count(); // 3
   * ```
   * @example
   * ```python
   * >>> spark.range(3).createOrReplaceTempView("numbers")
   * >>> spark.table("numbers").count()
   * 3
   * ```
   */
  table(tableName: string): DataFrame {
    return new DataFrame(this.session, { kind: "view", name: tableName, site: callSite("table") });
  }

  /**
   * Returns the given rows as a DataFrame.
   *
   * Types are those of the first 100 rows, for which a job starts at once: whole numbers are `bigint`, or `double` where
   * others have a fraction.
   *
   * @param data - rows: lists of values, or values by name
   * @param schema - names of the columns, in their order; those left out are `_1`, `_2`, …, or what the rows say
   * @throws TYPE_NOT_INFERRED
   * @source SparkSession.createDataFrame
   * @eager
   * @example
   * ```ts
   * await spark.createDataFrame([["a", 1]], ["name", "n"]).collect(); // [{ name: "a", n: 1 }]
   * ```
   * @example
   * ```python
   * >>> spark.createDataFrame([("a", 1)], ["name", "n"]).collect()
   * [Row(name='a', n=1)]
   * ```
   */
  createDataFrame<T>(data: Elements<T>, schema?: string[]): DataFrame {
    const site = callSite("createDataFrame");
    const values = this.sparkContext.parallelize(data).plan;
    return new DataFrame(this.session, relationOf(this.session, values, schema ?? null, site));
  }

  /**
   * Ends the engine: its processes and its files are gone when this returns.
   *
   * @source SparkSession.stop
   * @example
   * ```ts
   * const spark = new SparkSession("local[1]", "short");
   * await spark.stop();
   * ```
   * @example
   * ```python
   * >>> spark = SparkSession.builder.master("local[1]").appName("short").getOrCreate()
   * >>> spark.stop()
   * ```
   */
  async stop(): Promise<void> {
    await this.session.stop();
  }
}
