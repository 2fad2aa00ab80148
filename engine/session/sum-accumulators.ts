/** The faces of accumulators with rules of their own: whole numbers, doubles, lists. */
import type { double, int, long } from "../data/numbers.js";
import { Tally, type TallyRule } from "./tally.js";

interface Counted<N> {
  readonly sum: N;
  readonly count: number;
}

const plus = (left: long, right: long): long =>
  typeof left === "bigint" || typeof right === "bigint" ? BigInt(left) + BigInt(right) : left + right;

const longRule: TallyRule<long, Counted<long>> = {
  zero: () => ({ sum: 0, count: 0 }),
  add: ({ sum, count }, term) => ({ sum: plus(sum, term), count: count + 1 }),
  merge: (left, right) => ({ sum: plus(left.sum, right.sum), count: left.count + right.count }),
};

const doubleRule: TallyRule<number, Counted<number>> = {
  zero: () => ({ sum: 0, count: 0 }),
  add: ({ sum, count }, term) => ({ sum: sum + term, count: count + 1 }),
  merge: (left, right) => ({ sum: left.sum + right.sum, count: left.count + right.count }),
};

const listRule: TallyRule<unknown, unknown[]> = {
  zero: () => [],
  add: (list, term) => {
    list.push(term);
    return list;
  },
  merge: (left, right) => {
    for (const term of right) left.push(term);
    return left;
  },
};

const begun = <Term, State>(rule: TallyRule<Term, State>, isDriver: boolean): { readonly sum: State } | null =>
  isDriver ? { sum: rule.zero() } : null;

/**
 * A sum of whole numbers to which tasks add.
 *
 * @module core
 * @py -
 * @source org.apache.spark.util.LongAccumulator
 */
export class LongAccumulator {
  /** @internal */
  readonly tally: Tally<long, Counted<long>>;

  /** @internal */
  constructor(id: number, name: string | null, isDriver: boolean) {
    this.tally = new Tally(id, name, longRule, begun(longRule, isDriver));
  }

  /**
   * The number of the accumulator in its context.
   *
   * @property
   * @source AccumulatorV2.id
   * @example
   * ```ts
   * sc.longAccumulator().id >= 0; // true
   * ```
   */
  get id(): int {
    return this.tally.id;
  }

  /**
   * The name that it was made with.
   *
   * @property
   * @source AccumulatorV2.name
   * @example
   * ```ts
   * sc.longAccumulator("lines").name; // "lines"
   * ```
   */
  get name(): string | null {
    return this.tally.name;
  }

  /**
   * Adds a number.
   *
   * @param v - the number
   * @source LongAccumulator.add
   * @example
   * ```ts
   * const lines = sc.longAccumulator();
   * await sc.parallelize(["a", "b"]).foreach(() => lines.add(1));
   * lines.value; // 2
   * ```
   */
  add(v: long): void {
    this.tally.add(v);
  }

  /**
   * The sum.
   *
   * @property
   * @throws ACCUMULATOR_NOT_READABLE in a task
   * @source LongAccumulator.value
   * @example
   * ```ts
   * sc.longAccumulator().value; // 0
   * ```
   */
  get value(): long {
    return this.tally.read().sum;
  }

  /**
   * The sum.
   *
   * @property
   * @source LongAccumulator.sum
   * @example
   * ```ts
   * sc.longAccumulator().sum; // 0
   * ```
   */
  get sum(): long {
    return this.tally.read().sum;
  }

  /**
   * How many numbers were added.
   *
   * @property
   * @source LongAccumulator.count
   * @example
   * ```ts
   * const sizes = sc.longAccumulator();
   * sizes.add(5);
   * sizes.count; // 1
   * ```
   */
  get count(): long {
    return this.tally.read().count;
  }

  /**
   * The mean of the numbers that were added; NaN of none.
   *
   * @property
   * @source LongAccumulator.avg
   * @example
   * ```ts
   * const sizes = sc.longAccumulator();
   * sizes.add(5);
   * sizes.add(6);
   * sizes.avg; // 5.5
   * ```
   */
  get avg(): double {
    const { sum, count } = this.tally.read();
    return Number(sum) / count;
  }

  /**
   * Whether nothing was added yet.
   *
   * @property
   * @source LongAccumulator.isZero
   * @example
   * ```ts
   * sc.longAccumulator().isZero; // true
   * ```
   */
  get isZero(): boolean {
    return this.tally.isZero;
  }

  /**
   * Begins anew at zero.
   *
   * @source LongAccumulator.reset
   * @example
   * ```ts
   * const sizes = sc.longAccumulator();
   * sizes.add(5);
   * sizes.reset();
   * sizes.value; // 0
   * ```
   */
  reset(): void {
    this.tally.reset();
  }
}

/**
 * A sum of doubles to which tasks add.
 *
 * @module core
 * @py -
 * @source org.apache.spark.util.DoubleAccumulator
 */
export class DoubleAccumulator {
  /** @internal */
  readonly tally: Tally<number, Counted<number>>;

  /** @internal */
  constructor(id: number, name: string | null, isDriver: boolean) {
    this.tally = new Tally(id, name, doubleRule, begun(doubleRule, isDriver));
  }

