/** How time grows with the number of partitions and with the size of the data: tables and plots in Markdown. */
import { load, type Run } from "./measure.js";
import { kindlingPython, pyspark, typescript } from "./peers.js";
import { zipfText } from "./zipf-text.js";

const partitionCounts = [1, 10, 100, 1000, 10_000];
/** A task of PySpark takes some 25 ms: ten thousand of them would take the rest of the morning. */
const mostOfPyspark = { partitions: 1000, megabytes: 500 };
const numbers = "1000000";
const sizes = [10, 100, 500, 2000];

interface Line {
  readonly name: string;
  /** Seconds at each place of the axis, where it was measured. */
  readonly seconds: readonly (number | null)[];
}

const shown = (seconds: number | null): string => (seconds === null ? "" : seconds.toFixed(2));

/** A table, and a plot with a logarithmic axis. */
function print(title: string, axis: string, places: readonly number[], lines: readonly Line[]): void {
  console.log(`\n**${title}**, seconds\n`);
  console.log(`| ${axis} | ${places.join(" | ")} |`);
  console.log(`|---|${"---|".repeat(places.length)}`);
  for (const { name, seconds } of lines) console.log(`| ${name} | ${seconds.map(shown).join(" | ")} |`);
  console.log("\n```");
  for (const { name, seconds } of lines)
    for (const [i, taken] of seconds.entries()) if (taken !== null) console.log(bar(name, places[i] ?? 0, taken));
  console.log("```");
}

/** Ten signs for each tenfold from 10 ms on. */
function bar(name: string, place: number, seconds: number): string {
  const length = Math.max(1, Math.round(10 * Math.log10(seconds / 0.01)));
  return `${name.padEnd(22)} ${String(place).padStart(6)} ${"█".repeat(length)} ${shown(seconds)}`;
}

const secondsOf = ({ lines }: Run, count: number): (number | null)[] =>
  Array.from({ length: count }, (_, i) => lines[i]?.seconds ?? null);

async function overPartitions(): Promise<void> {
  const all = partitionCounts.map(String);
  const some = partitionCounts.filter((count) => count <= mostOfPyspark.partitions).map(String);
  const runs = {
    "PySpark local[2]": await pyspark("partitions", numbers, ...some),
    "Kindling, TypeScript": await typescript("partitions", numbers, ...all),
    "Kindling, Python": await kindlingPython("partitions", numbers, ...all),
  };
  const lines = Object.entries(runs).map(([name, run]) => ({ name, seconds: secondsOf(run, all.length) }));
  print("A million numbers counted by key, by partitions", "partitions", partitionCounts, lines);
}

async function overSizes(): Promise<void> {
  const peers = [
    {
      name: "PySpark local[2]",
      run: (path: string) => pyspark("word_count", path, "1"),
      most: mostOfPyspark.megabytes,
    },
    { name: "Kindling, TypeScript", run: (path: string) => typescript("word-count", path, "1"), most: Infinity },
    { name: "Kindling, Python", run: (path: string) => kindlingPython("word_count", path, "1"), most: Infinity },
  ];
  const lines: { name: string; seconds: (number | null)[] }[] = peers.map(({ name }) => ({ name, seconds: [] }));
  for (const megabytes of sizes) {
    const path = zipfText(megabytes);
    for (const [i, { name, run, most }] of peers.entries()) {
      const ended = megabytes > most ? null : await run(path);
      lines[i]?.seconds.push(ended?.lines[0]?.seconds ?? null);
      console.error(`  ${megabytes} MB: ${name} ended`);
    }
  }
  print("Word count, by size of the text in MB", "MB", sizes, lines);
}

export async function scaling(): Promise<void> {
  console.log(`Scaling; load ${load()}`);
  await overPartitions();
  await overSizes();
}
