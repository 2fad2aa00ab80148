/**
 * TypeScript's own batch format: `u8 shape, u32 count`, and what the shape says. A batch finds its own shape, since a
 * typed array or one block of text is moved 20 times faster than a list of values:
 *
 *   0 anything   v8.serialize(array)
 *   1 numbers    Float64Array
 *   2 strings    u32 length of each in UTF-16 units, then the units of all: Latin-1 (2) or UTF-16 (3)
 *   4 pairs      u32 length of the keys' batch, the keys' batch, the values' batch
 *   5 anything, values of the engine's own classes among it: v8.serialize([array, notes])
 *
 * For example `[["a", 1], ["b", 2]]` is `4, 2, 15, (2, 2, [1, 1], "ab"), (1, 2, [1.0, 2.0])`.
 */
import { deserialize, serialize } from "node:v8";
import { EngineError } from "../errors.js";
import type { Batch, BatchSlice } from "./batch.js";
import { type Noted, notedIn, restore } from "./own-classes.js";
import { Tuple } from "./portable.js";

const shape = { any: 0, numbers: 1, latin1: 2, utf16: 3, pairs: 4, noted: 5 } as const;

const headerBytes = 5;

function bytesOf(kind: number, count: number, ...parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(kind, 0);
  header.writeUInt32LE(count, 1);
  return Buffer.concat([header, ...parts]);
}

const viewBytes = (view: Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** A copy of part of `bytes`, aligned for a typed array. */
const aligned = (bytes: Uint8Array, from: number, length: number): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + length) as ArrayBuffer;

/** Null if one of the values is no number. */
function encodeNumbers(values: readonly unknown[]): Buffer | null {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number") return null;
    numbers[i] = value;
  }
  return bytesOf(shape.numbers, values.length, viewBytes(numbers));
}

/** Null if one of the values is no string. */
function encodeStrings(strings: readonly unknown[]): Buffer | null {
  const lengths = new Uint32Array(strings.length);
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i];
    if (typeof text !== "string") return null;
    lengths[i] = text.length;
  }
  const joined = strings.join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin-1
  const narrow = !/[^\u0000-\u00ff]/.test(joined);
  return bytesOf(
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
function decodeNumbers(values: Float64Array): unknown[] {
  const numbers = new Array<unknown>(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i];
  return numbers;
}

/** Null if one of the values is no pair. */
function encodePairs(pairs: readonly unknown[], depth: number): Buffer | null {
  const keys = new Array<unknown>(pairs.length);
  const values = new Array<unknown>(pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i];
    if (!isPair(pair)) return null;
    keys[i] = pair[0];
    values[i] = pair[1];
  }
  const keyBytes = encodeShape(keys, depth + 1);
  return bytesOf(
    shape.pairs,
    pairs.length,
    viewBytes(Uint32Array.of(keyBytes.length)),
    keyBytes,
    encodeShape(values, depth + 1),
  );
}

function decodePairs(bytes: Buffer): unknown[] {
  const start = headerBytes + 4;
  const end = start + bytes.readUInt32LE(headerBytes);
  const keys = decodeShape(bytes.subarray(start, end));
  const values = decodeShape(bytes.subarray(end));
  // In place: the keys' array becomes the pairs'.
  for (let i = 0; i < keys.length; i++) keys[i] = [keys[i], values[i]];
  return keys;
}

/** Two values in a plain array; a tuple is more than that. */
const isPair = (value: unknown): value is readonly [unknown, unknown] =>
  Array.isArray(value) && value.length === 2 && !(value instanceof Tuple);

/** Pairs within pairs have columns of their own down to this depth. */
const deepestPairs = 8;

function encodeShape(elements: readonly unknown[], depth = 0): Buffer {
  return encodeTyped(elements, depth) ?? encodeAny(elements);
}

function encodeAny(elements: readonly unknown[]): Buffer {
  const notes = notedIn(elements);
  if (notes.length === 0) return bytesOf(shape.any, elements.length, serialized(elements));
  return bytesOf(shape.noted, elements.length, serialized([elements, notes]));
}

function encodeTyped(elements: readonly unknown[], depth: number): Buffer | null {
  const [first] = elements;
  if (typeof first === "number") return encodeNumbers(elements);
  if (typeof first === "string") return encodeStrings(elements);
  return isPair(first) && depth < deepestPairs ? encodePairs(elements, depth) : null;
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
      return decodeNumbers(new Float64Array(aligned(bytes, headerBytes, count * 8)));
    case shape.latin1:
      return decodeStrings(bytes, count, "latin1");
    case shape.utf16:
      return decodeStrings(bytes, count, "utf16le");
    case shape.pairs:
      return decodePairs(bytes);
    case shape.noted: {
      const [elements, notes] = deserialize(bytes.subarray(headerBytes)) as [unknown[], Noted[]];
      restore(notes);
      return elements;
    }
    default:
      return deserialize(bytes.subarray(headerBytes)) as unknown[];
  }
}

/** One batch of these elements. */
export const encodeElements = (elements: readonly unknown[]): Batch => ({
  format: "v8",
  count: elements.length,
  bytes: encodeShape(elements),
});

/** The elements of (a part of) a `v8` batch. */
export function decodeElements({ batch, from, to }: BatchSlice): unknown[] {
  const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
  const elements = decodeShape(bytes);
  return from === 0 && to >= elements.length ? elements : elements.slice(from, to);
}
