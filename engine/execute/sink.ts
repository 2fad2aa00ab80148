/** What becomes of the batches of a task. Files of an attempt that failed are removed or never seen. */
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Batch } from "../data/batch.js";
import { writeBatch } from "../data/block-file.js";
import { EngineError } from "../errors.js";
import { openTextPart } from "../source/text-write.js";
import { ShuffleWriter } from "./shuffle-file.js";
import { inlineResultBytes, type Task, type TaskOutput, type TaskSink } from "./task.js";
import type { BucketBatch } from "./typescript-pass.js";

export interface Sink {
  write(output: BucketBatch): void;
  /** All has been written. */
  finish(): TaskOutput;
  /** The attempt failed. */
  abandon(): void;
}

const pathOf = (task: Task, suffix: string): string => {
  const directory = join(task.directory, `stage-${task.stage}`);
  mkdirSync(directory, { recursive: true });
  return join(directory, `${task.partition}-${task.attempt}.${suffix}`);
};

/** Results stay in memory until they are too large for a message, then go on in a file. */
function resultSink(task: Task): Sink {
  const kept: Batch[] = [];
  let bytes = 0;
  let file: { readonly path: string; readonly fd: number } | null = null;
  return {
    write({ batch }) {
      bytes += batch.bytes.length;
      if (file === null && bytes > inlineResultBytes) {
        const path = pathOf(task, "result");
        file = { path, fd: openSync(path, "w", 0o600) };
        for (const earlier of kept.splice(0)) writeBatch(file.fd, earlier);
      }
      if (file) writeBatch(file.fd, batch);
      else kept.push(batch);
    },
    finish() {
      if (!file) return { kind: "batches", batches: kept };
      closeSync(file.fd);
      return { kind: "file", path: file.path };
    },
    abandon() {
      if (!file) return;
      closeSync(file.fd);
      rmSync(file.path, { force: true });
    },
  };
}

function shuffleSink(task: Task, buckets: number): Sink {
  const path = pathOf(task, "shuffle");
  const writer = new ShuffleWriter(path, buckets);
  return {
    write: ({ bucket, batch }) => writer.write(bucket, batch),
    finish() {
      writer.finish();
      return { kind: "file", path };
    },
    abandon() {
      writer.abandon();
      rmSync(path, { force: true });
    },
  };
}

function blockSink(task: Task): Sink {
  const path = pathOf(task, "block");
  const fd = openSync(path, "w", 0o600);
  return {
    write: ({ batch }) => void writeBatch(fd, batch),
    finish() {
      closeSync(fd);
      return { kind: "file", path };
    },
    abandon() {
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

function textSink(task: Task, path: string): Sink {
  const part = openTextPart(path, task.partition, task.attempt);
  return {
    write: ({ batch }) => part.write(batch),
    finish() {
      part.commit();
      return { kind: "none" };
    },
    abandon: () => part.abort(),
  };
}

const discardSink: Sink = { write: () => {}, finish: () => ({ kind: "none" }), abandon: () => {} };

const makers: { readonly [K in TaskSink["kind"]]: (task: Task, sink: Extract<TaskSink, { kind: K }>) => Sink } = {
  result: resultSink,
  shuffle: (task, { buckets }) => shuffleSink(task, buckets),
  block: blockSink,
  textFile: (task, { path }) => textSink(task, path),
  discard: () => discardSink,
};

/** Opens the sink of a task; a full disk or a lost directory is `WRITE_FAILED`. */
export function openSink(task: Task): Sink {
  try {
    return (makers[task.sink.kind] as (task: Task, sink: TaskSink) => Sink)(task, task.sink);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("WRITE_FAILED", { path: task.directory, reason: String(error) }, { cause: error });
  }
}
