/**
 * Files of Zstandard frames (RFC 8878), one after the other. The frames are walked here, so that each ends where it
 * should and has the length and the checksum that it promises; `fzstd` decodes their blocks.
 */
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import type { Decompress } from "fzstd";
import { EngineError } from "../errors.js";
import type { Bytes } from "./byte-file.js";
import { XxHash64 } from "./xxhash64.js";

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
/** How far back a frame may refer, hence what is held of it; zstd itself refuses more unless told otherwise. */
const maxWindowBytes = 128 * 1024 * 1024;

type Fzstd = { readonly Decompress: typeof Decompress };
let loaded: Fzstd | undefined;
/** Loaded when the first file asks for it. */
const fzstd = (): Fzstd => {
  loaded ??= createRequire(import.meta.url)("fzstd") as Fzstd;
  return loaded;
};

/**
 * The decoded bytes, in pieces of at most 128 KiB. Holds a window of each frame, usually 2 to 8 MiB.
 * Errors: CORRUPT_INPUT, PATH_NOT_READABLE, LIMIT_REACHED.
 */
export function* zstdPieces(file: Bytes): Generator<Uint8Array, void, undefined> {
  do {
    const magic = file.take(4, "a frame").readUInt32LE();
    if (magic === frameMagic) yield* frame(file);
    else if ((magic & 0xfffffff0) === skippableMagic) skipFrame(file);
    else throw file.corrupt("no frame begins where one should");
    if (file.position > file.size) throw file.corrupt("it ends in the middle of a frame");
  } while (!file.atEnd());
}

function skipFrame(file: Bytes): void {
  const size = file.take(4, "a frame").readUInt32LE();
  file.seek(file.position + size);
}

interface FrameHeader {
  /** With the magic, as the decoder wants it. */
  readonly bytes: Buffer;
  readonly hasChecksum: boolean;
  /** Null when it is not said. */
  readonly contentBytes: bigint | null;
}

function readHeader(file: Bytes): FrameHeader {
  const start = file.position - 4;
  const flags = file.take(1, "a frame")[0] as number;
  if ((flags & 0x08) !== 0) throw file.corrupt("a frame with a reserved bit");
  const isSingle = (flags & 0x20) !== 0;
  const window = isSingle ? 0 : windowBytes(file.take(1, "a frame")[0] as number);
  const dictionary = file.take([0, 1, 2, 4][flags & 3] as number, "a frame");
  if (dictionary.some((byte) => byte !== 0)) throw file.corrupt("it was compressed with a dictionary");
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  const contentBytes =
    sizeBytes === 0 ? null : littleEndian(file.take(sizeBytes, "a frame")) + (sizeBytes === 2 ? 256n : 0n);
  if (Math.max(window, isSingle ? Number(contentBytes) : 0) > maxWindowBytes) {
    throw new EngineError("LIMIT_REACHED", { what: `the window of "${file.path}"`, limit: "128 MiB" });
  }
  const end = file.position;
  file.seek(start);
  return { bytes: Buffer.from(file.take(end - start, "a frame")), hasChecksum: (flags & 0x04) !== 0, contentBytes };
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

const littleEndian = (bytes: Buffer): bigint => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

function* frame(file: Bytes): Generator<Uint8Array, void, undefined> {
  const header = readHeader(file);
  const hash = header.hasChecksum ? new XxHash64() : null;
  let contentBytes = 0n;
  const decode = blockDecoder(file);
  const hashed = function* (pieces: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
    for (const piece of pieces) {
      hash?.add(piece);
      contentBytes += BigInt(piece.length);
      if (piece.length > 0) yield piece;
    }
  };
  yield* hashed(decode(header.bytes, false));
  for (let isLast = false; !isLast; ) {
    const block = takeBlock(file);
    isLast = ((block[0] as number) & 1) === 1;
    yield* hashed(decode(block, false));
  }
  const checksum = Uint8Array.from(file.take(hash === null ? 0 : 4, "a frame"));
  yield* hashed(decode(checksum, true));
  if (header.contentBytes !== null && header.contentBytes !== contentBytes)
    throw file.corrupt(`a frame of ${contentBytes} bytes instead of ${header.contentBytes}`);
  if (hash !== null && Buffer.from(checksum).readUInt32LE() !== hash.low32())
    throw file.corrupt("the checksum of a frame is wrong");
}

/** A block with its header of three bytes; a copy, since the decoder keeps what it is given until it has enough. */
function takeBlock(file: Bytes): Uint8Array {
  const start = file.position;
  const header = file.take(3, "a block").readUIntLE(0, 3);
  // A block of one repeated byte says how often, and has that byte only.
  const size = ((header >> 1) & 3) === 1 ? 1 : header >> 3;
  file.seek(start);
  return Uint8Array.from(file.take(3 + size, "a block"));
}

function blockDecoder(file: Bytes): (bytes: Uint8Array, isLast: boolean) => readonly Uint8Array[] {
  const { Decompress } = fzstd();
  let decoded: Uint8Array[] = [];
  const decoder = new Decompress((piece) => decoded.push(piece));
  return (bytes, isLast) => {
    decoded = [];
    try {
      decoder.push(bytes, isLast);
    } catch (thrown) {
      throw file.corrupt(thrown instanceof Error ? thrown.message : String(thrown));
    }
    return decoded;
  };
}
