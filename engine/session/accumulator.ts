/** The face of an accumulator whose rule is the user's. */
import type { int } from "../data/numbers.js";
import { Tally } from "./tally.js";

/** How the values of an accumulator are added up. */
export interface AccumulatorParam<T> {
  /** What each task begins with, for an accumulator that began with `initial`. */
  zero(initial: T): T;
  /** The sum of both; it may change `left` and return it. */
  addInPlace(left: T, right: T): T;
}

/** Numbers are added. */
const numbers: AccumulatorParam<unknown> = {
  zero: (initial) => (typeof initial === "bigint" ? 0n : 0),
  addInPlace: (left, right) => (left as number) + (right as number),
};

/** What an accumulator takes along into a task. */
export interface AccumulatorReference<T> {
  readonly id: number;
  readonly name: string | null;
  readonly initial: T;
  /** Null: numbers are added. */
  readonly param: AccumulatorParam<T> | null;
}

/**
 * A sum to which tasks only add, and which only the program reads.
 *
 * What a task adds counts once, when the task has ended well; that of a transformation counts again when its step runs
 * again.
 *
 * @module core
 * @py -
 * @source pyspark.Accumulator
 */
export class Accumulator<T> {
  /** @internal */
  readonly reference: AccumulatorReference<T>;
  /** @internal */
  readonly tally: Tally<T, T>;

  /** @internal */
  constructor(reference: AccumulatorReference<T>, isDriver: boolean) {
    const { id, name, initial } = reference;
    // Looked up late: in a task the rule is there after the accumulator.
    const param = (): AccumulatorParam<T> => reference.param ?? (numbers as AccumulatorParam<T>);
    const rule = {
      zero: () => param().zero(initial),
      add: (sum: T, term: T) => param().addInPlace(sum, term),
      merge: (left: T, right: T) => param().addInPlace(left, right),
    };
    this.reference = reference;
    this.tally = new Tally(id, name, rule, isDriver ? { sum: initial } : null);
  }

  /**
   * What travels with functions: of the value only its zero.
   *
   * @internal
   */
  get travelling(): AccumulatorReference<T> {
    const { reference } = this;
    return { ...reference, initial: (reference.param ?? (numbers as AccumulatorParam<T>)).zero(reference.initial) };
  }

  /**
   * The number of the accumulator in its context.
   *
   * @property
   * @source Accumulator.aid
   * @example
   * ```ts
   * sc.accumulator(0).id >= 0; // true
   * ```
   */
  get id(): int {
    return this.tally.id;
  }

  /**
   * The value that it began with, and all that was added since.
   *
   * @property
   * @throws ACCUMULATOR_NOT_READABLE in a task
   * @source Accumulator.value
   * @example
   * ```ts
   * const sum = sc.accumulator(10);
   * await sc.parallelize([1, 2, 3]).foreach((x) => sum.add(x));
   * sum.value; // 16
   * ```
   */
  get value(): T {
    return this.tally.read();
  }

  /**
   * Whether nothing was added yet.
   *
   * @property
   * @source AccumulatorV2.isZero
   * @example
   * ```ts
   * sc.accumulator(0).isZero; // true
   * ```
   */
  get isZero(): boolean {
    return this.tally.isZero;
  }

  /**
   * Adds a term: in a task to what the task has added so far, in the program at once.
   *
   * @param term - what is added
   * @source Accumulator.add
   * @example
   * ```ts
   * const sum = sc.accumulator(1);
   * sum.add(2);
   * sum.value; // 3
   * ```
   */
  add(term: T): void {
    this.tally.add(term);
  }
}
