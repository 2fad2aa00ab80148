/** Kindling's engine: Spark's programming model in TypeScript. */
export type { double, int, long } from "./data/numbers.js";
export { EngineError, type ErrorCode, type ErrorData, type ErrorKind, type ErrorOrigin } from "./errors.js";
export { type Element, type Elements, EncodedElements, type TaskFunction } from "./plan/task-function.js";
export { RDD } from "./rdd/rdd.js";
export { SparkContext } from "./session/spark-context.js";
