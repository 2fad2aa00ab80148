/**
 * The records of one split of a SequenceFile, as bytes, by Hadoop's rule: a sync mark (`-1` and the marker of the header)
 * belongs to the split in which its first byte lies, and so do all records up to the next one. The first records are
 * those of the header.
 *
 * ```
 * i32 length of key and value, i32 length of key, key, value        uncompressed, or the value compressed by itself
 * mark, VInt n, 4 × (VInt length, bytes)                            a block of n records: the lengths of their keys
 *                                                                   (n VInts), the keys, the lengths of their values, the values
 * ```
 */
import { Buffer } from "node:buffer";
import type { ByteFile } from "./byte-file.js";
import type { RealCodec } from "./codecs.js";
import { DataInput, takeVint } from "./data-input.js";
import { decompressedBlob } from "./decompress.js";
import { type SequenceHeader, syncBytes } from "./sequence-header.js";
import type { FileSplit } from "./text-splits.js";

/** Both are valid until the next record. */
export interface RawRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Before a marker, where the length of a record would be. */
const syncEscape = -1;
const escapeBytes = 4;
/** No compressed part of a file decodes to more. */
const maxBlobBytes = 1024 * 1024 * 1024;

/**
 * The records of a split of a file whose header was just read. Holds one record, or one block of records, compressed and
 * decompressed.
 * Errors: CORRUPT_INPUT, PATH_NOT_READABLE.
 */
export function* rawRecords(
  file: ByteFile,
  header: SequenceHeader,
  split: FileSplit,
): Generator<RawRecord, void, undefined> {
  const end = split.start + split.length;
  if (split.start > file.position && !seekSync(file, header.sync, split.start)) return;
  if (file.position >= end) return;
  const { compression } = header;
  if (compression.kind === "block") yield* blockRecords(file, header.sync, compression.codec, end);
  else yield* singleRecords(file, header.sync, compression.kind === "record" ? compression.codec : null, end);
}

/** Goes to the first sync mark at or after `from`; false if there is none. */
function seekSync(file: ByteFile, sync: Buffer, from: number): boolean {
  const markBytes = escapeBytes + syncBytes;
  for (let start = from; start + markBytes < file.size; ) {
    const at = find(file, sync, start + escapeBytes);
    if (at === null) return false;
    start = at - escapeBytes;
    file.seek(start);
    if (file.take(escapeBytes, "a mark").readInt32BE() === syncEscape) {
      file.seek(start);
      return true;
    }
    start++;
  }
  return false;
}

/** The first place from `start` on where the marker lies, across the borders of pieces. */
function find(file: ByteFile, marker: Buffer, start: number): number | null {
  file.seek(start);
  let rest: Buffer = Buffer.alloc(0);
  let base = start;
  for (let piece = file.piece(); piece !== null; piece = file.piece()) {
    const bytes = Buffer.concat([rest, piece]);
    const at = bytes.indexOf(marker);
    if (at >= 0) return base + at;
    rest = bytes.subarray(Math.max(0, bytes.length - marker.length + 1));
    base += bytes.length - rest.length;
  }
  return null;
}

/** Passes the marker after an escape. */
function passSync(file: ByteFile, sync: Buffer): void {
  if (!file.take(syncBytes, "a mark").equals(sync)) throw file.corrupt("a wrong marker between its records");
}

function* singleRecords(
  file: ByteFile,
  sync: Buffer,
  codec: RealCodec | null,
  end: number,
): Generator<RawRecord, void, undefined> {
  while (!file.atEnd()) {
    const start = file.position;
    let length = file.take(4, "a record").readInt32BE();
    if (length === syncEscape) {
      passSync(file, sync);
      if (start >= end || file.atEnd()) return;
      length = file.take(4, "a record").readInt32BE();
    }
    const keyLength = file.take(4, "a record").readInt32BE();
    if (keyLength < 0 || length < keyLength)
      throw file.corrupt(`a record of ${length} bytes with a key of ${keyLength} bytes`);
    const bytes = file.take(length, "a record");
    const value = bytes.subarray(keyLength);
    yield { key: bytes.subarray(0, keyLength), value: codec === null ? value : decompressed(file, codec, value) };
  }
}

const decompressed = (file: ByteFile, codec: RealCodec, blob: Buffer, limitBytes = maxBlobBytes): Buffer =>
  decompressedBlob(codec, blob, { path: file.path, limitBytes });

function* blockRecords(
  file: ByteFile,
  sync: Buffer,
  codec: RealCodec,
  end: number,
): Generator<RawRecord, void, undefined> {
  while (!file.atEnd()) {
    const start = file.position;
    if (file.take(escapeBytes, "a block").readInt32BE() !== syncEscape)
      throw file.corrupt("no marker where a block begins");
    passSync(file, sync);
    if (start >= end || file.atEnd()) return;
    const count = takeVint(file, "a block");
    const keys = takeColumn(file, codec, count);
    const values = takeColumn(file, codec, count);
    for (let i = 0; i < count; i++) yield { key: keys.next(), value: values.next() };
    keys.finish();
    values.finish();
  }
}

/** The keys or the values of a block, one after the other. */
class Column {
  readonly #lengths: DataInput;
  readonly #contents: DataInput;

  constructor(lengths: DataInput, contents: DataInput) {
    this.#lengths = lengths;
    this.#contents = contents;
  }

  next(): Buffer {
    return this.#contents.bytes(this.#lengths.vint());
  }

  finish(): void {
    if (this.#lengths.left > 0 || this.#contents.left > 0)
      throw this.#contents.corrupt("a block with more bytes than its records have");
  }
}

function takeColumn(file: ByteFile, codec: RealCodec, count: number): Column {
  // A VInt has up to five bytes.
  const lengths = takeBlob(file, codec, Math.min(count * 5, maxBlobBytes));
  const contents = takeBlob(file, codec, maxBlobBytes);
  return new Column(new DataInput(file.path, file.format, lengths), new DataInput(file.path, file.format, contents));
}

/** Without bytes, it may be missing whole: nothing was compressed. */
function takeBlob(file: ByteFile, codec: RealCodec, limitBytes: number): Buffer {
  const blob = file.take(takeVint(file, "a block"), "a block");
  return blob.length === 0 ? blob : decompressed(file, codec, blob, limitBytes);
}
