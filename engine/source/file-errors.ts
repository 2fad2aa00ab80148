/** What the operating system says of a file, as an error of the engine. */
import { EngineError } from "../errors.js";

/** The system's code (`ENOENT`) of a thrown value, or an empty text. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

/** `EACCES: permission denied, open '/x'` without the call and the path, which the message names already. */
const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/, \w+ '.*$/s, "");

const missing: readonly string[] = ["ENOENT", "ENOTDIR"];

/** True when the path, or a folder on the way to it, is not there. */
export const isMissing = (thrown: unknown): boolean => missing.includes(systemCode(thrown));

/** A failure to list, open or read `path`. */
export function readFailure(path: string, thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  if (isMissing(thrown)) return new EngineError("PATH_NOT_FOUND", { path }, { cause: thrown });
  return new EngineError("PATH_NOT_READABLE", { path, reason: reasonOf(thrown) }, { cause: thrown });
}

/** A failure to make, write, rename or remove something of the output `path`. */
export function writeFailure(path: string, thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  return new EngineError("WRITE_FAILED", { path, reason: reasonOf(thrown) }, { cause: thrown });
}
