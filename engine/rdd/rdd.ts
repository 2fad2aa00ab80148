/** The RDD face: methods that build plans, and actions that run them, by area in the files beside this one. */
// biome-ignore lint/suspicious/noImportCycles: an RDD becomes a DataFrame, and a DataFrame an RDD
import { DataFrame } from "../frame/data-frame.js";
import { relationOf } from "../frame/rows.js";
import type { FunctionPlan } from "../plan/plan.js";
import { callSite } from "../session/caller.js";
import { Kept } from "./kept.js";

/**
 * A partitioned collection of elements that is computed when an action asks for it, and computed again where a part is
 * lost.
 *
 * Transformations are lazy and return a new RDD; actions run a job. Elements keep the order of their partitions.
 *
 * @module core
 * @source org.apache.spark.rdd.RDD
 */
export class RDD<T> extends Kept<T> {
  /**
   * Returns a DataFrame of rows that are the elements: tuples, lists, or rows with names.
   *
   * Types are those of the first elements, up to 100 of them while a column is null, for which a job starts at once.
   *
   * @param schema - names of the columns, in their order; those left out are `_1`, `_2`, …, or what the elements say
   * @throws TYPE_NOT_INFERRED
   * @source SparkSession.createDataFrame
   * @eager
   * @example
   * ```ts
   * await sc.parallelize([["a", 1]]).toDF(["name", "n"]).collect(); // [{ name: "a", n: 1 }]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).toDF(["name", "n"]).collect()
   * [Row(name='a', n=1)]
   * ```
   */
  toDF(schema?: string[]): DataFrame {
    return new DataFrame(this.session, relationOf(this.session, this.plan, schema ?? null, callSite("toDF")));
  }

  protected override derive<U>(plan: FunctionPlan): RDD<U> {
    return new RDD(this.session, plan);
  }
}
