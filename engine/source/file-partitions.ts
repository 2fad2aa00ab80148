/** Files that are not lines of text: which of them each partition reads, and how, by what they hold. */
import type { Batch, BatchFormat } from "../data/batch.js";
import type { FileFormat } from "../plan/plan.js";
import { planBinaryRecords, type RecordSplit, readBinaryRecords } from "./binary-records.js";
import { readLinesWithOffsets } from "./lines-with-offsets.js";
import { readObjectSplit } from "./object-files.js";
import { readSequenceSplit } from "./sequence-read.js";
import { planSequenceFile } from "./sequence-splits.js";
import { type FileSplit, planTextFile, type TextSplit } from "./text-splits.js";
import {
  planBinaryFiles,
  planWholeTextFiles,
  readBinaryFiles,
  readWholeTextFiles,
  type WholeFile,
} from "./whole-files.js";

/** What one partition reads; plain data that travels to an executor. */
export type FilePartition =
  | { readonly kind: "wholeText" | "binary"; readonly files: readonly WholeFile[] }
  | { readonly kind: "records"; readonly splits: readonly RecordSplit[] }
  | { readonly kind: "linesWithOffsets"; readonly splits: readonly TextSplit[] }
  | { readonly kind: "sequence"; readonly splits: readonly FileSplit[] }
  | { readonly kind: "objects"; readonly splits: readonly FileSplit[]; readonly own: BatchFormat };

export interface FilesOptions {
  readonly path: string;
  readonly minPartitions: number;
  readonly format: FileFormat;
  readonly defaultParallelism: number;
  readonly workingDirectory: string;
}

/** The partitions of a source of files. Errors are those of the planner of its format. */
export async function planFiles(options: FilesOptions): Promise<readonly FilePartition[]> {
  const { path, minPartitions, format, defaultParallelism, workingDirectory } = options;
  switch (format.kind) {
    case "wholeText": {
      const partitions = await planWholeTextFiles(path, minPartitions, workingDirectory);
      return partitions.map((files) => ({ kind: "wholeText", files }));
    }
    case "binary": {
      const partitions = await planBinaryFiles(path, { minPartitions, defaultParallelism, workingDirectory });
      return partitions.map((files) => ({ kind: "binary", files }));
    }
    case "records": {
      const partitions = await planBinaryRecords(path, format.recordBytes, workingDirectory);
      return partitions.map((splits) => ({ kind: "records", splits }));
    }
    case "linesWithOffsets": {
      const partitions = await planTextFile(path, minPartitions, workingDirectory);
      return partitions.map((splits) => ({ kind: "linesWithOffsets", splits }));
    }
    case "sequence": {
      const partitions = await planSequenceFile(path, minPartitions, workingDirectory);
      return partitions.map((splits) => ({ kind: "sequence", splits }));
    }
    case "objects": {
      const partitions = await planSequenceFile(path, minPartitions, workingDirectory);
      const own = format.language === "python" ? "pickle" : "v8";
      return partitions.map((splits) => ({ kind: "objects", splits, own }));
    }
  }
}

/** The elements of a partition, read as they are asked for. */
export async function* readFilePartition(partition: FilePartition): AsyncGenerator<Batch, void, undefined> {
  switch (partition.kind) {
    case "wholeText":
      yield* readWholeTextFiles(partition.files);
      return;
    case "binary":
      yield* readBinaryFiles(partition.files);
      return;
    case "records":
      for (const split of partition.splits) yield* readBinaryRecords(split);
      return;
    case "linesWithOffsets":
      for (const split of partition.splits) yield* readLinesWithOffsets(split);
      return;
    case "sequence":
      for (const split of partition.splits) yield* readSequenceSplit(split);
      return;
    case "objects":
      for (const split of partition.splits) yield* readObjectSplit(split, partition.own);
  }
}
