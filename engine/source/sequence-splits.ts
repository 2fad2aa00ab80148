/** Which bytes of which SequenceFiles each partition reads. */
import { listInputFiles } from "./input-files.js";
import { syncIntervalBytes } from "./sequence-header.js";
import { cutFile, type FileSplit, splitSizeOf } from "./text-splits.js";

/**
 * The partitions of `sequenceFile(path, …, minSplits)`, by the rules of `planTextFile`, but that no split is smaller than
 * 100 kB and compression does not matter. A directory inside a named one is a MapFile, of which the file `data` is read.
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE.
 */
export async function planSequenceFile(
  path: string,
  minSplits: number,
  workingDirectory: string,
  call = "sequenceFile",
): Promise<readonly (readonly FileSplit[])[]> {
  const files = await listInputFiles(path, { call, workingDirectory, subdirectories: "mapFile" });
  const splitBytes = splitSizeOf(files, minSplits, syncIntervalBytes);
  return files.flatMap((file) => cutFile(file, splitBytes).map((split) => [split]));
}
