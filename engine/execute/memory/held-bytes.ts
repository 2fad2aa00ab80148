/**
 * What values cost while they are held: an estimate from V8's own layout of objects (64 bits, no compressed pointers),
 * made by looking at some of them. It depends on nothing but the values, so that every attempt of a task spills at the
 * same element.
 */

/** A place in a list or a field that refers to a value. */
export const slotBytes = 8;
const arrayBytes = 48;
const objectBytes = 24;
const mapEntryBytes = 40;
const binaryBytes = 160;
const otherBytes = 96;

/** Strings of this length that were cut out of others refer to them: 32 bytes beside the text. */
const slicedLength = 13;
/** Of longer lists this many members are looked at. */
const membersSeen = 16;
const maxDepth = 12;

const isInt32 = (value: number): boolean => (value | 0) === value;

function stringBytes(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin-1
  const width = /[^\u0000-\u00ff]/.test(text) ? 2 : 1;
  const header = text.length < slicedLength ? 16 : 32;
  return header + ((text.length * width + 7) & ~7);
}

/** What a value takes beside the slot that refers to it. */
export function bytesOf(value: unknown, depth = 0): number {
  switch (typeof value) {
    case "number":
      return isInt32(value) ? 0 : 16;
    case "string":
      return stringBytes(value);
    case "bigint":
      return 32;
    case "object":
      return value === null || depth > maxDepth ? 0 : containerBytes(value, depth + 1);
    default:
      return 0;
  }
}

function containerBytes(value: object, depth: number): number {
  if (Array.isArray(value)) return arrayBytes + value.length * slotBytes + listBytes(value, depth);
  if (ArrayBuffer.isView(value)) return binaryBytes + value.byteLength;
  if (value instanceof Map) {
    const members = listBytes([...value.keys()], depth) + listBytes([...value.values()], depth);
    return otherBytes + value.size * mapEntryBytes + members;
  }
  if (value instanceof Set) return otherBytes + value.size * mapEntryBytes + listBytes([...value], depth);
  const values = Object.values(value);
  if (values.length === 0) return otherBytes;
  return objectBytes + values.length * slotBytes + listBytes(values, depth);
}

function listBytes(values: readonly unknown[], depth: number): number {
  const stride = Math.max(1, Math.floor(values.length / membersSeen));
  let bytes = 0;
  let seen = 0;
  for (let i = 0; i < values.length; i += stride) {
    bytes += bytesOf(values[i], depth);
    seen += 1;
  }
  return seen === 0 ? 0 : (bytes / seen) * values.length;
}

/** Texts of this length are worth a look each. */
const longText = 256;
const firstSeen = 64;
const seenMask = 15;

/** Estimates values one by one: the first of them and every sixteenth are looked at, others count as their average. */
export class HeldBytes {
  #count = 0;
  #seen = 0;
  #sum = 0;

  of(value: unknown): number {
    this.#count += 1;
    if (typeof value === "string" && value.length > longText) return stringBytes(value);
    if (this.#count > firstSeen && (this.#count & seenMask) !== 0) return this.#sum / this.#seen;
    const bytes = bytesOf(value);
    this.#seen += 1;
    this.#sum += bytes;
    return bytes;
  }
}
