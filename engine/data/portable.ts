/**
 * Portable batches: elements as every language reads them (`docs/worker-protocol.md`, Portable elements).
 *
 * | TypeScript value | portable form |
 * |---|---|
 * | null, undefined | nil |
 * | a safe integer other than −0; a bigint | integer; beyond 64 bits extension 2 |
 * | any other number | float 64 |
 * | `double(3)` | extension 7: a double with an integral value |
 * | array; `tuple(1, 2)` | array; extension 1, which is read as an array |
 * | object, `Map` | map; read as an object if all keys are strings, else as a `Map` |
 * | `Date`, `Timestamp`; `LocalDate`; `Decimal` | extensions 5; 4; 3 |
 * | `Set`; `Uint8Array` | extension 6; binary |
 */
import { EngineError } from "../errors.js";
import type { Batch } from "./batch.js";
import { narrow, type PackForms, PackReader, PackWriter } from "./message-pack.js";

/** A number that is a double in every language, even when it has no fraction. */
export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** Marks a number as a double for other languages: `double(3)` is Python's `3.0`. */
export const double = (value: number): Double => new Double(value);

/** An array that is a tuple in languages that have them. */
export class Tuple extends Array<unknown> {}

export const tuple = (...values: readonly unknown[]): Tuple => Tuple.from(values) as Tuple;

/** A point in time to the microsecond; as a `Date` it is cut to milliseconds. */
export class Timestamp extends Date {
  /** Since 1970-01-01T00:00:00Z. */
  readonly micros: bigint;

  constructor(micros: bigint) {
    super(Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0));
    this.micros = micros;
  }
}

/** A day of the calendar, without a time zone. */
export class LocalDate {
  /** Since 1970-01-01. */
  readonly days: number;

  constructor(days: number) {
    this.days = days;
  }

  toString(): string {
    return new Date(this.days * 86_400_000).toISOString().slice(0, 10);
  }
}

/** A decimal number, digit by digit. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

const extension = { tuple: 1, hugeInteger: 2, decimal: 3, date: 4, timestamp: 5, set: 6, double: 7, row: 8 } as const;

const maxDepth = 500;
const [minLong, maxLong] = [-(2n ** 63n), 2n ** 63n - 1n];

function writeNumber(writer: PackWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value);
  else writer.double(value);
}

/** A number that must stay a double. */
export function writeDouble(writer: PackWriter, value: number): void {
  if (Number.isInteger(value)) writer.doubleExtension(extension.double, value);
  else writer.double(value);
}

export function writeBigint(writer: PackWriter, value: bigint): void {
  const short = narrow(value);
  if (typeof short === "number") writer.integer(short);
  else if (value >= minLong && value <= maxLong) writer.long(value);
  else writer.extension(extension.hugeInteger, () => writer.raw(Buffer.from(value.toString())));
}

function writeList(writer: PackWriter, values: readonly unknown[], depth: number): void {
  writer.array(values.length);
  for (const value of values) writeValue(writer, value, depth);
}

function writeEntries(writer: PackWriter, entries: readonly (readonly [unknown, unknown])[], depth: number): void {
  writer.map(entries.length);
  for (const [key, value] of entries) {
    writeValue(writer, key, depth);
    writeValue(writer, value, depth);
  }
}

