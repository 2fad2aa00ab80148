/** What kind of value something is, as far as packing cares. */

export const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");

/** The function or class whose `prototype` an object is. */
export function classOf(object: object): object | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  if (typeof owner !== "function") return undefined;
  return Object.getOwnPropertyDescriptor(owner, "prototype")?.value === object ? owner : undefined;
}

/** A module namespace, or the object that transpilers make in its place. */
export function isNamespaceLike(value: object): boolean {
  if (Object.prototype.toString.call(value) === "[object Module]") return true;
  return (
    Object.hasOwn(value, "default") && Object.values(Object.getOwnPropertyDescriptors(value)).some(({ get }) => get)
  );
}

/** Vite's module runner, and with it vitest, puts a proxy under such a name in place of each import. */
export const isRunnerImport = (name: string): boolean => /^__vite_ssr_import_\d+__$/.test(name);

export const functionText = (value: object): string => Function.prototype.toString.call(value);

export const isNative = (text: string): boolean => /\{\s*\[native code\]\s*\}\s*$/.test(text);

/** Classes of JavaScript whose objects `v8.serialize` copies. */
const copiedClasses: ReadonlySet<string> = new Set([
  "Object",
  "Array",
  "Map",
  "Set",
  "Date",
  "RegExp",
  "Boolean",
  "Number",
  "String",
  "BigInt",
  "ArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
]);

const copiedPrototypes: ReadonlySet<unknown> = new Set([
  ...[...copiedClasses].map(
    (name) => (globalThis as unknown as Record<string, { prototype: object }>)[name]?.prototype,
  ),
  Buffer.prototype,
]);

/** Whether objects with this prototype need no more than `v8.serialize`; also for prototypes of another realm. */
export function isCopiedPrototype(prototype: object): boolean {
  if (copiedPrototypes.has(prototype)) return true;
  const owner = classOf(prototype) as { readonly name: string } | undefined;
  return owner !== undefined && copiedClasses.has(owner.name) && isNative(functionText(owner));
}
