/** The accumulators of a program in this process, by their numbers. */
import type { Batch } from "../data/batch.js";
import { decodeElements } from "../data/elements.js";

/** What tasks added to it is merged into it. */
interface Mergeable {
  merge(sum: unknown): void;
}

export class Accumulators {
  /** One that the program has let go of needs nothing any more. */
  readonly #known = new Map<number, WeakRef<Mergeable>>();
  readonly #forgotten = new FinalizationRegistry<number>((id) => this.#known.delete(id));
  #next = 0;

  newId(): number {
    return this.#next++;
  }

  add(id: number, accumulator: Mergeable): void {
    this.#known.set(id, new WeakRef(accumulator));
    this.#forgotten.register(accumulator, id);
  }

  /** Takes what an attempt that counts has added: one element. */
  merge(id: number, batch: Batch): void {
    const accumulator = this.#known.get(id)?.deref();
    if (!accumulator) return;
    for (const sum of decodeElements({ batch, from: 0, to: batch.count })) accumulator.merge(sum);
  }
}
