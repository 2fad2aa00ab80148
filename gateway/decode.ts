/** Arguments of a call: from the wire to what the engine's methods take, checked against their declared types. */
import type { ApiField, ApiMethod, ApiType } from "../codegen/description.js";
import type { Batch, BatchFormat } from "../engine/data/batch.js";
import { uncounted } from "../engine/data/batch.js";
import { EngineError } from "../engine/errors.js";
import type { Language } from "../engine/plan/kernel.js";
import { EncodedElements } from "../engine/plan/task-function.js";
import type { Declarations } from "./calls.js";
import type { ExposedClass } from "./exposure.js";
import {
  actual,
  expected,
  isWireObject,
  oneOf,
  refuseForbidden,
  type TypeOf,
  tagOf,
  type Wire,
  type WireObject,
} from "./values.js";

export interface Decoding {
  /** The method as users know it, for messages. */
  readonly call: string;
  readonly declarations: Declarations;
  readonly classes: ReadonlyMap<string, ExposedClass>;
  readonly language: Language;
  /** A live object of the session; throws the first error of a poisoned one. */
  readonly object: (id: number) => object;
  /** The bytes of binary frame `n` of this call; undefined if it did not come. */
  readonly frame: (n: number) => Uint8Array | undefined;
}

/** Where in the arguments a value stands: `options.header`, `cols[2]`. */
type Place = string;

type Decoder<K extends ApiType["kind"]> = (type: TypeOf<K>, wire: Wire, place: Place, decoding: Decoding) => unknown;

/** One that looks at the type only for messages. */
type AnyDecoder = (type: ApiType, wire: Wire, place: Place, decoding: Decoding) => unknown;

const int32 = 2 ** 31;
const int64 = 2n ** 63n;
/** Batch formats that a client of each language may send; the others would have no reader. */
const formats: Readonly<Record<Language, readonly BatchFormat[]>> = {
  python: ["pickle", "portable", "lines"],
  typescript: ["portable", "lines"],
  r: ["portable", "lines"],
  jvm: ["portable", "lines"],
};

function mismatch(type: ApiType, wire: Wire | undefined, place: Place, { call, declarations }: Decoding): EngineError {
  const found = actual(wire);
  return new EngineError("INVALID_ARGUMENT", {
    call,
    parameter: place,
    expected: expected(type, declarations.enums),
    actual: found,
  });
}

const malformed = (what: string): EngineError => new EngineError("MESSAGE_INVALID", { reason: `malformed ${what}` });

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function bytesOf(wire: Wire, { frame }: Decoding): Uint8Array | undefined {
  const tag = tagOf(wire);
  if (tag === "frame") {
    const n = (wire as WireObject)["n"];
    const found = typeof n === "number" ? frame(n) : undefined;
    if (!found)
      throw new EngineError("MESSAGE_INVALID", { reason: `binary frame ${String(n)} did not come before its call` });
    return found;
  }
  if (tag !== "bytes") return undefined;
  const text = (wire as WireObject)["base64"];
  if (typeof text !== "string" || !base64.test(text)) throw malformed("base64");
  return Buffer.from(text, "base64");
}