function writeObject(writer: PackWriter, value: object, depth: number): void {
  if (depth > maxDepth) throw notPortable(`a value nested more than ${maxDepth} deep`);
  if (Array.isArray(value)) {
    if (value instanceof Tuple) writer.extension(extension.tuple, () => writeList(writer, value, depth));
    else writeList(writer, value, depth);
  } else if (value instanceof Double) writeDouble(writer, value.value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (value instanceof Date) {
    const micros = value instanceof Timestamp ? value.micros : microsOf(value);
    writer.extension(extension.timestamp, () => writer.rawInt64(micros));
  } else if (value instanceof LocalDate) writer.extension(extension.date, () => writer.rawInt32(value.days));
  else if (value instanceof Decimal) writer.extension(extension.decimal, () => writer.raw(Buffer.from(value.text)));
  else if (value instanceof Set) writer.extension(extension.set, () => writeList(writer, [...value], depth));
  else if (value instanceof Map) writeEntries(writer, [...value], depth);
  else if (isPlain(value)) writeEntries(writer, Object.entries(value), depth);
  else throw notPortable(value.constructor.name);
}

function microsOf(date: Date): bigint {
  const millis = date.getTime();
  if (Number.isNaN(millis)) throw notPortable("an invalid Date");
  return BigInt(millis) * 1000n;
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a vm context) are plain as well.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

const notPortable = (type: string): EngineError => new EngineError("VALUE_NOT_PORTABLE", { type });

/** Writes one value; `depth` counts the containers around it. */
export function writeValue(writer: PackWriter, value: unknown, depth = 0): void {
  if (value === null || value === undefined) writer.nil();
  else if (typeof value === "number") writeNumber(writer, value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (typeof value === "bigint") writeBigint(writer, value);
  else if (typeof value === "object") writeObject(writer, value, depth + 1);
  else throw notPortable(typeof value);
}

/** One batch of these elements. */
export function encodePortable(elements: Iterable<unknown>): Batch {
  const writer = new PackWriter();
  const all = Array.isArray(elements) ? (elements as readonly unknown[]) : [...elements];
  writer.array(all.length);
  for (let i = 0; i < all.length; i++) writeValue(writer, all[i]);
  return { format: "portable", count: all.length, bytes: writer.take() };
}

/** Writes a tuple of two values, each by what is called for it. */
export function writePair(writer: PackWriter, writeFirst: () => void, writeSecond: () => void): void {
  writer.extension(extension.tuple, () => {
    writer.array(2);
    writeFirst();
    writeSecond();
  });
}

type ReadExtension = (content: Buffer, forms: PackForms) => unknown;

const readList: ReadExtension = (content, forms) => {
  const reader = new PackReader(content, forms);
  return Array.from({ length: reader.arrayLength() }, () => reader.value());
};

const readers: Readonly<Record<number, ReadExtension>> = {
  [extension.tuple]: readList,
  [extension.hugeInteger]: (content) => narrow(BigInt(content.toString("latin1"))),
  [extension.decimal]: (content) => new Decimal(content.toString("latin1")),
  [extension.date]: (content) => new LocalDate(content.readInt32BE(0)),
  [extension.timestamp]: (content) => new Timestamp(content.readBigInt64BE(0)),
  [extension.set]: (content, forms) => new Set(readList(content, forms) as unknown[]),
  [extension.double]: (content, forms) => forms.integralDouble(content.readDoubleBE(0)),
  [extension.row]: (content, forms) => {
    const [names, values] = readList(content, forms) as [string[], unknown[]];
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  },
};

function formsWith(integralDouble: PackForms["integralDouble"]): PackForms {
  const forms: PackForms = {
    integralDouble,
    extension: (type, content) => {
      const read = readers[type];
      if (read === undefined) throw notPortable(`extension ${type}`);
      return read(content, forms);
    },
  };
  return forms;
}

const plainForms = formsWith((value) => value);
const exactForms = formsWith((value) => new Double(value));

function read(forms: PackForms, batch: Batch, from: number, to: number): unknown[] {
  const reader = new PackReader(batch.bytes, forms);
  const end = Math.min(to, reader.arrayLength());
  const elements: unknown[] = [];
  for (let i = 0; i < end; i++) {
    const value = reader.value();
    if (i >= from) elements.push(value);
  }
  return elements;
}

/** The elements `from` to `to` of a portable batch; every number is a plain one. */
export const decodePortable = (batch: Batch, from = 0, to: number = Number.POSITIVE_INFINITY): unknown[] =>
  read(plainForms, batch, from, to);

/** The same, with each double that has no fraction as a `Double`, so that types can be told by values. */
export const decodePortableExactly = (batch: Batch, from = 0, to: number = Number.POSITIVE_INFINITY): unknown[] =>
  read(exactForms, batch, from, to);
