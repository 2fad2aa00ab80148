/**
 * The paths that a program names, as Hadoop reads them: `data/*.txt,file:/logs/{a,b}` in `/home/me` is
 * `/home/me/data/*.txt` and `/logs/{a,b}`.
 */
import { posix } from "node:path";
import { EngineError } from "../errors.js";

/** The absolute patterns of a comma-separated list; a comma inside braces does not separate. `call` is for messages. */
export function inputPatterns(paths: string, workingDirectory: string, call = "textFile"): string[] {
  return splitList(paths).map((path) => absolutePath(call, path, workingDirectory));
}

/** The absolute path of an output directory; neither a list nor a pattern. */
export function outputPath(path: string, workingDirectory: string, call: string): string {
  return absolutePath(call, path, workingDirectory);
}

/** The paths of a list; a comma inside braces does not separate. */
export function splitList(paths: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < paths.length; i++) {
    const char = paths[i];
    if (char === "{") depth++;
    else if (char === "}") depth = Math.max(0, depth - 1);
    else if (char === "," && depth === 0) {
      pieces.push(paths.slice(start, i));
      start = i + 1;
    }
  }
  return [...pieces, paths.slice(start)];
}

/**
 * Hadoop's `Path`: a scheme is what stands before a colon that comes before the first slash, `//host` follows it, and
 * nothing is percent-decoded. `.` and `..` are taken out of the text, whatever links are on the disk.
 */
function absolutePath(call: string, path: string, workingDirectory: string): string {
  const refuse = (expected: string): EngineError =>
    new EngineError("INVALID_ARGUMENT", { call, parameter: "path", expected, actual: JSON.stringify(path) });
  if (path === "") throw refuse("a path (in a list, none may be empty)");
  const { scheme, host, rest } =
    /^(?:(?<scheme>[^/:]*):)?(?:\/\/(?<host>[^/]*))?(?<rest>.*)$/s.exec(path)?.groups ?? {};
  if (scheme !== undefined && scheme !== "file") throw refuse("a local path or a file: URL");
  if (host) throw refuse("a path on this machine");
  if (scheme !== undefined && !rest?.startsWith("/")) throw refuse("an absolute path after file:");
  return posix.resolve("/", workingDirectory, rest || "/");
}
