/**
 * Compression, by the names that Hadoop and Spark give it: `part-00000.gz` is read by gzip because of its suffix,
 * `saveAsTextFile(path, "org.apache.hadoop.io.compress.GzipCodec")` writes it, and a SequenceFile names the class
 * in its header. Kindling takes the short names as well.
 */
import { EngineError } from "../errors.js";

export type Codec = "none" | "gzip" | "deflate" | "bzip2" | "zstd" | "lz4" | "snappy";

/** Codecs that change bytes. */
export type RealCodec = Exclude<Codec, "none">;

interface CodecEntry {
  /** Of files, in lower case. */
  readonly suffix: string;
  /** Names in the package `org.apache.hadoop.io.compress`; the first one is written. */
  readonly classes: readonly string[];
  /** A part of a file can be read without what comes before it. */
  readonly splittable: boolean;
}

const codecs: Readonly<Record<RealCodec, CodecEntry>> = {
  gzip: { suffix: ".gz", classes: ["GzipCodec"], splittable: false },
  deflate: { suffix: ".deflate", classes: ["DefaultCodec", "DeflateCodec"], splittable: false },
  bzip2: { suffix: ".bz2", classes: ["BZip2Codec"], splittable: true },
  zstd: { suffix: ".zst", classes: ["ZStandardCodec"], splittable: false },
  lz4: { suffix: ".lz4", classes: ["Lz4Codec"], splittable: false },
  snappy: { suffix: ".snappy", classes: ["SnappyCodec"], splittable: false },
};

const entries = Object.entries(codecs) as readonly (readonly [RealCodec, CodecEntry])[];

const javaPackage = "org.apache.hadoop.io.compress.";

/** What comes after the name of a part. */
export const suffixOf = (codec: Codec): string => (codec === "none" ? "" : codecs[codec].suffix);

/** The class that a SequenceFile names. */
export const classOf = (codec: RealCodec): string => javaPackage + codecs[codec].classes[0];

export const isSplittable = (codec: Codec): boolean => codec === "none" || codecs[codec].splittable;

/**
 * The codec of an input file by its suffix, in any case, as Hadoop finds it.
 * Errors: CODEC_UNSUPPORTED.
 */
export function codecOfPath(path: string): Codec {
  const suffix = /\.[^./]*$/.exec(path)?.[0].toLowerCase();
  // Hadoop knows this suffix; a file that has it is meant for programs that decompress themselves.
  if (suffix === ".passthrough") throw new EngineError("CODEC_UNSUPPORTED", { path, codec: "passthrough" });
  return entries.find(([, entry]) => entry.suffix === suffix)?.[0] ?? "none";
}

/**
 * The codec that a SequenceFile at `path` names.
 * Errors: CODEC_UNSUPPORTED.
 */
export function codecOfClass(name: string, path: string): RealCodec {
  const codec = codecOfName(name);
  if (codec === undefined) throw new EngineError("CODEC_UNSUPPORTED", { path, codec: name });
  return codec;
}

const codecOfName = (name: string): RealCodec | undefined =>
  entries.find(
    ([, { classes }]) => name.startsWith(javaPackage) && classes.includes(name.slice(javaPackage.length)),
  )?.[0];

/**
 * The codec that a program asks for by Spark's class name or by a short one (`gzip`); null is none.
 * Errors: INVALID_ARGUMENT.
 */
export function codecNamed(name: string | null, call: string): Codec {
  if (name === null || name === "none") return "none";
  const codec = codecOfName(name) ?? (Object.hasOwn(codecs, name) ? (name as RealCodec) : undefined);
  if (codec !== undefined) return codec;
  throw new EngineError("INVALID_ARGUMENT", {
    call,
    parameter: "compressionCodecClass",
    expected: `one of ${Object.keys(codecs).join(", ")}, or its class in ${javaPackage.slice(0, -1)}`,
    actual: JSON.stringify(name),
  });
}
