/**
 * The form of values on the wire; `decode.ts` and `encode.ts` carry this table out, kind by kind.
 *
 * | declared (`ApiType`)        | wire                                                     | engine                       |
 * |-----------------------------|----------------------------------------------------------|------------------------------|
 * | boolean, string             | JSON; lone surrogates `{"$":"text","utf16":[…]}`         | boolean, string              |
 * | null, void                  | null                                                     | null; undefined as a result  |
 * | int                         | JSON integer, 32 bits                                    | number                       |
 * | long                        | JSON integer; beyond ±(2^53-1) `{"$":"long","value":"…"}`| number; beyond: bigint       |
 * | double                      | JSON number; `{"$":"double","value":"NaN"}` and the like | number                       |
 * | bytes                       | `{"$":"bytes","base64":"…"}` or `{"$":"frame","n":1}`    | Uint8Array                   |
 * | literal, enum               | as its value                                             | the same                     |
 * | list, tuple, iterable       | JSON array                                               | array                        |
 * | set                         | JSON array                                               | Set                          |
 * | map                         | JSON object, or `{"$":"map","entries":[[k,v],…]}`        | Map; `plain`: plain object   |
 * | optional                    | null, or as the type                                     | null; undefined as a result  |
 * | union                       | as the first member that fits                            | the same                     |
 * | object                      | `{"$":"ref","id":12}`                                    | the object itself            |
 * | value                       | JSON object of its declared fields                       | its class, else plain object |
 * | unknown, parameter          | any of these forms                                       | by form                      |
 * | elements, element, elementMap | `{"$":"elements","batches":[{format,count,body}]}`     | EncodedElements              |
 * | function (task)             | `{"$":"function","language","name","body"}`              | ShippedFunction              |
 * | a parameter that is not set | `{"$":"unset"}`, or left out at the end                  | undefined                    |
 */
import type { ApiType } from "../codegen/description.js";
import { EngineError } from "../engine/errors.js";

/** The types of one kind; some kinds share a member of the union. */
export type TypeOf<K extends ApiType["kind"], T = ApiType> = T extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? T
    : never
  : never;

export type WireObject = { readonly [key: string]: Wire };
/** What `JSON.parse` can give. */
export type Wire = null | boolean | number | string | readonly Wire[] | WireObject;

export const isWireObject = (wire: unknown): wire is WireObject =>
  typeof wire === "object" && wire !== null && !Array.isArray(wire);

/** The tag of a tagged value, such as `ref`; undefined for every other value. */
export const tagOf = (wire: Wire): string | undefined =>
  isWireObject(wire) && typeof wire["$"] === "string" ? wire["$"] : undefined;

/** Keys that could reach a prototype when objects are rebuilt; no value of ours has them. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export function refuseForbidden(keys: readonly string[]): void {
  const found = keys.find((key) => forbiddenKeys.has(key));
  if (found !== undefined)
    throw new EngineError("MESSAGE_INVALID", { reason: `the key "${found}" is not allowed in values` });
}

/**
 * Looks once over the arguments of a call, before anything else does: refuses dangerous keys and values nested too
 * deeply, and returns the ids of all objects that they name.
 */
export function namedObjects(args: Wire, depthLimit: number): number[] {
  const ids: number[] = [];
  const walk = (wire: Wire, depth: number): void => {
    if (typeof wire !== "object" || wire === null) return;
    if (depth > depthLimit)
      throw new EngineError("MESSAGE_INVALID", { reason: `values nested deeper than ${depthLimit} levels` });
    if (Array.isArray(wire)) {
      for (const item of wire as readonly Wire[]) walk(item, depth + 1);
      return;
    }
    refuseForbidden(Object.keys(wire));
    for (const item of Object.values(wire)) walk(item, depth + 1);
    const { $: tag, id } = wire as WireObject;
    if (tag === "ref" && typeof id === "number") ids.push(id);
  };
  walk(args, 0);
  return ids;
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** A class in words: an Engine, an RDD, a Counter. */
export const oneOf = (name: string): string => `${/^(?:[AEIO]|[FHLMNRSX](?=[A-Z]))/.test(name) ? "an" : "a"} ${name}`;

type Describers = {
  readonly [K in ApiType["kind"]]: (type: TypeOf<K>, enums: EnumValues) => string;
};

export type EnumValues = ReadonlyMap<string, readonly string[]>;

const describers: Describers = {
  boolean: () => "true or false",
  int: () => "an integer of 32 bits",
  long: () => "an integer of 64 bits",
  double: () => "a number",
  string: () => "a string",
  bytes: () => "bytes",
  null: () => "null",
  void: () => "null",
  unknown: () => "a value",
  parameter: () => "a value",
  literal: ({ value }) => JSON.stringify(value),
  list: ({ of }, enums) => `a list, each item ${expected(of, enums)}`,
  iterable: ({ of }, enums) => `a list, each item ${expected(of, enums)}`,
  set: ({ of }, enums) => `a set, each item ${expected(of, enums)}`,
  map: ({ value }, enums) => `a map, each value ${expected(value, enums)}`,
  tuple: ({ of }) => `a tuple of ${of.length}`,
  optional: ({ of }, enums) => `${expected(of, enums)} or null`,
  union: ({ of }, enums) => listed(of.map((member) => expected(member, enums))),
  object: ({ name }) => oneOf(name),
  value: ({ name }) => oneOf(name),
  enum: ({ name }, enums) => listed((enums.get(name) ?? []).map((value) => JSON.stringify(value))),
  elements: () => "a collection of elements",
  element: () => "one element",
  elementMap: () => "a map of elements",
  function: () => "a function",
};

/** A type in words, for messages: "an integer of 32 bits or null". */
export function expected(type: ApiType, enums: EnumValues): string {
  const describe = describers[type.kind] as (type: ApiType, enums: EnumValues) => string;
  return describe(type, enums);
}

const tagWords: Readonly<Record<string, string>> = {
  ref: "a remote object",
  elements: "a collection of elements",
  function: "a function",
  bytes: "bytes",
  frame: "bytes",
  map: "a map",
  unset: "left out",
};

/** A value in words, for messages, shortened. */
export function actual(wire: Wire | undefined): string {
  if (wire === undefined) return "left out";
  if (typeof wire === "string") return JSON.stringify(wire.length > 40 ? `${wire.slice(0, 39)}…` : wire);
  if (!isWireObject(wire)) return Array.isArray(wire) ? `a list of ${wire.length}` : String(wire);
  const tag = tagOf(wire);
  if (tag === "long" || tag === "double") return String(wire["value"]);
  return tag === undefined ? "an object" : (tagWords[tag] ?? `a value tagged "${tag.slice(0, 40)}"`);
}
