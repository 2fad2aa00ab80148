/** Whole programs as users run them: TypeScript under tsx in both module systems, packages of every kind. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, describe, expect, it } from "vitest";
import { callElsewhere } from "./another-process.js";
import type { Call, Outcome } from "./unpack-child.js";

const folder = mkdtempSync(join(tmpdir(), "kindling-closure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pack = new URL("../../../engine/closure/pack.js", import.meta.url).href;
const tsx = createRequire(import.meta.url).resolve("tsx/cli");

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Runs a program that sets `calls` to functions and their arguments; rebuilds and calls them in another process. */
function runProgram(name: string, text: string): { readonly file: string; readonly outcomes: readonly Outcome[] } {
  const packed = join(folder, `${name}.packed`);
  const ending = `
    import(${JSON.stringify(pack)}).then(async ({ packFunction }) => {
      const { serialize } = await import("node:v8");
      const { writeFileSync } = await import("node:fs");
      writeFileSync(${JSON.stringify(packed)}, serialize(calls.map(([fn, ...args]) => ({ body: packFunction(fn).body, args }))));
    });`;
  const file = write(name, text + ending);
  const run = spawnSync(process.execPath, [tsx, file], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  expect([run.status, run.stderr]).toEqual([0, ""]);
  return { file, outcomes: callElsewhere(deserialize(readFileSync(packed)) as Call[]) };
}

const typescript = `
import { basename } from "node:path";
import * as os from "node:os";
import fs from "node:fs";
import { scale, type Options, Scaler } from "./scaling.ts";

interface Row { name: string; value: number }
enum Level { Low = 1, High }
const factor: number = 2;
const options: Options = { by: 5 };
const scaler = new Scaler(options);

/* A comment
   over lines. */
function check(row: Row): number {
  if (row.value < 0) {
    const reason: string = "negative";
    throw new RangeError(reason + " value"); // thrown
  }
  return row.value;
}

const nested = (row: Row): number => {
  const inner = (value: number): number => value * factor;
  function twice(value: number): number {
    return inner(inner(value));
  }
  return twice(check(row)); // nested
};

class Summary<T extends Row> {
  static kinds: string[] = ["a"];
  private readonly rows: T[] = [];
  constructor(private label: string) {}
  add(row: T): this {
    this.rows.push(row);
    return this;
  }
  get total(): string {
    return this.label + this.rows.reduce((sum, row) => sum + row.value, 0);
  }
}
const summary = new Summary<Row>("total ").add({ name: "x", value: 1 });

const calls: [Function, ...unknown[]][] = [
  [nested, { name: "a", value: 3 }],
  [(path: string) => [basename(path), os.EOL, fs.existsSync("/")], "/a/b"],
  [(value: number) => [scale(value, options), scaler.apply(value), Level.High], 4],
  [() => [summary.add({ name: "y", value: 2 }).total, Summary.kinds, summary instanceof Summary, Summary.name]],
  [(row: Row) => nested(row), { name: "b", value: -1 }],
];
`;

const scaling = `
export interface Options { by: number }
const round = (value: number): number => Math.round(value);
export function scale(value: number, options: Options): number { return round(value * options.by); }
export class Scaler {
  constructor(readonly options: Options) {}
  apply(value: number): number { return scale(value, this.options) + 1; }
}
`;

const lineOf = (text: string, marker: string): number =>
  text.split("\n").findIndex((line) => line.endsWith(`// ${marker}`)) + 1;

describe("programs", () => {
  it.each(["program.mts", "program.ts"])("TypeScript under tsx, as a module or as CommonJS: %s", (name) => {
    write("scaling.ts", scaling);
    const { file, outcomes } = runProgram(name, typescript);
    expect(outcomes.slice(0, 4).map(({ value, thrown }) => thrown ?? value)).toEqual([
      12,
      ["b", "\n", true],
      [20, 21, 2],
      ["total 3", ["a"], true, "Summary"],
    ]);
    const failed = outcomes[4];
    expect(failed?.thrown).toBe("RangeError: negative value");
    const lines = failed?.frames?.map(({ line, function: called }) => [line, called]);
    expect(lines?.slice(1)).toEqual([
      [lineOf(typescript, "nested"), "nested"],
      [lineOf(typescript, "thrown"), "check"],
    ]);
    expect(failed?.frames?.at(-1)).toMatchObject({
      file,
      text: '    throw new RangeError(reason + " value"); // thrown',
    });
  });

  it("packages: CommonJS, modules, both, exported to import only", () => {
    const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      plain: {
        "package.json": '{"main": "lib/main.js"}',
        "lib/main.js":
          "exports.shout = (s) => s.toUpperCase(); exports.Tag = class Tag { constructor(t) { this.t = t; } show() { return '#' + this.t; } };",
        "extra.js": "module.exports = (s) => s + '!';",
      },
      modern: {
        "package.json": '{"type": "module", "exports": {".": "./index.js", "./sub/*": "./parts/*.js"}}',
        "index.js":
          "const secret = new WeakMap(); export const twice = (s) => { secret.set({}, 1); return s + s; }; export default class Def { hi() { return 'def'; } }",
        "parts/one.js": "export const one = 1; export const addOne = (x) => x + one;",
      },
      "@scope/both": {
        "package.json": '{"exports": {".": {"import": "./index.mjs", "require": "./index.cjs"}}}',
        "index.mjs": "export default (s) => 'module ' + s;",
        "index.cjs": "exports.default = (s) => 'commonjs ' + s; exports.__esModule = true;",
      },
      only: {
        "package.json": '{"type": "module", "exports": {"import": "./only.js"}}',
        "only.js": "export const only = () => 'only';",
      },
      waits: {
        "package.json": '{"type": "module", "exports": "./waits.js"}',
        "waits.js": "await null; export const late = () => 'late';",
      },
    };
    for (const [name, files] of Object.entries(packages))
      for (const [file, text] of Object.entries(files)) write(join("node_modules", name, file), text);
    const program = `
import { shout, Tag } from "plain";
import plain from "plain";
import exclaim from "plain/extra.js";
import Def, * as modern from "modern";
import { addOne } from "modern/sub/one";
import both from "@scope/both";
import { only } from "only";
import { late } from "waits";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const required = require("plain");
const tag = new Tag("x");
const calls = [
  [(s) => [shout(s), plain.shout(s), exclaim(s), new Tag(s).show(), tag.show()], "a"],
  [(s) => [modern.twice(s), new modern.default().hi(), new Def().hi(), addOne(1)], "a"],
  [(s) => [both(s), only()], "a"],
  [(s) => [required.shout(s), require("plain").shout(s)], "b"],
  [() => late()],
  [async () => (await import("waits")).late()],
];
`;
    const { outcomes } = runProgram("packages.mjs", program);
    expect(outcomes.map(({ value, thrown }) => thrown ?? value)).toEqual([
      ["A", "A", "a!", "#a", "#x"],
      ["aa", "def", "def", 2],
      ["module a", "only"],
      ["B", "B"],
      expect.stringMatching(/"waits" waits at its top level \(await\).*/),
      "late",
    ]);
  });
});
