/** Where the checkpoints of one session lie: a new directory below the one that the program names. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../errors.js";
import { outputPath } from "../source/text-paths.js";

/** On a cluster, whose file systems are not this machine's: Spark makes it with the first checkpoint. */
const onCluster = (name: string): string => `${name.replace(/\/+$/, "")}/${randomUUID()}`;

/** Its name as Hadoop would tell it; a cluster's own says where it is by itself. */
export const directoryUrl = (directory: string, master: string): string =>
  isCluster(master) ? directory : `file:${directory}`;

const isCluster = (master: string): boolean => master.startsWith("sc:");

interface Place {
  readonly master: string;
  readonly workingDirectory: string;
  /** For messages. */
  readonly call: string;
}

/** Makes it where this machine can. */
export function makeCheckpointDirectory(name: string, { master, workingDirectory, call }: Place): string {
  if (isCluster(master)) return onCluster(name);
  const path = join(outputPath(name, workingDirectory, call), randomUUID());
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("WRITE_FAILED", { path, reason }, { cause: error });
  }
  return path;
}
