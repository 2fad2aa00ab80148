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
   * @source DataFrameReader.parquet
   * @example
   * ```ts
   * spark.read.parquet("numbers.parquet");
   * ```
   * @example
   * ```python
   * >>> numbers = spark.read.parquet("numbers.parquet")
   * ```
   */
  parquet(...paths: string[]): DataFrame {
    return new DataFrame(this.#session, { kind: "parquet", paths, site: callSite("parquet") });
  }
}
