/** `wholeTextFiles`, `binaryFiles` and `binaryRecords` against what a real Spark made of the same files: `test/golden/formats.json`. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../../../engine/data/batch.js";
import { decodePortable } from "../../../engine/data/portable.js";
import { planBinaryRecords, readBinaryRecords } from "../../../engine/source/binary-records.js";
import {
  planBinaryFiles,
  planWholeTextFiles,
  readBinaryFiles,
  readWholeTextFiles,
} from "../../../engine/source/whole-files.js";
import { type Files, formatGolden, makeFiles, taggedElements } from "./format-golden.js";

let top = "";
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-whole-"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const mebibyte = 1024 * 1024;

async function gather(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const found: Batch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

const readers = {
  text: async (path: string, minPartitions: number) =>
    Promise.all((await planWholeTextFiles(path, minPartitions, top)).map((files) => gather(readWholeTextFiles(files)))),
  binary: async (path: string, minPartitions: number) => {
    // The recorder runs on local[2].
    const partitions = await planBinaryFiles(path, { minPartitions, defaultParallelism: 2, workingDirectory: top });
    return Promise.all(partitions.map((files) => gather(readBinaryFiles(files))));
  },
};

const codes: readonly (readonly [RegExp, string])[] = [
  [/Input path does not exist/, "PATH_NOT_FOUND"],
  [/Input Pattern .* matches 0 files/, "NO_INPUT_FILES"],
  [/Unexpected end of input stream/, "CORRUPT_INPUT"],
];

describe("as in Spark", () => {
  const cases = formatGolden.whole.cases.map(
    (golden) => [golden.kind, golden.path, golden.minPartitions, golden] as const,
  );

  test.each(cases)("%s %s in %i", async (kind, path, minPartitions, golden) => {
    makeFiles(top, formatGolden.whole.files[golden.files] as Files);
    const reading = readers[kind](path, minPartitions);
    if (golden.error !== undefined) {
      const code = codes.find(([text]) => text.test(golden.error ?? ""))?.[1];
      await expect(reading).rejects.toMatchObject({ code });
      return;
    }
    const text = JSON.stringify((await reading).map(taggedElements)).replaceAll(top, "{root}");
    // Spark takes a directory in the file system's order.
    const order = (partitions: unknown): unknown =>
      path === "d"
        ? (partitions as unknown[][])
            .flat()
            .map((pair) => JSON.stringify(pair))
            .sort()
        : partitions;
    expect(order(JSON.parse(text))).toEqual(order(golden.partitions));
  });

  test.each(formatGolden.whole.sizes.map((golden) => [golden.mebibytes, golden.minPartitions, golden] as const))(
    "binary files of %j MiB in %i",
    async (mebibytes, minPartitions, { names }) => {
      for (const [i, size] of mebibytes.entries()) {
        writeFileSync(join(top, `f${i}`), "");
        truncateSync(join(top, `f${i}`), size * mebibyte);
      }
      const partitions = await planBinaryFiles("*", { minPartitions, defaultParallelism: 2, workingDirectory: top });
      expect(partitions.map((files) => files.map(({ path }) => path.slice(top.length + 1)))).toEqual(names);
    },
  );
});

describe("whole files", () => {
  test("come in batches of about 1 MiB", async () => {
    for (let i = 0; i < 40; i++) writeFileSync(join(top, `f${i}`), "ä".repeat(50_000));
    const [batches = []] = await readers.text("*", 1);
    expect(batches.map(({ count }) => count)).toEqual([11, 11, 11, 7]);
    expect(
      batches.flatMap((batch) => decodePortable(batch)).every((pair) => (pair as string[])[1] === "ä".repeat(50_000)),
    ).toBe(true);
  });

  test("content over 1 GiB is refused before it is read", async () => {
    writeFileSync(join(top, "huge"), "");
    truncateSync(join(top, "huge"), 1024 * mebibyte + 1);
    for (const kind of ["text", "binary"] as const) {
      await expect(readers[kind]("huge", 1)).rejects.toMatchObject({
        code: "LIMIT_REACHED",
        params: { what: `the content of "${join(top, "huge")}" as one value`, limit: "1 GiB" },
      });
    }
  });

  test("a file that is gone; a codec that is not read", async () => {
    const gone = { path: join(top, "gone"), size: 5, codec: "none" as const };
    await expect(gather(readBinaryFiles([gone]))).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
    await expect(gather(readWholeTextFiles([{ ...gone, codec: "gzip" }]))).rejects.toMatchObject({
      code: "PATH_NOT_FOUND",
    });
    writeFileSync(join(top, "x.passthrough"), "x");
    await expect(readers.text("x.passthrough", 1)).rejects.toMatchObject({ code: "CODEC_UNSUPPORTED" });
    expect((await readers.binary("x.passthrough", 1)).map((batches) => decodePortable(batches[0] as Batch))).toEqual([
      [[`file:${join(top, "x.passthrough")}`, Uint8Array.of(0x78)]],
    ]);
  });

  test("a directory of nothing but directories", async () => {
    mkdirSync(join(top, "d", "inner"), { recursive: true });
    await expect(readers.text("d", 1)).rejects.toMatchObject({ code: "NO_INPUT_FILES" });
    await expect(readers.binary("", 1)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      params: { call: "binaryFiles" },
    });
  });
});

describe("records of one length", () => {
  const read = async (path: string, length: number): Promise<Batch[][]> =>
    (await planBinaryRecords(path, length, top)).map((splits) =>
      splits.flatMap((split) => [...readBinaryRecords(split)]),
    );

  const small = formatGolden.records.filter(({ size = 0, path }) => path === undefined && size < 100);
  test.each(small.map((golden) => [golden.size ?? 0, golden.length, golden] as const))(
    "%i bytes in %i",
    async (size, length, golden) => {
      writeFileSync(join(top, "f"), Buffer.from(Array.from({ length: size }, (_, i) => i)));
      const code = length <= 0 ? "INVALID_ARGUMENT" : "CORRUPT_INPUT";
      if (golden.error === undefined) expect((await read("f", length)).map(taggedElements)).toEqual(golden.partitions);
      else await expect(read("f", length)).rejects.toMatchObject({ code });
    },
  );

  const large = formatGolden.records.filter(({ counts }) => counts !== undefined);
  test.each(large.map((golden) => [golden.size ?? 0, golden.length, golden] as const))(
    "%i bytes in %i: splits",
    async (size, length, { counts }) => {
      writeFileSync(join(top, "f"), "");
      truncateSync(join(top, "f"), size);
      const splits = (await planBinaryRecords("f", length, top)).flat();
      expect(splits.map((split) => split.length / length)).toEqual(counts);
      const [first] = splits;
      if (first === undefined || length > 100_000) return;
      const batches = [...readBinaryRecords(first)];
      expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(counts?.[0]);
      for (const { bytes } of batches) expect(bytes.length).toBeLessThan(mebibyte + 2 * length);
    },
  );

  // Spark fails as well, in its own words: formats.json has them.
  test("compressed files and directories inside directories", async () => {
    makeFiles(top, { "f.gz": "abcd", "d/inner/f": "abcd", "d/g": "abcd" });
    await expect(read("f.gz", 2)).rejects.toMatchObject({ code: "CODEC_UNSUPPORTED" });
    await expect(read("d", 2)).rejects.toMatchObject({ code: "PATH_IS_DIRECTORY" });
    expect(
      formatGolden.records.filter(({ path }) => path !== undefined).map(({ error }) => error !== undefined),
    ).toEqual([true, true]);
  });

  test("a file that became shorter since planning", async () => {
    writeFileSync(join(top, "f"), "12345678");
    const [[split] = []] = await planBinaryRecords("f", 4, top);
    truncateSync(join(top, "f"), 6);
    if (split !== undefined)
      expect(() => [...readBinaryRecords(split)]).toThrow(expect.objectContaining({ code: "CORRUPT_INPUT" }));
    expect(split?.length).toBe(8);
  });
});
