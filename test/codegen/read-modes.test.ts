/** How calls are made follows from declarations (contracts C.1); types follow from type nodes, not from what they resolve to. */
import { expect, test } from "vitest";
import type { ApiClass, ApiMethod, ApiType } from "../../codegen/description.js";
import { inClass, readText } from "./read.js";

function onlyClass(files: Readonly<Record<string, string>>): ApiClass {
  const { classes, failures } = readText(files);
  expect(failures).toEqual([]);
  const found = classes.find(({ name }) => name === "A");
  if (!found) throw new TypeError("class A was not described");
  return found;
}

const method = (members: string): ApiMethod => onlyClass(inClass(members)).methods[0] as ApiMethod;

const modeCases: readonly (readonly [declaration: string, expected: Partial<ApiMethod>])[] = [
  ["/** D. */ m(): A { return this; }", { mode: "new", self: false, form: "method", property: false }],
  ["/** D. */ m(): this { return this; }", { mode: "effect", self: true }],
  ["/** D. */ m(): string { return ''; }", { mode: "value" }],
  ["/** D. */ m(): A | null { return null; }", { mode: "value" }],
  ["/** D. */ m(): A[] { return []; }", { mode: "value" }],
  ["/** D. */ m(): Promise<string> { return null; }", { mode: "value", returns: { kind: "string" } }],
  ["/** D. */ async m(): Promise<A> { return this; }", { mode: "value" }],
  ["/** D. */ m(): Promise<void> { return null; }", { mode: "value", returns: { kind: "void" } }],
  ["/** D. */ m(): void {}", { mode: "effect", self: false, returns: { kind: "void" } }],
  ["/** D.\n * @awaited\n */ m(): void {}", { mode: "value" }],
  [
    "/** D. */ m(): AsyncIterable<string> { return null; }",
    { mode: "iterate", returns: { kind: "iterable", of: { kind: "string" } } },
  ],
  [
    "/** D. */ async *m(): AsyncGenerator<string> {}",
    { mode: "iterate", returns: { kind: "iterable", of: { kind: "string" } } },
  ],
  ["/** D.\n * @local\n */ m(): A { return this; }", { mode: "local" }],
  ["/** D.\n * @eager\n */ m(): A { return this; }", { mode: "new", eager: true }],
  [
    "/** D.\n * @property\n */ m(): Promise<string> { return null; }",
    { mode: "value", form: "method", property: true },
  ],
  ["/** D. */ get m(): A { return this; }", { mode: "new", form: "getter", property: true }],
  ["/** D. */ readonly m: string = '';", { mode: "value", form: "getter", property: true }],
  ["/** D. */ static m(): A { return new A(); }", { mode: "new", form: "static" }],
  ["/** D. */ static get m(): A { return new A(); }", { mode: "new", form: "staticGetter", property: true }],
  ["/** D. */ constructor(x: string) {}", { mode: "new", form: "constructor", name: "new" }],
  ["/** D.\n * @py lambda\n * @r -\n */ m(): void {}", { names: { python: "lambda", r: "" } }],
  ["/** D.\n * @rights read, write\n */ m(): void {}", { rights: ["read", "write"] }],
];

test.each(modeCases)("%s", (declaration, expected) => {
  expect(method(declaration)).toMatchObject(expected);
});

const scalar = (kind: "int" | "long" | "double" | "string" | "boolean" | "bytes" | "null" | "unknown"): ApiType => ({
  kind,
});
const int = scalar("int");
const string = scalar("string");
const A: ApiType = { kind: "object", name: "A", typeArguments: [] };

/** The aliases are declared as in the engine: to a type checker most of them are the same type. */
const preamble = `
type int = number & { readonly w?: "int" };
type long = (number & { readonly w?: "long" }) | bigint;
type double = number & { readonly w?: "double" };
type Elements<T> = T[];
type Element<T> = T;
type TaskFunction<F> = F | ShippedFunction;
type Pair<A, B = int> = readonly [A, B];
type Handler = (x: int) => void;
`;

