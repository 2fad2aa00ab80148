import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { EventEmitter } from "node:events";
import { createReadStream, type ReadStream } from "node:fs";
import { createServer, Socket } from "node:net";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { packFunction } from "../../../engine/closure/pack.js";
import { EngineError } from "../../../engine/errors.js";

// biome-ignore lint/suspicious/noExplicitAny: the cases have functions of every type
type AnyFunction = (...args: any[]) => unknown;

interface Refusal {
  readonly name: string;
  readonly fn: AnyFunction;
  /** The captured variable that the error names; empty when the function itself is the obstacle. */
  readonly variable: string;
  readonly reason: RegExp;
  readonly remedy: RegExp;
}

const socket = new Socket();
const config = { limits: [1, { socket }] };
const server = createServer();
const stream: ReadStream = createReadStream(fileURLToPath(import.meta.url));
const pass = new PassThrough();
const child: ChildProcess = spawn(process.execPath, ["-e", "0"]);
const { port1 } = new MessageChannel();
const timer = setTimeout(() => {}, 0);
const pending = Promise.resolve(1);
const weakMap = new WeakMap<object, number>();
const weakSet = new WeakSet<object>();
const weakRef = new WeakRef(config);
const proxy = new Proxy({ a: 1 }, {});
const proxyFunction = new Proxy(() => 1, {});
const shared = new SharedArrayBuffer(8);
const sharedView = new Uint8Array(shared);
const localSymbol = Symbol("mine");
const keyed = { [localSymbol]: 1 };
const emitter = new EventEmitter();
class Feed extends EventEmitter {
  name = "feed";
}
const feed = new Feed();
const url = new URL("http://example.org/");
const generator = (function* () {
  yield 1;
})();
const arrayIterator = [1].values();
const { privateKey } = generateKeyPairSync("ed25519");
const bound = ((x: number) => x).bind(null);
const usesSocket = () => socket;
const throughHelper = () => usesSocket();
const map = new Map([["key", { inner: pending }]]);

class Named {
  label(): string {
    return "named";
  }
}
class Counter extends Named {
  #count = 0;
  readonly step = 2;
  arrow = (): number => this.step;
  makeArrow(): () => number {
    return () => this.step;
  }
  peek(): number {
    return this.#count;
  }
  override label(): string {
    return super.label();
  }
}
const counter = new Counter();
const { label, peek } = counter;

class FakeSession {
  readonly master = "local";
}
Object.defineProperty(FakeSession.prototype, Symbol.for("kindling.driverOnly"), { value: true });
class FakeSparkContext extends FakeSession {}
const spark = new FakeSparkContext();
const job = { spark };

function outerArguments(..._: number[]): () => number {
  // biome-ignore lint/complexity/noArguments: the subject of the case
  return () => arguments.length;
}
function Constructed(this: { check: () => boolean }): void {
  this.check = () => new.target === undefined;
}
const constructed = new (Constructed as unknown as new () => { check: () => boolean })();
const evaluates = new Function("return function (x) { return eval(x); }")() as AnyFunction;
const large = { small: "x", blob: new Uint8Array(65 * 1024 * 1024) };
const fewBytes = new Uint8Array(10);
let chain: { next?: unknown } = {};
for (let depth = 0; depth < 200_000; depth++) chain = { next: chain };
const longChain = chain;

