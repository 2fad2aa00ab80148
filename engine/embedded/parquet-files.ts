/** The files that `read.parquet` means: names only, no look inside. */
import { readdir, stat } from "node:fs/promises";
import { posix } from "node:path";
import { EngineError } from "../errors.js";
import type { SourceFile } from "../resolve/resolved.js";
import { isMissing, readFailure } from "../source/file-errors.js";
import { matchGlob } from "../source/glob.js";

const isHidden = (name: string): boolean => name.startsWith("_") || name.startsWith(".");

/** Files below paths that may be files, directories (hidden files and `_SUCCESS` left out) and patterns, by path. */
export async function parquetFiles(paths: readonly string[], workingDirectory: string): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  for (const path of paths) found.push(...(await filesAt(path, workingDirectory)));
  return found;
}

async function filesAt(path: string, workingDirectory: string): Promise<SourceFile[]> {
  const absolute = posix.resolve("/", workingDirectory, path.replace(/^file:(\/\/)?(?=\/)/, ""));
  const { paths } = await matchGlob(absolute);
  if (paths.length === 0) throw new EngineError("PATH_NOT_FOUND", { path });
  const files = (await Promise.all([...paths].sort().map((one) => filesBelow(one, path)))).flat();
  if (files.length === 0) throw new EngineError("NO_INPUT_FILES", { path, reason: "it holds no Parquet file" });
  return files;
}

async function filesBelow(path: string, named: string): Promise<SourceFile[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [{ path, sizeBytes: found.size }];
    const names = (await readdir(path)).filter((name) => !isHidden(name)).sort();
    return (await Promise.all(names.map((name) => filesBelow(`${path}/${name}`, named)))).flat();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    throw isMissing(thrown)
      ? new EngineError("PATH_NOT_FOUND", { path: named }, { cause: thrown })
      : readFailure(path, thrown);
  }
}
