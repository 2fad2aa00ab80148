/** `generate` writes, `generate --check` names what differs; the real engine is described whole; 300 classes are fast. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Api } from "../../codegen/description.js";
import { describeEngine, differences, generatedFiles, write } from "../../codegen/generate.js";
import { failureText } from "../../codegen/read/failures.js";
import { readRecordedCases } from "../../codegen/read/recorded-cases.js";
import { readText } from "./read.js";
import { root, toyApi } from "./toy.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-generate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const generated = "clients/python/src/kindling/generated";

test("a written tree has no differences, and a second run changes nothing", () => {
  const files = generatedFiles(toyApi());
  expect(write(folder, files).map(({ state }) => state)).toEqual(Array.from(files, () => "missing"));
  expect(differences(folder, files)).toEqual([]);
  expect(write(folder, generatedFiles(toyApi()))).toEqual([]);
});

test("stale, missing and extra files are named, and put right", () => {
  const files = generatedFiles(toyApi());
  write(folder, files);
  appendFileSync(join(folder, generated, "core.py"), "# changed\n");
  rmSync(join(folder, generated, "sql.py"));
  writeFileSync(join(folder, generated, "old.py"), "");
  mkdirSync(join(folder, generated, "__pycache__"));
  writeFileSync(join(folder, generated, "__pycache__", "core.pyc"), "");
  const expected = [
    { path: `${generated}/core.py`, state: "stale" },
    { path: `${generated}/sql.py`, state: "missing" },
    { path: `${generated}/old.py`, state: "extra" },
  ];
  expect(differences(folder, files)).toEqual(expected);
  write(folder, files);
  expect(differences(folder, files)).toEqual([]);
  expect(existsSync(join(folder, generated, "old.py"))).toBe(false);
});

test("generated files say so in their first line, and hold no date or version", () => {
  for (const [path, text] of generatedFiles(toyApi())) {
    if (path.endsWith(".py"))
      expect(text.split("\n")[0], path).toBe("# Generated from codegen/api.json by `npm run generate`. Do not edit.");
    expect(text, path).not.toMatch(/\b20\d\d-\d\d-\d\d\b|\b\d+\.\d+\.\d+\b/);
  }
});

test("the engine is described without failures", () => {
  expect(describeEngine(root).failures.map(failureText)).toEqual([]);
});

test("the committed description and clients are up to date", () => {
  expect(differences(root, generatedFiles(describeEngine(root).api, readRecordedCases(root)))).toEqual([]);
});

test("every public member of the engine and of the functions table has a summary", () => {
  const { api } = describeEngine(root);
  const silent = [
    ...api.classes.flatMap(({ name, methods, doc }) => [
      ...(doc.summary === "" ? [name] : []),
      ...methods.filter((method) => method.doc.summary === "").map((method) => `${name}.${method.name}`),
    ]),
    ...api.functions.filter(({ doc }) => doc.summary === "").map(({ name }) => `functions.${name}`),
  ];
  expect(silent).toEqual([]);
  expect(api.classes.length).toBeGreaterThan(1);
  expect(api.functions.length).toBeGreaterThan(9);
});

test("300 classes of 20 methods are read and emitted", () => {
  const member = (index: number): string => `
  /**
   * Method ${index}. It is lazy.
   * @param f what
   * @throws PATH_NOT_FOUND
   */
  m${index}<U>(f: TaskFunction<(x: T) => U>, count: int = ${index}, ...names: string[]): C0<U> { return null; }`;
  const members = Array.from({ length: 20 }, (_, index) => member(index)).join("\n");
  const classes = Array.from(
    { length: 300 },
    (_, index) => `/** Class ${index}. */\nexport class C${index}<T> {\n${members}\n}`,
  );
  const started = performance.now();
  const read = readText({ "api.ts": classes.join("\n") });
  const api: Api = { ...toyApi(), classes: read.classes, enums: [] };
  const size = [...generatedFiles(api).values()].reduce((sum, text) => sum + text.length, 0);
  const seconds = (performance.now() - started) / 1000;
  console.log(`300 classes, 6,000 methods: ${seconds.toFixed(1)} s, ${(size / 1e6).toFixed(1)} MB`);
  expect(read.failures).toEqual([]);
  expect(read.classes).toHaveLength(300);
});