  /**
   * The number of the accumulator in its context.
   *
   * @property
   * @source AccumulatorV2.id
   * @example
   * ```ts
   * sc.doubleAccumulator().id >= 0; // true
   * ```
   */
  get id(): int {
    return this.tally.id;
  }

  /**
   * The name that it was made with.
   *
   * @property
   * @source AccumulatorV2.name
   * @example
   * ```ts
   * sc.doubleAccumulator("weight").name; // "weight"
   * ```
   */
  get name(): string | null {
    return this.tally.name;
  }

  /**
   * Adds a number.
   *
   * @param v - the number
   * @source DoubleAccumulator.add
   * @example
   * ```ts
   * const weight = sc.doubleAccumulator();
   * await sc.parallelize([0.25, 0.5]).foreach((x) => weight.add(x));
   * weight.value; // 0.75
   * ```
   */
  add(v: double): void {
    this.tally.add(v);
  }

  /**
   * The sum.
   *
   * @property
   * @throws ACCUMULATOR_NOT_READABLE in a task
   * @source DoubleAccumulator.value
   * @example
   * ```ts
   * sc.doubleAccumulator().value; // 0
   * ```
   */
  get value(): double {
    return this.tally.read().sum;
  }

  /**
   * The sum.
   *
   * @property
   * @source DoubleAccumulator.sum
   * @example
   * ```ts
   * sc.doubleAccumulator().sum; // 0
   * ```
   */
  get sum(): double {
    return this.tally.read().sum;
  }

  /**
   * How many numbers were added.
   *
   * @property
   * @source DoubleAccumulator.count
   * @example
   * ```ts
   * const sizes = sc.doubleAccumulator();
   * sizes.add(5);
   * sizes.count; // 1
   * ```
   */
  get count(): long {
    return this.tally.read().count;
  }

  /**
   * The mean of the numbers that were added; NaN of none.
   *
   * @property
   * @source DoubleAccumulator.avg
   * @example
   * ```ts
   * const sizes = sc.doubleAccumulator();
   * sizes.add(5);
   * sizes.add(6);
   * sizes.avg; // 5.5
   * ```
   */
  get avg(): double {
    const { sum, count } = this.tally.read();
    return sum / count;
  }

  /**
   * Whether nothing was added yet.
   *
   * @property
   * @source DoubleAccumulator.isZero
   * @example
   * ```ts
   * sc.doubleAccumulator().isZero; // true
   * ```
   */
  get isZero(): boolean {
    return this.tally.isZero;
  }

  /**
   * Begins anew at zero.
   *
   * @source DoubleAccumulator.reset
   * @example
   * ```ts
   * const sizes = sc.doubleAccumulator();
   * sizes.add(5);
   * sizes.reset();
   * sizes.value; // 0
   * ```
   */
  reset(): void {
    this.tally.reset();
  }
}

/**
 * A list to which tasks add elements.
 *
 * The order of the elements is that in which tasks ended.
 *
 * @module core
 * @py -
 * @source org.apache.spark.util.CollectionAccumulator
 */
export class CollectionAccumulator<T> {
  /** @internal */
  readonly tally: Tally<unknown, unknown[]>;

  /** @internal */
  constructor(id: number, name: string | null, isDriver: boolean) {
    this.tally = new Tally(id, name, listRule, begun(listRule, isDriver));
  }

  /**
   * The number of the accumulator in its context.
   *
   * @property
   * @source AccumulatorV2.id
   * @example
   * ```ts
   * sc.collectionAccumulator<string>().id >= 0; // true
   * ```
   */
  get id(): int {
    return this.tally.id;
  }

  /**
   * The name that it was made with.
   *
   * @property
   * @source AccumulatorV2.name
   * @example
   * ```ts
   * sc.collectionAccumulator<string>("bad lines").name; // "bad lines"
   * ```
   */
  get name(): string | null {
    return this.tally.name;
  }

  /**
   * Adds an element.
   *
   * @param v - the element
   * @source CollectionAccumulator.add
   * @example
   * ```ts
   * const bad = sc.collectionAccumulator<string>();
   * await sc.parallelize(["1", "x"]).foreach((text) => {
   *   if (Number.isNaN(Number(text))) bad.add(text);
   * });
   * bad.value; // ["x"]
   * ```
   */
  add(v: T): void {
    this.tally.add(v);
  }

  /**
   * A copy of the list.
   *
   * @property
   * @throws ACCUMULATOR_NOT_READABLE in a task
   * @source CollectionAccumulator.value
   * @example
   * ```ts
   * sc.collectionAccumulator<string>().value; // []
   * ```
   */
  get value(): T[] {
    return [...this.tally.read()] as T[];
  }

  /**
   * Whether nothing was added yet.
   *
   * @property
   * @source CollectionAccumulator.isZero
   * @example
   * ```ts
   * sc.collectionAccumulator<string>().isZero; // true
   * ```
   */
  get isZero(): boolean {
    return this.tally.isZero;
  }

  /**
   * Begins anew with an empty list.
   *
   * @source CollectionAccumulator.reset
   * @example
   * ```ts
   * const bad = sc.collectionAccumulator<string>();
   * bad.add("x");
   * bad.reset();
   * bad.value; // []
   * ```
   */
  reset(): void {
    this.tally.reset();
  }
}
