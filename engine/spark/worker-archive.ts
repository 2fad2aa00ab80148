/**
 * The archive that a session sends to Spark's executors once: the Python half of this backend, and the sources of the
 * Python task worker with the two pure-Python packages it needs, as the program's own interpreter has them, and the
 * TypeScript task worker in one file.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EngineError } from "../errors.js";
import { tar } from "./tar.js";

const run = promisify(execFile);

const answerMs = 30_000;
const packages = ["kindling", "cloudpickle", "msgpack"];

/** Prints the folder of each package without importing it. */
const locate = `
import importlib.util, json, sys
specs = {name: importlib.util.find_spec(name) for name in sys.argv[1:]}
print(json.dumps({name: spec and spec.submodule_search_locations and list(spec.submodule_search_locations)[0] for name, spec in specs.items()}))
`;

export interface Archive {
  /** Carries the content's hash. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The packages' folders by name; a package that is not installed is left out. */
async function packageFolders(python: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { stdout } = await run(python, ["-c", locate, ...packages], { timeout: answerMs });
    const found = Object.entries(JSON.parse(stdout) as Record<string, string | null>);
    return new Map(found.filter((entry): entry is [string, string] => entry[1] !== null));
  } catch {
    return new Map();
  }
}

async function sourcesOf(name: string, folder: string): Promise<[string, Uint8Array][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".py"));
  return Promise.all(
    paths.map(async (entry): Promise<[string, Uint8Array]> => {
      const path = join(entry.parentPath, entry.name);
      return [`${name}/${relative(folder, path).split(sep).join("/")}`, await readFile(path)];
    }),
  );
}

/** The names of the packages that the archive lacks: without them no Python function can run. */
export async function makeArchive(
  python: string,
): Promise<{ readonly archive: Archive; readonly missing: readonly string[] }> {
  const folders = await packageFolders(python);
  const sources = (await Promise.all([...folders].map(([name, folder]) => sourcesOf(name, folder)))).flat();
  const own = await sourcesOf("kindling_spark", fileURLToPath(new URL("kindling_spark", import.meta.url)));
  const files = new Map<string, Uint8Array>([
    ...own,
    ["typescript-worker.mjs", await readFile(new URL("typescript-worker.mjs", import.meta.url))],
    ...sources.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  const bytes = tar(files);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return { archive: { name: `kindling-${hash}`, bytes }, missing: packages.filter((name) => !folders.has(name)) };
}

/** Python functions cannot run without the worker's sources. */
export const missingPackages = (python: string, missing: readonly string[]): EngineError =>
  new EngineError("WORKER_NOT_FOUND", {
    language: "python",
    reason: `"${python}" has no ${missing.join(", ")} to send to Spark`,
    remedy: `run "${python} -m pip install kindling-client", or name another interpreter in KINDLING_PYTHON`,
  });
