/**
 * Bytes as a codec stores them: files that grow piece by piece, and blobs inside files. Nothing waits, since a sink takes
 * its batches one after the other; memory is bounded by the piece.
 */
import { Buffer } from "node:buffer";
import { constants, crc32, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { EngineError } from "../errors.js";
import { Bzip2Writer } from "./bzip2-write.js";
import type { Codec, RealCodec } from "./codecs.js";
import { encodeBlocks } from "./hadoop-blocks.js";

/** Bytes that are compressed together; fewer are kept for the next piece. */
const pieceBytes = 1024 * 1024;

type Compress = (bytes: Uint8Array, level: number) => Uint8Array;
let zstdCompress: Compress | undefined;
/** That of `zstd` and of Hadoop. */
const zstdLevel = 3;

/** Loads what a codec needs before anything is compressed by it; to be awaited once in a process. */
export async function prepareCodec(codec: Codec): Promise<void> {
  if (codec !== "zstd" || zstdCompress !== undefined) return;
  const { compress, init } = await import("@bokuweb/zstd-wasm");
  await init();
  zstdCompress = compress;
}

function zstdFrame(bytes: Uint8Array): Uint8Array {
  if (zstdCompress === undefined) throw new EngineError("INTERNAL", { reason: "zstd was not prepared" });
  return zstdCompress(bytes, zstdLevel);
}

/** What is written to a file, as parts one after the other. */
interface Format {
  /** Before all else. */
  begin(): readonly Uint8Array[];
  /** Some more bytes. */
  add(bytes: Uint8Array): readonly Uint8Array[];
  /** After all. */
  end(): readonly Uint8Array[];
}

const formats: { readonly [K in Codec]: () => Format } = {
  none: () => ({ begin: () => [], add: (bytes) => [bytes], end: () => [] }),
  gzip: gzipFormat,
  deflate: deflateFormat,
  bzip2: bzip2Format,
  zstd: zstdFormat,
  // Any number of blocks, also none.
  lz4: () => ({ begin: () => [], add: (bytes) => encodeBlocks("lz4", bytes), end: () => [] }),
  snappy: () => ({ begin: () => [], add: (bytes) => encodeBlocks("snappy", bytes), end: () => [] }),
};

/** Deflated bytes that end on a byte and can be followed by others. */
const deflated = (bytes: Uint8Array): Buffer => deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
/** A last block without bytes. */
const deflateEnd = Uint8Array.of(0x03, 0x00);

/** RFC 1952, one member: without a name or time, so that equal contents are equal files. */
function gzipFormat(): Format {
  let checksum = 0;
  let size = 0;
  return {
    begin: () => [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)],
    add: (bytes) => {
      checksum = crc32(bytes, checksum);
      size = (size + bytes.length) % 2 ** 32;
      return [deflated(bytes)];
    },
    end: () => {
      const trailer = Buffer.allocUnsafe(8);
      trailer.writeUInt32LE(checksum);
      trailer.writeUInt32LE(size, 4);
      return [deflateEnd, trailer];
    },
  };
}

/** RFC 1950, one stream. */
function deflateFormat(): Format {
  let [low, high] = [1, 0];
  return {
    begin: () => [Uint8Array.of(0x78, 0x9c)],
    add: (bytes) => {
      [low, high] = adler32(bytes, low, high);
      return [deflated(bytes)];
    },
    end: () => {
      const trailer = Buffer.allocUnsafe(4);
      trailer.writeUInt16BE(high);
      trailer.writeUInt16BE(low, 2);
      return [deflateEnd, trailer];
    },
  };
}

function adler32(bytes: Uint8Array, low: number, high: number): [number, number] {
  let [a, b] = [low, high];
  for (let at = 0; at < bytes.length; ) {
    // So many bytes are added up without leaving 32 bits.
    const end = Math.min(at + 5552, bytes.length);
    for (; at < end; at++) {
      a += bytes[at] as number;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return [a, b];
}

/** Any number of frames, but at least one. */
function zstdFormat(): Format {
  let isEmpty = true;
  return {
    begin: () => [],
    add: (bytes) => {
      isEmpty = false;
      return [zstdFrame(bytes)];
    },
    end: () => (isEmpty ? [zstdFrame(new Uint8Array(0))] : []),
  };
}

function bzip2Format(): Format {
  const writer = new Bzip2Writer();
  return { begin: () => writer.begin(), add: (bytes) => writer.add(bytes), end: () => writer.end() };
}

/** A file that grows; `write` takes what goes to the disk. */
export class CompressedOutput {
  readonly #format: Format;
  readonly #write: (part: Uint8Array) => void;
  readonly #codec: Codec;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isBegun = false;

  constructor(codec: Codec, write: (part: Uint8Array) => void) {
    this.#codec = codec;
    this.#format = formats[codec]();
    this.#write = write;
  }

  /** Takes bytes, which stay as they are until `end`. */
  add(bytes: Uint8Array): void {
    if (this.#codec === "none") {
      this.#write(bytes);
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes >= pieceBytes) this.#flush();
  }

  end(): void {
    this.#flush();
    this.#all(this.#format.end());
  }

  #flush(): void {
    if (!this.#isBegun) this.#all(this.#format.begin());
    this.#isBegun = true;
    if (this.#keptBytes === 0) return;
    const bytes = this.#kept.length === 1 ? (this.#kept[0] as Uint8Array) : Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    for (let at = 0; at < bytes.length; at += pieceBytes)
      this.#all(this.#format.add(bytes.subarray(at, at + pieceBytes)));
  }

  #all(parts: readonly Uint8Array[]): void {
    for (const part of parts) this.#write(part);
  }
}

/** A blob by itself. */
export function compressedBlob(codec: RealCodec, bytes: Uint8Array): Buffer {
  if (codec === "gzip") return gzipSync(bytes);
  if (codec === "deflate") return deflateSync(bytes);
  const parts: Uint8Array[] = [];
  const output = new CompressedOutput(codec, (part) => parts.push(part));
  output.add(bytes);
  output.end();
  return Buffer.concat(parts);
}
