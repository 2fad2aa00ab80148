/** Where a task's elements come from, opened inside the task slot and read as they are asked for. */
import { type Batch, type BatchSlice, uncounted, whole } from "../data/batch.js";
import { readBlock } from "../data/block-file.js";
import { EngineError } from "../errors.js";
import { readFilePartition } from "../source/file-partitions.js";
import { numberBatches } from "../source/number-batches.js";
import { readPlain, readTextSplit } from "../source/text-read.js";
import type { TextSplit } from "../source/text-splits.js";
import { readBucket } from "./shuffle-file.js";
import type { LostPlace, TaskInput } from "./task.js";
import type { Slices } from "./typescript-pass.js";

/** An output of another task that should be there is not: that task has to run again. */
export class LostOutput extends Error {
  readonly place: LostPlace;

  constructor(place: LostPlace, cause: unknown) {
    super("file" in place ? `lost ${place.file}` : `lost partition ${place.partition} of stage ${place.stage}`, {
      cause,
    });
    this.place = place;
  }
}

function* reading<T>(file: string, open: () => Iterable<T>): Iterable<T> {
  try {
    yield* open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new LostOutput({ file }, error);
    throw error;
  }
}

const linesOf = (batch: Batch): BatchSlice => ({ batch, from: 0, to: uncounted });

function* plainLines(splits: readonly TextSplit[]): Iterable<BatchSlice> {
  for (const split of splits) for (const batch of readPlain(split)) yield linesOf(batch);
}

async function* anyLines(splits: readonly TextSplit[]): AsyncIterable<BatchSlice> {
  for (const split of splits) for await (const batch of readTextSplit(split)) yield linesOf(batch);
}

type Source = Exclude<TaskInput, { kind: "query" | "pass" | "concat" | "pipe" | "cached" }>;

const openers: { readonly [K in Source["kind"]]: (source: Extract<Source, { kind: K }>) => Slices } = {
  values: ({ slices }) => slices,
  text: ({ splits }) => (splits.every(({ codec }) => codec === "none") ? plainLines(splits) : anyLines(splits)),
  async *files({ partition }) {
    for await (const batch of readFilePartition(partition)) yield whole(batch);
  },
  *numbers({ slice }) {
    for (const batch of numberBatches(slice)) yield whole(batch);
  },
  *shuffle({ bucket, files }) {
    for (const file of files) for (const batch of reading(file, () => readBucket(file, bucket))) yield whole(batch);
  },
  *blocks({ files }) {
    for (const file of files) for (const batch of reading(file, () => readBlock(file))) yield whole(batch);
  },
  // biome-ignore lint/correctness/useYield: it never comes to that
  *missing({ stage, partition }) {
    throw new LostOutput({ stage, partition }, new EngineError("INTERNAL", { reason: "an output is missing" }));
  },
};

export function openSource(source: Source | Extract<TaskInput, { kind: "query" }>): Slices {
  if (source.kind === "query") throw new EngineError("INTERNAL", { reason: "a query does not run in a task slot" });
  return (openers[source.kind] as (source: Source) => Slices)(source);
}
