/** Pairs as lines of text, as Hadoop's `TextOutputFormat` writes them. */
import { doubleText } from "../data/double-text.js";

type Pair = readonly [unknown, unknown];

/** A function for workers: key, separator and value as Java shows them; a key or value of null is left out. */
export function textLine(separator: string): (pair: Pair) => string {
  const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
  const text = (value: unknown): string => {
    if (typeof value === "number" && !Number.isInteger(value)) return doubleText(value);
    return value instanceof Uint8Array ? Array.from(value, hex).join(" ") : String(value);
  };
  return (pair) =>
    pair
      .filter((part) => part !== null && part !== undefined)
      .map(text)
      .join(separator);
}
