/** `show` as the real Spark prints it (`test/golden/frames.json`). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Schema } from "../../../engine/data/data-type.js";
import { showText } from "../../../engine/frame/show.js";

interface Frames {
  readonly shows: readonly { readonly n: number; readonly truncate: boolean | number; readonly text: string }[];
}

const frames = JSON.parse(
  readFileSync(new URL("../../../../test/golden/frames.json", import.meta.url), "utf8"),
) as Frames;

// As in record-frames.py.
const schema: Schema = [
  { name: "i", type: { kind: "int" }, nullable: true },
  { name: "s", type: { kind: "string" }, nullable: true },
  { name: "d", type: { kind: "double" }, nullable: true },
  { name: "b", type: { kind: "boolean" }, nullable: true },
  { name: "a long name of a column", type: { kind: "string" }, nullable: true },
];
const rows = [
  [1, "a", 1.5, true, null],
  [2, null, Number.NaN, false, "x".repeat(30)],
  [-300, "a longer string that is cut", 1e20, null, "é😀"],
  [4, "tab\tnew\nline", -0, true, "漢字かな"],
];

describe("show", () => {
  it.each(frames.shows)("of $n rows cut to $truncate", ({ n, truncate, text }) => {
    const width = truncate === true ? 20 : truncate === false ? 0 : truncate;
    // print adds the line break.
    expect(`${showText(schema, rows.slice(0, n + 1), { rows: n, truncate: width })}\n`).toBe(text);
  });
});
