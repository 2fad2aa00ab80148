/**
 * A toy API that has every form of declaration once. The reader and the emitters are tested on it; its description
 * and its generated clients are the golden files in `test/codegen/golden/`.
 */
import type { double, int, long } from "../../engine/data/numbers.js";
import type {
  Callback,
  Element,
  ElementMap,
  Elements,
  ExprFunction,
  LocalFunction,
  TaskFunction,
} from "../../engine/plan/task-function.js";

/** How much a box may hold. */
export type Size = "small" | "medium" | "large";

type Pair<A, B> = readonly [A, B];
type Label = string | long;

/** A place on the shelf, in metres from its left end. */
export interface Place {
  /** Metres from the left. */
  readonly x: double;
  /** Metres from the floor. */
  readonly y: double;
  /** What is written there. */
  readonly label?: string;
}

/** How a list is read. */
export interface ListOptions {
  /**
   * Between two fields.
   * @default ","
   */
  readonly separator?: string;
  /** Whether the first line holds names; unset: found out from the text. */
  readonly header?: boolean;
  /** What stands for null, if anything does. */
  readonly nullValue?: string | null;
  /**
   * Where to start.
   * @py start
   */
  readonly from?: int;
}

/**
 * An amount of money.
 * @value
 */
export class Money {
  /** Cents. */
  readonly amount: long;
  /** Three letters. */
  readonly currency: string;

  /** An amount in a currency. */
  constructor(amount: long, currency = "EUR") {
    this.amount = amount;
    this.currency = currency;
  }
}

/**
 * An expression, built in the client.
 * @value
 * @module sql
 */
export class Formula {
  /** The text of the expression. */
  readonly text: string;

  /** An expression from its text. */
  constructor(text: string) {
    this.text = text;
  }

  /** The sum of two expressions. */
  plus(other: Formula): Formula {
    return new Formula(`${this.text} + ${other.text}`);
  }
}

class Named {
  #name = "";

  /** The name given by `setName`. */
  get name(): string {
    return this.#name;
  }

  /** Gives it a name. */
  setName(name: string): this {
    this.#name = name;
    return this;
  }
}

/**
 * A box of elements. Boxes never change.
 *
 * They follow the rules of `Shelf`.
 * @source Spark's RDD
 */
export class Box<T> extends Named {
  readonly #elements: readonly T[];

  /**
   * A box of given elements.
   * @param elements what it holds
   */
  constructor(elements: Elements<T>) {
    super();
    this.#elements = elements;
  }

  /** An empty box. */
  static empty<T>(): Box<T> {
    return new Box<T>([]);
  }

  /** The box that was made first in this session, if there is one. */
  static first(): Promise<Box<unknown> | null> {
    return Promise.resolve(null);
  }

