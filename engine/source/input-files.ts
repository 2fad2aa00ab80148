/**
 * The files that a program names for reading, as Hadoop's `FileInputFormat` finds them: files, directories (the visible
 * files right inside) and patterns, separated by commas.
 */
import { open, readdir, stat } from "node:fs/promises";
import { EngineError } from "../errors.js";
import { isMissing, readFailure } from "./file-errors.js";
import { matchGlob } from "./glob.js";
import { inputPatterns } from "./text-paths.js";

export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * What becomes of a directory inside a named directory, which Hadoop does not go into:
 * - `refuse`: PATH_IS_DIRECTORY
 * - `leaveOut`: it is not looked at
 * - `mapFile`: it is a Hadoop MapFile, whose records are in its file `data`
 */
export type Subdirectories = "refuse" | "leaveOut" | "mapFile";

export interface ListOptions {
  /** The method of the program, for messages. */
  readonly call: string;
  readonly workingDirectory: string;
  readonly subdirectories: Subdirectories;
}

/** Files looked at side by side. */
const concurrentFiles = 256;

/**
 * The files in the order of Hadoop: that of the list; those of one pattern or directory by name (Spark leaves the order in
 * a directory to the file system).
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE, PATH_IS_DIRECTORY.
 */
export async function listInputFiles(paths: string, options: ListOptions): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  const patterns = inputPatterns(paths, options.workingDirectory, options.call);
  for (const pattern of patterns) files.push(...(await filesOf(pattern, options)));
  if (files.length === 0) {
    throw new EngineError("NO_INPUT_FILES", {
      path: patterns.join(","),
      reason: "the directory holds no visible file",
    });
  }
  return files;
}

interface Entry extends InputFile {
  readonly isDirectory: boolean;
}

/** The files that one pattern stands for: matching files, and the files right inside matching directories. */
async function filesOf(pattern: string, options: ListOptions): Promise<InputFile[]> {
  const { isPattern, paths } = await matchGlob(pattern, options.call);
  const entries = await lookAt(paths);
  if (entries.length === 0) {
    if (!isPattern) throw new EngineError("PATH_NOT_FOUND", { path: pattern });
    throw new EngineError("NO_INPUT_FILES", { path: pattern, reason: "the pattern matches nothing" });
  }
  const files: InputFile[] = [];
  for (const entry of entries) {
    files.push(...(entry.isDirectory ? await filesIn(entry.path, options.subdirectories) : [entry]));
  }
  return files;
}

async function filesIn(directory: string, subdirectories: Subdirectories): Promise<InputFile[]> {
  const names = await readdir(directory).catch((thrown: unknown) => {
    throw readFailure(directory, thrown);
  });
  const entries = await lookAt(names.map((name) => (directory === "/" ? `/${name}` : `${directory}/${name}`)));
  if (subdirectories === "leaveOut") return entries.filter((entry) => !entry.isDirectory);
  const inner = entries.filter((entry) => entry.isDirectory).map((entry) => entry.path);
  if (inner[0] === undefined) return entries;
  if (subdirectories === "refuse") throw new EngineError("PATH_IS_DIRECTORY", { path: inner[0] });
  return Promise.all(entries.map(async (entry) => (entry.isDirectory ? await mapFileData(entry.path) : entry)));
}

async function mapFileData(directory: string): Promise<InputFile> {
  const path = `${directory}/data`;
  const data = await lookAtOne(path);
  if (data === null) throw new EngineError("PATH_NOT_FOUND", { path });
  return data;
}

/** Those of the paths that exist and are not hidden, in the order in which Hadoop sorts paths. */
async function lookAt(paths: readonly string[]): Promise<Entry[]> {
  const visible = paths.filter((path) => !/\/[._][^/]*$/.test(path));
  const sorted = visible
    .map((path) => ({ path, key: sortKey(path) }))
    .sort((a, b) => (a.key < b.key ? -1 : +(a.key > b.key)));
  const entries: (Entry | null)[] = [];
  for (let i = 0; i < sorted.length; i += concurrentFiles) {
    entries.push(...(await Promise.all(sorted.slice(i, i + concurrentFiles).map(({ path }) => lookAtOne(path)))));
  }
  return entries.filter((entry) => entry !== null);
}

/** Null when the path is not there, as a link to nothing is not. */
async function lookAtOne(path: string): Promise<Entry | null> {
  try {
    const status = await stat(path);
    // Devices and pipes have no bytes that a split could name.
    const size = status.isFile() ? status.size : 0;
    // Better found here than in a task; only opening asks for the rights that reading will need.
    if (size > 0) await (await open(path)).close();
    return { path, size, isDirectory: status.isDirectory() };
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw readFailure(path, thrown);
  }
}

/** Hadoop compares paths in their quoted form, as URIs, by UTF-16 units: `a!b` comes before `a b` (`a%20b`). */
const sortKey = (path: string): string =>
  path.replace(
    /[^A-Za-z0-9_\-!.~'()*:@&=+$,;/\u0080-\uffff]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
