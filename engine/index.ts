/** Kindling's engine: Spark's programming model in TypeScript. */
import { DataFrame } from "./frame/data-frame.js";
import { DataFrameReader } from "./frame/data-frame-reader.js";
import { GroupedData } from "./frame/grouped-data.js";
import { RDD } from "./rdd/rdd.js";
import { SparkContext } from "./session/spark-context.js";
import { SparkSession } from "./session/spark-session.js";

export type { double, int, long } from "./data/numbers.js";
export type { Row } from "./data/row.js";
export { EngineError, type ErrorCode, type ErrorData, type ErrorKind, type ErrorOrigin } from "./errors.js";
export { Column, type ColumnOrName } from "./frame/column.js";
export { functions } from "./frame/functions.js";
export { type Element, type Elements, EncodedElements, type TaskFunction } from "./plan/task-function.js";
export { DataFrame, DataFrameReader, GroupedData, RDD, SparkContext, SparkSession };

// Functions for workers cannot capture what exists in the driver only.
for (const face of [DataFrame, DataFrameReader, GroupedData, RDD, SparkContext, SparkSession]) {
  Object.defineProperty(face.prototype, Symbol.for("kindling.driverOnly"), { value: face.name });
}
