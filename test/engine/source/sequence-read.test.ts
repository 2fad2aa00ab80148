/** SequenceFiles that Hadoop and Spark wrote, and what Spark read from them: `test/golden/formats.json`. */
import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Batch } from "../../../engine/data/batch.js";
import { decodePortable } from "../../../engine/data/portable.js";
import { readSequenceSplit } from "../../../engine/source/sequence-read.js";
import { planSequenceFile } from "../../../engine/source/sequence-splits.js";
import { bytesOf, type CompressionCase, formatGolden, makeFiles, taggedElements } from "./format-golden.js";

let top = "";
let path = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-sequence-"));
  path = join(top, "f");
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const whole = (bytes: Buffer): Batch[] => {
  writeFileSync(path, bytes);
  return [...readSequenceSplit({ path, start: 0, length: bytes.length, fileSize: bytes.length })];
};

async function partitionsOf(minSplits: number): Promise<unknown[][]> {
  const partitions = await planSequenceFile(path, minSplits, top);
  const travelled = JSON.parse(JSON.stringify(partitions)) as typeof partitions;
  return travelled.map((splits) =>
    splits.flatMap((split) => [...readSequenceSplit(split)].flatMap((batch) => decodePortable(batch))),
  );
}

describe("every class", () => {
  test.each(formatGolden.values.map((golden) => [golden.name, golden] as const))("%s", (_, golden) => {
    expect([taggedElements(whole(bytesOf(golden.file)))]).toEqual(golden.partitions);
  });
});

// The recorder checks that Spark reads these pairs from them.
const pairs = Array.from({ length: 100 }, (_, i) => [i, `value ${i} ${"abc".repeat(i % 30)}`]);
const kinds = formatGolden.compressions.filter(({ minSplits }) => minSplits === undefined);

describe("every kind of compression and codec", () => {
  test.each(kinds.map((golden) => [golden.name, golden] as const))("%s", (_, { file }) => {
    expect(whole(bytesOf(file ?? "")).flatMap((batch) => decodePortable(batch))).toEqual(pairs);
  });

  // A record belongs to the split in which the mark before it begins, wherever splits begin and end.
  test.each(kinds.map((golden) => [golden.name, golden] as const))("%s, cut anywhere", (name, { file }) => {
    const bytes = bytesOf(file ?? "");
    writeFileSync(path, bytes);
    const read = (start: number, end: number): unknown[] =>
      [...readSequenceSplit({ path, start, length: end - start, fileSize: bytes.length })].flatMap((batch) =>
        decodePortable(batch),
      );
    // What lies between the marks differs with the codec, the rule does not.
    const step = name.endsWith("DefaultCodec") ? 83 : 1009;
    for (let cut = 1; cut < bytes.length; cut += step) {
      const second = Math.min(bytes.length, cut + (cut % 200));
      expect([...read(0, cut), ...read(cut, second), ...read(second, bytes.length)], `at ${cut}`).toEqual(pairs);
    }
  });
});

describe("splits as in Spark", () => {
  const cases: [string, CompressionCase][] = [];
  let file: CompressionCase["file"];
  for (const golden of formatGolden.compressions) {
    file = golden.file ?? file;
    if (golden.minSplits !== undefined)
      cases.push([golden.name, { ...golden, ...(file === undefined ? {} : { file }) }]);
  }

  test.each(cases)("%s", async (_, { minSplits = 1, digests, file: content = "" }) => {
    writeFileSync(path, bytesOf(content));
    const keys = (await partitionsOf(minSplits)).map((elements) => elements.map((pair) => (pair as [number])[0]));
    expect(keys.map((own) => [own.length, crc32(JSON.stringify(own))])).toEqual(digests);
  });
});

