/** How a method's parameters say where a function of the user runs and how values of elements travel. */
import type { Batch } from "../data/batch.js";
import type { ShippedFunction } from "./kernel.js";

/** Any function, whatever its parameters. */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * A function that runs in task workers, on the elements of an RDD: in TypeScript a plain function, shipped with the
 * variables it captures; from a client of another language the function as that client packed it.
 */
export type TaskFunction<F extends AnyFunction> = F | ShippedFunction;

/** A function that runs in the program's own process, called back while the call it was given to is open. */
export type Callback<F extends AnyFunction> = F;

/** A function called once, in the program's own process, on expressions: what it returns is part of the expression. */
export type ExprFunction<F extends AnyFunction> = F;

/** A function that never leaves the program's own process. */
export type LocalFunction<F extends AnyFunction> = F;

/** Many elements of an RDD: an array here; batches in the client's own format for clients of other languages. */
export type Elements<T> = T[];

/** One element of an RDD. */
export type Element<T> = T;

/**
 * Pairs of elements shown as a map from keys to values: a `Map` here, in the order of the pairs, with one entry for keys
 * that are equal as keys of an RDD (arrays by what they hold); batches of pairs for clients of other languages.
 */
export type ElementMap<K, V> = Map<K, V>;

/** Elements that a client of another language encoded; the engine passes them on and never looks inside. */
export class EncodedElements {
  readonly batches: readonly Batch[];

  constructor(batches: readonly Batch[]) {
    this.batches = batches;
  }
}
