/** The generated toy client under the real Python: it compiles, mypy accepts it, and its methods make the declared calls. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emitPython } from "../../codegen/emit/python.js";
import { root, toyApi } from "./toy.js";

const python = process.env.KINDLING_PYTHON ?? "python3";
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-toy-"));
  cpSync(join(root, "test/codegen/python-runtime"), folder, { recursive: true });
  mkdirSync(join(folder, "kindling/generated"));
  for (const [path, text] of emitPython(toyApi())) writeFileSync(join(folder, "kindling/generated", path), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runPython = (args: readonly string[], input = ""): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(python, args, {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, output: stdout + stderr };
};

test("it compiles", () => {
  expect(runPython(["-W", "error", "-m", "compileall", "-q", "kindling"])).toEqual({ status: 0, output: "" });
});

test("mypy --strict accepts it, where mypy is installed", () => {
  if (runPython(["-c", "import mypy"]).status !== 0) return;
  const { output } = runPython([
    "-m",
    "mypy",
    "--strict",
    "--cache-dir",
    join(folder, "cache"),
    "-p",
    "kindling.generated",
  ]);
  expect(output).toMatch(/^Success/);
});

/** An expression, and the calls it makes: how, method, type of the result, arguments as the runtime encodes them. */
const cases: readonly (readonly [expression: string, ...calls: readonly unknown[]])[] = [
  ["Box([1, 2])", ["construct", "Box", "", [["elements: elements", [1, 2]]]]],
  [
    "Shelf('oak')",
    [
      "construct",
      "Shelf",
      "",
      [
        ["wood: string", "oak"],
        ["size: enum<Size>", "medium"],
        ["shelves: optional<int>", null],
      ],
    ],
  ],
  [
    "Safe('oak', 'small', 3)",
    [
      "construct",
      "Safe",
      "",
      [
        ["wood: string", "oak"],
        ["size: enum<Size>", "small"],
        ["shelves: optional<int>", 3],
      ],
    ],
  ],
  ["Box.empty()", ["new", "Box.empty", "Box", []]],
  ["Box.first()", ["value", "Box.first", "optional<object<Box>>", []]],
  [
    "box.map(len)",
    [
      "new",
      "Box.map",
      "Box",
      [
        ["f: task", "builtin_function_or_method"],
        ["preservesOrder: boolean", false],
      ],
    ],
  ],
  ["box.elements()", ["value", "Box.elements", "elements", []]],
  ["box.max()", ["value", "Box.max", "element", [["key: task", "UNSET"]]]],
  ["box.counts({1: 0.5})", ["value", "Box.counts", "elementMap", [["weights: elementMap", { 1: 0.5 }]]]],
  [
    "box.reduceByKey(max, 3)",
    [
      "new",
      "Box.reduceByKey",
      "Box",
      [
        ["func: task", "builtin_function_or_method"],
        ["numPartitions: int", 3],
      ],
    ],
  ],
  [
    "box.sortBy(len, ascending=False)",
    [
      "new",
      "Box.sortBy",
      "Box",
      [
        ["keyfunc: task", "builtin_function_or_method"],
        ["ascending: boolean", false],
      ],
    ],
  ],
  ["box.union(box, box)", ["new", "Box.union", "Box", [["others: list<object<Box>>", ["Box", "Box"]]]]],
  ["box.cache() is box", ["effect", "Box.cache", "", []]],
  [
    "box.visit(lambda_=print)",
    ["effect", "Box.visit", "awaited", [["lambda: callback", "builtin_function_or_method"]]],
  ],
  ["list(box.iterate())", ["iterate", "Box.iterate", "element", [["prefetch: boolean", false]]]],
  ["box.size", ["value", "Box.size", "long", []]],
  ["box.shelf", ["new", "Box.shelf", "Shelf", []]],
  ["box.name", ["value", "Box.name", "string", []]],
  [
    "shelf.light(True)",
    [
      "effect",
      "Shelf.light",
      "",
      [
        ["on: boolean", true],
        ["level: double", 0.5],
      ],
    ],
  ],
  ["shelf.settle()", ["effect", "Shelf.settle", "awaited", []]],
  [
    "shelf.select('a', 'b')",
    ["new", "Shelf.select", "Shelf", [["columns: list<union<value<Formula>,string>>", ["a", "b"]]]],
  ],
  [
    "shelf.select(['a', 'b'])",
    ["new", "Shelf.select", "Shelf", [["columns: list<union<value<Formula>,string>>", ["a", "b"]]]],
  ],
  [
    "shelf.import_list('p', start=3, nullValue=None)",
    [
      "new",
      "Shelf.import",
      "Shelf",
      [
        ["path: string", "p"],
        ["options: value<ListOptions>", { ListOptions: { separator: ",", nullValue: null, from: 3 } }],
      ],
    ],
  ],
  [
    "shelf.find('a', within=None)",
    [
      "value",
      "Shelf.find",
      "optional<value<Place>>",
      [
        ["label: union<string,long>", "a"],
        ["exact: boolean", true],
        ["within: optional<double>", null],
      ],
    ],
  ],
  [
    "shelf.find('a')",
    [
      "value",
      "Shelf.find",
      "optional<value<Place>>",
      [
        ["label: union<string,long>", "a"],
        ["exact: boolean", true],
        ["within: optional<double>", "UNSET"],
      ],
    ],
  ],
  [
    "shelf.at(Place(1.0, 2.0))",
    [
      "new",
      "Shelf.at",
      "Box",
      [
        ["position: union<int,value<Place>>", { Place: { x: 1, y: 2 } }],
        ["strict: boolean", false],
      ],
    ],
  ],
  ["shelf.evaluate(abs)", ["value", "Shelf.evaluate", "double", [["f: expression", "builtin_function_or_method"]]]],
  [
    "shelf.inventory({'small'})",
    [
      "value",
      "Shelf.inventory",
      "map<string,tuple<int,list<double>>>",
      [
        ["kinds: set<enum<Size>>", ["small"]],
        ["mode: unknown", "fast"],
      ],
    ],
  ],
  [
    "shelf.price({'tax': Money(5)})",
    [
      "value",
      "Shelf.price",
      "value<Money>",
      [["added: map<string,value<Money>>", { tax: { Money: { amount: 5, currency: "EUR" } } }]],
    ],
  ],
  ["Safe.unlock(shelf, Place(1, 2))", ["effect", "Safe.unlock", "", [["key: unknown", { Place: { x: 1, y: 2 } }]]]],
];

