/** What TypeScript programs get from actions and samples, against Spark's own RDDs: `test/golden/rdd-jvm.json`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineError, type RDD, type SparkContext } from "../../../engine/index.js";
import { typescriptProgram } from "./programs.js";

interface Case {
  readonly family: string;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

interface Recorded {
  readonly cases: readonly Case[];
}

const { cases } = JSON.parse(readFileSync(join(process.cwd(), "test/golden/rdd-jvm.json"), "utf8")) as Recorded;

/** Doubles are written as `{"double": "0.5"}`. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return "double" in value ? Number(value.double) : value;
};

const failed = (value: unknown): boolean => typeof value === "object" && value !== null && "error" in value;

interface Known<Args> {
  readonly name: string;
  readonly args: Args;
  readonly value: unknown;
}

function casesOf<Args = readonly unknown[]>(family: string): Known<Args>[] {
  const found = cases.filter((one) => one.family === family);
  if (found.length === 0) throw new TypeError(`no case of ${family}`);
  return found.map(({ args, value }) => ({
    name: JSON.stringify(plain(args)),
    args: plain(args) as Args,
    value: plain(value),
  }));
}

type Sampled = readonly [n: number, slices: number, replace: boolean, fractionOrCount: number, seed: number];
type Split = readonly [n: number, slices: number, weights: number[], seed: number];
type SampledByKey = readonly [n: number, slices: number, replace: boolean, fractions: number[], seed: number];
type Merged = readonly [n: number, slices: number, depth: number];

let sc: SparkContext;

beforeAll(() => {
  sc = typescriptProgram();
});

afterAll(() => sc.stop());

const upTo = (count: number): number[] => [...Array(count).keys()];
const numbers = (count: number, slices: number): RDD<number> => sc.parallelize(upTo(count), slices);
const pairs = (count: number, slices: number): RDD<[number, number]> =>
  sc.parallelize(
    upTo(count).map((i): [number, number] => [i % 3, i]),
    slices,
  );
const byKey = (fractions: readonly number[]): Map<number, number> => new Map(fractions.map((f, key) => [key, f]));

/** Wrong arguments are `INVALID_ARGUMENT` where Spark has an IllegalArgumentException. */
async function expectValue(value: unknown, work: () => Promise<unknown>): Promise<void> {
  if (!failed(value)) return expect(await work()).toEqual(value);
  const error = await Promise.resolve()
    .then(work)
    .catch((thrown: unknown) => thrown);
  expect(error instanceof EngineError && error.code).toBe("INVALID_ARGUMENT");
}

describe("samples", () => {
  test.each(casesOf<Sampled>("sample"))(
    "sample $name",
    async ({ args: [n, slices, replace, fraction, seed], value }) => {
      await expectValue(value, () => numbers(n, slices).sample(replace, fraction, seed).glom().collect());
    },
  );

  test.each(casesOf<Sampled>("takeSample"))(
    "takeSample $name",
    async ({ args: [n, slices, replace, count, seed], value }) => {
      await expectValue(value, () => numbers(n, slices).takeSample(replace, count, seed));
    },
  );

  test.each(casesOf<Split>("randomSplit"))("randomSplit $name", async ({ args: [n, slices, weights, seed], value }) => {
    await expectValue(value, () => {
      const parts = numbers(n, slices).randomSplit(weights, seed);
      return Promise.all(parts.map((part) => part.glom().collect()));
    });
  });

  const sampled = casesOf<SampledByKey>("sampleByKey");
  test.each(sampled)("sampleByKey $name", async ({ args: [n, slices, replace, fractions, seed], value }) => {
    const sample = pairs(n, slices).sampleByKey(replace, byKey(fractions), seed);
    await expectValue(value, () => sample.values().glom().collect());
  });

  const exact = casesOf<SampledByKey>("sampleByKeyExact");
  test.each(exact)("sampleByKeyExact $name", async ({ args: [n, slices, replace, fractions, seed], value }) => {
    const sample = pairs(n, slices).sampleByKeyExact(replace, byKey(fractions), seed);
    await expectValue(value, () => sample.values().glom().collect());
  });

  const sizes = casesOf<SampledByKey>("sampleByKeyExact, sizes");
  test.each(sizes)(
    "sizes of sampleByKeyExact $name",
    async ({ args: [n, slices, replace, fractions, seed], value }) => {
      const sample = pairs(n, slices).sampleByKeyExact(replace, byKey(fractions), seed);
      expect([...(await sample.countByKey())].sort(([left], [right]) => left - right)).toEqual(value);
    },
  );

  test("a key without a fraction fails in its task", async () => {
    const without = pairs(3, 1).sampleByKeyExact(false, new Map([[0, 0.5]]), 1);
    const error = await without.collect().catch((thrown: unknown) => thrown);
    // Spark: java.util.NoSuchElementException: key not found: 1
    expect(error instanceof EngineError && [error.code, error.params["message"]]).toEqual([
      "USER_FUNCTION_FAILED",
      "key not found: 1",
    ]);
  });

  test("one seed, one sample, however often it is computed", async () => {
    const sample = numbers(1000, 4).sample(false, 0.5);
    expect(await sample.collect()).toEqual(await sample.collect());
    expect(await sample.collect()).not.toEqual(await numbers(1000, 4).sample(false, 0.5).collect());
  });
});

