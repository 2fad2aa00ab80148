/** Hadoop's way of saying what to write and where: classes of output formats, and settings by name. */

import type { CallSite } from "../errors.js";
import { EngineError } from "../errors.js";
import { type Codec, codecNamed } from "../source/codecs.js";

/** Settings by name, as Hadoop has them. */
export type HadoopSettings = Readonly<Record<string, string>>;

export interface HadoopOutput {
  readonly format: "text" | "sequence";
  readonly path: string;
  readonly codec: Codec;
  /** Between key and value of a line of text. */
  readonly separator: string;
}

const formats: Readonly<Record<string, HadoopOutput["format"]>> = {
  "org.apache.hadoop.mapred.TextOutputFormat": "text",
  "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat": "text",
  "org.apache.hadoop.mapred.SequenceFileOutputFormat": "sequence",
  "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat": "sequence",
};

/** Names of one setting, today's and the older one. */
const names = {
  format: ["mapreduce.job.outputformat.class", "mapred.output.format.class"],
  path: ["mapreduce.output.fileoutputformat.outputdir", "mapred.output.dir"],
  isCompressed: ["mapreduce.output.fileoutputformat.compress", "mapred.output.compress"],
  codec: ["mapreduce.output.fileoutputformat.compress.codec", "mapred.output.compression.codec"],
  separator: ["mapreduce.output.textoutputformat.separator", "mapred.textoutputformat.separator"],
} as const;

/** The package of Hadoop's own keys and values. */
const writables = "org.apache.hadoop.io.";

/** Hadoop's own where it compresses and no codec is named. */
const defaultCodec = "org.apache.hadoop.io.compress.DefaultCodec";

export interface HadoopCall {
  readonly site: CallSite;
  /** What the call itself says wins over its settings. */
  readonly path?: string;
  readonly format?: string;
  readonly codec?: string | null;
  /** What comes before the number in the names of files; `part-` when left out. */
  readonly stem?: string;
  readonly settings: HadoopSettings;
  /** Of keys and values; those of Hadoop follow from the elements. */
  readonly classes?: readonly (string | null | undefined)[];
  /** Java classes that would turn elements into what is written. */
  readonly converters: readonly (string | null | undefined)[];
}

/** What a call asks for; refuses what only a JVM could do. */
export function hadoopOutput(call: HadoopCall): HadoopOutput {
  const { site, path, format, codec, settings, classes = [], converters } = call;
  const setting = (name: keyof typeof names): string | undefined =>
    names[name].map((known) => settings[known]).find((value) => value !== undefined);
  const given = (name: string | null | undefined): name is string => name !== null && name !== undefined;
  for (const converter of converters.filter(given)) throw unsupported(site, `the converter ${converter}`);
  const foreign = classes.filter(given).find((name) => !name.startsWith(writables));
  if (foreign !== undefined) throw unsupported(site, `the class ${foreign}`);
  const target = path ?? setting("path");
  if (target === undefined) throw missing(site, names.path[0]);
  const named = format ?? setting("format");
  const known = named === undefined ? "text" : formats[named];
  if (known === undefined) throw unsupported(site, `the output format ${named}`);
  const compressed = setting("isCompressed") === "true" ? (setting("codec") ?? defaultCodec) : null;
  return {
    format: known,
    path: target,
    codec: codecGiven(codec ?? compressed, site),
    separator: setting("separator") ?? "\t",
  };
}

/** The codec that a program asks for, by the line of its call. */
export function codecGiven(name: string | null, site: CallSite): Codec {
  try {
    return codecNamed(name, site.call);
  } catch (error) {
    throw EngineError.from(error).at({ site });
  }
}

const unsupported = (site: CallSite, what: string): EngineError =>
  new EngineError("HADOOP_CLASS_UNSUPPORTED", { call: site.call, what }, { origin: { site } });

const missing = (site: CallSite, name: string): EngineError => {
  const params = {
    call: site.call,
    parameter: "conf",
    expected: `made with the setting ${name}`,
    actual: "without it",
  };
  return new EngineError("INVALID_ARGUMENT", params, { origin: { site } });
};
