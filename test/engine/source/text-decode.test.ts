import { describe, expect, test } from "vitest";
import { uncounted } from "../../../engine/data/batch.js";
import { decodeLines } from "../../../engine/source/text-decode.js";

const decode = (bytes: Buffer): ReturnType<typeof decodeLines> =>
  decodeLines({ format: "lines", count: uncounted, bytes });

// What becomes of malformed sequences is compared with Spark's in text-file.test.ts; here, what is counted and where lines end.
describe("lines", () => {
  test.each<[string, string, string[], number]>([
    ["no line", "", [], 0],
    ["one empty line", "0a", [""], 0],
    ["empty lines", "0a0a61 0a0a", ["", "", "a", ""], 0],
    ["ASCII", "61620a63 0a", ["ab", "c"], 0],
    ["two to four bytes", "c3a40a e6bca2 0a f09f99820a", ["ä", "漢", "🙂"], 0],
    ["one invalid line of three", "610a ff62 0a630a", ["a", "\ufffdb", "c"], 1],
    ["two mistakes in one line", "ff61ff0a", ["\ufffda\ufffd"], 1],
    ["a sequence cut by a line's end", "e6bc0aa20a", ["\ufffd", "\ufffd"], 2],
    ["an encoded surrogate", "eda0800a", ["\ufffd"], 1],
    ["a replacement character itself is valid", "efbfbd0a", ["\ufffd"], 0],
    ["a byte order mark is kept", "efbbbf610a", ["\ufeffa"], 0],
    ["a carriage return is text", "610d0a", ["a\r"], 0],
    ["valid and invalid beside each other", "c3a40a ff0a c3a40a", ["ä", "\ufffd", "ä"], 1],
  ])("%s", (_, hex, lines, invalid) => {
    expect(decode(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toEqual({ lines, invalid });
  });

  test.each([
    ["ASCII", "x"],
    ["some other letters", "ü"],
  ])("runs do not show: many lines of every length, %s", (_, letter) => {
    const lines = Array.from({ length: 600 }, (_, i) => (i % 37 === 0 ? letter : "a").repeat((i * 7919) % 700));
    expect(decode(Buffer.from(`${lines.join("\n")}\n`))).toEqual({ lines, invalid: 0 });
  });

  test("a line longer than a run, a batch that starts inside its buffer", () => {
    const lines = ["a", "b".repeat(200_000), "", "c".repeat(32 * 1024 - 1), "d"];
    const bytes = Buffer.from(`skipped${lines.join("\n")}\n`).subarray(7);
    expect(decode(bytes)).toEqual({ lines, invalid: 0 });
  });
});
