/**
 * One block of a bzip2 file: up to 900,000 bytes, sorted by what follows them (Burrows and Wheeler), as places in a list that
 * moves what was used to its front, coded by up to six Huffman tables that take turns every 50 symbols. Nothing outside the
 * block is needed to decode it, which makes these files splittable.
 */
import { Buffer } from "node:buffer";
import type { BitReader } from "./bit-reader.js";

/** The most that a block can hold, before runs of one byte are written out: they may grow by a factor of 52. */
const maxBlockBytes = 900_000;
/** Bytes decoded at once. */
const pieceBytes = 256 * 1024;
/** Symbols that one table codes before the next selector is looked at. */
const groupSymbols = 50;
const maxCodeBits = 20;
const [runA, runB] = [0, 1];
/** Codes up to this length are found by one look into a table. */
const fastBits = 10;

/** What is wrong with a block, for the message of an error. */
export class GarbledBlock extends Error {}

interface HuffmanTable {
  /** By the first `fastBits` bits: symbol and code length (5 bits); 0 where codes are longer. */
  readonly fast: Uint16Array;
  /** By code length: the last code, left-aligned in `maxCodeBits`; -1 without codes. */
  readonly lastCode: Int32Array;
  /** By code length: what to subtract from a code to get its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

const crcTable: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

export const crcStart: number = -1;

/** The checksum with one more byte; its complement is what is stored. */
export const bzip2Crc = (crc: number, byte: number): number => (crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] as number);

/** Places to begin with: many blocks inside other files are small. */
const initialPlaces = 16 * 1024;

/** Decodes one block after the other, in the same memory: 3.6 MB for blocks of the largest size. */
export class Bzip2Block {
  /** For each place of the sorted block: its byte, and above it the place of the byte that follows. */
  #links: Uint32Array = new Uint32Array(initialPlaces);
  readonly #piece: Buffer = Buffer.allocUnsafe(pieceBytes);
  #count = 0;
  #first = 0;
  /** Of the block that was decoded last, as it is stored. */
  storedCrc = 0;