describe("planning", () => {
  test("a directory holds MapFiles, whose data is read", async () => {
    makeFiles(top, {
      "dir/part/data": "1",
      "dir/part/index": "2",
      "dir/plain": "3",
      "dir/_SUCCESS": "",
      "empty/f": "",
    });
    const paths = (await planSequenceFile("dir", 2, top)).flat().map((split) => split.path);
    expect(paths).toEqual([join(top, "dir/part/data"), join(top, "dir/plain")]);
    expect(await planSequenceFile("empty", 2, top)).toEqual([]);
  });

  test.each([
    ["nothing", "PATH_NOT_FOUND"],
    ["noth*", "NO_INPUT_FILES"],
    ["", "INVALID_ARGUMENT"],
    ["other", "PATH_NOT_FOUND"],
  ])("of %j is %s", async (name, code) => {
    makeFiles(top, { "other/inner/no data": "" });
    await expect(planSequenceFile(name, 2, top)).rejects.toMatchObject({ code });
  });

  test("a bad pattern names the method", async () => {
    await expect(planSequenceFile("[", 2, top)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      params: { call: "sequenceFile" },
    });
  });
});

describe("damaged files", () => {
  const fileOf = (name: string): Buffer => bytesOf(kinds.find((golden) => golden.name === name)?.file ?? "");

  const failure = (bytes: Buffer): string => {
    try {
      whole(bytes);
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
    return "none";
  };

  // Where a record or block ends, nothing says that others are missing.
  test.each(kinds.map(({ name }) => name))("%s, cut off", (name) => {
    const bytes = fileOf(name);
    let unnoticed = 0;
    for (let length = 0; length < bytes.length; length += 61) {
      const code = failure(bytes.subarray(0, length));
      if (code === "none") unnoticed++;
      else expect([length, code]).toEqual([length, "CORRUPT_INPUT"]);
    }
    expect(unnoticed).toBeLessThan(bytes.length / 61 / 4);
  });

  test.each(kinds.map(({ name }) => name))("%s, any byte garbled: an error, or other values", (name) => {
    const bytes = fileOf(name);
    for (let at = 0; at < bytes.length; at += at < 150 ? 3 : 97) {
      const garbled = Buffer.from(bytes);
      garbled[at] = (garbled[at] ?? 0) ^ 0x55;
      expect([at, failure(garbled)]).toEqual([
        at,
        expect.stringMatching(/^(none|CORRUPT_INPUT|CLASS_UNSUPPORTED|CODEC_UNSUPPORTED)$/),
      ]);
    }
  });

  test.each<[string, Buffer, object]>([
    ["no bytes", Buffer.alloc(0), { code: "CORRUPT_INPUT" }],
    [
      "another file",
      Buffer.from("not a SequenceFile"),
      {
        code: "CORRUPT_INPUT",
        params: { path: expect.any(String), format: "SequenceFile", reason: "it does not begin with SEQ" },
      },
    ],
    ["an old version", Buffer.from("SEQ\x05 and so on"), { code: "CORRUPT_INPUT" }],
    [
      "a class of somebody else",
      header("com.example.Mine", "org.apache.hadoop.io.Text"),
      { code: "CLASS_UNSUPPORTED", params: { class: "com.example.Mine", path: expect.any(String) } },
    ],
    [
      "a class of Hadoop without a form",
      header("org.apache.hadoop.io.Text", "org.apache.hadoop.io.ObjectWritable"),
      { code: "CLASS_UNSUPPORTED" },
    ],
    [
      "an unknown codec",
      header("org.apache.hadoop.io.Text", "org.apache.hadoop.io.Text", "com.example.Codec"),
      { code: "CODEC_UNSUPPORTED", params: { codec: "com.example.Codec", path: expect.any(String) } },
    ],
  ])("%s", (_, bytes, error) => {
    expect(() => whole(bytes)).toThrow(expect.objectContaining(error));
  });

  test("a file that is gone", () => {
    expect(() => [...readSequenceSplit({ path: join(top, "gone"), start: 0, length: 9, fileSize: 9 })]).toThrow(
      expect.objectContaining({ code: "PATH_NOT_FOUND" }),
    );
  });
});

function header(key: string, value: string, codec?: string): Buffer {
  const text = (name: string): Buffer => Buffer.concat([Buffer.of(name.length), Buffer.from(name)]);
  const flags = Buffer.of(codec === undefined ? 0 : 1, 0);
  return Buffer.concat([
    Buffer.from("SEQ\x06"),
    text(key),
    text(value),
    flags,
    ...(codec === undefined ? [] : [text(codec)]),
    Buffer.alloc(4),
    Buffer.alloc(16, 7),
  ]);
}
