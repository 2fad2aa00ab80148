/** What processes take of the machine's memory, as Linux says. */
import { readFileSync } from "node:fs";

/** The resident set of a process; 0 once it has ended, and where the system does not say. */
export function residentBytes(pid: number | "self"): number {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** What an executor and its task workers take. */
export interface ExecutorMemory {
  readonly executorBytes: number;
  readonly workersBytes: number;
}

export const executorMemory = (workers: readonly number[]): ExecutorMemory => ({
  executorBytes: residentBytes("self"),
  workersBytes: workers.reduce((sum, pid) => sum + residentBytes(pid), 0),
});
