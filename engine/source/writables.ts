/**
 * Hadoop's Writables as portable elements: what PySpark's `sequenceFile` makes of them (`WritableToJavaConverter`), and
 * numbers also for those integers that it leaves as Java objects.
 *
 * | Writable | element |
 * |---|---|
 * | Null | null |
 * | Boolean | boolean |
 * | Byte, Short, Int, VInt, Long, VLong | integer |
 * | Float, Double | double |
 * | Text | text; what is not UTF-8 in it is replaced as by Java |
 * | Bytes | bytes |
 * | Map, SortedMap | map |
 */
import { isUtf8 } from "node:buffer";
import type { PackWriter } from "../data/message-pack.js";
import { writeBigint, writeDouble } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { DataInput } from "./data-input.js";
import { replaceInvalid } from "./text-decode.js";

const javaPackage = "org.apache.hadoop.io.";

/** The full name of a class of Hadoop's. */
export const writableClass = (name: string): string => `${javaPackage}${name}`;

/** Reads one value, writes it as a part of an element. */
export type WritableReader = (input: DataInput, writer: PackWriter, depth: number) => void;

/** Maps in maps end here, as a garbled file could nest them without end. */
const maxDepth = 100;

const readers: Readonly<Record<string, WritableReader>> = {
  NullWritable: (_, writer) => writer.nil(),
  BooleanWritable: (input, writer) => writer.boolean(input.int8() !== 0),
  ByteWritable: (input, writer) => writer.integer(input.int8()),
  ShortWritable: (input, writer) => writer.integer(input.int16()),
  IntWritable: (input, writer) => writer.integer(input.int32()),
  VIntWritable: (input, writer) => writer.integer(input.vint()),
  LongWritable: (input, writer) => writeBigint(writer, input.int64()),
  VLongWritable: (input, writer) => writeBigint(writer, input.vlong()),
  FloatWritable: (input, writer) => writeDouble(writer, input.float32()),
  DoubleWritable: (input, writer) => writeDouble(writer, input.float64()),
  Text: readText,
  BytesWritable: (input, writer) => writer.bytes(input.bytes(input.int32())),
  MapWritable: readMap,
  SortedMapWritable: readMap,
};

function readText(input: DataInput, writer: PackWriter): void {
  const bytes = input.text();
  if (isUtf8(bytes)) writer.utf8(bytes);
  else writer.text(replaceInvalid(bytes));
}

/** Classes that a map names by a number without saying so; from -127 on. */
const knownClasses: readonly string[] = [
  "ArrayWritable",
  "BooleanWritable",
  "BytesWritable",
  "FloatWritable",
  "IntWritable",
  "LongWritable",
  "MapWritable",
  "MD5Hash",
  "NullWritable",
  "ObjectWritable",
  "SortedMapWritable",
  "Text",
  "TwoDArrayWritable",
  "VIntWritable",
  "VLongWritable",
];
const firstKnown = -127;

/** The number by which maps know a class, if it has one of its own. */
export function knownNumber(name: string): number | null {
  const at = knownClasses.indexOf(name);
  return at < 0 ? null : firstKnown + at;
}

/** `i8` number of further classes, `(i8 number, text)` of each; `i32` entries, `(i8 class, key, i8 class, value)` of each. */
function readMap(input: DataInput, writer: PackWriter, depth: number): void {
  if (depth > maxDepth) throw input.corrupt(`maps nested more than ${maxDepth} deep`);
  const further = new Map<number, WritableReader>();
  for (let left = input.int8(); left > 0; left--) {
    const number = input.int8();
    further.set(number, writableReader(input.bytes(input.uint16()).toString("latin1"), input.path));
  }
  const readOne = (): void => {
    const number = input.int8();
    const name = knownClasses[number - firstKnown];
    const read =
      further.get(number) ?? (name === undefined ? undefined : writableReader(writableClass(name), input.path));
    if (read === undefined) throw input.corrupt(`a class with the number ${number}, which it does not name`);
    read(input, writer, depth + 1);
  };
  const count = input.int32();
  if (count < 0) throw input.corrupt(`a map of ${count} entries`);
  writer.map(count);
  for (let i = 0; i < count; i++) {
    readOne();
    readOne();
  }
}

/**
 * The reader of a class that a file names.
 * Errors: CLASS_UNSUPPORTED.
 */
export function writableReader(className: string, path: string): WritableReader {
  const read = className.startsWith(javaPackage) ? readers[className.slice(javaPackage.length)] : undefined;
  if (read === undefined) throw new EngineError("CLASS_UNSUPPORTED", { path, class: className });
  return read;
}
