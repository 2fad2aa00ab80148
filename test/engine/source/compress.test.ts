/** What is compressed here, as Python's own modules (zlib, gzip, bz2: the reference libraries) decompress it. */
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uncounted } from "../../../engine/data/batch.js";
import { Bzip2Writer } from "../../../engine/source/bzip2-write.js";
import { type Codec, codecNamed, type RealCodec } from "../../../engine/source/codecs.js";
import { CompressedOutput, compressedBlob, prepareCodec } from "../../../engine/source/compress.js";
import { decompressedBlob } from "../../../engine/source/decompress.js";
import { commitOutput, prepareOutput } from "../../../engine/source/output-directory.js";
import { decodeLines } from "../../../engine/source/text-decode.js";
import { readTextSplit } from "../../../engine/source/text-read.js";
import { planTextFile } from "../../../engine/source/text-splits.js";
import { openTextPart } from "../../../engine/source/text-write.js";

const python = process.env["KINDLING_PYTHON"] ?? join(process.cwd(), ".venv", "bin", "python");

let top = "";
beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), "kindling-compress-"));
  await prepareCodec("zstd");
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Length and CRC-32 of what a function of Python makes of files. */
function decompressedByPython(call: string, files: readonly Uint8Array[]): [number, number][] {
  const paths = files.map((bytes, i) => {
    const path = join(top, `python-${i}`);
    writeFileSync(path, bytes);
    return path;
  });
  const program = `import bz2, gzip, json, sys, zlib
contents = [${call}(open(path, "rb").read()) for path in sys.stdin.read().split()]
print(json.dumps([[len(content), zlib.crc32(content)] for content in contents]))`;
  return JSON.parse(
    execFileSync(python, ["-c", program], { input: paths.join("\n"), encoding: "utf8", timeout: 60_000 }),
  ) as [number, number][];
}

/** The same numbers every time. */
function* numbers(): Generator<(below: number) => number, never, undefined> {
  let seed = 7;
  for (;;)
    yield (below) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
}

const digest = (bytes: Uint8Array): [number, number] => [bytes.length, crc32(bytes)];

function compressed(codec: Codec, parts: readonly Uint8Array[]): Buffer {
  const written: Uint8Array[] = [];
  const output = new CompressedOutput(codec, (part) => written.push(Uint8Array.from(part)));
  for (const part of parts) output.add(part);
  output.end();
  return Buffer.concat(written);
}

const words = Buffer.from(Array.from({ length: 150_000 }, (_, i) => `word ${(i * i) % 7919}\n`).join(""));
const inputs: Readonly<Record<string, readonly Uint8Array[]>> = {
  nothing: [],
  "no bytes": [new Uint8Array(0)],
  "one byte": [Buffer.from("x")],
  "several parts": [Buffer.from("a\n"), new Uint8Array(0), Buffer.from("b\n".repeat(1000)), Buffer.from("c")],
  "two megabytes": [words.subarray(0, 10), words.subarray(10)],
};

describe("files", () => {
  test.each([
    ["gzip", "gzip.decompress"],
    ["deflate", "zlib.decompress"],
    ["bzip2", "bz2.decompress"],
  ] as const)("%s", (codec, call) => {
    const files = Object.values(inputs).map((parts) => compressed(codec, parts));
    const expected = Object.values(inputs).map((parts) => digest(Buffer.concat(parts)));
    expect(decompressedByPython(call, files)).toEqual(expected);
    expect(files.at(-1)?.length).toBeLessThan(words.length / 2);
  });

  // Their readers here are tested with files of Spark and of the command of zstd.
  test.each(["zstd", "lz4", "snappy"] as const)("%s, as it is read here", (codec) => {
    for (const parts of Object.values(inputs)) {
      const whole = Buffer.concat(parts);
      const file = compressed(codec, parts);
      const decoded = decompressedBlob(codec, file, { path: "f", limitBytes: whole.length });
      expect(digest(decoded)).toEqual(digest(whole));
    }
  });

  test.each<RealCodec>(["gzip", "deflate", "bzip2", "zstd", "lz4", "snappy"])("%s: blobs", (codec) => {
    for (const bytes of [new Uint8Array(0), Buffer.from("x"), words.subarray(0, 200_000)]) {
      const decoded = decompressedBlob(codec, compressedBlob(codec, bytes), { path: "f", limitBytes: bytes.length });
      expect(digest(decoded)).toEqual(digest(bytes));
    }
  });
});

