/**
 * TypeScript's own batch format: `u8 shape, u32 count`, and what the shape says. A batch finds its own shape, since a
 * typed array or one block of text is moved 20 times faster than a list of values:
 *
 *   0 anything   v8.serialize(array)
 *   1 numbers    Float64Array
 *   2 strings    u32 length of each in UTF-16 units, then the units of all: Latin-1 (2) or UTF-16 (3)
 *   4 pairs      u32 length of the keys' batch, the keys' batch, the values' batch
 *   5 anything, values of the engine's own classes among it: v8.serialize([array, notes])
 *   6 numbers    Int32Array, where all are whole numbers of 32 bits
 *   7 lists of numbers or of strings: u32 length of each list, then the batch of all their members
 *
 * For example `[["a", 1], ["b", 2]]` is `4, 2, 15, (2, 2, [1, 1], "ab"), (6, 2, [1, 2])`.
 */
import { deserialize, serialize } from "node:v8";
import { EngineError } from "../errors.js";
import type { Batch, BatchSlice } from "./batch.js";
import { Column } from "./column.js";
import { type Noted, notedIn, restore } from "./own-classes.js";
import { Tuple } from "./portable.js";

const shape = { any: 0, numbers: 1, latin1: 2, utf16: 3, pairs: 4, noted: 5, integers: 6, lists: 7 } as const;

const headerBytes = 5;

/** Bytes that will stand one after the other: copied once, when all are there. */
type Parts = readonly Uint8Array[];

function partsOf(kind: number, count: number, ...parts: Parts): Parts {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(kind, 0);
  header.writeUInt32LE(count, 1);
  return [header, ...parts];
}

const lengthOf = (parts: Parts): number => parts.reduce((sum, part) => sum + part.length, 0);

const viewBytes = (view: Float64Array | Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** A copy of part of `bytes`, aligned for a typed array. */
const aligned = (bytes: Uint8Array, from: number, length: number): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + length) as ArrayBuffer;

/** Null if one of the values is no number. */
function numbersOf(values: ArrayLike<unknown>): Float64Array | null {
  if (values instanceof Float64Array) return values;
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number") return null;
    numbers[i] = value;
  }
  return numbers;
}

/** Null if one of the numbers is no whole number of 32 bits; −0 is none. */
function integersOf(numbers: Float64Array): Int32Array | null {
  const integers = new Int32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    const integer = number | 0;
    if (integer !== number || (integer === 0 && 1 / number < 0)) return null;
    integers[i] = integer;
  }
  return integers;
}

function encodeNumbers(values: ArrayLike<unknown>): Parts | null {
  const numbers = numbersOf(values);
  if (numbers === null) return null;
  const integers = integersOf(numbers);
  return integers
    ? partsOf(shape.integers, values.length, viewBytes(integers))
    : partsOf(shape.numbers, values.length, viewBytes(numbers));
}

/** Null if one of the values is no string. */
function encodeStrings(strings: readonly unknown[]): Parts | null {
  const lengths = new Uint32Array(strings.length);
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i];
    if (typeof text !== "string") return null;
    lengths[i] = text.length;
  }
  const joined = strings.join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin-1
  const narrow = !/[^\u0000-\u00ff]/.test(joined);
  return partsOf(
    narrow ? shape.latin1 : shape.utf16,
    strings.length,
    viewBytes(lengths),
    Buffer.from(joined, narrow ? "latin1" : "utf16le"),
  );
}

/**
 * Units decoded at once. V8's strings of 13 units and more are views of the run that they were cut from and keep it alive,
 * so that one of them kept by a program costs this much memory and not the whole batch.
 */
const runUnits = 32 * 1024;

function decodeStrings(bytes: Buffer, count: number, encoding: "latin1" | "utf16le"): string[] {
  const lengths = new Uint32Array(aligned(bytes, headerBytes, count * 4));
  const width = encoding === "latin1" ? 1 : 2;
  const strings = new Array<string>(count);
  let position = headerBytes + count * 4;
  for (let i = 0; i < count; ) {
    let [end, units] = [i, 0];
    do units += lengths[end++] as number;
    while (end < count && units < runUnits);
    const run = bytes.toString(encoding, position, position + units * width);
    position += units * width;
    for (let offset = 0; i < end; i++) {
      const next = offset + (lengths[i] as number);
      strings[i] = run.substring(offset, next);
      offset = next;
    }
  }
  return strings;
}

/** By a loop: `Array.from` asks an iterator, which takes five times as long. */
function listOf(values: Float64Array | Int32Array): unknown[] {
  const numbers = new Array<unknown>(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i];
  return numbers;
}

/** Null if one of the values is no pair. */
function encodePairs(pairs: readonly unknown[], depth: number): Parts | null {
  const keys = new Array<unknown>(pairs.length);
  const values = new Array<unknown>(pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i];
    if (!isPair(pair)) return null;
    keys[i] = pair[0];
    values[i] = pair[1];
  }
  return pairParts(encodeShape(keys, depth + 1), encodeShape(values, depth + 1), pairs.length);
}

const pairParts = (keys: Parts, values: Parts, count: number): Parts =>
  partsOf(shape.pairs, count, viewBytes(Uint32Array.of(lengthOf(keys))), ...keys, ...values);

/** The batches of the keys and of the values of pairs. */
function splitPairs(bytes: Buffer): readonly [Buffer, Buffer] {
  const start = headerBytes + 4;
  const end = start + bytes.readUInt32LE(headerBytes);
  return [bytes.subarray(start, end), bytes.subarray(end)];
}

