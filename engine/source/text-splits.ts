/**
 * Which bytes of which files each partition of `textFile` reads, exactly as Hadoop's `FileInputFormat` and Spark decide
 * it: 100 MiB in one file with `minPartitions` 2 is 32 + 32 + 32 + 4 MiB (the block of a local file system is
 * 32 MiB), and the last split may be a tenth longer than the others before it is cut in two.
 */
import { type Codec, codecOfPath, isSplittable } from "./codecs.js";
import { type InputFile, listInputFiles } from "./input-files.js";

/** Some bytes of one file; plain JSON (hence no interface) that travels to an executor. */
export type FileSplit = {
  /** Absolute. */
  readonly path: string;
  /** In bytes of the file as it is on disk. */
  readonly start: number;
  /** In bytes of the file as it is on disk. */
  readonly length: number;
  readonly fileSize: number;
};

/** A line belongs to the split in which the byte before its first one lies, or the block that holds it begins. */
export type TextSplit = FileSplit & { readonly codec: Codec };

/** Hadoop's block size for local files (`fs.local.block.size`). */
export const blockSizeBytes: number = 32 * 1024 * 1024;
/** The last split of a file may be this much longer than the others. */
const splitSlop = 1.1;

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
  const files = await listInputFiles(path, { call: "textFile", workingDirectory, subdirectories: "refuse" });
  const splitBytes = splitSizeOf(files, minPartitions, 1);
  return files.flatMap((file) => {
    const codec = codecOfPath(file.path);
    return cutFile(file, isSplittable(codec) ? splitBytes : file.size).map((split) => [{ ...split, codec }]);
  });
}

/** Hadoop's split size: what `minPartitions` equal parts would have, within the bounds. */
export function splitSizeOf(files: readonly InputFile[], minPartitions: number, atLeastBytes: number): number {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const wanted = Math.max(1, minPartitions);
  const goalSize = (total - (total % wanted)) / wanted;
  return Math.max(1, atLeastBytes, Math.min(goalSize, blockSizeBytes));
}

/** The splits of one file; none of an empty one (`spark.hadoopRDD.ignoreEmptySplits`). */
export function cutFile({ path, size }: InputFile, splitBytes: number): FileSplit[] {
  if (size === 0) return [];
  const splits: FileSplit[] = [];
  let left = size;
  for (; left / splitBytes > splitSlop; left -= splitBytes) {
    splits.push({ path, start: size - left, length: splitBytes, fileSize: size });
  }
  return [...splits, { path, start: size - left, length: left, fileSize: size }];
}