describe("blocks of bzip2", () => {
  const encode = (bytes: Uint8Array): Buffer => {
    const writer = new Bzip2Writer();
    return Buffer.concat([...writer.begin(), ...writer.add(bytes), ...writer.end()]);
  };

  test("short texts over alphabets of every size", () => {
    const random = numbers().next().value;
    const texts = Array.from({ length: 400 }, (_, i) => {
      const alphabet = 1 + random([1, 3, 20, 256][i % 4] ?? 1);
      return Buffer.from(Array.from({ length: random(i < 200 ? 30 : 3000) }, () => random(alphabet)));
    });
    expect(decompressedByPython("bz2.decompress", texts.map(encode))).toEqual(texts.map(digest));
  });

  test("repeated texts, which are rotations of themselves", () => {
    const texts = ["a", "ab", "aab", "aba", "abcabcabd"].flatMap((unit) =>
      [2, 3, 7, 100].map((n) => Buffer.from(unit.repeat(n))),
    );
    expect(decompressedByPython("bz2.decompress", texts.map(encode))).toEqual(texts.map(digest));
  });

  test("runs of every length, and blocks that end anywhere in them", () => {
    const runs = Array.from({ length: 600 }, (_, i) => Buffer.alloc(i, i % 2 === 0 ? "a" : "b"));
    const borders = [899_976, 899_980, 899_981, 899_982, 900_000].flatMap((size) => [
      Buffer.from(Array.from({ length: size }, (_, i) => (i * 7919) % 251)),
      Buffer.concat([Buffer.from(Array.from({ length: size - 3 }, (_, i) => i % 7)), Buffer.alloc(600, "x")]),
    ]);
    const texts = [
      ...runs.filter((_, i) => i < 12 || i % 50 < 12),
      Buffer.concat(runs),
      ...borders,
      Buffer.alloc(10_000_000),
    ];
    expect(decompressedByPython("bz2.decompress", texts.map(encode))).toEqual(texts.map(digest));
  });
});

describe("text parts", () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`);

  test.each<[Codec, string]>([
    ["none", ""],
    ["gzip", ".gz"],
    ["deflate", ".deflate"],
    ["bzip2", ".bz2"],
    ["zstd", ".zst"],
    ["lz4", ".lz4"],
    ["snappy", ".snappy"],
  ])("%s: part-00000%s", async (codec, suffix) => {
    const out = join(top, `out-${codec}`);
    await prepareOutput(out);
    for (const [partition, own] of [lines.slice(0, 1000), lines.slice(1000), []].entries()) {
      const part = openTextPart(out, partition, 0, codec);
      for (const line of own) part.write({ format: "lines", count: uncounted, bytes: Buffer.from(`${line}\n`) });
      part.commit();
    }
    await commitOutput(out, 3);
    expect(readdirSync(out).sort()).toEqual(["_SUCCESS", ...[0, 1, 2].map((i) => `part-0000${i}${suffix}`)]);
    const found: string[] = [];
    for (const split of (await planTextFile(out, 2, top)).flat())
      for await (const batch of readTextSplit(split)) found.push(...decodeLines(batch).lines);
    expect(found).toEqual(lines);
  });

  test("an aborted part leaves nothing", async () => {
    const out = join(top, "aborted");
    await prepareOutput(out);
    const part = openTextPart(out, 0, 0, "gzip");
    part.write({ format: "lines", count: uncounted, bytes: Buffer.from("a\n") });
    part.abort();
    await commitOutput(out, 0);
    expect(readdirSync(out)).toEqual(["_SUCCESS"]);
  });
});

describe("names of codecs", () => {
  test.each<[string | null, Codec]>([
    [null, "none"],
    ["none", "none"],
    ["gzip", "gzip"],
    ["bzip2", "bzip2"],
    ["deflate", "deflate"],
    ["zstd", "zstd"],
    ["lz4", "lz4"],
    ["snappy", "snappy"],
    ["org.apache.hadoop.io.compress.GzipCodec", "gzip"],
    ["org.apache.hadoop.io.compress.DefaultCodec", "deflate"],
    ["org.apache.hadoop.io.compress.DeflateCodec", "deflate"],
    ["org.apache.hadoop.io.compress.BZip2Codec", "bzip2"],
    ["org.apache.hadoop.io.compress.ZStandardCodec", "zstd"],
    ["org.apache.hadoop.io.compress.Lz4Codec", "lz4"],
    ["org.apache.hadoop.io.compress.SnappyCodec", "snappy"],
  ])("%s is %s", (name, codec) => {
    expect(codecNamed(name, "saveAsTextFile")).toBe(codec);
  });

  test.each(["GzipCodec", "rar", "", "toString", "org.apache.hadoop.io.compress.PassthroughCodec"])(
    "%j is none",
    (name) => {
      expect(() => codecNamed(name, "saveAsTextFile")).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          params: expect.objectContaining({
            call: "saveAsTextFile",
            parameter: "compressionCodecClass",
            actual: JSON.stringify(name),
          }),
        }),
      );
    },
  );
});
