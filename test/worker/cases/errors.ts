/** What goes wrong in every language: the ERROR, and the user's functions in its frames. */
import { expect } from "vitest";
import { tuple } from "../../../engine/data/portable.js";
import { type ErrorCase, filter, fn, inner, map, mapPartitions, named, ofKey, sort } from "../case.js";
import type { Expectations } from "../worker-under-test.js";

const byKey = (op: string): { op: string; fn: object; partial: boolean } => ({ op, fn: fn("plus"), partial: false });
const hash = { by: "hash", partitions: 2, family: "own" };
const notPair = (call: string): object => ({
  code: "NOT_KEY_VALUE",
  params: { call, actual: expect.stringContaining("5") },
});

const notPairs: readonly ErrorCase[] = [
  { name: "reduceByKey of what is no pair", steps: [byKey("reduceByKey")], input: [5], error: notPair("reduceByKey") },
  {
    name: "a partial reduceByKey of what is no pair",
    steps: [map("negate"), { ...byKey("reduceByKey"), partial: true }],
    input: [-5],
    error: { ...notPair("reduceByKey"), step: 1 },
  },
  { name: "groupByKey of what is no pair", steps: [{ op: "groupByKey" }], input: [5], error: notPair("groupByKey") },
  {
    name: "mapValues of what is no pair",
    steps: [map("negate"), { op: "mapValues", fn: fn("double") }],
    input: [-5],
    error: { ...notPair("mapValues"), step: 1 },
  },
  {
    name: "flatMapValues of what is no pair",
    steps: [{ op: "flatMapValues", fn: fn("upTo") }],
    input: [5],
    error: notPair("flatMapValues"),
  },
  { name: "keys of what is no pair", steps: [{ op: "map", fn: named("key") }], input: [5], error: notPair("keys") },
  {
    name: "values of what is no pair",
    steps: [{ op: "map", fn: named("value") }],
    input: [5],
    error: notPair("values"),
  },
  {
    name: "a function of the key of what is no pair",
    steps: [{ op: "filter", fn: ofKey("isEven") }],
    input: [5],
    error: notPair("filter"),
  },
  {
    name: "sortByKey of what is no pair",
    steps: [{ op: "sort", key: named("key"), ascending: true }],
    input: [tuple(1, 2), 5],
    error: notPair("sortByKey"),
  },
  {
    name: "sampleByKey of what is no pair",
    steps: [{ op: "sampleByKey", fractions: inner(), poisson: false, seed: 1 }],
    input: [5],
    error: notPair("sampleByKey"),
  },
  {
    name: "a join of what is no pair",
    steps: [{ op: "join", how: "inner" }],
    inputs: [[5], []],
    error: notPair("join"),
  },
  { name: "a cogroup of what is no pair", steps: [{ op: "cogroup" }], inputs: [[], [5]], error: notPair("cogroup") },
  ...[hash, { ...hash, family: "portable" }, { by: "function", partitions: 2, fn: fn("toPartition") }].map(
    (bucketing): ErrorCase => ({
      name: `a bucket by ${JSON.stringify({ ...bucketing, fn: undefined })} of what is no pair`,
      steps: [],
      fields: { bucketing },
      input: [tuple(1, 2), 5],
      error: { ...notPair("partitionBy"), step: 0 },
    }),
  ),
];

const users = (failure: string): readonly ErrorCase[] => {
  const failed = (step = 0): object => ({
    code: "USER_FUNCTION_FAILED",
    type: failure,
    message: "no zero",
    params: { type: failure, message: "no zero" },
    step,
  });
  const once = { error: failed(), functions: ["failAtZero"] } as const;
  return [
    {
      name: "in the second step",
      steps: [map("negate"), map("failDeeply")],
      input: [1, 0],
      error: failed(1),
      functions: ["failDeeply", "failAtZero"],
    },
    { name: "in filter", steps: [filter("failAtZero")], input: [0], ...once },
    { name: "in flatMap", steps: [{ op: "flatMap", fn: fn("failAtZero") }], input: [0], ...once },
    { name: "in foreach", steps: [{ op: "foreach", fn: fn("failAtZero") }], input: [0], ...once },
    { name: "in keyBy", steps: [{ op: "keyBy", fn: fn("failAtZero") }], input: [0], ...once },
    {
      name: "in a function of the key",
      steps: [{ op: "map", fn: ofKey("failAtZero") }],
      input: [tuple(0, 1)],
      ...once,
    },
    { name: "in mapValues", steps: [{ op: "mapValues", fn: fn("failAtZero") }], input: [tuple(1, 0)], ...once },
    {
      name: "before a generator",
      steps: [map("failAtZero"), mapPartitions("runningSum")],
      input: [0],
      error: failed(),
      functions: ["runningSum", "failAtZero"],
    },
    {
      name: "after a generator",
      steps: [mapPartitions("runningSum"), map("failAtZero")],
      input: [0],
      error: failed(1),
      functions: ["failAtZero"],
    },
    {
      name: "in a key function",
      steps: [map("negate"), { op: "sort", key: fn("failAtZero"), ascending: true }],
      input: [0],
      error: failed(1),
      functions: ["failAtZero"],
    },
    {
      name: "in the key function of takeOrdered",
      steps: [{ op: "takeOrdered", count: 2, key: fn("failAtZero"), ascending: true }],
      input: [0],
      ...once,
    },
    {
      name: "in a udf",
      steps: [{ op: "udf", calls: [{ fn: fn("failAtZero"), args: [1] }] }],
      input: [[1, 0]],
      ...once,
    },
    {
      name: "in what creates a combiner",
      steps: [{ op: "combineByKey", create: { fn: fn("failAtZero") }, merge: fn("plus"), partial: false }],
      input: [tuple(1, 0)],
      ...once,
    },
    {
      name: "in a partition function: the step after the last",
      steps: [],
      fields: { bucketing: { by: "function", partitions: 2, fn: fn("failAtZero") } },
      input: [tuple(0, 1)],
      ...once,
    },
    {
      name: "after a zip",
      steps: [{ op: "zip" }, { op: "map", fn: ofKey("failAtZero") }],
      inputs: [[0], [1]],
      error: failed(1),
      functions: ["failAtZero"],
    },
  ];
};

