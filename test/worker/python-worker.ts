/**
 * The Python worker, as the conformance suite starts it. Its expectations are CPython's own, and PySpark's where
 * `test/golden/worker.json` holds them; hashes were recorded from PySpark 4.3.0 under PYTHONHASHSEED=0.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { FunctionName, map, mapPartitions } from "./case.js";
import { recorded, root } from "./recorded.js";
import { format } from "./worker-process.js";
import type { Expectations, FunctionKey, LanguageFailure, WorkerUnderTest } from "./worker-under-test.js";

const functionsFile = join(root, "test/worker/python_functions.py");
const sources = join(root, "clients/python/src");
const executable = process.env["KINDLING_PYTHON"] ?? join(root, ".venv/bin/python");

async function pack(): Promise<ReadonlyMap<string, Uint8Array>> {
  const env = { ...process.env, PYTHONPATH: sources };
  const { stdout } = await promisify(execFile)(executable, [functionsFile], { timeout: 30_000, env });
  const bodies = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return new Map(bodies.map(([name, body]) => [name, Buffer.from(body, "base64")]));
}

const nameOf = (key: FunctionKey): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const failed = (type: string, step = 0): object => ({ code: "USER_FUNCTION_FAILED", type, step });
const calls = (key: string): { op: string; fn: FunctionName } => ({ op: "map", fn: new FunctionName(key) });

const failures: readonly LanguageFailure[] = [
  {
    name: "in a library: only the user's frames",
    steps: [calls("parseJson")],
    input: [1],
    error: failed("JSONDecodeError"),
    functions: ["parse_json"],
  },
  {
    name: "an operator in a generator",
    steps: [map("show"), mapPartitions("runningSum"), map("double")],
    input: [1],
    error: failed("TypeError", 1),
    functions: ["running_sum"],
  },
  {
    name: "an operator in merging values",
    steps: [{ op: "reduceByKey", fn: new FunctionName("plus"), partial: false }],
    input: [
      [1, 1],
      [1, "a"],
    ],
    error: failed("TypeError"),
    functions: ["plus"],
  },
  {
    name: "StopIteration does not pass for the end (PySpark: STOP_ITERATION_OCCURRED)",
    steps: [calls("exhaust"), mapPartitions("runningSum")],
    input: [1, 2],
    error: { ...failed("RuntimeError"), message: "Caught StopIteration thrown from user's code; failing the task: " },
    functions: ["running_sum", "exhaust"],
  },
  {
    name: "StopIteration in a key function",
    steps: [{ op: "sort", key: new FunctionName("exhaust"), ascending: true }],
    input: [1, 2],
    error: failed("RuntimeError"),
    functions: ["exhaust"],
  },
  { name: "SystemExit", steps: [calls("leave")], input: [1], error: failed("SystemExit"), functions: ["leave"] },
  {
    name: "KeyboardInterrupt",
    steps: [calls("interrupt")],
    input: [1],
    error: failed("KeyboardInterrupt"),
    functions: ["interrupt"],
  },
  { name: "endless recursion", steps: [calls("recurse")], input: [1], error: failed("RecursionError") },
  {
    name: "flatMap to what is not iterable: where the function is defined",
    steps: [{ op: "flatMap", fn: new FunctionName("double") }],
    input: [1],
    error: failed("TypeError"),
    functions: ["double"],
  },
  {
    name: "mapPartitions to what is not iterable",
    steps: [mapPartitions("notIterable")],
    input: [1],
    error: failed("TypeError"),
    functions: ["not_iterable"],
  },
  {
    name: "a module that is not there",
    // What `pickle.dumps` makes of a function `f` of a module `missing_module`: GLOBAL, STOP.
    steps: [{ op: "map", fn: { language: "python", name: "f", body: Buffer.from("cmissing_module\nf\n.") } }],
    input: [1],
    error: {
      ...failed("ModuleNotFoundError"),
      message: 'the function f cannot be loaded in the worker: there is no module "missing_module"',
    },
  },
];

const expected: Expectations = {
  version: /^3\.\d+\.\d+$/,
  shown: [
    "(1, ('a',))",
    "9007199254740991",
    "9007199254740992.0",
    "-9223372036854775808",
    "1180591620717411303424",
    "3.0",
    "1.5",
    "-0.0",
    "nan",
    "-inf",
    "datetime.date(1969, 12, 31)",
    "datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)",
    "{7}",
    "{1: 'a', (1, 2): 'b'}",
    "{'a': [None, True]}",
    "b'\\x00\\xff'",
    "'é\u{1f600}\\n'",
  ],
  lines: [Buffer.from("é\n1\n2.0\n(1, 'a')\nNone\n"), Uint8Array.of(0xff, 0x0a)],
  ownBuckets: [0, 1, 2, 3, 0, 1, 1, 0, 3, 0, 3, 0, 1, 1, 2, 1],
  samples: recorded.samples.map(({ seed, partitions, ...sampling }) => ({ sampling, seed, partitions })),
  samplesByKey: recorded.samplesByKey,
  failure: "ValueError",
  missingFraction: { type: "KeyError", message: "'b'" },
  types: { text: "str", integer: "int", unhashable: "list" },
  failures,
  sibling: { name: "worker_sibling.py", text: 'NAME = "sibling"\n' },
  slackBytes: 16 * 2 ** 20,
};

export const pythonWorker: WorkerUnderTest = {
  language: "python",
  executable,
  args: [join(sources, "kindling/worker/__main__.py"), "--in", "3", "--out", "4"],
  environment: { PYTHONHASHSEED: "0" },
  pack,
  functionsFile,
  nameOf,
  ownFormat: format.pickle,
  expected,
};
