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
  /** Called with the key of the pair that a kernel would call it with. */
  readonly of?: "key";
}

/** A function that every worker has built in, so that `sum` or `keys` need no code of any language. */
export interface NamedFunction {
  readonly language: "any";
  /**
   * `add(a, b)`, `min(a, b)`, `max(a, b)`, `left(a, b)` is a, `key(pair)`, `value(pair)`, `identity(x)`,
   * `withNull(x)` is (x, null), `withOne(x)` is (x, 1).
   */
  readonly name: "add" | "key" | "value" | "identity" | "min" | "max" | "left" | "withNull" | "withOne";
}

export type FunctionValue = ShippedFunction | NamedFunction;

/** How a sample chooses elements. */
export type Sampling =
  /** Each element with this probability. */
  | { readonly by: "fraction"; readonly fraction: number }
  /** Each element as often as a Poisson variable of this mean says. */
  | { readonly by: "poisson"; readonly fraction: number }
  /** Elements whose random number lies in `[from, to)`: the parts of a random split. */
  | { readonly by: "range"; readonly from: number; readonly to: number };

/** What pairs of two inputs with equal keys become, and which keys of one input alone come along. */
export type JoinKind =
  /** (k, (left, right)), for keys of both inputs, of the left, of the right, of either one; the missing side is null. */
  | "inner"
  | "left"
  | "right"
  | "full"
  /** Pairs of the left whose key the right has. */
  | "semi"
  /** Pairs of the left whose key the right has not. */
  | "anti";

/** Kernels over the elements of one input. */
export type Kernel =
  /** One result per element; `keepsKeys` is the user's word that keys stay in their partitions. */
  | { readonly op: "map"; readonly fn: FunctionValue; readonly keepsKeys?: boolean }
  /** Any number of results per element. */
  | { readonly op: "flatMap"; readonly fn: FunctionValue; readonly keepsKeys?: boolean }
  /** The elements for which the function is true. */
  | { readonly op: "filter"; readonly fn: FunctionValue }
  /** The function applied to the value of each pair; keys stay. */
  | { readonly op: "mapValues"; readonly fn: FunctionValue }
  /** For each pair its key with each result of the function applied to the value. */
  | { readonly op: "flatMapValues"; readonly fn: FunctionValue }
  /** `(fn(x), x)` for each element. */
  | { readonly op: "keyBy"; readonly fn: FunctionValue }
  /** One call per partition: iterator in, iterable out; `withIndex` passes the partition's number first. */
  | {
      readonly op: "mapPartitions";
      readonly fn: FunctionValue;
      readonly withIndex: boolean;
      readonly keepsKeys?: boolean;
    }
  /** Calls the function for each element and emits nothing. */
  | { readonly op: "foreach"; readonly fn: FunctionValue }
  /** One call with the iterator of the partition; emits nothing, whatever it returns. */
  | { readonly op: "foreachPartition"; readonly fn: FunctionValue }
  /** All elements as one list. */
  | { readonly op: "glom" }
  /** Left fold without a zero: one element, or none for an empty partition. */
  | { readonly op: "reduce"; readonly fn: FunctionValue }
  /** Left fold from a fresh copy of the one element of `zero`: always one element. */
  | { readonly op: "fold"; readonly zero: Batch; readonly fn: FunctionValue }
  /** The number of elements, as one element. */
  | { readonly op: "count" }
  /** The first `count` elements; the rest is not read. */
  | { readonly op: "take"; readonly count: number }
  /** The `count` first elements in order of the key (null: of themselves), or last ones; stable, and in that order. */
  | {
      readonly op: "takeOrdered";
      readonly count: number;
      readonly key: FunctionValue;
      readonly ascending: boolean;
    }
  /** Chosen by the generator of the language, seeded with `seed` and the partition. */
  | { readonly op: "sample"; readonly sampling: Sampling; readonly seed: number | bigint }
  /** Pairs chosen with the probability that `fractions`, a batch of pairs, has for their key; `poisson` as above. */
  | { readonly op: "sampleByKey"; readonly fractions: Batch; readonly poisson: boolean; readonly seed: number | bigint }
  /** `(x, starts[partition] + i * step)` for the i-th element of the partition. */
  | { readonly op: "zipIndex"; readonly starts: readonly number[]; readonly step: number }
  /**
   * Values of equal keys merged by the function; one pair per key, in order of first appearance. `partial`: a shuffle
   * and the same kernel follow, so that a key may come more than once where memory is short.
   */
  | { readonly op: "reduceByKey"; readonly fn: FunctionValue; readonly partial: boolean }
  /** The same, where the first value of a key becomes `create(value)`, or `merge(copy of zero, value)`, and others are merged into it. */
  | {
      readonly op: "combineByKey";
      readonly create: { readonly fn: FunctionValue } | { readonly zero: Batch };
      readonly merge: FunctionValue;
      readonly partial: boolean;
    }
  /**
   * One pair (key, list of values) per key, in order of first appearance. `partial` as above; `lists`: the values are
   * such lists, those of equal keys become one.
   */
  | { readonly op: "groupByKey"; readonly partial?: boolean; readonly lists?: boolean }
  /** All elements, stable by the key function's result; of them `limit` at least, if nobody asks for more. */
  | {
      readonly op: "sort";
      readonly key: FunctionValue;
      readonly ascending: boolean;
      readonly limit?: number;
    }
  /** All keys sorted; emits the `partitions - 1` that cut them into equal runs. */
  | { readonly op: "bounds"; readonly partitions: number }
  /** Numbers: one element [count, mean, sum of squared deviations, max, min] by Welford's method. */
  | { readonly op: "stats" }
  /** How many elements fall between each two neighbours of `buckets`, one batch, the last of them closed: one list of counts. */
  | { readonly op: "histogram"; readonly buckets: Batch; readonly even: boolean }
  /** The smallest and greatest element that is neither null nor NaN: one pair, or nothing. */
  | { readonly op: "extent" }
  /** HyperLogLog registers of 2^precision bytes over the elements' hashes: one element of bytes. */
  | { readonly op: "distinctSketch"; readonly precision: number }
  /** Elements that are plain lists of values become the language's row with these field names. */
  | { readonly op: "row"; readonly names: readonly string[] }
  /** Rows as plain lists; the result of each function over its argument columns is appended to the row. */
  | {
      readonly op: "udf";
      readonly calls: readonly { readonly fn: ShippedFunction; readonly args: readonly number[] }[];
    }
  /** Each element as the line of text that `saveAsTextFile` writes; the output format is `lines`. */
  | { readonly op: "text" };

