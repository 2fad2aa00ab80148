/** Sorting, and the ends of an order. Expected values are what PySpark 4.3.0 gives for the same data. */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { RDD, SparkContext } from "../../../engine/index.js";
import { EngineError } from "../../../engine/index.js";
import { between } from "../../../engine/rdd/key-range.js";
import { planText } from "./plan-text.js";
import { typescriptProgram } from "./programs.js";

let sc: SparkContext;

beforeAll(() => {
  sc = typescriptProgram();
});

afterAll(() => sc.stop());

const upTo = (count: number): number[] => [...Array(count).keys()];
const scattered = (): RDD<[number, number]> =>
  sc.parallelize(
    upTo(20).map((i): [number, number] => [(i * 7) % 10, i]),
    4,
  );
const letters = (): RDD<[number, string]> =>
  sc.parallelize<[number, string]>(
    [
      [1, "a"],
      [0, "b"],
      [1, "c"],
      [0, "d"],
    ],
    2,
  );
const inOrder = async (rdd: { collect(): Promise<unknown[]> }): Promise<string> => JSON.stringify(await rdd.collect());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing failed",
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  );

describe("sortByKey", () => {
  test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
    [
      "in ranges",
      () => scattered().sortByKey(true, 3).glom(),
      "[[[0,0],[0,10],[1,3],[1,13],[2,6],[2,16],[3,9],[3,19]],[[4,2],[4,12],[5,5],[5,15],[6,8],[6,18]],[[7,1],[7,11],[8,4],[8,14],[9,7],[9,17]]]",
    ],
    [
      "descending, equal keys in their order",
      () =>
        sc
          .parallelize<[number, string]>(
            [
              [1, "a"],
              [3, "b"],
              [1, "c"],
              [2, "d"],
              [3, "e"],
            ],
            2,
          )
          .sortByKey(false),
      '[[3,"b"],[3,"e"],[2,"d"],[1,"a"],[1,"c"]]',
    ],
    [
      "by a function of the key",
      () =>
        sc
          .parallelize<[string, number]>(
            [
              ["B", 1],
              ["a", 2],
              ["C", 3],
            ],
            2,
          )
          .sortByKey(true, 1, (key) => key.toLowerCase()),
      '[["a",2],["B",1],["C",3]]',
    ],
    ["of nothing", () => sc.parallelize<[number, number]>([], 3).sortByKey().glom(), "[[],[],[]]"],
    ["of nothing into one", () => sc.parallelize<[number, number]>([], 3).sortByKey(true, 1).glom(), "[[]]"],
  ])("%s", async (_, of, expected) => {
    expect(await inOrder(of())).toBe(expected);
  });

  it("places pairs by what the function gives", async () => {
    const words = sc.parallelize<[string, number]>(
      [
        ["b", 1],
        ["A", 2],
        ["C", 3],
        ["a", 4],
      ],
      2,
    );
    const sorted = words.sortByKey(true, 2, (key) => key.toLowerCase());
    expect(await inOrder(sorted)).toBe('[["A",2],["a",4],["b",1],["C",3]]');
    expect(await sorted.getNumPartitions()).toBe(2);
  });

  it("says that keys cannot be compared", async () => {
    const mixed = sc.parallelize<[unknown, number]>(
      [
        [1, 0],
        ["a", 0],
      ],
      2,
    );
    expect(await codeOf(mixed.sortByKey(true, 2).collect())).toBe("KEYS_NOT_COMPARABLE");
    expect(await codeOf(mixed.sortByKey(true, 1).collect())).toBe("KEYS_NOT_COMPARABLE");
  });
});

