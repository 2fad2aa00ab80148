/**
 * Files of bzip2 streams, one after the other, read from the start or from the first block at or after any place:
 *
 * ```
 * BZh9  [31 41 59 26 53 59  block]…  17 72 45 38 50 90  checksum of the checksums   BZh9 …
 * ```
 *
 * Blocks follow each other bit by bit; only a stream begins on a byte. As each block must be followed by one of the two
 * marks, nothing is left out of a damaged file without notice, wherever its splits begin.
 */
import type { Buffer } from "node:buffer";
import { BitReader } from "./bit-reader.js";
import type { Bytes } from "./byte-file.js";
import { Bzip2Block, GarbledBlock } from "./bzip2-block.js";

export interface Bzip2Piece {
  /** The byte of the file in which the block of these bytes begins. */
  readonly blockAt: number;
  /** Valid until the next piece. */
  readonly bytes: Buffer;
}

/** Each mark as two numbers of 24 bits. */
const blockMark = [0x314159, 0x265359] as const;
const endMark = [0x177245, 0x385090] as const;

const markBits = 48;

/** The first block of a file begins here, after the header of its stream. */
export const firstBlockAt = 4;

/** A block that begins at an unknown place is of a stream whose header was not seen: it may have the largest size. */
const largestBlockBytes = 900_000;

/**
 * The decoded bytes from the first block on that begins at or after byte `start`; all when it is 0. The first block of the
 * file is found from 0 only.
 * Errors: CORRUPT_INPUT, PATH_NOT_READABLE.
 */
export function* bzip2Pieces(file: Bytes, start = 0): Generator<Bzip2Piece, void, undefined> {
  try {
    yield* piecesFrom(file, start);
  } catch (thrown) {
    throw thrown instanceof GarbledBlock ? file.corrupt(thrown.message) : thrown;
  }
}

function* piecesFrom(file: Bytes, start: number): Generator<Bzip2Piece, void, undefined> {
  file.seek(start === 0 ? 0 : Math.max(start, firstBlockAt + 1));
  const bits = new BitReader(file);
  if (start !== 0 && !seekBlock(bits, file)) return;
  let maxBytes = start === 0 ? readHeader(file, bits) : largestBlockBytes;
  // Null: the stream began before, its checksum cannot be known.
  let checksum = start === 0 ? 0 : null;
  const block = new Bzip2Block();
  for (let isBlock = start !== 0 || readMark(bits); ; isBlock = readMark(bits)) {
    if (isBlock) {
      const blockAt = Math.floor((bits.position - markBits) / 8);
      block.read(bits, maxBytes);
      for (const bytes of block.pieces()) yield { blockAt, bytes };
      if (checksum !== null) checksum = (checksum << 1) ^ (checksum >>> 31) ^ block.storedCrc;
      continue;
    }
    const stored = bits.int32();
    if (checksum !== null && stored !== checksum) throw file.corrupt("the checksum of a stream is wrong");
    bits.alignToByte();
    if (bits.atEnd()) return;
    maxBytes = readHeader(file, bits);
    checksum = 0;
  }
}

/** The size of the stream's blocks, in bytes. */
function readHeader(file: Bytes, bits: BitReader): number {
  const magic = bits.take(24);
  const level = bits.take(8) - 0x30;
  if (magic !== 0x425a68 || level < 1 || level > 9) throw file.corrupt("no bzip2 stream begins where one should");
  return level * 100_000;
}

/** True before a block, false before the end of a stream. */
function readMark(bits: BitReader): boolean {
  const [high, low] = [bits.take(24), bits.take(24)];
  if (high === blockMark[0] && low === blockMark[1]) return true;
  if (high === endMark[0] && low === endMark[1]) return false;
  throw new GarbledBlock("a block is followed by what is neither a block nor the end");
}

/** Passes the next block mark, at whatever bit it is; false at the end of the file. */
function seekBlock(bits: BitReader, file: Bytes): boolean {
  const left = (file.size - Math.ceil(bits.position / 8)) * 8;
  if (left < markBits) return false;
  let [high, low] = [bits.take(24), bits.take(24)];
  for (let taken = markBits; high !== blockMark[0] || low !== blockMark[1]; taken++) {
    if (taken === left) return false;
    high = ((high << 1) & 0xffffff) | (low >>> 23);
    low = ((low << 1) & 0xffffff) | bits.take(1);
  }
  return true;
}
