/** Orders and numbers of a partition, as PySpark has them: `test/golden/worker.json`. */

import { tuple } from "../../../engine/data/portable.js";
import { type Case, inner, named, ofKey } from "../case.js";
import { recorded } from "../recorded.js";

const { histograms, stats, ordered } = recorded;

/** JSON has no NaN. */
const numbers = (elements: readonly unknown[]): unknown[] => elements.map((x) => (x === "NaN" ? Number.NaN : x));

const identity = named("identity");
const takeOrdered = (count: number, ascending: boolean): { op: string } & Record<string, unknown> => ({
  op: "takeOrdered",
  count,
  key: identity,
  ascending,
});

const extents: readonly Case[] = [
  { name: "extent", steps: [{ op: "extent" }], input: [3, 1.5, 7, 2], output: [[1.5, 7]] },
  {
    name: "extent leaves out null and NaN",
    steps: [{ op: "extent" }],
    input: [null, Number.NaN, 5, null, 4],
    output: [[4, 5]],
  },
  { name: "extent of texts", steps: [{ op: "extent" }], input: ["b", "a", "c"], output: [["a", "c"]] },
  { name: "extent of nothing but null", steps: [{ op: "extent" }], input: [null, Number.NaN], output: [] },
];

const orders: readonly Case[] = [
  {
    name: "takeOrdered (PySpark)",
    steps: [takeOrdered(4, true)],
    input: ordered["numbers"] ?? [],
    output: ordered["takeOrdered"] ?? [],
  },
  {
    name: "takeOrdered downwards (PySpark: top)",
    steps: [takeOrdered(4, false)],
    input: ordered["numbers"] ?? [],
    output: ordered["top"] ?? [],
  },
  { name: "takeOrdered of none", steps: [takeOrdered(0, true)], input: [2, 1], output: [] },
  { name: "takeOrdered of more than there is", steps: [takeOrdered(5, true)], input: [2, 1], output: [1, 2] },
  {
    name: "takeOrdered keeps equal keys in order of appearance",
    steps: [{ op: "takeOrdered", count: 3, key: ofKey("modulo3"), ascending: false }],
    input: [tuple(1, "a"), tuple(2, "b"), tuple(5, "c"), tuple(3, "d"), tuple(8, "e")],
    output: [
      [2, "b"],
      [5, "c"],
      [8, "e"],
    ],
  },
];

export const numberCases: readonly Case[] = [
  ...stats.map(({ elements, count, mean, m2, max, min }) => ({
    name: `stats of ${JSON.stringify(elements)} (PySpark)`,
    steps: [{ op: "stats" }],
    input: elements,
    output: [[count, mean, m2, max ?? Number.NEGATIVE_INFINITY, min ?? Number.POSITIVE_INFINITY]],
  })),
  ...histograms.map(({ elements, buckets, even, counts }) => ({
    name: `histogram of ${elements.length} elements over ${JSON.stringify(buckets)} (PySpark)`,
    steps: [{ op: "histogram", buckets: inner(...buckets), even }],
    input: numbers(elements),
    output: [counts],
  })),
  {
    name: "histogram of none",
    steps: [{ op: "histogram", buckets: inner(0, 1, 2), even: true }],
    input: [],
    output: [[0, 0]],
  },
  ...extents,
  ...orders,
];
