/** One pass of a partition through TypeScript kernels, inside a task slot. */
import { type Batch, type BatchSlice, uncounted } from "../data/batch.js";
import { decodeElements, encodeElements } from "../data/elements.js";
import { decodePortable, encodePortable } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { Kernel } from "../plan/kernel.js";
import { decodeLines } from "../source/text-decode.js";
import { bucketer, functionOf, type KernelContext, type Stage, startKernel } from "./kernels.js";
import type { Pass } from "./task.js";

/** A batch that a pass emits, and the bucket it belongs to (0 without a shuffle). */
export interface BucketBatch {
  readonly bucket: number;
  readonly batch: Batch;
}

export interface PassCounters {
  /** Elements that came in. */
  read: number;
  /** Lines that held invalid UTF-8. */
  invalidUtf8: number;
}

export const newCounters = (): PassCounters => ({ read: 0, invalidUtf8: 0 });

type Chunks = Iterable<readonly unknown[]>;
type Chain = readonly Exclude<Kernel, { op: "mapPartitions" }>[];

/** Elements of one slice, whatever its format. */
function decode(slice: BatchSlice, counters: PassCounters): readonly unknown[] {
  const elements = decodeSlice(slice, counters);
  counters.read += elements.length;
  return elements;
}

function decodeSlice(slice: BatchSlice, counters: PassCounters): readonly unknown[] {
  switch (slice.batch.format) {
    case "lines": {
      const { lines, invalid } = decodeLines(slice.batch);
      counters.invalidUtf8 += invalid;
      return slice.from === 0 && slice.to >= lines.length ? lines : lines.slice(slice.from, slice.to);
    }
    case "v8":
      return decodeElements(slice);
    case "portable":
      return decodePortable(slice.batch, slice.from, slice.to === uncounted ? undefined : slice.to);
    case "pickle":
      throw new EngineError("WORKER_PROTOCOL", {
        language: "typescript",
        reason: "a pickle batch reached a TypeScript step",
      });
  }
}

interface Flow {
  readonly partition: number;
  /** No further input is needed. */
  stopped: boolean;
}

/** Fused kernels: chunks go in, chunks come out. */
class Segment {
  readonly #stages: Stage[] = [];
  readonly #push: (element: unknown) => void;
  readonly #flow: Flow;
  #out: unknown[] = [];

  constructor(kernels: Chain, flow: Flow) {
    this.#flow = flow;
    const context: KernelContext = {
      partition: flow.partition,
      enough: () => {
        flow.stopped = true;
      },
    };
    let push = (element: unknown): void => void this.#out.push(element);
    for (const kernel of kernels.toReversed()) {
      const stage = startKernel(kernel, push, context);
      this.#stages.unshift(stage);
      push = stage.push;
    }
    this.#push = push;
  }

