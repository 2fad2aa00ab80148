/** Where files that a program added are, in its functions and in the program itself. */
import { join } from "node:path";
import { EngineError } from "../errors.js";
import { TaskScope } from "../execute/task-scope.js";

/** The local property by which tasks know the directory. */
export const filesProperty = "kindling.files";

/** The directory of the context that the program made last; set by that. */
let ofProgram: (() => string) | null = null;

/** From now on the program's own calls ask here; null: no more. */
export function setFilesDirectory(directory: (() => string) | null): void {
  ofProgram = directory;
}

/**
 * Finds files that `addFile`, `addPyFile` and `addArchive` gave to the workers.
 *
 * @module core
 * @py -
 * @internal
 * @source org.apache.spark.SparkFiles
 */
// biome-ignore lint/complexity/noStaticOnlyClass: as Spark has it
export class SparkFiles {
  /** The absolute path of a file, whether it was added or not. */
  static get(filename: string): string {
    return join(SparkFiles.getRootDirectory(), filename);
  }

  /** The directory in which the files lie. */
  static getRootDirectory(): string {
    const scope = TaskScope.current;
    const found = scope ? scope.task.context.properties[filesProperty] : ofProgram?.();
    if (found !== undefined) return found;
    const message = "SparkFiles: no file was added when the job started";
    throw new EngineError("USER_FUNCTION_FAILED", { type: "Error", message });
  }
}
