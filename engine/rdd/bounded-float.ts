/** Results that are known up to a confidence. */
import type { double } from "../data/numbers.js";

/**
 * An estimate: with probability `confidence` the true value lies between `low` and `high`.
 *
 * A value that is exact has the confidence 1 and is its own bound.
 *
 * @module core
 * @value
 * @source org.apache.spark.partial.BoundedDouble
 */
export class BoundedFloat {
  /** The most likely value. */
  readonly mean: double;
  /** From 0 to 1. */
  readonly confidence: double;
  /** Lower bound. */
  readonly low: double;
  /** Upper bound. */
  readonly high: double;

  /** @internal */
  constructor(mean: double, confidence: double, low: double, high: double) {
    this.mean = mean;
    this.confidence = confidence;
    this.low = low;
    this.high = high;
  }
}
