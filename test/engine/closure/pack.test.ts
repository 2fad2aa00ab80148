// biome-ignore-all lint/complexity/noArguments: constructs that occur in users' functions
// biome-ignore-all lint/complexity/useArrowFunction: constructs that occur in users' functions
// biome-ignore-all lint/suspicious/noProto: constructs that occur in users' functions
// biome-ignore-all lint/suspicious/noConfusingLabels: constructs that occur in users' functions
// biome-ignore-all lint/correctness/noInnerDeclarations: constructs that occur in users' functions
// biome-ignore-all lint/complexity/noCommaOperator: constructs that occur in users' functions
// biome-ignore-all lint/suspicious/noVar: constructs that occur in users' functions
import assert from "node:assert";
import defaultFs from "node:fs";
import * as path from "node:path";
import { basename, posix } from "node:path";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { decode, encode } from "@msgpack/msgpack";
import * as acorn from "acorn";
import { describe, expect, it } from "vitest";
import { packFunction } from "../../../engine/closure/pack.js";
import { unpackFunction } from "../../../engine/closure/unpack.js";
import { EngineError } from "../../../engine/errors.js";
import { callElsewhere } from "./another-process.js";
import * as shapes from "./shapes.js";
import { area, Box, describe as describeShape } from "./shapes.js";

// biome-ignore lint/suspicious/noExplicitAny: the cases have functions of every type
type AnyFunction = (...args: any[]) => unknown;

interface Case {
  readonly name: string;
  readonly fn: AnyFunction;
  readonly args?: readonly unknown[];
}

const factor = 3;
const big = 2n ** 70n;
const stopWords = new Set(["a", "the"]);
const prices = new Map<string, number>([["apple", 3]]);
const withHole = [1];
withHole[2] = 3;
const config = { depth: { limit: 4 }, list: withHole, "odd key": true, nothing: undefined, none: null };
const times = (x: number): number => x * factor;
const { max } = Math;
const { log2, PI } = Math;
let counter = 10;
const undefinedValue = undefined;
const sparse = [Number.NaN, -0, Number.POSITIVE_INFINITY, "ü\u{1F600}\ud800"];
const buffer = Buffer.from("héllo");
const floats = Float64Array.of(1.5, 2.5);
const pattern = /(\w+)@(\w+)/g;
const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
cyclic.self = cyclic;
cyclic.list.push(cyclic);
const withPrototypeKey = JSON.parse('{"__proto__": 5, "x": 1}') as Record<string, unknown>;

const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
const countDown = (n: number): number => (n === 0 ? 0 : countDown(n - 1));
const aliasOfCountDown = countDown;

class Point {
  static made = 0;
  static readonly #registry = new Map<string, number>([["origin", 7]]);
  static origin: Point = new Point(0, 0);
  static get registered(): number {
    return Point.#registry.get("origin") ?? 0;
  }
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
    Point.made++;
  }
  get length(): number {
    return Math.hypot(this.x, this.y);
  }
  plus(other: Point): Point {
    return new Point(this.x + other.x, this.y + other.y);
  }
  *[Symbol.iterator](): Generator<number> {
    yield this.x;
    yield this.y;
  }
}
class Point3 extends Point {
  z = factor;
  override plus(other: Point): Point3 {
    const sum = super.plus(other);
    return new Point3(sum.x, sum.y);
  }
}
class Stack<T> extends Array<T> {
  top(): T | undefined {
    return this.at(-1);
  }
}
class Counts extends Map<string, number> {
  add(key: string): void {
    this.set(key, (this.get(key) ?? 0) + 1);
  }
}
class ParseError extends Error {
  readonly position: number;
  override readonly name = "ParseError";
  constructor(message: string, position: number) {
    super(message, { cause: { deep: [1] } });
    this.position = position;
  }
}
class Secret {
  readonly #key = 5;
  reveal(): number {
    return this.#key;
  }
}
const point = new Point(3, 4);
const point3 = new Point3(1, 2);
const twice = { first: point, second: point, list: [point, point3] };
const stack = Stack.from([1, 2, point]) as Stack<unknown>;
const counts = new Counts([["x", 1]]);
const failure = new ParseError("bad", 12);
const points = new Map<unknown, unknown>([[point, "p"]]);
points.set("me", points);
const pointSet = new Set<unknown>([point, "s"]);
const bare = Object.assign(Object.create(null) as Record<string, number>, { a: 1 });
const derived = Object.create(config) as typeof config;