const insideFunction = /inside the function/;
const refusals: readonly Refusal[] = [
  {
    name: "socket in a property",
    fn: () => config.limits[0],
    variable: "config.limits[1].socket",
    reason: /a network socket exists only in this process/,
    remedy: insideFunction,
  },
  { name: "server", fn: () => server, variable: "server", reason: /a server/, remedy: /address/ },
  { name: "file stream", fn: () => stream, variable: "stream", reason: /an open stream/, remedy: insideFunction },
  { name: "transform stream", fn: () => pass, variable: "pass", reason: /a stream/, remedy: insideFunction },
  { name: "child process", fn: () => child, variable: "child", reason: /a child process/, remedy: insideFunction },
  { name: "message port", fn: () => port1, variable: "port1", reason: /a message port/, remedy: /return values/ },
  { name: "timer", fn: () => timer, variable: "timer", reason: /a timer/, remedy: insideFunction },
  { name: "promise", fn: () => pending, variable: "pending", reason: /a Promise/, remedy: /await it first/ },
  {
    name: "promise in a map",
    fn: () => map,
    variable: 'map.get("key").inner',
    reason: /a Promise/,
    remedy: /await it first/,
  },
  { name: "weak map", fn: () => weakMap, variable: "weakMap", reason: /a WeakMap/, remedy: /use a Map/ },
  { name: "weak set", fn: () => weakSet, variable: "weakSet", reason: /a WeakSet/, remedy: /use a Set/ },
  { name: "weak reference", fn: () => weakRef, variable: "weakRef", reason: /a WeakRef/, remedy: /refers to/ },
  { name: "proxy", fn: () => proxy, variable: "proxy", reason: /a Proxy/, remedy: /plain copy/ },
  {
    name: "proxy of a function",
    fn: () => proxyFunction(),
    variable: "proxyFunction",
    reason: /a Proxy/,
    remedy: /plain copy/,
  },
  { name: "proxy as entry", fn: proxyFunction, variable: "", reason: /a Proxy/, remedy: /plain copy/ },
  { name: "shared memory", fn: () => shared, variable: "shared", reason: /SharedArrayBuffer/, remedy: /copy/ },
  {
    name: "view of shared memory",
    fn: () => sharedView,
    variable: "sharedView",
    reason: /SharedArrayBuffer/,
    remedy: /copy/,
  },
  {
    name: "symbol",
    fn: () => localSymbol,
    variable: "localSymbol",
    reason: /Symbol\(mine\) is a symbol of this process/,
    remedy: /Symbol\.for/,
  },
  {
    name: "symbol as key",
    fn: () => keyed,
    variable: "keyed[Symbol(mine)]",
    reason: /is a symbol of this process/,
    remedy: /Symbol\.for/,
  },
  { name: "event emitter", fn: () => emitter, variable: "emitter", reason: /an event emitter/, remedy: insideFunction },
  {
    name: "object of a class that extends one of Node's",
    fn: () => feed.name,
    variable: "feed",
    reason: /an event emitter/,
    remedy: insideFunction,
  },
  { name: "URL", fn: () => url.host, variable: "url", reason: /a URL object/, remedy: /href/ },
  {
    name: "running generator",
    fn: () => generator.next(),
    variable: "generator",
    reason: /a running generator/,
    remedy: /array/,
  },
  {
    name: "iterator",
    fn: () => arrayIterator.next(),
    variable: "arrayIterator",
    reason: /an iterator/,
    remedy: /array/,
  },
  { name: "key", fn: () => privateKey, variable: "privateKey", reason: /a KeyObject/, remedy: /bytes/ },
  {
    name: "bound function",
    fn: () => bound(1),
    variable: "bound",
    reason: /bound .* made by bind/,
    remedy: /arrow function/,
  },
  { name: "bound function as entry", fn: bound, variable: "", reason: /it was made by bind/, remedy: /arrow function/ },
  {
    name: "native function as entry",
    fn: Math.max,
    variable: "",
    reason: /it is native code/,
    remedy: /\(x\) => f\(x\)/,
  },
  {
    name: "through a captured function",
    fn: throughHelper,
    variable: "socket (captured by usesSocket)",
    reason: /a network socket/,
    remedy: insideFunction,
  },
  {
    name: "this in an arrow function",
    fn: counter.makeArrow(),
    variable: "",
    reason: /it uses this of/,
    remedy: /const value = this\.value/,
  },
  {
    name: "this in an arrow function of a field",
    fn: counter.arrow,
    variable: "",
    reason: /it uses this of/,
    remedy: /const value = this\.value/,
  },
  {
    name: "this in a captured arrow function",
    fn: () => constructed.check(),
    variable: "constructed.check",
    reason: /new\.target/,
    remedy: /./,
  },
  {
    name: "super in a method of its own",
    fn: label,
    variable: "",
    reason: /it uses super/,
    remedy: /capture the object/,
  },
  {
    name: "private name outside its class",
    fn: peek,
    variable: "",
    reason: /private name #count/,
    remedy: /capture the object/,
  },
  {
    name: "object with private fields",
    fn: () => counter.step,
    variable: "counter",
    reason: /class Counter has private members \(#count\)/,
    remedy: /TypeScript's private/,
  },
  {
    name: "arguments of the function around",
    fn: outerArguments(1, 2),
    variable: "",
    reason: /it uses arguments/,
    remedy: /rest parameter/,
  },
  { name: "eval", fn: evaluates, variable: "", reason: /it calls eval/, remedy: /without eval/ },
  {
    name: "an object that lives in the driver",
    fn: () => spark.master,
    variable: "spark",
    reason: /FakeSparkContext exists only in the driver/,
    remedy: /collect .* broadcast/,
  },
  {
    name: "an object that lives in the driver, in a property",
    fn: () => job.spark.master,
    variable: "job.spark",
    reason: /exists only in the driver/,
    remedy: /collect .* broadcast/,
  },
  {
    name: "a class of such objects",
    fn: () => new FakeSession(),
    variable: "FakeSession",
    reason: /exists only in the driver/,
    remedy: /collect .* broadcast/,
  },
  {
    name: "too large",
    fn: () => [fewBytes, large],
    variable: "large",
    reason: /65 MiB of the 65 MiB .* limit is 64 MiB/,
    remedy: /broadcast it, read it inside/,
  },
  { name: "too deep", fn: () => longChain, variable: "longChain", reason: /nested that deeply/, remedy: /array/ },
];

describe("packFunction refuses", () => {
  it.each(refusals)("$name", ({ fn, variable, reason, remedy }) => {
    const error = refusalOf(fn);
    expect(error).toBeInstanceOf(EngineError);
    expect(error?.code).toBe("FUNCTION_NOT_SHIPPABLE");
    expect(error?.params["variable"]).toBe(variable);
    expect(error?.params["reason"]).toMatch(reason);
    expect(error?.params["reason"]).toContain(variable);
    expect(error?.params["remedy"]).toMatch(remedy);
  });

  it("what is no function", () => {
    expect(refusalOf(5 as unknown as AnyFunction)?.code).toBe("INVALID_ARGUMENT");
  });

  it("nothing about globals", () => {
    expect(refusalOf(() => process.stdout.columns)).toBeUndefined();
  });

  it("with the function, its place and the remedy in at most 12 lines", () => {
    function sendAll(): unknown {
      return config;
    }
    const lines = refusalOf(sendAll)?.message.split("\n") ?? [];
    expect(lines[0]).toBe(
      "[FUNCTION_NOT_SHIPPABLE] the function sendAll cannot be sent to a worker: it captures config.limits[1].socket, " +
        "but a network socket exists only in this process",
    );
    expect(lines[1]).toMatch(/refusals\.test\.ts:\d+, in sendAll$/);
    expect(lines.at(-1)).toBe("  hint: open it inside the function, for example once per partition in mapPartitions");
    expect(lines.length).toBeLessThanOrEqual(12);
  });
});

function refusalOf(fn: AnyFunction): EngineError | undefined {
  try {
    packFunction(fn);
    return undefined;
  } catch (thrown) {
    return thrown as EngineError;
  }
}

afterAll(() => {
  for (const open of [socket, stream, pass]) open.destroy();
  port1.close();
  child.kill();
});
