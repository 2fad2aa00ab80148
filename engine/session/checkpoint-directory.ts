/** Where the checkpoints of one session lie: a new directory below the one that the program names. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../errors.js";
import { outputPath } from "../source/text-paths.js";

/** Makes it; `call` is for messages. */
export function makeCheckpointDirectory(name: string, workingDirectory: string, call: string): string {
  const path = join(outputPath(name, workingDirectory, call), randomUUID());
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("WRITE_FAILED", { path, reason }, { cause: error });
  }
  return path;
}
