/** Kernels that gather pairs by their key: one input, then several. Results are plain arithmetic. */
import { tuple } from "../../../engine/data/portable.js";
import { type Case, fn, inner, map, named } from "../case.js";

const letters = [tuple(1, "a"), tuple(2, "x"), tuple(1, "b"), tuple(1, "c")];
const parts = map("partsOf");

const wordCount = [
  { op: "flatMap", fn: fn("split") },
  map("toPair"),
  { op: "reduceByKey", fn: fn("plus"), partial: true },
] as const;

const merged: readonly Case[] = [
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
    steps: [{ op: "reduceByKey", fn: fn("join"), partial: false }],
    input: letters,
    output: [
      [1, "((ab)c)"],
      [2, "x"],
    ],
  },
  {
    name: "reduceByKey by left keeps the first value",
    steps: [{ op: "reduceByKey", fn: named("left"), partial: false }],
    input: letters,
    output: [
      [1, "a"],
      [2, "x"],
    ],
  },
  {
    name: "distinct: withNull, reduceByKey by left, key",
    steps: [
      { op: "map", fn: named("withNull") },
      { op: "reduceByKey", fn: named("left"), partial: true },
      { op: "map", fn: named("key") },
    ],
    input: [3, 1, 3, 2, 1],
    output: [3, 1, 2],
  },
  {
    name: "steps go on after reduceByKey",
    steps: [...wordCount, { op: "map", fn: named("value") }, { op: "reduce", fn: named("max") }],
    input: ["b a b", "c b a"],
    output: [3],
  },
  {
    name: "keys of several values: tuples and null",
    steps: [{ op: "reduceByKey", fn: named("add"), partial: false }],
    input: [tuple(tuple("a", 1), 1), tuple(null, 2), tuple(tuple("a", 1), 3), tuple(null, 4)],
    output: [
      [["a", 1], 4],
      [null, 6],
    ],
  },
];

const combined: readonly Case[] = [true, false].flatMap((partial) => [
  {
    name: `combineByKey by a function, partial: ${partial}`,
    steps: [{ op: "combineByKey", create: { fn: fn("twice") }, merge: fn("append"), partial }],
    input: letters,
    output: [
      [1, ["a", "a", "b", "c"]],
      [2, ["x", "x"]],
    ],
  },
  {
    name: `combineByKey from a zero that is copied for each key, partial: ${partial}`,
    steps: [{ op: "combineByKey", create: { zero: inner(["z"]) }, merge: fn("append"), partial }],
    input: letters,
    output: [
      [1, ["z", "a", "b", "c"]],
      [2, ["z", "x"]],
    ],
  },
  {
    name: `combineByKey copies what is inside its zero, partial: ${partial}`,
    steps: [
      { op: "combineByKey", create: { zero: inner([[0], "z"]) }, merge: fn("append"), partial },
      { op: "map", fn: named("value") },
    ],
    input: [tuple(1, 5), tuple(2, 6)],
    output: [
      [[0], "z", 5],
      [[0], "z", 6],
    ],
  },
]);

