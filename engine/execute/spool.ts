/**
 * Batches put aside: in memory up to a bound, beyond it in an unlinked file. They are read in their order, as often as
 * needed, also while more are added.
 */
import type { Batch, BatchFormat, BatchSlice } from "../data/batch.js";
import { type Extent, SpillFile } from "./memory/spill-file.js";

export interface SpoolBounds {
  /** Bytes of batches kept in memory; 0: no bound. */
  readonly memoryBytes: number;
  /** Where the file is made. */
  readonly directory: string;
}

interface InFile {
  readonly format: BatchFormat;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly extent: Extent;
}

export class Spool implements Iterable<BatchSlice> {
  readonly #bounds: SpoolBounds;
  readonly #kept: BatchSlice[] = [];
  readonly #written: InFile[] = [];
  #keptBytes = 0;
  #file: SpillFile | null = null;

  constructor(bounds: SpoolBounds) {
    this.#bounds = bounds;
  }

  /** Bytes in the file. */
  get spilledBytes(): number {
    return this.#file?.sizeBytes ?? 0;
  }

  /** Slices so far. */
  get length(): number {
    return this.#kept.length + this.#written.length;
  }

  add(slice: BatchSlice): void {
    const { batch, from, to } = slice;
    const { memoryBytes, directory } = this.#bounds;
    const fits = memoryBytes === 0 || this.#keptBytes + batch.bytes.length <= memoryBytes;
    if (this.#file === null && fits) {
      this.#kept.push(slice);
      this.#keptBytes += batch.bytes.length;
      return;
    }
    this.#file ??= new SpillFile(directory);
    this.#written.push({ format: batch.format, count: batch.count, from, to, extent: this.#file.append(batch.bytes) });
  }

  *[Symbol.iterator](): Iterator<BatchSlice> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  at(index: number): BatchSlice {
    return this.#kept[index] ?? this.#read(this.#written[index - this.#kept.length] as InFile);
  }

  #read({ format, count, from, to, extent }: InFile): BatchSlice {
    const batch: Batch = { format, count, bytes: (this.#file as SpillFile).read(extent) };
    return { batch, from, to };
  }

  /** Lets go of everything. */
  close(): void {
    this.#file?.close();
    this.#file = null;
    this.#kept.length = 0;
    this.#written.length = 0;
  }
}

/** All slices put aside, so that a reader that cannot wait gets them. */
export async function spooled(
  slices: Iterable<BatchSlice> | AsyncIterable<BatchSlice>,
  bounds: SpoolBounds,
): Promise<Spool> {
  const spool = new Spool(bounds);
  try {
    for await (const slice of slices) spool.add(slice);
  } catch (error) {
    spool.close();
    throw error;
  }
  return spool;
}
