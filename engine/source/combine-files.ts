/**
 * Which whole files make up a partition of `wholeTextFiles` and `binaryFiles`: as Hadoop's `CombineFileInputFormat` decides on
 * one machine, where every file with bytes is on the node `localhost` and an empty one on none.
 */
import type { InputFile } from "./input-files.js";

/**
 * Files in their order, until a partition has `maxBytes` or more. What is left over makes the last one, together with all empty
 * files, in the order of both. Without a bound (0), all are in one.
 */
export function combineFiles(files: readonly InputFile[], maxBytes: number): InputFile[][] {
  const partitions: InputFile[][] = [];
  let current: InputFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (file.size === 0) continue;
    current.push(file);
    bytes += file.size;
    if (maxBytes === 0 || bytes < maxBytes) continue;
    partitions.push(current);
    current = [];
    bytes = 0;
  }
  const left = new Set(current);
  const last = files.filter((file) => file.size === 0 || left.has(file));
  return last.length === 0 ? partitions : [...partitions, last];
}

const mebibyte = 1024 * 1024;
/** `spark.files.openCostInBytes`: what opening a file is worth, in bytes read. */
const openCostBytes = 4 * mebibyte;
/** `spark.files.maxPartitionBytes`. */
const maxPartitionBytes = 128 * mebibyte;

/** The bound for `wholeTextFiles`. */
export function wholeTextBytes(files: readonly InputFile[], minPartitions: number): number {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return Math.ceil(total / (minPartitions === 0 ? 1 : minPartitions));
}

/** The bound for `binaryFiles`, for which the number of cores counts as well. */
export function binaryFileBytes(
  files: readonly InputFile[],
  minPartitions: number,
  defaultParallelism: number,
): number {
  const total = files.reduce((sum, file) => sum + file.size + openCostBytes, 0);
  const perCore = Math.floor(total / Math.max(defaultParallelism, minPartitions));
  return Math.min(maxPartitionBytes, Math.max(openCostBytes, perCore));
}