const grouped: readonly Case[] = [
  {
    name: "groupByKey",
    steps: [{ op: "groupByKey" }, parts],
    input: letters,
    output: [
      [1, ["a", "b", "c"]],
      [2, ["x"]],
    ],
  },
  {
    name: "groups cross languages as lists",
    steps: [{ op: "groupByKey" }],
    input: letters,
    output: [
      [1, ["a", "b", "c"]],
      [2, ["x"]],
    ],
  },
  {
    name: "groups know their size",
    steps: [{ op: "groupByKey" }, { op: "mapValues", fn: fn("sizeOf") }],
    input: letters,
    output: [
      [1, 3],
      [2, 1],
    ],
  },
  {
    name: "groupByKey after kernels",
    steps: [{ op: "flatMap", fn: fn("split") }, map("toPair"), { op: "groupByKey" }, parts],
    input: ["b a", "b"],
    output: [
      ["b", [1, 1]],
      ["a", [1]],
    ],
  },
  {
    name: "groupByKey before a shuffle",
    steps: [{ op: "groupByKey", partial: true }, parts],
    input: letters,
    output: [
      [1, ["a", "b", "c"]],
      [2, ["x"]],
    ],
  },
  {
    name: "groupByKey of lists",
    steps: [{ op: "groupByKey", lists: true }, parts],
    input: [tuple(1, ["a"]), tuple(2, ["x"]), tuple(1, ["b", "c"])],
    output: [
      [1, ["a", "b", "c"]],
      [2, ["x"]],
    ],
  },
  {
    name: "groupByKey before and after a shuffle, where most keys come once",
    steps: [
      { op: "groupByKey", partial: true },
      { op: "groupByKey", lists: true },
      { op: "mapValues", fn: fn("sizeOf") },
      { op: "map", fn: named("value") },
      { op: "reduce", fn: named("add") },
    ],
    input: Array.from({ length: 20_000 }, (_, i) => tuple(i % 15_000, i)),
    output: [20_000],
  },
  { name: "groupByKey of none", steps: [{ op: "groupByKey" }], input: [], output: [] },
];

const left = [tuple("a", 1), tuple("b", 2), tuple("a", 3), tuple("d", 9)];
const right = [tuple("a", 10), tuple("c", 20), tuple("b", 30), tuple("a", 40)];

const matches = [
  ["a", [1, 10]],
  ["a", [1, 40]],
  ["a", [3, 10]],
  ["a", [3, 40]],
  ["b", [2, 30]],
];

const joins: readonly (readonly [string, readonly unknown[]])[] = [
  ["inner", matches],
  ["left", [...matches, ["d", [9, null]]]],
  ["right", [...matches, ["c", [null, 20]]]],
  ["full", [...matches, ["c", [null, 20]], ["d", [9, null]]]],
  [
    "semi",
    [
      ["a", 1],
      ["a", 3],
      ["b", 2],
    ],
  ],
  ["anti", [["d", 9]]],
];

const joined: readonly Case[] = [
  ...joins.map(([how, output]) => ({
    name: `join: ${how}`,
    steps: [{ op: "join", how }],
    inputs: [left, right],
    output,
    anyOrder: true,
  })),
  ...joins.map(([how, output]) => ({
    name: `join: ${how}, without a right side`,
    steps: [{ op: "join", how }],
    inputs: [left, []],
    output: ["left", "full"].includes(how)
      ? left.map(([key, value]) => [key, [value, null]])
      : how === "anti"
        ? left.map(([key, value]) => [key, value])
        : output.slice(0, 0),
    anyOrder: true,
  })),
  {
    name: "steps go on after join",
    steps: [{ op: "join", how: "inner" }, { op: "count" }],
    inputs: [left, right],
    output: [5],
  },
  {
    name: "null values are values: a left join tells them from none by nothing",
    steps: [{ op: "join", how: "inner" }],
    inputs: [[tuple("a", null)], [tuple("a", null)]],
    output: [["a", [null, null]]],
  },
  {
    name: "cogroup: keys in order of first appearance, input 0 first",
    steps: [{ op: "cogroup" }, parts],
    inputs: [left, right],
    output: [
      [
        "a",
        [
          [1, 3],
          [10, 40],
        ],
      ],
      ["b", [[2], [30]]],
      ["d", [[9], []]],
      ["c", [[], [20]]],
    ],
  },
  {
    name: "cogroup of three",
    steps: [{ op: "cogroup" }, parts],
    inputs: [[tuple(1, "a")], [], [tuple(2, "b"), tuple(1, "c")]],
    output: [
      [1, [["a"], [], ["c"]]],
      [2, [[], [], ["b"]]],
    ],
  },
];

export const keyCases: readonly Case[] = [...merged, ...combined, ...grouped, ...joined];
