/** Kernels over elements one by one, and those that gather a partition without keys. Results are plain arithmetic. */
import { tuple } from "../../../engine/data/portable.js";
import { type Case, filter, fn, inner, map, mapPartitions, named, ofKey, sort, upTo } from "../case.js";

const pairs = [tuple("a", 1), tuple("b", 2)];
const key = named("key");
const value = named("value");

export const elementCases: readonly Case[] = [
  { name: "no step", steps: [], input: [1, "a", null], output: [1, "a", null] },
  { name: "map", steps: [map("double")], input: [1, 2], output: [2, 4] },
  { name: "map by key", steps: [{ op: "map", fn: key }], input: pairs, output: ["a", "b"] },
  { name: "map by value", steps: [{ op: "map", fn: value }], input: pairs, output: [1, 2] },
  { name: "map by identity", steps: [{ op: "map", fn: named("identity") }], input: [1], output: [1] },
  { name: "map by withNull", steps: [{ op: "map", fn: named("withNull") }], input: [7], output: [[7, null]] },
  { name: "map by withOne", steps: [{ op: "map", fn: named("withOne") }], input: [7], output: [[7, 1]] },
  { name: "map of the key", steps: [{ op: "map", fn: ofKey("double") }], input: [tuple(3, "x")], output: [6] },
  { name: "flatMap", steps: [{ op: "flatMap", fn: fn("split") }], input: ["a b", "c"], output: ["a", "b", "c"] },
  {
    name: "flatMap over what is made one by one",
    steps: [{ op: "flatMap", fn: fn("upTo") }],
    input: [2, 0, 3],
    output: [0, 1, 0, 1, 2],
  },
  { name: "filter", steps: [filter("isEven")], input: upTo(6), output: [0, 2, 4] },
  {
    name: "filter by the key",
    steps: [{ op: "filter", fn: ofKey("isEven") }],
    input: [tuple(1, "x"), tuple(2, "y")],
    output: [[2, "y"]],
  },
  {
    name: "filter after flatMap goes on with the same element",
    steps: [{ op: "flatMap", fn: fn("twice") }, filter("isEven"), map("double")],
    input: [1, 2, 4],
    output: [4, 4, 8, 8],
  },
  {
    name: "mapValues keeps keys",
    steps: [{ op: "mapValues", fn: fn("double") }],
    input: pairs,
    output: [
      ["a", 2],
      ["b", 4],
    ],
  },
  {
    name: "flatMapValues repeats keys",
    steps: [{ op: "flatMapValues", fn: fn("upTo") }],
    input: [tuple("a", 2), tuple("b", 0), tuple("c", 1)],
    output: [
      ["a", 0],
      ["a", 1],
      ["c", 0],
    ],
  },
  {
    name: "keyBy",
    steps: [{ op: "keyBy", fn: fn("modulo3") }],
    input: [4, 6],
    output: [
      [1, 4],
      [0, 6],
    ],
  },
  {
    name: "mapPartitions sees one iterator",
    steps: [mapPartitions("runningSum")],
    input: upTo(5),
    output: [0, 1, 3, 6, 10],
  },
  {
    name: "mapPartitions between kernels",
    steps: [map("double"), mapPartitions("runningSum"), map("double")],
    input: [1, 2, 3],
    output: [4, 12, 24],
  },
  {
    name: "mapPartitions with its number",
    steps: [mapPartitions("label", true)],
    fields: { partition: 3 },
    input: ["a", "b"],
    output: ["3:a", "3:b"],
  },
  { name: "mapPartitions without elements", steps: [mapPartitions("runningSum")], input: [], output: [] },
  { name: "foreach emits nothing", steps: [{ op: "foreach", fn: fn("double") }], input: [1, 2], output: [] },
  {
    name: "foreachPartition emits nothing, whatever it returns",
    steps: [{ op: "foreachPartition", fn: fn("runningSum") }],
    input: [1, 2],
    output: [],
  },
  {
    name: "foreachPartition may return what is no iterator",
    steps: [{ op: "foreachPartition", fn: fn("notIterable") }],
    input: [1],
    output: [],
  },
  { name: "glom", steps: [{ op: "glom" }], input: upTo(5), output: [[0, 1, 2, 3, 4]] },
  { name: "glom of none", steps: [{ op: "glom" }], input: [], output: [[]] },
  { name: "glom after kernels", steps: [map("double"), { op: "glom" }], input: [1, 2], output: [[2, 4]] },
  {
    name: "reduce from the left",
    steps: [{ op: "reduce", fn: fn("join") }],
    input: ["a", "b", "c"],
    output: ["((ab)c)"],
  },
  { name: "reduce of one", steps: [{ op: "reduce", fn: fn("join") }], input: ["a"], output: ["a"] },
  { name: "reduce of none", steps: [{ op: "reduce", fn: fn("join") }], input: [], output: [] },
  ...(["add", "min", "max", "left"] as const).map((name, i) => ({
    name: `reduce by ${name}`,
    steps: [{ op: "reduce", fn: named(name) }],
    input: [3, 1, 2],
    output: [[6, 1, 3, 3][i]],
  })),
  { name: "fold", steps: [{ op: "fold", zero: inner("z"), fn: fn("join") }], input: ["a", "b"], output: ["((za)b)"] },
  {
    name: "fold of none is the zero",
    steps: [{ op: "fold", zero: inner([1]), fn: fn("append") }],
    input: [],
    output: [[1]],
  },
  {
    name: "fold changes a copy of its zero",
    steps: [
      { op: "fold", zero: inner([0]), fn: fn("append") },
      { op: "fold", zero: inner([]), fn: fn("append") },
    ],
    input: [1, 2],
    output: [[[0, 1, 2]]],
  },
  { name: "count", steps: [{ op: "count" }], input: upTo(7), output: [7] },
  { name: "count after filter", steps: [filter("isEven"), { op: "count" }], input: upTo(7), output: [4] },
  { name: "count of none", steps: [{ op: "count" }], input: [], output: [0] },
  { name: "steps go on after count", steps: [{ op: "count" }, map("double")], input: upTo(7), output: [14] },
  { name: "take", steps: [{ op: "take", count: 2 }], input: upTo(7), output: [0, 1] },
  {
    name: "zipIndex",
    steps: [{ op: "zipIndex", starts: [100, 7, 3, 4], step: 1 }],
    fields: { partition: 1 },
    input: ["a", "b"],
    output: [
      ["a", 7],
      ["b", 8],
    ],
  },
  {
    name: "zipIndex in steps",
    steps: [{ op: "zipIndex", starts: [0, 1, 2, 3], step: 4 }],
    fields: { partition: 2 },
    input: ["a", "b"],
    output: [
      ["a", 2],
      ["b", 6],
    ],
  },
  { name: "sort", steps: [sort], input: [3, 1, 2], output: [1, 2, 3] },
  {
    name: "sort is stable upwards",
    steps: [{ op: "sort", key: fn("modulo3"), ascending: true }],
    input: [5, 3, 2, 6, 1],
    output: [3, 6, 1, 5, 2],
  },
  {
    name: "sort is stable downwards",
    steps: [{ op: "sort", key: fn("modulo3"), ascending: false }],
    input: [5, 3, 2, 6, 1],
    output: [5, 2, 1, 3, 6],
  },
  ...[true, false].map((ascending) => ({
    name: `the first of many that are sorted ${ascending ? "up" : "down"}wards`,
    steps: [{ op: "sort", key: fn("modulo3"), ascending, limit: 3 } as const, { op: "take", count: 3 } as const],
    input: Array.from({ length: 30_000 }, (_, i) => 30_000 - i),
    output: ascending ? [30_000, 29_997, 29_994] : [29_999, 29_996, 29_993],
  })),
  {
    name: "sort by a function of the key",
    steps: [{ op: "sort", key: ofKey("negate"), ascending: true }],
    input: [tuple(1, "a"), tuple(3, "b"), tuple(2, "c")],
    output: [
      [3, "b"],
      [2, "c"],
      [1, "a"],
    ],
  },
  { name: "sort after kernels", steps: [map("negate"), sort, map("double")], input: [1, 3, 2], output: [-6, -4, -2] },
  {
    name: "bounds (PySpark's formula)",
    steps: [{ op: "bounds", partitions: 3 }],
    input: [9, 1, 5, 3, 7],
    output: [3, 7],
  },
  { name: "bounds of none", steps: [{ op: "bounds", partitions: 3 }], input: [], output: [] },
  { name: "bounds for one partition", steps: [{ op: "bounds", partitions: 1 }], input: [1, 2], output: [] },
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
    input: [[2, 4, 5]],
    output: [[2, 4, 5, 10, 8]],
  },
];
