/**
 * The start of a Hadoop SequenceFile, version 6:
 *
 * ```
 * SEQ 06, key class, value class        texts: VInt length, UTF-8
 * u8 compressed, u8 in blocks           without, with either, with both
 * codec class                           a text, if compressed
 * i32 n, n × (text, text)               metadata
 * 16 bytes                              the sync marker: what only this file has, between its records
 * ```
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { ByteFile } from "./byte-file.js";
import { classOf, codecOfClass, type RealCodec } from "./codecs.js";
import { takeVint } from "./data-input.js";
import { DataOutput } from "./data-output.js";

export const sequenceFormat = "SequenceFile";

const magic: Buffer = Buffer.from("SEQ");
const version = 6;
export const syncBytes = 16;
/** How far apart sync marks are, unless records are longer; Hadoop makes no split smaller. */
export const syncIntervalBytes: number = 5 * 1024 * (4 + syncBytes);

/** What is compressed together: nothing, each value, or the keys and the values of about 1 MB of records. */
export type SequenceCompression =
  | { readonly kind: "none" }
  | { readonly kind: "record" | "block"; readonly codec: RealCodec };

export interface SequenceHeader {
  readonly keyClass: string;
  readonly valueClass: string;
  readonly compression: SequenceCompression;
  readonly metadata: ReadonlyMap<string, string>;
  readonly sync: Buffer;
}

/** A header as this writes it, with a marker of its own. */
export function newHeader(header: Omit<SequenceHeader, "sync">): SequenceHeader {
  return { ...header, sync: randomBytes(syncBytes) };
}

/** Texts in a header are names: a length beyond this is none. */
const maxTextBytes = 64 * 1024;
const maxMetadata = 10_000;

/** Fields of a header as they come from a file. */
class HeaderReader {
  readonly #file: ByteFile;

  constructor(file: ByteFile) {
    this.#file = file;
  }

  int32(): number {
    return this.#file.take(4, "its header").readInt32BE();
  }

  text(): string {
    const size = takeVint(this.#file, "its header");
    if (size > maxTextBytes) throw this.#file.corrupt(`a name of ${size} bytes in its header`);
    return this.#file.take(size, "its header").toString();
  }

  boolean(): boolean {
    const byte = this.#file.take(1, "its header")[0];
    if (byte !== 0 && byte !== 1) throw this.#file.corrupt("its header says neither yes nor no");
    return byte === 1;
  }
}

/**
 * Reads the header of a file that was just opened; its position is that of the first record then.
 * Errors: CORRUPT_INPUT, CODEC_UNSUPPORTED.
 */
export function readHeader(file: ByteFile): SequenceHeader {
  const start = file.take(Math.min(4, file.size), "its header");
  if (start.length < 4 || !start.subarray(0, 3).equals(magic)) throw file.corrupt("it does not begin with SEQ");
  if (start[3] !== version) throw file.corrupt(`version ${start[3]}; only version ${version} is read here`);
  const reader = new HeaderReader(file);
  const [keyClass, valueClass] = [reader.text(), reader.text()];
  const [isCompressed, inBlocks] = [reader.boolean(), reader.boolean()];
  if (inBlocks && !isCompressed) throw file.corrupt("its header says that blocks are not compressed");
  const compression: SequenceCompression = isCompressed
    ? { kind: inBlocks ? "block" : "record", codec: codecOfClass(reader.text(), file.path) }
    : { kind: "none" };
  const count = reader.int32();
  if (count < 0 || count > maxMetadata) throw file.corrupt(`${count} entries of metadata`);
  const metadata = new Map(Array.from({ length: count }, () => [reader.text(), reader.text()] as const));
  const sync = Buffer.from(file.take(syncBytes, "its header"));
  return { keyClass, valueClass, compression, metadata, sync };
}

/** The header as bytes. */
export function headerBytes({ keyClass, valueClass, compression, metadata, sync }: SequenceHeader): Buffer {
  const output = new DataOutput();
  output.bytes(magic);
  output.int8(version);
  output.text(keyClass);
  output.text(valueClass);
  output.int8(compression.kind === "none" ? 0 : 1);
  output.int8(compression.kind === "block" ? 1 : 0);
  if (compression.kind !== "none") output.text(classOf(compression.codec));
  output.int32(metadata.size);
  for (const [name, value] of metadata) {
    output.text(name);
    output.text(value);
  }
  output.bytes(sync);
  return Buffer.from(output.view());
}
