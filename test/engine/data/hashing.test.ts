import { describe, expect, it } from "vitest";
import { mapKey, partitionOf, portableHash } from "../../../engine/data/hashing.js";

// The reference MurmurHash3 (Python's mmh3), seed 42, over little-endian 8-byte integers and doubles, and UTF-8.
const reference: readonly (readonly [unknown, number])[] = [
  [0, -1670924195],
  [1, -1712319331],
  [-1, -939490007],
  [123456789012, -1439831649],
  [9007199254740991, 1254640103],
  [-1099511627783, -1507024334],
  [0.5, 538068697],
  [-1.25, 747866589],
  [1e300, -359479591],
  [Number.NaN, -1281358385],
  ["", 142593372],
  ["a", -1293573533],
  ["ab", -684913081],
  ["abc", 1313807976],
  ["abcd", -396302900],
  ["abcde", -1361433616],
  ["hello world", -368272391],
  ["é", 1023967903],
  ["日本語", -976822600],
  ["a😀b", 373397323],
  [[1, "a"], 1092356940],
];

describe("portableHash", () => {
  it.each(reference)("of %j is what the reference gives", (key, hash) => {
    expect(portableHash(key)).toBe(hash);
  });

  it("is one for equal numbers, whatever their type", () => {
    expect([1n, true, 1.0].map((key) => portableHash(key))).toEqual([1, 1, 1].map((key) => portableHash(key)));
    expect(portableHash(-0)).toBe(portableHash(0));
    expect(portableHash(2n ** 53n)).toBe(portableHash(2 ** 53));
  });

  it("names the type of a key that no other language knows", () => {
    expect(() => portableHash(new Map())).toThrow(/KEY_NOT_PORTABLE.*Map/);
  });

  it("gives a partition within range", () => {
    for (let key = -1000; key < 1000; key++) {
      expect(partitionOf(key, 7)).toBeGreaterThanOrEqual(0);
      expect(partitionOf(key, 7)).toBeLessThan(7);
    }
  });
});

describe("mapKey", () => {
  it("tells keys apart that only look alike", () => {
    const keys = [1, "1", [1], ["1"], [1, 2], ["1,2"], [[1], 2], [1, [2]], null, [null], ["n"], new Date(1)];
    expect(new Set(keys.map(mapKey)).size).toBe(keys.length);
  });

  it("is one for equal arrays", () => {
    expect(mapKey([1, ["a", -0]])).toBe(mapKey([1, ["a", 0]]));
  });

  it("refuses objects, which have no equality", () => {
    expect(() => mapKey([{ a: 1 }])).toThrow(/KEY_NOT_HASHABLE/);
  });
});
