/** The records of a SequenceFile, one after the other: see `sequence-records.ts`, which reads them. */
import { compressedBlob } from "./compress.js";
import { DataOutput } from "./data-output.js";
import type { PartFile } from "./output-directory.js";
import { headerBytes, type SequenceHeader, syncIntervalBytes } from "./sequence-header.js";

/** Keys and values that are compressed together. */
const blockBytes = 1_000_000;

/** Writes the header and records of a SequenceFile. */
export class RecordWriter {
  readonly #part: Pick<PartFile, "write">;
  readonly #header: SequenceHeader;
  readonly #output = new DataOutput();
  /** Bytes in the file so far. */
  #position = 0;
  #lastMark = 0;
  #block: Block | null = null;

  constructor(part: Pick<PartFile, "write">, header: SequenceHeader) {
    this.#part = part;
    this.#header = header;
    this.#put(headerBytes(header));
    if (header.compression.kind === "block") this.#block = new Block();
  }

  append(key: Uint8Array, value: Uint8Array): void {
    if (this.#block === null) {
      this.#appendSingle(key, value);
      return;
    }
    this.#block.add(key, value);
    if (this.#block.bytes >= blockBytes) this.#endBlock(this.#block);
  }

  /** After the last record. */
  end(): void {
    if (this.#block !== null && this.#block.count > 0) this.#endBlock(this.#block);
    this.#flush();
  }

  #appendSingle(key: Uint8Array, value: Uint8Array): void {
    const { compression } = this.#header;
    const stored = compression.kind === "none" ? value : compressedBlob(compression.codec, value);
    if (this.#position >= this.#lastMark + syncIntervalBytes) this.#mark();
    const output = this.#output;
    const before = output.size;
    output.int32(key.length + stored.length);
    output.int32(key.length);
    output.bytes(key);
    output.bytes(stored);
    this.#position += output.size - before;
    if (output.size >= blockBytes) this.#flush();
  }

  #mark(): void {
    const before = this.#output.size;
    this.#output.int32(-1);
    this.#output.bytes(this.#header.sync);
    this.#position += this.#output.size - before;
    this.#lastMark = this.#position;
  }

  #endBlock(block: Block): void {
    const { compression } = this.#header;
    if (compression.kind === "none") return;
    this.#mark();
    this.#output.vint(block.count);
    for (const column of block.columns) {
      const blob = compressedBlob(compression.codec, column.view());
      this.#output.vint(blob.length);
      this.#output.bytes(blob);
    }
    this.#flush();
    block.clear();
  }

  #flush(): void {
    if (this.#output.size > 0) this.#part.write(this.#output.view());
    this.#output.clear();
  }

  #put(bytes: Uint8Array): void {
    this.#part.write(bytes);
    this.#position += bytes.length;
    this.#lastMark = this.#position;
  }
}

/** Records that are compressed together. */
class Block {
  readonly #keyLengths = new DataOutput();
  readonly #keys = new DataOutput();
  readonly #valueLengths = new DataOutput();
  readonly #values = new DataOutput();
  count = 0;

  /** In the order of the file. */
  get columns(): readonly DataOutput[] {
    return [this.#keyLengths, this.#keys, this.#valueLengths, this.#values];
  }

  get bytes(): number {
    return this.#keys.size + this.#values.size;
  }

  add(key: Uint8Array, value: Uint8Array): void {
    this.#keyLengths.vint(key.length);
    this.#keys.bytes(key);
    this.#valueLengths.vint(value.length);
    this.#values.bytes(value);
    this.count++;
  }

  clear(): void {
    for (const column of this.columns) column.clear();
    this.count = 0;
  }
}
