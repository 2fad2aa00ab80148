/** Objects of our own behind a gateway, and their description written by hand: the gateway needs no engine. */
import { setTimeout as delay } from "node:timers/promises";
import type { Api, ApiClass, ApiDoc, ApiMethod, ApiParameter, ApiType } from "../../codegen/description.js";
import { EngineError } from "../../engine/errors.js";
import type { ShippedFunction } from "../../engine/plan/kernel.js";
import { EncodedElements } from "../../engine/plan/task-function.js";
import { currentCaller } from "../../engine/session/caller.js";
import { classesOf } from "../../gateway/index.js";

/** Bytes whose every misplaced piece shows: its length has no common factor with sizes of frames. */
export const pattern: Uint8Array = Uint8Array.from({ length: 251 }, (_, index) => index);

/** What happened, in order. */
export const log: string[] = [];

/** A number that never changes, and one that does. */
export class Counter {
  readonly start: number;
  private added = 0;

  constructor(start = 0) {
    log.push(`new ${start}`);
    this.start = start;
  }

  plus(n: number): Counter {
    return new Counter(this.start + n);
  }

  /** Fails the way the engine's own code does, or the way a mistake of ours would. */
  fail(how: string): Counter {
    if (how === "bare") throw new TypeError("a mistake of ours");
    throw new EngineError("INVALID_MASTER", { master: how });
  }

  get value(): number {
    return this.start + this.added;
  }

  add(n: number): void {
    if (n < 0)
      throw new EngineError("INVALID_ARGUMENT", { call: "add", parameter: "n", expected: "positive", actual: n });
    log.push(`add ${n}`);
    this.added += n;
  }

  /** An effect that takes its time: the next call of its lane waits. */
  async addLater(n: number, ms: number): Promise<void> {
    await delay(ms);
    this.add(n);
  }

  /** A new object that takes its time. */
  async plusLater(n: number, ms: number): Promise<Counter> {
    await delay(ms);
    return this.plus(n);
  }

  /** A job: ends when it is told to. */
  async slow(ms: number): Promise<string> {
    log.push(`slow ${ms}`);
    const signal = currentCaller()?.signal;
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch {
      log.push("aborted");
      throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
    }
    return "done";
  }

  /** A job that does not listen. */
  async deaf(ms: number): Promise<string> {
    await delay(ms);
    return "done";
  }

  sum(...others: Counter[]): number {
    return others.reduce((sum, other) => sum + other.value, this.value);
  }

  self(): this {
    return this;
  }

  twins(): Counter[] {
    return [new Counter(this.start), this];
  }

  /** Tells of accumulators, each with so many bytes, as a job does before it ends. */
  async accumulate(sizes: number[]): Promise<number> {
    const listen = currentCaller()?.host.listen;
    for (const [id, size] of sizes.entries()) {
      const batch = { format: "pickle", count: 1, bytes: Echo.bytes(size) } as const;
      listen?.({ kind: "accumulators", updates: [{ id, batch }] });
    }
    return this.value;
  }

  /** The client's thread that calls. */
  lane(): number {
    return currentCaller()?.lane ?? -1;
  }

  where(): string {
    const caller = currentCaller();
    return `${caller?.host.language} ${caller?.at?.file}:${caller?.at?.line}`;
  }

  speak(): void {
    const listen = currentCaller()?.host.listen;
    listen?.({ kind: "warning", message: "careful" });
    listen?.({ kind: "output", stream: "stdout", text: "hello\n" });
    listen?.({
      kind: "progress",
      stage: 1,
      name: "map",
      tasks: 4,
      done: 1,
      running: 2,
      failed: 0,
      spilledBytes: 0,
      elapsedMs: 5,
      ended: false,
    });
  }
}

/** Something that has to be stopped. */
export class Engine {
  static running = 0;
  private isStopped = false;

  constructor() {
    Engine.running += 1;
  }

  static async start(ms: number): Promise<Engine> {
    await delay(ms);
    return new Engine();
  }

  async stop(): Promise<void> {
    await delay(1);
    if (!this.isStopped) Engine.running -= 1;
    this.isStopped = true;
  }
}

/** Gives back what it is given, as text and as it was. */
// biome-ignore lint/complexity/noStaticOnlyClass: static methods are what is tested
export class Echo {
  static any(value: unknown): unknown {
    return value;
  }

  static elements(elements: unknown): unknown {
    return elements;
  }

  static describe(elements: EncodedElements): string {
    return elements instanceof EncodedElements
      ? elements.batches.map(({ format, count, bytes }) => `${format} ${count} ${bytes.length}`).join()
      : "?";
  }

  static shipped({ language, name, body }: ShippedFunction): string {
    return `${language} ${name} ${Buffer.from(body).toString("utf8")}`;
  }

  static bytes(length: number): Uint8Array {
    return Buffer.alloc(length, pattern);
  }

  static batches(count: number, length: number): EncodedElements {
    const bytes = Echo.bytes(length);
    return new EncodedElements(Array.from({ length: count }, () => ({ format: "pickle" as const, count: 1, bytes })));
  }
}

const doc: ApiDoc = { summary: "", details: "", returns: "", throws: [], source: "", deprecated: "", examples: {} };
const scalar = (
  kind: "boolean" | "int" | "long" | "double" | "string" | "bytes" | "null" | "void" | "unknown",
): ApiType => ({ kind });
const counter: ApiType = { kind: "object", name: "Counter", typeArguments: [] };
const engine: ApiType = { kind: "object", name: "Engine", typeArguments: [] };

