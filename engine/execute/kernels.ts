/**
 * The kernels in TypeScript. An element is pushed through a chain of small functions, without lists in between; a
 * kernel that needs the whole partition emits at the end. `mapPartitions` alone pulls, since the user's function
 * wants an iterator.
 */

import { unpackFunction } from "../closure/unpack.js";
import { partitionOf } from "../data/hashing.js";
import { KeyPlaces } from "../data/key-places.js";
import { bisectLeft, compareKeys } from "../data/ordering.js";
import { EngineError } from "../errors.js";
import type { Bucketing, FunctionValue, Kernel } from "../plan/kernel.js";

export type Emit = (element: unknown) => void;

/** A running kernel. */
export interface Stage {
  push(element: unknown): void;
  end(): void;
}

export interface KernelContext {
  readonly partition: number;
  /** No further input is needed. */
  enough(): void;
}

type UserFunction = (...args: unknown[]) => unknown;
type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;
type Make<Op extends Kernel["op"]> = (kernel: KernelOf<Op>, emit: Emit, context: KernelContext) => Stage;
type PushedOp = Exclude<Kernel["op"], "mapPartitions">;

const isPair = (element: unknown): element is [unknown, unknown] => Array.isArray(element) && element.length === 2;

function pairOf(element: unknown, call: string): [unknown, unknown] {
  if (isPair(element)) return element;
  throw new EngineError("NOT_KEY_VALUE", { call, actual: shortForm(element) });
}

