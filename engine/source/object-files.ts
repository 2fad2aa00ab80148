/**
 * Elements in their language's own form, in SequenceFiles: `saveAsPickleFile` and `pickleFile`, which exchange files with
 * PySpark, and object files of TypeScript.
 *
 * Keys are null. A value is a Java array of byte arrays, each of which holds some elements: in PySpark a pickled list (or a tuple,
 * when Java pickled it). Other formats are named in the metadata (`kindling.format`: `v8`), and there each byte array
 * begins with the number of its elements (`u32`, big-endian).
 */
import { Buffer } from "node:buffer";
import { type Batch, type BatchFormat, batchFormats } from "../data/batch.js";
import { EngineError } from "../errors.js";
import { putByteArrays, readByteArrays } from "./byte-arrays.js";
import { ByteFile } from "./byte-file.js";
import type { Codec } from "./codecs.js";
import { DataInput } from "./data-input.js";
import { DataOutput } from "./data-output.js";
import { type OutputPart, openPartFile } from "./output-directory.js";
import { asPickledList, pickledLength } from "./pickle-length.js";
import { newHeader, readHeader, type SequenceHeader, sequenceFormat } from "./sequence-header.js";
import { RecordWriter } from "./sequence-record-writer.js";
import { rawRecords } from "./sequence-records.js";
import type { FileSplit } from "./text-splits.js";
import { writableClass } from "./writables.js";

const keyClass: string = writableClass("NullWritable");
const valueClass: string = writableClass("BytesWritable");
const formatEntry = "kindling.format";
const objectFormat = "object";
const countBytes = 4;

/**
 * The batches of a split as they were written (`planSequenceFile` makes the splits). `own` is the format of the language that
 * reads; files of another language are refused. Reads synchronously; holds one record, or a block of them.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT, CODEC_UNSUPPORTED, LIMIT_REACHED.
 */
export function* readObjectSplit(split: FileSplit, own: BatchFormat): Generator<Batch, void, undefined> {
  const file = new ByteFile(split.path, sequenceFormat);
  try {
    const header = readHeader(file);
    const format = formatOf(file, header);
    if (format !== own && format !== "portable")
      throw notReadable(file, `its elements are in the format ${format}, those of the program in ${own}`);
    const input = new DataInput(file.path, objectFormat);
    for (const { value } of rawRecords(file, header, split)) {
      input.reset(value);
      const content = new DataInput(file.path, objectFormat, input.bytes(input.int32()));
      for (const bytes of readByteArrays(content)) yield batchOf(format, bytes, input);
    }
  } finally {
    file.close();
  }
}

const notReadable = (file: ByteFile, reason: string): EngineError =>
  new EngineError("CORRUPT_INPUT", { path: file.path, format: objectFormat, reason });

function formatOf(file: ByteFile, header: SequenceHeader): BatchFormat {
  if (header.keyClass !== keyClass || header.valueClass !== valueClass)
    throw notReadable(file, `it holds pairs of ${header.keyClass} and ${header.valueClass}`);
  const name = header.metadata.get(formatEntry) ?? "pickle";
  const format = batchFormats.find((known) => known === name);
  if (format === undefined) throw notReadable(file, `its elements are in the unknown format ${name}`);
  return format;
}

/** A copy, since the record goes with the next one. */
function batchOf(format: BatchFormat, bytes: Buffer, input: DataInput): Batch {
  if (format !== "pickle") {
    if (bytes.length < countBytes) throw input.corrupt("a batch without a count");
    return { format, count: bytes.readUInt32BE(), bytes: Uint8Array.from(bytes.subarray(countBytes)) };
  }
  const length = pickledLength(bytes);
  if (length === null) throw input.corrupt("a batch that is no pickled list");
  return { format, count: length.length, bytes: Uint8Array.from(asPickledList(bytes, length)) };
}

export interface ObjectPartOptions {
  /** The output directory, as `prepareOutput` made it. */
  readonly path: string;
  readonly partition: number;
  readonly attempt: number;
  readonly codec: Codec;
}

/**
 * Opens the file of a partition; in a task, after `prepareCodec`. All its batches are of one format, with counts; each
 * becomes one record, however many elements it has.
 * Errors: WRITE_FAILED, of each step.
 */
export function openObjectPart(options: ObjectPartOptions): OutputPart {
  const part = openPartFile({ ...options, suffix: "" });
  const [content, value] = [new DataOutput(), new DataOutput()];
  let opened: { readonly format: BatchFormat; readonly records: RecordWriter } | null = null;
  const open = (format: BatchFormat): RecordWriter => {
    opened ??= { format, records: new RecordWriter(part, headerOf(format, options.codec)) };
    if (opened.format !== format)
      throw new EngineError("INTERNAL", { reason: `an object file of ${opened.format} and ${format}` });
    return opened.records;
  };
  return {
    write: (batch) => {
      const records = open(batch.format);
      content.clear();
      value.clear();
      putByteArrays(content, [stored(batch)]);
      value.int32(content.size);
      value.bytes(content.view());
      records.append(new Uint8Array(0), value.view());
    },
    commit: () => {
      // Without elements, any format is theirs.
      (opened?.records ?? open("pickle")).end();
      part.commit();
    },
    abort: () => part.abort(),
  };
}

function headerOf(format: BatchFormat, codec: Codec): SequenceHeader {
  const metadata = new Map(format === "pickle" ? [] : [[formatEntry, format]]);
  const compression = codec === "none" ? ({ kind: "none" } as const) : ({ kind: "block", codec } as const);
  return newHeader({ keyClass, valueClass, compression, metadata });
}

function stored({ format, count, bytes }: Batch): Uint8Array {
  if (format === "pickle") return bytes;
  const header = Buffer.allocUnsafe(countBytes);
  header.writeUInt32BE(count);
  return Buffer.concat([header, bytes]);
}
