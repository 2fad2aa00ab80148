/** Runs one task inside a slot: source, passes, sink. */

import { userFrames } from "../closure/unpack.js";
import { type BatchSlice, whole } from "../data/batch.js";
import { EngineError, errorTable } from "../errors.js";
import { openSink, type Sink } from "./sink.js";
import { LostOutput, openSource } from "./source.js";
import type { Pass, Task, TaskOutcome } from "./task.js";
import { type BucketBatch, newCounters, type PassCounters, runTypescriptPass, type Slices } from "./typescript-pass.js";
import type { WorkerTask } from "./worker-frames.js";

/** Runs a pass of another language in that language's worker. */
export type ForeignPass = (
  language: Pass["language"],
  task: Task,
  program: WorkerTask,
  slices: Slices,
  counters: PassCounters,
) => AsyncIterable<BucketBatch>;

const workerTask = (task: Task, pass: Pass): WorkerTask => ({
  stage: task.stage,
  partition: task.partition,
  partitions: task.partitions,
  attempt: task.attempt,
  steps: pass.steps,
  bucketing: pass.bucketing,
  output: pass.output,
  searchPath: task.python.searchPath,
  workingDirectory: task.workingDirectory,
});

/** What the last pass emits; batches between two languages are gathered, since TypeScript steps pull without waiting. */
async function runPasses(task: Task, foreign: ForeignPass, counters: PassCounters, sink: Sink): Promise<void> {
  let slices: Slices = openSource(task.source);
  for (const [index, pass] of task.passes.entries()) {
    const output =
      pass.language === "typescript"
        ? runTypescriptPass(pass, slices, task.partition, counters)
        : foreign(pass.language, task, workerTask(task, pass), slices, counters);
    if (index === task.passes.length - 1) {
      for await (const batch of output) sink.write(batch);
      return;
    }
    const gathered: BatchSlice[] = [];
    for await (const { batch } of output) gathered.push(whole(batch));
    slices = gathered;
  }
  for await (const { batch } of slices) sink.write({ bucket: 0, batch });
}

/** Errors that another attempt would meet again: the data or the program is at fault, not the machine. */
const retriedKinds = new Set(["user_code", "unavailable", "timeout", "internal", "protocol", "exhausted"]);

/** What a task threw: an error of ours, of the machine, or of the user's function with its own lines. */
export function toEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  const path = (thrown as NodeJS.ErrnoException | null)?.path;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EIO") {
    return new EngineError(
      "WRITE_FAILED",
      { path: path ?? "the temporary directory", reason: code },
      { cause: thrown },
    );
  }
  const isError = thrown instanceof Error;
  return new EngineError(
    "USER_FUNCTION_FAILED",
    { type: isError ? thrown.name : typeof thrown, message: isError ? thrown.message : String(thrown) },
    { origin: { frames: userFrames(thrown) }, cause: thrown },
  );
}

const attemptOf = ({ stage, partition, attempt }: Task): { stage: number; partition: number; attempt: number } => ({
  stage,
  partition,
  attempt,
});

/** One attempt in a task slot. Never rejects. */
export const runTask = (task: Task, foreign: ForeignPass): Promise<TaskOutcome> =>
  attempt(task, (sink, counters) => runPasses(task, foreign, counters, sink));

/** The whole life of an attempt: what `work` writes is kept when it ends well, removed when it fails. */
export async function attempt(
  task: Task,
  work: (sink: Sink, counters: PassCounters) => Promise<void>,
): Promise<TaskOutcome> {
  const counters = newCounters();
  const id = attemptOf(task);
  let sink: Sink | null = null;
  try {
    sink = openSink(task);
    await work(sink, counters);
    return { kind: "succeeded", task: id, output: sink.finish(), counters };
  } catch (thrown) {
    try {
      sink?.abandon();
    } catch {
      // The first error is the one to tell.
    }
    if (thrown instanceof LostOutput) {
      return { kind: "fetchFailed", task: id, file: thrown.file, error: EngineError.from(thrown.cause).toData() };
    }
    const error = toEngineError(thrown).at({
      task: { stage: task.stage, partition: task.partition, partitions: task.partitions, attempt: task.attempt },
    });
    return {
      kind: "failed",
      task: id,
      error: error.toData(),
      permanent: !retriedKinds.has(errorTable[error.code].kind),
    };
  }
}
