import { describe, expect, it } from "vitest";
import { bisectLeft, compareKeys } from "../../../engine/data/ordering.js";

describe("compareKeys", () => {
  // Order of values as Spark sorts them: NaN is the greatest double.
  it.each([
    [
      [3, 1, 2.5, -1],
      [-1, 1, 2.5, 3],
    ],
    [
      [Number.NaN, 1, Number.POSITIVE_INFINITY],
      [1, Number.POSITIVE_INFINITY, Number.NaN],
    ],
    [
      ["b", "a", "ab", ""],
      ["", "a", "ab", "b"],
    ],
    [
      [true, false],
      [false, true],
    ],
    [
      [2n, 1, 3],
      [1, 2n, 3],
    ],
    [
      [["b", 1], ["a", 2], ["a", 1], ["a"]],
      [["a"], ["a", 1], ["a", 2], ["b", 1]],
    ],
  ])("sorts case %#", (keys, sorted) => {
    expect([...(keys as unknown[])].sort(compareKeys)).toEqual(sorted);
  });

  it.each([
    [1, "1", "number and string"],
    [null, 1, "null and number"],
    [[1], 1, "array and number"],
    [{}, {}, "Object and Object"],
  ])("refuses %j and %j", (left, right, names) => {
    expect(() => compareKeys(left, right)).toThrow(`found ${names}`);
  });
});

describe("bisectLeft", () => {
  // CPython: [bisect.bisect_left([10, 20, 20, 30], x) for x in (5, 10, 20, 25, 30, 31)] == [0, 0, 1, 3, 3, 4]
  it("gives the indexes that Python's bisect gives", () => {
    expect([5, 10, 20, 25, 30, 31].map((key) => bisectLeft([10, 20, 20, 30], key))).toEqual([0, 0, 1, 3, 3, 4]);
  });
});
