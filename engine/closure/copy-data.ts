/** Copies of captured data that `v8.serialize` takes, with everything special in it linked instead. */

import { types } from "node:util";
import type { Container } from "./body.js";
import { isBuiltinFunction, privateMemberOf } from "./function-facts.js";
import { builtinObstacle, classNames, obstacleOf } from "./obstacles.js";
import type { Shipment, Trail } from "./shipment.js";
import { classOf, isCopiedPrototype, isNamespaceLike, isPrimitive } from "./value-kinds.js";

type Copy = (shipment: Shipment, value: object, trail: Trail) => object;

/** The first kind that fits decides; everything else is copied property by property. */
const kinds: readonly (readonly [(value: object) => boolean, Copy])[] = [
  [Array.isArray, (shipment, value, trail) => copyArray(shipment, value as unknown[], trail)],
  [types.isMap, (shipment, value, trail) => copyMap(shipment, value as Map<unknown, unknown>, trail)],
  [types.isSet, (shipment, value, trail) => copySet(shipment, value as Set<unknown>, trail)],
  [ArrayBuffer.isView, (shipment, value, trail) => binary(shipment, value as ArrayBufferView, trail)],
  [types.isArrayBuffer, (shipment, value, trail) => binary(shipment, value as ArrayBuffer, trail)],
  [types.isNativeError, (shipment, value, trail) => copyError(shipment, value as Error, trail)],
  [types.isDate, asItIs],
  [types.isRegExp, asItIs],
  [types.isBoxedPrimitive, asItIs],
];

/** The copy of an object, made once for each. */
export function copyObject(shipment: Shipment, value: object, trail: Trail): object {
  if (isNamespaceLike(value)) return copyNamespace(shipment, value, trail);
  const known = shipment.copies.get(value);
  if (known) return known;
  const kind = kinds.find(([is]) => is(value));
  return kind ? kind[1](shipment, value, trail) : copyProperties(shipment, value, trail);
}

/** Notes the copy before its content is copied, so that cycles end in it, and sets the prototype of the original. */
function remember<T extends object>(shipment: Shipment, value: object, copy: T, trail: Trail): T {
  shipment.copies.set(value, copy);
  const prototype: object | null = Object.getPrototypeOf(value);
  if (value === process.env || (prototype && isCopiedPrototype(prototype))) return copy;
  requireCopyable(shipment, value, trail);
  const entry: Container = [copy] as unknown as Container;
  shipment.prototypes.push(entry);
  shipment.place(entry, 1, prototype, trail);
  return copy;
}

/** Refuses objects whose class keeps state where no copy can reach it. */
function requireCopyable(shipment: Shipment, value: object, trail: Trail): void {
  for (let at: object | null = Object.getPrototypeOf(value); at; at = Object.getPrototypeOf(at)) {
    if (isCopiedPrototype(at)) return;
    const owner = classOf(at);
    if (owner === undefined) continue;
    if (isBuiltinFunction(owner)) shipment.refuse(trail, builtinObstacle(classNames(value)));
    const member = privateMemberOf(owner);
    if (member === undefined) continue;
    shipment.refuse(trail, {
      reason: `an object of class ${classNames(value)[0] ?? "?"} has private members (#${member}), which cannot be copied`,
      remedy: "make the object inside the function, or use TypeScript's private instead of #",
    });
  }
}

function asItIs(shipment: Shipment, value: object, trail: Trail): object {
  shipment.count(trail, 16);
  return remember(shipment, value, value, trail);
}

function binary(shipment: Shipment, value: ArrayBufferView | ArrayBuffer, trail: Trail): object {
  const obstacle = ArrayBuffer.isView(value) ? obstacleOf(value.buffer) : undefined;
  if (obstacle) shipment.refuse(trail, obstacle);
  shipment.holdsBinary = true;
  shipment.count(trail, value.byteLength);
  return remember(shipment, value, value, trail);
}

function copyArray(shipment: Shipment, value: unknown[], trail: Trail): object {
  if (isPlain(value) && value.every(isPrimitive)) {
    countPrimitives(shipment, value, trail);
    return remember(shipment, value, value, trail);
  }
  const copy = remember(shipment, value, new Array<unknown>(value.length), trail);
  const container = copy as unknown as Container;
  for (let index = 0; index < value.length; index++)
    if (index in value) shipment.place(container, index, value[index], at(trail, `[${index}]`));
  shipment.count(trail, value.length);
  return copy;
}

/** Maps and sets with anything but primitives in them are filled when the rest is there. */
function copyMap(shipment: Shipment, value: Map<unknown, unknown>, trail: Trail): object {
  const content = [...value].flat();
  return copyCollection(shipment, { value, empty: new Map(), content }, trail);
}

