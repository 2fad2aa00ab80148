/** Files of records that have one length, without anything between them: `binaryRecords`. */
import type { Batch } from "../data/batch.js";
import { PackWriter } from "../data/message-pack.js";
import { EngineError } from "../errors.js";
import { ByteFile } from "./byte-file.js";
import { codecOfPath } from "./codecs.js";
import { listInputFiles } from "./input-files.js";
import { blockSizeBytes, cutFile, type FileSplit } from "./text-splits.js";

/** Some whole records of one file; the last split of a file also has what is left when its length is no multiple. */
export type RecordSplit = FileSplit & {
  /** The length of a record, in bytes. */
  readonly recordBytes: number;
};

/** A batch ends with the record that reaches this size. */
const batchBytes = 1024 * 1024;

/**
 * The partitions of `binaryRecords(path, recordLength)`: pieces of up to 32 MiB, or of one record if that is longer.
 * Errors: INVALID_ARGUMENT, PATH_NOT_FOUND, NO_INPUT_FILES, PATH_NOT_READABLE, PATH_IS_DIRECTORY, CODEC_UNSUPPORTED.
 */
export async function planBinaryRecords(
  path: string,
  recordBytes: number,
  workingDirectory: string,
): Promise<readonly (readonly RecordSplit[])[]> {
  const call = "binaryRecords";
  if (!Number.isSafeInteger(recordBytes) || recordBytes <= 0) {
    const expected = "a number of bytes greater than 0";
    throw new EngineError("INVALID_ARGUMENT", { call, parameter: "recordLength", expected, actual: recordBytes });
  }
  const files = await listInputFiles(path, { call, workingDirectory, subdirectories: "refuse" });
  const splitBytes = Math.max(1, Math.floor(blockSizeBytes / recordBytes)) * recordBytes;
  return files.flatMap((file) => {
    const codec = codecOfPath(file.path);
    // Records lie where their number says, which is nowhere in a compressed file; Hadoop refuses it as well.
    if (codec !== "none") throw new EngineError("CODEC_UNSUPPORTED", { path: file.path, codec });
    return cutFile(file, splitBytes).map((split) => [{ ...split, recordBytes }]);
  });
}

/**
 * The records of a split as `portable` batches of bytes, of about 1 MiB (or one record, if that is longer). Reads
 * synchronously; leaving the loop early closes the file.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT.
 */
export function* readBinaryRecords(split: RecordSplit): Generator<Batch, void, undefined> {
  const { path, start, length, recordBytes, fileSize } = split;
  const file = new ByteFile(path, "record", start);
  try {
    const writer = new PackWriter();
    let lengthAt = writer.arrayOfUnknownLength();
    let count = 0;
    for (let left = length; left > 0; left -= recordBytes) {
      if (left < recordBytes) throw file.corrupt(`its length of ${fileSize} bytes is no multiple of ${recordBytes}`);
      writer.bytes(file.take(recordBytes, "a record"));
      count++;
      if (writer.position < batchBytes && left > recordBytes) continue;
      writer.setLength(lengthAt, count);
      yield { format: "portable", count, bytes: writer.take() };
      lengthAt = writer.arrayOfUnknownLength();
      count = 0;
    }
  } finally {
    file.close();
  }
}