const typeCases: readonly (readonly [type: string, expected: ApiType])[] = [
  ["int", int],
  ["long", scalar("long")],
  ["double", scalar("double")],
  ["bigint", scalar("long")],
  ["Uint8Array", scalar("bytes")],
  ["unknown", scalar("unknown")],
  ["int[]", { kind: "list", of: int }],
  ["readonly int[]", { kind: "list", of: int }],
  ["Array<int>", { kind: "list", of: int }],
  ["Float64Array", { kind: "list", of: scalar("double") }],
  ["Elements<int>", { kind: "elements", of: int }],
  ["Elements<int> | EncodedElements", { kind: "elements", of: int }],
  ["Element<int>", { kind: "element", of: int }],
  ["ElementMap<string, int>", { kind: "elementMap", key: string, value: int }],
  ["ReadonlySet<string>", { kind: "set", of: string }],
  ["Iterable<int>", { kind: "iterable", of: int }],
  ["Map<string, int>", { kind: "map", key: string, value: int }],
  ["Readonly<Record<string, int>>", { kind: "map", key: string, value: int, plain: true }],
  ["[a: int, b: string]", { kind: "tuple", of: [int, string] }],
  ["Pair<string>", { kind: "tuple", of: [string, int] }],
  ["int | null", { kind: "optional", of: int }],
  ["int | undefined", { kind: "optional", of: int }],
  ["int | (string | int)", { kind: "union", of: [int, string] }],
  ["(int | null) | string", { kind: "optional", of: { kind: "union", of: [int, string] } }],
  [
    '"a" | true | -1',
    {
      kind: "union",
      of: [
        { kind: "literal", value: "a" },
        { kind: "literal", value: true },
        { kind: "literal", value: -1 },
      ],
    },
  ],
  ["A", A],
  ["T", { kind: "parameter", name: "T" }],
  [
    "TaskFunction<(x: T, y: A[]) => boolean>",
    {
      kind: "function",
      runs: "task",
      parameters: [
        { name: "x", type: { kind: "parameter", name: "T" } },
        { name: "y", type: { kind: "list", of: A } },
      ],
      returns: scalar("boolean"),
    },
  ],
  [
    "Callback<Handler>",
    { kind: "function", runs: "callback", parameters: [{ name: "x", type: int }], returns: { kind: "void" } },
  ],
];

test.each(typeCases)("%s", (type, expected) => {
  const text = `${preamble}/** A. */\nexport class A {\n/** D. */\nm<T>(x: ${type}): void {}\n}`;
  const [found] = onlyClass({ "api.ts": text }).methods[0]?.parameters ?? [];
  expect(found?.type).toEqual(expected);
});

const parameterCases: readonly (readonly [tags: string, parameter: string, expected: object])[] = [
  ["", "x: string", { passing: "positional" }],
  ["", "x?: string", { default: { kind: "unset" } }],
  ["", "x = true", { type: { kind: "boolean" }, default: { kind: "value", value: true } }],
  ["", 'x = "a"', { type: string, default: { kind: "value", value: "a" } }],
  ["", "x: int = -1_000", { default: { kind: "value", value: -1000 } }],
  ["", "x: string | null = null", { default: { kind: "value", value: null } }],
  ["", "x: string[] = []", { default: { kind: "unset" } }],
  ["@default x 5", "x?: int", { default: { kind: "value", value: 5 } }],
  ['@default x "x y"', "x?: string", { default: { kind: "value", value: "x y" } }],
  ["@unset x", "x: int = 5", { default: { kind: "unset" } }],
  ["@keyword x", "x: int = 5", { passing: "keyword" }],
  ["", "...x: string[]", { passing: "rest", type: string }],
  ["@list x", "...x: string[]", { passing: "list", type: string }],
  ["@param x - what\n *   it is", "x: string", { doc: "what it is" }],
  ["@py x=start", "x: string", { names: { python: "start" } }],
];

test.each(parameterCases)("%s %s", (tags, parameter, expected) => {
  const [found] = method(`/**\n * D.\n * ${tags}\n */\nm(${parameter}): void {}`).parameters;
  expect(found).toMatchObject(expected);
  if (!("default" in expected) && !parameter.includes("=")) expect(found?.default).toBeUndefined();
});

