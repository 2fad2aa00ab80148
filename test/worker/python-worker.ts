/** The Python worker, as the conformance suite starts it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { format, type WorkerUnderTest } from "./worker-process.js";

function repositoryRoot(folder: string): string {
  return existsSync(join(folder, "package-lock.json")) ? folder : repositoryRoot(dirname(folder));
}

const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));

export const pythonFunctions: string = join(root, "test/worker/python_functions.py");

export const pythonWorkerFolder: string = join(root, "clients/python/src/kindling/worker");

const executable = process.env["KINDLING_PYTHON"] ?? join(root, ".venv/bin/python");

async function pack(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { stdout } = await promisify(execFile)(executable, [pythonFunctions], { timeout: 30_000 });
  const bodies = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return new Map(bodies.map(([name, body]) => [name, Buffer.from(body, "base64")]));
}

export const pythonWorker: WorkerUnderTest = {
  language: "python",
  executable,
  args: [join(pythonWorkerFolder, "__main__.py"), "--in", "3", "--out", "4"],
  environment: { PYTHONHASHSEED: "0" },
  pack,
  ownFormat: format.pickle,
};
