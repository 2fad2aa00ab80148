/** SequenceFiles written here: byte for byte those of Spark, but for the marker that each file chooses for itself. */
import type { Buffer } from "node:buffer";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../../../engine/data/batch.js";
import { decodePortable, encodePortable, tuple } from "../../../engine/data/portable.js";
import type { Codec } from "../../../engine/source/codecs.js";
import { prepareCodec } from "../../../engine/source/compress.js";
import { commitOutput, prepareOutput } from "../../../engine/source/output-directory.js";
import { readSequenceSplit } from "../../../engine/source/sequence-read.js";
import { openSequencePart, sequenceClassesOf } from "../../../engine/source/sequence-write.js";
import type { FileSplit } from "../../../engine/source/text-splits.js";
import { bytesOf, formatGolden, untagged } from "./format-golden.js";

let top = "";
let out = "";
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-sequence-write-"));
  out = join(top, "out");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function save(batches: readonly Batch[], codec: Codec = "none"): Promise<string> {
  const classes = sequenceClassesOf(batches[0] ?? encodePortable([]));
  if (classes === null) throw new Error("no pairs");
  await prepareCodec(codec);
  await prepareOutput(out);
  const part = openSequencePart({ path: out, partition: 0, attempt: 0, codec, ...classes });
  try {
    for (const batch of batches) part.write(batch);
    part.commit();
  } catch (thrown) {
    part.abort();
    throw thrown;
  }
  await commitOutput(out, 1);
  return join(out, "part-00000");
}

const markerBytes = 16;

/** The file without its marker, which lies before the first record: at the end of a header without metadata. */
function withoutMarker(bytes: Buffer): Buffer[] {
  const names = bytes.readUInt8(4) + bytes.readUInt8(5 + bytes.readUInt8(4));
  const end = 4 + 2 + names + 2 + 4;
  return [bytes.subarray(0, end), bytes.subarray(end + markerBytes)];
}

const codes: readonly (readonly [RegExp, string])[] = [
  [/Data of type/, "VALUE_NOT_WRITABLE"],
  [/wrong (key|value) class/, "VALUE_TYPES_MIXED"],
];

describe("as Spark writes", () => {
  const cases = formatGolden.saved.filter(({ pairs }) => pairs !== undefined);

  test.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (name, { pairs = [], file, error }) => {
    const elements = pairs.map((pair) => tuple(...(untagged(pair) as unknown[])));
    if (error !== undefined) {
      const code = codes.find(([text]) => text.test(error))?.[1];
      await expect(save([encodePortable(elements)])).rejects.toMatchObject({ code });
      return;
    }
    const saved = withoutMarker(readFileSync(await save([encodePortable(elements)])));
    const expected = withoutMarker(bytesOf(file ?? ""));
    // A Java map has an order of its own: as many bytes, the same ones.
    const order = (bytes: Buffer[]): unknown =>
      name.startsWith("dict") ? bytes.map((part) => [...part].sort()) : bytes;
    expect(order(saved)).toEqual(order(expected));
  });
});

const splitsOf = (path: string, length: number): FileSplit[] => {
  const fileSize = statSync(path).size;
  const splits: FileSplit[] = [];
  for (let start = 0; start < fileSize; start += length)
    splits.push({ path, start, length: Math.min(length, fileSize - start), fileSize });
  return splits;
};

const read = (splits: readonly FileSplit[]): unknown[] =>
  splits.flatMap((split) => [...readSequenceSplit(split)].flatMap((batch) => decodePortable(batch)));

describe("what is written is read", () => {
  const pairs = Array.from({ length: 12_000 }, (_, i) => [i * 1_000_003, `text ${i} ${"x".repeat(i % 90)}`]);

  test.each<Codec>(["none", "gzip", "deflate", "bzip2", "zstd", "lz4", "snappy"])(
    "%s, also in splits",
    async (codec) => {
      // All numbers of one class, for the first pair says which.
      const long = pairs.map(([number, text]) => tuple((number as number) + 2 ** 40, text));
      const batches = Array.from({ length: 6 }, (_, i) => encodePortable(long.slice(i * 2000, (i + 1) * 2000)));
      const path = await save(batches, codec);
      expect(readdirSync(out).sort()).toEqual(["_SUCCESS", "part-00000"]);
      for (const parts of [1, 2, 7, 40]) {
        const splits = splitsOf(path, Math.ceil(statSync(path).size / parts));
        expect(read(splits)).toEqual(long.map((pair) => [...pair]));
      }
    },
  );

  test("marks are 100 kB apart, so that 20 splits of an uncompressed file share its records", async () => {
    const path = await save([encodePortable(pairs.map(([, text]) => tuple(text, null)))]);
    const size = statSync(path).size;
    const counts = splitsOf(path, Math.ceil(size / 5)).map((split) => read([split]).length);
    expect(Math.min(...counts)).toBeGreaterThan(1000);
  });

  test("large values", async () => {
    const large = ["a".repeat(3_000_000), "", "b".repeat(70_000)];
    for (const codec of ["none", "gzip"] as const) {
      expect(read(splitsOf(await save([encodePortable(large.map((text, i) => tuple(i, text)))], codec), 1e9))).toEqual(
        large.map((text, i) => [i, text]),
      );
      rmSync(out, { recursive: true });
    }
  });

  test("no pairs in a partition", async () => {
    const classes = { keyClass: "org.apache.hadoop.io.Text", valueClass: "org.apache.hadoop.io.IntWritable" };
    await prepareOutput(out);
    openSequencePart({ path: out, partition: 0, attempt: 0, codec: "none", ...classes }).commit();
    openSequencePart({ path: out, partition: 1, attempt: 0, codec: "gzip", ...classes }).commit();
    await commitOutput(out, 2);
    for (const part of ["part-00000", "part-00001"]) expect(read(splitsOf(join(out, part), 1e9))).toEqual([]);
  });
});

describe("mistakes", () => {
  test.each([
    [
      "an element that is no pair",
      [1],
      { code: "NOT_KEY_VALUE", params: { call: "saveAsSequenceFile", actual: "number" } },
    ],
    [
      "three values",
      [tuple(1, 2, 3)],
      { code: "NOT_KEY_VALUE", params: { call: "saveAsSequenceFile", actual: "3 values" } },
    ],
    ["a date", [tuple(1, new Date())], { code: "VALUE_NOT_WRITABLE", params: { type: "a date or time" } }],
    [
      "a list deep inside",
      [tuple({ a: { b: [1] } }, 1)],
      { code: "VALUE_NOT_WRITABLE", params: { type: "a list or tuple" } },
    ],
    [
      "another type later",
      [tuple(1, "a"), tuple(2, true)],
      {
        code: "VALUE_TYPES_MIXED",
        params: {
          role: "value",
          expected: "org.apache.hadoop.io.Text",
          actual: "org.apache.hadoop.io.BooleanWritable",
        },
      },
    ],
  ])("%s", async (_, elements, error) => {
    await expect(save([encodePortable(elements)])).rejects.toMatchObject(error);
  });

  test("no first pair says nothing of classes", () => {
    expect(sequenceClassesOf(encodePortable([]))).toBe(null);
  });

  test("batches of another format", async () => {
    await expect(
      save([encodePortable([tuple(1, 1)]), { format: "v8", count: 1, bytes: new Uint8Array(1) }]),
    ).rejects.toMatchObject({ code: "INTERNAL" });
  });
});
