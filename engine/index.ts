/** Kindling's engine: Spark's programming model in TypeScript. */
import { DataFrame } from "./frame/data-frame.js";
import { DataFrameReader } from "./frame/data-frame-reader.js";
import { GroupedData } from "./frame/grouped-data.js";
import { FutureAction } from "./rdd/future-action.js";
import { RDD } from "./rdd/rdd.js";
import { RDDBarrier } from "./rdd/rdd-barrier.js";
import { SparkContext } from "./session/spark-context.js";
import { SparkSession } from "./session/spark-session.js";
import { StatusTracker } from "./session/status-tracker.js";

export type { double, int, long } from "./data/numbers.js";
export type { Row } from "./data/row.js";
export { EngineError, type ErrorCode, type ErrorData, type ErrorKind, type ErrorOrigin } from "./errors.js";
export { Column, type ColumnOrName } from "./frame/column.js";
export { functions } from "./frame/functions.js";
export { StorageLevel } from "./plan/storage-level.js";
export {
  type Element,
  type ElementMap,
  type Elements,
  EncodedElements,
  type TaskFunction,
} from "./plan/task-function.js";
export { BoundedFloat } from "./rdd/bounded-float.js";
export type { Partitioner } from "./rdd/partitioner.js";
export { StatCounter } from "./rdd/stat-counter.js";
export { Accumulator, type AccumulatorParam } from "./session/accumulator.js";
export { Broadcast } from "./session/broadcast.js";
export type {
  EventOf,
  ListenerEvent,
  StageInfo,
  TaskEndReason,
  TaskInfo,
  TaskMetrics,
} from "./session/listener-event.js";
export { SparkConf } from "./session/spark-conf.js";
export { SparkFiles } from "./session/spark-files.js";
export type { SparkListener } from "./session/spark-listener.js";
export type { SparkExecutorInfo, SparkJobInfo, SparkStageInfo } from "./session/status-tracker.js";
export { CollectionAccumulator, DoubleAccumulator, LongAccumulator } from "./session/sum-accumulators.js";
export { BarrierTaskContext, type BarrierTaskInfo, TaskContext } from "./session/task-context.js";
export {
  DataFrame,
  DataFrameReader,
  FutureAction,
  GroupedData,
  RDD,
  RDDBarrier,
  SparkContext,
  SparkSession,
  StatusTracker,
};

// Functions for workers cannot capture what exists in the driver only.
for (const face of [
  DataFrame,
  DataFrameReader,
  FutureAction,
  GroupedData,
  RDD,
  RDDBarrier,
  SparkContext,
  SparkSession,
  StatusTracker,
]) {
  Object.defineProperty(face.prototype, Symbol.for("kindling.driverOnly"), { value: face.name });
}
