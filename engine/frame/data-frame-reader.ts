/** Reading files into DataFrames. */
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { DataFrame } from "./data-frame.js";

/**
 * What `spark.read` gives.
 *
 * @module sql
 * @source org.apache.spark.sql.DataFrameReader
 */
export class DataFrameReader {
  readonly #session: Session;

  /** @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Returns the rows of Parquet files.
   *
   * Lazy.
   *
   * @param paths - files, directories and patterns
   * @list paths
   * @throws PATH_NOT_FOUND
   * @throws CORRUPT_INPUT
   * @throws INVALID_ARGUMENT
   * @source DataFrameReader.parquet
   * @example
   * ```ts
   * await spark.read.parquet("numbers.parquet").collect();
   * // [{ n: 1, name: "one" }, { n: 2, name: "two" }, { n: 3, name: null }]
   * ```
   * @example
   * ```python
   * >>> spark.read.parquet("numbers.parquet").collect()
   * [Row(n=1, name='one'), Row(n=2, name='two'), Row(n=3, name=None)]
   * ```
   */
  parquet(...paths: string[]): DataFrame {
    this.#session.requireSome(paths, "parquet", "paths");
    return new DataFrame(this.#session, { kind: "parquet", paths, site: callSite("parquet") });
  }
}