const account = {
  balance: 5,
  deposit(amount: number): number {
    this.balance += amount;
    return this.balance;
  },
  get doubled(): number {
    return this.balance * 2;
  },
  async later(): Promise<number> {
    return this.balance;
  },
  *numbers(): Generator<number> {
    yield this.balance;
  },
  [Symbol.toPrimitive](): number {
    return this.balance;
  },
  [Symbol.for("kindling.test")]: "registered",
  "quoted name"(): string {
    return "q";
  },
  [`computed${factor}`](): string {
    return "c";
  },
};
const { deposit } = account;
const iterable = Point.prototype[Symbol.iterator];
const getLength = Object.getOwnPropertyDescriptor(Point.prototype, "length")?.get as () => number;

function Legacy(this: { name: string }, name: string): void {
  this.name = name;
}
Legacy.prototype.shout = function (this: { name: string }): string {
  return this.name.toUpperCase() + factor;
};
function LegacyChild(this: { name: string }, name: string): void {
  Legacy.call(this, name);
}
Object.setPrototypeOf(LegacyChild.prototype, Legacy.prototype);
const legacy = new (LegacyChild as unknown as new (name: string) => { shout(): string })("old");

function memoized(n: number): number {
  memoized.calls++;
  return n + memoized.offset;
}
memoized.calls = 0;
memoized.offset = 100;

const symbolKey = Symbol.iterator;
const globalObject = globalThis;
const assertEqual: (actual: unknown, expected: unknown) => void = assert.strictEqual;
const readPromise = defaultFs.promises.readFile;
Object.assign(globalThis, { kindlingTestGlobal: { answer: 42 } });
declare const kindlingTestGlobal: { answer: number };

/** As vitest's own module runner hands out imports. */
const __vite_ssr_import_0__ = new Proxy(path, {});

