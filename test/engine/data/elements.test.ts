import { describe, expect, it } from "vitest";
import { sliceBatches, whole } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";

const cases: Readonly<Record<string, readonly unknown[]>> = {
  "no element": [],
  numbers: [1, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53],
  "negative zero": [-0],
  "Latin-1 strings": ["", "a", "é", "ÿ\n"],
  "other strings": ["日本語", "😀", "\ud800", "plain"],
  pairs: [
    ["a", 1],
    ["b", 2],
  ],
  "pairs of pairs": [
    [
      ["a", 1],
      ["x", true],
    ],
  ],
  "pairs and triples": [
    ["a", 1],
    ["b", 2, 3],
  ],
  "mixed kinds": [1, "a", null, undefined, true, 5n, { a: [1] }, new Date(0), new Map([[1, 2]])],
  "a number that is no number later": [1, "two"],
};

describe("elements", () => {
  it.each(Object.entries(cases))("%s come back as they were", (_, elements) => {
    const batch = encodeElements(elements);
    expect(batch.count).toBe(elements.length);
    expect(decodeElements(whole(batch))).toEqual(elements);
  });

  it("gives part of a batch", () => {
    const batch = encodeElements(["a", "b", "c", "d"]);
    expect(decodeElements({ batch, from: 1, to: 3 })).toEqual(["b", "c"]);
  });

  it("refuses what cannot be copied, by name", () => {
    expect(() => encodeElements([() => 1])).toThrow(/VALUE_NOT_PORTABLE/);
  });
});

describe("sliceBatches", () => {
  // PySpark 4.1.1: parallelize(range(10), 3).glom() has partitions of 3, 3 and 4.
  it("cuts ten elements into 3, 3 and 4, across batches", () => {
    const batches = [encodeElements([0, 1, 2, 3, 4]), encodeElements([5, 6, 7, 8, 9])];
    expect(sliceBatches(batches, 3).map((slices) => slices.flatMap(decodeElements))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8, 9],
    ]);
  });

  // PySpark 4.3.0: parallelize(list(range(n)), 4).glom(), which cuts between batches of n // 4 elements.
  it.each([
    [10, 2, [2, 2, 2, 4]],
    [11, 2, [2, 4, 2, 3]],
  ])("does not cut groups apart: %i elements by %i", (total, group, sizes) => {
    const batches = [encodeElements(Array.from({ length: total }, (_, i) => i))];
    const parts = sliceBatches(batches, 4, group).map((slices) => slices.flatMap(decodeElements));
    expect(parts.map(({ length }) => length)).toEqual(sizes);
    expect(parts.flat()).toEqual(Array.from({ length: total }, (_, i) => i));
  });

  it("leaves partitions empty when there are more of them than elements", () => {
    const parts = sliceBatches([encodeElements([1])], 3).map((slices) => slices.flatMap(decodeElements));
    expect(parts).toEqual([[], [], [1]]);
  });
});