/** Kernels over several inputs, partition by partition; always the first of their pass. */
export type InputsKernel =
  /** The i-th elements of two inputs as a pair; inputs of different length are `ELEMENT_COUNTS_DIFFER`. */
  | { readonly op: "zip" }
  /** Every pair of an element of the first and one of the second input, the first varying slowest. */
  | { readonly op: "cartesian" }
  /** For each key of any input, in order of first appearance, (key, (list of values of each input)). */
  | { readonly op: "cogroup" }
  | { readonly op: "join"; readonly how: JoinKind }
  /** One call with the iterators of all inputs; iterable out. */
  | { readonly op: "zipPartitions"; readonly fn: FunctionValue };

/** What a pass begins with, or goes on with. */
export type AnyKernel = Kernel | InputsKernel;

/** The functions that a kernel calls. */
export function functionsOf(kernel: AnyKernel): readonly FunctionValue[] {
  switch (kernel.op) {
    case "combineByKey":
      return "fn" in kernel.create ? [kernel.create.fn, kernel.merge] : [kernel.merge];
    case "udf":
      return kernel.calls.map(({ fn }) => fn);
    default:
      return "fn" in kernel ? [kernel.fn] : "key" in kernel ? [kernel.key] : [];
  }
}

/** Values that a kernel carries along, each in the form of one language. */
export function batchesOf(kernel: AnyKernel): readonly Batch[] {
  switch (kernel.op) {
    case "fold":
      return [kernel.zero];
    case "combineByKey":
      return "zero" in kernel.create ? [kernel.create.zero] : [];
    case "sampleByKey":
      return [kernel.fractions];
    case "histogram":
      return [kernel.buckets];
    default:
      return [];
  }
}

/** Kernels after which every pair is still in the partition of its key. */
const keyKeepers: ReadonlySet<AnyKernel["op"]> = new Set([
  "filter",
  "mapValues",
  "flatMapValues",
  "take",
  "sample",
  "sampleByKey",
  "reduceByKey",
  "combineByKey",
  "groupByKey",
  "sort",
  "cogroup",
  "join",
]);

export const keepsKeys = (kernel: AnyKernel): boolean =>
  "keepsKeys" in kernel ? kernel.keepsKeys === true : keyKeepers.has(kernel.op);

/** Whose hash of a key says where it goes: each language's own, or the portable one where languages meet. */
export type HashFamily = "own" | "portable";

/** Which bucket of a shuffle an element goes to. */
export type Bucketing =
  /** By the hash of a pair's key. */
  | { readonly by: "hash"; readonly partitions: number; readonly family: HashFamily }
  /** By a function of a pair's key, modulo the number of partitions. */
  | { readonly by: "function"; readonly partitions: number; readonly fn: ShippedFunction }
  /** By the key function's result among sorted bounds, which are one batch in the language's own format. */
  | {
      readonly by: "range";
      readonly partitions: number;
      readonly key: FunctionValue;
      readonly ascending: boolean;
      readonly bounds: readonly Batch[];
    }
  /**
   * Round robin by position, `group` elements at a time (10 in Python, 1 elsewhere, as in Spark), from a start that the
   * partition's number gives.
   */
  | { readonly by: "position"; readonly partitions: number; readonly group: number }
  /** By the number of the partition that the element comes from, modulo the number of partitions. */
  | { readonly by: "partition"; readonly partitions: number }
  /** Everything to bucket 0, in order of the map partitions. */
  | { readonly by: "single"; readonly partitions: 1 };