describe("merges", () => {
  test.each(casesOf<Merged>("treeAggregate"))("treeAggregate $name", async ({ args: [n, slices, depth], value }) => {
    const texts = numbers(n, slices).map((x) => String(x));
    const merged = texts.treeAggregate(
      "",
      (a, x) => a + x,
      (a, b) => `(${a}${b})`,
      depth,
    );
    expect(await merged).toBe(value);
  });

  test.each(casesOf<Merged>("treeReduce"))("treeReduce $name", async ({ args: [, slices, depth], value }) => {
    const rdd = sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], slices);
    expect(await rdd.treeReduce((a, b) => a + b, depth)).toBe(value);
  });

  const add = (a: number, b: number): number => a + b;
  const merging: readonly (readonly [family: string, work: () => Promise<unknown>])[] = [
    ["treeAggregate, zero", () => sc.parallelize([1, 2], 4).treeAggregate(10, add, add)],
    ["treeAggregate, without partitions", () => sc.emptyRDD<number>().treeAggregate(5, add, add)],
    ["treeAggregate, depth 0", () => sc.parallelize([1], 1).treeAggregate(0, add, add, 0)],
    ["fold", () => sc.parallelize([1, 2], 2).fold(10, add)],
    ["fold, empty", () => sc.parallelize<number>([], 3).fold(1, add)],
    ["fold, without partitions", () => sc.emptyRDD<number>().fold(1, add)],
    ["aggregate", () => sc.parallelize([1, 2], 3).aggregate(10, add, add)],
    [
      "reduceByKeyLocally",
      async () => {
        const letters = [..."abcdef"].map((letter): [number, string] => [1, letter]);
        return [...(await sc.parallelize(letters, 3).reduceByKeyLocally((a, b) => `(${a}${b})`))];
      },
    ],
    ["countByValue", async () => [...(await sc.parallelize(["b", "a", "b"], 2).countByValue())].sort()],
    [
      "countByValueApprox",
      async () => {
        const counts = await sc.parallelize(["b", "a", "b"], 2).countByValueApprox(60_000);
        return [...counts].map(([key, { mean }]) => [key, mean]).sort();
      },
    ],
  ];
  test.each(merging)("%s", async (family, work) => {
    await expectValue(casesOf(family)[0]?.value, work);
  });
});

describe("numbers", () => {
  // count, sum, mean, min, max, variance, stdev, sampleVariance, sampleStdev
  test.each(casesOf<[number[]]>("stats"))("stats $name", async ({ args: [values], value }) => {
    const stats = await sc.parallelize(values, 2).stats();
    const found = [
      stats.count(),
      stats.sum(),
      stats.mean(),
      stats.min(),
      stats.max(),
      stats.variance(),
      stats.stdev(),
      stats.sampleVariance(),
      stats.sampleStdev(),
    ];
    expect(found).toEqual((value as unknown[]).slice(0, found.length));
  });

  test("stats as text", async () => {
    for (const { args, value } of casesOf<[number[]]>("stats, as text")) {
      expect(String(await sc.parallelize(args[0], 2).stats())).toBe(value);
    }
  });

  test("stats of partitions of very different size", async () => {
    const rdd = numbers(100, 1)
      .union(sc.parallelize([1000], 1))
      .union(sc.parallelize([1], 1));
    const stats = await rdd.stats();
    const [value] = casesOf("stats, partitions of 100 and 1 and 1").map((one) => one.value as number[]);
    expect([stats.count(), stats.sum(), stats.mean(), stats.min(), stats.max(), stats.variance()]).toEqual(
      value?.slice(0, 6),
    );
  });

  test.each(casesOf<[number]>("histogram, buckets"))("histogram into $name", async ({ args: [buckets], value }) => {
    const [bounds] = value as [number[]];
    const rdd = bounds.at(-1) === 50 ? numbers(51, 2) : sc.parallelize([1, 2], 2);
    expect(await rdd.histogram(buckets)).toEqual(value);
  });

  test("histogram of equal values", async () => {
    const [value] = casesOf("histogram, buckets, equal values").map((one) => one.value);
    expect(await sc.parallelize([1, 1, 1], 2).histogram(3)).toEqual(value);
  });

  test.each([
    ["histogram, bounds", 0, upTo(51)],
    ["histogram, bounds", 1, [1, 2, Number.NaN, 0, 10.5, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ["histogram, even bounds", 0, [0.5, 1, 1.5, 2, 2.9999, 3, -1]],
  ] as const)("%s, %i", async (family, index, values) => {
    const { args, value } = casesOf<[number[]]>(family)[index] as Known<[number[]]>;
    const even = family === "histogram, even bounds";
    expect((await sc.parallelize<number>([...values], 2).histogram(args[0], even))[1]).toEqual(value);
  });
});
