/** The toy API, its description and its Python client against the golden files; KINDLING_UPDATE=1 rewrites them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { apiText } from "../../codegen/api-text.js";
import { emitPython } from "../../codegen/emit/python.js";
import { root, toyApi, toyDeclarations } from "./toy.js";

const golden = join(root, "test/codegen/golden");

function toyFiles(): Map<string, string> {
  const api = toyApi();
  const python = [...emitPython(api)].map(([path, text]): [string, string] => [`python/${path}`, text]);
  return new Map([["api.json", apiText(api)], ...python]);
}

test("the toy API is described without failures", () => {
  expect(toyDeclarations().failures).toEqual([]);
});

test("description and generated Python are the golden files", () => {
  const files = toyFiles();
  if (process.env.KINDLING_UPDATE === "1") {
    rmSync(golden, { recursive: true, force: true });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(golden, path)), { recursive: true });
      writeFileSync(join(golden, path), text);
    }
  }
  const found = readdirSync(golden, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(golden.length + 1));
  expect(found.sort()).toEqual([...files.keys()].sort());
  for (const [path, text] of files) expect(readFileSync(join(golden, path), "utf8"), path).toBe(text);
});

test("a second reading gives the same bytes", () => {
  expect(toyFiles()).toEqual(toyFiles());
});

test("api.json holds the description, readable as JSON", () => {
  const api = toyApi();
  expect(JSON.parse(apiText(api))).toEqual(JSON.parse(JSON.stringify(api)));
});
