/** Archives that `addArchive` unpacks, by the ending of their names as Spark goes by it; others are copied as they are. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import AdmZip from "adm-zip";
import { EngineError } from "../errors.js";

const isZip = (path: string): boolean => /\.(zip|jar)$/i.test(path);
const isTar = (path: string): boolean => /\.(tar|tar\.gz|tgz)$/i.test(path);

export const canUnpack = (path: string): boolean => isZip(path) || isTar(path);

/** Unpacks an archive into a new directory. */
export async function unpack(archive: string, directory: string): Promise<void> {
  try {
    await mkdir(directory);
    if (isZip(archive)) new AdmZip(archive).extractAllTo(directory, false, true);
    // Both GNU's and BSD's refuse names that lead out of the directory.
    else await promisify(execFile)("tar", ["-xf", archive, "-C", directory]);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new EngineError("CORRUPT_INPUT", { path: archive, format: "archive", reason }, { cause: error });
  }
}
