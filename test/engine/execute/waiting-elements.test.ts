/** Elements on their way into a batch come out as they went in, whatever they are held as. */
import { describe, expect, it } from "vitest";
import { whole } from "../../../engine/data/batch.js";
import { decodeElements, decodePairColumns } from "../../../engine/data/elements.js";
import { Tuple, tuple } from "../../../engine/data/portable.js";
import { waitingFor } from "../../../engine/execute/waiting-elements.js";

const cases: Readonly<Record<string, readonly unknown[]>> = {
  numbers: [1, 2, 3],
  "numbers with fractions": [1, 2.5, -0],
  "numbers, then a string": [1, 2, "three"],
  strings: ["a", "b"],
  pairs: [
    ["a", 1],
    ["b", 2.5],
  ],
  "pairs, then something else": [["a", 1], ["b", 2], null, ["c", 3]],
  "something else, then pairs": [undefined, ["a", 1]],
  "pairs, then a triple": [
    ["a", 1],
    ["b", 2, 3],
  ],
  "pairs whose values change their kind": [
    [1, 1],
    [2, "two"],
    ["three", null],
  ],
};

const own = waitingFor.own;

describe("elements that wait", () => {
  it.each(Object.entries(cases))("%s", (_, elements) => {
    const waiting = own();
    for (const round of [1, 2]) {
      for (const element of elements) waiting.push(element);
      expect(waiting.length).toBe(elements.length);
      expect([round, decodeElements(whole(waiting.take()))]).toEqual([round, elements]);
      expect(waiting.length).toBe(0);
    }
  });

  it("keeps tuples, also after pairs", () => {
    const waiting = own();
    for (const element of [["a", 1], tuple("b", 2)]) waiting.push(element);
    const [pair, kept] = decodeElements(whole(waiting.take()));
    expect([pair instanceof Tuple, kept instanceof Tuple]).toEqual([false, true]);
  });

  it("holds the parts of pairs apart", () => {
    const waiting = own();
    for (let i = 0; i < 100; i++) waiting.push([i, `${i}`]);
    const columns = decodePairColumns(whole(waiting.take()));
    expect([columns?.keys.length, columns?.keys[99], columns?.values[99]]).toEqual([100, 99, "99"]);
    expect(columns?.keys).toBeInstanceOf(Int32Array);
  });
});
