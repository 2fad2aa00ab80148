/** The programs that are measured, and the order in which they run. */
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Line, type Run, runProgram } from "./measure.js";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const programs: string = join(root, "bench", "programs");
export const python: string = process.env["KINDLING_PYTHON"] ?? join(root, ".venv", "bin", "python");
export const sparkPython: string = process.env["KINDLING_SPARK_PYTHON"] ?? "python3";
const rounds: number = Number(process.env["KINDLING_BENCH_ROUNDS"] ?? 3);

export const ours: NodeJS.ProcessEnv = { KINDLING_PYTHON: python, KINDLING_PROGRESS: "off" };
export const sparks: NodeJS.ProcessEnv = { PYSPARK_PYTHON: sparkPython, SPARK_LOCAL_IP: "127.0.0.1" };

/** A program of `programs/`, as each peer runs it. */
export const typescript = (name: string, ...args: readonly string[]): Promise<Run> =>
  runProgram(process.execPath, [join(root, "dist", "bench", "programs", `${name}.js`), ...args], ours);

export const kindlingPython = (name: string, ...args: readonly string[]): Promise<Run> =>
  runProgram(python, [join(programs, `${name}.py`), "kindling", ...args], ours);

export const pyspark = (name: string, ...args: readonly string[]): Promise<Run> =>
  runProgram(sparkPython, [join(programs, `${name}.py`), "pyspark", ...args], sparks);

/** In the Scala shell of PySpark's package; the script finds its arguments among the system properties. */
export async function scala(name: string, properties: Readonly<Record<string, string>>): Promise<Run> {
  const { stdout } = await promisify(execFile)(sparkPython, ["-c", "import pyspark; print(pyspark.__path__[0])"]);
  const home = stdout.trim();
  const defined = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
  const settings = [
    "spark.ui.enabled=false",
    "spark.log.level=OFF",
    "spark.ui.showConsoleProgress=false",
    `spark.driver.extraJavaOptions=${defined.join(" ")}`,
  ].flatMap((setting) => ["--conf", setting]);
  const script = join(programs, `${name}.scala`);
  const environment = { ...sparks, SPARK_HOME: home, TERM: "dumb" };
  return runProgram(join(home, "bin", "spark-shell"), ["--master", "local[2]", ...settings, "-i", script], environment);
}

/** All peers once, then all of them again: a slow moment of the machine meets each of them. */
export async function inTurn<Name extends string>(
  peers: Record<Name, () => Promise<Run>>,
): Promise<Record<Name, Run[]>> {
  const runs = Object.fromEntries(Object.keys(peers).map((name) => [name, []])) as unknown as Record<Name, Run[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(peers) as Name[]) {
      runs[name].push(await peers[name]());
      console.error(`  round ${round + 1} of ${rounds}: ${name} ended`);
    }
  }
  return runs;
}

export function checkEqual(runs: Record<string, readonly Run[]>): void {
  const results = new Set(
    Object.values(runs).flatMap((all) => all.flatMap((run) => run.lines.map((line) => line.result))),
  );
  if (results.size !== 1) throw new Error(`peers disagree: ${[...results].join(", ")}`);
  console.log(`  all peers agree: ${[...results][0]}`);
}

export const best = (runs: readonly Run[], pick: (lines: readonly Line[]) => number): number[] =>
  runs.map((run) => pick(run.lines));