const parameter = (name: string, type: ApiType, more: Partial<ApiParameter> = {}): ApiParameter => ({
  name,
  type,
  passing: "positional",
  names: {},
  doc: "",
  ...more,
});

const method = (
  name: string,
  mode: ApiMethod["mode"],
  parameters: readonly ApiParameter[],
  returns: ApiType,
  more: Partial<ApiMethod> = {},
): ApiMethod => ({
  name,
  form: "method",
  property: false,
  mode,
  eager: false,
  self: false,
  typeParameters: [],
  parameters,
  returns,
  overloads: [],
  names: {},
  rights: [],
  doc,
  ...more,
});

const remote = (name: string, methods: readonly ApiMethod[]): ApiClass => ({
  name,
  passing: "remote",
  module: "core",
  typeParameters: [],
  methods,
  fields: [],
  names: {},
  doc,
});

const isStatic = { form: "static" } as const;
const int = (name: string): ApiParameter => parameter(name, scalar("int"));

const counterClass = remote("Counter", [
  method("constructor", "new", [parameter("start", scalar("int"), { default: { kind: "value", value: 0 } })], counter, {
    form: "constructor",
  }),
  method("plus", "new", [int("n")], counter),
  method("fail", "new", [parameter("how", scalar("string"))], counter),
  method("value", "value", [], scalar("long"), { form: "getter" }),
  method("add", "effect", [int("n")], scalar("void")),
  method("addLater", "effect", [int("n"), int("ms")], scalar("void")),
  method("plusLater", "new", [int("n"), int("ms")], counter),
  method("slow", "value", [int("ms")], scalar("string")),
  method("deaf", "value", [int("ms")], scalar("string")),
  method("accumulate", "value", [parameter("sizes", { kind: "list", of: scalar("int") })], scalar("long")),
  method("lane", "value", [], scalar("int")),
  method("sum", "value", [parameter("others", counter, { passing: "rest" })], scalar("long")),
  method("self", "effect", [], counter, { self: true }),
  method("twins", "value", [], { kind: "list", of: counter }),
  method("where", "value", [], scalar("string")),
  method("speak", "effect", [], scalar("void")),
  method("hidden", "local", [], scalar("void")),
]);

const engineClass = remote("Engine", [
  method("constructor", "new", [], engine, { form: "constructor" }),
  method("start", "value", [int("ms")], engine, isStatic),
  method("stop", "value", [], scalar("void")),
]);

const shipped: ApiType = { kind: "function", runs: "task", parameters: [], returns: scalar("unknown") };
const elements: ApiType = { kind: "elements", of: scalar("unknown") };

/** Types that `Echo` is declared with, by the name of the method. */
export const echoed: Readonly<Record<string, ApiType>> = {
  boolean: scalar("boolean"),
  int: scalar("int"),
  long: scalar("long"),
  double: scalar("double"),
  string: scalar("string"),
  bytesBack: scalar("bytes"),
  null: scalar("null"),
  unknown: scalar("unknown"),
  literal: { kind: "literal", value: "yes" },
  enum: { kind: "enum", name: "Size" },
  ints: { kind: "list", of: scalar("int") },
  set: { kind: "set", of: scalar("string") },
  map: { kind: "map", key: scalar("string"), value: scalar("double") },
  longMap: { kind: "map", key: scalar("long"), value: scalar("string") },
  record: { kind: "map", key: scalar("string"), value: scalar("int"), plain: true },
  tuple: { kind: "tuple", of: [scalar("string"), scalar("int")] },
  optional: { kind: "optional", of: scalar("int") },
  union: { kind: "union", of: [scalar("int"), scalar("string"), { kind: "list", of: scalar("string") }] },
  options: { kind: "value", name: "Options", typeArguments: [] },
  counter,
  elementsBack: elements,
  elementBack: { kind: "element", of: scalar("unknown") },
  elementMapBack: { kind: "elementMap", key: scalar("unknown"), value: scalar("long") },
};

for (const name of Object.keys(echoed)) Object.defineProperty(Echo, name, { value: Echo.any, configurable: true });

const echoClass = remote("Echo", [
  ...Object.entries(echoed).map(([name, type]) => method(name, "value", [parameter("value", type)], type, isStatic)),
  method("describe", "value", [parameter("elements", elements)], scalar("string"), isStatic),
  method("shipped", "value", [parameter("f", shipped)], scalar("string"), isStatic),
  method("bytes", "value", [int("length")], scalar("bytes"), isStatic),
  method("batches", "value", [int("count"), int("length")], elements, isStatic),
]);

const optionsClass: ApiClass = {
  ...remote("Options", []),
  passing: "value",
  fields: [
    { name: "header", type: scalar("boolean"), optional: true, names: {}, doc: "" },
    { name: "limit", type: scalar("int"), optional: false, names: {}, doc: "" },
  ],
};

export const api: Api = {
  version: 1,
  classes: [counterClass, engineClass, echoClass, optionsClass],
  enums: [{ name: "Size", module: "core", values: ["small", "large"], doc }],
  functions: [],
  errors: [],
  overlays: {},
};

export const toy: { readonly api: Api; readonly classes: ReturnType<typeof classesOf> } = {
  api,
  classes: classesOf({ Counter, Engine, Echo }),
};
