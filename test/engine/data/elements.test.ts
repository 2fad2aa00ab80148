import { describe, expect, it } from "vitest";
import { sliceBatches, whole } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";
import { Decimal, Double, double, LocalDate, Timestamp, Tuple, tuple } from "../../../engine/data/portable.js";

const cases: Readonly<Record<string, readonly unknown[]>> = {
  "no element": [],
  numbers: [1, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53],
  "negative zero": [-0],
  "whole numbers of 32 bits": [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  "a whole number of 33 bits": [1, 2 ** 31],
  "negative zero among whole numbers": [1, -0, 2],
  "lists of numbers": [[1], [], [2.5, 3, -0]],
  "lists of strings": [["a", "é"], [], ["日本語"]],
  "empty lists": [[], []],
  "lists of mixed members": [[1, "a"], ["b"]],
  "lists and others": [[1], 2, [3]],
  "pairs of a key and a list": [
    ["a", [1, 2, 3]],
    ["b", []],
  ],
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

  it("values of the engine's own classes keep them, wherever they are", () => {
    const date = new LocalDate(19_000);
    const elements = [
      { date, price: new Decimal("1.50"), at: new Timestamp(1_700_000_000_123_456n) },
      [tuple(1, double(3)), new Map([["when", date]]), new Set([new Decimal("2")])],
    ];
    const [row, list] = decodeElements(whole(encodeElements(elements))) as [
      { date: LocalDate; price: Decimal; at: Timestamp },
      [Tuple, Map<string, LocalDate>, Set<Decimal>],
    ];
    expect([row.date.toString(), row.price.toString(), row.at.micros]).toEqual([
      "2022-01-08",
      "1.50",
      1_700_000_000_123_456n,
    ]);
    expect(row.at).toBeInstanceOf(Timestamp);
    expect(row.at.toISOString()).toBe("2023-11-14T22:13:20.123Z");
    expect(list[0]).toBeInstanceOf(Tuple);
    expect(list[0][1]).toEqual(double(3));
    expect(list[0][1]).toBeInstanceOf(Double);
    // One object stays one.
    expect(list[1].get("when")).toBe(row.date);
    expect([...list[2]].map(String)).toEqual(["2"]);
  });

  it("a tuple of two is no plain pair; circles have an end", () => {
    expect(decodeElements(whole(encodeElements([tuple("a", 1)])))[0]).toBeInstanceOf(Tuple);
    const circle: unknown[] = [new LocalDate(1), null];
    circle.push(circle);
    const [found] = decodeElements(whole(encodeElements([circle]))) as [unknown[]];
    expect(found[0]).toBeInstanceOf(LocalDate);
    expect(found[2]).toBe(found);
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
