/** How a task reaches the blocks of persisted RDDs: its executor's store first, then those of others. */
import type { Batch } from "../data/batch.js";
import type { BlockId, StorageFlags } from "./task.js";

export interface BlockWriter {
  /** Resolves when the store has taken it. */
  add(batch: Batch): Promise<void>;
  finish(): Promise<void>;
  abandon(): void;
}

export interface BlockAccess {
  /** The elements of a block; null if no executor has it. */
  find(block: BlockId): Promise<Iterable<Batch> | AsyncIterable<Batch> | null>;
  write(block: BlockId, level: StorageFlags): Promise<BlockWriter>;
}
