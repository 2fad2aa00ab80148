/** Whole files as elements: pairs (tuples) of the file's URI (`file:/data/a.txt`) and its content. */
import { Buffer, isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import type { Batch } from "../data/batch.js";
import { PackWriter } from "../data/message-pack.js";
import { EngineError } from "../errors.js";
import { type Codec, codecOfPath } from "./codecs.js";
import { binaryFileBytes, combineFiles, wholeTextBytes } from "./combine-files.js";
import { decompressedFile } from "./decompress.js";
import { readFailure } from "./file-errors.js";
import { type InputFile, listInputFiles } from "./input-files.js";
import { PairBatches } from "./pair-batches.js";
import { replaceInvalid } from "./text-decode.js";

/** Plain JSON (hence no interface) that travels to an executor. */
export type WholeFile = {
  /** Absolute. */
  readonly path: string;
  /** In bytes, as it is on disk. */
  readonly size: number;
  /** By its suffix; a text is decompressed, a binary file is not. */
  readonly codec: Codec;
};

/** A content is one value: two of them beside their batch should fit into memory, and the batch into a message. */
const maxContentBytes = 1024 * 1024 * 1024;

/**
 * The partitions of `wholeTextFiles(path, minPartitions)`, each with its files.
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE, CODEC_UNSUPPORTED.
 */
export async function planWholeTextFiles(
  path: string,
  minPartitions: number,
  workingDirectory: string,
): Promise<readonly (readonly WholeFile[])[]> {
  const files = await listInputFiles(path, { call: "wholeTextFiles", workingDirectory, subdirectories: "leaveOut" });
  const partitions = combineFiles(files, wholeTextBytes(files, minPartitions));
  return partitions.map((combined) => combined.map((file) => ({ ...fileOf(file), codec: codecOfPath(file.path) })));
}

const fileOf = ({ path, size }: InputFile): InputFile => ({ path, size });

export interface BinaryFilesOptions {
  readonly minPartitions: number;
  /** Of the context: it counts where more than `minPartitions`. */
  readonly defaultParallelism: number;
  readonly workingDirectory: string;
}

/**
 * The partitions of `binaryFiles(path, minPartitions)`, each with its files.
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE.
 */
export async function planBinaryFiles(
  path: string,
  { minPartitions, defaultParallelism, workingDirectory }: BinaryFilesOptions,
): Promise<readonly (readonly WholeFile[])[]> {
  const files = await listInputFiles(path, { call: "binaryFiles", workingDirectory, subdirectories: "leaveOut" });
  const partitions = combineFiles(files, binaryFileBytes(files, minPartitions, defaultParallelism));
  return partitions.map((combined) => combined.map((file) => ({ ...fileOf(file), codec: "none" })));
}

/**
 * The files of a partition of `wholeTextFiles` as `portable` batches: the content as text, what is not UTF-8 in it replaced as
 * by Java. Holds one content twice beside the batch; one over 1 GiB is refused.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT, LIMIT_REACHED.
 */
export function readWholeTextFiles(files: readonly WholeFile[]): AsyncGenerator<Batch, void, undefined> {
  return contents(files, (writer, bytes) => {
    if (isUtf8(bytes)) writer.utf8(bytes);
    else writer.text(replaceInvalid(bytes));
  });
}

/**
 * The files of a partition of `binaryFiles` as `portable` batches: the content as bytes, as it is on disk.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, LIMIT_REACHED.
 */
export function readBinaryFiles(files: readonly WholeFile[]): AsyncGenerator<Batch, void, undefined> {
  return contents(files, (writer, bytes) => writer.bytes(bytes));
}

async function* contents(
  files: readonly WholeFile[],
  writeContent: (writer: PackWriter, bytes: Buffer) => void,
): AsyncGenerator<Batch, void, undefined> {
  const writer = new PackWriter();
  const batches = new PairBatches(writer);
  for (const file of files) {
    const bytes = await contentOf(file);
    batches.add(
      () => writer.text(`file:${file.path}`),
      () => writeContent(writer, bytes),
    );
    yield* batches.ready(false);
  }
  yield* batches.ready(true);
}

async function contentOf({ path, size, codec }: WholeFile): Promise<Buffer> {
  if (size > maxContentBytes) throw tooLarge(path);
  if (codec !== "none") return decompressed(path, codec);
  try {
    return await readFile(path);
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
}

async function decompressed(path: string, codec: Exclude<Codec, "none">): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of decompressedFile(path, codec)) {
    size += piece.length;
    if (size > maxContentBytes) throw tooLarge(path);
    parts.push(Uint8Array.from(piece));
  }
  return Buffer.concat(parts, size);
}

const tooLarge = (path: string): EngineError =>
  new EngineError("LIMIT_REACHED", { what: `the content of "${path}" as one value`, limit: "1 GiB" });
