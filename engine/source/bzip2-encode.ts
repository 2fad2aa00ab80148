/** The inside of a bzip2 block: see `bzip2-block.ts`, which decodes it. */
import type { BitWriter } from "./bit-writer.js";
import { suffixArray } from "./suffix-array.js";

const groupSymbols = 50;
/** Longer codes are allowed, and not worth it. */
const maxCodeBits = 17;
/** How often tables and the choice among them are fitted to each other. */
const fittings = 4;

/** Writes a block's contents, from the place of its start on. At least one byte. */
export function writeBlockContents(bits: BitWriter, block: Uint8Array): void {
  const { last, first } = sortRotations(block);
  const used = usedBytes(block);
  const symbols = toSymbols(last, used);
  bits.put(24, first);
  writeUsedBytes(bits, used);
  writeSymbols(bits, symbols, used.length + 2);
}

interface Sorted {
  /** The last bytes of the sorted rotations. */
  readonly last: Uint8Array;
  /** The place of the block itself among them. */
  readonly first: number;
}

/**
 * Burrows's and Wheeler's transform. The rotations of a block and those of its smallest rotation are the same; and of
 * that one, suffixes are in the order of the rotations that begin with them.
 */
function sortRotations(block: Uint8Array): Sorted {
  const shift = smallestRotation(block);
  const length = block.length;
  const turned = new Uint8Array(length);
  turned.set(block.subarray(shift));
  turned.set(block.subarray(0, shift), length - shift);
  const order = suffixArray(turned, 256);
  const start = (length - shift) % length;
  const last = new Uint8Array(length);
  let first = 0;
  for (let i = 0; i < length; i++) {
    const at = order[i] as number;
    if (at === start) first = i;
    last[i] = turned[at === 0 ? length - 1 : at - 1] as number;
  }
  return { last, first };
}

/** Where the smallest rotation begins: two candidates, of which the greater one jumps over all that cannot be smaller. */
function smallestRotation(block: Uint8Array): number {
  const length = block.length;
  let [left, right, equal] = [0, 1, 0];
  while (left < length && right < length && equal < length) {
    const a = block[(left + equal) % length] as number;
    const b = block[(right + equal) % length] as number;
    if (a === b) {
      equal++;
      continue;
    }
    if (a > b) left += equal + 1;
    else right += equal + 1;
    if (left === right) right++;
    equal = 0;
  }
  return Math.min(left, right);
}

function usedBytes(block: Uint8Array): number[] {
  const isUsed = new Uint8Array(256);
  for (let i = 0; i < block.length; i++) isUsed[block[i] as number] = 1;
  return [...isUsed.keys()].filter((byte) => isUsed[byte] === 1);
}

function writeUsedBytes(bits: BitWriter, used: readonly number[]): void {
  const ranges = new Uint16Array(16);
  for (const byte of used) ranges[byte >> 4] = (ranges[byte >> 4] as number) | (0x8000 >> (byte & 15));
  bits.put(
    16,
    ranges.reduce((map, range, i) => map | (range === 0 ? 0 : 0x8000 >> i), 0),
  );
  for (const range of ranges) if (range !== 0) bits.put(16, range);
}

/**
 * Places in a list that moves to its front, plus 1; runs of place 0 as numbers with the digits 1 (symbol 0) and
 * 2 (symbol 1), the lowest first; the end.
 */
function toSymbols(last: Uint8Array, used: readonly number[]): Uint16Array {
  const symbols = new Uint16Array(last.length + 1);
  const front = Uint8Array.from(used);
  let count = 0;
  let run = 0;
  const endRun = (): void => {
    for (; run > 0; run = (run - 1) >> 1) symbols[count++] = (run - 1) & 1;
  };
  for (let i = 0; i < last.length; i++) {
    const byte = last[i] as number;
    if (byte === front[0]) {
      run++;
      continue;
    }
    endRun();
    let at = 1;
    while (front[at] !== byte) at++;
    front.copyWithin(1, 0, at);
    front[0] = byte;
    symbols[count++] = at + 1;
  }
  endRun();
  symbols[count++] = used.length + 1;
  return symbols.subarray(0, count);
}

function tableCount(symbols: number): number {
  if (symbols < 200) return 2;
  if (symbols < 600) return 3;
  if (symbols < 1200) return 4;
  return symbols < 2400 ? 5 : 6;
}

function writeSymbols(bits: BitWriter, symbols: Uint16Array, alphabet: number): void {
  const tables = firstTables(symbols, alphabet, tableCount(symbols.length));
  const selectors = new Uint8Array(Math.ceil(symbols.length / groupSymbols));
  for (let fitting = 0; fitting < fittings; fitting++) fitTables(symbols, tables, selectors, alphabet);
  bits.put(3, tables.length);
  bits.put(15, selectors.length);
  writeSelectors(bits, selectors, tables.length);
  for (const lengths of tables) writeLengths(bits, lengths);
  const codes = tables.map(codesOf);
  for (let i = 0; i < symbols.length; i++) {
    const table = selectors[Math.floor(i / groupSymbols)] as number;
    const symbol = symbols[i] as number;
    bits.put((tables[table] as Uint8Array)[symbol] as number, (codes[table] as Int32Array)[symbol] as number);
  }
}

