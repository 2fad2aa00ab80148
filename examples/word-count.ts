/** Counts the words in every Markdown, licence and text file of the installed packages. */
import { SparkContext } from "kindling";
import { textFilesBelow } from "./text-files.js";

const started = performance.now();
const sc = new SparkContext("local[2]", "word count");

const paths = textFilesBelow("node_modules");
const counts = sc
  .textFile(paths.join(","))
  .flatMap((line) => line.toLowerCase().split(/[^\p{L}\p{N}]+/u))
  .filter((word) => word.length > 0)
  .map((word): [string, number] => [word, 1])
  .reduceByKey((left, right) => left + right, 8);

const top = await counts.sortBy(([, count]) => count, false).take(20);
for (const [word, count] of top) console.log(`${String(count).padStart(8)}  ${word}`);
console.log(
  `${paths.length} files, ${await counts.count()} distinct words, ${((performance.now() - started) / 1000).toFixed(2)} s`,
);
await sc.stop();
