/** How soon a Python program has its first result, and how soon the following ones. */
import { type Line, load, median } from "./measure.js";
import { best, checkEqual, inTurn, kindlingPython, pyspark } from "./peers.js";
import { report } from "./report.js";

export async function firstResult(): Promise<void> {
  console.log(`First result of parallelize(1000).map.sum from a Python program; load ${load()}`);
  const runs = await inTurn({
    pyspark: () => pyspark("first_result", "20"),
    python: () => kindlingPython("first_result", "20"),
  });
  checkEqual(runs);
  const cold = (lines: readonly Line[]): number => lines[0]?.atSeconds ?? Number.NaN;
  const warm = (lines: readonly Line[]): number =>
    median(lines.slice(1).map((line) => (line.seconds ?? Number.NaN) * 1000));
  report(
    "Process start to first result (promise: at most 1.0 s)",
    "s",
    { name: "PySpark local[2]", figures: best(runs.pyspark, cold) },
    [{ name: "Kindling, Python", figures: best(runs.python, cold), aim: 10 }],
  );
  report(
    "Warm trivial job (promise: at most 20 ms)",
    "ms",
    { name: "PySpark local[2]", figures: best(runs.pyspark, warm) },
    [{ name: "Kindling, Python", figures: best(runs.python, warm), aim: null }],
    1,
  );
  report(
    "Peak memory of all processes",
    "MiB",
    { name: "PySpark local[2]", figures: runs.pyspark.map((run) => run.peakMiB) },
    [{ name: "Kindling, Python", figures: runs.python.map((run) => run.peakMiB), aim: null }],
    0,
  );
}
