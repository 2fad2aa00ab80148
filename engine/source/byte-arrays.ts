/**
 * Java's serialization of an array of byte arrays, the only Java objects that are read or written here: each record of
 * PySpark's `saveAsPickleFile` is one.
 *
 * ```
 * AC ED 00 05                                        stream, version 5
 * 75, class, i32 n, n × (75, class, i32 size, bytes)
 * class: 72, text, 8 bytes, 02, 00 00, 78, 70        its name ([[B, [B), what identifies its version; no fields, no parent
 *        71, i32                                     one that was named before: 0x7E0000 + its number
 * ```
 *
 * Classes and arrays are numbered as they come.
 */
import { Buffer } from "node:buffer";
import type { DataInput } from "./data-input.js";
import type { DataOutput } from "./data-output.js";

const code = { null: 0x70, reference: 0x71, classDescription: 0x72, array: 0x75, endOfBlock: 0x78 } as const;
const streamStart = 0xaced0005 | 0;
const firstHandle = 0x7e0000;
const isSerializable = 0x02;

/** Computed by Java from the class, and checked by it. */
const versions = {
  "[[B": Buffer.from("4bfd19156767db37", "hex"),
  "[B": Buffer.from("acf317f8060854e0", "hex"),
} as const;

const bytesClass = "[B";
/** An array of any class may hold byte arrays as well. */
const outerClasses: readonly string[] = ["[[B", "[Ljava.lang.Object;"];

/** What was numbered: the name of a class, a byte array, or null for the outer array. */
type Numbered = string | Buffer | null;

/**
 * The byte arrays in a serialized array of them, as views.
 * Errors: CORRUPT_INPUT.
 */
export function readByteArrays(input: DataInput): Buffer[] {
  if (input.int32() !== streamStart) throw input.corrupt("a record that is no Java object");
  const numbered: Numbered[] = [];
  if (input.int8() !== code.array) throw input.corrupt("a record that is no Java array");
  const outer = readClass(input, numbered);
  if (!outerClasses.includes(outer)) throw input.corrupt(`a record of the Java class ${outer}`);
  numbered.push(null);
  const count = input.int32();
  const arrays: Buffer[] = [];
  for (let i = 0; i < count; i++) arrays.push(readByteArray(input, numbered));
  return arrays;
}

function readByteArray(input: DataInput, numbered: Numbered[]): Buffer {
  const kind = input.int8();
  if (kind === code.reference) {
    const array = referenced(input, numbered);
    if (array instanceof Buffer) return array;
  }
  if (kind !== code.array) throw input.corrupt("Java objects that are no byte arrays");
  const name = readClass(input, numbered);
  if (name !== bytesClass) throw input.corrupt(`objects of the Java class ${name}`);
  const array = input.bytes(input.int32());
  numbered.push(array);
  return array;
}

function readClass(input: DataInput, numbered: Numbered[]): string {
  const kind = input.int8();
  if (kind === code.reference) {
    const name = referenced(input, numbered);
    if (typeof name === "string") return name;
  }
  if (kind !== code.classDescription) throw input.corrupt("a Java class that is not described");
  const name = input.bytes(input.uint16()).toString("latin1");
  input.bytes(versions[bytesClass].length);
  numbered.push(name);
  const [flags, fields, end, parent] = [input.int8(), input.uint16(), input.int8(), input.int8()];
  if (flags !== isSerializable || fields !== 0 || end !== code.endOfBlock || parent !== code.null)
    throw input.corrupt(`objects of the Java class ${name}`);
  return name;
}

const referenced = (input: DataInput, numbered: readonly Numbered[]): Numbered | undefined =>
  numbered[input.int32() - firstHandle];

/** Writes an array of these byte arrays as Java does. */
export function putByteArrays(output: DataOutput, arrays: readonly Uint8Array[]): void {
  output.int32(streamStart);
  output.int8(code.array);
  putClass(output, "[[B");
  output.int32(arrays.length);
  for (const [at, array] of arrays.entries()) {
    output.int8(code.array);
    if (at === 0) putClass(output, bytesClass);
    else {
      output.int8(code.reference);
      // After the outer class and the outer array.
      output.int32(firstHandle + 2);
    }
    output.int32(array.length);
    output.bytes(array);
  }
}

function putClass(output: DataOutput, name: keyof typeof versions): void {
  output.int8(code.classDescription);
  output.uint16(name.length);
  output.bytes(Buffer.from(name));
  output.bytes(versions[name]);
  output.int8(isSerializable);
  output.uint16(0);
  output.int8(code.endOfBlock);
  output.int8(code.null);
}
