/**
 * A batch: some elements of one partition in one block of bytes, the only form in which elements travel between
 * tasks, workers, processes and languages.
 */

/**
 * How the bytes of a batch are to be read.
 * - `lines`: UTF-8 text; every line ends in `\n`; the count may be unknown (`uncounted`)
 * - `portable`: MessagePack array of elements, with the extension types of `portable.ts`; every language reads it
 * - `pickle`: a pickled Python list
 * - `v8`: TypeScript's own, see `elements.ts`
 */
export type BatchFormat = "lines" | "portable" | "pickle" | "v8";

export const batchFormats: readonly BatchFormat[] = ["lines", "portable", "pickle", "v8"];

/** The count of a `lines` batch that nobody has counted yet. */
export const uncounted = 0xffffffff;

export interface Batch {
  readonly format: BatchFormat;
  /** Number of elements, or `uncounted`. */
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The elements `from` (inclusive) to `to` (exclusive) of a batch. */
export interface BatchSlice {
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
}

export const whole = (batch: Batch): BatchSlice => ({ batch, from: 0, to: batch.count });

/**
 * Spark's rule for cutting elements into `slices` partitions: 10 in 3 gives 3, 3, 4. Groups of `group` elements, the
 * last of what is left, are not cut apart: 10 in 4 by 2 gives 2, 2, 2, 4.
 */
export function sliceBatches(batches: readonly Batch[], slices: number, group = 1): BatchSlice[][] {
  const total = batches.reduce((sum, batch) => sum + batch.count, 0);
  const groups = Math.ceil(total / group);
  const bound = (slice: number): number =>
    Math.min(total, Number((BigInt(slice) * BigInt(groups)) / BigInt(slices)) * group);
  return Array.from({ length: slices }, (_, slice) => {
    const [start, end] = [bound(slice), bound(slice + 1)];
    let offset = 0;
    return batches.flatMap((batch) => {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, batch.count);
      offset += batch.count;
      return from < to ? [{ batch, from, to }] : [];
    });
  });
}