  /** Reads the block whose six bytes of magic were taken; `maxBytes` is the size that its stream promises. */
  read(bits: BitReader, maxBytes: number): void {
    this.storedCrc = bits.int32();
    if (bits.take(1) === 1) throw new GarbledBlock("it has a randomised block, as only bzip2 before 0.9.5 wrote them");
    this.#first = bits.take(24);
    const used = usedBytes(bits);
    const alphabet = used.length + 2;
    const tableCount = bits.take(3);
    if (tableCount < 2 || tableCount > 6) throw new GarbledBlock(`a block with ${tableCount} Huffman tables`);
    const selectors = readSelectors(bits, tableCount);
    const tables = Array.from({ length: tableCount }, () => readTable(bits, alphabet));
    const counts = new Uint32Array(256);
    this.#count = this.#readSymbols(bits, { used, alphabet, selectors, tables, maxBytes, counts });
    if (this.#first >= this.#count) throw new GarbledBlock("a block that starts outside of itself");
    this.#link(counts);
  }

  /** The bytes of the block, in pieces that are valid until the next one. Wrong ones are noticed at the end. */
  *pieces(): Generator<Buffer, void, undefined> {
    const [links, piece] = [this.#links, this.#piece];
    let crc = crcStart;
    let place = (links[this.#first] as number) >>> 8;
    let filled = 0;
    let last = -1;
    let equal = 0;
    for (let i = 0; i < this.#count; i++) {
      const link = links[place] as number;
      place = link >>> 8;
      const byte = link & 0xff;
      if (filled + 256 > pieceBytes) {
        yield piece.subarray(0, filled);
        filled = 0;
      }
      if (equal === 4) {
        // After four equal bytes comes the number of further ones.
        for (let n = 0; n < byte; n++) {
          piece[filled++] = last;
          crc = bzip2Crc(crc, last);
        }
        equal = 0;
        last = -1;
        continue;
      }
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      piece[filled++] = byte;
      crc = bzip2Crc(crc, byte);
    }
    if (filled > 0) yield piece.subarray(0, filled);
    if (~crc !== this.storedCrc) throw new GarbledBlock("the checksum of a block is wrong");
  }

  #readSymbols(bits: BitReader, block: CodedBlock): number {
    const { used, alphabet, selectors, tables, maxBytes, counts } = block;
    let links = this.#links;
    const front = Uint8Array.from(used);
    let count = 0;
    let [run, weight] = [0, 1];
    let [selector, left] = [0, 0];
    let table = tables[0] as HuffmanTable;
    for (;;) {
      if (left === 0) {
        if (selector === selectors.length) throw new GarbledBlock("a block that goes on after its last selector");
        table = tables[selectors[selector++] as number] as HuffmanTable;
        left = groupSymbols;
      }
      left--;
      const symbol = readSymbol(bits, table);
      if (symbol <= runB) {
        if (weight > maxBlockBytes) throw new GarbledBlock("a run that is too long");
        run += symbol === runA ? weight : 2 * weight;
        weight *= 2;
        continue;
      }
      if (run > 0) {
        if (count + run > maxBytes) throw new GarbledBlock("a block that is too long");
        const byte = front[0] as number;
        if (count + run > links.length) links = this.#grow(count + run);
        counts[byte] = (counts[byte] as number) + run;
        links.fill(byte, count, count + run);
        count += run;
        run = 0;
        weight = 1;
      }
      if (symbol === alphabet - 1) return count;
      if (count === maxBytes) throw new GarbledBlock("a block that is too long");
      if (count === links.length) links = this.#grow(count + 1);
      const byte = toFront(front, symbol - 1);
      counts[byte] = (counts[byte] as number) + 1;
      links[count++] = byte;
    }
  }

  /** Room for so many places at least; what is there stays. */
  #grow(places: number): Uint32Array {
    const grown = new Uint32Array(Math.min(maxBlockBytes, Math.max(places, this.#links.length * 4)));
    grown.set(this.#links);
    this.#links = grown;
    return grown;
  }

  #link(counts: Uint32Array): void {
    const links = this.#links;
    let sum = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = counts[byte] as number;
      counts[byte] = sum;
      sum += count;
    }
    for (let i = 0; i < this.#count; i++) {
      const byte = (links[i] as number) & 0xff;
      const place = counts[byte] as number;
      counts[byte] = place + 1;
      links[place] = (links[place] as number) | (i << 8);
    }
  }
}

interface CodedBlock {
  readonly used: readonly number[];
  readonly alphabet: number;
  readonly selectors: Uint8Array;
  readonly tables: readonly HuffmanTable[];
  readonly maxBytes: number;
  /** How often each byte occurs; filled in. */
  readonly counts: Uint32Array;
}

function toFront(front: Uint8Array, from: number): number {
  const byte = front[from] as number;
  for (let i = from; i > 0; i--) front[i] = front[i - 1] as number;
  front[0] = byte;
  return byte;
}

/** The bytes that occur: a map of 16 ranges, and one of 16 bytes for each range that is used. */
function usedBytes(bits: BitReader): number[] {
  const ranges = bits.take(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if (((ranges >> (15 - range)) & 1) === 0) continue;
    const bytes = bits.take(16);
    for (let byte = 0; byte < 16; byte++) if (((bytes >> (15 - byte)) & 1) === 1) used.push(range * 16 + byte);
  }
  if (used.length === 0) throw new GarbledBlock("a block without bytes");
  return used;
}

/** Which table each group of symbols uses, as places in a list that moves to its front. */
function readSelectors(bits: BitReader, tableCount: number): Uint8Array {
  const count = bits.take(15);
  if (count === 0) throw new GarbledBlock("a block without selectors");
  const front = Uint8Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let from = 0;
    for (; bits.take(1) === 1; from++) if (from + 1 >= tableCount) throw new GarbledBlock("a selector of no table");
    selectors[i] = toFront(front, from);
  }
  return selectors;
}

function readTable(bits: BitReader, alphabet: number): HuffmanTable {
  const lengths = new Uint8Array(alphabet);
  let length = bits.take(5);
  for (let symbol = 0; symbol < alphabet; symbol++) {
    for (;;) {
      if (length < 1 || length > maxCodeBits) throw new GarbledBlock("a code of impossible length");
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return huffmanTable(lengths);
}

/** Canonical codes: in order of length, then of symbol, each the one before it plus 1. */
function huffmanTable(lengths: Uint8Array): HuffmanTable {
  const fast = new Uint16Array(1 << fastBits);
  const lastCode = new Int32Array(maxCodeBits + 1).fill(-1);
  const base = new Int32Array(maxCodeBits + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= maxCodeBits; length++) {
    base[length] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >>> length > 0) throw new GarbledBlock("more codes than fit");
      symbols[place++] = symbol;
      if (length <= fastBits) {
        const shift = fastBits - length;
        fast.fill((symbol << 5) | length, code << shift, (code + 1) << shift);
      }
      lastCode[length] = code;
      code++;
    }
    code <<= 1;
  }
  return { fast, lastCode, base, symbols };
}

/** At least 80 bits follow the last symbol of a whole file, so that looking ahead meets no end. */
function readSymbol(bits: BitReader, table: HuffmanTable): number {
  const ahead = bits.peek(maxCodeBits);
  const entry = table.fast[ahead >>> (maxCodeBits - fastBits)] as number;
  if (entry !== 0) {
    bits.skip(entry & 0x1f);
    return entry >>> 5;
  }
  for (let length = fastBits + 1; length <= maxCodeBits; length++) {
    const code = ahead >>> (maxCodeBits - length);
    if (code <= (table.lastCode[length] as number)) {
      bits.skip(length);
      return table.symbols[code - (table.base[length] as number)] as number;
    }
  }
  throw new GarbledBlock("bits that are no code");
}
