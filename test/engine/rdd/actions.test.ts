/** Actions: results, jobs, what they refuse. Expected values are what PySpark 4.3.0 or Spark 4.3.0 give for the same data. */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { encodePortable } from "../../../engine/data/portable.js";
import { EngineError, type RDD, type SparkContext } from "../../../engine/index.js";
import type { PartitionResult } from "../../../engine/plan/backend.js";
import type { FunctionPlan } from "../../../engine/plan/plan.js";
import { resultWithin } from "../../../engine/rdd/partial-job.js";
import { levelsOf } from "../../../engine/rdd/tree.js";
import type { Session } from "../../../engine/session/session.js";
import { launched } from "./launched.js";
import { planText } from "./plan-text.js";
import { pythonProgram, typescriptProgram } from "./programs.js";

let sc: SparkContext;

beforeAll(() => {
  sc = typescriptProgram();
});

afterAll(() => sc.stop());

const upTo = (count: number): number[] => [...Array(count).keys()];
const numbers = (): RDD<number> => sc.parallelize(upTo(100), 4);
const byKey = (): RDD<[number, number]> => numbers().map((x): [number, number] => [x % 7, x]);
const add = (a: number, b: number): number => a + b;

const errorOf = async (work: () => Promise<unknown>): Promise<EngineError> => {
  const thrown = await Promise.resolve()
    .then(work)
    .then(
      () => new TypeError("nothing failed"),
      (error: unknown) => error,
    );
  if (thrown instanceof EngineError) return thrown;
  throw thrown;
};

describe("jobs and their tasks", () => {
  // As Spark's listeners count them: "launched" in test/golden/rdd-jvm.json.
  const asInSpark: readonly (readonly [name: string, call: () => Promise<unknown>, tasks: readonly number[][]])[] = [
    ["count", () => numbers().count(), [[4]]],
    ["collectAsMap", () => byKey().collectAsMap(), [[4]]],
    ["foreachPartition", () => numbers().foreachPartition(() => {}), [[4]]],
    ["take(0)", () => numbers().take(0), []],
    ["take(1)", () => numbers().take(1), [[1]]],
    ["take(60)", () => numbers().take(60), [[1], [3]]],
    ["take(1000)", () => numbers().take(1000), [[1], [3]]],
    ["take(13) of 30 times 2", () => sc.parallelize(upTo(60), 30).take(13), [[1], [4], [3]]],
    [
      "take(1) of the last of 40",
      () =>
        sc
          .parallelize(upTo(40), 40)
          .filter((x) => x > 38)
          .take(1),
      [[1], [4], [20], [15]],
    ],
    ["first", () => numbers().first(), [[1]]],
    ["isEmpty", () => numbers().isEmpty(), [[1]]],
    ["isEmpty of 8 empty partitions", () => sc.parallelize([], 8).isEmpty(), [[1], [4], [3]]],
    ["isEmpty without partitions", () => sc.emptyRDD().isEmpty(), []],
    ["takeSample", () => numbers().takeSample(false, 3, 1), [[4], [4]]],
    ["takeSample of all", () => numbers().takeSample(false, 100, 1), [[4], [4]]],
    ["histogram into buckets", () => numbers().histogram(3), [[4], [4]]],
    ["histogram of bounds", () => numbers().histogram([0, 50, 100]), [[4]]],
    ["countApproxDistinct", () => numbers().countApproxDistinct(), [[4]]],
    ["mean", () => numbers().mean(), [[4]]],
    ["lookup", () => byKey().lookup(3), [[4]]],
    ["lookup of a placed key", () => byKey().partitionBy(3).lookup(3), [[4, 1]]],
    ["countApprox", () => numbers().countApprox(60_000), [[4]]],
    ["treeAggregate without partitions", () => sc.emptyRDD<number>().treeAggregate(0, add, add), []],
    [
      "toLocalIterator",
      async () => {
        for await (const _ of numbers().toLocalIterator());
      },
      [[1], [1], [1], [1]],
    ],
  ];

  test.each(asInSpark)("%s", async (_, call, tasks) => {
    expect(await launched(sc, call)).toEqual(tasks);
  });

  // Results of partitions are merged by a task of their own, since no function of the user runs in the driver.
  const merging: readonly (readonly [name: string, call: () => Promise<unknown>])[] = [
    ["reduce", () => numbers().reduce(add)],
    ["fold", () => numbers().fold(0, add)],
    ["aggregate", () => numbers().aggregate(0, add, add)],
    ["sum", () => numbers().sum()],
    ["countByValue", () => numbers().countByValue()],
    ["reduceByKeyLocally", () => byKey().reduceByKeyLocally(add)],
  ];

  test.each(merging)("%s: one job", async (_, call) => {
    expect(await launched(sc, call)).toHaveLength(1);
  });
});