const keys = ({ unhashable, text, integer }: Expectations["types"]): readonly ErrorCase[] => [
  {
    name: "a key that cannot be hashed",
    steps: [map("unhashableKey"), byKey("reduceByKey")],
    input: [5],
    error: { code: "KEY_NOT_HASHABLE", params: { type: unhashable }, step: 1 },
  },
  {
    name: "a group of such a key",
    steps: [map("unhashableKey"), { op: "groupByKey" }],
    input: [5],
    error: { code: "KEY_NOT_HASHABLE", params: { type: unhashable }, step: 1 },
  },
  {
    name: "a bucket of such a key",
    steps: [map("unhashableKey")],
    fields: { bucketing: hash },
    input: [5],
    error: { code: "KEY_NOT_HASHABLE", params: { type: unhashable }, step: 1 },
  },
  {
    name: "a key that no other language knows",
    steps: [map("toPoint"), map("toPair")],
    fields: { bucketing: { ...hash, family: "portable" } },
    input: [5],
    error: { code: "KEY_NOT_PORTABLE", params: { type: "Point" }, step: 2 },
  },
  {
    name: "keys of two types",
    steps: [sort],
    input: [1, "a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: text, right: integer }, step: 0 },
  },
  {
    name: "bounds of two types",
    steps: [{ op: "bounds", partitions: 2 }],
    input: [1, "a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: text, right: integer } },
  },
  {
    name: "takeOrdered of two types",
    steps: [{ op: "takeOrdered", count: 3, key: named("identity"), ascending: true }],
    input: [1, "a"],
    error: { code: "KEYS_NOT_COMPARABLE" },
  },
  {
    name: "a range bucket of another type",
    steps: [],
    fields: {
      bucketing: { by: "range", partitions: 2, key: named("identity"), ascending: true, bounds: [inner(3)] },
    },
    input: ["a"],
    error: { code: "KEYS_NOT_COMPARABLE", params: { left: integer, right: text } },
  },
];

const others: readonly ErrorCase[] = [
  {
    name: "a partition function that returns no integer",
    steps: [],
    fields: { bucketing: { by: "function", partitions: 2, fn: fn("noPartition") } },
    input: [tuple(1, 2)],
    error: {
      code: "PARTITION_OUT_OF_RANGE",
      params: { function: "noPartition", actual: expect.stringContaining("nowhere"), partitions: "2" },
      step: 0,
    },
    functions: ["noPartition"],
  },
  {
    name: "a zip of inputs of different length",
    steps: [{ op: "zip" }, { op: "count" }],
    inputs: [
      [1, 2],
      [1, 2, 3],
    ],
    fields: { partition: 3 },
    error: { code: "ELEMENT_COUNTS_DIFFER", params: { partition: "3", left: "2", right: "3" }, step: 0 },
  },
  {
    name: "a zip of inputs of different length, the first longer",
    steps: [{ op: "zip" }],
    inputs: [[1, 2, 3, 4], []],
    error: { code: "ELEMENT_COUNTS_DIFFER", params: { partition: "0", left: "4", right: "0" }, step: 0 },
  },
  {
    name: "a value that no other language knows",
    steps: [map("toPoint")],
    input: [1],
    error: { code: "VALUE_NOT_PORTABLE", params: { type: "Point" }, step: 1 },
  },
  {
    name: "a broadcast that is not there",
    steps: [map("lookUp")],
    input: [0],
    error: { code: "BROADCAST_DESTROYED", params: { id: "5" }, step: 0 },
    functions: ["lookUp"],
  },
];

export const errorCases = ({ failure, types }: Expectations): readonly ErrorCase[] => [
  ...users(failure),
  ...notPairs,
  ...keys(types),
  ...others,
];
