/** Elements in a spill file: a list of batches, each large enough to be worth a write and small enough to be held. */
import { decodeElements, encodeElements } from "../../data/elements.js";
import { bytesOf as heldBytesOf } from "./held-bytes.js";
import type { PassMemory } from "./pass-memory.js";
import type { Extent, SpillFile } from "./spill-file.js";

interface Part {
  readonly extent: Extent;
  readonly count: number;
}

const firstLimit = 256;
const [leastElements, mostElements] = [8, 8192];

/** How many elements make a batch of the wanted size, learnt from those that were made. */
export class BatchLimit {
  readonly #targetBytes: number;
  elements: number = firstLimit;

  constructor(targetBytes: number) {
    this.#targetBytes = targetBytes;
  }

  learn(count: number, bytes: number): void {
    const fitting = Math.round((count * this.#targetBytes) / Math.max(bytes, 1));
    // By steps, since the next elements may be of another size.
    const wanted = Math.min(fitting, this.elements * 4);
    this.elements = Math.max(leastElements, Math.min(mostElements, wanted));
  }
}

/** One list of elements, written bit by bit and read as often as needed. */
export class SpilledBatches {
  readonly #file: SpillFile;
  readonly #memory: PassMemory;
  readonly #limit: BatchLimit;
  readonly #parts: Part[] = [];
  #waiting: unknown[] = [];

  constructor(file: SpillFile, memory: PassMemory, limit: BatchLimit) {
    this.#file = file;
    this.#memory = memory;
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#waiting.length === 0;
  }

  add(element: unknown): void {
    this.#waiting.push(element);
    if (this.#waiting.length >= this.#limit.elements) this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const { count, bytes } = encodeElements(this.#waiting);
    this.#memory.spilledMemoryBytes += Math.round(heldBytesOf(this.#waiting));
    this.#waiting = [];
    this.#parts.push({ extent: this.#file.append(bytes), count });
    this.#memory.spilledBytes += bytes.length;
    this.#limit.learn(count, bytes.length);
  }

  /** The elements, batch by batch; everything was flushed. */
  *batches(): Iterable<readonly unknown[]> {
    for (const { extent, count } of this.#parts) {
      const batch = { format: "v8", count, bytes: this.#file.read(extent) } as const;
      yield decodeElements({ batch, from: 0, to: count });
      // Whoever pulls results may do so to the end at once: nobody else looks meanwhile.
      this.#memory.released();
    }
  }
}
