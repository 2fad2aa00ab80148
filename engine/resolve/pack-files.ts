/**
 * Spark's packing of files into partitions (`FilePartition.getFilePartitions`): largest first, each partition filled up
 * to a limit, where opening a file counts as 4 MiB. Whole files here; Spark also cuts large ones.
 */
import type { SourceFile } from "./resolved.js";

const maxPartitionBytes = 128 * 1024 * 1024;
const openCostBytes = 4 * 1024 * 1024;

export function packFiles(files: readonly SourceFile[], parallelism: number): readonly (readonly SourceFile[])[] {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes + openCostBytes, 0);
  const limitBytes = Math.min(maxPartitionBytes, Math.max(openCostBytes, Math.floor(totalBytes / parallelism)));
  const partitions: SourceFile[][] = [];
  let filledBytes = Number.POSITIVE_INFINITY;
  for (const file of [...files].sort((left, right) => right.sizeBytes - left.sizeBytes)) {
    if (filledBytes + file.sizeBytes > limitBytes) {
      partitions.push([]);
      filledBytes = 0;
    }
    partitions.at(-1)?.push(file);
    filledBytes += file.sizeBytes + openCostBytes;
  }
  return partitions;
}
