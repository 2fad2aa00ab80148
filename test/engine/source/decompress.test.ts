/** Codecs that no Spark of ours writes, against the command of zstd (`test/golden/formats.json`), and what they do with damage. */
import { Buffer } from "node:buffer";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RealCodec } from "../../../engine/source/codecs.js";
import { decompressedBlob, decompressedFile } from "../../../engine/source/decompress.js";
import { bytesOf, formatGolden } from "./format-golden.js";

let top = "";
let path = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-decompress-"));
  path = join(top, "f");
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

async function decompressed(bytes: Buffer, codec: RealCodec): Promise<Buffer> {
  writeFileSync(path, bytes);
  const pieces: Buffer[] = [];
  for await (const piece of decompressedFile(path, codec)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const { zstd, texts } = formatGolden;
const textFile = (name: string): Buffer => bytesOf(texts.files[name] ?? "");
const zstdFile = (name: string): Buffer => bytesOf(zstd.cases.find((golden) => golden.name === name)?.file ?? "");

describe(`zstd ${zstd.source}`, () => {
  test.each(zstd.cases.map((golden) => [golden.name, golden] as const))("%s", async (_, { file, size, crc }) => {
    const content = await decompressed(bytesOf(file), "zstd");
    expect([content.length, crc32(content)]).toEqual([size, crc]);
    expect(decompressedBlob("zstd", bytesOf(file), { path, limitBytes: size }).equals(content)).toBe(true);
  });

  test("a window beyond 128 MiB", async () => {
    const file = zstd.refused.find(({ name }) => name === "a window of 2 GiB")?.file ?? "";
    await expect(decompressed(bytesOf(file), "zstd")).rejects.toMatchObject({
      code: "LIMIT_REACHED",
      params: { limit: "128 MiB" },
    });
  });

  test("a dictionary that is elsewhere", async () => {
    const file = zstd.refused.find(({ name }) => name === "a dictionary")?.file ?? "";
    await expect(decompressed(bytesOf(file), "zstd")).rejects.toMatchObject({
      code: "CORRUPT_INPUT",
      params: { path, format: "zstd", reason: "it was compressed with a dictionary" },
    });
  });

  /** The CRC-32 of what bytes decode to, or the code of the error. */
  const outcomeOf = (bytes: Buffer): number | string => {
    try {
      return crc32(decompressedBlob("zstd", bytes, { path, limitBytes: 2 ** 30 }));
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
  };

  // Between two frames nothing says that another one is missing.
  test.each([
    ["12 bytes", 0],
    ["1000 bytes", 0],
    ["frames", 2],
    ["skipped", 2],
  ])("%s, cut off anywhere", (name, borders) => {
    const bytes = zstdFile(name);
    const outcomes = Array.from({ length: bytes.length }, (_, length) => outcomeOf(bytes.subarray(0, length)));
    expect(outcomes.filter((outcome) => outcome !== "CORRUPT_INPUT").length).toBe(borders);
  });

  test.each([
    ["12 bytes", 1],
    ["1000 bytes", 17],
    ["a repeated byte", 11],
  ])("%s, any bit garbled: noticed, or without effect", (name, step) => {
    const bytes = zstdFile(name);
    // Some bits have no meaning, and some contents have several forms.
    const allowed = [outcomeOf(bytes), "CORRUPT_INPUT", "LIMIT_REACHED"];
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const garbled = Buffer.from(bytes);
      garbled[bit >> 3] = (garbled[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(allowed, `bit ${bit}`).toContain(outcomeOf(garbled));
    }
  });
});

describe("bzip2, any bit garbled", () => {
  // The library of bzip2 computes a checksum of each block and of each stream; only bits that pad a byte are in neither.
  test.each(["streams.bz2", "blocks.bz2"])("%s: noticed, or without effect", async (name) => {
    const bytes = textFile(name);
    const right = await decompressed(bytes, "bzip2");
    let same = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 163) {
      const garbled = Buffer.from(bytes);
      garbled[bit >> 3] = (garbled[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = await decompressed(garbled, "bzip2").catch((thrown: { code: string }) => thrown.code);
      if (outcome instanceof Buffer && outcome.equals(right)) same++;
      else expect([bit, outcome]).toEqual([bit, "CORRUPT_INPUT"]);
    }
    expect(same).toBeLessThan(12);
  });

  test("cut off, and followed by something else", async () => {
    const bytes = textFile("streams.bz2");
    for (const length of [1, 3, 4, 10, 30, 50, 200, 500, bytes.length - 1])
      await expect(decompressed(bytes.subarray(0, length), "bzip2"), `${length}`).rejects.toMatchObject({
        code: "CORRUPT_INPUT",
      });
    for (const tail of ["\0", "BZh", "garbage"])
      await expect(decompressed(Buffer.concat([bytes, Buffer.from(tail)]), "bzip2")).rejects.toMatchObject({
        code: "CORRUPT_INPUT",
      });
  });
});

describe.each(["lz4", "snappy"] as const)("%s", (codec) => {
  const bytes = textFile(`part-00000.${codec}`);

  test("cut off", async () => {
    for (let length = 1; length < bytes.length; length += 29)
      await expect(decompressed(bytes.subarray(0, length), codec), `${length}`).rejects.toMatchObject({
        code: "CORRUPT_INPUT",
      });
    expect((await decompressed(Buffer.alloc(0), codec)).length).toBe(0);
    // An empty file as Hadoop writes it.
    expect((await decompressed(Buffer.alloc(4), codec)).length).toBe(0);
  });

  test("any byte garbled: an error, or as many bytes", async () => {
    const { length } = await decompressed(bytes, codec);
    for (let at = 0; at < bytes.length; at += at < 40 ? 1 : 23) {
      const garbled = Buffer.from(bytes);
      garbled[at] = (garbled[at] ?? 0) ^ 0x81;
      const outcome = await decompressed(garbled, codec).then(
        (content) => content.length,
        (thrown: { code: string }) => thrown.code,
      );
      expect(["CORRUPT_INPUT", length]).toContain(outcome);
    }
  });

  test("lengths that lie", async () => {
    for (const hex of [
      "7fffffff",
      "7fffffff7fffffff",
      "7fffffff00000000",
      "00000005 00000000",
      "ffffffff 00000004 00000000",
    ])
      await expect(decompressed(Buffer.from(hex.replaceAll(" ", ""), "hex"), codec), hex).rejects.toMatchObject({
        code: "CORRUPT_INPUT",
      });
  });
});

describe("deflate", () => {
  test("streams that end anywhere around the borders of reads", async () => {
    const mebibyte = 1024 * 1024;
    const stored = (size: number): Buffer => deflateSync(Buffer.alloc(size, "a"), { level: 0 });
    const frame = stored(mebibyte - 200).length - (mebibyte - 200);
    for (const shift of [-2, -1, 0, 1, 2]) {
      const first = stored(mebibyte - frame + shift);
      expect(first.length).toBe(mebibyte + shift);
      const content = await decompressed(
        Buffer.concat([first, deflateSync("b"), deflateSync(""), deflateSync("c")]),
        "deflate",
      );
      expect([content.length, content.subarray(-3).toString()]).toEqual([mebibyte - frame + shift + 2, "abc"]);
    }
  });

  test("leaving early closes the file", async () => {
    const openFiles = (): number => readdirSync("/proc/self/fd").length;
    const before = openFiles();
    for (const codec of ["gzip", "deflate", "bzip2", "lz4"] as const) {
      const bytes = {
        gzip: gzipSync("x"),
        deflate: deflateSync("x"),
        bzip2: textFile("streams.bz2"),
        lz4: textFile("part-00000.lz4"),
      };
      writeFileSync(path, bytes[codec]);
      for await (const _ of decompressedFile(path, codec)) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(openFiles()).toBe(before);
  });
});

describe("blobs", () => {
  test.each(["gzip", "deflate", "bzip2", "zstd", "lz4", "snappy"] as const)("%s: no more than the limit", (codec) => {
    const blobs: Record<RealCodec, Buffer> = {
      gzip: gzipSync(Buffer.alloc(5000)),
      deflate: deflateSync(Buffer.alloc(5000)),
      bzip2: textFile("blocks.bz2"),
      zstd: zstdFile("a repeated byte"),
      lz4: textFile("part-00000.lz4"),
      snappy: textFile("part-00000.snappy"),
    };
    for (const limitBytes of [0, 1, 4999]) {
      expect(() => decompressedBlob(codec, blobs[codec], { path: "/f", limitBytes })).toThrow(
        expect.objectContaining({
          code: "CORRUPT_INPUT",
          params: expect.objectContaining({ path: "/f", format: codec }),
        }),
      );
    }
    expect(() => decompressedBlob(codec, Buffer.from("not compressed"), { path: "/f", limitBytes: 99 })).toThrow(
      expect.objectContaining({ code: "CORRUPT_INPUT" }),
    );
  });
});