const fill = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const cases: readonly Case[] = [
  { name: "no captures", fn: (x: number) => x + 1, args: [1] },
  { name: "captured number", fn: (x: number) => x * factor, args: [2] },
  { name: "captured function", fn: (x: number) => times(x) + factor, args: [2] },
  { name: "function declaration with self recursion", fn: factorial, args: [6] },
  { name: "arrow with self recursion, and an alias", fn: (n: number) => countDown(n) + aliasOfCountDown(n), args: [3] },
  { name: "alias is the same function", fn: () => countDown === aliasOfCountDown },
  { name: "mutual recursion", fn: (n: number) => [isEven(n), isOdd(n)], args: [7] },
  { name: "mutual recursion as entry", fn: isEven, args: [8] },
  { name: "undefined, NaN, -0, lone surrogates", fn: () => [undefinedValue, ...sparse, Object.is(sparse[1], -0)] },
  { name: "bigint", fn: () => big + 1n },
  { name: "set and map", fn: (w: string) => [stopWords.has(w), prices.get("apple")], args: ["the"] },
  { name: "nested objects and holes", fn: () => [config.depth.limit, 1 in config.list, Object.keys(config)] },
  { name: "own key __proto__", fn: () => [Object.keys(withPrototypeKey), withPrototypeKey["__proto__"]] },
  { name: "typed array and buffer", fn: () => [floats[1], buffer.toString(), Buffer.isBuffer(buffer)] },
  { name: "regular expression", fn: (s: string) => s.replace(pattern, "$2"), args: ["me@home"] },
  { name: "cycles", fn: () => [cyclic.self === cyclic, cyclic.list[0] === cyclic] },
  {
    name: "shadowed names are not captured",
    fn: ((factor: number) => {
      const big = factor;
      {
        const times = big;
        return times;
      }
    }) as AnyFunction,
    args: [9],
  },
  {
    name: "destructuring, defaults, rest",
    fn: ({ a, b: [c = factor, ...d] }: { a: number; b: number[] }, ...rest: number[]) => [a, c, d, rest, { factor }],
    args: [{ a: 1, b: [] }, 8, 9],
  },
  {
    name: "default parameter sees the outer variable",
    fn: function (x = counter) {
      var counter = 1;
      return [x, counter];
    },
  },
  {
    name: "catch, labels, loops",
    fn: (n: number) => {
      const seen: unknown[] = [];
      outer: for (const i of fill(n)) {
        for (let j = 0; j < 3; j++) {
          if (j === 1) continue outer;
          seen.push(i + j);
        }
      }
      try {
        throw new RangeError("r");
        // biome-ignore lint/suspicious/noExplicitAny: a catch pattern has no other type
      } catch ({ message }: any) {
        seen.push(message);
      }
      return seen;
    },
    args: [3],
  },
  {
    name: "property names are not variables",
    fn: () => ({ big: 1 }).big + [{ factor: 2 }].map((one) => one.factor).length,
  },
  {
    name: "an assigned variable is a private copy",
    fn: () => {
      counter += 1;
      counter++;
      return counter;
    },
  },
  { name: "typeof of an unknown name", fn: () => typeof (globalThis as { nowhere?: unknown }).nowhere },
  { name: "native functions of globals", fn: (x: number) => [max(x, factor), log2(8), PI], args: [1] },
  {
    name: "globals",
    fn: () => [structuredClone({ a: [1] }), Buffer.from("a").length, typeof process.pid, new Map([[1, 2]]).size],
  },
  { name: "globalThis itself", fn: () => globalObject === globalThis },
  { name: "a global of the program", fn: () => kindlingTestGlobal.answer },
  {
    name: "async function",
    fn: async (x: number) => {
      await null;
      return x + factor;
    },
    args: [1],
  },
  {
    name: "generator function",
    fn: function* (n: number) {
      for (let i = 0; i < n; i++) yield i * factor;
    },
    args: [3],
  },
  {
    name: "async generator",
    fn: async function* (n: number) {
      yield n + factor;
    },
    args: [3],
  },
  {
    name: "named function expression",
    fn: function walk(n: number): number {
      return n === 0 ? factor : walk(n - 1);
    },
    args: [3],
  },
  {
    name: "function with this and arguments",
    fn: function (this: unknown) {
      return [this === undefined, arguments.length];
    },
    args: [1, 2],
  },
  {
    name: "new.target in a function",
    fn: function () {
      return new.target === undefined;
    },
  },
  { name: "a class", fn: () => new Point(1, 2).plus(new Point(2, 2)).length },
  {
    name: "static fields are snapshots, private ones too",
    fn: () => [Point.made > 1, Point.registered, Point.origin.x],
  },
  { name: "instance", fn: () => [point.length, point.plus(point).x, point instanceof Point, [...point]] },
  { name: "subclass instance", fn: () => [point3.z, point3.plus(point) instanceof Point3, point3 instanceof Point] },
  { name: "subclass first", fn: () => new Point3(1, 1).plus(new Point3(1, 1)).length },
  {
    name: "identity over the whole graph",
    fn: () => [
      twice.first === twice.second,
      twice.list[0] === point,
      points.get(point),
      points.get("me") === points,
      pointSet.has(point),
    ],
  },
  {
    name: "subclasses of Array and Map",
    fn: () => {
      counts.add("x");
      return [stack.top() === point, stack instanceof Stack, stack.length, counts.get("x"), counts instanceof Counts];
    },
  },
  {
    name: "error of an own class",
    fn: () => [
      failure.message,
      failure.position,
      failure.name,
      failure instanceof ParseError,
      failure instanceof Error,
      failure.cause,
    ],
  },
  { name: "class with private members", fn: () => new Secret().reveal() },
  {
    name: "class expression",
    fn: () => {
      const Local = class extends Point {
        w = factor;
      };
      return new Local(3, 4).length;
    },
  },
  { name: "null prototype", fn: () => [Object.getPrototypeOf(bare), bare["a"]] },
  { name: "prototype that is a plain object", fn: () => [derived.depth.limit, Object.keys(derived)] },
  {
    name: "object with methods and accessors",
    fn: () => {
      account.deposit(0);
      return [
        account.doubled,
        +account,
        [...account.numbers()],
        account["quoted name"](),
        (account as unknown as Record<string, () => string>)["computed3"]?.(),
      ];
    },
  },
  { name: "registered symbol as key", fn: () => account[Symbol.for("kindling.test") as unknown as "balance"] },
  { name: "async method", fn: () => account.later() },
  { name: "method of its own", fn: () => deposit.call({ balance: 1 } as typeof account, 2) },
  { name: "method as entry", fn: account["quoted name"] },
  {
    name: "computed method as entry",
    fn: (account as unknown as Record<string, AnyFunction>)["computed3"] as AnyFunction,
  },
  {
    name: "generator method and getter, detached",
    fn: () => [[...(iterable.call(point) as Iterable<number>)], getLength.call(point)],
  },
  { name: "well-known symbol", fn: () => typeof ([] as unknown as Record<symbol, unknown>)[symbolKey] },
  { name: "constructor functions with prototypes", fn: () => [legacy.shout(), legacy instanceof Legacy] },
  {
    name: "properties of functions",
    fn: () => {
      memoized(1);
      return [memoized.calls > 0, memoized(1)];
    },
  },
  { name: "class object", fn: () => Reflect.construct(Point, [6, 8]).length },
  { name: "imported function of a built-in module", fn: (p: string) => basename(p), args: ["/a/b.c"] },
  {
    name: "namespace and default import of built-in modules",
    fn: (p: string) => [path.extname(p), path.dirname(p), posix.sep, defaultFs.existsSync("/")],
    args: ["/a/b.c"],
  },
  {
    name: "import of vite's module runner",
    fn: (p: string) => (0, __vite_ssr_import_0__.basename)(p),
    args: ["/a/b"],
  },
  {
    name: "function of a built-in module, by identity",
    fn: () => {
      assertEqual(1, 1);
      return typeof readPromise;
    },
  },
  { name: "package: namespace import", fn: () => acorn.parse("a + b", { ecmaVersion: 2022 }).body.length },
  { name: "package: imported functions", fn: (s: string) => decode(encode({ s })), args: ["two words"] },
  {
    name: "own module: imported function and class",
    fn: () => [area(2, 3), describeShape(2), new Box(1).grow(2).width],
  },
  { name: "own module: namespace, only the members used", fn: () => [shapes.area(1, 2), shapes.unit, shapes.scale] },
  {
    name: "dynamic import",
    fn: async () => [typeof (await import("node:os")).cpus, typeof (await import("acorn")).parse],
  },
  { name: "dynamic import of a file beside", fn: async () => (await import("./shapes.js")).unit },
  { name: "import.meta", fn: () => new URL(import.meta.url).pathname },
  {
    name: "inner functions and closures",
    fn: (n: number) => {
      const add = (a: number) => (b: number) => a + b + factor;
      return fill(n).map(add(1));
    },
    args: [2],
  },
  {
    name: "template literals and tagged templates",
    fn: (s: string) => [`${s}-${factor}`, String.raw`\n${factor}`],
    args: ["t"],
  },
  {
    name: "optional chaining and nullish",
    fn: () => config.none ?? (config as { missing?: { x: 1 } }).missing?.x ?? factor,
  },
];

