/**
 * Kernels: what a task worker of any language can do with the elements of one partition. The RDD API is written once,
 * over these; a worker of a new language implements them and serves the whole API. `docs/worker-protocol.md` gives
 * each one's exact meaning.
 */

import type { Batch } from "../data/batch.js";

export type Language = "typescript" | "python" | "r" | "jvm";

/** A function of the user: opaque to everybody but a worker of its language. */
export interface ShippedFunction {
  readonly language: Language;
  /** For messages: the function's name, or a short form of its source. */
  readonly name: string;
  /** As packed by its language's client: cloudpickle in Python, `closure/` in TypeScript. */
  readonly body: Uint8Array;
}

/** A function that every worker has built in, so that `sum` or `keys` need no code of any language. */
export interface NamedFunction {
  readonly language: "any";
  /** `add(a, b)`, `min(a, b)`, `max(a, b)`, `key(pair)`, `value(pair)`, `identity(x)`. */
  readonly name: "add" | "key" | "value" | "identity" | "min" | "max";
}

export type FunctionValue = ShippedFunction | NamedFunction;

export type Kernel =
  /** One result per element. */
  | { readonly op: "map"; readonly fn: FunctionValue }
  /** Any number of results per element. */
  | { readonly op: "flatMap"; readonly fn: FunctionValue }
  /** The elements for which the function is true. */
  | { readonly op: "filter"; readonly fn: FunctionValue }
  /** The function applied to the value of each pair; keys stay. */
  | { readonly op: "mapValues"; readonly fn: FunctionValue }
  /** One call per partition: iterator in, iterable out; `withIndex` passes the partition's number first. */
  | { readonly op: "mapPartitions"; readonly fn: FunctionValue; readonly withIndex: boolean }
  /** Calls the function for each element and emits nothing. */
  | { readonly op: "foreach"; readonly fn: FunctionValue }
  /** Left fold without a zero: one element, or none for an empty partition. */
  | { readonly op: "reduce"; readonly fn: FunctionValue }
  /** The number of elements, as one element. */
  | { readonly op: "count" }
  /** The first `count` elements; the rest is not read. */
  | { readonly op: "take"; readonly count: number }
  /** Each element with probability `fraction`, by the generator of the language, seeded with `seed ^ partition`. */
  | { readonly op: "sample"; readonly fraction: number; readonly seed: number }
  /** Values of equal keys merged by the function; one pair per key, in order of first appearance. */
  | { readonly op: "reduceByKey"; readonly fn: FunctionValue }
  /** All elements, stable by the key function's result (null: by the element itself). */
  | { readonly op: "sort"; readonly key: FunctionValue; readonly ascending: boolean }
  /** All keys sorted; emits the `partitions - 1` that cut them into equal runs. */
  | { readonly op: "bounds"; readonly partitions: number }
  /** Elements that are plain lists of values become the language's row with these field names. */
  | { readonly op: "row"; readonly names: readonly string[] }
  /** Rows as plain lists; the result of each function over its argument columns is appended to the row. */
  | {
      readonly op: "udf";
      readonly calls: readonly { readonly fn: ShippedFunction; readonly args: readonly number[] }[];
    }
  /** Each element as the line of text that `saveAsTextFile` writes; the output format is `lines`. */
  | { readonly op: "text" };

/** The functions that a kernel calls. */
export function functionsOf(kernel: Kernel): readonly FunctionValue[] {
  if ("fn" in kernel) return [kernel.fn];
  if ("key" in kernel) return [kernel.key];
  return kernel.op === "udf" ? kernel.calls.map(({ fn }) => fn) : [];
}

/** Which bucket of a shuffle an element goes to. */
export type Bucketing =
  /** By the hash of a pair's key, in the family of the language that runs it. */
  | { readonly by: "hash"; readonly partitions: number }
  /** By the key function's result among sorted bounds, which are one batch in the language's own format. */
  | {
      readonly by: "range";
      readonly partitions: number;
      readonly key: FunctionValue;
      readonly ascending: boolean;
      readonly bounds: readonly Batch[];
    }
  /** Everything to bucket 0, in order of the map partitions. */
  | { readonly by: "single"; readonly partitions: 1 };
