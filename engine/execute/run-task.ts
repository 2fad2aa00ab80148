/** Runs one task inside a slot: its tree of inputs, and the sink. */

import { type BatchSlice, whole } from "../data/batch.js";
import { EngineError, errorTable } from "../errors.js";
import { idOf } from "../schedule/stage.js";
import type { BlockAccess } from "./block-access.js";
import { GarbageWatch } from "./memory/garbage.js";
import { runPipe } from "./pipe.js";
import { openSink, type Sink } from "./sink.js";
import { LostOutput, openSource } from "./source.js";
import { Spool } from "./spool.js";
import type { Pass, Task, TaskInput, TaskOutcome, TaskSink } from "./task.js";
import { toEngineError } from "./task-failure.js";
import { holdersOf } from "./task-memory.js";
import { type BucketBatch, newCounters, type PassCounters, runTypescriptPass, type Slices } from "./typescript-pass.js";
import type { AccumulatorUpdate, WorkerTask } from "./worker-frames.js";

/** Runs a pass of another language in that language's worker. */
export type ForeignPass = (
  language: Pass["language"],
  task: Task,
  program: WorkerTask,
  inputs: readonly Slices[],
  counters: PassCounters,
) => AsyncIterable<BucketBatch>;

/** What the slot gives to the task it runs. */
export interface TaskPlace {
  readonly foreign: ForeignPass;
  readonly blocks: BlockAccess;
  /** Where files of the attempt go. */
  readonly directory: string;
  /** What all kernels of the task may hold at once; 0: no bound. */
  readonly memoryBytes: number;
  /** What the functions printed. */
  readonly print: (text: string) => void;
  /** Waits until all tasks of a barrier stage have come here; their messages by partition. */
  readonly barrier: (message: string) => readonly string[];
  /** Whether this attempt, and no other of its partition, may publish what it wrote. */
  readonly mayCommit: () => Promise<boolean>;
}

type Input<K extends TaskInput["kind"]> = Extract<TaskInput, { kind: K }>;

/** Of what a pass may hold, an input that is gathered for it takes this part before it goes to a file. */
const spoolPart = 1 / 8;

/** Of what a pass may hold, a worker holds this part: its batches come and go through this thread. */
const workerPart = 7 / 8;

const isForeign = (input: TaskInput): boolean => {
  switch (input.kind) {
    case "pass":
      return input.pass.language !== "typescript" || input.inputs.some(isForeign);
    case "concat":
      return input.inputs.some(isForeign);
    case "pipe":
    case "cached":
      return isForeign(input.input);
    default:
      return false;
  }
};

/** One attempt on its way. */
class TaskRun {
  readonly #task: Task;
  readonly #place: TaskPlace;
  readonly #counters: PassCounters;
  readonly #spools: Spool[] = [];
  readonly #garbage: GarbageWatch | null;
  /** What one of the passes may hold. */
  readonly #passBytes: number;

  constructor(task: Task, place: TaskPlace, counters: PassCounters) {
    this.#task = task;
    this.#place = place;
    this.#counters = counters;
    const { memoryBytes } = place;
    this.#garbage = memoryBytes > 0 ? new GarbageWatch(memoryBytes) : null;
    this.#passBytes = Math.floor(memoryBytes / Math.max(1, holdersOf(task.input)));
  }

  async *output(): AsyncIterable<BucketBatch> {
    const { input } = this.#task;
    try {
      if (input.kind === "pass") yield* await this.#pass(input);
      else for await (const { batch } of this.#open(input)) yield { bucket: 0, batch };
    } finally {
      for (const spool of this.#spools) {
        this.#counters.spilledBytes += spool.spilledBytes;
        this.#counters.spilledMemoryBytes += spool.spilledBytes;
        spool.close();
      }
    }
  }

  #open(input: TaskInput): Slices {
    switch (input.kind) {
      case "pass":
        return this.#passSlices(input);
      case "concat":
        return this.#concat(input);
      case "pipe":
        return runPipe(input.command, this.#open(input.input), this.#place.print, this.#task.workingDirectory);
      case "cached":
        return this.#cached(input);
      default:
        return openSource(input);
    }
  }

  async *#passSlices(input: Input<"pass">): AsyncIterable<BatchSlice> {
    for await (const { batch } of await this.#pass(input)) yield whole(batch);
  }

  async *#concat({ inputs }: Input<"concat">): AsyncIterable<BatchSlice> {
    for (const input of inputs) yield* this.#open(input);
  }

  async #pass({ pass, partition, partitions, inputs }: Input<"pass">): Promise<AsyncIterable<BucketBatch>> {
    const program = this.#program(pass, partition, partitions, inputs.length);
    const isOwn = pass.language === "typescript";
    const opened = [];
    // One worker runs one pass at a time: what another pass makes for it is there before it begins.
    for (const input of inputs) opened.push(await this.#opened(input, !isOwn || inputs.length > 1));
    if (isOwn) return runTypescriptPass(program, opened, this.#counters, this.#place.barrier);
    const inputsOfWorker = opened.map((slices) => this.#watched(slices));
    return this.#watchedOutput(this.#place.foreign(pass.language, this.#task, program, inputsOfWorker, this.#counters));
  }

  /** Slices on their way to a worker, of which this thread keeps nothing. */
  async *#watched(slices: Slices): AsyncIterable<BatchSlice> {
    for await (const slice of slices) {
      this.#garbage?.look();
      yield slice;
    }
  }

  async *#watchedOutput(output: AsyncIterable<BucketBatch>): AsyncIterable<BucketBatch> {
    for await (const batch of output) {
      this.#garbage?.look();
      yield batch;
    }
  }

