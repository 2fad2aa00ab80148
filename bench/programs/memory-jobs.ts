/** The jobs of `memory_jobs.py` with TypeScript closures; the same arguments without the first. */
import { statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type RDD, SparkContext, StorageLevel } from "kindling";

const [bound = "", size = "0", names = "", text = ""] = process.argv.slice(2);
const sc = new SparkContext("local[2]", "memory", { "spark.executor.memory": `${bound}m` });

/** A pair is a number and a text of 100 characters. */
const pairBytes = 110;
const count = Math.floor(Number(size) / pairBytes);
const half = Math.floor(count / 2);
const keys = Math.floor(count / 10);

type Sums = [number, number];

const numbers = (first: number, last: number): RDD<number> => sc.range(first, last, 1, 4) as RDD<number>;
const pairs = (first: number, last: number): RDD<[number, string]> =>
  numbers(first, last).map((n): [number, string] => [(n * 48271) % 2147483647, String(n).padStart(100, "0")]);
const grouped = (data: RDD<[number, string]>): Promise<Sums> =>
  data
    .groupByKey(2)
    .map(([, values]): Sums => [1, [...values].reduce((sum, value) => sum + value.length, 0)])
    .reduce(added);
function added(left: Sums, right: Sums): Sums {
  return [left[0] + right[0], left[1] + right[1]];
}

const jobs: Readonly<Record<string, () => Promise<unknown>>> = {
  word_count() {
    const copies = Math.max(1, Math.round(Number(size) / statSync(text).size));
    return sc
      .textFile(new Array(copies).fill(text).join(","), 4)
      .flatMap((line) => line.split(" "))
      .map((word): [string, number] => [word, 1])
      .reduceByKey((left, right) => left + right, 2)
      .map((pair) => pair[1])
      .aggregate([0, 0], (at: Sums, n): Sums => [at[0] + 1, at[1] + n], added);
  },
  distinct_words: () =>
    numbers(0, count)
      .map((n): [string, number] => [String(((n % half) * 48271) % 2147483647).padStart(100, "0"), 1])
      .reduceByKey((left, right) => left + right, 2)
      .aggregate([0, 0], (at: Sums, pair): Sums => [at[0] + 1, at[1] + pair[1]], added),
  group_by_key: () => grouped(pairs(0, count).map(([key, value]): [number, string] => [key % keys, value])),
  combine_by_key: () =>
    pairs(0, count)
      .map(([key, value]): [number, string] => [key % keys, value])
      .combineByKey(
        (value): string[] => [value],
        (some, value) => [...some, value],
        (some, more) => [...some, ...more],
        2,
      )
      .map(([, values]): Sums => [1, values.reduce((sum, value) => sum + value.length, 0)])
      .reduce(added),
  async sort_by_key() {
    const parts = await pairs(0, count)
      .sortByKey(true, 2)
      .mapPartitions(function* (part): Iterable<Sums> {
        let [last, number] = [-1, 0];
        for (const [key] of part) {
          if (key < last) throw new RangeError(`${key} after ${last}`);
          [last, number] = [key, number + 1];
        }
        yield [number, last];
      })
      .collect();
    return [parts.reduce((sum, [number]) => sum + number, 0), parts.at(-1)?.[1]];
  },
  join() {
    const top = half - 1;
    const right = numbers(0, half).map((n): [number, string] => [
      ((top - n) * 48271) % 2147483647,
      String(n).padStart(100, "0"),
    ]);
    return pairs(0, half)
      .join(right, 2)
      .map(([, [left, value]]): Sums => [1, left.length + value.length])
      .reduce(added);
  },
  async cached() {
    const data = pairs(0, count).persist(StorageLevel.MEMORY_AND_DISK);
    await data.count();
    const result = await grouped(data);
    await data.unpersist();
    return result;
  },
};

const tell = (what: string, result: unknown, seconds: number | null = null): void =>
  console.log(JSON.stringify({ what, seconds, result }));

await sc
  .parallelize(
    Array.from({ length: 100 }, (_, n) => n),
    2,
  )
  .map((n): [number, number] => [n % 10, n])
  .groupByKey(2)
  .count();
tell("idle", null);
await pause(2000);
for (const name of names.split(",")) {
  const job = jobs[name];
  if (!job) throw new RangeError(`no job ${name}`);
  tell("begins", name);
  const started = performance.now();
  const result = await job();
  tell(name, result, (performance.now() - started) / 1000);
}
await sc.stop();
