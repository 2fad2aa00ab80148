/** What a SparkContext says about itself. */
import type { int, long } from "../data/numbers.js";
import { ContextFace } from "./context-face.js";
import { version } from "./version.js";

/** Spark's `defaultMinPartitions`: at most two, however many slots there are. */
const minPartitionsLimit = 2;

/** What a SparkContext says about itself. */
export abstract class ContextFacts extends ContextFace {
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
   * The name of this run of the program, `local-` and the time of its start.
   *
   * @property
   * @source SparkContext.applicationId
   * @example
   * ```ts
   * sc.applicationId.startsWith("local-"); // true
   * ```
   * @example
   * ```python
   * >>> sc.applicationId.startswith("local-")
   * True
   * ```
   */
  get applicationId(): string {
    return this.session.application.id;
  }

  /**
   * When the context was started, in milliseconds since 1970.
   *
   * @property
   * @source SparkContext.startTime
   * @example
   * ```ts
   * sc.startTime <= Date.now(); // true
   * ```
   * @example
   * ```python
   * >>> sc.startTime > 0
   * True
   * ```
   */
  get startTime(): long {
    return this.session.application.startTimeMs;
  }

  /**
   * The version of Kindling.
   *
   * @property
   * @source SparkContext.version
   * @example
   * ```ts
   * sc.version.split(".").length; // 3
   * ```
   * @example
   * ```python
   * >>> len(sc.version.split("."))
   * 3
   * ```
   */
  get version(): string {
    return version();
  }

  /**
   * The address of a page that shows the context: there is none.
   *
   * @property
   * @source SparkContext.uiWebUrl
   * @example
   * ```ts
   * sc.uiWebUrl; // null
   * ```
   * @example
   * ```python
   * >>> sc.uiWebUrl is None
   * True
   * ```
   */
  get uiWebUrl(): string | null {
    return null;
  }

  /**
   * Resources such as GPUs that the driver was given, by name: none, as nothing hands them out here.
   *
   * @property
   * @source SparkContext.resources
   * @example
   * ```ts
   * sc.resources; // {}
   * ```
   * @example
   * ```python
   * >>> sc.resources
   * {}
   * ```
   */
  get resources(): Record<string, string> {
    return {};
  }

  /**
   * How many partitions a collection has unless told otherwise: `spark.default.parallelism`, or the number of task slots.
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
   * How many partitions files have at least unless told otherwise: `defaultParallelism`, but at most 2.
   *
   * @property
   * @source SparkContext.defaultMinPartitions
   * @example
   * ```ts
   * sc.defaultMinPartitions; // 2
   * ```
   * @example
   * ```python
   * >>> sc.defaultMinPartitions
   * 2
   * ```
   */
  get defaultMinPartitions(): int {
    return Math.min(this.defaultParallelism, minPartitionsLimit);
  }

  /**
   * Returns the name of the user who runs the program; `SPARK_USER` in the environment comes first.
   *
   * @source SparkContext.sparkUser
   * @example
   * ```ts
   * sc.sparkUser().length > 0; // true
   * ```
   * @example
   * ```python
   * >>> len(sc.sparkUser()) > 0
   * True
   * ```
   */
  sparkUser(): string {
    return this.session.application.user;
  }
}