function longOf(wire: Wire): number | bigint | undefined {
  if (typeof wire === "number") return Number.isSafeInteger(wire) ? wire + 0 : undefined;
  if (tagOf(wire) !== "long") return undefined;
  const text = (wire as WireObject)["value"];
  if (typeof text !== "string" || !/^-?\d{1,19}$/.test(text)) throw malformed("long");
  const value = BigInt(text);
  if (value < -int64 || value >= int64) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

const doubles: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

function doubleOf(wire: Wire): number | undefined {
  if (typeof wire === "number") return Number.isFinite(wire) ? wire : undefined;
  const long = tagOf(wire) === "long" ? longOf(wire) : undefined;
  if (long !== undefined) return Number(long);
  if (tagOf(wire) !== "double") return undefined;
  const text = String((wire as WireObject)["value"]);
  const named = doubles.get(text);
  if (named !== undefined) return named;
  if (!/^-?\d{1,400}$/.test(text)) throw malformed("double");
  return Number(text);
}

function stringOf(wire: Wire): string | undefined {
  if (typeof wire === "string") return wire;
  if (tagOf(wire) !== "text") return undefined;
  const units = (wire as WireObject)["utf16"];
  const isUnit = (unit: Wire): unit is number =>
    Number.isInteger(unit) && (unit as number) >= 0 && (unit as number) < 0x10000;
  if (!Array.isArray(units) || !units.every(isUnit)) throw malformed("text");
  return Buffer.from(Uint16Array.from(units).buffer).toString("utf16le");
}

function batchOf(wire: Wire, decoding: Decoding): Batch {
  const { format, count, body } = isWireObject(wire) ? wire : ({} as WireObject);
  const allowed = formats[decoding.language].find((name) => name === format);
  if (!allowed)
    throw new EngineError("MESSAGE_INVALID", {
      reason: `a batch of format ${actual(format)} from ${decoding.language}`,
    });
  const isCount = Number.isInteger(count) && (count as number) >= 0 && (count as number) <= uncounted;
  const bytes = body === undefined ? undefined : bytesOf(body, decoding);
  if (!isCount || !bytes || (count === uncounted && allowed !== "lines")) throw malformed("batch of elements");
  return { format: allowed, count: count as number, bytes };
}

function batchesOf(wire: Wire, decoding: Decoding): readonly Batch[] | undefined {
  if (tagOf(wire) !== "elements") return undefined;
  const batches = (wire as WireObject)["batches"];
  if (!Array.isArray(batches)) throw malformed("elements");
  return batches.map((batch: Wire) => batchOf(batch, decoding));
}

const listOf = (type: ApiType, of: ApiType, wire: Wire, place: Place, decoding: Decoding): unknown[] => {
  if (!Array.isArray(wire)) throw mismatch(type, wire, place, decoding);
  return wire.map((item: Wire, index) => decode(of, item, `${place}[${index}]`, decoding));
};

/** A decoder from a function that gives undefined for what does not fit. */
const scalar =
  (read: (wire: Wire, decoding: Decoding) => unknown): AnyDecoder =>
  (type, wire, place, decoding) => {
    const value = read(wire, decoding);
    if (value === undefined) throw mismatch(type, wire, place, decoding);
    return value;
  };

function mapOf(type: TypeOf<"map">, wire: Wire, place: Place, decoding: Decoding): object {
  const pairs = pairsOf(wire);
  if (!pairs) throw mismatch(type, wire, place, decoding);
  const entries = pairs.map(([key, value]): [unknown, unknown] => {
    const within = typeof key === "string" ? `${place}.${key}` : place;
    return [decode(type.key, key, `${place} (a key)`, decoding), decode(type.value, value, within, decoding)];
  });
  if (!type.plain) return new Map(entries);
  const names = entries.map(([key]) => String(key));
  refuseForbidden(names);
  return Object.fromEntries(names.map((name, index) => [name, entries[index]?.[1]]));
}

/** Keys and values of a map in either form. */
function pairsOf(wire: Wire): readonly (readonly [Wire, Wire])[] | undefined {
  if (!isWireObject(wire)) return undefined;
  if (!("$" in wire)) return Object.entries(wire);
  const isPair = (entry: Wire): entry is readonly [Wire, Wire] => Array.isArray(entry) && entry.length === 2;
  const { entries } = wire;
  return tagOf(wire) === "map" && Array.isArray(entries) && entries.every(isPair) ? entries : undefined;
}

/** The first member that fits; `declared` is what messages say was expected. */
function unionOf(
  type: TypeOf<"union">,
  wire: Wire,
  place: Place,
  decoding: Decoding,
  declared: ApiType = type,
): unknown {
  let inside: EngineError | null = null;
  for (const member of type.of) {
    try {
      return decode(member, wire, place, decoding);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === "INVALID_ARGUMENT")) throw error;
      // A value of the right shape with a wrong part: the part is what the user has to look for.
      if (error.params["parameter"] !== place) inside = error;
    }
  }
  throw inside ?? mismatch(declared, wire, place, decoding);
}

/** A value class of the engine may make its own from the plain form: `static fromWire(plain)`. */
type FromWire = (plain: object) => unknown;

