/** Pickles and archives as CPython and tar read them. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type Pickled, pickle } from "../../../engine/spark/pickle.js";
import { tar } from "../../../engine/spark/tar.js";
import { python, pythonOutput } from "./spark-fixture.js";

const cases: readonly { readonly value: Pickled; readonly repr: string }[] = [
  { value: null, repr: "None" },
  { value: [true, false], repr: "(True, False)" },
  { value: [0, -1, 2 ** 40, 0.5], repr: "(0, -1, 1099511627776, 0.5)" },
  { value: "ü \n'", repr: `"ü \\n'"` },
  { value: Uint8Array.of(0, 255), repr: "b'\\x00\\xff'" },
  { value: [], repr: "()" },
  { value: { dict: [["a", [1, { dict: [] }]]] }, repr: "{'a': (1, {})}" },
  { value: { call: { module: "builtins", name: "eval" }, args: ["6 * 7"] }, repr: "42" },
  { value: { call: { call: { module: "builtins", name: "eval" }, args: ["len"] }, args: [[1, 2]] }, repr: "2" },
];

test("CPython loads what was meant", async () => {
  const program =
    "import sys, base64, pickle\nfor text in sys.argv[1:]: print(repr(pickle.loads(base64.b64decode(text))))";
  const texts = cases.map(({ value }) => Buffer.from(pickle(value)).toString("base64"));
  expect(await pythonOutput(python, program, ...texts)).toBe(cases.map(({ repr }) => `${repr}\n`).join(""));
});

test("tar lists and gives the files", () => {
  const files = new Map([
    ["a/empty.py", Buffer.alloc(0)],
    ["a/b/long.py", Buffer.alloc(1500, "x")],
    ["c.py", Buffer.from("é\n")],
  ]);
  const archive = tar(files);
  expect(execFileSync("tar", ["-t"], { input: archive }).toString()).toBe("a/empty.py\na/b/long.py\nc.py\n");
  expect(execFileSync("tar", ["-xO", "c.py"], { input: archive }).toString()).toBe("é\n");
  expect(execFileSync("tar", ["-xO", "a/b/long.py"], { input: archive }).length).toBe(1500);
});
