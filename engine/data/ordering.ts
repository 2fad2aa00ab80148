/** The order of keys: numbers and bigints together, strings by code unit, booleans, dates, arrays element by element. */
import { EngineError } from "../errors.js";

const classes = { number: 1, bigint: 1, string: 2, boolean: 3, date: 4, array: 5, null: 6 } as const;

function classOf(value: unknown): keyof typeof classes | null {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return "date";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "number" || type === "bigint" || type === "string" || type === "boolean" ? type : null;
}

const nameOf = (value: unknown): string =>
  classOf(value) ?? (typeof value === "object" ? (value?.constructor.name ?? "object") : typeof value);

function compareArrays(left: readonly unknown[], right: readonly unknown[]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareKeys(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** NaN is greater than every other number and equal to itself, as in Spark. */
function compareNumbers(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}

/**
 * Negative, zero or positive as `left` comes before, with or after `right`.
 * Keys of different kinds have no order: `KEYS_NOT_COMPARABLE`.
 */
export function compareKeys(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return compareNumbers(left, right);
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [classOf(left), classOf(right)];
  if (a === null || b === null || classes[a] !== classes[b] || a === "null") {
    if (a === "null" && b === "null") return 0;
    throw new EngineError("KEYS_NOT_COMPARABLE", { left: nameOf(left), right: nameOf(right) });
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right);
  const [x, y] = [left as number, right as number];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The first index in sorted `bounds` at which `key` could stand: Python's `bisect_left`. */
export function bisectLeft(bounds: readonly unknown[], key: unknown): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(bounds[middle], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
