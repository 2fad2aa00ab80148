/**
 * The idle baseline, in words: what the processes of a program take when nothing runs. The memory that is bounded is what
 * comes on top of it.
 */
import type { MemorySettings } from "./options.js";
import { type ExecutorMemory, residentBytes } from "./process-memory.js";

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

export function idleMemory(
  executor: number,
  { executorBytes, workersBytes }: ExecutorMemory,
  { executorBytes: sharedBytes }: MemorySettings,
): string {
  const driverBytes = residentBytes("self");
  const parts = [`driver ${mebibytes(driverBytes)}`, `executor ${executor} ${mebibytes(executorBytes)}`];
  if (workersBytes > 0) parts.push(`its workers ${mebibytes(workersBytes)}`);
  const sum = mebibytes(driverBytes + executorBytes + workersBytes);
  return `idle memory: ${sum} MiB (${parts.join(", ")}); tasks and blocks of an executor share ${mebibytes(sharedBytes)} MiB`;
}
