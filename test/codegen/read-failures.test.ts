/** What cannot be described is refused with file, line, member, problem and remedy; all at once. */
import { expect, test } from "vitest";
import { failureText } from "../../codegen/read/failures.js";
import { inClass, readText } from "./read.js";

/** Members of a class, and what the reader says of them, without remedy. */
const memberCases: readonly (readonly [members: string, ...problems: readonly string[]])[] = [
  ["/** D. */\nm(): number { return 1; }", 'api.ts:4: A.m: a bare "number"'],
  ["/** D. */\nm(count: number): void {}", 'api.ts:4: A.m: a bare "number"'],
  ["/** D. */\nm(count = 1): void {}", 'api.ts:4: A.m, parameter count: a bare "number"'],
  ["/** D. */\nm(x = new Map()): void {}", "api.ts:4: A.m, parameter x: a parameter without type"],
  ["/** D. */\nm() { return 1; }", "api.ts:4: A.m: an inferred return type"],
  ["/** D. */\nget m() { return 1; }", "api.ts:4: A.m: an inferred return type"],
  ['/** D. */\nreadonly m = "a";', "api.ts:4: A.m: an inferred return type"],
  ["/** D. */\nm(x: any): void {}", 'api.ts:4: A.m: "any"'],
  ["/** D. */\nm(): Promise<any[]> { return null; }", 'api.ts:4: A.m: "any"'],
  ["/** D. */\nm(x: { [K in 'a' | 'b']: string }): void {}", "api.ts:4: A.m: a mapped type"],
  ["/** D. */\nm(x: string extends string ? string : boolean): void {}", "api.ts:4: A.m: a conditional type"],
  ["/** D. */\nm(x: Partial<A>): void {}", "api.ts:4: A.m: the type Partial is not exported"],
  ["/** D. */\nm(x: { a: string }): void {}", "api.ts:4: A.m: a type literal"],
  ["/** D. */\nm(x: keyof A): void {}", "api.ts:4: A.m: a keyof or unique type"],
  ["/** D. */\nm(x: A['m']): void {}", "api.ts:4: A.m: an indexed access type"],
  ["/** D. */\nm(x: `a$\u007bstring}`): void {}", "api.ts:4: A.m: a template literal type"],
  ["/** D. */\nm(x: [string, ...string[]]): void {}", "api.ts:4: A.m: a tuple of open length"],
  ["/** D. */\nm(f: (x: string) => string): void {}", "api.ts:4: A.m: a function that does not say where it runs"],
  ["/** D. */\nm(f: Callback<Function>): void {}", "api.ts:4: A.m: a function whose parameters are not written out"],
  ["/** D. */\nm(f: TaskFunction<(x: any) => string>): void {}", 'api.ts:4: A.m: "any"'],
  ["/** D. */\nm(f: TaskFunction<(x) => string>): void {}", "api.ts:4: A.m: parameter x of a function has no type"],
  ["/** D. */\nm(x: this): void {}", 'api.ts:4: A.m: "this" inside a type'],
  ["/** D. */\nm(x: Date): void {}", "api.ts:4: A.m: the type Date is not exported"],
  ["/** D. */\nm(a?: string, b: string): void {}", "api.ts:4: A.m: a required parameter after an optional one"],
  ["m(): void {}", "api.ts:3: A.m: no doc comment"],
  ["/** @param x y */\nm(x: string): void {}", "api.ts:4: A.m: no doc comment"],
  ["/**\n * D.\n * @throws NO_SUCH\n */\nm(): void {}", "api.ts:7: A.m: @throws NO_SUCH is not in the error table"],
  ["/**\n * D.\n * @lazy\n */\nm(): void {}", "api.ts:7: A.m: the tag @lazy is not known"],
  [
    "/**\n * D.\n * @param y text\n */\nm(x: string): void {}",
    'api.ts:7: A.m: a tag for the parameter "y", which does not exist',
  ],
  ["/**\n * D.\n * @default x [1]\n */\nm(x?: string): void {}", "api.ts:7: A.m: @default x [1] is no JSON value"],
  ["/**\n * D.\n * @list x\n */\nm(x: string): void {}", "api.ts:7: A.m: @list is for rest parameters"],
  [
    "/**\n * D.\n * @eager\n */\nm(): Promise<string> { return null; }",
    "api.ts:7: A.m: @eager on a call of mode value",
  ],
  ["/**\n * D.\n * @awaited\n */\nm(): A { return this; }", "api.ts:7: A.m: @awaited on a call of mode new"],
  ["/**\n * D.\n * @example\n * m()\n */\nm(): void {}", "api.ts:8: A.m: cannot read the example"],
  ["/**\n * D.\n * @module core.sub\n */\nm(): void {}", 'api.ts:7: A.m: module "core.sub" is not known'],
  ["/** D. */\nset m(x: string) {}", "api.ts:4: A.m: a setter"],
  [
    "/** D. */\nm(x: string): void;\n/** E. */\nm(x: boolean): A;\nm(x: string | boolean): A | void {}",
    "api.ts:7: A.m: overloads that are called in different ways",
  ],
];

