/** SequenceFiles as elements: pairs (tuples) of key and value. */
import type { Batch } from "../data/batch.js";
import { PackWriter } from "../data/message-pack.js";
import { ByteFile } from "./byte-file.js";
import { DataInput } from "./data-input.js";
import { PairBatches } from "./pair-batches.js";
import { readHeader, sequenceFormat } from "./sequence-header.js";
import { rawRecords } from "./sequence-records.js";
import type { FileSplit } from "./text-splits.js";
import { writableReader } from "./writables.js";

/**
 * The pairs of a split as `portable` batches of about 1 MiB (or one pair, if that is longer). Reads synchronously; leaving the
 * loop early closes the file. Holds a record, or a block of them (about 1 MB, unless records are longer), besides the batch.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT, CODEC_UNSUPPORTED, CLASS_UNSUPPORTED, LIMIT_REACHED.
 */
export function* readSequenceSplit(split: FileSplit): Generator<Batch, void, undefined> {
  const { path } = split;
  const file = new ByteFile(path, sequenceFormat);
  try {
    const header = readHeader(file);
    const [readKey, readValue] = [writableReader(header.keyClass, path), writableReader(header.valueClass, path)];
    const [keyInput, valueInput] = [new DataInput(path, sequenceFormat), new DataInput(path, sequenceFormat)];
    const writer = new PackWriter();
    const batches = new PairBatches(writer);
    for (const { key, value } of rawRecords(file, header, split)) {
      keyInput.reset(key);
      valueInput.reset(value);
      batches.add(
        () => readKey(keyInput, writer, 0),
        () => readValue(valueInput, writer, 0),
      );
      if (keyInput.left > 0 || valueInput.left > 0) throw file.corrupt("a record with more bytes than its value has");
      yield* batches.ready(false);
    }
    yield* batches.ready(true);
  } finally {
    file.close();
  }
}
