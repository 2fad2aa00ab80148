/** Batches as Arrow rows (partition, source, part, batch), on their way to and from `kindling_spark_stage.py`. */
import { Binary, Field, Int32, tableFromIPC } from "apache-arrow";
import { type Batch, type BatchSlice, batchFormats } from "../data/batch.js";
import { EngineError } from "../errors.js";
import { encodeColumns } from "./arrow-stream.js";

/** What follows the kind of a BATCH frame in docs/worker-protocol.md. */
const headerBytes = 13;

export interface BatchRow {
  readonly partition: number;
  /** Null: a row that only says that the partition exists, or has ended. */
  readonly slice: BatchSlice | null;
}

function framed({ batch, from, to }: BatchSlice): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(batchFormats.indexOf(batch.format), 0);
  header.writeUInt32LE(batch.count, 1);
  header.writeUInt32LE(from, 5);
  header.writeUInt32LE(to, 9);
  return Buffer.concat([header, batch.bytes]);
}

function unframed(bytes: Uint8Array): Batch {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = batchFormats[view.readUInt8(0)];
  if (format === undefined)
    throw new EngineError("WORKER_PROTOCOL", { language: "python", reason: "a batch of unknown format" });
  // A copy, so that a small batch does not keep the whole answer alive.
  return { format, count: view.readUInt32LE(1), bytes: Uint8Array.prototype.slice.call(view, headerBytes) };
}

const fields = [
  new Field("partition", new Int32(), false),
  new Field("source", new Int32(), false),
  new Field("part", new Int32(), false),
  new Field("batch", new Binary(), true),
];

/** The source of rows that no task made. */
const fromDriver = -1;

/** An Arrow IPC stream; rows of one partition keep their order. */
export const encodeBatchRows = (rows: readonly BatchRow[]): Uint8Array =>
  encodeColumns(fields, [
    rows.map(({ partition }) => partition),
    rows.map(() => fromDriver),
    rows.map((_, index) => index),
    rows.map(({ slice }) => (slice === null ? null : framed(slice))),
  ]);

/** The rows of one answer, in order: partition, and batch or null. */
export function* decodeBatchRows(stream: Uint8Array): Iterable<readonly [partition: number, batch: Batch | null]> {
  const table = tableFromIPC(stream);
  const partitions = table.getChild("partition");
  const batches = table.getChild("batch");
  for (let row = 0; row < table.numRows; row++) {
    const bytes = batches?.get(row) as Uint8Array | null;
    yield [partitions?.get(row) as number, bytes === null ? null : unframed(bytes)];
  }
}