describe("levels of a tree", () => {
  // PySpark's loop, run in Python: it goes on with fractions.
  const python = [
    [1, 2, []],
    [4, 2, []],
    [5, 2, [1]],
    [9, 2, [3]],
    [10, 2, [2]],
    [16, 1, []],
    [16, 2, [4]],
    [16, 3, [5, 1]],
    [16, 4, [8, 4]],
    [64, 3, [16, 4]],
    [64, 4, [21, 7, 2]],
    [100, 10, [50, 25, 12, 6, 3]],
  ] as const;
  test.each(python)("PySpark: %i partitions, depth %i", (partitions, depth, levels) => {
    expect(levelsOf(partitions, depth, true)).toEqual(levels);
  });

  // The stages that Spark ran: "launched" in test/golden/rdd-jvm.json.
  const spark = [
    [1, 2, []],
    [4, 2, []],
    [5, 2, []],
    [9, 2, [3]],
    [10, 2, [2]],
    [16, 1, []],
    [16, 2, [4]],
    [16, 3, [5]],
    [16, 4, [8, 4]],
  ] as const;
  test.each(spark)("Spark: %i partitions, depth %i", (partitions, depth, levels) => {
    expect(levelsOf(partitions, depth, false)).toEqual(levels);
  });
});

describe("maps", () => {
  const pairs = (): RDD<[unknown, number]> =>
    sc.parallelize<[unknown, number]>(
      [
        ["a", 1],
        [[1, 2], 2],
        ["b", 3],
        [[1, 2], 4],
        ["a", 5],
      ],
      3,
    );

  it("holds the last value of a key", async () => {
    expect([...(await pairs().collectAsMap())]).toEqual([
      ["a", 5],
      [[1, 2], 4],
      ["b", 3],
    ]);
  });

  it("counts keys, and elements; arrays by what they hold", async () => {
    expect([...(await pairs().countByKey())]).toEqual([
      ["a", 2],
      [[1, 2], 2],
      ["b", 1],
    ]);
    expect(await sc.parallelize([1, "1", 1], 2).countByValue()).toEqual(
      new Map<unknown, number>([
        [1, 2],
        ["1", 1],
      ]),
    );
  });

  it("is empty for an RDD without elements", async () => {
    expect(await sc.parallelize<[number, number]>([], 2).collectAsMap()).toEqual(new Map());
    expect(await sc.emptyRDD<number>().countByValue()).toEqual(new Map());
    expect(await sc.parallelize<[number, number]>([], 2).reduceByKeyLocally(add)).toEqual(new Map());
  });

  it("needs pairs", async () => {
    const wrong = sc.parallelize([1], 1) as unknown as RDD<[number, number]>;
    expect(await errorOf(() => wrong.collectAsMap())).toMatchObject({
      code: "NOT_KEY_VALUE",
      params: { call: "collectAsMap", actual: "1" },
    });
  });
});