const problems = (files: Readonly<Record<string, string>>): string[] =>
  readText(files).failures.map((failure) => failureText(failure).split(";")[0] ?? "");

test.each(memberCases.map(([members, ...expected]) => [expected[0], members, expected] as const))(
  "%s",
  (_, members, expected) => {
    expect(problems(inClass(members))).toEqual(expected);
  },
);

const fileCases: readonly (readonly [title: string, text: string, problem: string])[] = [
  ["class without doc", "export class A {}", "api.ts:1: A: no doc comment"],
  ["loose function", "/** F. */\nexport function f(): void {}", "api.ts:2: f: an exported function or constant"],
  ["loose constant", "/** C. */\nexport const c: string = '';", "api.ts:2: c: an exported function or constant"],
  [
    "foreign base",
    "/** A. */\nexport class A extends EventEmitter {}",
    "api.ts:2: A: the base EventEmitter is not ours",
  ],
  [
    "type that is not exported",
    "class B {}\n/** A. */\nexport class A {\n/** D. */\nm(): B { return new B(); }\n}",
    "api.ts:5: A.m: the type B is not exported",
  ],
  [
    "alias that contains itself",
    "type Json = string | Json[];\n/** A. */\nexport class A {\n/** D. */\nm(): Json { return ''; }\n}",
    "api.ts:1: A.m: the type Json contains itself",
  ],
  [
    "type parameter with two bounds",
    "/** A. */\nexport class A<T> {}\n/** B. */\nexport class B<T extends A<string>> {}",
    "api.ts:4: B: the type parameter T has no bound elsewhere",
  ],
  [
    "interface with a method",
    "/** I. */\nexport interface I { m(): void }\n/** A. */\nexport class A {\n/** D. */\nm(x: I): void {}\n}",
    "api.ts:2: I: an interface with more than fields",
  ],
  [
    "enum without doc",
    "export type E = 'a' | 'b';\n/** A. */\nexport class A {\n/** D. */\nm(x: E): void {}\n}",
    "api.ts:1: E: no doc comment",
  ],
  [
    "value with a constructor of its own",
    "/**\n * V.\n * @value\n */\nexport class V {\n/** X. */\nreadonly x: string = '';\n/** New. */\nconstructor(y: string) {}\n}",
    'api.ts:5: V.new: parameter "y" is no field of the value',
  ],
  [
    "field without type",
    "/**\n * V.\n * @value\n */\nexport class V {\n/** X. */\nreadonly x = 1;\n}",
    "api.ts:7: V.x: an inferred type",
  ],
];

test.each(fileCases)("%s", (_, text, problem) => {
  expect(problems({ "api.ts": text })).toEqual([problem]);
});

test("all failures are collected, each with its file", () => {
  const files = {
    "api.ts": 'export { A } from "./a.js";\n/** B. */\nexport class B {\n/** D. */\nm(x: number, y: any): void {}\n}',
    "a.ts": "/** A. */\nexport class A {\n/** D. */\nm(): number { return 1; }\n}",
  };
  expect(problems(files).sort()).toEqual([
    'a.ts:4: A.m: a bare "number"',
    'api.ts:5: B.m: "any"',
    'api.ts:5: B.m: a bare "number"',
  ]);
});

test("a failure says what to do", () => {
  const [failure] = readText(inClass("/** D. */\nm(): number { return 1; }")).failures;
  expect(failure && failureText(failure)).toBe('api.ts:4: A.m: a bare "number"; use int, long or double');
});
