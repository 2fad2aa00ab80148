/**
 * What functions of the user can reach while they run: the task they run in, broadcast values, accumulators. A pass makes
 * itself the current scope of its thread whenever it goes on; the classes that programs see look it up there.
 */
import { readFileSync } from "node:fs";
import { type Batch, batchFormats } from "../data/batch.js";
import { decodeElements, encodeElements } from "../data/elements.js";
import { decodePortable } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { AccumulatorUpdate, WorkerTask } from "./worker-frames.js";

/** Waits until all tasks of a barrier stage have come; their messages by partition. */
export type Barrier = (message: string) => readonly string[];

/** How an accumulator's values are added up. */
export interface AccumulationRule {
  /** What a task begins with. */
  zero(): unknown;
  add(sum: unknown, value: unknown): unknown;
}

/** Values read by tasks of this thread, as long as tasks name them. */
const broadcastValues = new Map<number, unknown>();

let current: TaskScope | null = null;

export class TaskScope {
  readonly task: WorkerTask;
  readonly #barrier: Barrier | null;
  readonly #sums = new Map<number, unknown>();

  constructor(task: WorkerTask, barrier: Barrier | null) {
    this.task = task;
    this.#barrier = barrier;
    const named = new Set(task.broadcasts.map(({ id }) => id));
    for (const id of broadcastValues.keys()) if (!named.has(id)) broadcastValues.delete(id);
  }

  /** The scope of the function that runs in this thread; null in the program itself. */
  static get current(): TaskScope | null {
    return current;
  }

  /** The same, for what only a task has. */
  static needed(what: string): TaskScope {
    if (current) return current;
    throw new EngineError("USER_FUNCTION_FAILED", {
      type: "Error",
      message: `${what} is for functions that run in tasks`,
    });
  }

  /** The pass goes on. */
  enter(): void {
    current = this;
  }

  /** The pass has ended. */
  leave(): void {
    if (current === this) current = null;
  }

  broadcast(id: number): unknown {
    const file = this.task.broadcasts.find((broadcast) => broadcast.id === id);
    if (file === undefined) throw new EngineError("BROADCAST_DESTROYED", { id });
    if (!broadcastValues.has(id)) broadcastValues.set(id, readBroadcast(id, file.path));
    return broadcastValues.get(id);
  }

  accumulate(id: number, value: unknown, rule: AccumulationRule): void {
    const sum = this.#sums.has(id) ? this.#sums.get(id) : rule.zero();
    this.#sums.set(id, rule.add(sum, value));
  }

  /** What was added to accumulators. */
  updates(): AccumulatorUpdate[] {
    return [...this.#sums].map(([id, sum]) => ({ id, batch: encodeElements([sum]) }));
  }

  /** Waits for the other tasks of a barrier stage. */
  meet(message: string): readonly string[] {
    if (this.#barrier === null || !this.task.context.barrier) {
      const message = "only the tasks of a barrier stage can wait for each other: call barrier() on the RDD";
      throw new EngineError("USER_FUNCTION_FAILED", { type: "Error", message });
    }
    return this.#barrier(message);
  }
}

function readBroadcast(id: number, path: string): unknown {
  const bytes = readBytes(id, path);
  const format = batchFormats[bytes[0] ?? -1];
  const batch: Batch = { format: format ?? "v8", count: 1, bytes: bytes.subarray(1) };
  const [value] = format === "portable" ? decodePortable(batch) : decodeElements({ batch, from: 0, to: 1 });
  return value;
}

function readBytes(id: number, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new EngineError("BROADCAST_DESTROYED", { id }, { cause: error });
    throw error;
  }
}
