/**
 * What one packed function takes along: the graph of all it captures, split into data and specials.
 *
 * `place` puts a value into a container of the copy. Data is copied object by object, each once, so that identity and
 * cycles stay; a special becomes a link. Objects that hold nothing but primitives are taken as they are.
 */

import { EngineError, type UserFrame } from "../errors.js";
import type { Container, Link, ModulePart, Special } from "./body.js";
import { captureFunction, type FunctionDraft } from "./capture-function.js";
import { copyNamespace, copyObject, flatSize } from "./copy-data.js";
import type { FreeVariable, Obstacle } from "./free-variables.js";
import { knownNamespace, knownValue, refreshKnownValues } from "./known-values.js";
import { obstacleOf } from "./obstacles.js";
import { type SharedReference, sharedReference, workerClassName } from "./shared-values.js";
import { classOf, isNamespaceLike, isPrimitive, isRunnerImport } from "./value-kinds.js";

/** How a value was reached from the function that is being packed. */
export interface Trail {
  /** As a person would write it: `config.socket`, `limits (captured by clamp)`. */
  readonly text: string;
  /** The captured variable it began with, for the account of sizes. */
  readonly root: string;
  /** The captured variable itself, unless a property was taken since: of a namespace only the members used are taken. */
  readonly variable?: FreeVariable;
  /** The file URL of the function that captures it. */
  readonly from: string;
}

/** Names a captured value by a module that workers can load, when the engine itself cannot know. */
export type ResolveModule = (value: object) => { readonly specifier: string; readonly name?: string } | undefined;

export type Draft = FunctionDraft | Exclude<Special, { readonly kind: "function" }>;

export class Shipment {
  /** The function that is being packed, for messages. */
  readonly name: string;
  readonly drafts: Draft[] = [];
  readonly links: Link[][] = [];
  readonly prototypes: Container[] = [];
  readonly fills: (readonly unknown[])[] = [];
  readonly definitions: Container[] = [];
  readonly copies: Map<object, object> = new Map();
  readonly sizes: Map<string, number> = new Map();
  holdsBinary = false;
  /** The captured variable that is being copied. */
  capturing = "";
  /** Where the packed function was defined. */
  frame: UserFrame | undefined;
  readonly #specials = new Map<unknown, number>();
  readonly #resolveModule: ResolveModule | undefined;

  constructor(name: string, resolveModule: ResolveModule | undefined) {
    this.name = name;
    this.#resolveModule = resolveModule;
    refreshKnownValues();
  }

  /** Sets `container[key]` to the value's copy, or links it to the special that the value is. */
  place(container: Container, key: string | number, value: unknown, trail: Trail): void {
    if (isPrimitive(value)) {
      if (typeof value === "string") this.count(trail, value.length);
      assign(container, key, value);
      return;
    }
    if (trail.variable && isRunnerImport(trail.variable.name)) {
      assign(container, key, copyNamespace(this, value as object, trail));
      return;
    }
    const flat = typeof value === "object" && !this.#resolveModule ? flatSize(value as object) : undefined;
    if (flat !== undefined) {
      this.count(trail, flat);
      assign(container, key, value);
      return;
    }
    const special = this.special(value, trail);
    if (special === undefined) assign(container, key, copyObject(this, value as object, trail));
    else {
      assign(container, key, undefined);
      this.links[special]?.push([container, key]);
    }
  }

  /** The index of the special that a value is; undefined for data. */
  special(value: unknown, trail: Trail): number | undefined {
    const known = this.#specials.get(value);
    if (known !== undefined) return known;
    if (typeof value === "symbol") return this.#symbol(value, trail);
    if (typeof value !== "object" && typeof value !== "function") return undefined;
    const object = value as object;
    if (this.copies.has(object)) return undefined;
    const name = workerClassName(object);
    if (name !== undefined) return this.add(object, { kind: "workerClass", name });
    const shared = sharedReference(object);
    if (shared) return this.#shared(object, shared, trail);
    const obstacle = obstacleOf(object);
    if (obstacle) this.refuse(trail, obstacle);
    const reference = this.#reference(object);
    if (reference) return this.add(object, reference);
    if (typeof value === "function") return captureFunction(this, value as object, trail);
    const owner = classOf(object);
    return owner && this.#prototype(object, owner, trail);
  }

  /** Registers a special; its links are collected under the index given back. */
  add(value: unknown, draft: Draft): number {
    const index = this.drafts.push(draft) - 1;
    this.links.push([]);
    if (value !== undefined) this.#specials.set(value, index);
    return index;
  }

  /** A value that was imported from a module which workers can load. */
  addModule(value: unknown, module: Omit<ModulePart, "kind" | "path">): number {
    return this.#specials.get(value) ?? this.add(value, { kind: "module", ...module, path: [] });
  }

  count({ root }: Trail, bytes: number): void {
    this.sizes.set(root, (this.sizes.get(root) ?? 0) + bytes);
  }

  refuse(trail: Trail, { reason, remedy }: Obstacle): never {
    const full = trail.text === "" ? reason : `it captures ${trail.text}, but ${reason}`;
    const parameters = { function: this.name, variable: trail.text, reason: full, remedy };
    throw new EngineError("FUNCTION_NOT_SHIPPABLE", parameters, this.frame ? { origin: { frames: [this.frame] } } : {});
  }

  #reference(value: object): Draft | undefined {
    const named = this.#resolveModule?.(value);
    if (named) return { kind: "module", specifier: named.specifier, from: "", imported: named.name ?? "*", path: [] };
    const known = knownValue(value);
    if (known) return known.kind === "module" ? { ...known, imported: "require" } : known;
    const namespace = isNamespaceLike(value) ? knownNamespace(value) : undefined;
    return namespace?.kind === "module" ? { ...namespace, imported: "*" } : undefined;
  }

  #shared(object: object, { name, fields }: SharedReference, { text, root, from }: Trail): number {
    const copies: Container = {};
    const index = this.add(object, { kind: "shared", name, fields: copies });
    for (const [key, value] of Object.entries(fields))
      this.place(copies, key, value, { text: `${text}.${key}`, root, from });
    return index;
  }

  #symbol(symbol: symbol, trail: Trail): number {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return this.add(symbol, { kind: "symbol", name: key, wellKnown: false });
    const name = wellKnownSymbols.get(symbol);
    if (name !== undefined) return this.add(symbol, { kind: "symbol", name, wellKnown: true });
    const remedy = "use Symbol.for(name), which is the same symbol in every process, or a string";
    return this.refuse(trail, { reason: `${String(symbol)} is a symbol of this process only`, remedy });
  }

  /** The prototype object of a class comes with the class. */
  #prototype(prototype: object, owner: object, trail: Trail): number | undefined {
    const of = this.special(owner, trail);
    if (of === undefined) return undefined;
    return this.#specials.get(prototype) ?? this.add(prototype, { kind: "prototype", of });
  }
}

function assign(container: Container, key: string | number, value: unknown): void {
  if (key !== "__proto__") container[key] = value;
  else Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

const wellKnownSymbols: ReadonlyMap<symbol, string> = new Map(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const value = (Symbol as unknown as Record<string, unknown>)[name];
    return typeof value === "symbol" ? [[value, name] as const] : [];
  }),
);
