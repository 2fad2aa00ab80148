/**
 * Functions and modules that a worker has anyway: globals, Node's built-in modules, packages loaded with `require`.
 * They are found by identity and travel as a name, such as `Math.max` or `basename` of `node:path`.
 */

import { builtinModules, createRequire } from "node:module";

export type KnownValue =
  | { readonly kind: "global"; readonly path: readonly string[] }
  /** `from` is the file URL from which the specifier is resolved; `path` leads through the module's exports. */
  | { readonly kind: "module"; readonly specifier: string; readonly from: string; readonly path: readonly string[] }
  /** The `require` function of a file. */
  | { readonly kind: "require"; readonly from: string };

const require = createRequire(import.meta.url);
const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

let globals: ReadonlyMap<object, KnownValue> | undefined;
const builtins = new Map<object, KnownValue>();
const packages = new WeakMap<object, KnownValue>();
let builtinsSeen = 0;
let packageFilesSeen = 0;

/** The name under which a worker finds this very value, if there is one. */
export function knownValue(value: object): KnownValue | undefined {
  globals ??= indexGlobals();
  return globals.get(value) ?? builtins.get(value) ?? packages.get(value);
}

/** Looks through the modules loaded since the last call: no other can have been captured. */
export function refreshKnownValues(): void {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  if (moduleLoadList.length !== builtinsSeen) {
    for (const entry of moduleLoadList.slice(builtinsSeen)) {
      const name = entry.replace(/^NativeModule /, "");
      if (name !== entry && builtinModules.includes(name)) indexModule(`node:${name}`);
    }
    builtinsSeen = moduleLoadList.length;
  }
  const files = Object.keys(require.cache);
  if (files.length === packageFilesSeen) return;
  for (const file of files) if (/[\\/]node_modules[\\/]/.test(file)) indexPackageFile(file);
  packageFilesSeen = files.length;
}

/** A built-in module's namespace object is not its `require` value, but has it as default export. */
export function knownNamespace(namespace: object): KnownValue | undefined {
  const whole = (namespace as { readonly default?: unknown }).default;
  if (!isObject(whole)) return undefined;
  const known = knownValue(whole);
  return known?.kind === "module" && known.path.length === 0 ? known : undefined;
}

/** Globals that Node defines lazily, by accessors that would load their module. */
const lazyGlobals: readonly string[] = ["process", "Buffer"];

function indexGlobals(): Map<object, KnownValue> {
  const index = new Map<object, KnownValue>();
  const add = (value: unknown, path: readonly string[]): value is object => {
    if (!isObject(value) || index.has(value)) return false;
    index.set(value, { kind: "global", path });
    return true;
  };
  add(globalThis, ["globalThis"]);
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => isStandardGlobal(name));
  for (const name of [...names, ...lazyGlobals]) {
    const value = lazyGlobals.includes(name)
      ? (globalThis as Record<string, unknown>)[name]
      : dataProperty(globalThis, name);
    if (!add(value, [name])) continue;
    for (const [key, member] of functionsOf(value)) add(member, [name, key]);
    const prototype = dataProperty(value, "prototype");
    if (isObject(prototype) && add(prototype, [name, "prototype"]))
      for (const [key, member] of functionsOf(prototype)) add(member, [name, "prototype", key]);
  }
  return index;
}

/** Whether a global is part of JavaScript or Node; what a program assigned to `globalThis` itself is not. */
export function isStandardGlobal(name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!descriptor) return false;
  return !descriptor.enumerable || enumerableGlobals.has(name) || descriptor.get !== undefined;
}

const enumerableGlobals: ReadonlySet<string> = new Set([
  "global",
  "clearImmediate",
  "setImmediate",
  "clearInterval",
  "clearTimeout",
  "setInterval",
  "setTimeout",
  "queueMicrotask",
  "structuredClone",
  "atob",
  "btoa",
  "performance",
  "fetch",
  "navigator",
  "crypto",
]);

function dataProperty(holder: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}

function* functionsOf(holder: object): Generator<readonly [string, object]> {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const value = dataProperty(holder, name);
    if (typeof value === "function") yield [name, value];
  }
}

function indexModule(specifier: string): void {
  const exports: unknown = require(specifier);
  const add = (value: object, path: readonly string[]): void => {
    if (!builtins.has(value)) builtins.set(value, { kind: "module", specifier, from: "", path });
  };
  if (!isObject(exports)) return;
  add(exports, []);
  for (const name of Object.getOwnPropertyNames(exports)) {
    const value = dataProperty(exports, name);
    if (typeof value === "function") add(value, [name]);
    else if (isObject(value) && isPlain(value)) {
      add(value, [name]);
      for (const [key, member] of functionsOf(value)) add(member, [name, key]);
    }
  }
}

/** `fs.promises`, `path.posix`, `util.types`: parts of a module that are objects with functions. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A package's file that was loaded with `require`: its exports, and the functions among their members. */
function indexPackageFile(specifier: string): void {
  const exports: unknown = require.cache[specifier]?.exports;
  if (!isObject(exports)) return;
  const add = (value: object, path: readonly string[]): void => {
    if (!packages.has(value)) packages.set(value, { kind: "module", specifier, from: "", path });
  };
  add(exports, []);
  for (const [name, member] of functionsOf(exports)) add(member, [name]);
}
