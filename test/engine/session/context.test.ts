/** Where RDDs begin, and what a context says about itself. Values are PySpark 4.3's, but for names of its own. */
import { userInfo } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { SparkConf, SparkContext } from "../../../engine/index.js";

const sc = new SparkContext("local[3]", "context", { "spark.some.setting": "value" });
afterAll(() => sc.stop());

describe("facts", () => {
  test("of a context", () => {
    expect([sc.master, sc.appName, sc.uiWebUrl, sc.resources]).toEqual(["local[3]", "context", null, {}]);
    expect(sc.applicationId).toBe(`local-${sc.startTime}`);
    expect(sc.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(sc.sparkUser()).toBe(userInfo().username);
    expect([sc.defaultParallelism, sc.defaultMinPartitions]).toEqual([3, 2]);
  });

  test("settings, as a copy", () => {
    sc.getConf().set("spark.changed", "1");
    const names = ["spark.master", "spark.app.name", "spark.app.id", "spark.some.setting", "spark.changed"];
    expect(names.map((name) => sc.getConf().get(name))).toEqual([
      "local[3]",
      "context",
      sc.applicationId,
      "value",
      undefined,
    ]);
  });

  test("spark.default.parallelism comes before the number of slots", async () => {
    const other = new SparkContext("local[2]", "other", { "spark.default.parallelism": "7" });
    expect([other.defaultParallelism, other.defaultMinPartitions]).toEqual([7, 2]);
    expect(await other.parallelize([1]).getNumPartitions()).toBe(7);
    await other.stop();
  });

  test("getOrCreate: the one that the program made last, else a new one", async () => {
    const conf = new SparkConf(false).setMaster("local[1]").setAppName("made");
    const other = new SparkContext("local[1]", "last");
    expect(SparkContext.getOrCreate(conf)).toBe(other);
    await other.stop();
    const made = SparkContext.getOrCreate(conf);
    expect([made.appName, made.master]).toEqual(["made", "local[1]"]);
    await made.stop();
  });
});

describe("collections", () => {
  test.each<[elements: number, slices: number, sizes: readonly number[]]>([
    [10, 3, [3, 3, 4]],
    [2, 5, [0, 0, 1, 0, 1]],
    [0, 2, [0, 0]],
  ])("%d elements in %d slices", async (elements, slices, sizes) => {
    const parts = await sc
      .parallelize(
        Array.from({ length: elements }, (_, i) => i),
        slices,
      )
      .glom()
      .collect();
    expect(parts.map(({ length }) => length)).toEqual(sizes);
  });

  test.each<[bounds: readonly [number, number?, number?, number?], parts: readonly (readonly number[])[]]>([
    [[5], [[0], [1, 2], [3, 4]]],
    [
      [1, 7, 2],
      [[1], [3], [5]],
    ],
    [
      [5, 0, -1],
      [[5], [4, 3], [2, 1]],
    ],
    [
      [5, 0],
      [[], [], []],
    ],
    [
      [10, 0, 3],
      [[], [], []],
    ],
    [
      [0, 10, 3, 4],
      [[0], [3], [6], [9]],
    ],
    [
      [0, 5, 1, 2],
      [
        [0, 1],
        [2, 3, 4],
      ],
    ],
  ])("range(%j)", async ([start, end, step, slices], parts) => {
    expect(
      await sc
        .range(start, end, step ?? 1, slices)
        .glom()
        .collect(),
    ).toEqual(parts);
  });

  test("range of large numbers, in batches", async () => {
    const start = 2n ** 62n;
    expect(await sc.range(start, start + 3n).collect()).toEqual([start, start + 1n, start + 2n]);
    expect(await sc.range(0, 100_000, 1, 2).sum()).toBe(4_999_950_000);
  });

  test.each<[what: string, call: () => unknown, message: RegExp]>([
    ["a step of 0", () => sc.range(0, 5, 0), /range: step must be not 0/],
    ["a fraction", () => sc.range(0.5), /range: start must be a whole number, not 0.5/],
    ["no slices", () => sc.range(0, 5, 1, 0), /range: numSlices must be a positive whole number, not 0/],
    ["a negative number of slices", () => sc.parallelize([1], -1), /parallelize: numSlices must be a positive/],
    [
      "a record of no length",
      () => sc.binaryRecords("f", 0),
      /binaryRecords: recordLength must be a whole number from 1/,
    ],
    ["fewer than no partitions", () => sc.textFile("f", -1), /textFile: minPartitions must be a whole number from 0/],
    ["no RDDs", () => sc.union([]), /union: rdds must be at least one/],
  ])("%s is refused", (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test("none at all: no partitions", async () => {
    expect([await sc.emptyRDD().getNumPartitions(), await sc.emptyRDD().collect()]).toEqual([0, []]);
  });

  test("of several RDDs, one after the other", async () => {
    const parts = await sc
      .union([sc.parallelize([1, 2], 2), sc.parallelize([9], 1)])
      .glom()
      .collect();
    expect(parts).toEqual([[1], [2], [9]]);
  });
});

describe("runJob", () => {
  const numbers = sc.range(0, 6, 1, 3);
  const squares = (elements: Iterable<number | bigint>): number[] => Array.from(elements, (x) => Number(x) ** 2);

  test("over all partitions, over some in any order, over none", async () => {
    expect(await sc.runJob(numbers, squares)).toEqual([0, 1, 4, 9, 16, 25]);
    expect(await sc.runJob(numbers, squares, [2, 0, 2], true)).toEqual([16, 25, 0, 1, 16, 25]);
    expect(await sc.runJob(numbers, squares, [])).toEqual([]);
  });

  test.each([[[3]], [[-1]], [[0.5]]])("over %j, which is not there", async (partitions) => {
    await expect(sc.runJob(numbers, squares, partitions)).rejects.toThrow(/runJob: partitions must be numbers/);
  });
});

describe("what only Java could do", () => {
  const text = "org.apache.hadoop.mapred.TextInputFormat";
  test.each<[what: string, call: () => unknown]>([
    ["inputFormatClass a.b.Format", () => sc.hadoopFile("f", "a.b.Format", "k", "v")],
    ["inputFormatClass a.b.Format", () => sc.newAPIHadoopFile("f", "a.b.Format", "k", "v")],
    ["keyConverter a.b.C", () => sc.sequenceFile("f", null, null, "a.b.C")],
    ["valueConverter a.b.C", () => sc.hadoopFile("f", text, "k", "v", null, "a.b.C")],
  ])("%s", (what, call) => {
    expect(call).toThrow(expect.objectContaining({ code: "JVM_REQUIRED" }));
    expect(call).toThrow(`${what} needs a Java virtual machine`);
  });

  test("settings without an input", () => {
    expect(() => sc.hadoopRDD(text, "k", "v")).toThrow(/hadoopRDD: conf must be settings that name the input/);
    expect(() => sc.newAPIHadoopRDD(text, "k", "v", null, null, { x: "y" })).toThrow(/inputdir or mapred\.input\.dir/);
  });
});
