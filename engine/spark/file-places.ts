/** Which partitions the elements of files go to, by the rules of the embedded engine, once Spark has listed the files. */
import { type Int64, tableFromIPC } from "apache-arrow";
import { EngineError } from "../errors.js";
import type { FileFormat, FunctionPlan } from "../plan/plan.js";
import { codecOfPath, isSplittable } from "../source/codecs.js";
import { binaryFileBytes, combineFiles, wholeTextBytes } from "../source/combine-files.js";
import type { InputFile } from "../source/input-files.js";
import { syncIntervalBytes } from "../source/sequence-header.js";
import { blockSizeBytes, cutFile, splitSizeOf } from "../source/text-splits.js";

type FilesNode = Extract<FunctionPlan, { kind: "files" }>;

/** One file: the partition of its first split, and the bytes where its splits begin. */
export interface FilePlace {
  readonly path: string;
  readonly partition: number;
  readonly starts: readonly number[];
}

export interface FilePlaces {
  readonly places: readonly FilePlace[];
  readonly partitions: number;
}

/** A listing of Spark: rows of path and length. */
export function filesIn(stream: Uint8Array): InputFile[] {
  const table = tableFromIPC(stream);
  const [paths, lengths] = [table.getChild("path"), table.getChild("length")];
  return Array.from({ length: table.numRows }, (_, row) => ({
    path: paths?.get(row) as string,
    size: Number(lengths?.get(row) as Int64["TValue"]),
  }));
}

const byName = (left: InputFile, right: InputFile): number => (left.path < right.path ? -1 : 1);

/** Every group of files is a partition. */
const together = (groups: readonly (readonly InputFile[])[]): FilePlaces => ({
  places: groups.flatMap((files, partition) => files.map(({ path }) => ({ path, partition, starts: [0] }))),
  partitions: groups.length,
});

/** Every split of a file is a partition. */
function cut(files: readonly InputFile[], splitBytes: (file: InputFile) => number): FilePlaces {
  let partitions = 0;
  const places = files.map((file): FilePlace => {
    const starts = cutFile(file, splitBytes(file)).map(({ start }) => start);
    const place = { path: file.path, partition: partitions, starts };
    partitions += starts.length;
    return place;
  });
  return { places: places.filter(({ starts }) => starts.length > 0), partitions };
}

type Placing = (files: readonly InputFile[], node: FilesNode, parallelism: number) => FilePlaces;

const inSequence: Placing = (files, { minPartitions }) => {
  const splitBytes = splitSizeOf(files, minPartitions, syncIntervalBytes);
  return cut(files, () => splitBytes);
};

const placings: Readonly<Record<FileFormat["kind"], Placing>> = {
  wholeText: (files, { minPartitions }) => together(combineFiles(files, wholeTextBytes(files, minPartitions))),
  binary: (files, { minPartitions }, parallelism) =>
    together(combineFiles(files, binaryFileBytes(files, minPartitions, parallelism))),
  records: (files, { format }) => {
    const recordBytes = format.kind === "records" ? format.recordBytes : 1;
    return cut(files, () => Math.max(1, Math.floor(blockSizeBytes / recordBytes)) * recordBytes);
  },
  linesWithOffsets: (files, { minPartitions }) => {
    const splitBytes = splitSizeOf(files, minPartitions, 1);
    return cut(files, ({ path, size }) => (isSplittable(codecOfPath(path)) ? splitBytes : size));
  },
  sequence: inSequence,
  objects: inSequence,
};

/** Files in the order of their names. */
export function placeFiles(listed: readonly InputFile[], node: FilesNode, parallelism: number): FilePlaces {
  if (listed.length === 0)
    throw new EngineError("NO_INPUT_FILES", { path: node.path, reason: "the directory holds no visible file" });
  return placings[node.format.kind](listed.toSorted(byName), node, parallelism);
}
