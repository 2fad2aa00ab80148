/** What a real Spark made of files, `test/golden/formats.json`, and the files themselves: see its recorder. */
import { Buffer } from "node:buffer";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Batch } from "../../../engine/data/batch.js";
import { Double, decodePortableExactly } from "../../../engine/data/portable.js";

/** The contents of a file to make. */
export type Content = string | { readonly hex: string } | { readonly gz64: string } | { readonly directory: true };

export type Files = Readonly<Record<string, Content>>;

export const bytesOf = (content: Exclude<Content, { directory: true }>): Buffer => {
  if (typeof content === "string") return Buffer.from(content);
  return "hex" in content ? Buffer.from(content.hex, "hex") : gunzipSync(Buffer.from(content.gz64, "base64"));
};

export function makeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "object" && "directory" in content) mkdirSync(path);
    else writeFileSync(path, bytesOf(content));
  }
}

/** What reading gave: the elements of each partition, their number and CRC-32 where they are many, or an error. */
export interface Outcome {
  readonly partitions?: readonly (readonly unknown[])[];
  readonly digests?: readonly (readonly [number, number])[];
  readonly error?: string;
}

type FileContent = Exclude<Content, { directory: true }>;

export interface TextCase extends Outcome {
  readonly file: string;
  readonly minPartitions: number;
}

export interface ValueCase extends Outcome {
  readonly name: string;
  readonly file: FileContent;
}

export interface CompressionCase extends Outcome {
  readonly name: string;
  /** Left out: that of the case before. */
  readonly file?: FileContent;
  readonly minSplits?: number;
}

export interface SavedCase {
  readonly name: string;
  readonly pairs?: readonly unknown[];
  readonly file?: FileContent;
  readonly error?: string;
}

export interface PickleCase {
  readonly name: string;
  readonly files: Readonly<Record<string, FileContent>>;
  /** Of the elements in each file. */
  readonly counts: readonly number[];
}

export interface WholeCase extends Outcome {
  /** Which of the sets of files. */
  readonly files: number;
  readonly path: string;
  readonly minPartitions: number;
  readonly kind: "text" | "binary";
}

export interface SizeCase {
  /** Of the files f0, f1, … */
  readonly mebibytes: readonly number[];
  readonly minPartitions: number;
  readonly names: readonly (readonly string[])[];
}

export interface RecordCase extends Outcome {
  readonly length: number;
  readonly size?: number;
  readonly path?: string;
  /** Of the records in each partition. */
  readonly counts?: readonly number[];
}

export interface FormatGolden {
  readonly texts: { readonly files: Readonly<Record<string, FileContent>>; readonly cases: readonly TextCase[] };
  readonly values: readonly ValueCase[];
  readonly compressions: readonly CompressionCase[];
  readonly saved: readonly SavedCase[];
  readonly pickles: readonly PickleCase[];
  readonly whole: {
    readonly files: readonly Files[];
    readonly cases: readonly WholeCase[];
    readonly sizes: readonly SizeCase[];
  };
  readonly records: readonly RecordCase[];
  readonly zstd: {
    /** The version of the command. */
    readonly source: string;
    readonly cases: readonly {
      readonly name: string;
      readonly file: FileContent;
      readonly size: number;
      readonly crc: number;
    }[];
    readonly refused: readonly { readonly name: string; readonly file: FileContent }[];
  };
}

export const formatGolden: FormatGolden = JSON.parse(
  readFileSync(join(process.cwd(), "test/golden/formats.json"), "utf8"),
) as FormatGolden;

/** The elements of portable batches, written as the recorder writes those of Python. */
export const taggedElements = (batches: Iterable<Batch>): unknown[] =>
  [...batches].flatMap((batch) => decodePortableExactly(batch).map(tagged));

const compared = (left: unknown, right: unknown): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

/** A pair of a file is a tuple; lists do not occur. */
function tagged(value: unknown): unknown {
  if (value instanceof Double) return { float: pythonFloat(value.value) };
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number") return Number.isInteger(value) ? value : { float: pythonFloat(value) };
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return { tuple: value.map(tagged) };
  if (typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return { dict: entries.map((entry) => entry.map(tagged)).sort(compared) };
}

/** `repr` of a float, for those that the recorder uses. */
function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The value that a tagged one stands for, as a batch of Python's would have it. */
export function untagged(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [kind, content] = Object.entries(value)[0] ?? [];
  if (kind === "float") return new Double(content === "nan" ? Number.NaN : Number(content.replace("inf", "Infinity")));
  if (kind === "int") return BigInt(content);
  if (kind === "hex") return Buffer.from(content, "hex");
  if (kind === "tuple") return content.map(untagged);
  if (kind === "dict") return new Map(content.map((entry: unknown[]) => entry.map(untagged)));
  if (kind === "repr") return new Set([1]);
  return (value as unknown[]).map(untagged);
}
