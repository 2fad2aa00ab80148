/** Jobs that write files: Spark itself writes them, wherever its file systems are, and makes all of them visible at once. */
import { randomBytes } from "node:crypto";
import type { Job, JobOutput } from "../plan/backend.js";
import { type Codec, codecNamed } from "../source/codecs.js";
import { syncBytes } from "../source/sequence-header.js";
import type { Command, Relation } from "./connect-messages.js";
import { lineRow } from "./python-command.js";
import { column } from "./sources.js";
import { type StageEnd, sinkOf } from "./stage-relations.js";

export type FilesOutput = Extract<JobOutput, { kind: "textFiles" | "sequenceFiles" | "objectFiles" }>;

export const isFiles = (output: JobOutput): output is FilesOutput =>
  output.kind === "textFiles" || output.kind === "sequenceFiles" || output.kind === "objectFiles";

export interface Save {
  readonly end: StageEnd;
  /** Writes the rows of the last stage. */
  readonly command: (input: Relation) => Command;
}

/** The rows as text: Spark leaves bytes as they are in it. */
const asText = (input: Relation): Relation => ({
  project: { input, expressions: [{ cast: { expr: column("line"), type: { string: {} } } }] },
});

const write =
  (path: string, options: Readonly<Record<string, string>>): Save["command"] =>
  (input) => ({
    writeOperation: {
      input: asText(input),
      source: "text",
      path,
      mode: 3,
      options: Object.entries(options).map(([key, value]) => ({ key, value })),
    },
  });

const codecOf = (output: FilesOutput, { site }: Pick<Job, "site">): Codec => codecNamed(output.codec, site.call);

/** How a job's files are written; a codec that nobody knows is `INVALID_ARGUMENT`. */
export function saveOf(output: FilesOutput, job: Pick<Job, "site">): Save {
  const codec = codecOf(output, job);
  if (output.kind === "textFiles") {
    const options: Record<string, string> = codec === "none" ? {} : { compression: codec };
    return { end: { sink: sinkOf("text"), output: lineRow, wanted: null }, command: write(output.path, options) };
  }
  // What stands behind each run of records: a mark as SequenceFiles have between records.
  const sync = randomBytes(syncBytes);
  const mark = Buffer.concat([Buffer.alloc(4, 0xff), sync]).toString("latin1");
  const shared = [
    ["codec", codec === "none" ? null : codec],
    ["sync", sync],
  ] as const;
  const sink =
    output.kind === "objectFiles"
      ? sinkOf("objects", ...shared)
      : sinkOf("sequence", ...shared, ["classes", [output.classes.keyClass, output.classes.valueClass]]);
  return {
    end: { sink, output: lineRow, wanted: null },
    command: write(output.path, { lineSep: mark, encoding: "ISO-8859-1" }),
  };
}

/** Blocks of a checkpoint, in a directory of the program's. */
export const writeBlocks = (input: Relation, path: string): Command => ({
  writeOperation: { input, source: "parquet", path, mode: 3, options: [] },
});
