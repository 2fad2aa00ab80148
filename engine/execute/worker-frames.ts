/** What the two ends of the task worker protocol share; `docs/worker-protocol.md` says what each frame holds. */
import type { Bucketing, Kernel } from "../plan/kernel.js";

export const frameKind = { task: 1, batch: 2, end: 3, ready: 17, output: 18, done: 19, error: 20, enough: 21 } as const;

/** The task, as far as a worker needs to know it. */
export interface WorkerTask {
  readonly stage: number;
  readonly partition: number;
  readonly partitions: number;
  readonly attempt: number;
  readonly steps: readonly Kernel[];
  readonly bucketing: Bucketing | null;
  readonly output: "lines" | "portable" | "own";
  readonly searchPath: readonly string[];
  readonly workingDirectory: string;
}