function plainOf(type: TypeOf<"value">, wire: Wire, place: Place, decoding: Decoding): unknown {
  if (!isWireObject(wire) || "$" in wire) throw mismatch(type, wire, place, decoding);
  const fields = decoding.declarations.values.get(type.name)?.fields ?? [];
  const plain = (
    fields.length === 0 ? dataOf(wire, place, decoding) : declaredFields(fields, wire, place, decoding)
  ) as object;
  const exposed = decoding.classes.get(type.name);
  if (!exposed) return plain;
  const fromWire: unknown = Reflect.get(exposed, "fromWire");
  if (typeof fromWire === "function") return (fromWire as FromWire).call(exposed, plain);
  return Object.assign(Object.create(exposed.prototype as object) as object, plain);
}

function declaredFields(
  fields: readonly ApiField[],
  wire: WireObject,
  place: Place,
  decoding: Decoding,
): Record<string, unknown> {
  const names = fields.map(({ name }) => name);
  const unknownKey = Object.keys(wire).find((key) => !names.includes(key));
  if (unknownKey !== undefined) {
    throw new EngineError("INVALID_ARGUMENT", {
      call: decoding.call,
      parameter: place,
      expected: `made of ${names.join(", ")}`,
      actual: `with "${unknownKey.slice(0, 40)}"`,
    });
  }
  const plain: Record<string, unknown> = {};
  for (const { name, type, optional } of fields) {
    const value = wire[name];
    if (value === undefined || tagOf(value) === "unset") {
      if (!optional) throw mismatch(type, undefined, `${place}.${name}`, decoding);
    } else plain[name] = decode(type, value, `${place}.${name}`, decoding);
  }
  return plain;
}

function functionOf(type: TypeOf<"function">, wire: Wire, place: Place, decoding: Decoding): unknown {
  if (type.runs === "expression") return dataOf(wire, place, decoding);
  if (tagOf(wire) !== "function") throw mismatch(type, wire, place, decoding);
  return shippedFunction(wire as WireObject, decoding);
}

function shippedFunction({ language, name, body }: WireObject, decoding: Decoding): unknown {
  const bytes = body === undefined ? undefined : bytesOf(body, decoding);
  if (typeof name !== "string" || !bytes) throw malformed("function");
  if (language !== decoding.language) {
    throw new EngineError("MESSAGE_INVALID", {
      reason: `a function in ${actual(language)} from a ${decoding.language} client`,
    });
  }
  return { language, name, body: bytes };
}

function objectOf(type: TypeOf<"object">, wire: Wire, place: Place, decoding: Decoding): object {
  const id = tagOf(wire) === "ref" ? (wire as WireObject)["id"] : undefined;
  if (typeof id !== "number") throw mismatch(type, wire, place, decoding);
  const object = decoding.object(id);
  const exposed = decoding.classes.get(type.name);
  if (exposed && object instanceof exposed) return object;
  throw new EngineError("INVALID_ARGUMENT", {
    call: decoding.call,
    parameter: place,
    expected: expected(type, decoding.declarations.enums),
    actual: oneOf(object.constructor.name),
  });
}

/** Tagged forms where nothing is declared. */
const dataTags: Readonly<Record<string, (wire: WireObject, place: Place, decoding: Decoding) => unknown>> = {
  text: (wire) => stringOf(wire),
  long: (wire) => longOf(wire),
  double: (wire) => doubleOf(wire),
  bytes: (wire, _, decoding) => bytesOf(wire, decoding),
  frame: (wire, _, decoding) => bytesOf(wire, decoding),
  function: (wire, _, decoding) => shippedFunction(wire, decoding),
  ref: ({ id }, _, decoding) => (typeof id === "number" ? decoding.object(id) : undefined),
  map: (wire, place, decoding) =>
    mapOf({ kind: "map", key: { kind: "unknown" }, value: { kind: "unknown" } }, wire, place, decoding),
};

