/**
 * Writes pickles (protocol 4) of plain values and of calls of named Python functions: all that a command for Spark's
 * Python workers needs, so that no Python takes part in making one.
 */

/** A value that a pickle can hold. A `call` is made when the pickle is loaded. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickledTuple
  | { readonly call: Pickled; readonly args: readonly Pickled[] }
  | { readonly module: string; readonly name: string }
  | { readonly dict: readonly (readonly [string, Pickled])[] };

export type PickledTuple = readonly Pickled[];

const isTuple = (value: Pickled): value is PickledTuple => Array.isArray(value);

const opcode = {
  proto: 0x80,
  stop: 0x2e,
  none: 0x4e,
  newTrue: 0x88,
  newFalse: 0x89,
  int: 0x49,
  double: 0x47,
  text: 0x58,
  bytes: 0x42,
  mark: 0x28,
  tuple: 0x74,
  reduce: 0x52,
  global: 0x63,
  emptyDict: 0x7d,
  setItem: 0x73,
} as const;

function sized(code: number, bytes: Uint8Array): Uint8Array[] {
  const header = Buffer.alloc(5);
  header.writeUInt8(code, 0);
  header.writeUInt32LE(bytes.length, 1);
  return [header, bytes];
}

function numberParts(value: number): Uint8Array[] {
  if (Number.isInteger(value)) return [Uint8Array.of(opcode.int), Buffer.from(`${value}\n`)];
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(opcode.double, 0);
  bytes.writeDoubleBE(value, 1);
  return [bytes];
}

const tupleParts = (items: readonly Pickled[]): Uint8Array[] => [
  Uint8Array.of(opcode.mark),
  ...items.flatMap(parts),
  Uint8Array.of(opcode.tuple),
];

function parts(value: Pickled): Uint8Array[] {
  if (value === null) return [Uint8Array.of(opcode.none)];
  if (typeof value === "boolean") return [Uint8Array.of(value ? opcode.newTrue : opcode.newFalse)];
  if (typeof value === "number") return numberParts(value);
  if (typeof value === "string") return sized(opcode.text, Buffer.from(value));
  if (value instanceof Uint8Array) return sized(opcode.bytes, value);
  if (isTuple(value)) return tupleParts(value);
  if ("call" in value) return [...parts(value.call), ...tupleParts(value.args), Uint8Array.of(opcode.reduce)];
  if ("module" in value) return [Uint8Array.of(opcode.global), Buffer.from(`${value.module}\n${value.name}\n`)];
  const items = value.dict.flatMap(([key, item]) => [...parts(key), ...parts(item), Uint8Array.of(opcode.setItem)]);
  return [Uint8Array.of(opcode.emptyDict), ...items];
}

/** Arrays become tuples, integral numbers int, other numbers float. */
export const pickle = (value: Pickled): Uint8Array =>
  Buffer.concat([Uint8Array.of(opcode.proto, 4), ...parts(value), Uint8Array.of(opcode.stop)]);
