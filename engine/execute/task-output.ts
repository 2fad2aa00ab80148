/** What tasks gave back, as the driver takes it in. */
import { readBlock } from "../data/block-file.js";
import type { Job, PartitionResult } from "../plan/backend.js";
import { removeFiles } from "./remove-files.js";
import type { TaskOutput } from "./task.js";

export const sizeOf = (output: TaskOutput): number =>
  output.kind === "batches"
    ? output.batches.reduce((sum, { bytes }) => sum + bytes.length, 0)
    : output.kind === "file"
      ? output.bytes
      : 0;

export function removeOutput(output: TaskOutput): void {
  if (output.kind === "file") removeFiles(output.path);
}

/** A partition's result, whether it came in the message or in a file, which is removed. */
export function resultOf(partition: number, output: TaskOutput, { output: { kind } }: Job): PartitionResult {
  if (output.kind === "none") return { partition, batches: [] };
  if (output.kind === "batches") return { partition, batches: output.batches };
  if (kind !== "collect") return { partition, batches: [], file: output.path };
  const batches = [...readBlock(output.path)];
  removeFiles(output.path);
  return { partition, batches };
}
