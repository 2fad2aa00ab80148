/**
 * One pass of a partition through TypeScript kernels. Elements are pushed through sections of fused kernels; between
 * them stand kernels that pull, since they hand an iterator to a function of the user or read several inputs at once.
 *
 * For `[map, mapPartitions, filter, reduceByKey]` slices are decoded and pushed through [map]; what comes out is what the
 * user's function reads; what that gives is pushed through [filter, reduceByKey] to the writer.
 */
import { type BatchSlice, uncounted } from "../data/batch.js";
import type { PairColumns } from "../data/elements.js";
import { BatchWriter, type BucketBatch } from "./batch-writer.js";
import { type Elements, isPulling, type PullingKernel, pull } from "./kernels/pulling.js";
import { Repeatable } from "./kernels/repeatable.js";
import { beat, type Emit, type EmitPair } from "./kernels/running-kernel.js";
import { blame, type PassPlace, passPlace, Section } from "./kernels/section.js";
import { PassMemory } from "./memory/pass-memory.js";
import { countOfSlice, elementsOfSlice, type PassCounters, pairColumnsOfSlice } from "./slice-elements.js";
import { Spool, spooled } from "./spool.js";
import { shippedFunctions, toStepError } from "./task-failure.js";
import { type Barrier, TaskScope } from "./task-scope.js";
import type { WorkerTask } from "./worker-frames.js";

export type { BucketBatch } from "./batch-writer.js";
export { newCounters, type PassCounters } from "./slice-elements.js";

export type Slices = Iterable<BatchSlice> | AsyncIterable<BatchSlice>;
type Chunks = Iterable<readonly unknown[]>;

const isSync = (slices: Slices): slices is Iterable<BatchSlice> => Symbol.iterator in slices;

/** Of what a task may hold, slices that are put aside take this part before they go to a file. */
const spoolPart = 1 / 8;

class Pass {
  readonly #task: WorkerTask;
  readonly #inputs: readonly Slices[];
  readonly #counters: PassCounters;
  readonly #scope: TaskScope;
  readonly #memory: PassMemory;
  readonly #place: PassPlace;
  readonly #spools: Spool[] = [];
  #inputFailure: { readonly thrown: unknown } | null = null;

  constructor(task: WorkerTask, inputs: readonly Slices[], counters: PassCounters, barrier: Barrier | null) {
    this.#task = task;
    this.#inputs = inputs;
    this.#counters = counters;
    this.#scope = new TaskScope(task, barrier);
    this.#memory = new PassMemory(task);
    const { partition } = task;
    this.#place = passPlace(task.steps, { partition, inputs: inputs.length, memory: this.#memory });
  }

  async *run(): AsyncIterable<BucketBatch> {
    try {
      if (this.#changesNothing) {
        yield* this.#asTheyAre();
        return;
      }
      this.#scope.enter();
      const writer = this.#writer();
      for await (const _ of this.#beats((element) => this.#write(writer, element))) {
        yield* writer.take();
        this.#memory.released();
        this.#scope.enter();
      }
      this.#blamed(this.#task.steps.length, () => writer.end());
      yield* writer.take();
      this.#counters.accumulators.push(...this.#scope.updates());
    } catch (thrown) {
      throw this.#failure(thrown);
    } finally {
      this.#scope.leave();
      this.#counters.spilledBytes += this.#memory.spilledBytes;
      this.#counters.spilledMemoryBytes += this.#memory.spilledMemoryBytes;
      for (const { spilledBytes } of this.#spools) {
        this.#counters.spilledBytes += spilledBytes;
        this.#counters.spilledMemoryBytes += spilledBytes;
      }
      for (const spool of this.#spools) spool.close();
      this.#memory.close();
    }
  }

  /** Whether batches can leave as they came, if they have the wanted form. */
  get #changesNothing(): boolean {
    return this.#task.steps.length === 0 && this.#task.bucketing === null && this.#task.batchElements === 0;
  }

