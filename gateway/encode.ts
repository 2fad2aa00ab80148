/** Results of calls: from what the engine's methods return to the wire. */
import type { ApiType } from "../codegen/description.js";
import { EngineError } from "../engine/errors.js";
import type { AccumulatorUpdate } from "../engine/execute/worker-frames.js";
import { EncodedElements } from "../engine/plan/task-function.js";
import type { Limits } from "./limits.js";
import type { TypeOf, Wire, WireObject } from "./values.js";

export interface Encoding {
  /** The id under which the client knows the object. */
  readonly reference: (object: object) => number;
  readonly limits: Limits;
  /** Bodies that travel in binary frames: the first is part 1. */
  readonly parts: Uint8Array[];
  /** Bytes of bodies that went inline so far. */
  inlineTotal: number;
}

type Encoder<K extends ApiType["kind"]> = (type: TypeOf<K>, value: unknown, encoding: Encoding) => Wire;

const wrongResult = (declared: string, value: unknown): EngineError =>
  new EngineError("INTERNAL", { reason: `a result declared as ${declared} is ${typeof value}` });

function encodeBytes(bytes: Uint8Array, encoding: Encoding): Wire {
  const { inlineBytes, inlineTotalBytes } = encoding.limits;
  if (bytes.byteLength <= inlineBytes && encoding.inlineTotal + bytes.byteLength <= inlineTotalBytes) {
    encoding.inlineTotal += bytes.byteLength;
    return { $: "bytes", base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
  }
  return { $: "frame", n: encoding.parts.push(bytes) };
}

const loneSurrogate = /\p{Surrogate}/u;

function encodeString(text: string): Wire {
  if (!loneSurrogate.test(text)) return text;
  return { $: "text", utf16: Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)) };
}

function encodeNumber(value: number): Wire {
  if (Object.is(value, -0)) return { $: "double", value: "-0" };
  if (!Number.isFinite(value)) return { $: "double", value: String(value) };
  // Digits beyond 2^53 would be read as an exact integer.
  const looksLong = Number.isInteger(value) && !Number.isSafeInteger(value);
  return looksLong ? { $: "double", value: BigInt(value).toString() } : value;
}

function encodeBigint(value: bigint): Wire {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { $: "long", value: value.toString() };
}

function encodeElements(value: unknown, encoding: Encoding): Wire {
  if (!(value instanceof EncodedElements)) throw wrongResult("elements", value);
  return {
    $: "elements",
    batches: value.batches.map(({ format, count, bytes }) => ({ format, count, body: encodeBytes(bytes, encoding) })),
  };
}

function encodeMap(
  entries: ReadonlyMap<unknown, unknown>,
  of: { key: ApiType; value: ApiType },
  encoding: Encoding,
): Wire {
  const pairs = [...entries].map(([key, value]): [unknown, Wire] => [key, encode(of.value, value, encoding)]);
  const isPlain = pairs.every(
    ([key]) => typeof key === "string" && key !== "$" && key !== "__proto__" && !loneSurrogate.test(key),
  );
  if (isPlain) return Object.fromEntries(pairs as [string, Wire][]);
  return { $: "map", entries: pairs.map(([key, value]) => [encode(of.key, key, encoding), value]) };
}

const anything: ApiType = { kind: "unknown" };

/** Data by what it is. */
function encodeData(value: unknown, encoding: Encoding): Wire {
  switch (typeof value) {
    case "undefined":
      return null;
    case "boolean":
      return value;
    case "number":
      return encodeNumber(value);
    case "bigint":
      return encodeBigint(value);
    case "string":
      return encodeString(value);
    case "object":
      return value === null ? null : encodeObject(value, encoding);
    default:
      throw new EngineError("VALUE_NOT_PORTABLE", { type: typeof value });
  }
}

function encodeObject(value: object, encoding: Encoding): Wire {
  if (value instanceof Uint8Array) return encodeBytes(value, encoding);
  if (value instanceof EncodedElements) return encodeElements(value, encoding);
  if (value instanceof Map) return encodeMap(value, { key: anything, value: anything }, encoding);
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => encodeData(item, encoding));
  if ("toWire" in value && typeof value.toWire === "function") return encodeData(value.toWire(), encoding);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new EngineError("VALUE_NOT_PORTABLE", { type: value.constructor.name });
  }
  return encodeMap(new Map(Object.entries(value)), { key: anything, value: anything }, encoding);
}

