/**
 * Elements as Hadoop's Writables, as PySpark writes them (`JavaToWritableConverter`): an integer of 32 bits is an
 * IntWritable, a longer one a LongWritable, a double a DoubleWritable, a map a MapWritable.
 */
import { Decimal, Double, LocalDate } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { DataOutput } from "./data-output.js";
import { knownNumber, writableClass } from "./writables.js";

type Entries = ReadonlyMap<unknown, unknown>;

interface Form {
  /** Of the class, without its package. */
  readonly name: string;
  readonly put: (output: DataOutput) => void;
}

/** A value as its class has it. */
export interface Writable {
  /** The full name. */
  readonly className: string;
  readonly put: (output: DataOutput) => void;
}

const [maxInt, maxLong] = [2 ** 31 - 1, 2n ** 63n - 1n];

function integerForm(value: number | bigint): Form {
  if (value >= -maxInt - 1 && value <= maxInt)
    return { name: "IntWritable", put: (output) => output.int32(Number(value)) };
  if (value >= -maxLong - 1n && value <= maxLong)
    return { name: "LongWritable", put: (output) => output.int64(BigInt(value)) };
  throw notWritable("an integer beyond 64 bits");
}

const doubleForm = (value: number): Form => ({ name: "DoubleWritable", put: (output) => output.float64(value) });

function numberForm(value: number): Form {
  return Number.isInteger(value) && !Object.is(value, -0) ? integerForm(value) : doubleForm(value);
}

function formOf(value: unknown): Form {
  switch (typeof value) {
    case "number":
      return numberForm(value);
    case "bigint":
      return integerForm(value);
    case "string":
      return { name: "Text", put: (output) => output.text(value) };
    case "boolean":
      return { name: "BooleanWritable", put: (output) => output.int8(value ? 1 : 0) };
    case "object":
      return value === null ? { name: "NullWritable", put: () => {} } : objectForm(value);
    default:
      throw notWritable(typeof value);
  }
}

function objectForm(value: object): Form {
  if (value instanceof Double) return doubleForm(value.value);
  if (value instanceof Uint8Array) return { name: "BytesWritable", put: (output) => putBytes(output, value) };
  if (value instanceof Map) return { name: "MapWritable", put: (output) => putMap(output, value) };
  if (Array.isArray(value)) throw notWritable("a list or tuple");
  if (value instanceof Set) throw notWritable("a set");
  if (value instanceof Date || value instanceof LocalDate) throw notWritable("a date or time");
  if (value instanceof Decimal) throw notWritable("a decimal");
  const entries = new Map<unknown, unknown>(Object.entries(value));
  return { name: "MapWritable", put: (output) => putMap(output, entries) };
}

function putBytes(output: DataOutput, value: Uint8Array): void {
  output.int32(value.length);
  output.bytes(value);
}

/** As `writables.ts` reads it. */
function putMap(output: DataOutput, entries: Entries): void {
  const forms = [...entries].flatMap((entry) => entry.map(formOf));
  const further = [...new Set(forms.map(({ name }) => name).filter((name) => knownNumber(name) === null))];
  output.int8(further.length);
  for (const [at, name] of further.entries()) {
    const text = Buffer.from(writableClass(name));
    output.int8(at + 1);
    output.uint16(text.length);
    output.bytes(text);
  }
  output.int32(entries.size);
  for (const { name, put } of forms) {
    output.int8(knownNumber(name) ?? further.indexOf(name) + 1);
    put(output);
  }
}

const notWritable = (type: string): EngineError => new EngineError("VALUE_NOT_WRITABLE", { type });

/**
 * A value that `decodePortableExactly` gave.
 * Errors: VALUE_NOT_WRITABLE.
 */
export function writableOf(value: unknown): Writable {
  const { name, put } = formOf(value);
  return { className: writableClass(name), put };
}
