/**
 * Which pairs move, and where to. Numbers of partitions in Python programs are those that PySpark 4.3.0 gives for the same
 * calls; in TypeScript programs those of Spark's own `Partitioner.defaultPartitioner`.
 */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { RDD, SparkContext } from "../../../engine/index.js";
import type { FunctionPlan } from "../../../engine/plan/plan.js";
import { planText } from "./plan-text.js";
import { pairs, pickledPairs, pythonFunction, pythonProgram, typescriptProgram } from "./programs.js";

type Pairs = RDD<[unknown, unknown]>;

interface Partitioned {
  getNumPartitions(): Promise<number>;
}

let typescript: SparkContext;
let python: SparkContext;
let parallel: { readonly typescript: SparkContext; readonly python: SparkContext };

beforeAll(() => {
  typescript = typescriptProgram();
  python = pythonProgram();
  const conf = { "spark.default.parallelism": "5" };
  parallel = { typescript: typescriptProgram(conf), python: pythonProgram(conf) };
});

afterAll(async () => {
  await Promise.all([typescript, python, parallel.typescript, parallel.python].map((sc) => sc.stop()));
});

const first = pythonFunction("first");
const modulo = pythonFunction("k % 3");

describe("numbers of partitions", () => {
  // PySpark joins by way of a union, so that partitions add up.
  test.each<[name: string, of: (left: Pairs, right: Pairs) => Partitioned, python: number, typescript: number]>([
    ["reduceByKey", (left) => left.reduceByKey(first), 2, 2],
    ["groupByKey", (left) => left.groupByKey(), 2, 2],
    ["distinct", (left) => left.distinct(), 2, 2],
    ["join", (left, right) => left.join(right), 5, 3],
    ["leftOuterJoin", (left, right) => left.leftOuterJoin(right), 5, 3],
    ["fullOuterJoin", (left, right) => left.fullOuterJoin(right), 5, 3],
    ["cogroup", (left, right) => left.cogroup(right), 5, 3],
    ["groupWith", (left, right) => left.groupWith(right, right.coalesce(1)), 6, 3],
    ["subtractByKey", (left, right) => left.subtractByKey(right), 5, 2],
    ["subtract", (left, right) => left.subtract(right), 5, 2],
    ["intersection", (left, right) => left.intersection(right), 5, 3],
    ["union", (left, right) => left.union(right), 5, 5],
    ["cartesian", (left, right) => left.cartesian(right), 6, 6],
    ["join of placed and not", (left, right) => left.partitionBy(4).join(right), 7, 4],
    ["join of two placed alike", (left, right) => left.partitionBy(4).join(right.partitionBy(4)), 4, 4],
    ["join of two placed by one function", (l, r) => l.partitionBy(4, modulo).join(r.partitionBy(4, modulo)), 4, 4],
    ["join of two placed by functions", (l, r) => l.partitionBy(4, modulo).join(r.partitionBy(4, first)), 8, 4],
    ["union of two placed alike", (left, right) => left.partitionBy(4).union(right.partitionBy(4)), 4, 4],
    ["partitionBy without a number", (left) => left.partitionBy(null), 2, 2],
  ])("%s", async (_, of, inPython, inTypescript) => {
    const counts = [python, typescript].map((sc) => of(pickledPairs(sc, 2), pickledPairs(sc, 3)).getNumPartitions());
    expect(await Promise.all(counts)).toEqual([inPython, inTypescript]);
  });

  test.each<[name: string, of: (left: Pairs, right: Pairs) => Partitioned, python: number, typescript: number]>([
    ["reduceByKey", (left) => left.reduceByKey(first), 5, 5],
    ["reduceByKey of placed pairs", (left) => left.partitionBy(3).reduceByKey(first), 5, 3],
    ["join", (left, right) => left.join(right), 5, 5],
    ["distinct", (left) => left.distinct(), 5, 2],
    ["subtract", (left, right) => left.subtract(right), 5, 2],
    ["partitionBy without a number", (left) => left.partitionBy(null), 5, 5],
    ["a number given", (left) => left.reduceByKey(first, 4), 4, 4],
  ])("spark.default.parallelism of 5: %s", async (_, of, inPython, inTypescript) => {
    const programs = [parallel.python, parallel.typescript];
    const counts = programs.map((sc) => of(pickledPairs(sc, 2), pickledPairs(sc, 3)).getNumPartitions());
    expect(await Promise.all(counts)).toEqual([inPython, inTypescript]);
  });

  // Spark's own rule: a partitioner with a tenth of the partitions, or fewer, is not kept.
  test.each([
    [10, 10],
    [11, 11],
  ])("a partitioner of one partition beside %i partitions", async (count, expected) => {
    const joined = pairs(typescript, 2).partitionBy(1).join(pairs(typescript, count));
    expect(await joined.getNumPartitions()).toBe(expected);
  });

  it("keeps a partitioner that has more than a tenth", async () => {
    expect(await pairs(typescript, 2).partitionBy(2).join(pairs(typescript, 19)).getNumPartitions()).toBe(2);
  });
});