function encodeList(of: ApiType, value: unknown, encoding: Encoding): Wire {
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) throw wrongResult("list", value);
  return Array.from(value as Iterable<unknown>, (item) => encode(of, item, encoding));
}

/** One that does not look at the type. */
type AnyEncoder = (type: ApiType, value: unknown, encoding: Encoding) => Wire;

const byValue: AnyEncoder = (_, value, encoding) => encodeData(value, encoding);

const encoders: { readonly [K in ApiType["kind"]]: Encoder<K> } = {
  boolean: byValue,
  int: byValue,
  long: byValue,
  double: byValue,
  string: byValue,
  bytes: byValue,
  null: byValue,
  void: () => null,
  unknown: byValue,
  parameter: byValue,
  literal: byValue,
  enum: byValue,
  value: (_, value, encoding) => {
    if (typeof value !== "object" || value === null) throw wrongResult("value", value);
    if ("toWire" in value) return encodeData(value, encoding);
    return encodeMap(new Map(Object.entries(value)), { key: anything, value: anything }, encoding);
  },
  list: ({ of }, value, encoding) => encodeList(of, value, encoding),
  iterable: ({ of }, value, encoding) => encodeList(of, value, encoding),
  set: ({ of }, value, encoding) => encodeList(of, value, encoding),
  tuple: ({ of }, value, encoding) => {
    if (!Array.isArray(value) || value.length !== of.length) throw wrongResult(`tuple of ${of.length}`, value);
    return of.map((item, index) => encode(item, value[index], encoding));
  },
  map: (type, value, encoding) =>
    value instanceof Map ? encodeMap(value, type, encoding) : encodeData(value, encoding),
  optional: ({ of }, value, encoding) => (value === null || value === undefined ? null : encode(of, value, encoding)),
  union: ({ of }, value, encoding) => encode(of.find((member) => holds(member, value)) ?? anything, value, encoding),
  object: (_, value, encoding) => {
    if (typeof value !== "object" || value === null) throw wrongResult("object", value);
    return { $: "ref", id: encoding.reference(value) };
  },
  elements: (_, value, encoding) => encodeElements(value, encoding),
  element: (_, value, encoding) => encodeElements(value, encoding),
  elementMap: (_, value, encoding) => encodeElements(value, encoding),
  function: (_, value) => {
    throw wrongResult("function", value);
  },
};

/** Whether a member of a union is one that needs its declared type, and is the one that the value has. */
function holds(member: ApiType, value: unknown): boolean {
  if (value === null || value === undefined)
    return member.kind === "null" || member.kind === "void" || member.kind === "optional";
  const isPlain =
    typeof value !== "object" || [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
  return member.kind === "object" && !isPlain;
}

function encode(type: ApiType, value: unknown, encoding: Encoding): Wire {
  const encoder = encoders[type.kind] as AnyEncoder;
  return encoder(type, value, encoding);
}

export interface EncodedResult {
  readonly wire: Wire;
  readonly parts: readonly Uint8Array[];
}

const none: readonly Uint8Array[] = [];

/** What is its own form on the wire, as most results are. */
const isPlain = ({ kind }: ApiType, value: unknown): value is number | boolean =>
  (kind === "int" || kind === "long" || kind === "boolean") &&
  (typeof value === "boolean" || (Number.isSafeInteger(value) && value !== 0));

/** The result of one call, and the bodies of the frames that go before it. */
export function encodeResult(
  type: ApiType,
  value: unknown,
  surroundings: Pick<Encoding, "reference" | "limits">,
): EncodedResult {
  if (isPlain(type, value)) return { wire: value, parts: none };
  const { reference, limits } = surroundings;
  const parts: Uint8Array[] = [];
  const wire = encode(type, value, { reference, limits, parts, inlineTotal: 0 });
  return { wire, parts };
}

/** What tasks added to accumulators, as a notification says it, and the bodies of the frames that go before it. */
export function encodeUpdates(
  updates: readonly AccumulatorUpdate[],
  limits: Limits,
): { readonly wire: WireObject; readonly parts: readonly Uint8Array[] } {
  const encoding: Encoding = { reference: () => 0, limits, parts: [], inlineTotal: 0 };
  const wire = updates.map(({ id, batch: { format, count, bytes } }) => ({
    id,
    batch: { format, count, body: encodeBytes(bytes, encoding) },
  }));
  return { wire: { updates: wire }, parts: encoding.parts };
}