/** An expression that makes no call, and what it gives. */
const values: readonly (readonly [expression: string, outcome: Readonly<Record<string, string>>])[] = [
  ["box.transform(len)", { error: "object of type 'Box' has no len()" }],
  ["shelf.boxes()", { result: "['by hand']" }],
  ["hasattr(shelf, 'secret')", { result: "False" }],
  ["shelf.find('a', True)", { error: "Shelf.find() takes 2 positional arguments but 3 were given" }],
  ["Money.from_wire({'amount': 3, 'currency': 'CHF', 'later': 1})", { result: "Money(amount=3, currency='CHF')" }],
  ["ListOptions.from_wire({'from': 3}).start", { result: "3" }],
  ["CLASSES['Shelf'], VALUES['Money']", { result: "('kindling.generated.sql', 'kindling.generated.core')" }],
  ["KINDS['PATH_NOT_FOUND']", { result: "'not_found'" }],
  ["ERRORS['USER_FUNCTION_FAILED'].hint", { result: "'look at it'" }],
  ["F.upper('a')", { result: "upper('a',)" }],
  ["F.concat('a', 'b')", { result: "concat('a', 'b')" }],
  ["F.array(['a', 'b'])", { result: "array('a', 'b')" }],
  ["F.substring('a', 2)", { result: "substring('a', lit(2,), lit(5,))" }],
  ["F.not_('a')", { result: "not('a',)" }],
  ["[name for name in ('sqlOnly', 'handWritten', 'upper') if hasattr(F, name)]", { result: "['upper']" }],
];

test("its methods make the declared calls", () => {
  const expressions = [...cases, ...values].map(([expression]) => expression);
  const { output } = runPython(["calls.py"], JSON.stringify(expressions));
  const outcomes = JSON.parse(output) as unknown[];
  for (const [index, [expression, ...calls]] of cases.entries()) expect(outcomes[index], expression).toEqual(calls);
  for (const [index, [expression, outcome]] of values.entries()) {
    expect(outcomes[cases.length + index], expression).toEqual(outcome);
  }
});
