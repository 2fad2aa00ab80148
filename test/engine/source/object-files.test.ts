/** Pickle files of PySpark (`test/golden/formats.json`) as CPython reads their batches, and object files of TypeScript. */
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch, BatchFormat } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";
import { decodePortable, encodePortable } from "../../../engine/data/portable.js";
import { readByteArrays } from "../../../engine/source/byte-arrays.js";
import { DataInput } from "../../../engine/source/data-input.js";
import { openObjectPart, readObjectSplit } from "../../../engine/source/object-files.js";
import { commitOutput, prepareOutput } from "../../../engine/source/output-directory.js";
import { asPickledList, pickledLength } from "../../../engine/source/pickle-length.js";
import { bytesOf, formatGolden } from "./format-golden.js";

let top = "";
let out = "";
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-objects-"));
  out = join(top, "out");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const python = process.env["KINDLING_PYTHON"] ?? join(process.cwd(), ".venv", "bin", "python");

/** What a Python program prints as JSON, given lines of hexadecimal digits. */
const runPython = (program: string, lines: readonly string[]): unknown =>
  JSON.parse(execFileSync(python, ["-c", program], { input: lines.join("\n"), encoding: "utf8", timeout: 60_000 }));

/** `repr` of the elements of each pickled batch. */
const unpickled = (pickles: readonly Uint8Array[]): string[][] =>
  runPython(
    "import json, pickle, sys\nprint(json.dumps([[repr(x) for x in pickle.loads(bytes.fromhex(line))] for line in sys.stdin.read().split()]))",
    pickles.map((bytes) => Buffer.from(bytes).toString("hex")),
  ) as string[][];

function read(path: string, own: BatchFormat, length = statSync(path).size): Batch[] {
  const fileSize = statSync(path).size;
  const batches: Batch[] = [];
  for (let start = 0; start < fileSize; start += length)
    batches.push(...readObjectSplit({ path, start, length: Math.min(length, fileSize - start), fileSize }, own));
  return batches;
}

describe("files of PySpark", () => {
  test.each(formatGolden.pickles.map((golden) => [golden.name, golden] as const))("%s", (_, { files, counts }) => {
    const path = join(top, "f");
    const found = Object.values(files).map((content) => {
      writeFileSync(path, bytesOf(content));
      return read(path, "pickle");
    });
    expect(found.map((batches) => batches.reduce((sum, { count }) => sum + count, 0))).toEqual(counts);
    for (const batches of found) {
      expect(batches.map(({ format }) => format)).toEqual(batches.map(() => "pickle"));
      expect(unpickled(batches.map(({ bytes }) => bytes)).map((elements) => elements.length)).toEqual(
        batches.map(({ count }) => count),
      );
    }
  });

  test("the elements themselves", () => {
    const path = join(top, "f");
    const elementsOf = (name: string): string[] => {
      const { files = {} } = formatGolden.pickles.find((golden) => golden.name === name) ?? {};
      return Object.values(files).flatMap((content) => {
        writeFileSync(path, bytesOf(content));
        return unpickled(read(path, "pickle").map(({ bytes }) => bytes)).flat();
      });
    };
    const numbers = Array.from({ length: 25 }, (_, i) => String(i));
    for (const name of ["default", "batches of 3", "batches by size"]) expect(elementsOf(name)).toEqual(numbers);
    const pairs = Array.from({ length: 40 }, (_, i) => `(${i}, 'v${i}')`);
    for (const size of [0, 4]) expect(elementsOf(`by Java, batches of ${size}`)).toEqual(pairs);
    expect(elementsOf("values").slice(-5)).toEqual([
      "1j",
      "range(0, 3)",
      "<class 'int'>",
      "<built-in function len>",
      `'${"a".repeat(70_000)}'`,
    ]);
  });
});