  /** An input, gathered first if a worker makes it that is needed for something else meanwhile. */
  async #opened(input: TaskInput, isAwaited: boolean): Promise<Slices> {
    if (!isAwaited || !isForeign(input)) return this.#open(input);
    const spool = new Spool({ memoryBytes: this.#passBytes * spoolPart, directory: this.#place.directory });
    this.#spools.push(spool);
    for await (const slice of this.#open(input)) spool.add(slice);
    return spool;
  }

  /** The block as some executor has it; else computed, and kept to its end although nobody may want all of it. */
  async *#cached({ block, level, input }: Input<"cached">): AsyncIterable<BatchSlice> {
    const found = await this.#place.blocks.find(block);
    if (found) {
      for await (const batch of found) {
        yield whole(batch);
        // What the block store keeps is not garbage, but if it lets go of it meanwhile, this thread must too.
        if (batch.bytes.buffer instanceof SharedArrayBuffer) this.#garbage?.look(batch.bytes.length);
      }
      return;
    }
    const writer = await this.#place.blocks.write(block, level);
    const slices = this.#open(input);
    const iterator = Symbol.asyncIterator in slices ? slices[Symbol.asyncIterator]() : slices[Symbol.iterator]();
    let isWhole = false;
    let hasFailed = false;
    const next = async (): Promise<BatchSlice | null> => {
      const { done, value } = await iterator.next();
      if (done) return null;
      await writer.add(value.batch);
      // It went through memory that threads share; what the store does not keep of that, nobody may.
      this.#garbage?.look(value.batch.bytes.length);
      return value;
    };
    try {
      for (let slice = await next(); slice; slice = await next()) yield slice;
      isWhole = true;
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      if (hasFailed) writer.abandon();
      else {
        while (!isWhole) isWhole = (await next()) === null;
        await writer.finish();
      }
    }
  }

  #program(pass: Pass, partition: number, partitions: number, inputs: number): WorkerTask {
    const { stage, attempt, broadcasts, python, workingDirectory } = this.#task;
    const { taskAttemptId, stageAttempt, cpus, properties, barrier } = this.#task;
    return {
      stage,
      partition,
      partitions,
      attempt,
      inputs,
      steps: pass.steps,
      bucketing: pass.bucketing,
      output: pass.output,
      batchElements: pass.batchElements,
      memoryBytes: Math.floor(this.#passBytes * (pass.language === "typescript" ? 1 : workerPart)),
      spillDirectory: this.#place.directory,
      broadcasts,
      context: {
        taskAttemptId,
        stageAttempt,
        cpus,
        properties,
        barrier: barrier !== null,
        addresses: barrier ?? [],
      },
      searchPath: python.searchPath,
      workingDirectory,
    };
  }
}

/** Errors that another attempt would meet again: the data or the program is at fault, not the machine. */
const retriedKinds = new Set(["user_code", "unavailable", "timeout", "internal", "protocol", "exhausted"]);

/** One attempt in a task slot. Never rejects. */
export const runTask = (task: Task, place: TaskPlace): Promise<TaskOutcome> =>
  attempt(task, place.directory, async (sink, counters) => {
    for await (const batch of new TaskRun(task, place, counters).output()) await sink.write(batch);
    if (isPublished(task.sink) && !(await place.mayCommit())) throw new EngineError("COMMIT_DENIED");
  });

/** Whether others see what the sink wrote as soon as it is finished. */
const isPublished = ({ kind }: TaskSink): boolean =>
  kind === "textFile" || kind === "sequenceFile" || kind === "objectFile";

/** The whole life of an attempt: what `work` writes is kept when it ends well, removed when it fails. */
export async function attempt(
  task: Task,
  directory: string,
  work: (sink: Sink, counters: PassCounters) => Promise<void>,
): Promise<TaskOutcome> {
  const counters = newCounters();
  const id = idOf(task);
  const startedMs = performance.now();
  let sink: Sink | null = null;
  try {
    sink = await openSink(task, directory);
    await work(sink, counters);
    const output = await sink.finish();
    const runMs = performance.now() - startedMs;
    const accumulators: readonly AccumulatorUpdate[] = counters.accumulators;
    const { read, invalidUtf8, spilledBytes, spilledMemoryBytes } = counters;
    const counted = { read, invalidUtf8, spilledBytes, spilledMemoryBytes, runMs };
    return { kind: "succeeded", task: id, output, counters: counted, accumulators };
  } catch (thrown) {
    try {
      sink?.abandon();
    } catch {
      // The first error is the one to tell.
    }
    if (thrown instanceof LostOutput) {
      return { kind: "fetchFailed", task: id, lost: thrown.place, error: EngineError.from(thrown.cause).toData() };
    }
    const error = toEngineError(thrown).at({
      task: { ...id, partitions: task.partitions },
    });
    return {
      kind: "failed",
      task: id,
      error: error.toData(),
      permanent: !retriedKinds.has(errorTable[error.code].kind),
    };
  }
}
