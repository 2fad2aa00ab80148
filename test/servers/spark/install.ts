/** What a local Spark needs: PySpark from PyPI, whose wheel holds Spark itself, and Java. Installed once per machine. */
import { execFile } from "node:child_process";
import { access, mkdir, readdir, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { EngineError } from "../../../engine/errors.js";

const run = promisify(execFile);

export const sparkVersion = "4.3.0";
const javaVersion = 17;
const installMs = 15 * 60_000;
const questionMs = 20_000;

export interface SparkInstallation {
  readonly python: string;
  readonly java: string;
  /** The folder with `jars` and `python`. */
  readonly home: string;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function javaWorks(java: string): Promise<boolean> {
  try {
    const { stderr } = await run(java, ["-version"], { timeout: questionMs });
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) >= javaVersion;
  } catch {
    return false;
  }
}

/** `java` of JAVA_HOME or the path; on Debian as root it is installed when missing. */
async function findJava(): Promise<string> {
  const home = process.env["JAVA_HOME"];
  const candidates = [...(home ? [join(home, "bin", "java")] : []), "java"];
  for (const java of candidates) if (await javaWorks(java)) return java;
  const packageName = `openjdk-${javaVersion}-jre-headless`;
  try {
    await run("apt-get", ["update", "-qq"], { timeout: installMs });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", packageName], { timeout: installMs });
  } catch (cause) {
    throw new EngineError(
      "INTERPRETER_NOT_FOUND",
      { program: "java", language: "Java", reason: `no Java ${javaVersion} here`, remedy: `apt-get install ${packageName}` },
      { cause },
    );
  }
  return "java";
}

/** The site-packages folder of a complete installation: pip writes the record of a package after all that it needs. */
async function sitePackages(folder: string): Promise<string | null> {
  const libraries = await readdir(join(folder, "lib")).catch(() => []);
  for (const library of libraries) {
    const packages = join(folder, "lib", library, "site-packages");
    if (await exists(join(packages, `pyspark-${sparkVersion}.dist-info`, "RECORD"))) return packages;
  }
  return null;
}

/** Installs unless another process is at it; a lock older than an installation may take belongs to nobody. */
async function installPyspark(folder: string): Promise<void> {
  const lock = `${folder}.lock`;
  await mkdir(join(folder, ".."), { recursive: true });
  const owned = await mkdir(lock).then(
    () => true,
    () => false,
  );
  if (!owned) {
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > installMs) await rm(lock, { recursive: true, force: true });
    await sleep(1000);
    return;
  }
  try {
    await run("python3", ["-m", "venv", folder], { timeout: installMs });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `pyspark[connect]==${sparkVersion}`];
    await run(join(folder, "bin", "python"), pip, { timeout: installMs });
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

export async function installSpark(): Promise<SparkInstallation> {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "kindling", `pyspark-${sparkVersion}`);
  const java = await findJava();
  const deadline = Date.now() + installMs;
  for (;;) {
    const packages = await sitePackages(folder);
    if (packages) return { python: join(folder, "bin", "python"), java, home: join(packages, "pyspark") };
    if (Date.now() > deadline) {
      throw new EngineError("DEADLINE_EXCEEDED", { what: `installing pyspark ${sparkVersion}`, limitMs: installMs });
    }
    await installPyspark(folder);
  }
}
