/** Pairs (tuples) on their way into portable batches, without becoming values first. */
import type { Batch } from "../data/batch.js";
import type { PackWriter } from "../data/message-pack.js";
import { writePair } from "../data/portable.js";

/** A batch ends with the pair that reaches this size. */
const batchBytes = 1024 * 1024;

/** Batches of pairs whose two values are written one after the other. */
export class PairBatches {
  readonly #writer: PackWriter;
  #lengthAt: number;
  #count = 0;

  constructor(writer: PackWriter) {
    this.#writer = writer;
    this.#lengthAt = writer.arrayOfUnknownLength();
  }

  add(writeKey: () => void, writeValue: () => void): void {
    writePair(this.#writer, writeKey, writeValue);
    this.#count++;
  }

  /** The pairs since the last batch, when they are enough for one, or at the end any. */
  *ready(atEnd: boolean): Generator<Batch, void, undefined> {
    if (this.#count > 0 && (atEnd || this.#writer.position >= batchBytes)) yield this.#take();
  }

  #take(): Batch {
    const count = this.#count;
    this.#writer.setLength(this.#lengthAt, count);
    const bytes = this.#writer.take();
    this.#lengthAt = this.#writer.arrayOfUnknownLength();
    this.#count = 0;
    return { format: "portable", count, bytes };
  }
}
