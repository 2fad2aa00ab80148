// What every command of this repository needs first: packages, a build, a Python environment. Each step runs only when
// something it depends on has changed, so that the second start costs nothing.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kindling");
export const venvPython = join(root, ".venv", "bin", "python");
/** The PySpark that results and speed are compared with. */
export const sparkVersion = "4.3.0";
export const sparkPython = join(cache, `pyspark-${sparkVersion}`, "bin", "python");

/** Runs a command with its output shown; ends this process when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) fail(`cannot run ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** A digest of files, by which a step knows that it is up to date. */
const digest = (...paths) => {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(readFileSync(join(root, path)));
  return hash.digest("hex");
};

function once(stamp, value, step) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === value) return;
  step();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, value);
}

/** Installs Debian packages where a command is missing; needs root, otherwise says what to do. */
function needCommand(command, args, packages) {
  if (succeeds(command, args)) return;
  if (process.getuid?.() !== 0 || !succeeds("apt-get", ["--version"])) {
    fail(`${command} ${args.join(" ")} does not work here; install ${packages.join(" ")} and try again`);
  }
  console.log(`Installing ${packages.join(" ")} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-q"], { stdio: "ignore", env: environment });
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], { env: environment });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or newer is needed, this is ${process.version}`);
}

export function installPackages() {
  checkNode();
  once(join(root, "node_modules", ".kindling-installed"), digest("package-lock.json"), () => {
    console.log("Installing Node packages …");
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"]);
  });
}

export function build() {
  installPackages();
  run("npm", ["run", "--silent", "build"]);
}

/** `.venv` with the Python client, installed from this tree, and the tools its tests need. */
export function installPython() {
  const python = process.env.KINDLING_BASE_PYTHON ?? "python3";
  once(join(root, ".venv", ".kindling-installed"), digest("clients/python/pyproject.toml"), () => {
    console.log("Making the Python environment .venv …");
    needCommand(python, ["-c", "import ensurepip, venv"], ["python3-venv"]);
    run(python, ["-m", "venv", ".venv"]);
    run(venvPython, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", "clients/python[test]"]);
  });
}

/** The real PySpark, in a cache outside the tree. */
export function installSpark() {
  needCommand("java", ["-version"], ["openjdk-17-jre-headless"]);
  once(join(cache, `pyspark-${sparkVersion}`, ".kindling-installed"), sparkVersion, () => {
    console.log(`Installing PySpark ${sparkVersion} (455 MB) …`);
    const directory = join(cache, `pyspark-${sparkVersion}`);
    mkdirSync(cache, { recursive: true });
    if (!succeeds(sparkPython, ["-c", "import pyspark, pyarrow, grpc"])) {
      run("python3", ["-m", "venv", directory]);
      run(sparkPython, [
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        `pyspark[connect]==${sparkVersion}`,
      ]);
    }
  });
}
