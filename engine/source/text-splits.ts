/**
 * Which bytes of which files each partition of `textFile` reads, exactly as Hadoop's `FileInputFormat` and Spark decide
 * it: 100 MiB in one file with `minPartitions` 2 is 32 + 32 + 32 + 4 MiB (the block of a local file system is
 * 32 MiB), and the last split may be a tenth longer than the others before it is cut in two.
 */
import { open, readdir, stat } from "node:fs/promises";
import { EngineError } from "../errors.js";
import { isMissing, readFailure } from "./file-errors.js";
import { matchGlob } from "./glob.js";
import { inputPatterns } from "./text-paths.js";

/** Some bytes of one file; plain JSON (hence no interface) that travels to an executor. */
export type TextSplit = {
  /** Absolute. */
  readonly path: string;
  /** In bytes; a line belongs to the split in which the byte before its first one lies. */
  readonly start: number;
  /** In bytes of the file as it is on disk. */
  readonly length: number;
  readonly codec: "none" | "gzip";
  readonly fileSize: number;
};

/** Hadoop's block size for local files (`fs.local.block.size`). */
const blockSizeBytes = 32 * 1024 * 1024;
/** The last split of a file may be this much longer than the others. */
const splitSlop = 1.1;
/** Files looked at side by side. */
const concurrentFiles = 256;

/** Suffixes by which Hadoop finds a codec, in any case. */
const codecs: Readonly<Record<string, string>> = {
  ".gz": "gzip",
  ".bz2": "bzip2",
  ".deflate": "deflate",
  ".lz4": "lz4",
  ".passthrough": "passthrough",
  ".snappy": "snappy",
  ".zst": "zstandard",
};

/**
 * The partitions of `textFile(path, minPartitions)`, each with its splits (one, as in Spark).
 *
 * Files without a byte have no partition, so that there can be none at all. Files of a pattern or a directory come in
 * the order of their names (Spark leaves that of a directory to the file system).
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE, PATH_IS_DIRECTORY, CODEC_UNSUPPORTED.
 */
export async function planTextFile(
  path: string,
  minPartitions: number,
  workingDirectory: string,
): Promise<readonly (readonly TextSplit[])[]> {
  const files: InputFile[] = [];
  const patterns = inputPatterns(path, workingDirectory);
  for (const pattern of patterns) files.push(...(await filesOf(pattern)));
  if (files.length === 0) {
    throw new EngineError("NO_INPUT_FILES", {
      path: patterns.join(","),
      reason: "the directory holds no visible file",
    });
  }
  return splitFiles(files, minPartitions).map((split) => [split]);
}

export interface InputFile {
  readonly path: string;
  readonly size: number;
}

/** `FileInputFormat.getSplits`, without the splits of empty files (`spark.hadoopRDD.ignoreEmptySplits`). */
export function splitFiles(files: readonly InputFile[], minPartitions: number): TextSplit[] {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const wanted = Math.max(1, minPartitions);
  const goalSize = (total - (total % wanted)) / wanted;
  const splitSize = Math.max(1, Math.min(goalSize, blockSizeBytes));
  return files.flatMap(({ path, size }) => {
    if (size === 0) return [];
    const codec = codecOf(path);
    if (codec === "gzip") return [{ path, start: 0, length: size, codec, fileSize: size }];
    const splits: TextSplit[] = [];
    let left = size;
    for (; left / splitSize > splitSlop; left -= splitSize) {
      splits.push({ path, start: size - left, length: splitSize, codec, fileSize: size });
    }
    return [...splits, { path, start: size - left, length: left, codec, fileSize: size }];
  });
}

function codecOf(path: string): TextSplit["codec"] {
  const suffix = /\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? "";
  const codec = codecs[suffix] ?? "none";
  if (codec !== "none" && codec !== "gzip") throw new EngineError("CODEC_UNSUPPORTED", { path, codec });
  return codec;
}

interface Entry extends InputFile {
  readonly isDirectory: boolean;
}

/** The files that one pattern stands for: matching files, and the files right inside matching directories. */
async function filesOf(pattern: string): Promise<InputFile[]> {
  const { isPattern, paths } = await matchGlob(pattern);
  const entries = await lookAt(paths);
  if (entries.length === 0) {
    if (!isPattern) throw new EngineError("PATH_NOT_FOUND", { path: pattern });
    throw new EngineError("NO_INPUT_FILES", { path: pattern, reason: "the pattern matches nothing" });
  }
  const files: InputFile[] = [];
  for (const entry of entries) files.push(...(entry.isDirectory ? await filesIn(entry.path) : [entry]));
  return files;
}

async function filesIn(directory: string): Promise<InputFile[]> {
  const names = await readdir(directory).catch((thrown: unknown) => {
    throw readFailure(directory, thrown);
  });
  const entries = await lookAt(names.map((name) => (directory === "/" ? `/${name}` : `${directory}/${name}`)));
  const inner = entries.find((entry) => entry.isDirectory);
  if (inner !== undefined) throw new EngineError("PATH_IS_DIRECTORY", { path: inner.path });
  return entries;
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
