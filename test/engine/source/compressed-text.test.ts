/** Compressed texts against what a real Spark made of the same files: `test/golden/formats.json`. */
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compressedBlob } from "../../../engine/source/compress.js";
import { decodeLines } from "../../../engine/source/text-decode.js";
import { readTextSplit } from "../../../engine/source/text-read.js";
import { planTextFile } from "../../../engine/source/text-splits.js";
import { formatGolden, makeFiles } from "./format-golden.js";

let top = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-compressed-"));
  makeFiles(top, formatGolden.texts.files);
  writeFileSync(join(top, "bomb block.bz2"), compressedBlob("bzip2", Buffer.alloc(45_000_000, "\n")));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

async function partitionsOf(path: string, minPartitions: number): Promise<string[][]> {
  const partitions: string[][] = [];
  for (const splits of await planTextFile(path, minPartitions, top)) {
    const lines: string[] = [];
    for (const split of splits) {
      for await (const batch of readTextSplit(split)) lines.push(...decodeLines(batch).lines);
    }
    partitions.push(lines);
  }
  return partitions;
}

const digest = (lines: readonly string[]): [number, number] => [
  lines.length,
  crc32(lines.map((line) => `${line}\n`).join("")),
];

/** Spark reads nothing from a file without a block; here it is no bzip2 file. */
const ownErrors: readonly string[] = ["not.bz2"];

const cases = formatGolden.texts.cases.map((golden) => [golden.file, golden.minPartitions, golden] as const);
/** Where a file begins with a stream without a block, Spark reads its first block in two splits. */
const isTwice = (lines: readonly unknown[]): boolean => new Set(lines).size < lines.length;
const twice = cases.filter(
  ([file, , { partitions = [] }]) => file === "empty streams.bz2" && isTwice(partitions.flat()),
);

describe("as in Spark", () => {
  test.each(cases.filter((golden) => !twice.includes(golden)))("%s in %i", async (file, minPartitions, golden) => {
    const actual = partitionsOf(file, minPartitions);
    if (golden.error !== undefined || ownErrors.includes(file))
      await expect(actual).rejects.toMatchObject({ code: "CORRUPT_INPUT", params: { path: join(top, file) } });
    else if (golden.digests !== undefined) expect((await actual).map(digest)).toEqual(golden.digests);
    else expect(await actual).toEqual(golden.partitions);
  });

  test.each(twice)("%s in %i: every line once", async (file, minPartitions, { partitions = [] }) => {
    const actual = await partitionsOf(file, minPartitions);
    expect(actual.length).toBe(partitions.length);
    expect(actual.flat()).toEqual(["a", "b", "c", "d"]);
  });
});

describe("bzip2, cut anywhere", () => {
  test.each([
    ["streams.bz2", 3],
    ["lines across.bz2", 1],
    ["returns.bz2", 1],
    ["one line.bz2", 7],
    ["empty streams.bz2", 1],
    ["mark.bz2", 1],
    ["blocks.bz2", 61],
  ])("%s: every line once, in order", async (file, step) => {
    const path = join(top, file);
    const fileSize = statSync(path).size;
    const read = async (start: number, end: number): Promise<string[]> => {
      const lines: string[] = [];
      const split = { path, start, length: end - start, fileSize, codec: "bzip2" } as const;
      for await (const batch of readTextSplit(split)) for (const line of decodeLines(batch).lines) lines.push(line);
      return lines;
    };
    const all = digest(await read(0, fileSize));
    for (let cut = 1; cut < fileSize; cut += step) {
      const second = Math.min(fileSize, cut + 1 + (cut % 97));
      const parts = [await read(0, cut), await read(cut, second), await read(second, fileSize)];
      expect([cut, ...digest(parts.flat())]).toEqual([cut, ...all]);
    }
  });
});

test("memory stays bounded: 300 MB out of 300 bytes of bzip2", async () => {
  const path = join(top, "bomb.bz2");
  const block = readFileSync(join(top, "bomb block.bz2"));
  writeFileSync(path, Buffer.concat(Array.from({ length: 7 }, () => block)));
  const before = process.memoryUsage().rss;
  let [size, peak] = [0, 0];
  const fileSize = statSync(path).size;
  for await (const batch of readTextSplit({ path, start: 0, length: fileSize, fileSize, codec: "bzip2" })) {
    size += batch.bytes.length;
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  expect(size).toBe(7 * 45_000_000);
  expect(peak - before).toBeLessThan(150 * 1024 * 1024);
});
