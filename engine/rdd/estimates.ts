/**
 * What the partitions that have ended so far let expect of the whole, by the formulas of Spark's evaluators
 * (`org.apache.spark.partial`): a partition that has not ended is taken to be like those that have.
 */
import { BoundedFloat } from "./bounded-float.js";
import { normalQuantile, poissonQuantile, studentQuantile } from "./quantiles.js";
import type { StatCounter } from "./stat-counter.js";

/** How much of a job has ended. */
export interface Progress {
  readonly ended: number;
  readonly total: number;
}

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const exact = (value: number): BoundedFloat => new BoundedFloat(value, 1, value, value);
const isComplete = ({ ended, total }: Progress): boolean => ended === total;

/** With more elements than this, Student's t is taken for normal. */
const elementsForNormal = 100;
/** Half the width of an interval of this confidence around a mean of `count` elements, in standard deviations. */
function halfWidth(count: number, confidence: number): number {
  const upper = (1 + confidence) / 2;
  return count > elementsForNormal ? normalQuantile(upper) : studentQuantile(upper, count - 1);
}

/** The number of all elements, after `count` of them: that of the rest is taken for a Poisson variable. */
export function countEstimate(count: number, progress: Progress, confidence: number): BoundedFloat {
  if (isComplete(progress)) return exact(count);
  if (progress.ended === 0 || count === 0) return new BoundedFloat(0, 0, 0, POSITIVE_INFINITY);
  const seen = progress.ended / progress.total;
  const rest = (count * (1 - seen)) / seen;
  const atMost = (probability: number): number => count + poissonQuantile(probability, rest);
  return new BoundedFloat(count + rest, confidence, atMost((1 - confidence) / 2), atMost((1 + confidence) / 2));
}

/** The mean of all elements. */
export function meanEstimate(stats: StatCounter, progress: Progress, confidence: number): BoundedFloat {
  const [count, mean] = [Number(stats.count()), stats.mean()];
  if (isComplete(progress)) return exact(mean);
  if (progress.ended === 0 || count === 0) return new BoundedFloat(0, 0, NEGATIVE_INFINITY, POSITIVE_INFINITY);
  if (count === 1) return new BoundedFloat(mean, confidence, NEGATIVE_INFINITY, POSITIVE_INFINITY);
  const half = halfWidth(count, confidence) * Math.sqrt(stats.sampleVariance() / count);
  return new BoundedFloat(mean, confidence, mean - half, mean + half);
}

/** The sum of all elements: what has been seen, and the product of the mean and the count of the rest. */
export function sumEstimate(stats: StatCounter, progress: Progress, confidence: number): BoundedFloat {
  const [count, mean] = [Number(stats.count()), stats.mean()];
  if (isComplete(progress)) return exact(stats.sum());
  if (progress.ended === 0 || count === 0) return new BoundedFloat(0, 0, NEGATIVE_INFINITY, POSITIVE_INFINITY);
  const seen = progress.ended / progress.total;
  const rest = (count * (1 - seen)) / seen;
  const sum = stats.sum() + mean * rest;
  if (count === 1) return new BoundedFloat(sum, confidence, NEGATIVE_INFINITY, POSITIVE_INFINITY);
  const meanVariance = stats.sampleVariance() / count;
  const restVariance = (count * (1 - seen)) / (seen * seen);
  const variance = mean * mean * restVariance + rest * rest * meanVariance + meanVariance * restVariance;
  const half = halfWidth(count, confidence) * Math.sqrt(variance);
  return new BoundedFloat(sum, confidence, sum - half, sum + half);
}