describe("what moves", () => {
  const sum = (a: string, b: string): string => a + b;

  test.each<[name: string, of: (placed: RDD<[number, string]>) => { readonly plan: FunctionPlan }, plan: string]>([
    ["reduceByKey", (placed) => placed.reduceByKey(sum), "reduceByKey"],
    ["reduceByKey into as many", (placed) => placed.reduceByKey(sum, 3), "reduceByKey"],
    ["combineByKey", (placed) => placed.combineByKey((v) => v, sum, sum), "combineByKey"],
    ["foldByKey", (placed) => placed.foldByKey("", sum), "combineByKey"],
    ["groupByKey", (placed) => placed.groupByKey(), "groupByKey"],
    ["partitionBy", (placed) => placed.partitionBy(3).glom(), "glom"],
    ["after mapValues", (placed) => placed.mapValues((v) => v).reduceByKey(sum), "mapValues > reduceByKey"],
    ["after flatMapValues", (placed) => placed.flatMapValues((v) => v).groupByKey(), "flatMapValues > groupByKey"],
    ["after filter", (placed) => placed.filter(() => true).reduceByKey(sum), "filter > reduceByKey"],
    ["after a sort", (placed) => placed.repartitionAndSortWithinPartitions().groupByKey(), "sort > groupByKey"],
    ["after a map that keeps keys", (placed) => placed.map((p) => p, true).groupByKey(), "map > groupByKey"],
    [
      "after a map",
      (placed) => placed.map((p) => p).groupByKey(),
      "map > groupByKey partial > exchange hash 3 > groupByKey",
    ],
    [
      "into another number",
      (placed) => placed.reduceByKey(sum, 4),
      "reduceByKey partial > exchange hash 4 > reduceByKey",
    ],
    [
      "by a function",
      (placed) => placed.reduceByKey(sum, 3, (k) => k),
      "reduceByKey partial > exchange function 3 > reduceByKey",
    ],
  ])("%s", async (_, of, plan) => {
    expect(await planText(of(pairs(typescript, 2).partitionBy(3)))).toBe(`values > exchange hash 3 > ${plan}`);
  });

  it("returns the very RDD that is placed already", () => {
    const placed = pairs(typescript, 2).partitionBy(3, (key) => key);
    expect(placed.partitionBy(3, (key) => key)).not.toBe(placed);
    expect(placed.partitionBy(3)).not.toBe(placed);
    const hashed = pairs(typescript, 2).partitionBy(3);
    expect(hashed.partitionBy(3)).toBe(hashed);
    expect(hashed.partitionBy(null)).toBe(hashed);
    expect(hashed.partitionBy(4)).not.toBe(hashed);
  });

  it("moves only the side that is not placed as the result", async () => {
    const placed = pairs(typescript, 2).partitionBy(3);
    const joined = placed.join(pairs(typescript, 2));
    expect(await planText(joined)).toBe("join(values > exchange hash 3, values > exchange hash 3)");
    expect(await planText(joined.mapValues((v) => v).join(placed))).toBe(
      "join(join(values > exchange hash 3, values > exchange hash 3) > mapValues, values > exchange hash 3)",
    );
  });

  it("joins upon the ranges of a sort, whose keys stay where they are", async () => {
    const sorted = pairs(typescript, 2).sortByKey(true, 2);
    const ranged = "values > exchange range 2";
    expect(await planText(sorted.join(sorted))).toBe(`join(${ranged} > sort, ${ranged} > sort)`);
    expect(await planText(sorted.cogroup(pairs(typescript, 1)))).toBe(`cogroup(${ranged} > sort, ${ranged})`);
    expect((await sorted.join(sorted).collect()).length).toBe(6);
  });

  it("takes no ranges of something else than keys for placement", async () => {
    const sorted = pairs(typescript, 2).sortBy(([, letter]) => letter, false, 2);
    expect(await planText(sorted.groupByKey())).toBe(
      "values > exchange range 2 > sort > groupByKey partial > exchange hash 2 > groupByKey",
    );
  });

  // In PySpark a placement by a function of its own is never kept by a call without one.
  it("hashes in Python programs, whatever the placement before", async () => {
    const placed = pickledPairs(python, 2).partitionBy(3, modulo);
    expect(await planText(placed.reduceByKey(first))).toBe(
      "values > exchange function 3 > reduceByKey partial > exchange hash 3 > reduceByKey",
    );
    expect(await planText(placed.reduceByKey(first, 3, modulo))).toBe("values > exchange function 3 > reduceByKey");
  });

  it("brings keys of two languages together by the portable hash", async () => {
    const own = pairs(typescript, 2).partitionBy(3);
    const theirs = pickledPairs(typescript, 2).partitionBy(3) as unknown as RDD<[number, string]>;
    const portable = "exchange hash portable 3";
    expect(await planText(own.join(theirs, 3))).toBe(
      `join(values > exchange hash 3 > ${portable}, values > exchange hash 3 > ${portable})`,
    );
    const again = own.join(theirs, 3).join(pickledPairs(typescript, 1) as unknown as RDD<[number, string]>);
    expect((await planText(again)).split(portable).length).toBe(4);
  });

  it("takes longer and longer plans in its stride", async () => {
    let grown = pairs(typescript, 1);
    for (let i = 0; i < 40; i++) grown = grown.union(grown).coalesce(1);
    expect(await grown.getNumPartitions()).toBe(1);
    let joined = pairs(typescript, 1).partitionBy(2);
    for (let i = 0; i < 40; i++) joined = joined.join(joined).mapValues(([left]) => left);
    expect(await joined.partitioner).toEqual({
      numPartitions: 2,
      by: "hash",
      partitionFunc: null,
      bounds: null,
      ascending: true,
    });
  });
});

test("spark.default.parallelism is no number of partitions for Spark's sort", async () => {
  expect(await pairs(parallel.typescript, 2).sortByKey().getNumPartitions()).toBe(2);
});

test.each([0, -1, 1.5, Number.NaN])("%d is no number of partitions", (count) => {
  const rdd = pairs(typescript, 2);
  const calls = [
    () => rdd.reduceByKey((a) => a, count),
    () => rdd.partitionBy(count),
    () => rdd.join(rdd, count),
    () => rdd.distinct(count),
    () => rdd.sortByKey(true, count),
    () => rdd.repartition(count),
    () => rdd.coalesce(count),
  ];
  for (const call of calls) expect(call).toThrow(`numPartitions must be a positive whole number, not ${count}`);
});
