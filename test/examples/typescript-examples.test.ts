/** Examples of the documentation are tests: those in TypeScript, and those in SQL of the functions table. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../../codegen/description.js";
import { type Example, exampleProgram, examplesOf } from "./example-program.js";
import type { Report } from "./example-runtime.js";

const modules = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const api = JSON.parse(readFileSync(join(root, "codegen/api.json"), "utf8")) as Api;

const members = api.classes.flatMap((owner) =>
  owner.methods.map(({ name, names, doc }) => ({
    name: `${owner.name}.${name}`,
    languages: Object.keys(doc.examples),
    isIn: (language: string): boolean => owner.names[language] !== "" && names[language] !== "",
  })),
);
const examples = examplesOf(api, "typescript");

/** `SELECT 1 + 1; -- 2` asked of a session. */
const queries = api.functions.map(({ name, doc }): Example => {
  const [, query = "", result = ""] = /^([\s\S]*?);?\s*-- (.*)$/.exec(doc.examples["sql"] ?? "") ?? [];
  const value = `(await spark.sql(${JSON.stringify(query)}).collect()).map((row) => String(Object.values(row)[0]))`;
  return { name: `SQL: ${name}`, code: `${value}; // [${JSON.stringify(result)}]` };
});

/** Shows that a comment which is not true is found out. */
const wrong: Example = { name: "wrong", code: "await sc.parallelize([1]).count(); // 2" };
const all = [...examples, ...queries, wrong];

const compilerOptions = {
  target: "es2023",
  lib: ["es2023"],
  module: "nodenext",
  strict: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
};

const folder = mkdtempSync(join(tmpdir(), "kindling-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (args: readonly string[], cwd: string): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", timeout: 60_000 });
  return { status, output: stdout + stderr };
};

let compiled: { status: number | null; output: string };
let report: Report = {};

beforeAll(() => {
  const here = join(folder, "here");
  cpSync(join(root, "test/examples/files"), here, { recursive: true });
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "examples.mts"), exampleProgram(all, modules));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["examples.mts"] }));
  compiled = node([join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder);
  const { output } = node([join(folder, "examples.mjs"), join(folder, "report.json"), join(folder, "empty")], here);
  try {
    report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Report;
  } catch {
    report = Object.fromEntries(all.map(({ name }) => [name, `the program ended early: ${output}`]));
  }
});

describe("every public member", () => {
  test.each(["typescript", "python"])("has an example in %s", (language) => {
    const missing = members.filter(({ languages, isIn }) => isIn(language) && !languages.includes(language));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

test("examples pass the type checker", () => {
  expect(compiled).toEqual({ status: 0, output: "" });
});

describe("examples give what their comments say", () => {
  test.each(examples.map(({ name }) => name))("%s", (name) => {
    expect(report[name]).toBeNull();
  });

  test("and one that does not is found", () => {
    expect(report["wrong"]).toBe("TypeError: expected 2\nfound 1");
  });
});

describe("queries give what their comments say", () => {
  test.each(queries.map(({ name }) => name))("%s", (name) => {
    expect(report[name]).toBeNull();
  });
});
