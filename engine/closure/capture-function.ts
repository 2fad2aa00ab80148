/** A captured function or class as a special of the shipment: its source, and the variables it captures in turn. */

import { fileURLToPath, pathToFileURL } from "node:url";
import type { Container } from "./body.js";
import { define } from "./copy-data.js";
import type { FreeVariable } from "./free-variables.js";
import { nameOfFunction } from "./function-facts.js";
import { type FunctionSource, functionSource } from "./function-source.js";
import { type FunctionFacts, readFunction } from "./inspector.js";
import { isStandardGlobal } from "./known-values.js";
import { isBare, isBuiltin, resolveImport } from "./resolve-import.js";
import { type Script, scriptOf } from "./scripts.js";
import { workerClassName } from "./shared-values.js";
import type { Shipment, Trail } from "./shipment.js";
import { importName, metaName, privateStaticName, superclassName } from "./source-edits.js";
import { engineFolder } from "./user-frames.js";
import { classOf, functionText, isCopiedPrototype, isNative, isPrimitive } from "./value-kinds.js";

/** A function part whose code is not written yet: the order of all parts decides about its variables. */
export interface FunctionDraft {
  readonly kind: "function";
  readonly source: FunctionSource;
  readonly subject: object;
  readonly name: string;
  readonly strict: boolean;
  readonly script: Script | undefined;
  /** Where the source text begins in the script. */
  readonly offset: number | undefined;
  readonly variables: FreeVariable[];
  readonly values: unknown[];
  /** Variables that hold the function itself. */
  readonly selfNames: string[];
}

/** Registers a function and all it captures; returns its index. */
export function captureFunction(shipment: Shipment, subject: object, trail: Trail): number {
  const text = functionText(subject);
  if (isRequire(subject)) return shipment.add(subject, { kind: "require", from: trail.from });
  if (isNative(text)) refuseNative(shipment, subject, trail);
  const source = functionSource(text);
  const facts = readFunction(subject, [...source.variables.keys()], source.privateStatics);
  const script = facts.place && scriptOf(facts.place.scriptId);
  if (script?.builtin) refuseNative(shipment, subject, trail);
  const offset = facts.place && script?.offsetOf(text, facts.place);
  if (shipment.drafts.length === 0 && script && offset !== undefined)
    shipment.frame = { ...script.placeAt(offset), function: shipment.name };
  if (source.obstacle) shipment.refuse(trail, source.obstacle);
  const draft: FunctionDraft = {
    kind: "function",
    source,
    subject,
    name: nameOfFunction(subject),
    strict: facts.inModule || isStrict(subject, source, script),
    script,
    offset,
    variables: [],
    values: [],
    selfNames: [],
  };
  const index = shipment.add(subject, draft);
  for (const variable of source.variables.values()) captureVariable(shipment, draft, { variable, facts, trail });
  captureProperties(shipment, draft, trail);
  return index;
}

interface Capture {
  readonly variable: FreeVariable;
  readonly facts: FunctionFacts;
  readonly trail: Trail;
}

function captureVariable(shipment: Shipment, draft: FunctionDraft, { variable, facts, trail }: Capture): void {
  const { name } = variable;
  const from = draft.script?.url || trail.from;
  const found = findVariable(shipment, draft, { name, facts, from });
  if (found === undefined) return;
  if (!("special" in found) && found.value === draft.subject && !variable.written) {
    draft.selfNames.push(name);
    return;
  }
  draft.variables.push(variable);
  const values = draft.values as unknown as Container;
  const index = draft.values.push(undefined) - 1;
  if ("special" in found) shipment.links[found.special]?.push([values, index]);
  else {
    const step = { ...trailInto(draft, name, trail), variable, from };
    shipment.capturing = step.text;
    shipment.place(values, index, found.value, step);
  }
}

interface Search {
  readonly name: string;
  readonly facts: FunctionFacts;
  readonly from: string;
}

/** What a free variable stands for; undefined for globals, which every worker has itself. */
function findVariable(
  shipment: Shipment,
  { subject, script }: FunctionDraft,
  { name, facts, from }: Search,
): { readonly value: unknown } | { readonly special: number } | undefined {
  if (name === importName) return { special: shipment.add(undefined, { kind: "import", from }) };
  if (name === metaName) return { special: shipment.add(undefined, { kind: "meta", from }) };
  if (name === superclassName) return { value: superclassOf(subject) };
  if (facts.captured.has(name)) {
    const value = facts.captured.get(name);
    const isOwn = isPrimitive(value) || workerClassName(value) !== undefined;
    const imported = isOwn ? undefined : importedModule(script, facts, name);
    return imported === undefined ? { value } : { special: shipment.addModule(value, imported) };
  }
  for (const [field, value] of facts.privateStatics) if (name === privateStaticName(field)) return { value };
  const own = Object.hasOwn(globalThis, name) && !isStandardGlobal(name);
  return own ? { value: (globalThis as Record<string, unknown>)[name] } : undefined;
}

