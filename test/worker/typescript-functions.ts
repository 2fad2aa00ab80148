/**
 * The functions of the conformance cases, in TypeScript: `worker-under-test.ts` says what each does. They are packed as a
 * program's functions are.
 */
import { createRequire } from "node:module";
import { Accumulator } from "../../engine/session/accumulator.js";
import { Broadcast } from "../../engine/session/broadcast.js";
import { BarrierTaskContext, TaskContext } from "../../engine/session/task-context.js";

const require = createRequire(import.meta.url);

export const double = (x: number): number => x * 2;
/** No −0, which other languages would not make of an integer. */
export const negate = (x: number): number => 0 - x;
export const isEven = (x: number): boolean => x % 2 === 0;
export const modulo3 = (x: number): number => x % 3;
export const split = (line: string): string[] => line.split(" ");
export const toPair = (x: unknown): unknown => [x, 1];
export const toTuple = (x: unknown): unknown => x;
export const fields = (pair: unknown): unknown => pair;
export const twice = (x: unknown): unknown => [x, x];

export function* upTo(x: number): Iterable<number> {
  for (let i = 0; i < x; i++) yield i;
}

export const kilobytes = (x: number): string => "x".repeat(1024 * x);

/** A literal of the value, with the class of what has one. */
export function show(x: unknown): string {
  if (Object.is(x, -0)) return "-0";
  if (typeof x === "bigint") return `${x}n`;
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x !== "object" || x === null) return String(x);
  if (Array.isArray(x)) return `[${x.map(show).join(", ")}]`;
  if (x instanceof Date) return x.toISOString();
  if (x instanceof Map) return `Map(${[...x].map(([key, value]) => `${show(key)} => ${show(value)}`).join(", ")})`;
  if (x instanceof Set) return `Set(${[...x].map(show).join(", ")})`;
  if (x instanceof Uint8Array) return `Uint8Array(${[...x].join(", ")})`;
  if (Object.getPrototypeOf(x) !== Object.prototype) return `${x.constructor.name} ${String(x)}`;
  return `{ ${Object.entries(x).map(([key, value]) => `${key}: ${show(value)}`)} }`;
}

export function announce(x: unknown): unknown {
  console.log(`saw ${x}`);
  return x;
}

export const sizeOf = (x: readonly unknown[]): number => x.length;
export const partsOf = (pair: unknown): unknown => pair;

export const plus = (a: number, b: number): number => a + b;
export const times = (a: number, b: number): number => a * b;
export const join = (a: unknown, b: unknown): string => `(${a}${b})`;

export function append(a: unknown[], b: unknown): unknown[] {
  a.push(b);
  return a;
}

export const concat = (a: readonly unknown[], b: readonly unknown[]): unknown[] => [...a, ...b];

export function* runningSum(elements: Iterable<number>): Iterable<number> {
  let total = 0;
  for (const element of elements) {
    total += element;
    yield total;
  }
}

export function* firstTwo(elements: Iterator<unknown>): Iterable<unknown> {
  yield elements.next().value;
  yield elements.next().value;
}

export function* label(partition: number, elements: Iterable<unknown>): Iterable<string> {
  for (const element of elements) yield `${partition}:${element}`;
}

export function printAll(elements: Iterable<unknown>): void {
  for (const element of elements) console.log(`saw ${element}`);
}

export const notIterable = (): number => 5;

export function* interleave(a: Iterator<unknown>, b: Iterator<unknown>): Iterable<unknown> {
  for (let [left, right] = [a.next(), b.next()]; !left.done || !right.done; [left, right] = [a.next(), b.next()]) {
    if (!left.done) yield left.value;
    if (!right.done) yield right.value;
  }
}

export function* secondFirst(a: Iterable<unknown>, b: Iterable<unknown>): Iterable<unknown> {
  yield* b;
  yield* a;
}

export const toPartition = (key: unknown): unknown => key;
export const noPartition = (): string => "nowhere";

export function failAtZero(x: number): number {
  if (x === 0) throw new RangeError("no zero");
  return x;
}

export function failDeeply(x: number): number {
  return failAtZero(x);
}

export const unhashableKey = (x: unknown): unknown => [{ x }, 1];

export const die = (): never => process.exit(7);

export function interruptSelf(x: unknown): unknown {
  process.kill(process.pid, "SIGINT");
  return x;
}

export const siblingName = (): unknown => (require("worker_sibling") as { readonly NAME: unknown }).NAME;
export const workingDirectory = (): string => process.cwd();

class Point {
  readonly x: number;

  constructor(x: number) {
    this.x = x;
  }
}

export const toPoint = (x: number): Point => new Point(x);
export const pointX = (point: Point): number => point.x;

const total = new Accumulator({ id: 1, name: null, initial: 0, param: null }, true);

const listParam = {
  zero: (): unknown[] => [],
  addInPlace: (left: unknown[], right: unknown[]): unknown[] => {
    left.push(...right);
    return left;
  },
};
const seen = new Accumulator<unknown[]>({ id: 2, name: null, initial: [], param: listParam }, true);
const table = new Broadcast<readonly unknown[]>(5, null);

export function addToSum(x: number): number {
  total.add(x);
  return x;
}

export function addToBoth(x: number): number {
  total.add(x);
  seen.add([x]);
  return x;
}

export function addAndFail(x: number): number {
  total.add(x);
  return failAtZero(x);
}

export function readSum(): number {
  return total.value;
}

export function lookUp(x: number): unknown {
  return table.value[x];
}

export function describeTask(): unknown {
  const context = TaskContext.get();
  if (context === null) return null;
  const place = [context.stageId(), context.partitionId(), context.attemptNumber(), context.taskAttemptId()];
  return [...place, context.cpus(), context.getLocalProperty("colour")];
}

function messages(): string[] {
  const context = BarrierTaskContext.get();
  return context.allGather(`from ${context.partitionId()}`);
}

export function* gather(elements: Iterable<unknown>): Iterable<unknown> {
  yield* elements;
  yield* messages();
}

export function* gatherFirst(elements: Iterable<unknown>): Iterable<unknown> {
  yield* messages();
  yield* elements;
}

export function meetTwice(elements: Iterable<unknown>): Iterable<unknown> {
  const context = BarrierTaskContext.get();
  context.barrier();
  context.barrier();
  return elements;
}

export const addresses = (): string[] =>
  BarrierTaskContext.get()
    .getTaskInfos()
    .map((info) => info.address);

// What only TypeScript can do.

export const parseJson = (): unknown => JSON.parse("{");
export const throwText = (): never => {
  throw "a text";
};
export const recurse = (x: unknown): unknown => recurse(x);
