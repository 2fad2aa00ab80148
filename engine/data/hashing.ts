/**
 * The portable hash of keys: MurmurHash3 (x86, 32 bit, seed 42) over a canonical form, so that equal keys meet in one
 * partition whatever language made them. Canonical: integral numbers of 64 bits, bigints and booleans as integers, other
 * numbers as doubles with one NaN, strings as UTF-8, arrays element by element.
 */
import { EngineError } from "../errors.js";

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

function mix(hash: number, block: number): number {
  const k = Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ k, 13), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, lengthBytes: number): number {
  let h = hash ^ lengthBytes;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const hashLong = (value: bigint, seed: number): number =>
  finish(mix(mix(seed, Number(BigInt.asIntN(32, value))), Number(BigInt.asIntN(32, value >> 32n))), 8);

const word = new DataView(new ArrayBuffer(8));

function hashNumber(value: number, seed: number): number {
  if (Number.isInteger(value)) {
    if (Math.abs(value) < 2 ** 53) return finish(mix(mix(seed, value | 0), Math.floor(value / 2 ** 32) | 0), 8);
    if (Math.abs(value) < 2 ** 63) return hashLong(BigInt(value), seed);
  }
  word.setFloat64(0, value, true);
  return finish(mix(mix(seed, word.getInt32(0, true)), word.getInt32(4, true)), 8);
}

/** MurmurHash3 of bytes, x86 variant of 32 bits. */
export function murmurHash3(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    hash = mix(
      hash,
      (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24),
    );
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | (bytes[i] as number);
  if (bytes.length > whole) hash ^= Math.imul(rotate(Math.imul(tail, 0xcc9e2d51), 15), 0x1b873593);
  return finish(hash, bytes.length);
}

/** Strings of ASCII are hashed unit by unit, without making their bytes. */
function hashString(text: string, seed: number): number {
  let hash = seed;
  const length = text.length;
  const whole = length & ~3;
  let seen = 0;
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, d] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2), text.charCodeAt(i + 3)];
    seen |= a | b | c | d;
    hash = mix(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) {
    const unit = text.charCodeAt(i);
    seen |= unit;
    tail = (tail << 8) | unit;
  }
  if (seen > 127) return murmurHash3(Buffer.from(text, "utf8"), seed);
  if (length > whole) hash ^= Math.imul(rotate(Math.imul(tail, 0xcc9e2d51), 15), 0x1b873593);
  return finish(hash, length);
}

/** A signed 32-bit hash; keys that no other language knows are `KEY_NOT_PORTABLE`. */
export function portableHash(key: unknown, seed = 42): number {
  switch (typeof key) {
    case "string":
      return hashString(key, seed);
    case "number":
      return hashNumber(key, seed);
    case "bigint":
      return hashLong(key, seed);
    case "boolean":
      return hashNumber(Number(key), seed);
    default:
      if (key === null || key === undefined) return seed;
      if (key instanceof Date) return hashNumber(key.getTime() * 1000, seed);
      if (Array.isArray(key)) return key.reduce<number>((hash, part) => portableHash(part, hash), seed);
      throw new EngineError("KEY_NOT_PORTABLE", { type: key.constructor?.name ?? typeof key });
  }
}

/** The partition of a key among `partitions`. */
export function partitionOf(key: unknown, partitions: number): number {
  const rest = portableHash(key) % partitions;
  return rest < 0 ? rest + partitions : rest;
}

/**
 * What stands for a key in a `Map`: primitives for themselves, arrays and dates by a text of their canonical form.
 * Numbers and strings never meet: texts of arrays begin with a NUL.
 */
export function mapKey(key: unknown): unknown {
  if (typeof key !== "object" || key === null) return key;
  return `\u0000${canonicalText(key)}`;
}

function canonicalText(key: unknown): string {
  if (typeof key === "string") return `s${key.length}:${key}`;
  if (Array.isArray(key)) return `[${key.map(canonicalText).join(",")}]`;
  if (key instanceof Date) return `d${key.getTime()}`;
  if (key === null || key === undefined) return "n";
  if (typeof key === "object") throw new EngineError("KEY_NOT_HASHABLE", { type: key.constructor?.name ?? "object" });
  return `${Object.is(key, -0) ? 0 : String(key)}`;
}
