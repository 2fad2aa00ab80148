/** How long a cancelled job goes on. */
import { load, median, type Run } from "./measure.js";
import { inTurn, kindlingPython, pyspark, typescript } from "./peers.js";

/** A promise: after this time nothing of a cancelled job is left. */
const cancelAimMs = 1000;

/** The figures of all rounds by what was cancelled, and how; not a number where something was left. */
function byCase(runs: readonly Run[]): Map<string, number[]> {
  const figures = new Map<string, number[]>();
  for (const { seconds, result } of runs.flatMap(({ lines }) => lines)) {
    const [what = "", way = ""] = result as readonly string[];
    const name = `${what}, by ${way}`;
    figures.set(name, [...(figures.get(name) ?? []), seconds === null ? Number.NaN : seconds * 1000]);
  }
  return figures;
}

export async function cancel(): Promise<void> {
  console.log(`Cancelling a job: until its tasks, their processes and files are gone; load ${load()}`);
  const runs = await inTurn({
    pyspark: () => pyspark("cancel_jobs", "local[2]"),
    typescript: () => typescript("cancel-jobs"),
    python: () => kindlingPython("cancel_jobs", "local[2]"),
  });
  const [spark, closures, own] = [byCase(runs.pyspark), byCase(runs.typescript), byCase(runs.python)];
  const text = (figures: readonly number[] | undefined): string =>
    figures === undefined
      ? ""
      : figures.some(Number.isNaN)
        ? "something is left"
        : `${median(figures).toFixed(0)} (${Math.min(...figures).toFixed(0)}–${Math.max(...figures).toFixed(0)})`;
  console.log(`\nms; median (least–most) of ${runs.pyspark.length}; promise: at most ${cancelAimMs}`);
  console.log(`  ${"".padEnd(34)}${"TypeScript".padEnd(18)}${"Python".padEnd(18)}PySpark local[2]`);
  for (const name of new Set([...closures.keys(), ...own.keys()])) {
    const figures = [...(closures.get(name) ?? []), ...(own.get(name) ?? [])];
    const verdict = figures.every((ms) => ms <= cancelAimMs) ? "" : "   MISSED";
    const [first, second] = [text(closures.get(name)), text(own.get(name))];
    console.log(`  ${name.padEnd(34)}${first.padEnd(18)}${second.padEnd(18)}${text(spark.get(name))}${verdict}`);
  }
}