function decodePairs(bytes: Buffer): unknown[] {
  const [keyBytes, valueBytes] = splitPairs(bytes);
  const keys = decodeShape(keyBytes);
  const values = decodeShape(valueBytes);
  // In place: the keys' array becomes the pairs'.
  for (let i = 0; i < keys.length; i++) keys[i] = [keys[i], values[i]];
  return keys;
}

/** Null if one of the values is no list, or a member neither a number nor a string like the others. */
function encodeLists(lists: readonly unknown[]): Parts | null {
  const lengths = new Uint32Array(lists.length);
  const members = new Column();
  for (let i = 0; i < lists.length; i++) {
    const list = lists[i];
    if (!Array.isArray(list) || list instanceof Tuple) return null;
    lengths[i] = list.length;
    for (let j = 0; j < list.length; j++) members.push(list[j]);
  }
  const all = members.values();
  const encoded = all instanceof Float64Array ? encodeNumbers(all) : encodeStrings(all);
  return encoded && partsOf(shape.lists, lists.length, viewBytes(lengths), ...encoded);
}

function decodeLists(bytes: Buffer, count: number): unknown[] {
  const lengths = new Uint32Array(aligned(bytes, headerBytes, count * 4));
  const members = decodeShape(bytes.subarray(headerBytes + count * 4));
  const lists = new Array<unknown>(count);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const start = end;
    end += lengths[i] as number;
    lists[i] = members.slice(start, end);
  }
  return lists;
}

/** Two values in a plain array; a tuple is more than that. */
export const isPair = (value: unknown): value is readonly [unknown, unknown] =>
  Array.isArray(value) && value.length === 2 && !(value instanceof Tuple);

/** Pairs within pairs have columns of their own down to this depth. */
const deepestPairs = 8;

function encodeShape(elements: readonly unknown[], depth = 0): Parts {
  return encodeTyped(elements, depth) ?? encodeAny(elements);
}

function encodeAny(elements: readonly unknown[]): Parts {
  const notes = notedIn(elements);
  if (notes.length === 0) return partsOf(shape.any, elements.length, serialized(elements));
  return partsOf(shape.noted, elements.length, serialized([elements, notes]));
}

function encodeTyped(elements: readonly unknown[], depth: number): Parts | null {
  const [first] = elements;
  if (typeof first === "number") return encodeNumbers(elements);
  if (typeof first === "string") return encodeStrings(elements);
  if (!Array.isArray(first)) return null;
  return (isPair(first) && depth < deepestPairs ? encodePairs(elements, depth) : null) ?? encodeLists(elements);
}

function serialized(value: unknown): Buffer {
  try {
    return serialize(value);
  } catch (error) {
    const type = error instanceof Error ? error.message : String(error);
    throw new EngineError("VALUE_NOT_PORTABLE", { type }, { cause: error });
  }
}

function decodeShape(bytes: Buffer): unknown[] {
  const count = bytes.readUInt32LE(1);
  switch (bytes[0]) {
    case shape.numbers:
    case shape.integers:
      return listOf(numbersIn(bytes));
    case shape.latin1:
      return decodeStrings(bytes, count, "latin1");
    case shape.utf16:
      return decodeStrings(bytes, count, "utf16le");
    case shape.pairs:
      return decodePairs(bytes);
    case shape.lists:
      return decodeLists(bytes, count);
    case shape.noted: {
      const [elements, notes] = deserialize(bytes.subarray(headerBytes)) as [unknown[], Noted[]];
      restore(notes);
      return elements;
    }
    default:
      return deserialize(bytes.subarray(headerBytes)) as unknown[];
  }
}

/** The block of a batch of numbers. */
function numbersIn(bytes: Buffer): Float64Array | Int32Array {
  const count = bytes.readUInt32LE(1);
  return bytes[0] === shape.integers
    ? new Int32Array(aligned(bytes, headerBytes, count * 4))
    : new Float64Array(aligned(bytes, headerBytes, count * 8));
}

const batchOf = (count: number, parts: Parts): Batch => ({ format: "v8", count, bytes: Buffer.concat(parts) });

/** One batch of these elements. */
export const encodeElements = (elements: readonly unknown[]): Batch => batchOf(elements.length, encodeShape(elements));

/** One batch of these numbers. */
export const encodeNumberBlock = (numbers: Float64Array): Batch =>
  batchOf(numbers.length, encodeNumbers(numbers) as Parts);

/** One batch of pairs, from a column of their keys and one of their values. */
export const encodePairColumns = (keys: Column, values: Column): Batch =>
  batchOf(keys.length, pairParts(encodeColumn(keys), encodeColumn(values), keys.length));

function encodeColumn(column: Column): Parts {
  const values = column.values();
  return values instanceof Float64Array ? (encodeNumbers(values) as Parts) : encodeShape(values, 1);
}

const bufferOf = ({ bytes }: Batch): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The elements of (a part of) a `v8` batch. */
export function decodeElements({ batch, from, to }: BatchSlice): unknown[] {
  const elements = decodeShape(bufferOf(batch));
  return from === 0 && to >= elements.length ? elements : elements.slice(from, to);
}

export interface PairColumns {
  readonly keys: ArrayLike<unknown>;
  readonly values: ArrayLike<unknown>;
}

/** The keys and the values of a whole `v8` batch; null if it does not hold them apart. */
export function decodePairColumns({ batch, from, to }: BatchSlice): PairColumns | null {
  const bytes = bufferOf(batch);
  if (bytes[0] !== shape.pairs || from > 0 || to < batch.count) return null;
  const [keys, values] = splitPairs(bytes);
  return { keys: decodeColumn(keys), values: decodeColumn(values) };
}

const decodeColumn = (bytes: Buffer): ArrayLike<unknown> =>
  bytes[0] === shape.numbers || bytes[0] === shape.integers ? numbersIn(bytes) : decodeShape(bytes);
