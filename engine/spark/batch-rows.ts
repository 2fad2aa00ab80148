/** Batches as Arrow rows, on their way to and from the executors: `kindling_spark/rows.py` says what each column is. */
import { decode as unpack } from "@msgpack/msgpack";
import { Binary, Field, Int32, tableFromIPC } from "apache-arrow";
import { type Batch, type BatchSlice, batchFormats } from "../data/batch.js";
import { EngineError } from "../errors.js";
import type { AccumulatorUpdate } from "../execute/worker-frames.js";
import { encodeColumns } from "./arrow-stream.js";

/** What follows the kind of a BATCH frame in docs/worker-protocol.md, without the input. */
const headerBytes = 13;
/** The most that one row holds. */
const rowBytes = 8 * 1024 * 1024;
/** Set in the first byte of a row that the next one goes on with. */
const continued = 0x80;
/** The input of rows for no leaf. */
const note = -1;

export const batchColumns = ["partition", "input", "bucket", "source", "part", "batch"] as const;

export interface BatchRow {
  /** The task that gets it. */
  readonly partition: number;
  /** The leaf of the task's tree, and the leaf's partition; 0 when left out. */
  readonly input?: number;
  readonly bucket?: number;
  /** Null: a row that only keeps the partition alive. */
  readonly slice: BatchSlice | null;
}

function framed({ batch, from, to }: BatchSlice): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(batchFormats.indexOf(batch.format), 0);
  header.writeUInt32LE(batch.count, 1);
  header.writeUInt32LE(from, 5);
  header.writeUInt32LE(to, 9);
  return Buffer.concat([header, batch.bytes]);
}

/** The frame as rows of at most `rowBytes`. */
function pieces(frame: Buffer): readonly Buffer[] {
  if (frame.length <= rowBytes) return [frame];
  const first = Buffer.from(frame.subarray(0, rowBytes));
  first.writeUInt8(first.readUInt8(0) | continued, 0);
  const cut = [first];
  for (let start = rowBytes; start < frame.length; start += rowBytes - 1) {
    const end = start + rowBytes - 1;
    cut.push(Buffer.concat([Buffer.of(end < frame.length ? continued : 0), frame.subarray(start, end)]));
  }
  return cut;
}

function unframed(rows: readonly Buffer[]): Batch {
  const [first, ...others] = rows as readonly [Buffer, ...Buffer[]];
  const format = batchFormats[first.readUInt8(0) & ~continued];
  if (format === undefined)
    throw new EngineError("WORKER_PROTOCOL", { language: "python", reason: "a batch of unknown format" });
  // Copies, so that a small batch does not keep the whole answer alive.
  const bytes = Buffer.concat([first.subarray(headerBytes), ...others.map((row) => row.subarray(1))]);
  return { format, count: first.readUInt32LE(1), bytes: new Uint8Array(bytes) };
}

const fields = [
  ...batchColumns.slice(0, -1).map((name) => new Field(name, new Int32(), false)),
  new Field("batch", new Binary(), true),
];

/** The source of rows that no task made. */
const fromDriver = -1;

interface FlatRow extends Required<Pick<BatchRow, "partition" | "input" | "bucket">> {
  readonly piece: Uint8Array | null;
}

/** An Arrow IPC stream; rows of one partition keep their order. */
export function encodeBatchRows(rows: readonly BatchRow[]): Uint8Array {
  const flat = rows.flatMap(({ partition, input = 0, bucket = 0, slice }): readonly FlatRow[] =>
    slice === null
      ? [{ partition, input: note, bucket, piece: null }]
      : pieces(framed(slice)).map((piece) => ({ partition, input, bucket, piece })),
  );
  return encodeColumns(fields, [
    flat.map(({ partition }) => partition),
    flat.map(({ input }) => input),
    flat.map(({ bucket }) => bucket),
    flat.map(() => fromDriver),
    flat.map((_, index) => index),
    flat.map(({ piece }) => piece),
  ]);
}

/** What one task of one stage added to accumulators. */
export interface TaskUpdates {
  readonly stage: number;
  readonly task: number;
  readonly updates: readonly AccumulatorUpdate[];
}

/** What an answer says, in order. */
export type Received =
  | { readonly kind: "batch"; readonly partition: number; readonly batch: Batch }
  | { readonly kind: "end"; readonly partition: number }
  | { readonly kind: "updates"; readonly of: TaskUpdates };

interface DoneFields {
  readonly accumulators: readonly AccumulatorUpdate[];
}

/** The DONE frames of a task's passes, each with its length before it. */
function updatesIn(frames: Buffer): AccumulatorUpdate[] {
  const updates: AccumulatorUpdate[] = [];
  for (let at = 0; at < frames.length; ) {
    const end = at + 4 + frames.readUInt32LE(at);
    const { accumulators } = unpack(frames.subarray(at + 4, end)) as DoneFields;
    for (const { id, batch } of accumulators) {
      if (!batchFormats.includes(batch.format))
        throw new EngineError("WORKER_PROTOCOL", { language: "python", reason: "an accumulator of unknown format" });
      updates.push({ id, batch: { ...batch, bytes: Uint8Array.from(batch.bytes) } });
    }
    at = end;
  }
  return updates;
}

/** Reads the answers of one execution, one after the other. */
export class BatchReader {
  /** Rows of a batch that goes on in the next one. */
  #begun: Buffer[] = [];

  *read(stream: Uint8Array): Iterable<Received> {
    const table = tableFromIPC(stream);
    const [partitions, inputs, , sources, parts, batches] = batchColumns.map((name) => table.getChild(name));
    for (let row = 0; row < table.numRows; row++) {
      const bytes = batches?.get(row) as Uint8Array | null;
      const partition = partitions?.get(row) as number;
      if (bytes === null) {
        yield { kind: "end", partition };
        continue;
      }
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (inputs?.get(row) === note) {
        const of = { stage: parts?.get(row) as number, task: sources?.get(row) as number, updates: updatesIn(piece) };
        yield { kind: "updates", of };
        continue;
      }
      // A copy: the answer's memory is another's when the next one comes.
      this.#begun.push(Buffer.from(piece));
      if ((piece.readUInt8(0) & continued) !== 0) continue;
      yield { kind: "batch", partition, batch: unframed(this.#begun) };
      this.#begun = [];
    }
  }
}
