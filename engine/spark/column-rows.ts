/** Rows of a relation between Arrow columns and portable elements, without any Python. */
import { DataType as ArrowType, Bool, Field, Float64, Int32, Int64, tableFromIPC, Utf8 } from "apache-arrow";
import type { Batch } from "../data/batch.js";
import type { DataType, Schema } from "../data/data-type.js";
import { PackWriter } from "../data/message-pack.js";
import { writeBigint, writeDouble } from "../data/portable.js";
import { Misfit, type StoredValue, typeTable } from "../data/type-table.js";
import { EngineError } from "../errors.js";
import { encodeColumns } from "./arrow-stream.js";

type WriteValue = (writer: PackWriter, value: never) => void;

const writers: { readonly [K in DataType["kind"]]: WriteValue } = {
  boolean: (writer, value: boolean) => writer.boolean(value),
  int: (writer, value: number) => writer.integer(value),
  bigint: (writer, value: bigint) => writeBigint(writer, value),
  double: (writer, value: number) => writeDouble(writer, value),
  string: (writer, value: string) => writer.text(value),
};

function kindOf(field: Field): DataType["kind"] {
  const { type } = field;
  if (ArrowType.isBool(type)) return "boolean";
  if (ArrowType.isInt(type) && type.bitWidth === 32) return "int";
  if (ArrowType.isInt(type) && type.bitWidth === 64) return "bigint";
  if (ArrowType.isFloat(type) && type.precision === 2) return "double";
  if (ArrowType.isUtf8(type)) return "string";
  throw new EngineError("TYPE_UNKNOWN", { type: `${type} (column "${field.name}")` });
}

/** MessagePack's extension for a row, see docs/worker-protocol.md. */
const rowExtension = 8;

/** The rows of one answer as a portable batch: lists of values, or rows with names. */
export function toPortableRows(stream: Uint8Array, names: readonly string[] | null): Batch {
  const table = tableFromIPC(stream);
  const columns = table.schema.fields.map((field, index) => ({
    vector: table.getChildAt(index),
    write: writers[kindOf(field)],
  }));
  const writer = new PackWriter();
  const writeValues = (row: number): void => {
    writer.array(columns.length);
    for (const { vector, write } of columns) {
      const value: unknown = vector?.get(row);
      if (value === null || value === undefined) writer.nil();
      else write(writer, value as never);
    }
  };
  writer.array(table.numRows);
  for (let row = 0; row < table.numRows; row++) {
    if (names === null) writeValues(row);
    else
      writer.extension(rowExtension, () => {
        writer.array(2);
        writer.array(names.length);
        for (const name of names) writer.text(name);
        writeValues(row);
      });
  }
  return { format: "portable", count: table.numRows, bytes: writer.take() };
}

const arrowTypes: { readonly [K in DataType["kind"]]: () => ArrowType } = {
  boolean: () => new Bool(),
  int: () => new Int32(),
  bigint: () => new Int64(),
  double: () => new Float64(),
  string: () => new Utf8(),
};

/** The value as its column holds it; raises `TYPE_MISMATCH` for one that is not of the column's type. */
function stored({ name, type }: Schema[number], value: unknown): StoredValue {
  if (value === null || value === undefined) return null;
  const accepted = typeTable[type.kind].accept(value);
  if (accepted instanceof Misfit) {
    throw new EngineError("TYPE_MISMATCH", {
      call: `column "${name}"`,
      expected: accepted.expected,
      actual: describe(value),
    });
  }
  return type.kind === "bigint" && accepted !== null ? BigInt(accepted) : accepted;
}

const describe = (value: unknown): string => `${typeof value} ${JSON.stringify(value) ?? ""}`.slice(0, 60).trim();

/** Elements that are rows in the order of the schema, as an Arrow IPC stream. */
export function fromRows(schema: Schema, rows: readonly (readonly unknown[])[]): Uint8Array {
  const short = rows.find((row) => !Array.isArray(row) || row.length !== schema.length);
  if (short !== undefined) {
    throw new EngineError("TYPE_MISMATCH", {
      call: "rows",
      expected: `${schema.length} values each`,
      actual: describe(short),
    });
  }
  const fields = schema.map(({ name, type, nullable }) => new Field(name, arrowTypes[type.kind](), nullable));
  const columns = schema.map((field, index) => rows.map((row) => stored(field, row[index])));
  return encodeColumns(fields, columns);
}
