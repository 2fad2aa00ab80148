import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineError, SparkContext } from "../../../engine/index.js";

let sc: SparkContext;
let directory: string;

beforeAll(() => {
  sc = new SparkContext("local[2]", "rdd");
  directory = mkdtempSync(join(tmpdir(), "kindling-rdd-"));
});

afterAll(async () => {
  await sc.stop();
  rmSync(directory, { recursive: true, force: true });
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const failureOf = async (work: Promise<unknown> | (() => unknown)): Promise<EngineError> => {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("nothing failed");
};

describe("transformations", () => {
  it("map, filter and flatMap keep order and partitions", async () => {
    const rdd = sc
      .parallelize(upTo(10), 3)
      .map((x) => x * 2)
      .filter((x) => x % 4 === 0)
      .flatMap((x) => [x, x + 1]);
    expect(await rdd.collect()).toEqual([0, 1, 4, 5, 8, 9, 12, 13, 16, 17]);
    expect(await rdd.getNumPartitions()).toBe(3);
  });

  // PySpark 4.1.1: parallelize(range(10), 3).glom().collect() == [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]
  it("cuts collections as Spark does", async () => {
    const glom = sc.parallelize(upTo(10), 3).mapPartitions((elements) => [[...elements]]);
    expect(await glom.collect()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8, 9],
    ]);
  });

  it("calls mapPartitions once for an empty partition too", async () => {
    const lengths = sc.parallelize([1], 3).mapPartitions((elements) => [[...elements].length]);
    expect(await lengths.collect()).toEqual([0, 0, 1]);
  });

  it("reads no more of a partition than an iterator is asked for", async () => {
    const first = sc.parallelize(upTo(100_000), 1).mapPartitions(function* (elements) {
      let read = 0;
      for (const element of elements) {
        read += 1;
        if (element === 4) break;
      }
      yield read;
    });
    expect(await first.collect()).toEqual([5]);
  });

  it("captures variables and imported functions", async () => {
    const suffix = "!";
    const shout = (text: string): string => text.toUpperCase() + suffix;
    expect(
      await sc
        .parallelize(["/a/x", "/b/y"])
        .map((path) => shout(basename(path)))
        .collect(),
    ).toEqual(["X!", "Y!"]);
  });

  it("merges values by key, for keys of every kind", async () => {
    const sum = (a: number, b: number): number => a + b;
    const pairs: [unknown, number][] = [
      ["a", 1],
      [1, 2],
      [[1, "x"], 3],
      ["a", 10],
      [1, 20],
      [[1, "x"], 30],
      [null, 4],
      [-0, 5],
      [0, 50],
    ];
    const merged = await sc.parallelize(pairs, 3).reduceByKey(sum, 4).collect();
    const byText = new Map(merged.map(([key, value]) => [JSON.stringify(key), value]));
    expect(byText).toEqual(
      new Map([
        ['"a"', 11],
        ["1", 22],
        ['[1,"x"]', 33],
        ["null", 4],
        ["0", 55],
      ]),
    );
  });

  it("uses map outputs again: functions before a shuffle run once", async () => {
    const path = join(directory, "calls");
    const counted = sc.parallelize(upTo(4), 2).map((x): [number, number] => {
      process.getBuiltinModule("node:fs").appendFileSync(path, "x");
      return [x % 2, x];
    });
    const sums = counted.reduceByKey((a, b) => a + b);
    await sums.count();
    await sums.collect();
    expect(readFileSync(path, "utf8")).toBe("xxxx");
  });

  it("keeps keys through mapValues, keys and values", async () => {
    const pairs = sc
      .parallelize<[string, number]>(
        [
          ["a", 1],
          ["b", 2],
        ],
        2,
      )
      .mapValues((value) => value * 10);
    expect(await pairs.collect()).toEqual([
      ["a", 10],
      ["b", 20],
    ]);
    expect(await pairs.keys().collect()).toEqual(["a", "b"]);
    expect(await pairs.values().sum()).toBe(30);
  });
});

describe("sortBy", () => {
  const shuffled = upTo(1000).map((x) => (x * 7919) % 1000);

  it.each([
    ["ascending", true, upTo(1000)],
    ["descending", false, upTo(1000).reverse()],
  ])("sorts over partitions, %s", async (_, ascending, expected) => {
    expect(
      await sc
        .parallelize(shuffled, 5)
        .sortBy((x) => x, ascending, 4)
        .collect(),
    ).toEqual(expected);
  });

  it("is stable within equal keys", async () => {
    const pairs = upTo(100).map((x): [number, number] => [x % 3, x]);
    const sorted = await sc
      .parallelize(pairs, 4)
      .sortBy(([key]) => key)
      .collect();
    expect(sorted).toEqual([...pairs].sort(([a], [b]) => a - b));
  });

  it("sorts nothing, and one partition", async () => {
    expect(
      await sc
        .parallelize<number>([], 3)
        .sortBy((x) => x)
        .collect(),
    ).toEqual([]);
    expect(
      await sc
        .parallelize([2, 1], 2)
        .sortBy((x) => x, true, 1)
        .collect(),
    ).toEqual([1, 2]);
  });

  it("refuses keys without an order, in a second sort too, with the user's line", async () => {
    const mixed: unknown[] = [3, "a", 1, "b"];
    const error = await failureOf(
      sc
        .parallelize(mixed, 2)
        .sortBy((x) => String(x))
        .sortBy((x) => x)
        .collect(),
    );
    expect(error.code).toBe("KEYS_NOT_COMPARABLE");
    expect(error.message).toMatch(/in sortBy at .*rdd\.test\.(ts|js):\d+/);
    expect(error.message.split("\n").length).toBeLessThanOrEqual(15);
  });
});