  async *#asTheyAre(): AsyncIterable<BucketBatch> {
    const { output } = this.#task;
    const format = output === "own" ? "v8" : output;
    const writer = this.#writer();
    for await (const slice of this.#inputs[0] ?? []) {
      const { batch, from, to } = slice;
      if (batch.format === format && batch.count !== uncounted && from === 0 && to >= batch.count) {
        this.#blamed(0, () => writer.end());
        yield* writer.take();
        this.#counters.read += batch.count;
        yield { bucket: 0, batch };
      } else {
        for (const element of elementsOfSlice(slice, this.#counters)) this.#write(writer, element);
        yield* writer.take();
      }
    }
    this.#blamed(0, () => writer.end());
    yield* writer.take();
  }

  /** A failure of an input goes on as it is; others are the user's, or about what the user's functions made. */
  #failure(thrown: unknown): unknown {
    if (this.#inputFailure !== null) return this.#inputFailure.thrown;
    const { failedStep } = this.#place;
    if (failedStep === null) return thrown;
    this.#counters.failedStep = failedStep;
    const { steps, bucketing } = this.#task;
    const step = steps[failedStep];
    return toStepError(thrown, step ? shippedFunctions(step) : bucketing?.by === "function" ? [bucketing.fn] : []);
  }

  #writer(): BatchWriter {
    const { bucketing, output, partition, steps, batchElements } = this.#task;
    const { boundBytes } = this.#memory;
    return this.#blamed(
      steps.length,
      () => new BatchWriter({ bucketing, output, partition, boundBytes, batchElements }),
    );
  }

  #write(writer: BatchWriter, element: unknown): void {
    try {
      writer.push(element);
    } catch (thrown) {
      throw blame(this.#place, this.#task.steps.length, thrown);
    }
  }

  #blamed<T>(step: number, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw blame(this.#place, step, thrown);
    }
  }

  /** Runs the whole pass; pauses where what was written may leave. */
  #beats(write: (element: unknown) => void): AsyncIterable<void> {
    const { steps } = this.#task;
    const lastPull = steps.findLastIndex(isPulling);
    if (lastPull >= 0)
      return this.#pulled(lastPull, new Section(steps.slice(lastPull + 1), lastPull + 1, write, this.#place));
    const counts = steps[0]?.op === "count";
    const section = new Section(counts ? steps.slice(1) : steps, counts ? 1 : 0, write, this.#place);
    return counts ? this.#counted(section) : this.#pushed(section);
  }

  async *#pushed(section: Section): AsyncIterable<void> {
    for (const input of section.order) {
      if (section.isStopped) break;
      const { pushPair } = section;
      const push = section.pushOf(input);
      for await (const slice of this.#inputs[input] ?? []) {
        this.#scope.enter();
        const columns = pushPair && pairColumnsOfSlice(slice, this.#counters);
        if (pushPair && columns) yield* pushPairs(columns, pushPair, section);
        else yield* pushChunk(elementsOfSlice(slice, this.#counters), push, section);
        if (section.isStopped) break;
      }
    }
    this.#scope.enter();
    yield* section.end();
  }

  /** Counting needs no element. */
  async *#counted(section: Section): AsyncIterable<void> {
    let count = 0;
    for await (const slice of this.#inputs[0] ?? []) count += countOfSlice(slice, this.#counters);
    this.#scope.enter();
    if (!section.isStopped) section.pushOf(0)(count);
    yield* section.end();
  }

  async *#pulled(lastPull: number, section: Section): AsyncIterable<void> {
    const inputs: Chunks[] = [];
    for (const slices of this.#inputs) inputs.push(this.#chunks(await this.#settled(slices)));
    this.#scope.enter();
    if (!section.isStopped) {
      try {
        yield* pushEach(this.#elementsUpTo(lastPull, inputs), section.pushOf(0), section);
      } catch (thrown) {
        throw blame(this.#place, lastPull, thrown);
      }
    }
    yield* section.end();
  }

  /** A function that pulls cannot wait: slices that come later are put aside first. */
  async #settled(slices: Slices): Promise<Iterable<BatchSlice>> {
    if (isSync(slices)) return slices;
    const spool = await spooled(slices, this.#spoolBounds);
    this.#spools.push(spool);
    return spool;
  }

  get #spoolBounds(): { readonly memoryBytes: number; readonly directory: string } {
    return { memoryBytes: this.#task.memoryBytes * spoolPart, directory: this.#task.spillDirectory };
  }

  *#chunks(slices: Iterable<BatchSlice>): Chunks {
    try {
      for (const slice of slices) {
        yield elementsOfSlice(slice, this.#counters);
        this.#memory.released();
      }
    } catch (thrown) {
      // It goes through functions of the user, who are not to blame.
      this.#inputFailure = { thrown };
      throw thrown;
    }
  }

  /** What the kernel that pulls at `index` gives. */
  #elementsUpTo(index: number, inputs: readonly Chunks[]): Elements {
    const { steps, partition } = this.#task;
    const kernel = steps[index] as PullingKernel;
    const before = steps.slice(0, index).findLastIndex(isPulling);
    const elements = index === 0 ? inputs.map(flat) : [this.#between(before, index, inputs)];
    if (kernel.op === "cartesian") {
      elements[1] = new Repeatable(elements[1] ?? [], this.#place.heldBytes, () => this.#newSpool());
    }
    return pull(kernel, elements, partition);
  }

  /** The elements that come out of the kernels between two that pull, each as soon as it is asked for. */
  *#between(before: number, index: number, inputs: readonly Chunks[]): Elements {
    const steps = this.#task.steps.slice(before + 1, index);
    const out: unknown[] = [];
    const section = new Section(steps, before + 1, (element) => void out.push(element), this.#place);
    for (const input of section.order) {
      const push = section.pushOf(input);
      for (const chunk of before < 0 ? (inputs[input] ?? []) : this.#fromPull(before, inputs)) {
        for (let i = 0; i < chunk.length && !section.isStopped; i++) {
          push(chunk[i]);
          if (out.length === 1) yield out.pop();
          else if (out.length > 0) yield* out.splice(0);
        }
        if (section.isStopped) break;
      }
    }
    for (const _ of section.end()) if (out.length > 0) yield* out.splice(0);
    yield* out;
  }

  *#fromPull(index: number, inputs: readonly Chunks[]): Chunks {
    try {
      for (const element of this.#elementsUpTo(index, inputs)) yield [element];
    } catch (thrown) {
      throw blame(this.#place, index, thrown);
    }
  }

  #newSpool(): Spool {
    const spool = new Spool(this.#spoolBounds);
    this.#spools.push(spool);
    return spool;
  }
}

function* flat(chunks: Chunks): Elements {
  for (const chunk of chunks) yield* chunk;
}

function* pushChunk(chunk: readonly unknown[], push: Emit, section: Section): Iterable<void> {
  for (let i = 0; i < chunk.length; ) {
    const pause = Math.min(chunk.length, i + beat);
    for (; i < pause && !section.isStopped; i++) push(chunk[i]);
    yield;
    if (section.isStopped) return;
  }
}

function* pushPairs({ keys, values }: PairColumns, push: EmitPair, section: Section): Iterable<void> {
  for (let i = 0; i < keys.length; ) {
    const pause = Math.min(keys.length, i + beat);
    for (; i < pause && !section.isStopped; i++) push(keys[i], values[i]);
    yield;
    if (section.isStopped) return;
  }
}

function* pushEach(elements: Elements, push: Emit, section: Section): Iterable<void> {
  let untilPause = beat;
  for (const element of elements) {
    push(element);
    if (section.isStopped) return;
    if (--untilPause > 0) continue;
    yield;
    untilPause = beat;
  }
}

/**
 * Runs the pass over its inputs, lazily. What fails leaves the index of the step in `counters.failedStep`; accumulators
 * are counted when the pass has ended well.
 */
export const runTypescriptPass = (
  task: WorkerTask,
  inputs: readonly Slices[],
  counters: PassCounters,
  barrier: Barrier | null = null,
): AsyncIterable<BucketBatch> => new Pass(task, inputs, counters, barrier).run();
