/** The callable form of function values, and what kernels expect of pairs. */
import { unpackFunction } from "../../closure/unpack.js";
import type { Batch } from "../../data/batch.js";
import { decodeElements } from "../../data/elements.js";
import { compareKeys } from "../../data/ordering.js";
import { decodePortable } from "../../data/portable.js";
import { EngineError } from "../../errors.js";
import type { FunctionValue, NamedFunction, ShippedFunction } from "../../plan/kernel.js";

export type UserFunction = (...args: unknown[]) => unknown;

export type Pair = readonly [unknown, unknown];

export const isPair = (element: unknown): element is Pair => Array.isArray(element) && element.length === 2;

/** The element as a pair; `call` is what the program asked for. */
export function pairOf(element: unknown, call: string): Pair {
  if (isPair(element)) return element;
  throw new EngineError("NOT_KEY_VALUE", { call, actual: shortForm(element) });
}

const shownLength = 40;

function textOfValue(value: unknown): string {
  try {
    return typeof value === "object" ? (JSON.stringify(value) ?? "an object") : String(value);
  } catch {
    return "an object";
  }
}

/** An element as a message shows it. */
export function shortForm(element: unknown): string {
  const text = typeof element === "string" ? JSON.stringify(element) : textOfValue(element);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

/** An error that the program's own use of a kernel made, as its functions could have thrown it. */
export const userError = (type: string, message: string): EngineError =>
  new EngineError("USER_FUNCTION_FAILED", { type, message });

/** Texts are no numbers: JavaScript's own `+` would put them together. */
function add(left: unknown, right: unknown): number | bigint {
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (!isAddable(left) || !isAddable(right)) {
    throw userError("TypeError", `${shortForm(left)} and ${shortForm(right)} cannot be added`);
  }
  if (typeof left === "bigint" || typeof right === "bigint") return BigInt(left) + BigInt(right);
  return Number(left) + Number(right);
}

const isAddable = (value: unknown): value is number | bigint | boolean =>
  typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";

const namedFunctions: Readonly<Record<Exclude<NamedFunction["name"], "key" | "value">, UserFunction>> = {
  add,
  min: (left, right) => (compareKeys(left, right) <= 0 ? left : right),
  max: (left, right) => (compareKeys(left, right) >= 0 ? left : right),
  left: (left) => left,
  identity: (element) => element,
  withNull: (element) => [element, null],
  withOne: (element) => [element, 1],
};

/** What is told of an element that is no pair: the call, and the calls that `key` and `value` stand for. */
export interface CallNames {
  readonly call: string;
  readonly key?: string;
  readonly value?: string;
}

/** The callable form of a function value, as a kernel calls it. */
export function functionOf(fn: FunctionValue, names: CallNames): UserFunction {
  return fn.language === "any" ? namedFunction(fn.name, names) : shippedFunction(fn, names.call);
}

function namedFunction(name: NamedFunction["name"], { call, key = call, value = call }: CallNames): UserFunction {
  if (name === "key") return (element) => pairOf(element, key)[0];
  if (name === "value") return (element) => pairOf(element, value)[1];
  return namedFunctions[name];
}

/** A function of the user, called with the key of a pair if it says so. */
export function shippedFunction(fn: ShippedFunction, call: string): UserFunction {
  if (fn.language !== "typescript") {
    throw new EngineError("INTERNAL", { reason: `no TypeScript function ${fn.name} of language ${fn.language}` });
  }
  const f = unpackFunction(fn.body);
  return fn.of === "key" ? (element) => f(pairOf(element, call)[0]) : f;
}

/** The elements of a batch that came with a step. */
export function elementsOf(batch: Batch): unknown[] {
  if (batch.format === "portable") return decodePortable(batch, 0, batch.count);
  return decodeElements({ batch, from: 0, to: batch.count });
}

/** A fresh copy of the one element of a batch at each call. */
export function copiesOf(batch: Batch): () => unknown {
  const [value] = elementsOf(batch);
  return typeof value === "object" && value !== null ? () => elementsOf(batch)[0] : () => value;
}