describe("lookup", () => {
  const pairs = (): RDD<[number, string]> =>
    sc.parallelize<[number, string]>(
      [
        [1, "a"],
        [2, "b"],
        [1, "c"],
        [3, "d"],
      ],
      3,
    );

  test.each([
    ["of unplaced pairs", () => pairs(), [3]],
    ["placed by hash", () => pairs().partitionBy(2), [3, 1]],
    [
      "placed by hash, values changed since",
      () =>
        pairs()
          .partitionBy(2)
          .mapValues((v) => v),
      [3, 1],
    ],
  ] as const)("%s", async (_, made, tasks) => {
    const rdd = made();
    expect(await rdd.lookup(1)).toEqual(["a", "c"]);
    expect(await rdd.lookup(99)).toEqual([]);
    expect(await launched(sc, () => made().lookup(1))).toEqual([tasks]);
  });

  test.each([
    ["placed by a function", () => pairs().partitionBy(3, (key) => key + 1)],
    ["sorted", () => pairs().sortByKey()],
    ["sorted the other way", () => pairs().sortByKey(false)],
    ["sorted by a function of the key", () => pairs().sortByKey(true, 2, (key) => -key)],
  ] as const)("%s: one partition of the RDD", async (_, made) => {
    const rdd = made();
    await rdd.count();
    for (const [key, values] of [
      [1, ["a", "c"]],
      [2, ["b"]],
      [3, ["d"]],
    ] as const) {
      const jobs = await launched(sc, async () => expect(await rdd.lookup(key)).toEqual(values));
      expect(jobs.at(-1)).toEqual([1]);
    }
  });

  it("compares keys as shuffles do", async () => {
    const keys = [[1, [2]], Number.NaN, null, "1", 1, new Date(5)];
    const rdd = sc.parallelize(
      keys.map((key, i): [unknown, number] => [key, i]),
      2,
    );
    for (const [i, key] of [[1, [2]], Number.NaN, null, "1", 1, new Date(5)].entries()) {
      expect(await rdd.lookup(key)).toEqual([i]);
    }
  });
});

describe("an iterator over partitions", () => {
  const collected = async (rdd: RDD<number>, ahead: boolean): Promise<number[]> => {
    const found: number[] = [];
    for await (const element of rdd.toLocalIterator(ahead)) found.push(element);
    return found;
  };

  test.each([false, true])("gives all elements, in order; ahead: %s", async (ahead) => {
    expect(await collected(sc.parallelize(upTo(10), 4), ahead)).toEqual(upTo(10));
    expect(await collected(sc.parallelize<number>([], 2), ahead)).toEqual([]);
  });

  test.each([
    [false, 2],
    [true, 3],
  ])("runs a job when it comes to a partition; ahead: %s", async (ahead, jobs) => {
    const ran = await launched(sc, async () => {
      const found = sc.parallelize(upTo(8), 4).toLocalIterator(ahead)[Symbol.asyncIterator]();
      for (let i = 0; i < 3; i++) await found.next();
      await found.return?.();
      // The job ahead is not waited for; this one is, and comes after it.
      await sc.parallelize([1], 1).count();
    });
    expect(ran).toHaveLength(jobs + 1);
  });

  it("fails where its partition comes", async () => {
    const rdd = sc.parallelize([1, 2, 0, 4], 4).map((x) => {
      if (x === 0) throw new RangeError("nothing");
      return x;
    });
    const found = rdd.toLocalIterator(true)[Symbol.asyncIterator]();
    expect([(await found.next()).value, (await found.next()).value]).toEqual([1, 2]);
    expect((await errorOf(() => found.next())).code).toBe("USER_FUNCTION_FAILED");
  });
});

describe("partitions asked for", () => {
  it("come in the order asked for", async () => {
    expect(await sc.parallelize(upTo(6), 3).collectPartitions([2, 0])).toEqual([
      [4, 5],
      [0, 1],
    ]);
  });

  it("must be there", async () => {
    const error = await errorOf(() => sc.parallelize([1], 1).collectPartitions([0, 1]));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.params).toMatchObject({ parameter: "partitionIds", actual: "1" });
  });
});

describe("a job group of its own", () => {
  it("belongs to the job, not to later ones", async () => {
    const rdd = sc.parallelize([1, 2], 2);
    expect(await rdd.collectWithJobGroup("collected", "all")).toEqual([1, 2]);
    await rdd.count();
    expect(sc.statusTracker().getJobIdsForGroup("collected")).toHaveLength(1);
  });
});

