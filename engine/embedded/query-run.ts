/** DuckDB in an executor process: one instance, one connection per running query. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Batch } from "../data/batch.js";
import { readBlock } from "../data/block-file.js";
import type { Field, Schema } from "../data/data-type.js";
import { sqlText, typeEntries } from "../data/type-table.js";
import { EngineError } from "../errors.js";
import { chunksOf, type InputColumns, RowBatches, tableColumns } from "./columns.js";
import { fileFailure, queryFailure } from "./failure.js";
import { prelude } from "./prelude.js";

export interface EngineOptions {
  /** What DuckDB may hold before it spills or fails; left out: its own default. */
  readonly memoryMiB?: number;
  readonly threads: number;
  /** Where it spills to. */
  readonly tempDirectory: string;
}

/** A table that a query reads, in block files of portable (or `v8`) batches whose elements are rows. */
export interface QueryInput extends InputColumns {
  readonly name: string;
  /** Read in this order. */
  readonly blocks: readonly string[];
}

/** One query for one partition, as plain data. */
export interface QueryTask {
  readonly sql: string;
  readonly output: Schema;
  readonly inputs: readonly QueryInput[];
}

export interface EmbeddedEngine {
  /** The rows as portable batches of lists of values. Ending the loop or aborting stops the query. */
  run(task: QueryTask, signal: AbortSignal): AsyncIterable<Batch>;
  /** Columns of the first of these files, all nullable as Spark has it. */
  describeParquet(paths: readonly string[]): Promise<Schema>;
  close(): void;
}

/** A batch ends at whichever comes first. */
const batchRows = 10_000;
const batchBytes = 4 * 1024 * 1024;

/** Opens an in-memory instance; close it to end its threads and remove its files. */
export async function openEngine({ memoryMiB, threads, tempDirectory }: EngineOptions): Promise<EmbeddedEngine> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    temp_directory: tempDirectory,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(memoryMiB === undefined ? {} : { memory_limit: `${memoryMiB}MiB` }),
  });
  const connection = await instance.connect();
  for (const statement of prelude) await connection.run(statement);
  connection.closeSync();
  return {
    run: (task, signal) => runQuery(instance, task, signal),
    describeParquet: (paths) => describeParquet(instance, paths),
    close: () => instance.closeSync(),
  };
}

async function* runQuery(instance: DuckDBInstance, task: QueryTask, signal: AbortSignal): AsyncIterable<Batch> {
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener("abort", interrupt);
  try {
    for (const input of task.inputs) await load(connection, input, signal);
    stopIfAborted(signal);
    yield* rowsOf(connection, task, signal);
  } catch (thrown) {
    throw queryFailure(thrown, signal.aborted);
  } finally {
    signal.removeEventListener("abort", interrupt);
    // Of a query that is still running.
    connection.interrupt();
    connection.closeSync();
  }
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
}

async function* rowsOf(
  connection: DuckDBConnection,
  { sql, output }: QueryTask,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  const result = await connection.stream(sql);
  const rows = new RowBatches(output);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    stopIfAborted(signal);
    if (rows.count > 0 && (rows.count + chunk.rowCount > batchRows || rows.sizeBytes > batchBytes)) yield rows.take();
    rows.add(chunk);
  }
  if (rows.count > 0) yield rows.take();
}

/** Fills a temporary table of the connection. */
async function load(connection: DuckDBConnection, input: QueryInput, signal: AbortSignal): Promise<void> {
  await connection.run(`CREATE TEMP TABLE ${input.name} (${tableColumns(input)})`);
  const appender = await connection.createAppender(input.name, "main", "temp");
  for (const path of input.blocks) {
    for (const batch of readBlock(path)) {
      stopIfAborted(signal);
      for (const chunk of chunksOf(batch, input)) appender.appendDataChunk(chunk);
      // Blocks are read without waiting: others get their turn between batches.
      await new Promise(setImmediate);
    }
  }
  appender.closeSync();
}

async function describeParquet(instance: DuckDBInstance, paths: readonly string[]): Promise<Schema> {
  const [path = ""] = paths;
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
    return found.getRows().map(([name, type]): Field => fieldOf(String(name), String(type)));
  } catch (thrown) {
    throw thrown instanceof EngineError ? thrown : fileFailure(thrown, path);
  } finally {
    connection.closeSync();
  }
}

function fieldOf(name: string, physical: string): Field {
  const entry = typeEntries.find((one) => one.physical === physical);
  if (!entry) throw new EngineError("TYPE_UNKNOWN", { type: `${physical.toLowerCase()} of column ${name}` });
  return { name, type: entry.type, nullable: true };
}
