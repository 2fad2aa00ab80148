/** Runs packed functions in a fresh Node process. */

import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { Call, Outcome } from "./unpack-child.js";

const child = fileURLToPath(new URL("./unpack-child.js", import.meta.url));

/** The outcome of each call, from one process whose working directory is not the program's. */
export function callElsewhere(calls: readonly Call[]): readonly Outcome[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [child], {
    input: serialize(calls),
    cwd: tmpdir(),
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  if (status !== 0) throw new TypeError(`the process ended with ${status}: ${stderr.toString()}`);
  return deserialize(stdout) as readonly Outcome[];
}
