/** Word count over one file, with TypeScript closures. */
import { SparkContext } from "kindling";

const [path = "", rounds = "1"] = process.argv.slice(2);

const sc = new SparkContext("local[2]", "word count");
await sc
  .parallelize([1], 1)
  .map((x) => x)
  .collect();
for (let round = 0; round < Number(rounds); round++) {
  const started = performance.now();
  const counts = sc
    .textFile(path)
    .flatMap((line) => line.split(" "))
    .map((word): [string, number] => [word, 1])
    .reduceByKey((left, right) => left + right);
  const result = await counts.count();
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, result }));
}
await sc.stop();
