/** Files that nobody needs any more. */
import { rmSync } from "node:fs";

/** Removes a file, or a directory with all that is in it. What a broken disk does not give up stays: no reason to end a job. */
export function removeFiles(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // It goes with the workspace, if it can.
  }
}