function copySet(shipment: Shipment, value: Set<unknown>, trail: Trail): object {
  return copyCollection(shipment, { value, empty: new Set(), content: [...value] }, trail);
}

interface Collection {
  readonly value: object;
  readonly empty: object;
  readonly content: readonly unknown[];
}

function copyCollection(shipment: Shipment, { value, empty, content }: Collection, trail: Trail): object {
  if (content.every(isPrimitive) && isPlain(value)) {
    countPrimitives(shipment, content, trail);
    return remember(shipment, value, value, trail);
  }
  const copy = remember(shipment, value, empty, trail);
  const entries: unknown[] = [];
  shipment.fills.push([copy, entries]);
  const isMap = empty instanceof Map;
  content.forEach((item, index) => {
    const key = isMap ? content[index - (index % 2)] : index;
    const step = isMap ? `.get(${typeof key === "object" ? "…" : JSON.stringify(key)})` : `'s element ${index}`;
    shipment.place(entries as unknown as Container, index, item, at(trail, step));
  });
  return copy;
}

/** The engine copies name, message and stack of an error; class and further properties are set again. */
function copyError(shipment: Shipment, value: Error, trail: Trail): object {
  const kind = classNames(value).find((name) => isErrorClass(name)) ?? "Error";
  const native = (globalThis as unknown as Record<string, new (message: string) => Error>)[kind] ?? Error;
  const copy = new native(value.message);
  copy.stack = value.stack ?? "";
  remember(shipment, value, copy, trail);
  for (const key of Reflect.ownKeys(value))
    if (key !== "stack" && key !== "message") define(shipment, value, { key, trail });
  return copy;
}

const isErrorClass = (name: string): boolean => {
  const global = (globalThis as unknown as Record<string, unknown>)[name];
  return (
    typeof global === "function" &&
    (global === Error || Object.getPrototypeOf(global) === Error) &&
    name !== "AggregateError"
  );
};

/** Of a module's namespace only the members that functions use are taken. */
export function copyNamespace(shipment: Shipment, value: object, trail: Trail): object {
  const copy = (shipment.copies.get(value) ?? {}) as Container;
  shipment.copies.set(value, copy);
  for (const key of trail.variable?.members ?? Object.keys(value)) {
    if (Object.hasOwn(copy, key) || !(key in value)) continue;
    shipment.place(copy, key, (value as Container)[key], at(trail, `.${key}`));
  }
  return copy;
}

function copyProperties(shipment: Shipment, value: object, trail: Trail): object {
  const copy: Container = remember(shipment, value, {}, trail);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    const simple = typeof key === "string" && isSimple(descriptor);
    if (simple) shipment.place(copy, key, descriptor?.value, at(trail, `.${key}`));
    else define(shipment, value, { key, trail });
    shipment.count(trail, 8);
  }
  return copy;
}

/**
 * The size of an ordinary object that holds nothing but primitives; undefined for any other. Such objects, the rows of
 * a table for example, are taken as they are: nothing in them is special.
 */
export function flatSize(value: object): number | undefined {
  if (types.isProxy(value) || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  if (Object.getOwnPropertySymbols(value).length > 0) return undefined;
  let bytes = 0;
  for (const name of Object.getOwnPropertyNames(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name);
    if (!isSimple(descriptor) || !isPrimitive(descriptor?.value)) return undefined;
    bytes += typeof descriptor?.value === "string" ? 8 + descriptor.value.length : 8;
  }
  return bytes;
}

const isSimple = (descriptor: PropertyDescriptor | undefined): boolean =>
  descriptor !== undefined && "value" in descriptor && descriptor.enumerable === true;

const isPlain = (value: object): boolean => {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype !== null && isCopiedPrototype(prototype);
};

interface Definition {
  readonly key: PropertyKey;
  readonly trail: Trail;
}

/** Ships a property of `value` with its descriptor: accessors, symbol keys, what does not show in `Object.keys`. */
export function define(shipment: Shipment, value: object, { key, trail }: Definition): void {
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  if (!descriptor) return;
  const step = at(trail, typeof key === "symbol" ? `[${String(key)}]` : `.${String(key)}`);
  const shipped: Container = {};
  for (const [name, part] of Object.entries(descriptor)) shipment.place(shipped, name, part, step);
  const entry: Container = [undefined, undefined, shipped] as unknown as Container;
  shipment.definitions.push(entry);
  shipment.place(entry, 0, value, step);
  shipment.place(entry, 1, key, step);
}

function countPrimitives(shipment: Shipment, values: readonly unknown[], trail: Trail): void {
  let bytes = values.length * 4;
  for (const value of values) if (typeof value === "string") bytes += value.length;
  shipment.count(trail, bytes);
}

const at = ({ text, root, from }: Trail, step: string): Trail => ({ text: `${text}${step}`, root, from });