/** Iterables that a call returns, as arrays, so that results can be compared and sent. */
async function settle(value: unknown): Promise<unknown> {
  const result = await value;
  const isIterator =
    typeof result === "object" && result !== null && typeof (result as Iterator<unknown>).next === "function";
  if (!isIterator) return result;
  const items: unknown[] = [];
  for await (const item of result as AsyncIterable<unknown>) items.push(item);
  return items;
}

describe("packFunction and unpackFunction", () => {
  // The original function, called here, says what the rebuilt one must give.
  it.each(cases)("rebuilds: $name", async ({ fn, args = [] }) => {
    const packed = packFunction(fn);
    const rebuilt = unpackFunction(packed.body);
    const actual = inspect(await settle(rebuilt(...args)), { depth: 5 });
    expect(actual).toBe(inspect(await settle(fn(...args)), { depth: 5 }));
    expect(packed.language).toBe("typescript");
    expect(rebuilt.name).toBe(fn.name);
  });

  it("gives the same in another process", async () => {
    const sendable = cases.filter(
      ({ name }) => !name.includes("generator function") && !name.includes("async generator"),
    );
    const outcomes = callElsewhere(sendable.map(({ fn, args = [] }) => ({ body: packFunction(fn).body, args })));
    for (const [index, { name, fn, args = [] }] of sendable.entries()) {
      const expected = await fn(...args);
      expect([name, outcomes[index]?.thrown, inspect(outcomes[index]?.value)]).toEqual([
        name,
        undefined,
        inspect(expected),
      ]);
    }
  });

  it("gives the same in a worker thread", async () => {
    const { body } = packFunction((n: number) => [isEven(n), twice.first === point, basename("/x/y")]);
    const unpack = new URL("../../../engine/closure/unpack.js", import.meta.url).href;
    const source = `const { workerData, parentPort } = require("node:worker_threads");
      import(${JSON.stringify(unpack)}).then(({ unpackFunction }) => parentPort.postMessage(unpackFunction(workerData)(6)));`;
    const worker = new Worker(source, { eval: true, workerData: body });
    const value = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(value).toEqual([true, true, "y"]);
  });

  it("takes a captured let as it is at this moment", () => {
    let limit = 1;
    const fn = (): number => limit;
    const first = packFunction(fn);
    limit = 2;
    const second = packFunction(fn);
    expect([unpackFunction(first.body)(), unpackFunction(second.body)()]).toEqual([1, 2]);
  });

  it("gives each rebuilt function its own data", () => {
    const numbers = Int32Array.of(1, 2);
    const { body } = packFunction(() => numbers.fill((numbers[0] ?? 0) + 1)[0]);
    expect([unpackFunction(body)(), unpackFunction(body)()]).toEqual([2, 2]);
  });

  it("keeps sloppy code sloppy and strict code strict", () => {
    const sloppy = new Function("return function () { return this === globalThis; }")() as () => boolean;
    const strict = function (this: unknown): boolean {
      return this === undefined;
    };
    expect([unpackFunction(packFunction(sloppy).body)(), unpackFunction(packFunction(strict).body)()]).toEqual([
      true,
      true,
    ]);
  });

  it("names a function without name by its source", () => {
    expect(
      packFunction(
        (
          () => (x: number) =>
            x + 1
        )(),
      ).name,
    ).toBe("(x) => x + 1");
    expect(packFunction(factorial).name).toBe("factorial");
  });

  it("keeps the engine's own classes the same", () => {
    const fn = (): unknown => new EngineError("EMPTY_COLLECTION", { call: "reduce" });
    expect(unpackFunction(packFunction(fn).body)()).toBeInstanceOf(EngineError);
  });

  it("asks resolveModule for modules it cannot know", () => {
    const loaded = { parse: acorn.parse };
    const fn = (): number => loaded.parse("1", { ecmaVersion: 2020 }).body.length;
    const { body } = packFunction(fn, {
      resolveModule: (value) => (value === loaded ? { specifier: "acorn" } : undefined),
    });
    expect(unpackFunction(body)()).toBe(1);
  });

  it("is fast enough to be forgotten", () => {
    const timed = {
      simple: (x: number) => x + 1,
      helper: (x: number) => times(x) + factor,
      graph: () => [twice, points, isEven(2)],
    };
    const numbers = Float64Array.from({ length: 1_000_000 }, (_, index) => index);
    const rows = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `row ${id}` }));
    const lines = Object.entries({ ...timed, "1M doubles": () => numbers, "100k rows": () => rows }).map(
      ([name, fn]) => {
        const repeat = name in timed ? 50 : 3;
        const { body } = packFunction(fn);
        const pack = millisecondsEach(repeat, () => packFunction(fn));
        const unpack = millisecondsEach(repeat, () => unpackFunction(body));
        return `${name}: pack ${pack.toFixed(3)} ms, unpack ${unpack.toFixed(3)} ms, ${body.length} bytes`;
      },
    );
    const original = timed.helper;
    const rebuilt = unpackFunction(packFunction(original).body) as typeof original;
    const calls = (fn: typeof original) => millisecondsEach(5, () => sumOf(fn, 1_000_000));
    calls(original);
    calls(rebuilt);
    lines.push(`a million calls: original ${calls(original).toFixed(2)} ms, rebuilt ${calls(rebuilt).toFixed(2)} ms`);
    console.log(lines.join("\n"));
    expect(sumOf(rebuilt, 1000)).toBe(sumOf(original, 1000));
  });
});

function millisecondsEach(repeat: number, run: () => unknown): number {
  const start = performance.now();
  for (let count = 0; count < repeat; count++) run();
  return (performance.now() - start) / repeat;
}

function sumOf(fn: (x: number) => number, calls: number): number {
  let sum = 0;
  for (let x = 0; x < calls; x++) sum += fn(x);
  return sum;
}
