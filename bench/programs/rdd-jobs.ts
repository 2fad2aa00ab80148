/** The jobs of `rdd_jobs.py` with TypeScript closures. */
import { type RDD, SparkContext } from "kindling";

const [names = "", scale = "1"] = process.argv.slice(2);

const sc = new SparkContext("local[2]", "rdd jobs");
const size = (millions: number): number => Math.floor(millions * 1_000_000 * Number(scale));
/** Numbers below 2^53. */
const numbers = (millions: number): RDD<number> => sc.range(0, size(millions), 1, 2) as RDD<number>;
const bound = size(2);

let cached: RDD<[number, string]> | null = null;

const jobs: Readonly<Record<string, () => Promise<unknown>>> = {
  map_sum: () =>
    numbers(10)
      .map((n) => n * 2 + 1)
      .sum(),
  async sort_by_key() {
    const pairs = numbers(5).map((n): [number, number] => [(n * 48271) % 2147483647, n]);
    const ordered = pairs.sortByKey(true, 2);
    const [count, first] = [await ordered.count(), await ordered.first()];
    return [count, first[0], await ordered.map((pair) => pair[1]).take(5)];
  },
  join() {
    const left = numbers(2).map((n): [number, number] => [((n * 48271) % 2147483647) % bound, n]);
    const right = numbers(2).map((n): [number, number] => [n, -n]);
    return left.join(right, 2).count();
  },
  async group_by_key() {
    const pairs = numbers(5).map((n): [number, number] => [((n * 48271) % 2147483647) % 1000, n]);
    const sizes = await pairs
      .groupByKey(2)
      .mapValues((values) => [...values].length)
      .collect();
    return sizes.sort(([left], [right]) => left - right).slice(0, 5);
  },
  cached_count() {
    cached ??= numbers(5)
      .map((n): [number, string] => [n, String(n)])
      .cache();
    return cached.count();
  },
  trivial: () =>
    sc
      .parallelize([1, 2, 3], 2)
      .map((n) => n + 1)
      .collect(),
  empty_tasks: () => sc.parallelize([], 1000).count(),
};

for (const name of names.split(",")) {
  const job = jobs[name];
  if (!job) throw new RangeError(`no job ${name}`);
  if (["trivial", "empty_tasks", "cached_count", "map_sum"].includes(name)) await job();
  const started = performance.now();
  const result = await job();
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, result: [name, result] }));
}
await sc.stop();
