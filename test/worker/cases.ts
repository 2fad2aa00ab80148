/**
 * The cases of the conformance suite that are plain data: steps, input, and what comes out. Arithmetic on small lists
 * is CPython's own; what is marked "PySpark" was recorded from PySpark 4.3.0.
 */
import { encodePortable, tuple } from "../../engine/data/portable.js";

export interface NamedStep {
  readonly op: string;
  readonly [field: string]: unknown;
}

/** A function of the cases, by name. */
export class FunctionName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export const fn = (name: string): FunctionName => new FunctionName(name);
export const named = (name: string): object => ({ language: "any", name });
export const map = (name: string): NamedStep => ({ op: "map", fn: fn(name) });
export const mapPartitions = (name: string, withIndex = false): NamedStep => ({
  op: "mapPartitions",
  fn: fn(name),
  withIndex,
});

export const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

export interface Case {
  readonly name: string;
  readonly steps: readonly NamedStep[];
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
  readonly partition?: number;
}

const wordCount: NamedStep[] = [
  { op: "flatMap", fn: fn("split") },
  map("to_pair"),
  { op: "reduceByKey", fn: fn("plus") },
];

export const kernelCases: readonly Case[] = [
  { name: "no step", steps: [], input: [1, "a", null], output: [1, "a", null] },
  { name: "map", steps: [map("double")], input: [1, 2, "ab"], output: [2, 4, "abab"] },
  { name: "map by named functions", steps: [{ op: "map", fn: named("value") }], input: [tuple("a", 1)], output: [1] },
  { name: "identity", steps: [{ op: "map", fn: named("identity") }], input: [1], output: [1] },
  {
    name: "flatMap",
    steps: [{ op: "flatMap", fn: fn("split") }],
    input: ["a b", "", "c"],
    output: ["a", "b", "", "c"],
  },
  { name: "filter", steps: [{ op: "filter", fn: fn("is_even") }], input: upTo(6), output: [0, 2, 4] },
  {
    name: "filter after flatMap goes on with the same element",
    steps: [{ op: "flatMap", fn: fn("as_tuple") }, { op: "filter", fn: fn("is_even") }, map("double")],
    input: [
      [1, 2],
      [3, 4, 6],
    ],
    output: [4, 8, 12],
  },
  {
    name: "mapValues keeps keys",
    steps: [{ op: "mapValues", fn: fn("double") }],
    input: [tuple("a", 1), tuple("b", 2)],
    output: [
      ["a", 2],
      ["b", 4],
    ],
  },
  {
    name: "mapPartitions sees one iterator",
    steps: [mapPartitions("running_sum")],
    input: upTo(5),
    output: [0, 1, 3, 6, 10],
  },
  {
    name: "mapPartitions between kernels",
    steps: [map("double"), mapPartitions("running_sum"), map("double")],
    input: [1, 2, 3],
    output: [4, 12, 24],
  },
  {
    name: "mapPartitions with its number",
    steps: [mapPartitions("label", true)],
    partition: 3,
    input: ["a", "b"],
    output: ["3:a", "3:b"],
  },
  { name: "mapPartitions without elements", steps: [mapPartitions("running_sum")], input: [], output: [] },
  { name: "foreach emits nothing", steps: [{ op: "foreach", fn: fn("double") }], input: [1, 2], output: [] },
  {
    name: "reduce from the left",
    steps: [{ op: "reduce", fn: fn("join") }],
    input: ["a", "b", "c"],
    output: ["((ab)c)"],
  },
  { name: "reduce of one", steps: [{ op: "reduce", fn: fn("join") }], input: ["a"], output: ["a"] },
  { name: "reduce of none", steps: [{ op: "reduce", fn: fn("join") }], input: [], output: [] },
  ...(["add", "min", "max"] as const).map((name, i) => ({
    name: `reduce by ${name}`,
    steps: [{ op: "reduce", fn: named(name) }],
    input: [3, 1, 2],
    output: [[6, 1, 3][i]],
  })),
  { name: "count", steps: [{ op: "count" }], input: upTo(7), output: [7] },
  {
    name: "count after filter",
    steps: [{ op: "filter", fn: fn("is_even") }, { op: "count" }],
    input: upTo(7),
    output: [4],
  },
  { name: "count of none", steps: [{ op: "count" }], input: [], output: [0] },
  { name: "steps go on after count", steps: [{ op: "count" }, map("double")], input: upTo(7), output: [14] },
  {
    name: "sample, partition 0 of range(20) in two (PySpark)",
    steps: [{ op: "sample", fraction: 0.3, seed: 17 }],
    input: upTo(10),
    output: [7, 9],
  },
  {
    name: "sample, partition 1 of range(20) in two (PySpark)",
    steps: [{ op: "sample", fraction: 0.3, seed: 17 }],
    partition: 1,
    input: upTo(20).slice(10),
    output: [10, 11, 12, 17, 18],
  },
  {
    name: "reduceByKey in order of first appearance",
    steps: wordCount,
    input: ["b a b", "c b a"],
    output: [
      ["b", 3],
      ["a", 2],
      ["c", 1],
    ],
  },
  {
    name: "reduceByKey merges from the left",
    steps: [{ op: "reduceByKey", fn: fn("join") }],
    input: [tuple(1, "a"), tuple(2, "x"), tuple(1, "b"), tuple(1, "c")],
    output: [
      [1, "((ab)c)"],
      [2, "x"],
    ],
  },
  {
    name: "steps go on after reduceByKey",
    steps: [...wordCount, { op: "map", fn: named("value") }, { op: "reduce", fn: named("max") }],
    input: ["b a b", "c b a"],
    output: [3],
  },
  {
    name: "sort",
    steps: [{ op: "sort", key: named("identity"), ascending: true }],
    input: [3, 1, 2],
    output: [1, 2, 3],
  },
  {
    name: "sort is stable upwards",
    steps: [{ op: "sort", key: fn("modulo_3"), ascending: true }],
    input: [5, 3, 2, 6, 1],
    output: [3, 6, 1, 5, 2],
  },
  {
    name: "sort is stable downwards",
    steps: [{ op: "sort", key: fn("modulo_3"), ascending: false }],
    input: [5, 3, 2, 6, 1],
    output: [5, 2, 1, 3, 6],
  },
  {
    name: "bounds (PySpark's formula)",
    steps: [{ op: "bounds", partitions: 3 }],
    input: [9, 1, 5, 3, 7],
    output: [3, 7],
  },
  { name: "bounds of none", steps: [{ op: "bounds", partitions: 3 }], input: [], output: [] },
  { name: "bounds for one partition", steps: [{ op: "bounds", partitions: 1 }], input: [1, 2], output: [] },
  {
    name: "row",
    steps: [{ op: "row", names: ["id", "name"] }, map("show")],
    input: [[1, "a"]],
    output: ["Row(id=1, name='a')"],
  },
  {
    name: "row crosses languages",
    steps: [{ op: "row", names: ["id", "name"] }],
    input: [[1, "a"]],
    output: [{ id: 1, name: "a" }],
  },
  {
    name: "udf",
    steps: [
      {
        op: "udf",
        calls: [
          { fn: fn("times"), args: [0, 2] },
          { fn: fn("double"), args: [1] },
        ],
      },
    ],
    input: [[2, "a", 5]],
    output: [[2, "a", 5, 10, "aa"]],
  },
];

