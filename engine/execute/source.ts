/** Where a task's elements come from, opened inside the task slot and read as they are asked for. */
import { type Batch, type BatchSlice, uncounted, whole } from "../data/batch.js";
import { readBlock } from "../data/block-file.js";
import { EngineError } from "../errors.js";
import { readPlain, readTextSplit } from "../source/text-read.js";
import type { TextSplit } from "../source/text-splits.js";
import { readBucket } from "./shuffle-file.js";
import type { TaskSource } from "./task.js";
import type { Slices } from "./typescript-pass.js";

/** An output of another task that should be there is not: that task has to run again. */
export class LostOutput extends Error {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`lost ${file}`, { cause });
    this.file = file;
  }
}

function* reading<T>(file: string, open: () => Iterable<T>): Iterable<T> {
  try {
    yield* open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new LostOutput(file, error);
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

type SlotSource = Exclude<TaskSource, { kind: "query" }>;

const openers: { readonly [K in SlotSource["kind"]]: (source: Extract<SlotSource, { kind: K }>) => Slices } = {
  values: ({ slices }) => slices,
  text: ({ splits }) => (splits.every(({ codec }) => codec === "none") ? plainLines(splits) : anyLines(splits)),
  *shuffle({ bucket, files }) {
    for (const file of files) for (const batch of reading(file, () => readBucket(file, bucket))) yield whole(batch);
  },
  *blocks({ files }) {
    for (const file of files) for (const batch of reading(file, () => readBlock(file))) yield whole(batch);
  },
};

export function openSource(source: TaskSource): Slices {
  if (source.kind === "query") throw new EngineError("INTERNAL", { reason: "a query does not run in a task slot" });
  return (openers[source.kind] as (source: SlotSource) => Slices)(source);
}