/** Code lengths to begin with: each table is for a range of symbols that are about as many as those of the others. */
function firstTables(symbols: Uint16Array, alphabet: number, count: number): Uint8Array[] {
  const counts = new Uint32Array(alphabet);
  for (let i = 0; i < symbols.length; i++) counts[symbols[i] as number] = (counts[symbols[i] as number] as number) + 1;
  let left = symbols.length;
  let from = 0;
  return Array.from({ length: count }, (_, table) => {
    const share = left / (count - table);
    let [sum, to] = [0, from];
    while (to < alphabet && (sum < share || to === from)) sum += counts[to++] as number;
    left -= sum;
    const lengths = new Uint8Array(alphabet).fill(15);
    lengths.fill(1, from, to);
    from = to;
    return lengths;
  });
}

/** Gives each group the table that codes it shortest, then each table the best lengths for its groups. */
function fitTables(symbols: Uint16Array, tables: Uint8Array[], selectors: Uint8Array, alphabet: number): void {
  const counts = tables.map(() => new Uint32Array(alphabet));
  for (let group = 0; group < selectors.length; group++) {
    const members = symbols.subarray(group * groupSymbols, (group + 1) * groupSymbols);
    let [best, bestBits] = [0, Number.POSITIVE_INFINITY];
    for (const [table, lengths] of tables.entries()) {
      let sum = 0;
      for (let i = 0; i < members.length; i++) sum += lengths[members[i] as number] as number;
      if (sum < bestBits) [best, bestBits] = [table, sum];
    }
    selectors[group] = best;
    const own = counts[best] as Uint32Array;
    for (let i = 0; i < members.length; i++) own[members[i] as number] = (own[members[i] as number] as number) + 1;
  }
  for (const [table, own] of counts.entries()) tables[table] = codeLengths(own);
}

/** Huffman's code lengths; every symbol has one. Too long ones are made shorter by evening out the counts. */
function codeLengths(counts: Uint32Array): Uint8Array {
  for (
    let weights = counts.map((count) => Math.max(1, count));
    ;
    weights = weights.map((weight) => (weight >> 1) + 1)
  ) {
    const lengths = huffmanLengths(weights);
    if (lengths.every((length) => length <= maxCodeBits)) return lengths;
  }
}

/** The two lightest nodes become one, until one is left: leaves and inner nodes are two queues in order of weight. */
function huffmanLengths(weights: Uint32Array): Uint8Array {
  const leaves = [...weights.keys()].sort((a, b) => (weights[a] as number) - (weights[b] as number));
  const count = leaves.length;
  const parents = new Int32Array(2 * count - 1);
  const sums = new Float64Array(count - 1);
  let [leaf, inner, made] = [0, 0, 0];
  const lightest = (parent: number): number => {
    const isLeaf =
      leaf < count && (inner === made || (weights[leaves[leaf] as number] as number) <= (sums[inner] as number));
    const node = isLeaf ? (leaves[leaf++] as number) : count + inner++;
    parents[node] = parent;
    return isLeaf ? (weights[node] as number) : (sums[node - count] as number);
  };
  for (; made < count - 1; made++) sums[made] = lightest(count + made) + lightest(count + made);
  const depths = new Uint8Array(2 * count - 1);
  for (let node = 2 * count - 3; node >= 0; node--) depths[node] = (depths[parents[node] as number] as number) + 1;
  // Inner nodes have later numbers than their children, so that each parent's depth is known first.
  return depths.subarray(0, count);
}

/** Canonical codes, as `bzip2-block.ts` reads them. */
function codesOf(lengths: Uint8Array): Int32Array {
  const codes = new Int32Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= maxCodeBits; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) codes[symbol] = code++;
  }
  return codes;
}

function writeSelectors(bits: BitWriter, selectors: Uint8Array, tables: number): void {
  const front = Uint8Array.from({ length: tables }, (_, table) => table);
  for (const table of selectors) {
    const at = front.indexOf(table);
    for (let i = 0; i < at; i++) bits.put(1, 1);
    bits.put(1, 0);
    front.copyWithin(1, 0, at);
    front[0] = table;
  }
}

function writeLengths(bits: BitWriter, lengths: Uint8Array): void {
  let last = lengths[0] as number;
  bits.put(5, last);
  for (const length of lengths) {
    for (; last < length; last++) bits.put(2, 0b10);
    for (; last > length; last--) bits.put(2, 0b11);
    bits.put(1, 0);
  }
}
