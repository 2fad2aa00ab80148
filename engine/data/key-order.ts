/**
 * The stable order of many keys at once: `keyOrder(["b", "a", "b"], true)` is `[1, 0, 2]`.
 *
 * Keys that are all numbers are sorted by their bits, 11 at a time, without a comparison; keys that are all strings by as
 * many of their first units as fit into a number, and where those are equal by the following ones. A million keys take
 * a fifth of the time of comparing them one with another.
 */
import { compareKeys } from "./ordering.js";

/** Below this, comparing costs less than counting digits. */
const fewKeys = 1024;
const digitBits = 11;
const digits = 2 ** digitBits;

type Indices = Uint32Array<ArrayBuffer>;
type WordList = Indices;

/** The indices of the keys in their order; equal keys keep theirs, also downwards. */
export function keyOrder(keys: ArrayLike<unknown>, ascending: boolean): Indices {
  if (keys.length > fewKeys) {
    const words = integerWords(keys) ?? numberWords(keys);
    if (words) return sortWords(ascending ? words : inverted(words));
    if (areStrings(keys)) return sortTexts(indices(keys.length), keys, { from: 0, ascending });
  }
  return indices(keys.length).sort(comparison(keys, ascending));
}

function indices(count: number): Indices {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}

/** The later key is asked first, so that a refusal names it as the left one, as other languages do. */
const comparison = (keys: ArrayLike<unknown>, ascending: boolean): ((left: number, right: number) => number) =>
  ascending
    ? (left, right) => -compareKeys(keys[right], keys[left]) || left - right
    : (left, right) => compareKeys(keys[right], keys[left]) || left - right;

/** Unsigned numbers of 64 bits, or of 32, whose order is that of the keys. */
interface Words {
  /** Null: there are 32 bits. */
  readonly low: WordList | null;
  readonly high: WordList;
}

/** Null if a key is no whole number of 32 bits. */
function integerWords(keys: ArrayLike<unknown>): Words | null {
  const high = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof key !== "number" || (key | 0) !== key) return null;
    high[i] = key ^ 0x80000000;
  }
  return { low: null, high };
}

/** Null if a key is no number. */
function numberWords(keys: ArrayLike<unknown>): Words | null {
  const numbers = new Float64Array(1);
  const halves = new Uint32Array(numbers.buffer);
  const low = new Uint32Array(keys.length);
  const high = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof key !== "number") return null;
    // One zero and one NaN, so that they are equal by their bits; negative numbers are ordered from the other end.
    numbers[0] = key === 0 ? 0 : Number.isNaN(key) ? Number.NaN : key;
    const top = halves[1] as number;
    const sign = top >>> 31 === 1 ? 0xffffffff : 0;
    low[i] = (halves[0] as number) ^ sign;
    high[i] = top ^ (sign | 0x80000000);
  }
  return { low, high };
}

function inverted({ low, high }: Words): Words {
  for (let i = 0; i < high.length; i++) high[i] = ~(high[i] as number);
  if (low) for (let i = 0; i < low.length; i++) low[i] = ~(low[i] as number);
  return { low, high };
}

/**
 * The order of the words, which are changed. The lowest digit first; each pass keeps the order of the one before, and
 * takes the words along, so that they are read one after the other.
 */
function sortWords({ low, high }: Words): Indices {
  let [from, to] = [indices(high.length), new Uint32Array(high.length)];
  let [lows, lowsTo] = [low, low && new Uint32Array(low.length)];
  let [highs, highsTo] = [high, new Uint32Array(high.length)];
  for (const inLow of low ? [true, false] : [false]) {
    for (let shift = 0; shift < 32; shift += digitBits) {
      const digitsOf = (inLow && lows) || highs;
      const starts = digitStarts(digitsOf, shift);
      if (starts === null) continue;
      for (let i = 0; i < from.length; i++) {
        const digit = ((digitsOf[i] as number) >>> shift) & (digits - 1);
        const place = starts[digit] as number;
        starts[digit] = place + 1;
        to[place] = from[i] as number;
        highsTo[place] = highs[i] as number;
        if (lows && lowsTo) lowsTo[place] = lows[i] as number;
      }
      [from, to] = [to, from];
      [highs, highsTo] = [highsTo, highs];
      [lows, lowsTo] = [lowsTo, lows];
    }
  }
  return from;
}

/** Where the keys of each digit begin; null if all have the same one. */
function digitStarts(words: Uint32Array, shift: number): Uint32Array | null {
  const counts = new Uint32Array(digits);
  for (let i = 0; i < words.length; i++) {
    const digit = ((words[i] as number) >>> shift) & (digits - 1);
    counts[digit] = (counts[digit] as number) + 1;
  }
  let start = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit] as number;
    if (count === words.length) return null;
    counts[digit] = start;
    start += count;
  }
  return counts;
}

function areStrings(keys: ArrayLike<unknown>): keys is ArrayLike<string> {
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
function prefixWords(order: Indices, texts: ArrayLike<string>, start: number, form: Prefix): Required<Words> | null {
  const { units, bits } = form;
  const low = new Uint32Array(order.length);
  const high = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const text = texts[order[i] as number] as string;
    const present = Math.min(text.length - start, units + 1);
    let [top, bottom] = [0, 0];
    for (let unit = 0; unit <= units; unit++) {
      const value = unit === units ? present : unit < present ? text.charCodeAt(start + unit) : 0;
      if (value >>> bits !== 0) return null;
      top = (top << bits) | (bottom >>> (32 - bits));
      bottom = (bottom << bits) | value;
    }
    low[i] = bottom;
    high[i] = top;
  }
  return { low, high };
}

/** How many units from `from` on all texts share. */
function sharedLength(order: Indices, texts: ArrayLike<string>, from: number): number {
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
function sortTexts(order: Indices, texts: ArrayLike<string>, { from, ascending }: TextSort): Indices {
  const start = from + sharedLength(order, texts, from);
  const latin = prefixWords(order, texts, start, narrow);
  const form = latin ? narrow : wide;
  const words = latin ?? prefixWords(order, texts, start, wide);
  if (words === null) return order;
  const { low, high } = words;
  const copy = { low: low?.slice() ?? null, high: high.slice() };
  const sorted = sortWords(ascending ? copy : inverted(copy));
  const result = new Uint32Array(order.length);
  for (let i = 0; i < sorted.length; i++) result[i] = order[sorted[i] as number] as number;
  for (const [begin, end] of ties(sorted, words)) {
    const present = (low?.[sorted[begin] as number] ?? 0) & (2 ** form.bits - 1);
    if (present <= form.units) continue;
    const tied = result.slice(begin, end);
    const next = { from: start + form.units, ascending };
    result.set(tied.length > fewKeys ? sortTexts(tied, texts, next) : tied.sort(comparison(texts, ascending)), begin);
  }
  return result;
}

/** Where runs of two or more equal prefixes begin and end. */
function* ties(sorted: Indices, { low, high }: Words): Iterable<readonly [number, number]> {
  for (let begin = 0; begin < sorted.length; ) {
    const first = sorted[begin] as number;
    let end = begin + 1;
    for (; end < sorted.length; end++) {
      const other = sorted[end] as number;
      if (high[first] !== high[other] || (low && low[first] !== low[other])) break;
    }
    if (end - begin > 1) yield [begin, end];
    begin = end;
  }
}
