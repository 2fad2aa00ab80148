/** What becomes of the batches of a task. Files of an attempt that failed are removed or never seen. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Batch } from "../data/batch.js";
import { writeBatch } from "../data/block-file.js";
import { EngineError } from "../errors.js";
import type { Codec } from "../source/codecs.js";
import { prepareCodec } from "../source/compress.js";
import { openObjectPart } from "../source/object-files.js";
import { type OutputPart, removeAttempt } from "../source/output-directory.js";
import { openSequencePart, type SequenceClasses } from "../source/sequence-write.js";
import { openTextPart } from "../source/text-write.js";
import { writableClass } from "../source/writables.js";
import { ShuffleWriter } from "./shuffle-file.js";
import { inlineResultBytes, type Task, type TaskOutput, type TaskSink } from "./task.js";
import type { BucketBatch } from "./typescript-pass.js";

/** How the name of a file ends that is not complete. */
export const draftEnding = ".draft";

export interface Sink {
  write(output: BucketBatch): void | Promise<void>;
  /** All has been written. */
  finish(): TaskOutput | Promise<TaskOutput>;
  /** The attempt failed. */
  abandon(): void;
}

const directoryOf = ({ stage }: Task, parent: string): string => join(parent, `stage-${stage}`);

const pathOf = (task: Task, parent: string, suffix: string): string => {
  const directory = directoryOf(task, parent);
  mkdirSync(directory, { recursive: true });
  return join(directory, nameOf(task, suffix));
};

const nameOf = ({ partition, attempt }: Task, suffix: string): string => `${partition}-${attempt}.${suffix}`;

/** Results stay in memory until they are too large for a message, then go on in a file. */
function resultSink(task: Task, directory: string): Sink {
  const kept: Batch[] = [];
  let bytes = 0;
  let file: { readonly path: string; readonly fd: number } | null = null;
  return {
    write({ batch }) {
      bytes += batch.bytes.length;
      if (file === null && bytes > inlineResultBytes) {
        const path = pathOf(task, directory, "result");
        file = { path, fd: openSync(path, "w", 0o600) };
        for (const earlier of kept.splice(0)) writeBatch(file.fd, earlier);
      }
      if (file) writeBatch(file.fd, batch);
      else kept.push(batch);
    },
    finish() {
      if (!file) return { kind: "batches", batches: kept };
      closeSync(file.fd);
      return { kind: "file", path: file.path, bytes };
    },
    abandon() {
      if (!file) return;
      closeSync(file.fd);
      rmSync(file.path, { force: true });
    },
  };
}

function shuffleSink(task: Task, directory: string, buckets: number): Sink {
  const path = pathOf(task, directory, "shuffle");
  const writer = new ShuffleWriter(path, buckets);
  return {
    write: ({ bucket, batch }) => writer.write(bucket, batch),
    finish: () => ({ kind: "file", path, bytes: writer.finish() }),
    abandon() {
      writer.abandon();
      rmSync(path, { force: true });
    },
  };
}

/** A block is complete when it has its own name. */
function blockSink(task: Task, directory: string, checkpoint: string | null): Sink {
  const path = checkpoint === null ? pathOf(task, directory, "block") : checkpointPath(task, checkpoint);
  const draft = draftOf(task, path);
  const fd = openSync(draft, "w", 0o600);
  let bytes = 0;
  return {
    write({ batch }) {
      bytes += writeBatch(fd, batch);
    },
    finish() {
      closeSync(fd);
      renameSync(draft, path);
      return { kind: "file", path, bytes };
    },
    abandon() {
      closeSync(fd);
      rmSync(draft, { force: true });
    },
  };
}

/** Hidden from whoever looks for parts. */
const draftOf = ({ attempt }: Task, path: string): string =>
  join(dirname(path), `.${basename(path)}.${attempt}${draftEnding}`);

const checkpointPath = ({ partition }: Task, directory: string): string =>
  join(directory, `part-${String(partition).padStart(5, "0")}`);

/** Files that others see when they are committed. */
function partSink(part: OutputPart): Sink {
  return {
    write: ({ batch }) => part.write(batch),
    finish() {
      part.commit();
      return { kind: "none" };
    },
    abandon: () => part.abort(),
  };
}

async function textSink(
  { partition, attempt }: Task,
  { path, stem, codec }: Extract<TaskSink, { kind: "textFile" }>,
): Promise<Sink> {
  await prepareCodec(codec);
  return partSink(openTextPart(path, partition, attempt, codec, stem));
}

/** Without any pair the classes do not matter. */
const noClasses: SequenceClasses = {
  keyClass: writableClass("NullWritable"),
  valueClass: writableClass("NullWritable"),
};

async function sequenceSink(
  { partition, attempt }: Task,
  { path, stem, codec, classes }: Extract<TaskSink, { kind: "sequenceFile" }>,
): Promise<Sink> {
  await prepareCodec(codec);
  return partSink(openSequencePart({ path, partition, attempt, stem, codec, ...(classes ?? noClasses) }));
}

async function objectSink({ partition, attempt }: Task, path: string, codec: Codec): Promise<Sink> {
  await prepareCodec(codec);
  return partSink(openObjectPart({ path, partition, attempt, codec }));
}

const discardSink: Sink = { write: () => {}, finish: () => ({ kind: "none" }), abandon: () => {} };

type Maker<K extends TaskSink["kind"]> = (
  task: Task,
  directory: string,
  sink: Extract<TaskSink, { kind: K }>,
) => Sink | Promise<Sink>;

const makers: { readonly [K in TaskSink["kind"]]: Maker<K> } = {
  result: resultSink,
  shuffle: (task, directory, { buckets }) => shuffleSink(task, directory, buckets),
  block: (task, directory, sink) => blockSink(task, directory, sink.directory),
  textFile: (task, _, sink) => textSink(task, sink),
  sequenceFile: (task, _, sink) => sequenceSink(task, sink),
  objectFile: (task, _, { path, codec }) => objectSink(task, path, codec),
  discard: () => discardSink,
};

/** Removes the files of an attempt that was ended from outside, at whatever point that was. */
export function removeTraces(task: Task, directory: string): void {
  const { sink } = task;
  try {
    if ("path" in sink) removeAttempt(sink.path, task.partition, task.attempt);
    else if (sink.kind === "block" && sink.directory !== null) {
      rmSync(draftOf(task, checkpointPath(task, sink.directory)), { force: true });
    } else {
      const block = nameOf(task, "block");
      for (const name of [nameOf(task, "result"), nameOf(task, "shuffle"), block, draftOf(task, block)]) {
        rmSync(join(directoryOf(task, directory), name), { force: true });
      }
    }
  } catch {
    // It goes with the directory in which it lies.
  }
}

/** Opens the sink of a task; a full disk or a lost directory is `WRITE_FAILED`. */
export async function openSink(task: Task, directory: string): Promise<Sink> {
  try {
    return await (makers[task.sink.kind] as Maker<TaskSink["kind"]>)(task, directory, task.sink as never);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("WRITE_FAILED", { path: directory, reason: String(error) }, { cause: error });
  }
}
