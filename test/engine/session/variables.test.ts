/** Broadcasts and accumulators of a TypeScript program. Counts are those that Spark 4.3 gives for the same programs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type AccumulatorParam, SparkContext, SparkFiles } from "../../../engine/index.js";

const sc = new SparkContext("local[2,4]", "variables");
const folder = mkdtempSync(join(tmpdir(), "variables-"));
afterAll(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

describe("a broadcast", () => {
  test("is read by tasks and in the program", async () => {
    const names = sc.broadcast(new Map([[1, "one"]]));
    expect(names.value.get(1)).toBe("one");
    expect(
      await sc
        .parallelize([1, 2], 2)
        .map((x) => names.value.get(x) ?? "none")
        .collect(),
    ).toEqual(["one", "none"]);
  });

  test("can be used again after unpersist, and never after destroy", async () => {
    const shared = sc.broadcast([1]);
    const rdd = sc.parallelize([0], 1).map((i) => shared.value[i]);
    await shared.unpersist();
    expect([await rdd.collect(), shared.value]).toEqual([[1], [1]]);
    await shared.destroy();
    const destroyed = expect.objectContaining({ code: "BROADCAST_DESTROYED" });
    expect(() => shared.value).toThrow(destroyed);
    await expect(rdd.collect()).rejects.toEqual(destroyed);
    await expect(shared.destroy()).rejects.toEqual(destroyed);
    await expect(shared.unpersist()).rejects.toEqual(destroyed);
  });

  test("does not hold what exists in the driver only", () => {
    expect(() => sc.broadcast(sc.parallelize([1]))).toThrow(expect.objectContaining({ code: "VALUE_NOT_PORTABLE" }));
  });
});

describe("an accumulator", () => {
  test("adds what tasks add, once for each computation", async () => {
    const sum = sc.accumulator(10);
    const counted = sc.parallelize([1, 2, 3], 2).map((x) => {
      sum.add(x);
      return x;
    });
    expect(sum.value).toBe(10);
    await counted.count();
    expect(sum.value).toBe(16);
    await counted.count();
    expect(sum.value).toBe(22);
  });

  test("does not count attempts that failed", async () => {
    const calls = sc.accumulator(0);
    const marker = join(folder, "seen");
    const { existsSync } = await import("node:fs");
    await sc.parallelize([1, 2, 3], 3).foreach((x) => {
      calls.add(1);
      if (existsSync(`${marker}${x}`)) return;
      writeFileSync(`${marker}${x}`, "");
      throw new TypeError("first attempt");
    });
    expect(calls.value).toBe(3);
  });

  test("with a rule of the program", async () => {
    const union: AccumulatorParam<Set<number>> = {
      zero: () => new Set(),
      addInPlace: (left, right) => new Set([...left, ...right]),
    };
    const found = sc.accumulator(new Set([0]), union);
    await sc.parallelize([1, 2, 1, 3], 3).foreach((x) => found.add(new Set([x])));
    expect(found.value).toEqual(new Set([0, 1, 2, 3]));
  });

  test("of whole numbers, doubles, elements", async () => {
    const [long, double, list] = [sc.longAccumulator("n"), sc.doubleAccumulator(), sc.collectionAccumulator<number>()];
    await sc.parallelize([1, 2, 3], 2).foreach((x) => {
      long.add(x);
      double.add(x / 2);
      list.add(x);
    });
    expect([long.value, long.count, double.avg, [...list.value].sort()]).toEqual([6, 3, 1, [1, 2, 3]]);
  });

  test("needs a rule for what is no number", () => {
    expect(() => sc.accumulator("text")).toThrow(/accumulator: accum_param must be given for what is no number/);
  });
});

describe("files", () => {
  test("that were added are found by functions and by the program", async () => {
    const path = join(folder, "factor.txt");
    writeFileSync(path, "100");
    await sc.addFile(path);
    const { readFileSync } = await import("node:fs");
    const scaled = sc.parallelize([1, 2], 2).map((x) => x * Number(readFileSync(SparkFiles.get("factor.txt"), "utf8")));
    expect(await scaled.collect()).toEqual([100, 200]);
    expect(readFileSync(SparkFiles.get("factor.txt"), "utf8")).toBe("100");
  });

  test("of another context, before any was added", async () => {
    const other = new SparkContext("local[1]", "other");
    await expect(
      other
        .parallelize([1])
        .map(() => SparkFiles.get("f"))
        .collect(),
    ).rejects.toThrow(/SparkFiles: no file was added when the job started/);
    await other.stop();
  });
});

test.each(["addFile", "addPyFile", "addArchive"] as const)("%s needs workers of our own", async (call) => {
  const cluster = new SparkContext("sc://localhost:1", "cluster");
  await expect(cluster[call]("some file")).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
  await cluster.stop();
});