/** `limit (captured by clamp)` for what a captured function captures. */
function trailInto(draft: FunctionDraft, name: string, trail: Trail): { readonly text: string; readonly root: string } {
  if (trail.text === "") return { text: name, root: name };
  if (name.startsWith("$kindling")) return { text: `${trail.text}'s class`, root: trail.root };
  const text = `${name} (captured by ${draft.name})`;
  return { text, root: text };
}

interface ImportedModule {
  readonly specifier: string;
  readonly from: string;
  readonly imported: string;
}

/**
 * What a module's variable was imported from, when workers can load that themselves: a package, a built-in module, or
 * a file of the engine, whose classes must stay the same classes.
 */
function importedModule(script: Script | undefined, facts: FunctionFacts, name: string): ImportedModule | undefined {
  const found = facts.inModule ? script?.importOf(name) : undefined;
  if (!script || !found) return undefined;
  const { specifier, name: imported } = found;
  if (isBare(specifier)) {
    if (resolveImport(specifier, script.url) === undefined) return undefined;
    return { specifier, from: isBuiltin(specifier) ? "" : script.url, imported };
  }
  const file = fileOf(specifier, script.url);
  return file?.startsWith(engineFolder) ? { specifier: file, from: "", imported } : undefined;
}

function fileOf(specifier: string, from: string): string | undefined {
  const url = URL.canParse(specifier, from) ? new URL(specifier, from) : undefined;
  return url?.protocol === "file:" ? fileURLToPath(url) : undefined;
}

function superclassOf(subject: object): unknown {
  const { prototype } = subject as { readonly prototype: object };
  return Object.getPrototypeOf(prototype) === null ? null : Object.getPrototypeOf(subject);
}

const ignoredProperties: ReadonlySet<PropertyKey> = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** Properties that a function has beyond its source: static fields with their present values, added methods. */
function captureProperties(shipment: Shipment, draft: FunctionDraft, trail: Trail): void {
  const { subject, source } = draft;
  const step: Trail = trail.text === "" ? { ...trail, text: draft.name, root: draft.name } : trail;
  for (const key of Reflect.ownKeys(subject))
    if (!ignoredProperties.has(key) && !isDeclared(source, subject, key))
      define(shipment, subject, { key, trail: step });
  const prototype: unknown = Object.getOwnPropertyDescriptor(subject, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null || classOf(prototype) !== subject) return;
  for (const key of Reflect.ownKeys(prototype))
    if (key !== "constructor" && !isDeclared(source, prototype, key)) define(shipment, prototype, { key, trail: step });
  if (source.form === "class") return;
  for (const object of [subject, prototype]) captureParent(shipment, object, step);
}

/** Inheritance that was set up by calls, as in `util.inherits`. */
function captureParent(shipment: Shipment, object: object, trail: Trail): void {
  const parent: object | null = Object.getPrototypeOf(object);
  if (parent === Function.prototype || (parent && isCopiedPrototype(parent))) return;
  if (typeof object === "function" && isNative(functionText(parent as object))) return;
  const entry = [] as unknown as Container;
  shipment.prototypes.push(entry);
  shipment.place(entry, 0, object, trail);
  shipment.place(entry, 1, parent, trail);
}

/** Whether the class's own source makes the property. */
function isDeclared({ form, text }: FunctionSource, holder: object, key: PropertyKey): boolean {
  if (form !== "class") return false;
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  const functions = [descriptor?.value, descriptor?.get, descriptor?.set].filter((one) => typeof one === "function");
  return (
    descriptor?.enumerable === false &&
    functions.length > 0 &&
    functions.every((one) => text.includes(functionText(one)))
  );
}

/** Plain functions show it themselves; for others it can be told from the file. */
function isStrict(subject: object, { form }: FunctionSource, script: Script | undefined): boolean {
  if (form === "class") return true;
  const prototype: unknown = Object.getOwnPropertyDescriptor(subject, "prototype")?.value;
  if (form === "function" && prototype && classOf(prototype) === subject) return !Object.hasOwn(subject, "caller");
  return script?.strict ?? false;
}

/** The `require` of a CommonJS file. */
function isRequire(subject: object): boolean {
  return (
    "resolve" in subject &&
    "cache" in subject &&
    "main" in subject &&
    (subject as { name?: unknown }).name === "require"
  );
}

function refuseNative(shipment: Shipment, subject: object, trail: Trail): never {
  const { name } = subject as { readonly name: string };
  const bound = name.startsWith("bound ");
  const what = trail.text === "" ? "it" : `${name === "" ? "the function" : name}`;
  return shipment.refuse(trail, {
    reason: bound ? `${what} was made by bind, which hides its source` : `${what} is native code, which has no source`,
    remedy: bound
      ? "use an arrow function instead of bind: (x) => object.method(x)"
      : "call it from an arrow function: (x) => f(x)",
  });
}

/** The file URL of the program, from which imports are resolved when a function came from no file. */
export const programUrl = (): string => pathToFileURL(process.argv[1] ?? `${process.cwd()}/program.js`).href;
