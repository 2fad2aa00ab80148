/** Rows between portable batches and DuckDB's column vectors. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBVector,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import type { Batch } from "../data/batch.js";
import type { DataType, Schema } from "../data/data-type.js";
import { decodeElements } from "../data/elements.js";
import { PackWriter } from "../data/message-pack.js";
import { decodePortableExactly, writeBigint, writeDouble } from "../data/portable.js";
import { entryOf, Misfit, type StoredValue, simpleName, type TypeEntry } from "../data/type-table.js";
import { EngineError } from "../errors.js";

const physicalTypes: { readonly [K in TypeEntry["physical"]]: DuckDBType } = {
  BOOLEAN,
  INTEGER,
  BIGINT,
  DOUBLE,
  VARCHAR,
};

type WriteCell = (writer: PackWriter, value: Exclude<StoredValue, null>) => void;

const cellWriters: { readonly [K in DataType["kind"]]: WriteCell } = {
  boolean: (writer, value) => writer.boolean(value as boolean),
  int: (writer, value) => writer.integer(value as number),
  bigint: (writer, value) => writeBigint(writer, value as bigint),
  double: (writer, value) => writeDouble(writer, value as number),
  string: (writer, value) => writer.text(value as string),
};

/** Portable batches out of result chunks. */
export class RowBatches {
  readonly #writers: readonly WriteCell[];
  readonly #packer = new PackWriter();
  #lengthAt = 0;
  #count = 0;

  constructor(schema: Schema) {
    this.#writers = schema.map(({ type }) => cellWriters[type.kind]);
  }

  get count(): number {
    return this.#count;
  }

  get sizeBytes(): number {
    return this.#packer.position;
  }

  add(chunk: DuckDBDataChunk): void {
    if (this.#count === 0) this.#lengthAt = this.#packer.arrayOfUnknownLength();
    const vectors = this.#writers.map((write, i) => ({ write, vector: chunk.getColumnVector(i) as DuckDBVector }));
    for (let row = 0; row < chunk.rowCount; row++) {
      this.#packer.array(vectors.length);
      for (const { write, vector } of vectors) {
        const value = vector.getItem(row);
        if (value === null) this.#packer.nil();
        else write(this.#packer, value as Exclude<StoredValue, null>);
      }
    }
    this.#count += chunk.rowCount;
  }

  /** What was added since the last time. */
  take(): Batch {
    this.#packer.setLength(this.#lengthAt, this.#count);
    const batch: Batch = { format: "portable", count: this.#count, bytes: this.#packer.take() };
    this.#count = 0;
    return batch;
  }
}

/** A table of rows that a query reads. */
export interface InputColumns {
  readonly schema: Schema;
  readonly functions: readonly (string | null)[];
}

export const tableColumns = ({ schema }: InputColumns): string =>
  schema.length === 0 ? "none BOOLEAN" : schema.map(({ type }, i) => `v${i} ${entryOf(type).physical}`).join(", ");

const shortForm = (value: unknown): string => {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** The values of one row: a list, or an object with the columns' names. */
function rowValues(element: unknown, schema: Schema): readonly unknown[] {
  if (Array.isArray(element) && element.length === schema.length) return element as unknown[];
  if (typeof element === "object" && element !== null && !Array.isArray(element)) {
    const row = element as Readonly<Record<string, unknown>>;
    return schema.map(({ name }) => row[name]);
  }
  const expected = `a list of ${schema.length} value${schema.length === 1 ? "" : "s"}`;
  throw new EngineError("INVALID_ARGUMENT", {
    call: "rows",
    parameter: "each row",
    expected,
    actual: shortForm(element),
  });
}

function storedValue(value: unknown, column: number, { schema, functions }: InputColumns): StoredValue {
  const { name, type, nullable } = schema[column] as Schema[number];
  const fn = functions[column] ?? null;
  const entry = entryOf(type);
  const stored = fn === null ? entry.accept(value) : entry.coerce(value);
  if (stored === null && !nullable) throw misfit(name, `${entry.simpleName} that is not null`, value);
  if (!(stored instanceof Misfit)) return stored;
  if (fn === null) throw misfit(name, stored.expected, value);
  throw new EngineError("FUNCTION_RESULT_INVALID", {
    function: fn,
    actual: shortForm(value),
    expected: simpleName(type),
  });
}

const misfit = (name: string, expected: string, value: unknown): EngineError =>
  new EngineError("INVALID_ARGUMENT", {
    call: "rows",
    parameter: `column "${name}"`,
    expected,
    actual: shortForm(value),
  });

const chunkRows = 2048;

/** The rows of a batch as chunks that DuckDB takes. */
export function* chunksOf(batch: Batch, columns: InputColumns): Iterable<DuckDBDataChunk> {
  const elements =
    batch.format === "v8" ? decodeElements({ batch, from: 0, to: batch.count }) : decodePortableExactly(batch);
  const types =
    columns.schema.length === 0 ? [BOOLEAN] : columns.schema.map(({ type }) => physicalTypes[entryOf(type).physical]);
  for (let from = 0; from < elements.length; from += chunkRows) {
    const rows = elements.slice(from, from + chunkRows).map((element) => rowValues(element, columns.schema));
    const chunk = DuckDBDataChunk.create(types, rows.length);
    types.forEach((_, i) => {
      chunk.setColumnValues(
        i,
        columns.schema.length === 0 ? rows.map(() => null) : rows.map((row) => storedValue(row[i], i, columns)),
      );
    });
    yield chunk;
  }
}
