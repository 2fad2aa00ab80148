/** Counts the words of the files that `files.txt` names, cut at white space and cut at what is no letter or digit. */
import { readFileSync } from "node:fs";
import { SparkContext } from "kindling";

const sc = new SparkContext("local[2]", "count words");
const lines = sc.textFile(readFileSync("files.txt", "utf8").trim().split("\n").join(","));

const cuts: readonly (readonly [string, (line: string) => string[]])[] = [
  ["by-space", (line) => line.split(/[ \t\v\f\r]+/)],
  ["by-letter", (line) => line.toLowerCase().split(/[^\p{L}\p{N}]+/u)],
];
for (const [directory, cut] of cuts) {
  await lines
    .flatMap(cut)
    .filter((word) => word !== "")
    .map((word): [string, number] => [word, 1])
    .reduceByKey((left, right) => left + right, 8)
    .map(([word, count]) => `${count} ${word}`)
    .saveAsTextFile(directory);
}
await sc.stop();
