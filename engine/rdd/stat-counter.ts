/** Statistics of numbers that can be merged. */
import type { double, long } from "../data/numbers.js";

/** Six digits after the point, as Spark shows them. */
const digits = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : String(value));

/**
 * Count, mean, variance, smallest and greatest of numbers, computed in one pass without loss of precision.
 *
 * Counters of parts can be merged into one of the whole.
 *
 * @module core
 * @value
 * @source org.apache.spark.util.StatCounter
 */
export class StatCounter {
  /** How many numbers. */
  n: long = 0;
  /** Their mean. */
  mu: double = 0;
  /** The sum of the squares of their distances from the mean. */
  m2: double = 0;
  /** The greatest. */
  maxValue: double = Number.NEGATIVE_INFINITY;
  /** The smallest. */
  minValue: double = Number.POSITIVE_INFINITY;

  /** @internal */
  constructor(values: Iterable<number> = []) {
    for (const value of values) this.merge(value);
  }

  /** @internal */
  static of(n: number, mu: number, m2: number, maxValue: number, minValue: number): StatCounter {
    return Object.assign(new StatCounter(), { n, mu, m2, maxValue, minValue });
  }

  /**
   * Adds a number; returns the counter itself.
   *
   * @param value - the number
   * @source StatCounter.merge
   * @example
   * ```ts
   * new StatCounter([1]).merge(3).mean(); // 2
   * ```
   * @example
   * ```python
   * >>> StatCounter([1]).merge(3).mean()
   * 2.0
   * ```
   */
  merge(value: double): this {
    const delta = value - this.mu;
    const n = Number(this.n) + 1;
    this.n = n;
    this.mu += delta / n;
    this.m2 += delta * (value - this.mu);
    this.maxValue = Math.max(this.maxValue, value);
    this.minValue = Math.min(this.minValue, value);
    return this;
  }

  /**
   * Adds all that another counter has counted; returns the counter itself.
   *
   * @param other - stays as it is
   * @source StatCounter.merge
   * @example
   * ```ts
   * new StatCounter([1]).mergeStats(new StatCounter([3, 5])).mean(); // 3
   * ```
   * @example
   * ```python
   * >>> StatCounter([1]).mergeStats(StatCounter([3, 5])).mean()
   * 3.0
   * ```
   */
  mergeStats(other: StatCounter): this {
    const { mu, m2, maxValue, minValue } = other;
    const [n, m] = [Number(this.n), Number(other.n)];
    if (m === 0) return this;
    if (n === 0) return Object.assign(this, { n: m, mu, m2, maxValue, minValue });
    const delta = mu - this.mu;
    // The smaller part moves the mean of the greater one: sums of products of like size would lose digits.
    const moved = m * 10 < n ? this.mu + (delta * m) / (n + m) : n * 10 < m ? mu - (delta * n) / (n + m) : null;
    this.mu = moved ?? (this.mu * n + mu * m) / (n + m);
    this.m2 += m2 + (delta * delta * n * m) / (n + m);
    this.n = n + m;
    this.maxValue = Math.max(this.maxValue, maxValue);
    this.minValue = Math.min(this.minValue, minValue);
    return this;
  }

  /**
   * Returns another counter of the same numbers.
   *
   * @source StatCounter.copy
   * @example
   * ```ts
   * new StatCounter([1, 2]).copy().count(); // 2
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 2]).copy().count()
   * 2
   * ```
   */
  copy(): StatCounter {
    return Object.assign(new StatCounter(), this);
  }

  /**
   * Returns how many numbers there are.
   *
   * @source StatCounter.count
   * @example
   * ```ts
   * new StatCounter([1, 2]).count(); // 2
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 2]).count()
   * 2
   * ```
   */
  count(): long {
    return this.n;
  }

  /**
   * Returns the mean; 0 of no number.
   *
   * @source StatCounter.mean
   * @example
   * ```ts
   * new StatCounter([1, 2]).mean(); // 1.5
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 2]).mean()
   * 1.5
   * ```
   */
  mean(): double {
    return this.mu;
  }

  /**
   * Returns the sum.
   *
   * @source StatCounter.sum
   * @example
   * ```ts
   * new StatCounter([1, 2]).sum(); // 3
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 2]).sum()
   * 3.0
   * ```
   */
  sum(): double {
    return Number(this.n) * this.mu;
  }

  /**
   * Returns the greatest number; minus infinity of no number.
   *
   * @source StatCounter.max
   * @example
   * ```ts
   * new StatCounter([1, 2]).max(); // 2
   * ```
   * @example
   * ```python
   * >>> StatCounter([1.0, 2.0]).max()
   * 2.0
   * ```
   */
  max(): double {
    return this.maxValue;
  }

  /**
   * Returns the smallest number; infinity of no number.
   *
   * @source StatCounter.min
   * @example
   * ```ts
   * new StatCounter([1, 2]).min(); // 1
   * ```
   * @example
   * ```python
   * >>> StatCounter([1.0, 2.0]).min()
   * 1.0
   * ```
   */
  min(): double {
    return this.minValue;
  }

  /**
   * Returns the variance of the numbers as a whole population; NaN of no number.
   *
   * @source StatCounter.variance
   * @example
   * ```ts
   * new StatCounter([1, 3]).variance(); // 1
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 3]).variance()
   * 1.0
   * ```
   */
  variance(): double {
    return Number(this.n) === 0 ? Number.NaN : this.m2 / Number(this.n);
  }

  /**
   * Returns the variance of what the numbers are a sample of, by the count less one; NaN of fewer than two.
   *
   * @source StatCounter.sampleVariance
   * @example
   * ```ts
   * new StatCounter([1, 3]).sampleVariance(); // 2
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 3]).sampleVariance()
   * 2.0
   * ```
   */
  sampleVariance(): double {
    return Number(this.n) <= 1 ? Number.NaN : this.m2 / (Number(this.n) - 1);
  }

  /**
   * Returns the standard deviation of the numbers as a whole population; NaN of no number.
   *
   * @source StatCounter.stdev
   * @example
   * ```ts
   * new StatCounter([1, 3]).stdev(); // 1
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 3]).stdev()
   * 1.0
   * ```
   */
  stdev(): double {
    return Math.sqrt(this.variance());
  }

  /**
   * Returns the standard deviation of what the numbers are a sample of; NaN of fewer than two.
   *
   * @source StatCounter.sampleStdev
   * @example
   * ```ts
   * new StatCounter([1, 2, 3]).sampleStdev(); // 1
   * ```
   * @example
   * ```python
   * >>> StatCounter([1, 2, 3]).sampleStdev()
   * 1.0
   * ```
   */
  sampleStdev(): double {
    return Math.sqrt(this.sampleVariance());
  }

  /**
   * Returns the statistics as a text.
   *
   * @py __repr__
   * @source StatCounter.toString
   * @example
   * ```ts
   * new StatCounter([1, 3]).toString(); // "(count: 2, mean: 2.000000, stdev: 1.000000, max: 3.000000, min: 1.000000)"
   * ```
   * @example
   * ```python
   * >>> StatCounter([1.0, 3.0])
   * (count: 2, mean: 2.0, stdev: 1.0, max: 3.0, min: 1.0)
   * ```
   */
  toString(): string {
    const numbers = { mean: this.mu, stdev: this.stdev(), max: this.maxValue, min: this.minValue };
    const texts = Object.entries(numbers).map(([name, value]) => `${name}: ${digits(value)}`);
    return `(${[`count: ${this.n}`, ...texts].join(", ")})`;
  }
}
