/** Elements that wait to become a batch. */
import type { Batch } from "../data/batch.js";
import { Column } from "../data/column.js";
import { encodeElements, encodeNumberBlock, encodePairColumns, isPair } from "../data/elements.js";
import { encodePortable } from "../data/portable.js";
import type { WorkerTask } from "./worker-frames.js";

/** Those of one bucket. */
export interface Waiting {
  readonly length: number;
  push(element: unknown): void;
  /** One batch of them; others may come now. */
  take(): Batch;
}

/** For TypeScript: pairs as two columns, so that neither they nor the numbers in them wait as objects. */
class OwnElements implements Waiting {
  readonly #keys = new Column();
  /** The values of pairs, or the elements themselves. */
  readonly #values = new Column();
  #arePairs = false;

  get length(): number {
    return this.#values.length;
  }

  push(element: unknown): void {
    if (this.#values.length === 0) this.#arePairs = isPair(element);
    if (this.#arePairs) {
      if (isPair(element)) {
        this.#keys.push(element[0]);
        this.#values.push(element[1]);
        return;
      }
      this.#unpair();
    }
    this.#values.push(element);
  }

  #unpair(): void {
    const values = Array.from(this.#values.values());
    this.#values.clear();
    for (let i = 0; i < values.length; i++) this.#values.push([this.#keys.at(i), values[i]]);
    this.#keys.clear();
    this.#arePairs = false;
  }

  take(): Batch {
    const batch = this.#batch();
    this.#keys.clear();
    this.#values.clear();
    return batch;
  }

  #batch(): Batch {
    if (this.#arePairs) return encodePairColumns(this.#keys, this.#values);
    const elements = this.#values.values();
    return elements instanceof Float64Array ? encodeNumberBlock(elements) : encodeElements(elements);
  }
}

class ListedElements implements Waiting {
  readonly #encode: (elements: readonly unknown[]) => Batch;
  #elements: unknown[] = [];

  constructor(encode: (elements: readonly unknown[]) => Batch) {
    this.#encode = encode;
  }

  get length(): number {
    return this.#elements.length;
  }

  push(element: unknown): void {
    this.#elements.push(element);
  }

  take(): Batch {
    const elements = this.#elements;
    this.#elements = [];
    return this.#encode(elements);
  }
}

const encodeLines = (lines: readonly unknown[]): Batch => ({
  format: "lines",
  count: lines.length,
  bytes: Buffer.from(`${lines.join("\n")}\n`, "utf8"),
});

/** By the form in which they will leave. */
export const waitingFor: Readonly<Record<WorkerTask["output"], () => Waiting>> = {
  lines: () => new ListedElements(encodeLines),
  portable: () => new ListedElements(encodePortable),
  own: () => new OwnElements(),
};