test("a doc comment is summary, details, tags and examples", () => {
  const { doc } = method(`/**
   * Does it. It is lazy, see {@link A.n}.
   *
   * More.
   * @returns what
   *   it made
   * @throws PATH_NOT_FOUND when there is none
   * @source Spark's m
   * @deprecated use \`n\`
   * @example
   * \`\`\`python
   * @decorator
   * def f(): ...
   * \`\`\`
   */
  m(): void {}`);
  expect(doc).toEqual({
    summary: "Does it.",
    details: "It is lazy, see `A.n`.\n\nMore.",
    returns: "what it made",
    throws: [{ code: "PATH_NOT_FOUND", when: "when there is none" }],
    source: "Spark's m",
    deprecated: "use `n`",
    examples: { python: "@decorator\ndef f(): ..." },
  });
});

test("private, protected, underscored, computed and internal members are left out", () => {
  const members = `
  #a(): number { return 1; }
  private b(): number { return 1; }
  protected c(): number { return 1; }
  _d(): number { return 1; }
  [Symbol.iterator](): number { return 1; }
  /** @internal */
  e(): number { return 1; }
  /** D. */
  f(): void {}`;
  expect(onlyClass(inClass(members)).methods.map(({ name }) => name)).toEqual(["f"]);
});

test("a base that is not exported is merged in with its type arguments; an exported one is named", () => {
  const text = `
  class Hidden<T> {
    /** D. */ get(): T { return null; }
    /** D. */ own(): T { return null; }
  }
  /** B. */ export class B extends Hidden<string> {
    /** N. */ constructor(x: string) { super(); }
    /** D. */ own(): boolean { return true; }
  }
  /** A. */ export class A extends B { override own(): boolean { return false; } }`;
  const { classes, failures } = readText({ "api.ts": text });
  expect(failures).toEqual([]);
  const [a, b] = classes;
  expect(b?.methods.map(({ name, returns }) => [name, returns.kind])).toEqual([
    ["new", "object"],
    ["own", "boolean"],
    ["get", "string"],
  ]);
  expect(a?.extends).toEqual({ kind: "object", name: "B", typeArguments: [] });
  expect(a?.methods.map(({ name, returns }) => [name, "name" in returns && returns.name])).toEqual([["new", "A"]]);
});

test("an interface of any names is a value without declared fields", () => {
  const text = `/** R. */\nexport interface R { readonly [column: string]: unknown }
  /** A. */\nexport class A {\n/** D. */\nm(): Promise<R[]> { return null; }\n}`;
  const { classes, failures } = readText({ "api.ts": text });
  expect(failures).toEqual([]);
  expect(classes.map(({ name, passing, fields }) => [name, passing, fields])).toContainEqual(["R", "value", []]);
});

test("overloads are kept, under the signature of the implementation", () => {
  const found = method(
    "/** D. */ m(x: string): A;\nm(x: boolean, y?: string): A;\nm(x: string | boolean, y = 'a'): A { return this; }",
  );
  expect(found.overloads.map(({ parameters }) => parameters.map(({ type }) => type.kind))).toEqual([
    ["string"],
    ["boolean", "string"],
  ]);
  expect(found.parameters.map(({ type }) => type.kind)).toEqual(["union", "string"]);
});

test("interfaces and enums are described only where a class leads to them, and belong to its module", () => {
  const text = `
  /** I. */ export interface I { /** F. */ readonly f: E }
  /** J. */ export interface J { readonly f: number }
  /** E. */ export type E = "a" | "b";
  /** A.\n * @module sql\n */ export class A {
  /** D. */ m(x?: I): void {} }`;
  const { classes, enums, failures } = readText({ "api.ts": text });
  expect(failures).toEqual([]);
  expect(classes.map(({ name, module }) => [name, module])).toEqual([
    ["A", "sql"],
    ["I", "sql"],
  ]);
  expect(enums.map(({ name, values }) => [name, values])).toEqual([["E", ["a", "b"]]]);
});
