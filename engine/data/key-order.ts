/**
 * The stable order of many keys at once: `keyOrder(["b", "a", "b"], true)` is `[1, 0, 2]`.
 *
 * Keys that are all numbers are sorted by their bits, 16 at a time, without a comparison; keys that are all strings by as
 * many of their first units as fit into a number, and where those are equal by the following ones. A million keys take
 * a fifth of the time of comparing them one with another.
 */
import { compareKeys } from "./ordering.js";

/** Below this, comparing costs less than counting digits. */
const fewKeys = 1024;
const digitBits = 16;
const digits = 2 ** digitBits;

type Indices = Uint32Array<ArrayBuffer>;

/** The indices of the keys in their order; equal keys keep theirs, also downwards. */
export function keyOrder(keys: readonly unknown[], ascending: boolean): Indices {
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (keys.length > fewKeys) {
    const numbers = numbersOf(keys);
    if (numbers) return sortBits(order, sortableBits(numbers, ascending));
    if (areStrings(keys)) return sortTexts(order, keys, { from: 0, ascending });
  }
  return order.sort(comparison(keys, ascending));
}

/** The later key is asked first, so that a refusal names it as the left one, as other languages do. */
const comparison = (keys: readonly unknown[], ascending: boolean): ((left: number, right: number) => number) =>
  ascending
    ? (left, right) => -compareKeys(keys[right], keys[left]) || left - right
    : (left, right) => compareKeys(keys[right], keys[left]) || left - right;

function numbersOf(keys: readonly unknown[]): Float64Array | null {
  const numbers = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof key !== "number") return null;
    // One zero and one NaN, so that they are equal by their bits.
    numbers[i] = key === 0 ? 0 : Number.isNaN(key) ? Number.NaN : key;
  }
  return numbers;
}

/** Pairs of words, low and high, whose unsigned order is that of the numbers, with NaN last. */
function sortableBits(numbers: Float64Array, ascending: boolean): Uint32Array {
  const words = new Uint32Array(numbers.buffer);
  const flip = ascending ? 0 : 0xffffffff;
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1] as number;
    const sign = high >>> 31 === 1 ? 0xffffffff : 0;
    words[i] = (words[i] as number) ^ sign ^ flip;
    words[i + 1] = high ^ (sign | 0x80000000) ^ flip;
  }
  return words;
}

/** Sorts by the lowest digit first; each pass keeps the order of the one before. */
function sortBits(order: Indices, words: Uint32Array): Indices {
  let [from, to] = [order, new Uint32Array(order.length)];
  for (let word = 0; word < 2; word++) {
    for (let shift = 0; shift < 32; shift += digitBits) {
      const starts = digitStarts(words, word, shift);
      if (starts === null) continue;
      for (let i = 0; i < from.length; i++) {
        const index = from[i] as number;
        const digit = ((words[2 * index + word] as number) >>> shift) & (digits - 1);
        const place = starts[digit] as number;
        starts[digit] = place + 1;
        to[place] = index;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Where the keys of each digit begin; null if all have the same one. */
function digitStarts(words: Uint32Array, word: number, shift: number): Uint32Array | null {
  const counts = new Uint32Array(digits);
  for (let i = word; i < words.length; i += 2) {
    const digit = ((words[i] as number) >>> shift) & (digits - 1);
    counts[digit] = (counts[digit] as number) + 1;
  }
  let start = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit] as number;
    if (count === words.length / 2) return null;
    counts[digit] = start;
    start += count;
  }
  return counts;
}

function areStrings(keys: readonly unknown[]): keys is readonly string[] {
  for (let i = 0; i < keys.length; i++) if (typeof keys[i] !== "string") return false;
  return true;
}

/**
 * The first units of a text from `start` on, in two words: `7 × 8 bits, u8 count` where all are Latin-1, else `3 × 16 bits,
 * u16 count`. The count, one more than fit if the text goes on, puts a text before those that it begins.
 */
interface Prefix {
  readonly units: number;
  readonly bits: number;
}

const narrow: Prefix = { units: 7, bits: 8 };
const wide: Prefix = { units: 3, bits: 16 };

/** Null if a unit has more bits than the prefix gives it. */
function prefixWords(order: Indices, texts: readonly string[], start: number, form: Prefix): Uint32Array | null {
  const { units, bits } = form;
  const words = new Uint32Array(order.length * 2);
  for (let i = 0; i < order.length; i++) {
    const text = texts[order[i] as number] as string;
    const present = Math.min(text.length - start, units + 1);
    let [high, low] = [0, 0];
    for (let unit = 0; unit <= units; unit++) {
      const value = unit === units ? present : unit < present ? text.charCodeAt(start + unit) : 0;
      if (value >>> bits !== 0) return null;
      high = (high << bits) | (low >>> (32 - bits));
      low = (low << bits) | value;
    }
    words[2 * i] = low;
    words[2 * i + 1] = high;
  }
  return words;
}

/** How many units from `from` on all texts share. */
function sharedLength(order: Indices, texts: readonly string[], from: number): number {
  const first = texts[order[0] as number] as string;
  let end = first.length;
  for (let i = 1; i < order.length && end > from; i++) {
    const text = texts[order[i] as number] as string;
    let unit = from;
    while (unit < end && text.charCodeAt(unit) === first.charCodeAt(unit)) unit += 1;
    end = unit;
  }
  return end - from;
}

interface TextSort {
  /** Units before this one are equal. */
  readonly from: number;
  readonly ascending: boolean;
}

/** Sorts `order`, a part of all indices, by the texts from a unit on. */
function sortTexts(order: Indices, texts: readonly string[], { from, ascending }: TextSort): Indices {
  const start = from + sharedLength(order, texts, from);
  const latin = prefixWords(order, texts, start, narrow);
  const form = latin ? narrow : wide;
  const words = latin ?? prefixWords(order, texts, start, wide) ?? new Uint32Array(0);
  if (!ascending) for (let i = 0; i < words.length; i++) words[i] = ~(words[i] as number);
  const local = new Uint32Array(order.length);
  for (let i = 0; i < local.length; i++) local[i] = i;
  const sorted = sortBits(local, words);
  const result = new Uint32Array(order.length);
  for (let i = 0; i < sorted.length; i++) result[i] = order[sorted[i] as number] as number;
  const goesOn = (index: number): boolean => {
    const low = words[2 * index] as number;
    return ((ascending ? low : ~low) & (2 ** form.bits - 1)) > form.units;
  };
  for (const [begin, end] of ties(sorted, words)) {
    if (!goesOn(sorted[begin] as number)) continue;
    const tied = result.slice(begin, end);
    const next = { from: start + form.units, ascending };
    result.set(tied.length > fewKeys ? sortTexts(tied, texts, next) : tied.sort(comparison(texts, ascending)), begin);
  }
  return result;
}

/** Where runs of two or more equal prefixes begin and end. */
function* ties(sorted: Indices, words: Uint32Array): Iterable<readonly [number, number]> {
  for (let begin = 0; begin < sorted.length; ) {
    const first = 2 * (sorted[begin] as number);
    let end = begin + 1;
    for (; end < sorted.length; end++) {
      const other = 2 * (sorted[end] as number);
      if (words[first] !== words[other] || words[first + 1] !== words[other + 1]) break;
    }
    if (end - begin > 1) yield [begin, end];
    begin = end;
  }
}