describe("actions that are not waited for", () => {
  test.each<[name: string, start: (rdd: RDD<number>) => { get(): Promise<unknown> }, result: unknown]>([
    ["collectAsync", (rdd) => rdd.collectAsync(), [1, 2, 3]],
    ["countAsync", (rdd) => rdd.countAsync(), 3],
    ["takeAsync", (rdd) => rdd.takeAsync(2), [1, 2]],
    ["collectPartitionsAsync", (rdd) => rdd.collectPartitionsAsync([0]), [[1]]],
    ["foreachAsync", (rdd) => rdd.foreachAsync(() => {}), undefined],
    ["foreachPartitionAsync", (rdd) => rdd.foreachPartitionAsync(() => {}), undefined],
  ])("%s", async (_, start, result) => {
    expect(await start(sc.parallelize([1, 2, 3], 2)).get()).toEqual(result);
  });

  it("tells its jobs, and that it has ended", async () => {
    const action = sc.parallelize(upTo(8), 4).takeAsync(8);
    expect([action.isCompleted, action.isCancelled]).toEqual([false, false]);
    await action.get();
    expect([action.jobIds.length, action.isCompleted, action.isCancelled]).toEqual([2, true, false]);
    action.cancel();
    expect(action.isCancelled).toBe(false);
  });

  it("ends when it is cancelled", async () => {
    const action = sc
      .parallelize([1], 1)
      .map((x) => {
        for (const end = Date.now() + 60_000; Date.now() < end; );
        return x;
      })
      .collectAsync();
    action.cancel();
    expect((await errorOf(() => action.get())).code).toBe("JOB_CANCELLED");
    expect([action.isCompleted, action.isCancelled]).toEqual([true, true]);
  });

  it("keeps its failure until it is asked", async () => {
    const action = sc
      .parallelize([1], 1)
      .map(() => {
        throw new RangeError("no");
      })
      .collectAsync();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await errorOf(() => action.get())).code).toBe("USER_FUNCTION_FAILED");
  });
});

describe("estimates before a job has ended", () => {
  const plan: FunctionPlan = { kind: "values", batches: [], slices: 4, site: { file: "", line: 0, call: "" } };

  /** A job that delivers these partitions and then goes on for ever, or fails. */
  const sessionOf = (partitions: readonly number[], end: Promise<never> = new Promise(() => {})): Session =>
    ({
      partitionCount: async () => 4,
      run: (...[, , , , deliver]: Parameters<Session["run"]>) => {
        for (const partition of partitions) deliver?.({ partition, batches: [encodePortable([partition * 10])] });
        return end;
      },
    }) as unknown as Session;

  it("come from the partitions that have, in their order", async () => {
    const found = await resultWithin(sessionOf([2, 0]), plan, 10, plan.site);
    expect(found).toEqual({ progress: { ended: 2, total: 4 }, elements: [0, 20] });
  });

  it("are not made of what comes later", async () => {
    let late: ((result: PartitionResult) => void) | undefined;
    const session = sessionOf([]);
    session.run = (...[, , , , deliver]) => {
      late = deliver;
      return new Promise(() => {});
    };
    const found = await resultWithin(session, plan, 0, plan.site);
    late?.({ partition: 1, batches: [] });
    expect(found).toEqual({ progress: { ended: 0, total: 4 }, elements: [] });
  });

  it("fail with the job, if that fails in time", async () => {
    const failure = Promise.reject(new EngineError("JOB_CANCELLED", { reason: "here" }));
    expect((await errorOf(() => resultWithin(sessionOf([0], failure), plan, 60_000, plan.site))).code).toBe(
      "JOB_CANCELLED",
    );
  });

  it("say nothing where no partition has ended", async () => {
    const own = typescriptProgram();
    const endless = own.parallelize(upTo(4), 2).map((x) => {
      for (const end = Date.now() + 60_000; Date.now() < end; );
      return x;
    });
    const none = await endless.countApprox(0);
    await own.stop();
    expect(none).toEqual({ mean: 0, confidence: 0, low: 0, high: Number.POSITIVE_INFINITY });
  });
});

