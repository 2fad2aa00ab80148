/** The SparkContext face: where RDDs begin. */
import type { int } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { Elements } from "../plan/task-function.js";
import { RDD } from "../rdd/rdd.js";
import { callSite } from "./caller.js";
import { Session } from "./session.js";

/** Spark's `defaultMinPartitions`: at most two, however many slots there are. */
const minPartitionsLimit = 2;

/**
 * The entrance to the engine: makes RDDs from collections and files.
 *
 * @module core
 * @source org.apache.spark.SparkContext
 */
export class SparkContext {
  /** @internal */
  readonly session: Session;

  /**
   * Starts an engine.
   *
   * @param master - `local`, `local[N]`, `local[*]`, `local[N,maxFailures]`, or `sc://host:port` of a Spark cluster
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
   * >>> with SparkContext("local[2]", "example") as sc:
   * ...     sc.parallelize([1, 2, 3]).sum()
   * 6
   * ```
   */
  constructor(master: string = "local[*]", appName: string = "kindling", conf: Readonly<Record<string, string>> = {}) {
    this.session = new Session({ master, appName, conf });
  }

  /** @internal */
  static of(session: Session): SparkContext {
    return Object.assign(Object.create(SparkContext.prototype) as object, { session }) as SparkContext;
  }

  /**
   * The master URL.
   *
   * @property
   * @source SparkContext.master
   * @example
   * ```ts
   * sc.master; // "local[2]"
   * ```
   * @example
   * ```python
   * >>> sc.master
   * 'local[2]'
   * ```
   */
  get master(): string {
    return this.session.options.master;
  }

  /**
   * The name of the program.
   *
   * @property
   * @source SparkContext.appName
   * @example
   * ```ts
   * sc.appName; // "example"
   * ```
   * @example
   * ```python
   * >>> sc.appName
   * 'example'
   * ```
   */
  get appName(): string {
    return this.session.options.appName;
  }

  /**
   * How many partitions a collection has unless told otherwise: the number of task slots.
   *
   * @property
   * @source SparkContext.defaultParallelism
   * @example
   * ```ts
   * sc.defaultParallelism; // 2
   * ```
   * @example
   * ```python
   * >>> sc.defaultParallelism
   * 2
   * ```
   */
  get defaultParallelism(): int {
    return this.session.backend.defaultParallelism;
  }

  /**
   * Returns an RDD of the given elements.
   *
   * Lazy. Elements are cut into slices of equal size: 10 in 3 gives 3, 3, 4.
   *
   * @param c - any iterable
   * @param numSlices - partitions; `defaultParallelism` when left out
   * @throws INVALID_ARGUMENT
   * @source SparkContext.parallelize
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).count(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).count()
   * 3
   * ```
   */
  parallelize<T>(c: Elements<T>, numSlices?: int): RDD<T> {
    const site = callSite("parallelize");
    const slices = numSlices ?? this.defaultParallelism;
    if (!Number.isInteger(slices) || slices < 1) {
      const params = {
        call: "parallelize",
        parameter: "numSlices",
        expected: "a positive whole number",
        actual: slices,
      };
      throw new EngineError("INVALID_ARGUMENT", params, { origin: { site } });
    }
    return new RDD(this.session, { kind: "values", batches: this.session.encode(c), slices, site });
  }

  /**
   * Returns an RDD of the lines of text files.
   *
   * Lazy. Lines end in `\n`, `\r\n` or `\r`; files ending in `.gz` are decompressed; names beginning with `.` or `_` are
   * skipped; invalid UTF-8 becomes U+FFFD and is counted in a warning.
   *
   * @param path - files, directories and globs, separated by commas
   * @param minPartitions - at least so many partitions, where files can be cut; at most 2 when left out
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws PATH_NOT_READABLE
   * @py path=name
   * @source SparkContext.textFile
   * @example
   * ```ts
   * await sc.textFile("README.md").first(); // "# Numbers"
   * ```
   * @example
   * ```python
   * >>> sc.textFile("README.md").first()
   * '# Numbers'
   * ```
   */
  textFile(path: string, minPartitions?: int): RDD<string> {
    const least = minPartitions ?? Math.min(this.defaultParallelism, minPartitionsLimit);
    return new RDD(this.session, { kind: "textFile", path, minPartitions: least, site: callSite("textFile") });
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
   * >>> sc = SparkContext("local[1]", "short")
   * >>> sc.stop()
   * ```
   */
  async stop(): Promise<void> {
    await this.session.stop();
  }
}
