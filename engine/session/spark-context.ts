/** The SparkContext face: where RDDs begin, by area in the files beside this one. */
import { ContextVariables } from "./context-variables.js";
import { Session } from "./session.js";
import { getSystemProperty, SparkConf, setSystemProperty } from "./spark-conf.js";
import { setFilesDirectory } from "./spark-files.js";

/** The context that the program made last. */
let active: SparkContext | null = null;

/**
 * The entrance to the engine: makes RDDs from collections and files.
 *
 * @module core
 * @source org.apache.spark.SparkContext
 */
export class SparkContext extends ContextVariables {
  /**
   * Starts an engine.
   *
   * @param master - `local`, `local[N]`, `local[*]`, `local[N,maxFailures]`, `local-cluster[executors,cores,memMiB]`, or
   * `sc://host:port` of a Spark cluster
   * @param appName - shown in messages
   * @param conf - Spark's settings by name
   * @throws INVALID_MASTER
   * @source SparkContext
   * @example
   * ```ts
   * const sc = new SparkContext("local[2]", "example");
   * await sc.parallelize([1, 2, 3]).sum(); // 6
   * await sc.stop();
   * ```
   * @example
   * ```python
   * >>> sc.stop()
   * >>> with SparkContext("local[2]", "example") as sc:
   * ...     sc.parallelize([1, 2, 3]).sum()
   * 6
   * ```
   */
  constructor(master: string = "local[*]", appName: string = "kindling", conf: Readonly<Record<string, string>> = {}) {
    super(new Session({ master, appName, conf }));
    this.session.context = this;
    active = this;
    setFilesDirectory(() => this.filesDirectory);
  }

  /** @internal */
  static of(session: Session): SparkContext {
    session.context ??= Object.assign(Object.create(SparkContext.prototype) as object, { session }) as SparkContext;
    return session.context;
  }

  /**
   * Returns the context that the program made last, as it is, unless it was stopped; else a new one with these settings.
   *
   * @internal
   */
  static getOrCreate(conf: SparkConf = new SparkConf()): SparkContext {
    if (active && !active.session.stopped) return active;
    return new SparkContext(conf.get("spark.master"), conf.get("spark.app.name"), conf.toObject());
  }

  /**
   * Sets a property of this process; those whose names begin with `spark.` are defaults of settings made later.
   *
   * @internal
   */
  static setSystemProperty(key: string, value: string): void {
    setSystemProperty(key, value);
  }

  /**
   * Returns a property of this process; null where it is not set.
   *
   * @internal
   */
  static getSystemProperty(key: string): string | null {
    return getSystemProperty(key);
  }

  /**
   * Returns a copy of the settings of the context.
   *
   * @internal
   */
  getConf(): SparkConf {
    return new SparkConf(false).setAll(Object.entries(this.settings));
  }

  /**
   * Ends the engine: its processes and its files are gone when this returns.
   *
   * @source SparkContext.stop
   * @example
   * ```ts
   * const sc = new SparkContext("local[1]", "short");
   * await sc.stop();
   * ```
   * @example
   * ```python
   * >>> sc.stop()
   * >>> sc = SparkContext("local[1]", "short")
   * >>> sc.stop()
   * ```
   */
  async stop(): Promise<void> {
    await this.session.stop();
  }
}
