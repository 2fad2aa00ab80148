/**
 * TypeScript's own batch format: `u8 shape, u32 count`, and what the shape says. A batch finds its own shape, since a
 * typed array or one block of text is moved 20 times faster than a list of values:
 *
 *   0 anything   v8.serialize(array)
 *   1 numbers    Float64Array
 *   2 strings    u32 length of each in UTF-16 units, then the units of all: Latin-1 (2) or UTF-16 (3)
 *   4 pairs      u32 length of the keys' batch, the keys' batch, the values' batch
 *
 * For example `[["a", 1], ["b", 2]]` is `4, 2, 15, (2, 2, [1, 1], "ab"), (1, 2, [1.0, 2.0])`.
 */
import { deserialize, serialize } from "node:v8";
import { EngineError } from "../errors.js";
import type { Batch, BatchSlice } from "./batch.js";

const shape = { any: 0, numbers: 1, latin1: 2, utf16: 3, pairs: 4 } as const;

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

function encodeStrings(strings: readonly string[]): Buffer {
  const lengths = Uint32Array.from(strings, (text) => text.length);
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

function decodeStrings(bytes: Buffer, count: number, encoding: "latin1" | "utf16le"): string[] {
  const lengths = new Uint32Array(aligned(bytes, headerBytes, count * 4));
  const joined = bytes.toString(encoding, headerBytes + count * 4);
  const strings = new Array<string>(count);
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const end = offset + (lengths[i] ?? 0);
    strings[i] = joined.substring(offset, end);
    offset = end;
  }
  return strings;
}

function encodePairs(pairs: readonly (readonly [unknown, unknown])[]): Buffer {
  const keys = encodeShape(pairs.map((pair) => pair[0]));
  const length = Uint32Array.of(keys.length);
  return bytesOf(shape.pairs, pairs.length, viewBytes(length), keys, encodeShape(pairs.map((pair) => pair[1])));
}

function decodePairs(bytes: Buffer): unknown[] {
  const start = headerBytes + 4;
  const end = start + bytes.readUInt32LE(headerBytes);
  const keys = decodeShape(bytes.subarray(start, end));
  const values = decodeShape(bytes.subarray(end));
  return keys.map((key, i) => [key, values[i]]);
}

const isPair = (value: unknown): value is readonly [unknown, unknown] => Array.isArray(value) && value.length === 2;

function encodeShape(elements: readonly unknown[]): Buffer {
  const [first] = elements;
  if (typeof first === "number" && elements.every((value) => typeof value === "number")) {
    return bytesOf(shape.numbers, elements.length, viewBytes(Float64Array.from(elements as readonly number[])));
  }
  if (typeof first === "string" && elements.every((value) => typeof value === "string")) {
    return encodeStrings(elements as readonly string[]);
  }
  if (isPair(first) && elements.every(isPair)) return encodePairs(elements);
  return bytesOf(shape.any, elements.length, serializeAny(elements));
}

function serializeAny(elements: readonly unknown[]): Buffer {
  try {
    return serialize(elements);
  } catch (error) {
    const type = error instanceof Error ? error.message : String(error);
    throw new EngineError("VALUE_NOT_PORTABLE", { type }, { cause: error });
  }
}

function decodeShape(bytes: Buffer): unknown[] {
  const count = bytes.readUInt32LE(1);
  switch (bytes[0]) {
    case shape.numbers:
      return Array.from(new Float64Array(aligned(bytes, headerBytes, count * 8)));
    case shape.latin1:
      return decodeStrings(bytes, count, "latin1");
    case shape.utf16:
      return decodeStrings(bytes, count, "utf16le");
    case shape.pairs:
      return decodePairs(bytes);
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
