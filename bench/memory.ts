/**
 * Jobs over data of five times the memory bound, and what their process trees
 * take at most. PySpark's driver, which is its executor too, takes no less than 450 MiB; with a smaller bound it has 512.
 */
import { join } from "node:path";
import { load } from "./measure.js";
import { ours, programs, python, root, sparkPython, sparks } from "./peers.js";
import type { Sample } from "./process-tree.js";
import { runTree, type TreeRun } from "./tree-memory.js";
import { zipfText } from "./zipf-text.js";

const MiB = 2 ** 20;
const dataFactor = 5;
/** The process tree may grow by so much of the bound. */
const aim = 1.3;
const leastSparkMiB = 512;
/** MiB that an executor may take. */
const bounds = (process.env["KINDLING_BENCH_BOUNDS"] ?? "64,256").split(",").map(Number);
const jobNames = ["word_count", "distinct_words", "group_by_key", "combine_by_key", "sort_by_key", "join", "cached"];

const inMiB = (bytes: number): string => (bytes / MiB).toFixed(0);
const partsOf = ({ parts }: Sample): string =>
  Object.entries(parts)
    .map(([role, bytes]) => `${role} ${inMiB(bytes)}`)
    .join(", ");

function tell(peer: string, boundMiB: number, run: TreeRun, isOurs: boolean): void {
  console.log(`\n${peer}, bound ${boundMiB} MiB; idle ${inMiB(run.idle.bytes)} MiB (${partsOf(run.idle)})`);
  for (const { name, seconds, peak, result } of run.phases) {
    const ratio = (peak.bytes - run.idle.bytes) / (boundMiB * MiB);
    const verdict = isOurs ? (ratio <= aim ? `aim ${aim} kept` : `aim ${aim} MISSED`) : "";
    console.log(
      `  ${name.padEnd(15)} ${seconds.toFixed(1).padStart(6)} s  peak ${inMiB(peak.bytes).padStart(5)} MiB, ` +
        `(peak - idle) / bound = ${ratio.toFixed(2)} ${verdict}  (${partsOf(peak)})  ${JSON.stringify(result)}`,
    );
  }
}

export async function memory(): Promise<void> {
  const text = zipfText(100);
  const names = process.env["KINDLING_BENCH_JOBS"] ?? jobNames.join(",");
  const wanted = (process.env["KINDLING_BENCH_PEERS"] ?? "typescript,python,pyspark").split(",");
  const program = join(programs, "memory_jobs.py");
  const typescript = join(root, "dist", "bench", "programs", "memory-jobs.js");
  for (const bound of bounds) {
    const size = String(bound * MiB * dataFactor);
    console.log(`\nJobs over ${Number(size) / MiB} MiB of data, local[2]; load ${load()}`);
    const runs: TreeRun[] = [];
    const run = async (name: string, boundMiB: number, command: string, args: readonly string[]): Promise<void> => {
      if (!wanted.includes(name)) return;
      const isOurs = name !== "pyspark";
      const found = await runTree(command, args, isOurs ? ours : sparks);
      tell(name, boundMiB, found, isOurs);
      runs.push(found);
    };
    await run("typescript", bound, process.execPath, [typescript, String(bound), size, names, text]);
    await run("python", bound, python, [program, "kindling", String(bound), size, names, text]);
    const sparkBound = Math.max(bound, leastSparkMiB);
    await run("pyspark", sparkBound, sparkPython, [program, "pyspark", String(sparkBound), size, names, text]);
    const results = new Set(runs.map(({ phases }) => JSON.stringify(phases.map(({ result }) => result))));
    console.log(results.size > 1 ? "PEERS DISAGREE" : `  ${runs.length} peers agree`);
  }
}
