/** Names, storage levels, checkpoints, lineage. Expected values are what PySpark 4.3.0 and Spark 4.3.0 show. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { EngineError, type RDD, type SparkContext, SparkSession, StorageLevel } from "../../../engine/index.js";
import { sizeText } from "../../../engine/rdd/debug-string.js";
import { levelText } from "../../../engine/rdd/storage-levels.js";
import { launched } from "./launched.js";
import { pickledPairs, pythonFunction, pythonProgram, typescriptProgram } from "./programs.js";

let sc: SparkContext;
let directory: string;

beforeAll(() => {
  sc = typescriptProgram();
  directory = mkdtempSync(join(tmpdir(), "kindling-kept-"));
});

afterAll(async () => {
  await sc.stop();
  rmSync(directory, { recursive: true, force: true });
});

const numbers = (): RDD<number> => sc.parallelize([1, 2, 3, 4], 2).map((x) => x + 1);
const add = (a: number, b: number): number => a + b;

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return "nothing failed";
};

describe("names", () => {
  it("belong to one RDD", () => {
    const rdd = numbers();
    expect(rdd.name()).toBeNull();
    expect(rdd.setName("numbers")).toBe(rdd);
    expect([rdd.name(), rdd.map((x) => x).name()]).toEqual(["numbers", null]);
  });

  it("ids go up", () => {
    const rdd = numbers();
    expect(rdd.map((x) => x).id()).toBeGreaterThan(rdd.id());
  });

  it("an RDD knows its context", async () => {
    expect(numbers().context).toBe(sc);
    const spark = new SparkSession("local[1]", "names");
    expect(spark.sparkContext.parallelize([1]).context).toBe(spark.sparkContext);
    await spark.stop();
  });
});

describe("storage levels", () => {
  it("begin with none; cache is memory", () => {
    const rdd = numbers();
    expect(rdd.getStorageLevel()).toEqual(StorageLevel.NONE);
    expect(rdd.cache()).toBe(rdd);
    expect(rdd.getStorageLevel()).toEqual(StorageLevel.MEMORY_ONLY);
  });

  it("do not change, but for none", () => {
    const rdd = numbers().persist(StorageLevel.DISK_ONLY);
    expect(rdd.persist(new StorageLevel(true, false, false, false, 1))).toBe(rdd);
    expect(codeOf(() => rdd.cache())).toBe("STORAGE_LEVEL_ASSIGNED");
    expect(codeOf(() => rdd.persist(StorageLevel.NONE))).toBe("STORAGE_LEVEL_ASSIGNED");
    expect(rdd.unpersist().cache().getStorageLevel()).toEqual(StorageLevel.MEMORY_ONLY);
    expect(numbers().persist(StorageLevel.NONE).getStorageLevel()).toEqual(StorageLevel.NONE);
  });

  // str() of PySpark's levels, but for the heap, which Spark's own text has.
  test.each([
    [StorageLevel.NONE, "Serialized 1x Replicated"],
    [StorageLevel.DISK_ONLY_2, "Disk Serialized 2x Replicated"],
    [StorageLevel.MEMORY_ONLY, "Memory Serialized 1x Replicated"],
    [StorageLevel.MEMORY_AND_DISK_DESER, "Disk Memory Deserialized 1x Replicated"],
    [StorageLevel.OFF_HEAP, "Disk Memory (off heap) Serialized 1x Replicated"],
  ])("%j as text", (level, text) => {
    expect(levelText(level)).toBe(text);
  });

  it("keep what was computed, until it is given up", async () => {
    const rdd = numbers().cache();
    await rdd.count();
    const stored = (): number | undefined =>
      sc.session.backend.storage().find((info) => info.rdd === rdd.id())?.cachedPartitions;
    expect(stored()).toBe(2);
    rdd.unpersist(true);
    expect(stored()).toBeUndefined();
  });
});

describe("checkpoints", () => {
  it("need a directory", async () => {
    const own = typescriptProgram();
    expect(codeOf(() => own.parallelize([1]).checkpoint())).toBe("CHECKPOINT_DIRECTORY_NOT_SET");
    await own.stop();
  });

  it("are written by a job of their own after the first one, and cut the lineage", async () => {
    await sc.setCheckpointDir(directory);
    const rdd = sc.parallelize<[number, number]>([[1, 1]], 2).reduceByKey(add);
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile()]).toEqual([false, null]);
    rdd.checkpoint();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile()]).toEqual([false, null]);
    expect(await launched(sc, () => rdd.count())).toHaveLength(2);
    const file = rdd.getCheckpointFile() ?? "";
    expect([rdd.isCheckpointed(), rdd.isLocallyCheckpointed()]).toEqual([true, false]);
    expect(file).toMatch(new RegExp(`^file:${directory}/.*/rdd-${rdd.id()}$`));
    expect(readdirSync(file.slice("file:".length))).toHaveLength(2);
    const [first, second] = (await rdd.toDebugString()).split("\n");
    expect([first?.split("[")[0], second?.split("[")[0]]).toEqual(["(2) ShuffledRDD", " |  ReliableCheckpointRDD"]);
    expect(await launched(sc, () => rdd.collect())).toEqual([[2]]);
    expect(await rdd.collect()).toEqual([[1, 1]]);
  });

  it("come too late after a job of the RDD", async () => {
    await sc.setCheckpointDir(directory);
    const rdd = numbers();
    await rdd.count();
    rdd.checkpoint();
    await rdd.count();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile()]).toEqual([false, null]);
    rdd.localCheckpoint();
    await rdd.count();
    expect([rdd.isCheckpointed(), rdd.isLocallyCheckpointed()]).toEqual([false, true]);
  });

  it("local ones stay with the executors, with the disk", async () => {
    const [plain, kept] = [numbers(), numbers().persist(StorageLevel.MEMORY_ONLY)];
    plain.localCheckpoint();
    kept.localCheckpoint();
    expect(plain.isLocallyCheckpointed()).toBe(true);
    // PySpark: "Disk Memory Deserialized 1x Replicated", "Disk Memory Serialized 1x Replicated", then 2x.
    expect(levelText(plain.getStorageLevel())).toBe("Disk Memory Deserialized 1x Replicated");
    expect(levelText(kept.getStorageLevel())).toBe("Disk Memory Serialized 1x Replicated");
    kept.persist(StorageLevel.MEMORY_ONLY_2);
    expect(levelText(kept.getStorageLevel())).toBe("Disk Memory Serialized 2x Replicated");
    await plain.count();
    expect([plain.isCheckpointed(), plain.getCheckpointFile()]).toEqual([true, null]);
    expect(await plain.collect()).toEqual([2, 3, 4, 5]);
  });

  it("a local one takes the place of one that was only asked for, not the other way round", async () => {
    await sc.setCheckpointDir(directory);
    const [one, other] = [numbers(), numbers()];
    one.checkpoint();
    one.localCheckpoint();
    other.localCheckpoint();
    other.checkpoint();
    for (const rdd of [one, other]) {
      await rdd.count();
      expect([rdd.isCheckpointed(), rdd.isLocallyCheckpointed(), rdd.getCheckpointFile()]).toEqual([true, true, null]);
    }
    expect(existsSync(directory)).toBe(true);
  });
});

describe("shuffles given up", () => {
  it("are done again", async () => {
    const rdd = sc.parallelize<[number, number]>([[1, 1]], 3).reduceByKey(add, 2);
    expect(await launched(sc, () => rdd.count())).toEqual([[3, 2]]);
    expect(await launched(sc, () => rdd.count())).toEqual([[2]]);
    rdd.cleanShuffleDependencies();
    expect(await launched(sc, () => rdd.count())).toEqual([[3, 2]]);
  });

  it("not those behind an RDD that is kept", async () => {
    const kept = sc
      .parallelize<[number, number]>([[1, 1]], 3)
      .reduceByKey(add, 2)
      .cache();
    const rdd = kept.mapValues((v) => v).partitionBy(4);
    await rdd.count();
    rdd.cleanShuffleDependencies();
    expect(await launched(sc, () => rdd.count())).toEqual([[2, 4]]);
    kept.unpersist();
    expect(await launched(sc, () => kept.count())).toEqual([[2]]);
  });
});

describe("toDebugString", () => {
  /** Without numbers and places: `(2) PythonRDD []`. */
  const shape = async (rdd: { toDebugString(): Promise<string> }): Promise<string[]> =>
    (await rdd.toDebugString()).split("\n").map((line) => line.replace(/\[\d+\] at .* \[/, " ["));

  it("names calls and places", async () => {
    const text = await sc.parallelize([1], 1).setName("ones").toDebugString();
    expect(text).toMatch(/^\(1\) ones ParallelCollectionRDD\[\d+\] at parallelize at kept\.test\.ts:\d+ \[\]$/);
  });

  it("numbers of one call are the same, its name stands once", async () => {
    const rdd = sc
      .parallelize<[number, number]>([[1, 1]], 2)
      .reduceByKey(add, 3)
      .setName("sums");
    expect(await rdd.toDebugString()).toMatch(
      new RegExp(`^\\(3\\) sums ShuffledRDD\\[${rdd.id()}\\] at reduceByKey at `),
    );
    const own = pythonProgram();
    const sums = pickledPairs(own, 2).reduceByKey(pythonFunction("f"), 3).setName("sums");
    const lines = (await sums.toDebugString()).split("\n");
    expect(lines.map((line) => line.includes("sums "))).toEqual([true, false, false, false, false, false]);
    expect(lines.map((line) => line.includes(`[${sums.id()}]`))).toEqual([true, true, true, true, true, false]);
    await own.stop();
  });

  it("of a program in TypeScript: one line for each RDD, as in Spark", async () => {
    const pairs = sc.parallelize<[number, number]>([[1, 1]], 2);
    expect(await shape(pairs.map((x) => x).filter(() => true))).toEqual([
      "(2) MapPartitionsRDD []",
      " |  MapPartitionsRDD []",
      " |  ParallelCollectionRDD []",
    ]);
    // Spark 4.3.0: "(3)", " +-(2)".
    expect(await shape(pairs.reduceByKey(add, 3))).toEqual(["(3) ShuffledRDD []", " +-(2) ParallelCollectionRDD []"]);
    expect(await shape(pairs.union(pairs.coalesce(1)))).toEqual([
      "(3) UnionRDD []",
      " |  ParallelCollectionRDD []",
      " |  CoalescedRDD []",
      " |  ParallelCollectionRDD []",
    ]);
    expect(await shape(sc.emptyRDD())).toEqual(["(0) EmptyRDD []"]);
  });

  // The lines of PySpark's own text for the same program, its RDDs' numbers and places left out.
  it("of a program in Python: steps run together, pairs are put into buckets", async () => {
    const own = pythonProgram();
    const pairs = pickledPairs(own, 2);
    const f = pythonFunction("f");
    expect(await shape(pairs)).toEqual(["(2) ParallelCollectionRDD []"]);
    expect(await shape(pairs.map(f).filter(f))).toEqual(["(2) PythonRDD []", " |  ParallelCollectionRDD []"]);
    expect(await shape(pairs.reduceByKey(f, 3))).toEqual([
      "(3) PythonRDD []",
      " |  MapPartitionsRDD []",
      " |  ShuffledRDD []",
      " +-(2) PairwiseRDD []",
      "    |  PythonRDD []",
      "    |  ParallelCollectionRDD []",
    ]);
    expect(await shape(pairs.partitionBy(3))).toEqual([
      "(3) MapPartitionsRDD []",
      " |  ShuffledRDD []",
      " +-(2) PairwiseRDD []",
      "    |  PythonRDD []",
      "    |  ParallelCollectionRDD []",
    ]);
    expect(await shape(pairs.union(pairs))).toEqual([
      "(4) UnionRDD []",
      " |  ParallelCollectionRDD []",
      " |  ParallelCollectionRDD []",
    ]);
    expect(await shape(pairs.union(pairs.groupByKey(3)).groupByKey(4))).toEqual([
      "(4) PythonRDD []",
      " |  MapPartitionsRDD []",
      " |  ShuffledRDD []",
      " +-(5) PairwiseRDD []",
      "    |  PythonRDD []",
      "    |  UnionRDD []",
      "    |  PythonRDD []",
      "    |  ParallelCollectionRDD []",
      "    |  PythonRDD []",
      "    |  MapPartitionsRDD []",
      "    |  ShuffledRDD []",
      "    +-(2) PairwiseRDD []",
      "       |  PythonRDD []",
      "       |  ParallelCollectionRDD []",
    ]);
    await own.stop();
  });

  it("shows the level of the RDD itself on every line, and what is stored", async () => {
    const rdd = numbers().cache();
    await rdd.count();
    const [first, stored, parent] = await shape(rdd);
    expect([first, parent]).toEqual([
      "(2) MapPartitionsRDD [Memory Serialized 1x Replicated]",
      " |  ParallelCollectionRDD [Memory Serialized 1x Replicated]",
    ]);
    expect(stored).toMatch(/^ \| {7}CachedPartitions: 2; MemorySize: [\d.]+ B; DiskSize: 0\.0 B$/);
  });

  // Spark's Utils.bytesToString.
  test.each([
    [0, "0.0 B"],
    [136, "136.0 B"],
    [2047, "2047.0 B"],
    [2048, "2.0 KiB"],
    [1_500_000, "1464.8 KiB"],
    [3 * 2 ** 30, "3.0 GiB"],
  ])("%i bytes", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
