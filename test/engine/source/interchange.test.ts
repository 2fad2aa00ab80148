/** Files go from Kindling to a real PySpark and back: one start of PySpark reads everything, then writes. */
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Batch, uncounted } from "../../../engine/data/batch.js";
import { decodePortable, double, encodePortable, tuple } from "../../../engine/data/portable.js";
import type { Codec } from "../../../engine/source/codecs.js";
import { openObjectPart, readObjectSplit } from "../../../engine/source/object-files.js";
import { commitOutput, type OutputPart, prepareOutput } from "../../../engine/source/output-directory.js";
import { readSequenceSplit } from "../../../engine/source/sequence-read.js";
import { planSequenceFile } from "../../../engine/source/sequence-splits.js";
import { openSequencePart, sequenceClassesOf } from "../../../engine/source/sequence-write.js";
import { decodeLines } from "../../../engine/source/text-decode.js";
import { readTextSplit } from "../../../engine/source/text-read.js";
import { planTextFile } from "../../../engine/source/text-splits.js";
import { openTextPart } from "../../../engine/source/text-write.js";

const run = promisify(execFile);
const python =
  process.env["KINDLING_SPARK_PYTHON"] ?? join(homedir(), ".cache", "kindling", "pyspark-4.3.0", "bin", "python");

/** Without zstd, which PySpark has no library for. */
const codecs: readonly Codec[] = ["none", "gzip", "deflate", "bzip2", "lz4", "snappy"];
const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} äöü`);
const pairs = Array.from({ length: 2000 }, (_, i) => tuple(i, `value ${i}`));
/** Each for a file of its own, as its classes are; and how Python shows what Spark reads, whose bytes are a bytearray. */
const values: readonly (readonly [unknown, string])[] = [
  [tuple("text ä", 1), "('text ä', 1)"],
  [tuple(Buffer.from("bytes"), 2 ** 40), "(bytearray(b'bytes'), 1099511627776)"],
  [tuple(true, double(2)), "(True, 2.0)"],
  [tuple(1.5, null), "(1.5, None)"],
  [tuple(7, new Map<unknown, unknown>([["a", new Map([["c", double(1)]])]])), "(7, {'a': {'c': 1.0}})"],
  [tuple(7, new Map([[-1, 2 ** 33]])), "(7, {-1: 8589934592})"],
];
/** Lists of Python: [1, "a"] and [(2, 3)]. */
const pickles = ["80045d284b018c0161652e", "80045d4b024b0386612e"].map((hex) => Buffer.from(hex, "hex"));

let top = "";
let found: Readonly<Record<string, unknown>> = {};

async function save(
  name: string,
  parts: readonly (readonly Batch[])[],
  open: (path: string, partition: number) => OutputPart,
): Promise<void> {
  const path = join(top, name);
  await prepareOutput(path);
  for (const [partition, batches] of parts.entries()) {
    const part = open(path, partition);
    for (const batch of batches) part.write(batch);
    part.commit();
  }
  await commitOutput(path, parts.length);
}

const linesBatch = (own: readonly string[]): Batch => ({
  format: "lines",
  count: uncounted,
  bytes: Buffer.from(own.map((line) => `${line}\n`).join("")),
});

const savePairs = (name: string, parts: readonly Batch[], codec: Codec): Promise<void> =>
  save(
    name,
    parts.map((batch) => [batch]),
    (path, partition) => {
      const classes = sequenceClassesOf(parts[0] ?? encodePortable([]));
      if (classes === null) throw new Error("no pairs");
      return openSequencePart({ path, partition, attempt: 0, codec, ...classes });
    },
  );

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), "kindling-interchange-"));
  for (const codec of codecs) {
    const texts = [
      [linesBatch(lines.slice(0, 900))],
      [],
      [linesBatch(lines.slice(900, 901)), linesBatch(lines.slice(901))],
    ];
    await save(`text-${codec}`, texts, (path, partition) => openTextPart(path, partition, 0, codec));
    await savePairs(
      `pairs-${codec}`,
      [encodePortable(pairs.slice(0, 1500)), encodePortable([]), encodePortable(pairs.slice(1500))],
      codec,
    );
    const batches = pickles.map((bytes): Batch => ({ format: "pickle", count: 1, bytes }));
    await save(`pickles-${codec}`, [batches, []], (path, partition) =>
      openObjectPart({ path, partition, attempt: 0, codec }),
    );
  }
  for (const [i, [pair]] of values.entries()) await savePairs(`value-${i}`, [encodePortable([pair])], "none");
  const script = join(process.cwd(), "test", "engine", "source", "interchange.py");
  const { stdout } = await run(python, [script, top], { timeout: 170_000, maxBuffer: 64 * 1024 * 1024 });
  found = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Record<string, unknown>;
}, 180_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe("Spark reads", () => {
  test.each(codecs)("text, %s", (codec) => expect(found[`text-${codec}`]).toBe(true));
  test.each(codecs)("pairs, %s", (codec) => expect(found[`pairs-${codec}`]).toBe(true));
  test.each(codecs)("pickles, %s", (codec) => expect(found[`pickles-${codec}`]).toEqual(["'a'", "(2, 3)", "1"]));
  test.each(values.map(([, shown], i) => [shown, i] as const))("%s", (shown, i) =>
    expect(found[`value-${i}`]).toEqual([shown]),
  );
});

describe("Spark's files are read", () => {
  const spark = (name: string): string => join(top, "spark", name);

  test("text, gzip", async () => {
    const read: string[] = [];
    for (const split of (await planTextFile(spark("text"), 2, "/")).flat())
      for await (const batch of readTextSplit(split)) read.push(...decodeLines(batch).lines);
    expect(read).toEqual(lines);
  });

  test("pairs, gzip", async () => {
    const splits = (await planSequenceFile(spark("pairs"), 2, "/")).flat();
    const read = splits.flatMap((split) => [...readSequenceSplit(split)].flatMap((batch) => decodePortable(batch)));
    expect(read).toEqual(pairs.map((pair) => [...pair]));
  });

  test("pickles", async () => {
    const splits = (await planSequenceFile(spark("pickles"), 2, "/")).flat();
    const batches = splits.flatMap((split) => [...readObjectSplit(split, "pickle")]);
    expect(batches.map(({ count }) => count)).toEqual([2, 2, 4]);
  });
});
