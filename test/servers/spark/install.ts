/** Where the real PySpark is, whose wheel holds Spark itself; installed once per machine by `scripts/setup.mjs`. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { EngineError } from "../../../engine/errors.js";

const run = promisify(execFile);

const installMs = 15 * 60_000;
/** From `dist/test/servers/spark`. */
const setup: URL = new URL("../../../../scripts/setup.mjs", import.meta.url);

export interface SparkInstallation {
  readonly python: string;
  readonly java: string;
  /** The folder with `jars` and `python`. */
  readonly home: string;
}

function defaultPython(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "kindling", "pyspark-4.3.0", "bin", "python");
}

/** The `pyspark` folder that belongs to an interpreter of a virtual environment. */
function sparkHome(python: string): string | null {
  const libraries = join(dirname(dirname(python)), "lib");
  if (!existsSync(libraries)) return null;
  const homes = readdirSync(libraries).map((library) => join(libraries, library, "site-packages", "pyspark"));
  return homes.find((home) => existsSync(join(home, "jars"))) ?? null;
}

/** Java and PySpark, in seconds when they are there, in minutes when they are not. */
export async function installSpark(): Promise<SparkInstallation> {
  const python = process.env["KINDLING_SPARK_PYTHON"] ?? defaultPython();
  if (sparkHome(python) === null) {
    const program = `(await import(${JSON.stringify(setup.href)})).installSpark()`;
    await run(process.execPath, ["--input-type=module", "-e", program], { timeout: installMs });
  }
  const home = sparkHome(python);
  if (home === null) {
    const remedy = "name an interpreter that has pyspark[connect] in KINDLING_SPARK_PYTHON";
    throw new EngineError("INTERPRETER_NOT_FOUND", {
      program: python,
      language: "Python",
      reason: "it has no pyspark",
      remedy,
    });
  }
  const javaHome = process.env["JAVA_HOME"];
  return { python, java: javaHome ? join(javaHome, "bin", "java") : "java", home };
}