/** Data whose type nobody declared: by its form. */
function dataOf(wire: Wire, place: Place, decoding: Decoding): unknown {
  if (typeof wire === "number" && !Number.isFinite(wire)) throw mismatch({ kind: "double" }, wire, place, decoding);
  if (Array.isArray(wire)) return wire.map((item: Wire, index) => dataOf(item, `${place}[${index}]`, decoding));
  if (!isWireObject(wire)) return wire;
  if (!("$" in wire)) {
    return Object.fromEntries(
      Object.entries(wire).map(([key, item]) => [key, dataOf(item, `${place}.${key}`, decoding)]),
    );
  }
  const value = dataTags[tagOf(wire) ?? ""]?.(wire, place, decoding);
  if (value === undefined) throw mismatch({ kind: "unknown" }, wire, place, decoding);
  return value;
}

const same = (value: unknown, wire: Wire): Wire | undefined => (wire === value ? wire : undefined);

const decoders: { readonly [K in ApiType["kind"]]: Decoder<K> } = {
  boolean: scalar((wire) => (typeof wire === "boolean" ? wire : undefined)),
  int: scalar((wire) => {
    const value = longOf(wire);
    return typeof value === "number" && value >= -int32 && value < int32 ? value : undefined;
  }),
  long: scalar(longOf),
  double: scalar(doubleOf),
  string: scalar(stringOf),
  bytes: scalar(bytesOf),
  null: scalar((wire) => same(null, wire)),
  void: scalar((wire) => same(null, wire)),
  unknown: (_, wire, place, decoding) => dataOf(wire, place, decoding),
  parameter: (_, wire, place, decoding) => dataOf(wire, place, decoding),
  literal: (type, wire, place, decoding) => scalar((value) => same(type.value, value))(type, wire, place, decoding),
  enum: (type, wire, place, decoding) => {
    const values = decoding.declarations.enums.get(type.name) ?? [];
    return scalar((value) => values.find((name) => name === value))(type, wire, place, decoding);
  },
  list: (type, wire, place, decoding) => listOf(type, type.of, wire, place, decoding),
  iterable: (type, wire, place, decoding) => listOf(type, type.of, wire, place, decoding),
  set: (type, wire, place, decoding) => new Set(listOf(type, type.of, wire, place, decoding)),
  tuple: (type, wire, place, decoding) => {
    if (!Array.isArray(wire) || wire.length !== type.of.length) throw mismatch(type, wire, place, decoding);
    return type.of.map((of, index) => decode(of, wire[index], `${place}[${index}]`, decoding));
  },
  map: mapOf,
  optional: (type, wire, place, decoding) =>
    wire === null ? null : unionOf({ kind: "union", of: [type.of] }, wire, place, decoding, type),
  union: unionOf,
  object: objectOf,
  value: plainOf,
  elements: scalar((wire, decoding) => {
    const batches = batchesOf(wire, decoding);
    return batches && new EncodedElements(batches);
  }),
  element: scalar((wire, decoding) => {
    const batches = batchesOf(wire, decoding);
    return batches?.length === 1 && batches[0]?.count === 1 ? new EncodedElements(batches) : undefined;
  }),
  elementMap: scalar((wire, decoding) => {
    const batches = batchesOf(wire, decoding);
    return batches?.length === 1 ? new EncodedElements(batches) : undefined;
  }),
  function: functionOf,
};

function decode(type: ApiType, wire: Wire, place: Place, decoding: Decoding): unknown {
  const decoder = decoders[type.kind] as AnyDecoder;
  return decoder(type, wire, place, decoding);
}

/** The arguments of one call. `unset` ones are undefined; a `rest` parameter, one list on the wire, is spread. */
export function decodeArguments(method: ApiMethod, args: readonly Wire[], decoding: Decoding): unknown[] {
  const { parameters } = method;
  if (args.length > parameters.length) {
    throw new EngineError("WRONG_ARGUMENT_COUNT", {
      call: decoding.call,
      expected: parameters.length,
      actual: args.length,
    });
  }
  const decoded: unknown[] = [];
  parameters.forEach(({ name, type, passing, default: otherwise }, index) => {
    const wire = args[index];
    const isSet = wire !== undefined && tagOf(wire) !== "unset";
    if (passing === "rest" || passing === "list") {
      if (isSet) decoded.push(...listOf({ kind: "list", of: type }, type, wire, name, decoding));
    } else if (isSet) decoded.push(decode(type, wire, name, decoding));
    else if (!otherwise) throw mismatch(type, undefined, name, decoding);
    else if (index < args.length) decoded.push(undefined);
  });
  return decoded;
}