  /**
   * A box with the result of a function for each element. It is lazy: nothing runs until an action.
   *
   * The function runs in workers.
   * @param f called once per element
   * @param preservesOrder whether the result
   *   keeps the order
   * @returns a new box
   * @throws USER_FUNCTION_FAILED when the function fails
   * @source RDD.map
   * @example
   * ```python
   * Box([1, 2]).map(lambda x: x + 1).elements()  # [2, 3]
   * ```
   * @example
   * ```typescript
   * await new Box([1, 2]).map((x) => x + 1).elements(); // [2, 3]
   * ```
   */
  map<U>(f: TaskFunction<(element: T) => U>, preservesOrder: boolean = false): Box<U> {
    return preservesOrder && typeof f === "function" ? new Box(this.#elements.map(f)) : Box.empty<U>();
  }

  /** The elements, in order; runs a job. */
  elements(): Promise<Elements<T>> {
    return Promise.resolve([...this.#elements]);
  }

  /** The greatest element by a key; runs a job. */
  max(key?: TaskFunction<(element: T) => double>): Promise<Element<T>> {
    return Promise.resolve((key === undefined ? this.#elements : [...this.#elements])[0] as T);
  }

  /**
   * How often each element is there, times its weight; runs a job.
   * @param weights 1 for elements that have none
   */
  counts(weights: ElementMap<T, double>): Promise<ElementMap<T, double>> {
    return Promise.resolve(new Map(this.#elements.map((element) => [element, weights.get(element) ?? 1])));
  }

  /**
   * The values of each key, merged; only of boxes of pairs.
   * @param func merges two values
   * @param numPartitions unset: as many as there are
   */
  reduceByKey<K, V>(this: Box<[K, V]>, func: TaskFunction<(a: V, b: V) => V>, numPartitions?: int): Box<[K, V]> {
    return func && numPartitions ? Box.empty() : this;
  }

  /**
   * A box in order of a key. It launches a job to find the bounds.
   * @eager
   */
  sortBy<K>(keyfunc: TaskFunction<(element: T) => K>, ascending = true): Box<T> {
    return keyfunc && ascending ? this : Box.empty();
  }

  /** Both boxes, one after the other. */
  union(...others: Box<T>[]): Box<T> {
    return new Box(others.flatMap((other) => [...other.#elements]));
  }

  /** Keeps the elements in memory. */
  cache(): this {
    return this;
  }

  /**
   * Calls a function for each element, in the program's own process, one after the other.
   * @param lambda called with the element and its position
   */
  visit(lambda: Callback<(element: Element<T>, position: long) => void>): Promise<void> {
    for (const [position, element] of this.#elements.entries()) lambda(element, position);
    return Promise.resolve();
  }

  /** The elements, page by page. */
  async *iterate(prefetch: boolean = false): AsyncIterable<Element<T>> {
    yield* prefetch ? [...this.#elements] : this.#elements;
  }

  /**
   * What a function of the program makes of the box.
   * @local
   */
  transform<R>(f: LocalFunction<(box: Box<T>) => R>): R {
    return f(this);
  }

  /**
   * How many elements there are; runs a job.
   * @property
   */
  size(): Promise<long> {
    return Promise.resolve(this.#elements.length);
  }

  /** The shelf it stands on. */
  get shelf(): Shelf {
    return new Shelf("oak");
  }

  /** @internal */
  secret(): Set<symbol> {
    return new Set();
  }
}

/**
 * A shelf of boxes.
 * @module sql
 * @example
 * ```python
 * shelf = Shelf("oak")
 * ```
 */
export class Shelf {
  readonly #wood: string;
  #lit = false;

  /** A shelf of some wood, and of some size. */
  constructor(wood: string, size: Size = "medium", shelves: int | null = null) {
    this.#wood = `${wood}${size}${shelves}`;
  }

  /** A shelf of the default wood. */
  static get standard(): Shelf {
    return new Shelf("pine");
  }

  /** The shelf with an id that another program gave it. */
  static open(id: string | int): Promise<Shelf> {
    return Promise.resolve(new Shelf(String(id)));
  }

  /**
   * Switches its light.
   * @default level 0.5
   * @rights light
   */
  light(on: boolean, level?: double): void {
    this.#lit = on && level !== 0;
  }

  /**
   * Waits until everything is in its place.
   * @awaited
   */
  settle(): void {}

  /**
   * A view of some columns.
   * @list columns
   */
  select(...columns: (Formula | string)[]): Shelf {
    return columns.length > 0 ? this : new Shelf(this.#wood);
  }

  /**
   * Reads a list.
   * @py import_list
   * @r import_list
   * @keyword options
   * @throws PATH_NOT_FOUND
   */
  import(path: string, options: ListOptions = {}): Shelf {
    return new Shelf(path + String(options.separator));
  }

  /**
   * Where a box stands, by name or number.
   * @keyword exact
   * @keyword within
   */
  find(label: Label, exact: boolean = true, within?: double | null): Promise<Place | null> {
    return Promise.resolve(exact || within ? null : { x: 0, y: 0, label: String(label) });
  }

  /** A box by its position. */
  at(position: int): Box<unknown>;
  /** A box by its place. */
  at(place: Place, strict?: boolean): Box<unknown>;
  at(position: int | Place, strict: boolean = false): Box<unknown> {
    return position && strict ? Box.empty() : new Box([position]);
  }

  /** Evaluates an expression with a variable. */
  evaluate(f: ExprFunction<(x: Formula) => Formula>): Promise<double> {
    return Promise.resolve(f(new Formula("x")).text.length);
  }

  /** Everything that a plain value can be. */
  inventory(kinds: ReadonlySet<Size>, mode: "fast" | "exact" = "fast"): Promise<Map<string, Pair<int, double[]>>> {
    return Promise.resolve(new Map([[mode, [kinds.size, []]]]));
  }

  /** The picture of the shelf: a PNG file. */
  picture(seed: bigint = 7n): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(Number(seed)));
  }

  /** The boxes on it. */
  boxes(): Box<unknown>[] {
    return [];
  }

  /** The price of all that is on it. */
  price(added: Record<string, Money>): Promise<Money> {
    return Promise.resolve(new Money(Object.keys(added).length));
  }

  /**
   * Whether the light is on.
   * @deprecated use `settle`
   */
  get lit(): boolean {
    return this.#lit;
  }
}

/**
 * A shelf with a lock.
 * @module sql
 */
export class Safe<P extends Place = Place> extends Shelf {
  /** Opens the lock. */
  unlock(key: P): void {
    this.light(key.x > 0);
  }
}

/** @internal */
export const toyVersion: string = "1";
