/** `npm run bench -- NAME…`: runs the named benchmarks against PySpark, in turn, and prints ratios. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Line, load, median, type Run, runProgram } from "./measure.js";
import { report } from "./report.js";
import { zipfText } from "./zipf-text.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const programs = join(root, "bench", "programs");
const python = process.env["KINDLING_PYTHON"] ?? join(root, ".venv", "bin", "python");
const sparkPython = process.env["KINDLING_SPARK_PYTHON"] ?? "python3";
const rounds = Number(process.env["KINDLING_BENCH_ROUNDS"] ?? 3);

const ours = { KINDLING_PYTHON: python, KINDLING_PROGRESS: "off" };
const sparks = { PYSPARK_PYTHON: sparkPython, SPARK_LOCAL_IP: "127.0.0.1" };

/** All peers once, then all of them again: a slow moment of the machine meets each of them. */
async function inTurn<Name extends string>(peers: Record<Name, () => Promise<Run>>): Promise<Record<Name, Run[]>> {
  const runs = Object.fromEntries(Object.keys(peers).map((name) => [name, []])) as unknown as Record<Name, Run[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(peers) as Name[]) {
      runs[name].push(await peers[name]());
      console.error(`  round ${round + 1} of ${rounds}: ${name} ended`);
    }
  }
  return runs;
}

function checkEqual(runs: Record<string, readonly Run[]>): void {
  const results = new Set(
    Object.values(runs).flatMap((all) => all.flatMap((run) => run.lines.map((line) => line.result))),
  );
  if (results.size !== 1) throw new Error(`peers disagree: ${[...results].join(", ")}`);
  console.log(`  all peers agree: ${[...results][0]}`);
}

const best = (runs: readonly Run[], pick: (lines: readonly Line[]) => number): number[] =>
  runs.map((run) => pick(run.lines));

async function wordCount(): Promise<void> {
  const path = zipfText(100);
  const passes = "2";
  console.log(`Word count by RDD over 100 MB; load ${load()}`);
  const runs = await inTurn({
    pyspark: () => runProgram(sparkPython, [join(programs, "word_count.py"), "pyspark", path, passes], sparks),
    typescript: () =>
      runProgram(process.execPath, [join(root, "dist", "bench", "programs", "word-count.js"), path, passes], ours),
    python: () => runProgram(python, [join(programs, "word_count.py"), "kindling", path, passes], ours),
  });
  checkEqual(runs);
  const first = (lines: readonly Line[]): number => lines[0]?.seconds ?? Number.NaN;
  const warm = (lines: readonly Line[]): number => lines[1]?.seconds ?? Number.NaN;
  for (const [title, pick] of [
    ["first job", first],
    ["second job", warm],
  ] as const) {
    report(`Word count, ${title}`, "s", { name: "PySpark local[2]", figures: best(runs.pyspark, pick) }, [
      { name: "Kindling, TypeScript", figures: best(runs.typescript, pick), aim: 2 },
      { name: "Kindling, Python", figures: best(runs.python, pick), aim: 1.3 },
    ]);
  }
  const memory = (all: readonly Run[]): number[] => all.map((run) => run.peakMiB);
  report(
    "Peak memory of all processes",
    "MiB",
    { name: "PySpark local[2]", figures: memory(runs.pyspark) },
    [
      { name: "Kindling, TypeScript", figures: memory(runs.typescript), aim: null },
      { name: "Kindling, Python", figures: memory(runs.python), aim: null },
    ],
    0,
  );
}

async function firstResult(): Promise<void> {
  console.log(`First result of parallelize(1000).map.sum from a Python program; load ${load()}`);
  const program = join(programs, "first_result.py");
  const runs = await inTurn({
    pyspark: () => runProgram(sparkPython, [program, "pyspark", "20"], sparks),
    python: () => runProgram(python, [program, "kindling", "20"], ours),
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

async function rddJobs(): Promise<void> {
  const names = Object.keys(rddAims).join(",");
  const scale = process.env["KINDLING_BENCH_SCALE"] ?? "1";
  console.log(`RDD jobs, scale ${scale}; load ${load()}`);
  const program = join(programs, "rdd_jobs.py");
  const runs = await inTurn({
    pyspark: () => runProgram(sparkPython, [program, "pyspark", names, scale], sparks),
    typescript: () =>
      runProgram(process.execPath, [join(root, "dist", "bench", "programs", "rdd-jobs.js"), names, scale], ours),
    python: () => runProgram(python, [program, "kindling", names, scale], ours),
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

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  wordcount: wordCount,
  start: firstResult,
  rdd: rddJobs,
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (!benchmark) {
    console.error(`no benchmark "${name}"; there are ${Object.keys(benchmarks).join(", ")}`);
    process.exit(2);
  }
  await benchmark();
}
