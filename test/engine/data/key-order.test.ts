/** The order of many keys at once: what a stable comparison of each two gives. */
import { describe, expect, it } from "vitest";
import { keyOrder } from "../../../engine/data/key-order.js";
import { compareKeys } from "../../../engine/data/ordering.js";

/** Numbers that jump about, the same in each run. */
function* jumps(): Generator<number, never> {
  for (let state = 12345; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state;
  }
}

const numbers = jumps();
const below = (end: number): number => numbers.next().value % end;

const oddities = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -1e308];

const kinds: readonly (readonly [string, () => unknown])[] = [
  ["small integers, many equal", () => below(50) - 25],
  ["integers beyond 32 bits", () => below(2 ** 32) * 1000 - 2 ** 40],
  ["doubles, NaN and zeros among them", () => (below(10) === 0 ? oddities[below(7)] : (below(2 ** 32) - 2 ** 31) / 7)],
  ["texts with a common beginning", () => `http://example.com/${below(300)}`],
  ["texts, each of which may begin another", () => "ab\0".repeat(below(9)) + "\0".repeat(below(3))],
  [
    "texts beyond Latin-1",
    () => `${"é".repeat(below(3))}${String.fromCharCode(below(70_000))}${"x".repeat(below(20))}`,
  ],
  ["long texts that differ late", () => "abcdefghij".repeat(3) + "z".repeat(below(2)) + below(3)],
  ["one text only", () => "the same"],
  ["bigints and numbers", () => (below(2) === 0 ? BigInt(below(100)) : below(100))],
  ["lists", () => [below(5), `${below(5)}`]],
];

describe("keyOrder", () => {
  it.each(kinds)("%s", (_, make) => {
    for (const length of [0, 1, 2, 1000, 5000]) {
      const keys = Array.from({ length }, make);
      for (const ascending of [true, false]) {
        const compared = keys
          .map((_, i) => i)
          .sort((left, right) =>
            ascending ? compareKeys(keys[left], keys[right]) : compareKeys(keys[right], keys[left]),
          );
        expect([...keyOrder(keys, ascending)]).toEqual(compared);
      }
    }
  });

  it("refuses keys that have no order", () => {
    expect(() => keyOrder([1, "a"], true)).toThrow(/KEYS_NOT_COMPARABLE.*found string and number/s);
    const many = [...Array.from({ length: 2000 }, (_, i) => i), "a"];
    expect(() => keyOrder(many, true)).toThrow(/KEYS_NOT_COMPARABLE/);
  });
});
