import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkSession } from "../../../engine/index.js";

let directory: string;
let spark: SparkSession;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "kindling-files-"));
  spark = new SparkSession("local[2]", "files", { "spark.local.dir": directory });
});

afterAll(async () => {
  await spark.stop();
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

/** Folders of stages that the application keeps. */
function keptStages(): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /stage-\d+$/.test(name));
}

describe("files of a running application", () => {
  it("of queries go with their job", async () => {
    for (let i = 0; i < 5; i++) {
      expect(await spark.range(10).count()).toBe(10);
      expect(await spark.range(3).collect()).toHaveLength(3);
    }
    expect(keptStages()).toEqual([]);
  });

  it("of what an action merges go with its job", async () => {
    const numbers = spark.sparkContext.parallelize([3, 1, 2], 3);
    expect(await numbers.sum()).toBe(6);
    expect(await numbers.reduce((left, right) => left + right)).toBe(6);
    expect(
      await numbers.treeAggregate(
        0,
        (left, right) => left + right,
        (left, right) => left + right,
      ),
    ).toBe(6);
    expect(await numbers.takeOrdered(1)).toEqual([1]);
    expect((await numbers.countByValue()).size).toBe(3);
    expect(keptStages()).toEqual([]);
  });

  it("of a shuffle stay, for later jobs", async () => {
    const counts = spark.sparkContext
      .parallelize(["a", "b", "a"], 2)
      .map((word): [string, number] => [word, 1])
      .reduceByKey((left, right) => left + right);
    expect(await counts.count()).toBe(2);
    expect(keptStages()).toHaveLength(1);
    expect(await counts.count()).toBe(2);
    expect(keptStages()).toHaveLength(1);
  });
});
