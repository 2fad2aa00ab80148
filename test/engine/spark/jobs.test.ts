/**
 * Programs of TypeScript on a real Spark Connect server: RDDs of several inputs, what tasks share, what is kept, and
 * files. What they give is what the same program gives on `local[2]`, or what another reader finds in the files.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SparkContext } from "../../../engine/index.js";
import { installSpark } from "../../servers/spark/install.js";
import { type SparkServer, startSpark } from "../../servers/spark/start.js";
import { pythonOutput } from "./spark-fixture.js";

/** However busy the machine is; the first job of a session sends the workers and starts Spark's. */
const timeout = 300_000;

let server: SparkServer;
let folder: string;
let cluster: SparkContext;
let local: SparkContext;

beforeAll(async () => {
  [server, folder] = await Promise.all([startSpark(), mkdtemp(join(tmpdir(), "kindling-test-"))]);
  cluster = new SparkContext(server.master, "cluster");
  local = new SparkContext("local[2]", "local");
});

afterAll(async () => {
  await cluster?.stop();
  await local?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Program = (sc: SparkContext) => Promise<unknown>;

const pairs = (sc: SparkContext, partitions = 3) =>
  sc.parallelize<[string, number]>(
    [..."abcabcabd"].map((letter, at) => [letter, at]),
    partitions,
  );

const numbers = (sc: SparkContext, count: number, partitions: number) =>
  sc.parallelize(
    Array.from({ length: count }, (_, at) => at),
    partitions,
  );

/** For results whose order nobody promises. */
const unordered = (elements: readonly unknown[]): string[] => elements.map((element) => JSON.stringify(element)).sort();

describe("as on local[2]", { timeout }, () => {
  const programs: Readonly<Record<string, Program>> = {
    "a join of two shuffles": async (sc) =>
      unordered(
        await pairs(sc)
          .join(pairs(sc, 2).mapValues((n) => -n))
          .collect(),
      ),
    "outer joins": async (sc) =>
      unordered(
        await pairs(sc)
          .fullOuterJoin(
            sc.parallelize<[string, string]>(
              [
                ["a", "x"],
                ["z", "y"],
              ],
              2,
            ),
          )
          .collect(),
      ),
    "a cogroup of three": async (sc) =>
      unordered(
        await pairs(sc)
          .groupWith(pairs(sc, 1), pairs(sc, 2))
          .mapValues((groups) => groups.map((group) => [...group].length))
          .collect(),
      ),
    "a union of many": async (sc) =>
      sc
        .union(Array.from({ length: 12 }, (_, at) => sc.parallelize([at, at + 0.5], 2)))
        .glom()
        .collect(),
    "a union of partitioned RDDs has no shuffle of its own": async (sc) => {
      const placed = pairs(sc).partitionBy(2);
      return [
        await placed
          .union(placed.mapValues((n) => n + 1))
          .glom()
          .collect(),
        placed.union(placed).getNumPartitions(),
      ];
    },
    zip: async (sc) =>
      sc
        .parallelize([1, 2, 3, 4], 2)
        .zip(sc.parallelize([..."abcd"], 2))
        .collect(),
    "a cartesian product": async (sc) =>
      sc
        .range(0, 3, 1, 2)
        .cartesian(sc.parallelize(["x", "y"], 2))
        .glom()
        .collect(),
    "an RDD with itself": async (sc) => {
      const one = pairs(sc).reduceByKey((a, b) => a + b, 2);
      return unordered(await one.join(one).cartesian(one).collect());
    },
    coalesce: async (sc) => sc.range(0, 10, 1, 5).coalesce(2).glom().collect(),
    repartition: async (sc) => sc.range(0, 20, 1, 2).repartition(3).glom().collect(),
    "the first of many partitions": async (sc) =>
      sc
        .range(0, 100, 1, 10)
        .filter((n) => n > 42)
        .take(3),
    "subtract and intersection": async (sc) => [
      unordered(
        await sc
          .range(0, 9, 1, 3)
          .subtract(sc.range(3, 6, 1, 1))
          .collect(),
      ),
      unordered(
        await sc
          .range(0, 9, 1, 3)
          .intersection(sc.range(3, 6, 1, 1))
          .collect(),
      ),
    ],
    sortBy: async (sc) =>
      pairs(sc)
        .sortBy(([letter, n]) => `${letter}${9 - n}`)
        .collect(),
    zipWithIndex: async (sc) =>
      sc
        .parallelize([..."abcde"], 3)
        .zipWithIndex()
        .collect(),
    "aggregates in trees": async (sc) => numbers(sc, 50, 9).treeReduce((a, b) => a + b, 3),
    "a pipe": async (sc) => sc.parallelize([3, 1, 2], 1).pipe("sort").collect(),
    "nothing at all": async (sc) => [
      await sc.emptyRDD().count(),
      await sc.union([sc.emptyRDD<number>(), sc.parallelize([1], 1)]).collect(),
    ],
    "elements larger than a row of Spark": async (sc) => {
      const long = sc.parallelize([20_000_000, 1], 1).map((length) => "x".repeat(length));
      return (await long.repartition(1).collect()).map((text) => text.length);
    },
  };
  test.each(Object.entries(programs))("%s", async (_, program) => {
    const [here, there] = await Promise.all([program(local), program(cluster)]);
    expect(there).toEqual(here);
  });
});

describe("what tasks share", { timeout }, () => {
  test("broadcast values travel once, and are gone when destroyed", async () => {
    const names = cluster.broadcast(["zero", "one"]);
    const named = cluster.parallelize([1, 0], 2).map((i) => names.value[i]);
    expect(await named.collect()).toEqual(["one", "zero"]);
    expect(await named.collect()).toEqual(["one", "zero"]);
    await names.destroy();
    await expect(named.collect()).rejects.toMatchObject({ code: "BROADCAST_DESTROYED" });
  });

  test("accumulators count each task of a stage once, whichever job ran it", async () => {
    const seen = cluster.longAccumulator("seen");
    const sizes = cluster.collectionAccumulator<number>("sizes");
    const counted = numbers(cluster, 10, 3).map((n): [number, number] => {
      seen.add(1);
      return [n % 2, n];
    });
    const summed = counted.reduceByKey((a, b) => a + b, 2);
    await summed.foreach(([, sum]) => sizes.add(sum));
    expect([seen.value, [...sizes.value].sort()]).toEqual([10, [20, 25]]);
    // The stage before the shuffle has told already.
    await summed.count();
    expect(seen.value).toBe(10);
    await counted.count();
    expect(seen.value).toBe(20);
  });

  test("what a task that failed added does not count", async () => {
    const seen = cluster.longAccumulator("seen");
    const failing = cluster.parallelize([1, 2], 1).foreach((n) => {
      seen.add(1);
      if (n === 2) throw new RangeError("two");
    });
    await expect(failing).rejects.toMatchObject({ code: "USER_FUNCTION_FAILED" });
    expect(seen.value).toBe(0);
  });
});

describe("what is kept", { timeout }, () => {
  test("a persisted RDD is computed once, until it is unpersisted", async () => {
    const runs = cluster.longAccumulator("runs");
    const kept = numbers(cluster, 6, 3)
      .map((n) => {
        runs.add(1);
        return n * n;
      })
      .cache();
    expect(await kept.sum()).toBe(55);
    expect(await kept.union(kept).count()).toBe(12);
    expect(await kept.glom().collect()).toEqual([
      [0, 1],
      [4, 9],
      [16, 25],
    ]);
    expect(runs.value).toBe(6);
    await kept.unpersist();
    expect(await kept.max()).toBe(25);
    expect(runs.value).toBe(12);
  });

  test("checkpoints, in a directory of the cluster and with the executors", async () => {
    const directory = join(folder, "checkpoints");
    await cluster.setCheckpointDir(directory);
    const written = pairs(cluster).reduceByKey((a, b) => a + b, 2);
    await written.checkpoint();
    expect(await written.count()).toBe(4);
    expect(written.isCheckpointed()).toBe(true);
    expect(written.getCheckpointFile()?.startsWith(directory)).toBe(true);
    const held = written.mapValues((n) => n + 1);
    await held.localCheckpoint();
    expect(await held.count()).toBe(4);
    const expected = await pairs(local)
      .reduceByKey((a, b) => a + b, 2)
      .collect();
    expect(await written.collect()).toEqual(expected);
    expect(await held.collect()).toEqual(expected.map(([letter, n]) => [letter, n + 1]));
  });
});

describe("files", { timeout }, () => {
  const parts = async (path: string): Promise<string[]> =>
    (await readdir(path)).filter((name) => name.startsWith("part-")).map((name) => join(path, name));

  test("text, plain and compressed; a directory that is there is refused", async () => {
    const path = join(folder, "text");
    await cluster.parallelize(["über", "a", "b"], 2).saveAsTextFile(path);
    const texts = await Promise.all((await parts(path)).sort().map((part) => readFile(part, "utf8")));
    expect(texts).toEqual(["über\n", "a\nb\n"]);
    expect(await cluster.textFile(path).collect()).toEqual(["über", "a", "b"]);
    await expect(cluster.parallelize(["c"]).saveAsTextFile(path)).rejects.toMatchObject({
      code: "PATH_ALREADY_EXISTS",
    });
    await cluster.parallelize(["a", "b"], 1).saveAsTextFile(join(folder, "gz"), "gzip");
    expect((await parts(join(folder, "gz"))).every((part) => part.endsWith(".gz"))).toBe(true);
    expect(await local.textFile(join(folder, "gz")).collect()).toEqual(["a", "b"]);
  });

  const codecs = ["none", "gzip", "bzip2", "zstd", "lz4", "snappy"];

  test.each(codecs)("SequenceFiles, codec %s", async (codec) => {
    const path = join(folder, `sequence-${codec}`);
    const many = numbers(cluster, 3000, 2).map((n): [number, string] => [n, `value ${n % 7}`]);
    await (codec === "none" ? many.saveAsSequenceFile(path) : many.saveAsSequenceFile(path, codec));
    const expected = Array.from({ length: 3000 }, (_, n) => [n, `value ${n % 7}`]);
    for (const sc of [local, cluster]) expect(await sc.sequenceFile<number, string>(path).collect()).toEqual(expected);
  });

  test("they are PySpark's, too", async () => {
    // Hadoop has no native library for zstd here.
    const paths = codecs.filter((codec) => codec !== "zstd").map((codec) => join(folder, `sequence-${codec}`));
    const { python } = await installSpark();
    const program = `
import sys
from pyspark import SparkContext
sc = SparkContext("local[1]")
sc.setLogLevel("OFF")
for path in sys.argv[1:]:
    found = sc.sequenceFile(path).collect()
    print(len(found), sorted(found)[2999])
`;
    const output = await pythonOutput(python, program, ...paths);
    expect(output).toBe("3000 (2999, 'value 3')\n".repeat(paths.length));
  });

  test("objects", async () => {
    const path = join(folder, "objects");
    const values = [{ a: 1 }, [1, "x"], null, 2.5];
    await cluster.parallelize(values, 2).saveAsObjectFile(path);
    expect(await cluster.pickleFile(path).collect()).toEqual(values);
    expect(await local.pickleFile(path).collect()).toEqual(values);
  });

  test("whole files, bytes and records, in the partitions of the embedded engine", async () => {
    const path = join(folder, "whole");
    await mkdir(path);
    await Promise.all(["b.txt", "a.txt", "c.bin"].map((name, at) => writeFile(join(path, name), "xyz".repeat(at + 1))));
    for (const program of [
      (sc: SparkContext) => sc.wholeTextFiles(path, 2).glom().collect(),
      (sc: SparkContext) =>
        sc
          .binaryFiles(path)
          .map(([name, bytes]) => [name, bytes.length])
          .collect(),
      (sc: SparkContext) =>
        sc
          .binaryRecords(join(path, "a.txt"), 3)
          .map((bytes) => bytes.length)
          .collect(),
    ])
      expect(await program(cluster)).toEqual(await program(local));
  });
});