describe("filterByRange", () => {
  it("computes only the partitions that can have such keys", async () => {
    const sorted = scattered().sortByKey(true, 3);
    const some = sorted.filterByRange(4, 6);
    expect(await inOrder(some.glom())).toBe("[[[4,2],[4,12],[5,5],[5,15],[6,8],[6,18]]]");
    expect(await planText(some)).toBe("values > exchange range 3 > sort > regroup [[1]] > filter");
  });

  it("counts partitions from the other end in a descending order", async () => {
    const sorted = scattered().sortByKey(false, 3);
    const few = sorted.filterByRange(0, 1);
    expect(await inOrder(few)).toBe("[[1,3],[1,13],[0,0],[0,10]]");
    expect(await planText(few)).toBe("values > exchange range 3 > sort > regroup [[2]] > filter");
  });

  it("looks at all partitions where keys may be anywhere, or in another order", async () => {
    expect(await planText(scattered().filterByRange(2, 3))).toBe("values > filter");
    expect(
      await planText(
        scattered()
          .sortByKey(true, 3, (key) => -key)
          .filterByRange(2, 3),
      ),
    ).toBe("values > exchange range 3 > sort > filter");
    expect((await scattered().filterByRange(2, 3).collect()).length).toBe(4);
  });

  // The order is the one that sorting has: numbers before NaN, arrays item by item.
  test.each<[lower: unknown, upper: unknown, inside: unknown[], outside: unknown[]]>([
    [2, 5, [2, 3.5, 5, 4n], [1, 6, Number.NaN, "3", null]],
    [2, Number.NaN, [Number.NaN, Number.POSITIVE_INFINITY], [1, Number.NEGATIVE_INFINITY]],
    ["b", "d", ["b", "ca", "d"], ["a", "da", 1]],
    [[1, "b"], [2], [[1, "b"], [1, "c", 0], [2]], [[1], [1, "a"], [2, "a"], 1]],
    [new Date(5), new Date(9), [new Date(5), new Date(7)], [new Date(4), 7]],
    [3, 1, [], [1, 2, 3]],
  ])("between %j and %j", (lower, upper, inside, outside) => {
    const isWithin = between(lower, upper);
    expect([...inside, ...outside].filter((key) => isWithin([key, 0]))).toEqual(inside);
  });
});

describe("the ends of an order", () => {
  const numbers = (): RDD<number> => sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2);

  test.each<[name: string, of: () => Promise<unknown>, expected: unknown]>([
    ["takeOrdered", () => numbers().takeOrdered(6), [1, 2, 3, 4, 5, 6]],
    ["takeOrdered of more than there are", () => numbers().takeOrdered(99), [1, 2, 3, 4, 5, 6, 7, 9, 10]],
    ["takeOrdered of none", () => numbers().takeOrdered(0), []],
    ["takeOrdered by a key", () => numbers().takeOrdered(6, (x) => -x), [10, 9, 7, 6, 5, 4]],
    [
      "takeOrdered, equal keys",
      () => letters().takeOrdered(3, ([k]) => k),
      [
        [0, "b"],
        [0, "d"],
        [1, "a"],
      ],
    ],
    ["top", () => numbers().top(3), [10, 9, 7]],
    ["top of none", () => numbers().top(0), []],
    ["top by a key", () => sc.parallelize([10, 4, 2, 12, 3], 2).top(3, (x) => String(x)), [4, 3, 2]],
    [
      "top, equal keys",
      () => letters().top(3, ([k]) => k),
      [
        [1, "a"],
        [1, "c"],
        [0, "b"],
      ],
    ],
    ["of empty partitions", () => sc.parallelize<number>([], 2).top(3), []],
    ["max", () => numbers().max(), 10],
    ["min", () => numbers().min(), 1],
    ["max by a key, the first of equal ones", () => letters().max(([k]) => k), [1, "a"]],
    ["min by a key, the first of equal ones", () => letters().min(([k]) => k), [0, "b"]],
    ["max of strings", () => sc.parallelize(["b", "c", "a"], 2).max(), "c"],
  ])("%s", async (_, of, expected) => {
    expect(await of()).toEqual(expected);
  });

  test.each<[name: string, of: () => Promise<unknown>, code: string]>([
    ["max", () => sc.parallelize<number>([], 2).max(), "EMPTY_COLLECTION"],
    ["min by a key", () => sc.parallelize<number>([], 2).min((x) => x), "EMPTY_COLLECTION"],
    ["a negative number of smallest", () => numbers().takeOrdered(-1), "INVALID_ARGUMENT"],
    ["a negative number of greatest", () => numbers().top(-1), "INVALID_ARGUMENT"],
    ["half a number", () => numbers().top(0.5), "INVALID_ARGUMENT"],
    ["what cannot be compared", () => sc.parallelize<unknown>([1, "a"], 1).takeOrdered(2), "KEYS_NOT_COMPARABLE"],
  ])("refuses %s", async (_, of, code) => {
    expect(await codeOf(of())).toBe(code);
  });
});
