/** Gathers the elements that a pass emits by their bucket and cuts them into batches. */
import type { Batch } from "../data/batch.js";
import { EngineError } from "../errors.js";
import type { Bucketing } from "../plan/kernel.js";
import { bucketer } from "./kernels/bucketing.js";
import { bytesOf } from "./memory/held-bytes.js";
import { type Waiting, waitingFor } from "./waiting-elements.js";
import type { WorkerTask } from "./worker-frames.js";

/** A batch that a pass emits, and the bucket it belongs to (0 without a shuffle). */
export interface BucketBatch {
  readonly bucket: number;
  readonly batch: Batch;
}

const mostElements = 10_000;
/** Elements of about so many bytes make a batch: a part of the task's bound within these. */
const [leastTargetBytes, mostTargetBytes, targetPart] = [64 * 1024, 1024 * 1024, 1 / 64];
/** Elements that wait in all buckets together take about so much. */
const mostWaitingBytes = 64 * 1024 * 1024;
/** The first elements and then every 64th are looked at for their size. */
const [firstSeen, seenMask] = [16, 63];

export interface WriterOptions {
  readonly bucketing: Bucketing | null;
  readonly output: WorkerTask["output"];
  readonly partition: number;
  /** The task's bound. */
  readonly boundBytes: number;
  /** Elements of each batch, but for the last; 0: as many as make a good one. */
  readonly batchElements?: number;
}

export class BatchWriter {
  readonly #bucketOf: ((element: unknown) => number) | null;
  readonly #buckets: readonly Waiting[];
  readonly #targetBytes: number;
  readonly #waitingBytes: number;
  readonly #isFixed: boolean;
  #ready: BucketBatch[] = [];
  #waiting = 0;
  #count = 0;
  #averageBytes = 0;
  /** Elements per batch, and in all buckets together. */
  #limit = mostElements;
  #waitingLimit = mostElements;
  /** Elements written. */
  written = 0;

  constructor({ bucketing, output, partition, boundBytes, batchElements = 0 }: WriterOptions) {
    this.#bucketOf = bucketing && bucketer(bucketing, partition);
    this.#buckets = Array.from({ length: bucketing?.partitions ?? 1 }, waitingFor[output]);
    this.#targetBytes = Math.max(leastTargetBytes, Math.min(mostTargetBytes, boundBytes * targetPart));
    this.#waitingBytes = Math.min(mostWaitingBytes, boundBytes / 8);
    this.#isFixed = batchElements > 0;
    if (this.#isFixed) [this.#limit, this.#waitingLimit] = [batchElements, Number.POSITIVE_INFINITY];
  }

  push(element: unknown): void {
    const bucket = this.#bucketOf === null ? 0 : this.#bucketOf(element);
    const waiting = this.#buckets[bucket];
    if (waiting === undefined)
      throw new EngineError("INTERNAL", { reason: `bucket ${bucket} of ${this.#buckets.length}` });
    if (++this.#count <= firstSeen || (this.#count & seenMask) === 0) this.#look(element);
    waiting.push(element);
    if (waiting.length >= this.#limit) this.#cut(bucket, waiting);
    else if (++this.#waiting >= this.#waitingLimit) this.#cutAll();
  }

  /** The batches that are complete. */
  take(): readonly BucketBatch[] {
    const ready = this.#ready;
    if (ready.length > 0) this.#ready = [];
    return ready;
  }

  end(): void {
    this.#cutAll();
  }

  /** Large elements count at once, small ones slowly. */
  #look(element: unknown): void {
    if (this.#isFixed) return;
    const bytes = bytesOf(element) + 8;
    this.#averageBytes = this.#averageBytes === 0 ? bytes : Math.max(bytes, this.#averageBytes * 15 + bytes) / 16;
    this.#limit = Math.max(1, Math.min(mostElements, Math.floor(this.#targetBytes / this.#averageBytes)));
    this.#waitingLimit = Math.max(this.#buckets.length, Math.floor(this.#waitingBytes / this.#averageBytes));
  }

  #cut(bucket: number, waiting: Waiting): void {
    this.#waiting -= waiting.length - 1;
    this.written += waiting.length;
    this.#ready.push({ bucket, batch: waiting.take() });
  }

  #cutAll(): void {
    for (const [bucket, waiting] of this.#buckets.entries()) if (waiting.length > 0) this.#cut(bucket, waiting);
    this.#waiting = 0;
  }
}
