/** Values that exist in one process only: how each is called in a message, and what to do instead of capturing it. */

import { types } from "node:util";
import type { Obstacle } from "./free-variables.js";

/** Classes whose objects live in the driver alone (a session, an RDD, a DataFrame) carry this on their prototype. */
export const driverOnly: symbol = Symbol.for("kindling.driverOnly");

const isIterator = (value: object): boolean =>
  /^\[object (?:Array|Map|Set|String|RegExp String|Segmenter String) Iterator\]$/.test(
    Object.prototype.toString.call(value),
  );

const insideFunction = "make it inside the function, for example once per partition in mapPartitions";
const openInside = "open it inside the function, for example once per partition in mapPartitions";
const awaitFirst = "await it first and capture its value";

/** Values that V8 knows by their kind, whatever their class. */
const kinds: readonly (readonly [(value: object) => boolean, string, string])[] = [
  [types.isProxy, "a Proxy", "capture the object behind it, or a plain copy"],
  [types.isPromise, "a Promise", awaitFirst],
  [types.isWeakMap, "a WeakMap", "use a Map"],
  [types.isWeakSet, "a WeakSet", "use a Set"],
  [(value) => value instanceof WeakRef, "a WeakRef", "capture what it refers to"],
  [types.isGeneratorObject, "a running generator", "capture the generator function, or an array of its values"],
  [isIterator, "an iterator", "capture an array of its values"],
  [types.isSharedArrayBuffer, "a SharedArrayBuffer, whose memory", "copy its bytes into a plain typed array"],
  [types.isExternal, "a value of native code", insideFunction],
  [types.isCryptoKey, "a CryptoKey", "capture the key's bytes and import them inside the function"],
  [types.isKeyObject, "a KeyObject", "capture the key's bytes and create it inside the function"],
];

/** Objects of Node's classes, by the name of the class or of one it extends; the more special ones first. */
const classes: Readonly<Record<string, readonly [string, string]>> = {
  Socket: ["a network socket", openInside],
  Server: ["a server", "start servers in the driver, and send workers its address"],
  ChildProcess: ["a child process", openInside],
  Worker: ["a worker thread", "the engine's own workers run the function in parallel"],
  MessagePort: ["a message port", "return values instead"],
  BroadcastChannel: ["a broadcast channel", "return values instead"],
  FileHandle: ["an open file", openInside],
  FSWatcher: ["a file watcher", insideFunction],
  ReadStream: ["an open stream", openInside],
  WriteStream: ["an open stream", openInside],
  Stream: ["a stream", openInside],
  ReadableStream: ["a stream", openInside],
  WritableStream: ["a stream", openInside],
  TransformStream: ["a stream", openInside],
  Timeout: ["a timer", insideFunction],
  Immediate: ["a timer", insideFunction],
  AbortController: ["an AbortController", insideFunction],
  AbortSignal: ["an AbortSignal", insideFunction],
  EventEmitter: ["an event emitter", insideFunction],
  EventTarget: ["an event target", insideFunction],
  Module: ["a module object", "import the module inside the function"],
  URL: ["a URL object", "capture its href and make the URL inside the function"],
  URLSearchParams: ["a URLSearchParams object", "capture its text and parse it inside the function"],
};

const onlyHere = (what: string): string => `${what} exists only in this process`;

/** Why an object cannot be sent, as far as its kind or the name of its class tells. */
export function obstacleOf(value: object): Obstacle | undefined {
  for (const [is, what, remedy] of kinds) if (is(value)) return { reason: onlyHere(what), remedy };
  if (driverOnly in value) return driverObstacle(className(value));
  if (typeof value === "function") return driverOnlyClass(value);
  return undefined;
}

/** The obstacle of an object of one of Node's own classes, given the names of its class and superclasses. */
export function builtinObstacle(names: readonly string[]): Obstacle {
  for (const name of names) {
    const known = classes[name];
    if (known) return { reason: onlyHere(known[0]), remedy: known[1] };
  }
  return { reason: `an object of class ${names[0] ?? "unknown"} exists only in this process`, remedy: insideFunction };
}

export function driverObstacle(name: string): Obstacle {
  return {
    reason: `${article(name)} ${name} exists only in the driver`,
    remedy: "collect the data it stands for, or broadcast it, and capture the result",
  };
}

function driverOnlyClass(value: object): Obstacle | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
  return typeof prototype === "object" && prototype !== null && driverOnly in prototype
    ? driverObstacle((value as { readonly name: string }).name)
    : undefined;
}

/** `an RDD`, `a SparkContext`. */
const article = (name: string): string => (/^(?:[AEIOU]|RDD)/.test(name) ? "an" : "a");

/** Names of the class of an object and of its superclasses. */
export function classNames(value: object): readonly string[] {
  const names: string[] = [];
  for (let at: unknown = Object.getPrototypeOf(value); at; at = Object.getPrototypeOf(at)) {
    const owner: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof owner === "function" && owner.name !== "") names.push(owner.name);
  }
  return names;
}

function className(value: object): string {
  return classNames(value)[0] ?? "object";
}
