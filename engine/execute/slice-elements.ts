/** The elements of slices, whatever their format. */
import { type Batch, type BatchSlice, uncounted } from "../data/batch.js";
import { decodeElements, decodePairColumns, type PairColumns } from "../data/elements.js";
import { decodePortable } from "../data/portable.js";
import { EngineError } from "../errors.js";
import { decodeLines } from "../source/text-decode.js";
import type { AccumulatorUpdate } from "./worker-frames.js";

/** What a pass counts. */
export interface PassCounters {
  /** Elements that came in. */
  read: number;
  /** Lines that held invalid UTF-8. */
  invalidUtf8: number;
  /** Bytes of spill files, and about what their elements had taken in memory. */
  spilledBytes: number;
  spilledMemoryBytes: number;
  /** What the functions added to accumulators; of passes that ended well only. */
  readonly accumulators: AccumulatorUpdate[];
  /** The step of the failed pass that threw. */
  failedStep: number | null;
}

export const newCounters = (): PassCounters => ({
  read: 0,
  invalidUtf8: 0,
  spilledBytes: 0,
  spilledMemoryBytes: 0,
  accumulators: [],
  failedStep: null,
});

export function elementsOfSlice(slice: BatchSlice, counters: PassCounters): readonly unknown[] {
  const elements = decodeSlice(slice, counters);
  counters.read += elements.length;
  return elements;
}

/** The keys and the values of a slice, if it holds them apart. */
export function pairColumnsOfSlice(slice: BatchSlice, counters: PassCounters): PairColumns | null {
  const columns = slice.batch.format === "v8" ? decodePairColumns(slice) : null;
  counters.read += columns?.keys.length ?? 0;
  return columns;
}

/** How many elements a slice has; most batches know it. */
export function countOfSlice(slice: BatchSlice, counters: PassCounters): number {
  const known = slice.to !== uncounted && slice.batch.count !== uncounted;
  const count = known ? slice.to - slice.from : decodeSlice(slice, counters).length;
  counters.read += count;
  return count;
}

function decodeSlice(slice: BatchSlice, counters: PassCounters): readonly unknown[] {
  switch (slice.batch.format) {
    case "lines": {
      const { lines, invalid } = decodeLines(withLastEnd(slice.batch));
      counters.invalidUtf8 += invalid;
      return slice.from === 0 && slice.to >= lines.length ? lines : lines.slice(slice.from, slice.to);
    }
    case "v8":
      return decodeElements(slice);
    case "portable":
      return decodePortable(slice.batch, slice.from, slice.to === uncounted ? undefined : slice.to);
    case "pickle":
      throw new EngineError("WORKER_PROTOCOL", {
        language: "typescript",
        reason: "a pickle batch reached a TypeScript step",
      });
  }
}

const lineFeed = 0x0a;

/** The last line may lack its end. */
function withLastEnd(batch: Batch): Batch {
  const { bytes } = batch;
  if (bytes.length === 0 || bytes.at(-1) === lineFeed) return batch;
  return { ...batch, bytes: Buffer.concat([bytes, Uint8Array.of(lineFeed)]) };
}
