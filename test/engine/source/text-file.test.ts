/** `textFile` against what a real Spark made of the same files: `test/golden/text-file.json`, see its recorder. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "../../../engine/errors.js";
import { decodeLines } from "../../../engine/source/text-decode.js";
import { readTextSplit } from "../../../engine/source/text-read.js";
import { planTextFile } from "../../../engine/source/text-splits.js";

/** The contents of a file to make; the recorder says the same in Python. */
type Content =
  | string
  | { readonly hex: string }
  | { readonly repeat: string; readonly times: number }
  | { readonly fill: string; readonly width: number; readonly end: string; readonly times: number }
  | { readonly sequences: string; readonly length: number }
  | { readonly directory: true }
  | { readonly link: string };

interface Digest {
  readonly lines: number;
  readonly sha256: string;
}

interface GoldenCase {
  readonly name: string;
  readonly files?: Readonly<Record<string, Content>>;
  readonly shared?: string;
  readonly path: string;
  readonly minPartitions: number;
  readonly partitions?: readonly (readonly string[])[];
  readonly digests?: readonly Digest[];
  readonly error?: string;
}

interface Golden {
  readonly shared: Readonly<Record<string, Readonly<Record<string, Content>>>>;
  readonly cases: readonly GoldenCase[];
}

const golden = JSON.parse(readFileSync(join(process.cwd(), "test/golden/text-file.json"), "utf8")) as Golden;

/** What our error is called where Spark has only a text. */
const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Input path does not exist/, "PATH_NOT_FOUND"],
  [/^Input Pattern .* matches 0 files/, "NO_INPUT_FILES"],
  [/^Path: .* is a directory/, "PATH_IS_DIRECTORY"],
  [/^Illegal file pattern|empty string|Relative path|^No FileSystem|^Wrong FS/, "INVALID_ARGUMENT"],
  [/^task failed/, "CORRUPT_INPUT"],
];

/** Spark makes an RDD without partitions of a directory without files; here it is an error. */
const ownErrors: Readonly<Record<string, ErrorCode>> = {
  "tree none": "NO_INPUT_FILES",
  "tree hidden": "NO_INPUT_FILES",
};

/** Directories of several files, which Spark takes in the file system's order: partitions are compared as a set. */
const unordered = new Set([
  "tree flat",
  "tree flat/",
  "tree none,flat",
  "tree p,q",
  "tree linked",
  "tree {p,flat}",
  "tree {p/two,flat}",
]);

let top = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-text-"));
  for (const [name, files] of Object.entries(golden.shared)) make(join(top, name), files);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

function make(folder: string, files: Readonly<Record<string, Content>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "object" && "directory" in content) mkdirSync(path);
    else if (typeof content === "object" && "link" in content) symlinkSync(content.link, path);
    else writeFileSync(path, bytesOf(content));
  }
}

function bytesOf(content: Exclude<Content, { directory: true } | { link: string }>): string | Buffer {
  if (typeof content === "string") return content;
  if ("hex" in content) return Buffer.from(content.hex, "hex");
  if ("repeat" in content) return content.repeat.repeat(content.times);
  if ("fill" in content) return (content.fill.repeat(content.width) + content.end).repeat(content.times);
  const alphabet = [...Buffer.from(content.sequences, "hex")];
  const sequences = (length: number): number[][] =>
    length === 0 ? [[]] : sequences(length - 1).flatMap((start) => alphabet.map((byte) => [...start, byte]));
  return Buffer.from(sequences(content.length).flatMap((sequence) => [...sequence, 0x0a]));
}

async function partitionsOf(path: string, minPartitions: number, workingDirectory: string): Promise<string[][]> {
  const partitions: string[][] = [];
  for (const splits of await planTextFile(path, minPartitions, workingDirectory)) {
    const lines: string[] = [];
    for (const split of JSON.parse(JSON.stringify(splits)) as typeof splits) {
      for await (const batch of readTextSplit(split)) for (const line of decodeLines(batch).lines) lines.push(line);
    }
    partitions.push(lines);
  }
  return partitions;
}

const digest = (lines: readonly string[]): Digest => {
  const text = lines.map((line) => `${line}\n`).join("");
  return { lines: lines.length, sha256: createHash("sha256").update(text).digest("hex") };
};

const sorted = <T>(values: readonly T[]): string[] => values.map((value) => JSON.stringify(value)).sort();

describe("as in Spark", () => {
  test.each(golden.cases.map((golden) => [golden.name, golden] as const))("%s", async (name, golden) => {
    const root = join(top, golden.shared ?? "alone");
    if (golden.files !== undefined) make(root, golden.files);
    try {
      const actual = partitionsOf(golden.path.replace("{root}", root), golden.minPartitions, root);
      const code =
        golden.error === undefined ? ownErrors[name] : codes.find(([text]) => text.test(golden.error ?? ""))?.[1];
      if (code !== undefined) await expect(actual).rejects.toMatchObject({ code });
      else if (golden.digests !== undefined) expect((await actual).map(digest)).toEqual(golden.digests);
      else if (unordered.has(name)) expect(sorted(await actual)).toEqual(sorted(golden.partitions ?? []));
      else expect(await actual).toEqual(golden.partitions);
    } finally {
      if (golden.files !== undefined) rmSync(root, { recursive: true });
    }
  });
});