describe("countApproxDistinct", () => {
  // The promise: a standard deviation of 5 %; three of them, with hashes that are the same in every run.
  test.each([0, 1, 100, 1_000, 100_000])("%i numbers", async (count) => {
    const found = Number(await sc.parallelize(upTo(count), 3).countApproxDistinct());
    expect(Math.abs(found - count)).toBeLessThanOrEqual(0.15 * count);
  });

  it("becomes finer with the error that is asked for", async () => {
    const found = Number(await sc.parallelize(upTo(20_000), 3).countApproxDistinct(0.01));
    expect(Math.abs(found - 20_000)).toBeLessThanOrEqual(600);
  });

  it("has limits", async () => {
    const rdd = sc.parallelize([1], 1);
    expect((await errorOf(() => rdd.countApproxDistinct(1e-5))).code).toBe("INVALID_ARGUMENT");
    expect((await errorOf(() => rdd.countApproxDistinct(1e-4))).code).toBe("LIMIT_REACHED");
  });
});

describe("what is refused", () => {
  const bounds = "buckets";
  test.each<[name: string, work: () => Promise<unknown>, parameter: string]>([
    ["take of half an element", () => numbers().take(0.5), "num"],
    ["a tree without depth", () => numbers().treeReduce(add, 0), "depth"],
    ["a negative fraction", async () => numbers().sample(true, -1), "fraction"],
    ["a fraction above 1 without replacement", async () => numbers().sample(false, 1.5), "fraction"],
    ["a negative sample", () => numbers().takeSample(false, -1), "num"],
    ["a negative weight", async () => numbers().randomSplit([1, -1]), "weights"],
    ["weights of nothing", async () => numbers().randomSplit([0]), "weights"],
    ["a negative fraction of a key", async () => byKey().sampleByKey(false, new Map([[0, -1]])), "fractions"],
    ["an exact fraction above 1", async () => byKey().sampleByKeyExact(false, new Map([[0, 2]])), "fractions"],
    ["no bucket", () => numbers().histogram(0), bounds],
    ["one bound", () => numbers().histogram([1]), bounds],
    ["bounds out of order", () => numbers().histogram([2, 1]), bounds],
    ["a bound twice", () => numbers().histogram([1, 1, 2]), bounds],
    ["NaN as a bound", () => numbers().histogram([1, Number.NaN]), bounds],
    ["buckets of texts", () => sc.parallelize(["a", "b"], 1).histogram(2), bounds],
    ["a negative time", () => numbers().sumApprox(-1), "timeout"],
    ["a confidence above 1", () => numbers().meanApprox(1, 1.5), "confidence"],
  ])("%s", async (_, work, parameter) => {
    const error = await errorOf(work);
    expect([error.code, error.params["parameter"]]).toEqual(["INVALID_ARGUMENT", parameter]);
    expect(error.origin.site?.file).toMatch(/actions\.test/);
  });

  // PySpark 4.3.0: "Can not reduce() empty RDD" and the like, ValueErrors all of them.
  test.each<[name: string, work: () => Promise<unknown>]>([
    ["reduce", () => sc.parallelize<number>([], 2).reduce(add)],
    ["treeReduce", () => sc.parallelize<number>([], 2).treeReduce(add)],
    ["treeReduce without partitions", () => sc.emptyRDD<number>().treeReduce(add)],
    ["reduceByKeyLocally without partitions", () => sc.emptyRDD<[number, number]>().reduceByKeyLocally(add)],
    ["mean without partitions", () => sc.emptyRDD<number>().mean()],
    ["histogram into buckets", () => sc.parallelize<number>([null as never, Number.NaN], 2).histogram(2)],
  ])("%s of nothing", async (_, work) => {
    expect((await errorOf(work)).code).toBe("EMPTY_COLLECTION");
  });
});

describe("a Python program", () => {
  it("gets PySpark's plans: samples keep the placement, splits are ranges of one seed", async () => {
    const own = pythonProgram();
    const rdd = own.parallelize([1, 2], 2);
    expect(await planText(rdd.sample(true, 0.5, 1))).toBe("values > sample");
    const [first, second] = rdd.randomSplit([1, 3], 7).map(({ plan }) => (plan.kind === "step" ? plan.kernel : null));
    expect(first).toEqual({ op: "sample", sampling: { by: "range", from: 0, to: 0.25 }, seed: 7 });
    expect(second).toEqual({ op: "sample", sampling: { by: "range", from: 0.25, to: 1 }, seed: 7 });
    // PySpark takes a fraction above 1 for everything.
    expect(await planText(rdd.sample(false, 7, 1))).toBe("values > sample");
    await own.stop();
  });
});
