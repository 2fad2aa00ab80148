/** The jobs of `partitions.py` with TypeScript closures. */
import { SparkContext } from "kindling";

const [numbers = "0", ...counts] = process.argv.slice(2);

const sc = new SparkContext("local[2]", "partitions");
await sc.range(0, 10, 1, 2).count();
for (const partitions of counts.map(Number)) {
  const started = performance.now();
  const sums = sc
    .range(0, Number(numbers), 1, partitions)
    .map((n): [number, number] => [Number(n) % 1000, 1])
    .reduceByKey((left, right) => left + right, Math.min(partitions, 100));
  const result = await sums.count();
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, result }));
}
await sc.stop();
