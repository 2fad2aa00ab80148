/** Where RDDs begin: collections, numbers, files. */
import type { Batch } from "../data/batch.js";
import type { int, long } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { FileFormat } from "../plan/plan.js";
import type { Elements } from "../plan/task-function.js";
import type { RDD } from "../rdd/rdd.js";
import { unionPlan } from "../rdd/side-by-side.js";
import { callSite } from "./caller.js";
import { ContextFacts } from "./context-facts.js";

/** What `range` counts, in integers of any size. */
function countOf(start: bigint, end: bigint, step: bigint): bigint {
  const distance = end - start;
  const steps = distance / step;
  if (distance === 0n || distance > 0n !== step > 0n) return 0n;
  return distance % step === 0n ? steps : steps + 1n;
}

/** How many elements PySpark puts into a batch, which its slices do not cut. */
function groupOf(batches: readonly Batch[], slices: number): number {
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  return Math.max(1, Math.min(Math.floor(total / slices), 1024));
}

/** Where RDDs begin: collections, numbers, files. */
export abstract class ContextSources extends ContextFacts {
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
    const slices = this.slicesOf("parallelize", numSlices);
    const batches = this.session.encode(c);
    const group = this.session.host.language === "python" ? groupOf(batches, slices) : 1;
    return this.make("parallelize", { kind: "values", batches, slices, group, site });
  }

  /**
   * Returns an RDD of the whole numbers from `start` (or 0) up to `end`, which is left out.
   *
   * Lazy. The numbers are made by the tasks, slice by slice as `parallelize` would cut them.
   *
   * @param start - the first number; the end when it is the only one given
   * @param end - the first number left out
   * @param step - the distance between numbers; may be negative
   * @param numSlices - partitions; `defaultParallelism` when left out
   * @throws INVALID_ARGUMENT
   * @source SparkContext.range
   * @example
   * ```ts
   * await sc.range(1, 7, 2).collect(); // [1, 3, 5]
   * ```
   * @example
   * ```python
   * >>> sc.range(1, 7, 2).collect()
   * [1, 3, 5]
   * ```
   */
  range(start: long, end?: long, step: long = 1, numSlices?: int): RDD<long> {
    const site = callSite("range");
    const slices = this.slicesOf("range", numSlices);
    const whole = (parameter: string, value: long): bigint => {
      const holds = typeof value === "bigint" || Number.isSafeInteger(value);
      this.session.require(holds, { call: "range", parameter, expected: "a whole number", actual: String(value) });
      return BigInt(value);
    };
    const [from, to] = end === undefined ? [0n, whole("start", start)] : [whole("start", start), whole("end", end)];
    const by = whole("step", step);
    this.session.require(by !== 0n, { call: "range", parameter: "step", expected: "not 0", actual: "0" });
    const count = Number(countOf(from, to, by));
    return this.make("range", { kind: "numbers", start: from, step: by, count, slices, site });
  }

  /**
   * Returns an RDD without partitions.
   *
   * Lazy.
   *
   * @source SparkContext.emptyRDD
   * @example
   * ```ts
   * await sc.emptyRDD().collect(); // []
   * ```
   * @example
   * ```python
   * >>> sc.emptyRDD().isEmpty()
   * True
   * ```
   */
  emptyRDD<T>(): RDD<T> {
    return this.make("emptyRDD", { kind: "values", batches: [], slices: 0, site: callSite("emptyRDD") });
  }

  /**
   * Returns an RDD of the elements of all given ones.
   *
   * Lazy. Their partitions follow each other; where all are partitioned by their keys in the same way, so is the result,
   * with as many partitions.
   *
   * @param rdds - at least one
   * @throws INVALID_ARGUMENT
   * @source SparkContext.union
   * @example
   * ```ts
   * await sc.union([sc.parallelize([1, 2]), sc.parallelize([2, 3])]).collect(); // [1, 2, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.union([sc.parallelize([1, 2]), sc.parallelize([2, 3])]).collect()
   * [1, 2, 2, 3]
   * ```
   */
  union<T>(rdds: RDD<T>[]): RDD<T> {
    this.session.requireSome(rdds, "union", "rdds");
    const plans = rdds.map(({ plan }) => plan);
    return this.make("union", unionPlan(this.session, plans, callSite("union")));
  }

  /**
   * Returns an RDD of the lines of text files.
   *
   * Lazy. Lines end in `\n`, `\r\n` or `\r`; files ending in `.gz`, `.bz2`, `.deflate`, `.lz4`, `.snappy` or `.zst` are
   * decompressed; names beginning with `.` or `_` are skipped; invalid UTF-8 becomes U+FFFD and is counted in a warning.
   *
   * @param path - files, directories and globs, separated by commas
   * @param minPartitions - at least so many partitions, where files can be cut; `defaultMinPartitions` when left out
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
    const least = this.leastPartitions("textFile", minPartitions);
    return this.make("textFile", { kind: "textFile", path, minPartitions: least, site: callSite("textFile") });
  }

  /**
   * Returns an RDD of pairs of the URL of a file and its whole text.
   *
   * Lazy. Small files share a partition.
   *
   * @param path - files, directories and globs, separated by commas
   * @param minPartitions - about so many partitions; `defaultMinPartitions` when left out
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws PATH_NOT_READABLE
   * @source SparkContext.wholeTextFiles
   * @example
   * ```ts
   * await sc.wholeTextFiles("README.md").map(([, text]) => text.split("\n")[0]).collect(); // ["# Numbers"]
   * ```
   * @example
   * ```python
   * >>> sc.wholeTextFiles("README.md").mapValues(lambda text: text.split("\n")[0]).values().collect()
   * ['# Numbers']
   * ```
   */
  wholeTextFiles(path: string, minPartitions?: int): RDD<[string, string]> {
    return this.files("wholeTextFiles", path, { kind: "wholeText" }, minPartitions);
  }

  /**
   * Returns an RDD of pairs of the URL of a file and its bytes.
   *
   * Lazy. Small files share a partition; a file is read into memory as a whole.
   *
   * @param path - files, directories and globs, separated by commas
   * @param minPartitions - about so many partitions; `defaultMinPartitions` when left out
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws PATH_NOT_READABLE
   * @source SparkContext.binaryFiles
   * @example
   * ```ts
   * await sc.binaryFiles("README.md").map(([, bytes]) => bytes[0]).collect(); // [35]
   * ```
   * @example
   * ```python
   * >>> sc.binaryFiles("README.md").mapValues(lambda data: data[:1]).values().collect()
   * [b'#']
   * ```
   */
  binaryFiles(path: string, minPartitions?: int): RDD<[string, Uint8Array]> {
    return this.files("binaryFiles", path, { kind: "binary" }, minPartitions);
  }

  /**
   * Returns an RDD of the records of files that have one length, without anything between them.
   *
   * Lazy. The job fails where a file ends within a record.
   *
   * @param path - files, directories and globs, separated by commas
   * @param recordLength - in bytes
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws CORRUPT_INPUT
   * @throws INVALID_ARGUMENT
   * @source SparkContext.binaryRecords
   * @example
   * ```ts
   * await sc.binaryRecords("README.md", 1).map((record) => record[0]).first(); // 35
   * ```
   * @example
   * ```python
   * >>> sc.binaryRecords("README.md", 1).first()
   * b'#'
   * ```
   */
  binaryRecords(path: string, recordLength: int): RDD<Uint8Array> {
    const isLength = Number.isInteger(recordLength) && recordLength >= 1;
    this.session.require(isLength, {
      call: "binaryRecords",
      parameter: "recordLength",
      expected: "a whole number from 1",
      actual: String(recordLength),
    });
    return this.files("binaryRecords", path, { kind: "records", recordBytes: recordLength });
  }

  /** @internal */
  protected files<T>(call: string, path: string, format: FileFormat, minPartitions?: number): RDD<T> {
    const least = this.leastPartitions(call, minPartitions);
    return this.make(call, { kind: "files", path, minPartitions: least, format, call, site: callSite(call) });
  }

  private leastPartitions(call: string, given: number | undefined): number {
    if (given === undefined) return this.defaultMinPartitions;
    const expected = "a whole number from 0";
    const params = { call, parameter: "minPartitions", expected, actual: String(given) };
    this.session.require(Number.isInteger(given) && given >= 0, params);
    return given;
  }

  private slicesOf(call: string, given: number | undefined): number {
    const slices = given ?? this.defaultParallelism;
    if (Number.isInteger(slices) && slices >= 1) return slices;
    const params = { call, parameter: "numSlices", expected: "a positive whole number", actual: slices };
    throw new EngineError("INVALID_ARGUMENT", params, { origin: { site: callSite(call) } });
  }
}
