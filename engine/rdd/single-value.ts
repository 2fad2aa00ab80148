/** Single values that a program passes, such as a zero. */
import type { Batch } from "../data/batch.js";
import { encodeElements } from "../data/elements.js";
import { type Element, EncodedElements } from "../plan/task-function.js";

/** One value as the batch that kernels carry along; each use of it decodes a copy of its own. */
export const singleBatch = <T>(value: Element<T>): Batch =>
  // A client of another language has encoded it already, in one batch.
  value instanceof EncodedElements ? (value.batches[0] as Batch) : encodeElements([value]);