describe("actions", () => {
  it("count, sum, reduce and first", async () => {
    const rdd = sc.parallelize(upTo(101), 7);
    expect(await rdd.count()).toBe(101);
    expect(await rdd.sum()).toBe(5050);
    expect(await rdd.reduce((a, b) => Math.max(a, b))).toBe(100);
    expect(await rdd.first()).toBe(0);
  });

  // PySpark: sum() of an empty RDD is 0; reduce says "Can not reduce() empty RDD"; first says "RDD is empty".
  it("of an empty RDD", async () => {
    const empty = sc.parallelize<number>([], 2);
    expect(await empty.sum()).toBe(0);
    expect(await empty.count()).toBe(0);
    expect(await empty.take(3)).toEqual([]);
    expect((await failureOf(empty.reduce((a, b) => a + b))).code).toBe("EMPTY_COLLECTION");
    expect((await failureOf(empty.first())).code).toBe("EMPTY_COLLECTION");
  });

  it.each([0, 1, 4, 24, 25, 26, 60, 100, 1000])(
    "take(%i) gives the first elements, over partitions",
    async (wanted) => {
      expect(await sc.parallelize(upTo(100), 4).take(wanted)).toEqual(upTo(100).slice(0, wanted));
    },
  );

  // PySpark: sc.parallelize([1]).take(-1) == []
  it("takes nothing for a negative number, and refuses what is none", async () => {
    expect(await sc.parallelize([1]).take(-1)).toEqual([]);
    expect((await failureOf(sc.parallelize([1]).take(0.5))).message).toMatch(
      /take: num must be a whole number, not 0\.5/,
    );
  });

  it("brings results larger than a message", async () => {
    const wide = sc.parallelize(upTo(50), 2).map((x) => String(x).padStart(100_000, "."));
    const lengths = (await wide.collect()).map((text) => text.length);
    expect(lengths).toEqual(upTo(50).map(() => 100_000));
  });

  it("saves text files, all or nothing", async () => {
    const path = join(directory, "saved");
    await sc.parallelize(["a", "é", [1, "x"]], 2).saveAsTextFile(path);
    expect(readdirSync(path).sort()).toEqual(["_SUCCESS", "part-00000", "part-00001"]);
    expect(await sc.textFile(path).collect()).toEqual(["a", "é", "(1,x)"]);
    expect((await failureOf(sc.parallelize(["b"]).saveAsTextFile(path))).code).toBe("PATH_ALREADY_EXISTS");
    const failing = sc.parallelize(upTo(8), 8).map((x) => {
      if (x === 5) throw new Error("five");
      return x;
    });
    expect((await failureOf(failing.saveAsTextFile(join(directory, "half")))).code).toBe("USER_FUNCTION_FAILED");
    expect(existsSync(join(directory, "half"))).toBe(false);
  });
});

describe("bad input", () => {
  const cases: Readonly<Record<string, readonly [() => Promise<unknown> | unknown, string, RegExp]>> = {
    "a missing path": [() => sc.textFile("/no/such/path").count(), "PATH_NOT_FOUND", /\/no\/such\/path/],
    "a function that throws in one partition of eight": [
      () =>
        sc
          .parallelize(upTo(8), 8)
          .map((x) => {
            if (x === 3) throw new RangeError("no threes");
            return x;
          })
          .collect(),
      "USER_FUNCTION_FAILED",
      /RangeError: no threes\n {2}at .*rdd\.test\.(ts|js):\d+[\s\S]*partition 3 of 8/,
    ],
    "a function that captures an RDD": [
      () => {
        const other = sc.parallelize([1]);
        return sc.parallelize([1]).map(() => other.count());
      },
      "FUNCTION_NOT_SHIPPABLE",
      /other/,
    ],
    "elements that are no pairs": [
      () =>
        sc
          .parallelize([1] as unknown as [string, number][])
          .reduceByKey((a) => a)
          .collect(),
      "NOT_KEY_VALUE",
      /found 1/,
    ],
    "no partitions": [
      () => sc.parallelize([1], 0),
      "INVALID_ARGUMENT",
      /numSlices must be a positive whole number, not 0/,
    ],
    "an unknown master": [() => new SparkContext("yarn"), "INVALID_MASTER", /"yarn"/],
    "a function that ends the worker": [
      () =>
        sc
          .parallelize([1])
          .map(() => process.exit(3))
          .collect(),
      "WORKER_DIED",
      /exit status 3/,
    ],
    "a result that cannot travel": [
      () =>
        sc
          .parallelize([1])
          .map(() => () => 1)
          .collect(),
      "VALUE_NOT_PORTABLE",
      /could not be cloned/,
    ],
  };

  it.each(Object.entries(cases))("%s", async (_, [work, code, text]) => {
    const error = await failureOf(async () => work());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/rdd\.test\.(ts|js):\d+|yarn/);
    expect(error.message.split("\n").length).toBeLessThanOrEqual(15);
  });

  it("leaves the session usable", async () => {
    expect(await sc.parallelize([1, 2]).sum()).toBe(3);
  });
});

describe("retries", () => {
  it("runs a failed task again, as often as the master says", async () => {
    const own = new SparkContext("local[2,3]", "retries");
    const marker = join(directory, "attempts");
    const flaky = own.parallelize([1, 2], 2).map((x) => {
      const fs = process.getBuiltinModule("node:fs");
      fs.appendFileSync(`${marker}-${x}`, "x");
      if (x === 2 && fs.readFileSync(`${marker}-${x}`, "utf8").length < 3) throw new Error("not yet");
      return x;
    });
    expect(await flaky.collect()).toEqual([1, 2]);
    expect([readFileSync(`${marker}-1`, "utf8"), readFileSync(`${marker}-2`, "utf8")]).toEqual(["x", "xxx"]);
    await own.stop();
  });
});
