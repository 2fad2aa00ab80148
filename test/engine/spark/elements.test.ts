/**
 * Elements on a real Spark Connect server. Expected ones are computed here, or by PySpark from the same input.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeElements } from "../../../engine/data/elements.js";
import { double } from "../../../engine/data/portable.js";
import type { Backend, Job } from "../../../engine/plan/backend.js";
import type { ShippedFunction } from "../../../engine/plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../../../engine/plan/plan.js";
import { sparkBackend } from "../../../engine/spark/backend.js";
import { installSpark } from "../../servers/spark/install.js";
import type { SparkServer } from "../../servers/spark/start.js";
import {
  add,
  byHash,
  call,
  collected,
  column,
  inOne,
  jobOf,
  type OnSpark,
  options,
  partitionsOf,
  pythonOutput,
  range,
  rows,
  site,
  sorted,
  startBackend,
  step,
  values,
} from "./spark-fixture.js";

let spark: OnSpark;
let server: SparkServer;
let backend: Backend;
let fn: (name: string) => ShippedFunction;
let folder: string;

beforeAll(async () => {
  spark = await startBackend(options);
  ({ server, backend, fn, folder } = spark);
});

afterAll(() => spark?.stop());

const lines = Array.from({ length: 40 }, (_, i) => `w${i % 11} common w${(i * i) % 17} über`);

function countWords(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of lines.flatMap((line) => line.split(" "))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const wordCount = (source: FunctionPlan, partitions: number): FunctionPlan => {
  const paired = step(
    source,
    { op: "flatMap", fn: fn("split") },
    { op: "map", fn: fn("with_one") },
    { op: "reduceByKey", fn: add, partial: false },
  );
  return step(byHash(paired, partitions), { op: "reduceByKey", fn: add, partial: false });
};

describe("elements", () => {
  test("word count in two stages, keys placed as PySpark places them", async () => {
    const delivered = await partitionsOf(backend, wordCount(values(lines, 4), 3));
    const found = delivered.flatMap(([, pairs]) => pairs as [string, number][]);
    expect(new Map(found)).toEqual(countWords());
    expect(delivered.map(([partition]) => partition)).toEqual([0, 1, 2]);
    const { python: sparkPython } = await installSpark();
    const program =
      "import sys, json; from pyspark.rdd import portable_hash as h; print(json.dumps([h(w) % 3 for w in sys.argv[1:]]))";
    const places = JSON.parse(await pythonOutput(sparkPython, program, ...found.map(([word]) => word))) as number[];
    expect(delivered.flatMap(([partition, pairs]) => pairs.map(() => partition))).toEqual(places);
  });

  const cases: readonly {
    name: string;
    plan: () => FunctionPlan;
    more?: Partial<Job>;
    partitions: [number, unknown[]][];
  }[] = [
    {
      name: "slices as Spark cuts them, one for every number asked for",
      plan: () => values([..."abcdefghij"], 3),
      partitions: [
        [0, ["a", "b", "c"]],
        [1, ["d", "e", "f"]],
        [2, ["g", "h", "i", "j"]],
      ],
    },
    {
      name: "empty partitions are computed",
      plan: () => step(values(["a"], 3), { op: "mapPartitions", fn: fn("index_and_length"), withIndex: true }),
      partitions: [
        [0, [[0, 0]]],
        [1, [[1, 0]]],
        [2, [[2, 1]]],
      ],
    },
    {
      name: "TypeScript's own batches, counted",
      plan: () => step({ kind: "values", batches: [encodeElements([1, "a", null])], slices: 2, site }, { op: "count" }),
      partitions: [
        [0, [1]],
        [1, [2]],
      ],
    },
    {
      name: "after a shuffle the order of the map partitions holds",
      plan: () => inOne(values([..."abcdefghijklmnop"], 8)),
      partitions: [[0, [..."abcdefghijklmnop"]]],
    },
    {
      name: "nothing at all through a shuffle",
      plan: () => step(byHash(values([], 2), 2), { op: "count" }),
      partitions: [
        [0, [0]],
        [1, [0]],
      ],
    },
    {
      name: "rows of a relation as elements",
      plan: () => step(rows(range(7, 3)), { op: "map", fn: fn("first_times_ten") }),
      partitions: [
        [0, [0, 10]],
        [1, [20, 30]],
        [2, [40, 50, 60]],
      ],
    },
    {
      name: "only the wanted partitions",
      plan: () => step(rows(range(7, 3)), { op: "take", count: 1 }),
      more: { partitions: [2, 0] },
      partitions: [
        [0, [[0]]],
        [2, [[4]]],
      ],
    },
    {
      name: "discarded",
      plan: () => step(values(["a b"], 2), { op: "foreach", fn: fn("split") }),
      more: { output: { kind: "discard" } },
      partitions: [
        [0, []],
        [1, []],
      ],
    },
  ];
  test.each(cases)("$name", async ({ plan, more, partitions }) => {
    expect(await partitionsOf(backend, plan(), more)).toEqual(partitions);
  });

  test("a Python program gets pickles", async () => {
    const inPython = sparkBackend(server.master, { ...options, host: { ...options.host, language: "python" } });
    const batches: Uint8Array[] = [];
    const plan = step(rows(range(3, 1)), { op: "row", names: ["n"] }, { op: "map", fn: fn("first_times_ten") });
    await inPython.run(jobOf(plan, { output: { kind: "collect", format: "own" } }), (result) => {
      for (const { format, bytes } of result.batches) {
        expect(format).toBe("pickle");
        batches.push(bytes);
      }
    });
    await inPython.stop();
    const program = "import sys, base64, pickle; print(pickle.loads(base64.b64decode(sys.argv[1])))";
    expect(await pythonOutput(options.python.executable, program, Buffer.concat(batches).toString("base64"))).toBe(
      "[0, 10, 20]\n",
    );
  });

  test("rows to elements and back: df.rdd, map, toDF, group", async () => {
    const elements: RelationalPlan = {
      kind: "elements",
      input: step(rows(range(4, 2)), { op: "map", fn: fn("twice_named") }),
      schema: [
        { name: "name", type: { kind: "string" }, nullable: true },
        { name: "twice", type: { kind: "bigint" }, nullable: true },
      ],
      site,
    };
    const plan: RelationalPlan = {
      kind: "aggregate",
      input: elements,
      grouping: [],
      aggregates: [call("sum", column("twice"))],
      site,
    };
    expect(await collected(backend, rows(sorted(elements, "twice")))).toEqual([
      ["n0", 0],
      ["n1", 2],
      ["n2", 4],
      ["n3", 6],
    ]);
    expect(await collected(backend, rows(plan))).toEqual([[12]]);
  });

  test("the program's own values as a relation", async () => {
    const elements: RelationalPlan = {
      kind: "elements",
      input: values(
        [
          [1, double(2), "x"],
          [2, null, "y"],
        ],
        2,
      ),
      schema: [
        { name: "i", type: { kind: "int" }, nullable: true },
        { name: "d", type: { kind: "double" }, nullable: true },
        { name: "s", type: { kind: "string" }, nullable: true },
      ],
      site,
    };
    expect(await collected(backend, rows(elements))).toEqual([
      [1, 2, "x"],
      [2, null, "y"],
    ]);
  });

  test("lines of text files; bytes that are not UTF-8 are replaced", async () => {
    const path = join(folder, "lines.txt");
    await writeFile(path, Buffer.concat([Buffer.from("one\r\ntwo "), Buffer.of(0xff), Buffer.from("\n\nthree")]));
    const plan: FunctionPlan = { kind: "textFile", path, minPartitions: 1, site };
    expect(await collected(backend, plan)).toEqual(["one", "two \ufffd", "", "three"]);
    expect(await backend.partitionCount(plan)).toBe(1);
  });

  test("partitions are counted without running anything", async () => {
    const failing = step(rows(range(6, 3)), { op: "map", fn: fn("end_process") });
    expect(await backend.partitionCount(failing)).toBe(3);
    expect(await backend.partitionCount(byHash(failing, 5))).toBe(5);
    expect(await backend.partitionCount(values([], 4))).toBe(4);
  });
});
