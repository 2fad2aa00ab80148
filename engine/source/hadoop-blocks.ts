/**
 * LZ4 and Snappy as Hadoop stores them: blocks of `u32 decoded length`, then chunks of `u32 length, bytes` until that
 * many bytes are decoded; integers are big-endian. A chunk is what the codec's own library makes of up to 64 KiB. The
 * formats have no checksums: other bytes of the right length go unnoticed, here as in Hadoop.
 */
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import { EngineError } from "../errors.js";
import type { Bytes } from "./byte-file.js";

export type BlockCodec = "lz4" | "snappy";

/** Bytes that become one chunk; Hadoop's readers take up to 256 KiB, including what the codec may add. */
const chunkBytes = 64 * 1024;
/** No chunk decodes to more: its length is believed only so far. */
const maxChunkBytes = 64 * 1024 * 1024;

interface ChunkCodec {
  /** At most `limit` bytes. */
  readonly decode: (chunk: Buffer, limit: number) => Uint8Array;
  readonly encode: (bytes: Uint8Array) => Uint8Array;
}

interface Lz4Library {
  readonly uncompressSync: (data: Uint8Array) => Buffer;
  readonly compressSync: (data: Buffer) => Buffer;
}

interface SnappyLibrary {
  readonly uncompressSync: (data: Uint8Array) => Buffer | string;
  readonly compressSync: (data: Uint8Array) => Buffer;
}

const load = createRequire(import.meta.url);

/** The library wants the decoded length (little-endian) before the bytes, and takes a greater one. */
function lz4Codec(): ChunkCodec {
  const library = load("lz4-napi") as Lz4Library;
  return {
    decode: (chunk, limit) => {
      const sized = Buffer.allocUnsafe(4 + chunk.length);
      sized.writeUInt32LE(limit);
      sized.set(chunk, 4);
      return library.uncompressSync(sized);
    },
    encode: (bytes) => library.compressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).subarray(4),
  };
}

function snappyCodec(): ChunkCodec {
  const library = load("snappy") as SnappyLibrary;
  return {
    decode: (chunk, limit) => {
      if (snappyLength(chunk) > limit) throw new RangeError("a chunk is longer than its block");
      return library.uncompressSync(chunk) as Buffer;
    },
    encode: (bytes) => library.compressSync(bytes),
  };
}

/** The decoded length, which is the first thing in a chunk: seven bits to a byte, the lowest first. */
function snappyLength(chunk: Buffer): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = chunk[at] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new RangeError("a chunk without a length");
}

const codecs: Partial<Record<BlockCodec, ChunkCodec>> = {};

/** Loaded when it is asked for first. */
function chunkCodec(codec: BlockCodec): ChunkCodec {
  const known = codecs[codec] ?? (codec === "lz4" ? lz4Codec() : snappyCodec());
  codecs[codec] = known;
  return known;
}

/**
 * The decoded bytes, chunk by chunk.
 * Errors: CORRUPT_INPUT, PATH_NOT_READABLE, CODEC_UNSUPPORTED where the library does not run.
 */
export function* blockPieces(codec: BlockCodec, file: Bytes): Generator<Uint8Array, void, undefined> {
  const { decode } = readableCodec(codec, file.path);
  while (!file.atEnd()) {
    let left = file.take(4, "a block").readUInt32BE();
    while (left > 0) {
      const size = file.take(4, "a block").readUInt32BE();
      const piece = decodeChunk(decode, file, file.take(size, "a chunk"), left);
      left -= piece.length;
      yield piece;
    }
  }
}

/** The libraries are native: a platform may have none. */
function readableCodec(codec: BlockCodec, path: string): ChunkCodec {
  try {
    return chunkCodec(codec);
  } catch (thrown) {
    throw new EngineError("CODEC_UNSUPPORTED", { path, codec }, { cause: thrown });
  }
}

function decodeChunk(decode: ChunkCodec["decode"], file: Bytes, chunk: Buffer, left: number): Uint8Array {
  const limit = Math.min(left, maxChunkBytes);
  try {
    const piece = decode(chunk, limit);
    // Without progress, a file of empty chunks would be read for ever.
    if (piece.length === 0 || piece.length > limit) throw new RangeError(`a chunk of ${piece.length} bytes`);
    return piece;
  } catch (thrown) {
    throw file.corrupt(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Blocks of one chunk each. */
export function encodeBlocks(codec: BlockCodec, bytes: Uint8Array): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const plain = bytes.subarray(at, at + chunkBytes);
    const chunk = chunkCodec(codec).encode(plain);
    const header = Buffer.allocUnsafe(8);
    header.writeUInt32BE(plain.length);
    header.writeUInt32BE(chunk.length, 4);
    parts.push(header, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
  return parts;
}