  feed(chunk: readonly unknown[]): readonly unknown[] {
    for (let i = 0; i < chunk.length && !this.#flow.stopped; i++) this.#push(chunk[i]);
    return this.#take();
  }

  end(): readonly unknown[] {
    for (const stage of this.#stages) stage.end();
    return this.#take();
  }

  #take(): readonly unknown[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

function* through(kernels: Chain, chunks: Chunks, flow: Flow): Chunks {
  const segment = new Segment(kernels, flow);
  if (!flow.stopped) {
    for (const chunk of chunks) {
      yield segment.feed(chunk);
      if (flow.stopped) break;
    }
  }
  yield segment.end();
}

function* flatten(chunks: Chunks): Generator<unknown> {
  for (const chunk of chunks) yield* chunk;
}

const chunkLength = 4096;

/** The user's function pulls the whole partition through an iterator. */
function* partitionStep(kernel: Extract<Kernel, { op: "mapPartitions" }>, chunks: Chunks, flow: Flow): Chunks {
  const f = functionOf(kernel.fn);
  const elements = flatten(chunks);
  const results = (kernel.withIndex ? f(flow.partition, elements) : f(elements)) as Iterable<unknown>;
  let out: unknown[] = [];
  for (const result of results) {
    out.push(result);
    if (out.length < chunkLength) continue;
    yield out;
    out = [];
  }
  yield out;
}

/** Kernels one after the other, where some pull; a `take` behind one stops what is before it through its iterator. */
function pulled(steps: readonly Kernel[], chunks: Chunks, partition: number): Chunks {
  const flow: Flow = { partition, stopped: false };
  const pull = steps.findIndex((step) => step.op === "mapPartitions");
  const kernel = steps[pull];
  if (kernel?.op !== "mapPartitions") return through(steps as Chain, chunks, flow);
  const before = through(steps.slice(0, pull) as Chain, chunks, flow);
  return pulled(steps.slice(pull + 1), partitionStep(kernel, before, flow), partition);
}

const encodeLines = (lines: readonly unknown[]): Batch => ({
  format: "lines",
  count: lines.length,
  bytes: Buffer.from(`${(lines as readonly string[]).join("\n")}\n`, "utf8"),
});

const encoders: Readonly<Record<Pass["output"], (elements: readonly unknown[]) => Batch>> = {
  lines: encodeLines,
  portable: encodePortable,
  own: encodeElements,
};

/** Elements per batch; halved when batches turn out larger than `targetBytes`. */
const startElements = 8192;
const targetBytes = 4 * 1024 * 1024;

function boundsOf(batches: readonly Batch[]): unknown[] {
  return batches.flatMap((batch) => decodeElements({ batch, from: 0, to: batch.count }));
}

/** Gathers elements by bucket and cuts them into batches. */
class BatchWriter {
  readonly #encode: (elements: readonly unknown[]) => Batch;
  readonly #bucketOf: ((element: unknown) => number) | null;
  readonly #buckets: unknown[][];
  #limit = startElements;

  constructor({ bucketing, output }: Pass) {
    this.#encode = encoders[output];
    this.#bucketOf = bucketing && bucketer(bucketing, (range) => boundsOf(range.bounds));
    this.#buckets = Array.from({ length: bucketing?.partitions ?? 1 }, () => []);
  }

  *write(elements: readonly unknown[]): Iterable<BucketBatch> {
    for (const element of elements) {
      const bucket = this.#bucketOf === null ? 0 : this.#bucketOf(element);
      const waiting = this.#buckets[bucket];
      if (!waiting) throw new EngineError("INTERNAL", { reason: `bucket ${bucket} of ${this.#buckets.length}` });
      waiting.push(element);
      if (waiting.length >= this.#limit) yield this.#cut(bucket);
    }
  }

  *end(): Iterable<BucketBatch> {
    for (const [bucket, waiting] of this.#buckets.entries()) if (waiting.length > 0) yield this.#cut(bucket);
  }

  #cut(bucket: number): BucketBatch {
    const batch = this.#encode(this.#buckets[bucket] ?? []);
    this.#buckets[bucket] = [];
    if (batch.bytes.length > targetBytes && this.#limit > 1) this.#limit >>= 1;
    return { bucket, batch };
  }
}

export type Slices = Iterable<BatchSlice> | AsyncIterable<BatchSlice>;

const isSync = (slices: Slices): slices is Iterable<BatchSlice> => Symbol.iterator in slices;

/** Counting needs no element: most batches know how many they hold. */
async function countOf(slices: Slices, counters: PassCounters): Promise<number> {
  let count = 0;
  for await (const slice of slices) {
    count +=
      slice.to === uncounted || slice.batch.count === uncounted
        ? decodeSlice(slice, counters).length
        : slice.to - slice.from;
  }
  counters.read += count;
  return count;
}

async function* pushedChunks(
  steps: Chain,
  slices: Slices,
  partition: number,
  counters: PassCounters,
): AsyncIterable<readonly unknown[]> {
  const flow: Flow = { partition, stopped: false };
  const segment = new Segment(steps, flow);
  if (!flow.stopped) {
    for await (const slice of slices) {
      yield segment.feed(decode(slice, counters));
      if (flow.stopped) break;
    }
  }
  yield segment.end();
}

/** A function that pulls cannot wait: slices that come later are gathered first. */
async function* pulledChunks(
  steps: readonly Kernel[],
  slices: Slices,
  partition: number,
  counters: PassCounters,
): AsyncIterable<readonly unknown[]> {
  const ready: BatchSlice[] = [];
  if (!isSync(slices)) for await (const slice of slices) ready.push(slice);
  const decoded = function* (): Chunks {
    for (const slice of isSync(slices) ? slices : ready) yield decode(slice, counters);
  };
  yield* pulled(steps, decoded(), partition);
}

/** Runs the pass over the slices of one partition, lazily. */
export async function* runTypescriptPass(
  pass: Pass,
  slices: Slices,
  partition: number,
  counters: PassCounters,
): AsyncIterable<BucketBatch> {
  const writer = new BatchWriter(pass);
  const [first, ...others] = pass.steps;
  const chunks =
    first?.op === "count"
      ? pulled(others, [[await countOf(slices, counters)]], partition)
      : pass.steps.some((step) => step.op === "mapPartitions")
        ? pulledChunks(pass.steps, slices, partition, counters)
        : pushedChunks(pass.steps as Chain, slices, partition, counters);
  for await (const chunk of chunks) yield* writer.write(chunk);
  yield* writer.end();
}