function shortForm(element: unknown): string {
  const text = typeof element === "string" ? JSON.stringify(element) : String(element);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

const namedFunctions: Readonly<Record<string, UserFunction>> = {
  add: (a, b) =>
    typeof a === "bigint" || typeof b === "bigint"
      ? BigInt(a as bigint) + BigInt(b as bigint)
      : (a as number) + (b as number),
  min: (a, b) => (compareKeys(a, b) <= 0 ? a : b),
  max: (a, b) => (compareKeys(a, b) >= 0 ? a : b),
  key: (pair) => pairOf(pair, "keys")[0],
  value: (pair) => pairOf(pair, "values")[1],
  identity: (element) => element,
};

/** The callable form of a function value. */
export function functionOf(fn: FunctionValue): UserFunction {
  const found =
    fn.language === "any"
      ? namedFunctions[fn.name]
      : fn.language === "typescript"
        ? unpackFunction(fn.body)
        : undefined;
  if (!found)
    throw new EngineError("INTERNAL", { reason: `no TypeScript function ${fn.name} of language ${fn.language}` });
  return found;
}

const nothing = (): void => {};

/** Spark's own text of an element: a pair or list as `(a,b)`. */
const textOf = (element: unknown): string =>
  Array.isArray(element)
    ? `(${element.map(textOf).join(",")})`
    : element === null || element === undefined
      ? "null"
      : String(element);

/** A generator of numbers in [0, 1), the same on every machine for one seed (splitmix32). */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Gathers all elements and emits what `finish` makes of them. */
function gather(emit: Emit, finish: (elements: unknown[]) => Iterable<unknown>): Stage {
  const elements: unknown[] = [];
  return {
    push: (element) => void elements.push(element),
    end: () => {
      for (const element of finish(elements)) emit(element);
    },
  };
}

function sorted(elements: readonly unknown[], keyOf: UserFunction, ascending: boolean): unknown[] {
  const keyed = elements.map((element) => ({ element, key: keyOf(element) }));
  keyed.sort((left, right) => (ascending ? compareKeys(left.key, right.key) : compareKeys(right.key, left.key)));
  return keyed.map(({ element }) => element);
}

const makers: { readonly [Op in PushedOp]: Make<Op> } = {
  map({ fn }, emit) {
    const f = functionOf(fn);
    return { push: (element) => emit(f(element)), end: nothing };
  },
  flatMap({ fn }, emit) {
    const f = functionOf(fn);
    return {
      push: (element) => {
        const results = f(element) as Iterable<unknown>;
        if (Array.isArray(results)) for (let i = 0; i < results.length; i++) emit(results[i]);
        else for (const result of results) emit(result);
      },
      end: nothing,
    };
  },
  filter({ fn }, emit) {
    const f = functionOf(fn);
    return {
      push: (element) => {
        if (f(element)) emit(element);
      },
      end: nothing,
    };
  },
  mapValues({ fn }, emit) {
    const f = functionOf(fn);
    return {
      push: (element) => {
        const pair = pairOf(element, "mapValues");
        emit([pair[0], f(pair[1])]);
      },
      end: nothing,
    };
  },
  foreach({ fn }) {
    const f = functionOf(fn);
    return { push: (element) => void f(element), end: nothing };
  },
  reduce({ fn }, emit) {
    const f = functionOf(fn);
    let some = false;
    let result: unknown;
    return {
      push: (element) => {
        result = some ? f(result, element) : element;
        some = true;
      },
      end: () => {
        if (some) emit(result);
      },
    };
  },
  count(_, emit) {
    let count = 0;
    return { push: () => void count++, end: () => emit(count) };
  },
  take({ count }, emit, context) {
    let left = count;
    if (left === 0) context.enough();
    return {
      push: (element) => {
        if (left <= 0) return;
        left -= 1;
        emit(element);
        if (left === 0) context.enough();
      },
      end: nothing,
    };
  },
  sample({ fraction, seed }, emit, { partition }) {
    const random = seededRandom(seed ^ partition);
    return {
      push: (element) => {
        if (random() < fraction) emit(element);
      },
      end: nothing,
    };
  },
  reduceByKey({ fn }, emit) {
    const f = functionOf(fn);
    const places = new KeyPlaces();
    const values: unknown[] = [];
    return {
      push: (element) => {
        const [key, value] = pairOf(element, "reduceByKey");
        const place = places.of(key);
        if (place === values.length) values.push(value);
        else values[place] = f(values[place], value);
      },
      end: () => {
        for (const [place, key] of places.keys.entries()) emit([key, values[place]]);
      },
    };
  },
  sort({ key, ascending }, emit) {
    const keyOf = functionOf(key);
    return gather(emit, (elements) => sorted(elements, keyOf, ascending));
  },
  bounds({ partitions }, emit) {
    return gather(emit, (elements) => {
      if (elements.length === 0) return [];
      elements.sort(compareKeys);
      return Array.from(
        { length: partitions - 1 },
        (_, i) => elements[Math.floor((elements.length * (i + 1)) / partitions)],
      );
    });
  },
  row({ names }, emit) {
    return {
      push: (element) => {
        const values = element as readonly unknown[];
        emit(Object.fromEntries(names.map((name, i) => [name, values[i]])));
      },
      end: nothing,
    };
  },
  udf({ calls }, emit) {
    const ready = calls.map(({ fn, args }) => ({ f: functionOf(fn), args }));
    return {
      push: (element) => {
        const row = element as readonly unknown[];
        emit([...row, ...ready.map(({ f, args }) => f(...args.map((arg) => row[arg])))]);
      },
      end: nothing,
    };
  },
  text(_, emit) {
    return { push: (element) => emit(typeof element === "string" ? element : textOf(element)), end: nothing };
  },
};

/** The running form of any kernel but `mapPartitions`. */
export const startKernel = (
  kernel: Exclude<Kernel, { op: "mapPartitions" }>,
  emit: Emit,
  context: KernelContext,
): Stage => (makers[kernel.op] as Make<PushedOp>)(kernel as never, emit, context);

/** The bucket of an element. */
export function bucketer(
  bucketing: Bucketing,
  boundsOf: (bucketing: Extract<Bucketing, { by: "range" }>) => readonly unknown[],
): (element: unknown) => number {
  switch (bucketing.by) {
    case "single":
      return () => 0;
    case "hash":
      return (element) => partitionOf(pairOf(element, "a shuffle")[0], bucketing.partitions);
    case "range": {
      const keyOf = functionOf(bucketing.key);
      const bounds = boundsOf(bucketing);
      return bucketing.ascending
        ? (element) => bisectLeft(bounds, keyOf(element))
        : (element) => bucketing.partitions - 1 - bisectLeft(bounds, keyOf(element));
    }
  }
}
