import { describe, expect, it } from "vitest";
import { KeyPlaces } from "../../../engine/data/key-places.js";

describe("KeyPlaces", () => {
  it("numbers keys of all kinds in order of first appearance", () => {
    const places = new KeyPlaces();
    const keys = ["a", 1, "1", [1], "a", 1.0, [1], "", null, "b", ""];
    expect(keys.map((key) => places.of(key))).toEqual([0, 1, 2, 3, 0, 1, 3, 4, 5, 6, 4]);
    expect(places.keys).toEqual(["a", 1, "1", [1], "", null, "b"]);
  });

  // A Map of the language itself says what is right.
  it("agrees with a Map over 200,000 strings, other keys among them", () => {
    const places = new KeyPlaces();
    const expected = new Map<unknown, number>();
    for (let i = 0; i < 200_000; i++) {
      const key = i % 7 === 0 ? (i * 7919) % 50_021 : `key ${(i * 7919) % 100_003} é`;
      if (!expected.has(key)) expected.set(key, expected.size);
      expect(places.of(key)).toBe(expected.get(key));
    }
    expect(places.keys).toEqual([...expected.keys()]);
  });

  it("agrees with a Map over numbers of all kinds, NaN and both zeros among them", () => {
    const places = new KeyPlaces();
    const expected = new Map<unknown, number>();
    const odd = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, 2 ** 53, -1.5, 1n, true];
    for (let i = 0; i < 100_000; i++) {
      const key = i % 9 === 0 ? odd[i % odd.length] : ((i * 7919) % 30_011) / (1 + (i % 3));
      expect(places.find(key)).toBe(expected.get(key) ?? -1);
      if (!expected.has(key)) expected.set(key, expected.size);
      expect(places.of(key)).toBe(expected.get(key));
    }
  });

  it("finds keys without letting them in", () => {
    const places = new KeyPlaces();
    for (const key of ["a", 1, [1]]) places.of(key);
    expect(["a", 1, [1], "b", 2, [2], null].map((key) => places.find(key))).toEqual([0, 1, 2, -1, -1, -1, -1]);
    expect(places.keys).toHaveLength(3);
  });

  it("refuses a key that has no equality, and goes on", () => {
    const places = new KeyPlaces();
    expect(() => places.of({ a: 1 })).toThrow(/KEY_NOT_HASHABLE/);
    expect(places.of("a")).toBe(0);
  });
});