describe("lengths of pickles", () => {
  // Every protocol of CPython, and values whose opcodes differ from one to the next.
  const program = `
import array, collections, datetime, decimal, fractions, json, pickle, uuid
class Slots:
    __slots__ = ("a",)
class Plain:
    def __init__(self): self.a = [1, 2]
shared = [1, 2]
values = [
    [], [1], list(range(10)), list(range(3000)), [None, True, False, -1, 255, 65536, 2**31, 2**70, 2**3000, 1.5], ["a", "ä" * 300, "x" * 70000],
    [b"", b"a" * 300, bytearray(b"xyz"), bytearray(b"y" * 300)], [[]], [[1, [2, (3, 4)]], ()], [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)], [{}, {"a": [1]}, {1: 2, 3: 4}],
    [set(), {1}, frozenset(), frozenset({1, 2})], [shared, shared, (shared, shared)], [datetime.date(2020, 1, 1), datetime.datetime.now(), decimal.Decimal("1.5"), fractions.Fraction(1, 3)],
    [collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1, 2, 3]), collections.defaultdict(list, a=[1])], [1j, range(3), slice(1, 2), ...],
    [array.array("d", [1.0, 2.0]), uuid.UUID(int=5)], [Plain(), Plain()], [int, len, "x".join], ["two\\nlines", "it's", "\\\\", "\\x00"], (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ([1, 2], [3]), tuple(range(50)), (Plain(),),
]
print(json.dumps([[pickle.dumps(v, p).hex(), type(v).__name__, len(v)] for v in values for p in range(6)]))
`;

  test("of lists and tuples, in all protocols", () => {
    const made = runPython(program, []) as [string, "list" | "tuple", number][];
    expect(made.length).toBe(28 * 6);
    for (const [hex, kind, length] of made)
      expect(pickledLength(Buffer.from(hex, "hex")), hex.slice(0, 200)).toEqual({ kind, length });
    const tuples = made.filter(([hex, kind]) => kind === "tuple" && !hex.includes("506c61696e"));
    const listed = tuples.map(([hex]) => {
      const bytes = Buffer.from(hex, "hex");
      return asPickledList(bytes, { kind: "tuple", length: 0 }).toString("hex");
    });
    const compare =
      "import json, pickle, sys\nlines = sys.stdin.read().split()\nprint(json.dumps([pickle.loads(bytes.fromhex(a)) == list(pickle.loads(bytes.fromhex(b))) for a, b in zip(lines[::2], lines[1::2])]))";
    expect(
      runPython(
        compare,
        tuples.flatMap(([hex], i) => [listed[i] ?? "", hex]),
      ),
    ).toEqual(tuples.map(() => true));
  });

  test.each([
    ["nothing", ""],
    ["no end", "80055d94"],
    ["bytes after the end", "80055d942e00"],
    ["no list", "80054b012e"],
    ["a dict", "80057d942e"],
    ["an unknown opcode", "80055d94ff2e"],
    ["a cut string", "80055d948cff612e"],
    ["an item too few", "612e"],
    ["a mark too few", "80055d94652e"],
    ["two values", "80055d944b012e"],
  ])("%s", (_, hex) => {
    expect(pickledLength(Buffer.from(hex, "hex"))).toBe(null);
  });
});

async function write(batches: readonly Batch[], codec: "none" | "gzip" | "bzip2" = "none"): Promise<string> {
  await prepareOutput(out);
  const part = openObjectPart({ path: out, partition: 0, attempt: 0, codec });
  for (const batch of batches) part.write(batch);
  part.commit();
  await commitOutput(out, 1);
  return join(out, "part-00000");
}

