/** What a codec made of bytes, as these bytes again: of whole files as they are read, and of blobs inside files. */
import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip, createInflate, gunzipSync, inflateSync } from "node:zlib";
import { EngineError } from "../errors.js";
import { ByteBlob, ByteFile, type Bytes } from "./byte-file.js";
import { bzip2Pieces } from "./bzip2-read.js";
import type { RealCodec } from "./codecs.js";
import { readFailure, systemCode } from "./file-errors.js";
import { blockPieces } from "./hadoop-blocks.js";
import { zstdPieces } from "./zstd-read.js";

/** Bytes of one read, and of one piece of output. */
const chunkBytes = 1024 * 1024;

/** Codecs that are decoded here, without waiting. */
type PieceCodec = Exclude<RealCodec, "gzip" | "deflate">;

/**
 * The decoded bytes of a file, in pieces that are valid until the next one; memory is bounded by the codec's window (at
 * most 128 MiB, of Zstandard), else by 4 MiB. Leaving the loop early closes the file.
 * Errors: PATH_NOT_FOUND, PATH_NOT_READABLE, CORRUPT_INPUT, LIMIT_REACHED.
 */
export async function* decompressedFile(path: string, codec: RealCodec): AsyncGenerator<Uint8Array, void, undefined> {
  if (codec === "gzip" || codec === "deflate") return yield* zlibFile(path, codec);
  const file = new ByteFile(path, codec);
  try {
    yield* decodedPieces(codec, file);
  } finally {
    file.close();
  }
}

function* decodedPieces(codec: PieceCodec, bytes: Bytes): Generator<Uint8Array, void, undefined> {
  if (codec === "bzip2") for (const piece of bzip2Pieces(bytes)) yield piece.bytes;
  else if (codec === "zstd") yield* zstdPieces(bytes);
  else yield* blockPieces(codec, bytes);
}

/** Node decodes members of gzip one after the other; a second zlib stream is begun here. */
async function* zlibFile(path: string, codec: "gzip" | "deflate"): AsyncGenerator<Uint8Array, void, undefined> {
  const size = await sizeOf(path);
  if (size === 0) throw corrupt(path, codec, "it has no bytes");
  for (let start = 0; ; ) {
    const decoder =
      codec === "gzip" ? createGunzip({ chunkSize: chunkBytes }) : createInflate({ chunkSize: chunkBytes });
    // It destroys both when either ends; the loop below meets the error.
    pipeline(createReadStream(path, { highWaterMark: chunkBytes, start }), decoder, () => {});
    try {
      yield* decoder as AsyncIterable<Buffer>;
    } catch (thrown) {
      if (systemCode(thrown).startsWith("Z_")) throw corrupt(path, codec, (thrown as Error).message);
      throw readFailure(path, thrown);
    }
    start += decoder.bytesWritten;
    if (start >= size) return;
    // The decompressor of gzip stops without a word at zero bytes after a member's end.
    if (codec === "gzip" || decoder.bytesWritten === 0)
      throw corrupt(path, codec, "other bytes follow the compressed ones");
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
}

const corrupt = (path: string, format: string, reason: string): EngineError =>
  new EngineError("CORRUPT_INPUT", { path, format, reason });

export interface BlobOptions {
  /** Of the file, for messages. */
  readonly path: string;
  /** What it may decode to; more is an error. */
  readonly limitBytes: number;
}

/**
 * The decoded bytes of a part of a file.
 * Errors: CORRUPT_INPUT, LIMIT_REACHED.
 */
export function decompressedBlob(codec: RealCodec, blob: Buffer, options: BlobOptions): Buffer {
  if (codec === "gzip" || codec === "deflate") return zlibBlob(codec, blob, options);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const piece of decodedPieces(codec, new ByteBlob(blob, options.path, codec))) {
    size += piece.length;
    if (size > options.limitBytes) throw tooLong(codec, options);
    parts.push(Uint8Array.from(piece));
  }
  return Buffer.concat(parts, size);
}

const tooLong = (codec: RealCodec, { path, limitBytes }: BlobOptions): EngineError =>
  corrupt(path, codec, `a part of it decompresses to more than ${limitBytes} bytes`);

function zlibBlob(codec: "gzip" | "deflate", blob: Buffer, options: BlobOptions): Buffer {
  // Zero is no limit that zlib takes.
  const settings = { maxOutputLength: Math.max(1, options.limitBytes) };
  try {
    const decoded = codec === "gzip" ? gunzipSync(blob, settings) : inflateSync(blob, settings);
    if (decoded.length > options.limitBytes) throw tooLong(codec, options);
    return decoded;
  } catch (thrown) {
    if (systemCode(thrown) === "ERR_BUFFER_TOO_LARGE") throw tooLong(codec, options);
    if (systemCode(thrown).startsWith("Z_")) throw corrupt(options.path, codec, (thrown as Error).message);
    throw thrown;
  }
}
