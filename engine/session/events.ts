/** What the engine tells its host while it works. */
import type { AccumulatorUpdate } from "../execute/worker-frames.js";

export type EngineEvent =
  /** A stage began, moved on or ended; `done + running + waiting = tasks`. */
  | {
      readonly kind: "progress";
      readonly stage: number;
      /** Such as `reduceByKey at app.ts:8`. */
      readonly name: string;
      readonly tasks: number;
      readonly done: number;
      readonly running: number;
      readonly failed: number;
      /** What tasks that have ended had put into spill files. */
      readonly spilledBytes: number;
      readonly elapsedMs: number;
      readonly ended: boolean;
    }
  /** What a task's functions printed. */
  | { readonly kind: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly kind: "warning" | "info"; readonly message: string }
  /** What tasks added to accumulators of the program, which merges it; told before their job ends. */
  | { readonly kind: "accumulators"; readonly updates: readonly AccumulatorUpdate[] };