const ascending = { op: "sort", key: named("identity"), ascending: true };
const failed = (type: string, step = 0): object => ({ code: "USER_FUNCTION_FAILED", type, step });
/** What goes wrong: the failing map of ERROR, and the user's functions in its frames. */
export interface ErrorCase {
  name: string;
  steps: readonly NamedStep[];
  input: readonly unknown[];
  bucketing?: object;
  error: object;
  functions?: readonly string[];
}

export const errorCases: readonly ErrorCase[] = [
  {
    name: "in the second step",
    steps: [map("negate"), map("invert_deeply")],
    input: [1, 0],
    error: { ...failed("ZeroDivisionError", 1), message: "division by zero" },
    functions: ["invert_deeply", "invert"],
  },
  {
    name: "in a library: only the user's frames",
    steps: [map("parse_json")],
    input: [1],
    error: failed("JSONDecodeError"),
    functions: ["parse_json"],
  },
  {
    name: "in filter",
    steps: [{ op: "filter", fn: fn("invert") }],
    input: [0],
    error: failed("ZeroDivisionError"),
    functions: ["invert"],
  },
  {
    name: "in a generator",
    steps: [map("show"), mapPartitions("running_sum"), map("double")],
    input: [1],
    error: failed("TypeError", 1),
    functions: ["running_sum"],
  },
  {
    name: "before a generator",
    steps: [map("invert"), mapPartitions("running_sum")],
    input: [0],
    error: failed("ZeroDivisionError"),
    functions: ["running_sum", "invert"],
  },
  {
    name: "after a generator",
    steps: [mapPartitions("running_sum"), map("invert")],
    input: [0],
    error: failed("ZeroDivisionError", 1),
    functions: ["invert"],
  },
  {
    name: "in merging values",
    steps: [{ op: "reduceByKey", fn: fn("plus") }],
    input: [tuple(1, 1), tuple(1, "a")],
    error: failed("TypeError"),
    functions: ["plus"],
  },
  {
    name: "in a key function",
    steps: [{ op: "sort", key: fn("invert"), ascending: true }],
    input: [0],
    error: failed("ZeroDivisionError"),
    functions: ["invert"],
  },
  {
    name: "in a udf",
    steps: [{ op: "udf", calls: [{ fn: fn("invert"), args: [1] }] }],
    input: [[1, 0]],
    error: failed("ZeroDivisionError"),
    functions: ["invert"],
  },
  {
    name: "StopIteration does not pass for the end (PySpark: STOP_ITERATION_OCCURRED)",
    steps: [map("exhaust"), mapPartitions("running_sum")],
    input: [1, 2],
    error: { ...failed("RuntimeError"), message: "Caught StopIteration thrown from user's code; failing the task: " },
    functions: ["exhaust"],
  },
  { name: "SystemExit", steps: [map("leave")], input: [1], error: failed("SystemExit"), functions: ["leave"] },
  {
    name: "KeyboardInterrupt",
    steps: [map("interrupt")],
    input: [1],
    error: failed("KeyboardInterrupt"),
    functions: ["interrupt"],
  },
  { name: "endless recursion", steps: [map("recurse")], input: [1], error: failed("RecursionError") },
  {
    name: "flatMap to what is not iterable",
    steps: [{ op: "flatMap", fn: fn("double") }],
    input: [1],
    error: failed("TypeError"),
    functions: ["double"],
  },
  {
    name: "mapPartitions to what is not iterable",
    steps: [mapPartitions("not_iterable")],
    input: [1],
    error: failed("TypeError"),
    functions: ["not_iterable"],
  },
  {
    name: "reduceByKey of what is no pair",
    steps: [{ op: "reduceByKey", fn: fn("plus") }],
    input: [5],
    error: { code: "NOT_KEY_VALUE", params: { call: "reduceByKey", actual: "int 5" }, step: 0 },
  },
  {
    name: "mapValues of what is no pair",
    steps: [map("double"), { op: "mapValues", fn: fn("double") }],
    input: [5],
    error: { code: "NOT_KEY_VALUE", params: { call: "mapValues", actual: "int 10" }, step: 1 },
  },
  {
    name: "keys of what is no pair",
    steps: [{ op: "map", fn: named("key") }],
    input: [5],
    error: { code: "NOT_KEY_VALUE", params: { call: "keys" } },
  },
  {
    name: "sortByKey of what is no pair",
    steps: [{ op: "sort", key: named("key"), ascending: true }],
    input: [tuple(1, 2), 5],
    error: { code: "NOT_KEY_VALUE", params: { call: "sortByKey" } },
  },
  {
    name: "hash bucket of what is no pair",
    steps: [],
    bucketing: { by: "hash", partitions: 2 },
    input: [tuple(1, 2), 5],
    error: { code: "NOT_KEY_VALUE", params: { call: "partitionBy" }, step: 0 },
  },
  {
    name: "a key that cannot be hashed",
    steps: [map("as_list_key"), { op: "reduceByKey", fn: fn("plus") }],
    input: [5],
    error: { code: "KEY_NOT_HASHABLE", params: { type: "list" }, step: 1 },
  },
  {
    name: "a bucket of such a key",
    steps: [map("as_list_key")],
    bucketing: { by: "hash", partitions: 2 },
    input: [5],
    error: { code: "KEY_NOT_HASHABLE", params: { type: "list" }, step: 1 },
  },
  {
    name: "keys of two types",
    steps: [ascending],
    input: [1, "a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: "str", right: "int" }, step: 0 },
  },
  {
    name: "bounds of two types",
    steps: [{ op: "bounds", partitions: 2 }],
    input: [1, "a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: "str", right: "int" } },
  },
  {
    name: "a range bucket of another type",
    steps: [],
    bucketing: {
      by: "range",
      partitions: 2,
      key: named("identity"),
      ascending: true,
      bounds: [{ ...encodePortable([3]), format: "portable" }],
    },
    input: ["a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: "int", right: "str" } },
  },
];
