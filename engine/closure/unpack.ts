/** Rebuilds packed functions: the other half of `packFunction`, run by task workers. */

import { createRequire } from "node:module";
import { deserialize } from "node:v8";
import type { UserFrame } from "../errors.js";
import type { ShippedFunction } from "../plan/kernel.js";
import { type Body, type FunctionPart, holdsBinary, type Special, valuesName } from "./body.js";
import { importFrom, loadModule, metaOf } from "./load-module.js";
import { reviveShared, workerClass } from "./shared-values.js";
import { definitionFrame, sourceUrl } from "./user-frames.js";

export { userFrames } from "./user-frames.js";

type Bind = (values: readonly unknown[]) => void;

/** The function that was packed into `body`, with copies of all it captured. */
export function unpackFunction(body: Uint8Array): (...args: unknown[]) => unknown {
  const { specials, entry, links, prototypes, fills, definitions } = readBody(body);
  const values: unknown[] = [];
  const binds: (() => void)[] = [];
  const make = makers(values, (bind) => binds.push(bind));
  for (let index = 0; index < specials.length; index++) {
    const value = make(specials[index] as Special);
    values.push(value);
    for (const [container, key] of links[index] ?? []) container[key] = value;
  }
  for (const bind of binds) bind();
  for (const [object, prototype] of prototypes) Object.setPrototypeOf(object, prototype as object | null);
  for (const [collection, entries] of fills) fill(collection, entries as readonly unknown[]);
  for (const [object, key, descriptor] of definitions)
    Object.defineProperty(object, key as PropertyKey, descriptor as PropertyDescriptor);
  return values[entry] as (...args: unknown[]) => unknown;
}

/** Where a packed function is defined, for failures that its result makes; null if nobody knows. */
export function functionFrame({ name, body }: ShippedFunction): UserFrame | null {
  const { specials, entry } = readBody(body);
  const part = specials[entry];
  return part?.kind === "function" ? definitionFrame(part, name) : null;
}

/** Binary data would be views on the bytes themselves: two functions unpacked from them would share it. */
function readBody(body: Uint8Array): Body {
  const content = body.subarray(1);
  return deserialize(body[0] === holdsBinary ? content.slice() : content) as Body;
}

type Makers = { readonly [K in Special["kind"]]: (special: Extract<Special, { readonly kind: K }>) => unknown };

function makers(values: readonly unknown[], defer: (bind: () => void) => void): (special: Special) => unknown {
  const table: Makers = {
    function: (part) => makeFunction(part, defer),
    module: loadModule,
    global: ({ path }) => path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], globalThis),
    require: ({ from }) => createRequire(from),
    import: ({ from }) => importFrom(from),
    meta: ({ from }) => metaOf(from),
    symbol: ({ name, wellKnown }) =>
      wellKnown ? (Symbol as unknown as Record<string, symbol>)[name] : Symbol.for(name),
    shared: ({ name, fields }) => reviveShared(name, fields),
    workerClass: ({ name }) => workerClass(name),
    prototype: ({ of }) => (values[of] as { readonly prototype: unknown }).prototype,
  };
  return (special) => (table[special.kind] as (special: Special) => unknown)(special);
}

function makeFunction(part: FunctionPart, defer: (bind: () => void) => void): unknown {
  const build = new Function(valuesName, `${part.code}\n//# sourceURL=${sourceUrl(part)}`) as (
    values: readonly unknown[],
  ) => unknown;
  let value = build(part.values);
  if (part.late) {
    const [made, bind] = value as [unknown, Bind];
    value = made;
    defer(() => bind(part.values));
  }
  if (part.rename !== null) Object.defineProperty(value, "name", { value: part.rename, configurable: true });
  return value;
}

function fill(collection: unknown, entries: readonly unknown[]): void {
  if (collection instanceof Set) for (const element of entries) Set.prototype.add.call(collection, element);
  else
    for (let at = 0; at < entries.length; at += 2)
      Map.prototype.set.call(collection as Map<unknown, unknown>, entries[at], entries[at + 1]);
}
