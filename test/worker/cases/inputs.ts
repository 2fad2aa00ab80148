/** Kernels of several inputs without keys. Results are plain arithmetic. */
import { type Case, filter, fn, map, upTo } from "../case.js";

const pairUp = (left: readonly number[], right: readonly number[]): unknown[] =>
  left.flatMap((a) => right.map((b) => [a, b]));

export const inputCases: readonly Case[] = [
  {
    name: "zip",
    steps: [{ op: "zip" }],
    inputs: [
      [1, 2, 3],
      ["a", "b", "c"],
    ],
    output: [
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ],
  },
  { name: "zip of none", steps: [{ op: "zip" }], inputs: [[], []], output: [] },
  {
    name: "steps go on after zip",
    steps: [{ op: "zip" }, { op: "filter", fn: { language: "any", name: "value" } }, { op: "count" }],
    inputs: [
      [1, 2],
      [0, 5],
    ],
    output: [1],
  },
  {
    name: "cartesian: the first varies slowest",
    steps: [{ op: "cartesian" }],
    inputs: [upTo(3), upTo(5)],
    output: pairUp(upTo(3), upTo(5)),
  },
  { name: "cartesian with none", steps: [{ op: "cartesian" }], inputs: [upTo(3), []], output: [] },
  {
    name: "zipPartitions",
    steps: [{ op: "zipPartitions", fn: fn("interleave") }, map("double")],
    inputs: [
      [1, 2],
      [3, 4, 5],
    ],
    output: [2, 6, 4, 8, 10],
  },
  {
    name: "zipPartitions reads its inputs in any order",
    steps: [{ op: "zipPartitions", fn: fn("secondFirst") }, filter("isEven")],
    inputs: [
      [1, 2],
      [3, 4],
    ],
    output: [4, 2],
  },
];