describe("files of ours", () => {
  const values = Array.from({ length: 50 }, (_, i) =>
    Array.from({ length: i + 1 }, (_, j) => [`key ${i}`, j, { deep: [i, "x".repeat(i * 50)] }]),
  );

  test.each(["none", "gzip", "bzip2"] as const)("TypeScript's own batches, %s, also in splits", async (codec) => {
    const path = await write(
      values.map((elements) => encodeElements(elements)),
      codec,
    );
    for (const length of [1e9, 9999, 500]) {
      const batches = read(path, "v8", length);
      expect(batches.map(({ count }) => count)).toEqual(values.map((elements) => elements.length));
      expect(batches.map((batch) => decodeElements({ batch, from: 0, to: batch.count }))).toEqual(values);
    }
  });

  test("portable batches are for every language", async () => {
    const path = await write([encodePortable([1, "a"]), encodePortable([[2]])]);
    for (const own of ["pickle", "v8", "portable"] as const)
      expect(read(path, own).flatMap((batch) => decodePortable(batch))).toEqual([1, "a", [2]]);
  });

  test("pickles have the container of Java, a record for each", async () => {
    const pickles = [Buffer.from("80055d942e", "hex"), Buffer.from("80055d94284b014b02652e", "hex")];
    const path = await write(pickles.map((bytes, i) => ({ format: "pickle", count: i * 2, bytes })));
    expect(read(path, "pickle")).toEqual(
      pickles.map((bytes, i) => ({ format: "pickle", count: i * 2, bytes: Uint8Array.from(bytes) })),
    );
    expect(readFileSync(path).includes("kindling")).toBe(false);
  });

  test("an empty partition", async () => {
    expect(read(await write([]), "pickle")).toEqual([]);
  });

  test("two formats in one file", async () => {
    await expect(write([encodePortable([1]), encodeElements([1])])).rejects.toMatchObject({ code: "INTERNAL" });
  });

  test("elements of another language", async () => {
    const path = await write([encodeElements([1])]);
    expect(() => read(path, "pickle")).toThrow(
      expect.objectContaining({
        code: "CORRUPT_INPUT",
        params: { path, format: "object", reason: "its elements are in the format v8, those of the program in pickle" },
      }),
    );
  });
});

describe("damaged files", () => {
  const [golden] = formatGolden.pickles;

  test("pairs that are no objects; any byte garbled: an error, or other bytes", () => {
    const path = join(top, "f");
    const pairs = formatGolden.saved.find(({ name }) => name === "int as value");
    writeFileSync(path, bytesOf(pairs?.file ?? ""));
    expect(() => read(path, "pickle")).toThrow(expect.objectContaining({ code: "CORRUPT_INPUT" }));
    const bytes = bytesOf(golden?.files["part-00000"] ?? "");
    for (let at = 0; at < bytes.length; at++) {
      const garbled = Buffer.from(bytes);
      garbled[at] = (garbled[at] ?? 0) ^ 0x21;
      writeFileSync(path, garbled);
      let code = "none";
      try {
        read(path, "pickle");
      } catch (thrown) {
        code = (thrown as { code: string }).code;
      }
      expect([at, code]).toEqual([at, expect.stringMatching(/^(none|CORRUPT_INPUT|CODEC_UNSUPPORTED)$/)]);
    }
  });

  // Java's specification of object serialization, chapter 6, says what these bytes mean.
  const start = "aced0005757200035b5b424bfd19156767db37020000787000000002";
  const first = "757200025b42acf317f8060854e002000078700000000161";
  test.each<[string, string, string[] | null]>([
    ["the second array is the first one again", `${start}${first}71007e0003`, ["a", "a"]],
    ["the second array by its class's number", `${start}${first}7571007e00020000000262 63`, ["a", "bc"]],
    ["null instead of an array", `${start}70`, null],
    ["a reference to what was not there", `${start}${first}71007e0009`, null],
    ["no array", "aced0005740001 61", null],
    ["another class", "aced0005757200025b49 4dba602676eab2a5 0200007870 00000001 00000001", null],
    ["another stream version", `aced0004${first}`, null],
  ])("%s", (_, hex, expected) => {
    const input = new DataInput("f", "object", Buffer.from(hex.replaceAll(" ", ""), "hex"));
    if (expected === null)
      expect(() => readByteArrays(input)).toThrow(expect.objectContaining({ code: "CORRUPT_INPUT" }));
    else expect(readByteArrays(input).map(String)).toEqual(expected);
  });
});
