/** Which bucket an element goes to. */
import { describe, expect, test } from "vitest";
import { tuple } from "../../engine/data/portable.js";
import { fn, inner, named, ofKey, upTo } from "./case.js";
import { hashedKeys } from "./cases/values.js";
import { recorded } from "./recorded.js";
import { byBucket, portable, Running } from "./running.js";
import type { WorkerProcess } from "./worker-process.js";
import { workers } from "./workers.js";

/**
 * The reference MurmurHash3 (Python's mmh3), x86, 32 bits, seed 42, of the canonical forms: 8 bytes of an integer, the
 * bits of a double, UTF-8; an element of a tuple takes the hash before it as its seed.
 */
const portableHashes: readonly (readonly [unknown, number])[] = [
  [0, -1670924195],
  [1, -1712319331],
  [true, -1712319331],
  [-1, -939490007],
  [123456789012, -1439831649],
  [9007199254740991, 1254640103],
  [-1099511627783, -1507024334],
  [0.5, 538068697],
  [-1.25, 747866589],
  [1e300, -359479591],
  [Number.NaN, -1281358385],
  ["", 142593372],
  ["a", -1293573533],
  ["ab", -684913081],
  ["abc", 1313807976],
  ["abcd", -396302900],
  ["abcde", -1361433616],
  ["hello world", -368272391],
  ["é", 1023967903],
  ["日本語", -976822600],
  ["a😀b", 373397323],
  [tuple(1, "a"), 1092356940],
  [[1, "a"], 1092356940],
  [null, 42],
  [tuple(), 42],
];

const modulo = (hash: number, partitions: number): number => ((hash % partitions) + partitions) % partitions;

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  /** The bucket of each key, in order. */
  async function bucketsOf(process: WorkerProcess, keys: readonly unknown[], bucketing: object): Promise<number[]> {
    const task = { steps: [], bucketing: running.shipped(bucketing) };
    const outcome = await process.run(task, [portable(keys.map((key, i) => tuple(key, i)))]);
    expect(outcome.error).toBeNull();
    const places = Object.entries(byBucket(outcome)).flatMap(([bucket, pairs]) =>
      (pairs as [unknown, number][]).map(([, i]): [number, number] => [i, Number(bucket)]),
    );
    const found = new Map(places);
    return keys.map((_, i) => found.get(i) ?? -1);
  }

  test("by the language's own hash", async () => {
    const bucketing = { by: "hash", partitions: 4, family: "own" };
    expect(await bucketsOf(await running.kept(), hashedKeys, bucketing)).toEqual(worker.expected.ownBuckets);
  });

  test.each([7, 1024])("by the portable hash, %i buckets", async (partitions) => {
    const keys = portableHashes.map(([key]) => key);
    expect(await bucketsOf(await running.kept(), keys, { by: "hash", partitions, family: "portable" })).toEqual(
      portableHashes.map(([, hash]) => modulo(hash, partitions)),
    );
  });

  test("by the user's function, modulo the number of buckets", async () => {
    const bucketing = { by: "function", partitions: 3, fn: fn("toPartition") };
    expect(await bucketsOf(await running.kept(), [0, 1, 5, -1, -6], bucketing)).toEqual([0, 1, 2, 2, 0]);
  });

  const range = { by: "range", partitions: 3, key: named("identity"), bounds: [inner(3), inner(7)] };
  const input = [1, 9, 3, 7, 5, 2];

  test.each([
    { name: "range", bucketing: { ...range, ascending: true }, buckets: { 0: [1, 3, 2], 1: [7, 5], 2: [9] } },
    {
      name: "range downwards",
      bucketing: { ...range, ascending: false },
      buckets: { 2: [1, 3, 2], 1: [7, 5], 0: [9] },
    },
    { name: "range without bounds", bucketing: { ...range, ascending: true, bounds: [] }, buckets: { 0: input } },
    {
      name: "range by a function",
      bucketing: { ...range, ascending: true, key: fn("negate") },
      buckets: { 0: input },
    },
    { name: "partition", bucketing: { by: "partition", partitions: 4 }, buckets: { 1: input } },
    { name: "single", bucketing: { by: "single", partitions: 1 }, buckets: { 0: input } },
    // The start of partition 5 among two, of Spark's generator, is 1: the first element goes to bucket 0.
    {
      name: "position",
      bucketing: { by: "position", partitions: 2, group: 2 },
      buckets: { 0: [1, 9, 5, 2], 1: [3, 7] },
    },
  ])("$name keeps the order within a bucket", async ({ bucketing, buckets }) => {
    const process = await running.kept();
    const task = { steps: [], partition: 5, bucketing: running.shipped(bucketing) };
    expect(byBucket(await process.run(task, [portable(input)]))).toEqual(buckets);
  });

  test("range by a function of the key", async () => {
    const bucketing = { ...range, ascending: true, key: ofKey("negate"), bounds: [inner(-3)], partitions: 2 };
    expect(await bucketsOf(await running.kept(), [1, 9, 3], bucketing)).toEqual([1, 0, 0]);
  });

  test("position starts where Spark's generator says", async () => {
    const process = await running.kept();
    for (const [partition, partitions, start] of recorded.starts) {
      const bucketing = { by: "position", partitions, group: 1 };
      const outcome = await process.run({ steps: [], partition, bucketing }, [portable(["first"])]);
      expect(byBucket(outcome), `${partition} of ${partitions}`).toEqual({ [(start + 1) % partitions]: ["first"] });
    }
  });

  test.each(recorded.repartitions)("position in groups of 10 is PySpark's repartition", async ({ before, after }) => {
    const process = await running.kept();
    const found: unknown[][] = after.map(() => []);
    for (const [partition, elements] of before.entries()) {
      const bucketing = { by: "position", partitions: after.length, group: 10 };
      const outcome = await process.run({ steps: [], partition, bucketing }, [portable(elements)]);
      for (const [bucket, part] of Object.entries(byBucket(outcome))) found[Number(bucket)]?.push(...part);
    }
    expect(found).toEqual(after);
  });

  test.each([2, 97])("100,000 elements over %i buckets come out complete and in order", async (partitions) => {
    const process = await running.kept();
    const batches = Array.from({ length: 10 }, (_, i) =>
      portable(upTo(10_000).map((j) => tuple(i * 10_000 + j, "value"))),
    );
    const bucketing = running.shipped({ by: "function", partitions, fn: fn("toPartition") });
    const buckets = byBucket(await process.run({ steps: [], bucketing }, batches));
    for (const [bucket, pairs] of Object.entries(buckets)) {
      const keys = (pairs as [number, string][]).map(([key]) => key);
      expect(keys).toEqual(upTo(100_000).filter((key) => key % partitions === Number(bucket)));
    }
    expect(Object.keys(buckets)).toHaveLength(partitions);
  });
});
