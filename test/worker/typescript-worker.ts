/**
 * The TypeScript worker, as the conformance suite starts it. Its samples are those of Spark's JVM, from
 * `test/golden/worker-jvm.json`; its buckets were computed with the reference MurmurHash3 over the canonical forms.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packFunction } from "../../engine/closure/pack.js";
import type { AnyFunction } from "../../engine/plan/task-function.js";
import { FunctionName, map, mapPartitions } from "./case.js";
import { type Recorded, root } from "./recorded.js";
import * as functions from "./typescript-functions.js";
import { format } from "./worker-process.js";
import type { Expectations, LanguageFailure, WorkerUnderTest } from "./worker-under-test.js";

const recorded: Pick<Recorded, "samples" | "samplesByKey"> = JSON.parse(
  readFileSync(join(root, "test/golden/worker-jvm.json"), "utf8"),
);

const failed = (type: string, step = 0): object => ({ code: "USER_FUNCTION_FAILED", type, step });
const calls = (key: string): { op: string; fn: FunctionName } => ({ op: "map", fn: new FunctionName(key) });

const failures: readonly LanguageFailure[] = [
  {
    name: "in a built-in function: only the user's frames",
    steps: [calls("parseJson")],
    input: [1],
    error: failed("SyntaxError"),
    functions: ["parseJson"],
  },
  {
    name: "what is thrown need not be an error: where the function is defined",
    steps: [calls("throwText")],
    input: [1],
    error: { ...failed("string"), message: "a text" },
    functions: ["throwText"],
  },
  { name: "endless recursion", steps: [calls("recurse")], input: [1], error: failed("RangeError") },
  {
    name: "flatMap to what is not iterable: where the function is defined",
    steps: [{ op: "flatMap", fn: new FunctionName("double") }],
    input: [1],
    error: failed("TypeError"),
    functions: ["double"],
  },
  {
    name: "mapPartitions to what is not iterable",
    steps: [map("double"), mapPartitions("notIterable")],
    input: [1],
    error: failed("TypeError", 1),
    functions: ["notIterable"],
  },
];

const expected: Expectations = {
  version: /^\d+\.\d+\.\d+$/,
  shown: [
    '[1, ["a"]]',
    "9007199254740991",
    "9007199254740992",
    "-9223372036854775808n",
    "1180591620717411303424n",
    "3",
    "1.5",
    "-0",
    "NaN",
    "-Infinity",
    "LocalDate 1969-12-31",
    "2023-11-14T22:13:20.123Z",
    "Set(7)",
    'Map(1 => "a", [1, 2] => "b")',
    "{ a: [null, true] }",
    "Uint8Array(0, 255)",
    '"é\u{1f600}\\n"',
  ],
  lines: [Buffer.from("é\n1\n2\n(1,a)\nnull\n255\n")],
  ownBuckets: [2, 1, 1, 3, 1, 1, 1, 0, 3, 2, 3, 2, 2, 1, 3, 0],
  samples: recorded.samples.map(({ seed, partitions, ...sampling }) => ({ sampling, seed, partitions })),
  samplesByKey: recorded.samplesByKey,
  failure: "RangeError",
  missingFraction: { type: "NoSuchElementException", message: 'key not found: "b"' },
  types: { text: "string", integer: "number", unhashable: "Object" },
  failures,
  sibling: { name: "worker_sibling.js", text: 'exports.NAME = "sibling";\n' },
  slackBytes: 128 * 2 ** 20,
};

export const typescriptWorker: WorkerUnderTest = {
  language: "typescript",
  executable: process.execPath,
  args: [fileURLToPath(new URL("../../engine/execute/worker-main.js", import.meta.url)), "--in", "3", "--out", "4"],
  environment: {},
  pack: async () => new Map(Object.entries(functions).map(([key, fn]) => [key, packFunction(fn as AnyFunction).body])),
  functionsFile: join(root, "test/worker/typescript-functions.ts"),
  nameOf: (key) => key,
  ownFormat: format.v8,
  expected,
};
