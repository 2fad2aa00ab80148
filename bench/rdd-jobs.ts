/** Jobs of RDDs, each a figure. */
import { load, type Run } from "./measure.js";
import { inTurn, kindlingPython, pyspark, typescript } from "./peers.js";
import { report } from "./report.js";

/** What each job of `rdd_jobs.py` should be: times PySpark, by closures in Python and in TypeScript. */
const rddAims: Readonly<Record<string, { readonly python: number | null; readonly typescript: number }>> = {
  map_sum: { python: 1.3, typescript: 3 },
  sort_by_key: { python: 1.5, typescript: 3 },
  join: { python: 1.5, typescript: 3 },
  group_by_key: { python: null, typescript: 3 },
  cached_count: { python: 3, typescript: 3 },
  trivial: { python: null, typescript: 3 },
  empty_tasks: { python: 5, typescript: 5 },
};

export async function rddJobs(): Promise<void> {
  const names = Object.keys(rddAims).join(",");
  const scale = process.env["KINDLING_BENCH_SCALE"] ?? "1";
  console.log(`RDD jobs, scale ${scale}; load ${load()}`);
  const runs = await inTurn({
    pyspark: () => pyspark("rdd_jobs", names, scale),
    typescript: () => typescript("rdd-jobs", names, scale),
    python: () => kindlingPython("rdd_jobs", names, scale),
  });
  for (const [place, [name, aim]] of Object.entries(rddAims).entries()) {
    const figures = (all: readonly Run[]): number[] => all.map((run) => run.lines[place]?.seconds ?? Number.NaN);
    const results = new Set(
      Object.values(runs).flatMap((all) => all.map((run) => JSON.stringify(run.lines[place]?.result))),
    );
    if (results.size !== 1) throw new Error(`peers disagree about ${name}: ${[...results].join(", ")}`);
    report(
      name,
      "s",
      { name: "PySpark local[2]", figures: figures(runs.pyspark) },
      [
        { name: "Kindling, TypeScript", figures: figures(runs.typescript), aim: aim.typescript },
        { name: "Kindling, Python", figures: figures(runs.python), aim: aim.python },
      ],
      3,
    );
  }
}
