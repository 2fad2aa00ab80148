/**
 * TypeScript kernels inside a task slot: what the conformance suite of workers cannot see. What a kernel gives without a
 * bound is what that suite asserts; with a bound it must be the same.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packFunction } from "../../../engine/closure/pack.js";
import { type BatchSlice, whole } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";
import {
  newCounters,
  type PassCounters,
  runTypescriptPass,
  type Slices,
} from "../../../engine/execute/typescript-pass.js";
import type { WorkerTask } from "../../../engine/execute/worker-frames.js";
import type { AnyKernel, FunctionValue, JoinKind, NamedFunction } from "../../../engine/plan/kernel.js";
import type { AnyFunction } from "../../../engine/plan/task-function.js";
import { taskOf } from "./memory-runs.js";

const directory = mkdtempSync(join(tmpdir(), "kernels-"));
afterAll(() => rmSync(directory, { recursive: true }));

const fn = (f: AnyFunction): FunctionValue => packFunction(f);
const named = (name: NamedFunction["name"]): FunctionValue => ({ language: "any", name });

function slicesOf(elements: readonly unknown[], perBatch = 1000): BatchSlice[] {
  const slices: BatchSlice[] = [];
  for (let from = 0; from < elements.length; from += perBatch)
    slices.push(whole(encodeElements(elements.slice(from, from + perBatch))));
  return slices;
}

interface Ran {
  readonly elements: unknown[];
  readonly buckets: readonly number[];
  readonly counters: PassCounters;
}

async function ran(
  steps: readonly AnyKernel[],
  inputs: readonly Slices[],
  fields: Partial<WorkerTask> = {},
): Promise<Ran> {
  const counters = newCounters();
  const task = taskOf({ steps, inputs: inputs.length, spillDirectory: directory, ...fields });
  const elements: unknown[] = [];
  const buckets: number[] = [];
  for await (const { bucket, batch } of runTypescriptPass(task, inputs, counters)) {
    elements.push(...decodeElements(whole(batch)));
    buckets.push(bucket);
  }
  return { elements, buckets, counters };
}

const run = (steps: readonly AnyKernel[], ...inputs: readonly (readonly unknown[])[]): Promise<Ran> =>
  ran(
    steps,
    inputs.map((elements) => slicesOf(elements)),
  );

const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);
const jump = (i: number): number => Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 0;
const inAnyOrder = (elements: readonly unknown[]): string[] =>
  elements.map((element) => JSON.stringify(element)).sort();

/** Far less than the elements need. */
const memoryBytes = 2 ** 20;

describe("with a bound, kernels give the same", () => {
  const keys: readonly (readonly [string, (i: number) => unknown])[] = [
    ["whole numbers", (i) => jump(i) % 3000],
    ["doubles", (i) => (jump(i) % 3000) / 7],
    ["texts", (i) => `key number ${jump(i) % 3000}`],
    ["lists", (i) => [jump(i) % 3000, "x"]],
    ["keys of several kinds", (i) => (i % 500 === 0 ? null : [jump(i) % 1500, `${jump(i) % 1500}`][i % 2])],
  ];
  const append = fn((list: unknown[], value: unknown) => {
    list.push(value);
    return list;
  });
  const kernels: readonly (readonly [string, AnyKernel, number])[] = [
    ["groupByKey", { op: "groupByKey" }, 1],
    ["combineByKey", { op: "combineByKey", create: { fn: fn((v) => [v]) }, merge: append, partial: false }, 1],
    [
      "combineByKey from a zero",
      { op: "combineByKey", create: { zero: encodeElements([["z"]]) }, merge: append, partial: false },
      1,
    ],
    ["cogroup", { op: "cogroup" }, 2],
    ...(["inner", "left", "right", "full"] as const).map(
      (how: JoinKind) => [`join ${how}`, { op: "join", how }, 2] as const,
    ),
  ];

  const elements = (count: number, key: (i: number) => unknown): unknown[] =>
    upTo(count).map((i) => [key(i), { text: `value ${i}`, number: i / 3 }]);

  describe.each(keys)("%s", (_, key) => {
    it.each(kernels)("%s", async (_, kernel, inputs) => {
      const slices = [elements(10_000, key), elements(7500, (i) => key(i + 2500))]
        .slice(0, inputs)
        .map((some) => slicesOf(some));
      const free = await ran([kernel], slices);
      const bound = await ran([kernel], slices, { memoryBytes });
      expect(inAnyOrder(bound.elements)).toEqual(inAnyOrder(free.elements));
      expect([free.counters.spilledBytes, bound.counters.spilledBytes > memoryBytes / 4]).toEqual([0, true]);
      const again = await ran([kernel], slices, { memoryBytes });
      expect(again.elements).toEqual(bound.elements);
    });
  });

  it.each([
    { name: "by the key, upwards", key: named("key"), ascending: true },
    { name: "by a function, downwards", key: fn((pair: [string]) => pair[0].length), ascending: false },
  ])("sort $name, equal keys in their order", async ({ key, ascending }) => {
    const slices = slicesOf(upTo(40_000).map((i) => ["k".repeat(jump(i) % 50), i]));
    const steps: readonly AnyKernel[] = [{ op: "sort", key, ascending }];
    const bound = await ran(steps, [slices], { memoryBytes });
    expect(bound.elements).toEqual((await ran(steps, [slices])).elements);
    expect(bound.counters.spilledBytes).toBeGreaterThan(0);
  });

  it("bounds", async () => {
    const steps: readonly AnyKernel[] = [{ op: "bounds", partitions: 7 }];
    const slices = slicesOf(upTo(50_000).map((i) => jump(i) / 3));
    const bound = await ran(steps, [slices], { memoryBytes });
    const sorted = upTo(50_000)
      .map((i) => jump(i) / 3)
      .sort((left, right) => left - right);
    expect(bound.elements).toEqual(upTo(6).map((i) => sorted[Math.floor((50_000 * (i + 1)) / 7)]));
    expect(bound.counters.spilledBytes).toBeGreaterThan(0);
  });

  it("sums of doubles to the last digit: values are merged in their order, whatever is cut", async () => {
    const slices = slicesOf(upTo(60_000).map((i) => [`a rather long key of words ${jump(i) % 12_000}`, 1 / (i + 1)]));
    const steps: readonly AnyKernel[] = [{ op: "reduceByKey", fn: named("add"), partial: false }];
    const free = await ran(steps, [slices]);
    const bound = await ran(steps, [slices], { memoryBytes });
    expect(new Map(bound.elements as [string, number][])).toEqual(new Map(free.elements as [string, number][]));
    expect(bound.counters.spilledBytes).toBeGreaterThan(0);
  });

  it("a partial merge emits keys again, without a file", async () => {
    const slices = slicesOf(upTo(60_000).map((i) => [`a rather long key of words ${i % 20_000}`, 1]));
    const { elements, counters } = await ran([{ op: "reduceByKey", fn: named("add"), partial: true }], [slices], {
      memoryBytes,
    });
    expect(elements.length).toBeGreaterThan(20_000);
    expect(counters.spilledBytes).toBe(0);
    const sums = new Map<string, number>();
    for (const [key, sum] of elements as [string, number][]) sums.set(key, (sums.get(key) ?? 0) + sum);
    expect([sums.size, new Set(sums.values())]).toEqual([20_000, new Set([3])]);
  });

  it("cartesian reads its second input again from a file", async () => {
    const inputs = [slicesOf([1, 2, 3]), slicesOf(upTo(30_000).map((i) => `element ${i}`))];
    const { elements, counters } = await ran([{ op: "cartesian" }, { op: "count" }], inputs, { memoryBytes });
    expect(elements).toEqual([90_000]);
    expect(counters.spilledBytes).toBeGreaterThan(0);
  });

  it("nothing is left in the directory", () => {
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("what cannot be cut", () => {
  const elements = upTo(40_000).map((i) => ["one", `value ${i}`]);

  it.each([
    { kernel: "groupByKey", step: { op: "groupByKey" } },
    { kernel: "glom", step: { op: "glom" } },
    { kernel: "takeOrdered", step: { op: "takeOrdered", count: 40_000, key: named("value"), ascending: true } },
    {
      kernel: "combineByKey",
      step: {
        op: "combineByKey",
        create: { fn: fn((v) => [v]) },
        merge: fn((list: unknown[], value: unknown) => {
          list.push(value);
          return list;
        }),
        partial: true,
      },
    },
  ] as readonly { kernel: string; step: AnyKernel }[])(
    "$kernel names itself and the sizes",
    async ({ kernel, step }) => {
      const counters = newCounters();
      const task = taskOf({ steps: [step], memoryBytes, spillDirectory: directory });
      const pass = async (): Promise<void> => {
        for await (const _ of runTypescriptPass(task, [slicesOf(elements)], counters));
      };
      await expect(pass()).rejects.toThrow(new RegExp(`MEMORY_EXHAUSTED.*${kernel} holds .* MiB.* 1.0 MiB`, "s"));
      expect(counters.failedStep).toBe(0);
    },
  );
});

describe("inputs", () => {
  async function* later(elements: readonly unknown[]): AsyncIterable<BatchSlice> {
    for (const slice of slicesOf(elements, 2)) yield await Promise.resolve(slice);
  }

  it.each([
    { op: "zip", output: upTo(5).map((i) => [i, i]) },
    { op: "cartesian", output: upTo(5).flatMap((a) => upTo(5).map((b) => [a, b])) },
  ] as const)("$op of inputs that come later", async ({ op, output }) => {
    expect((await ran([{ op }], [later(upTo(5)), later(upTo(5))])).elements).toEqual(output);
  });

  it("kernels before, between and after those that pull", async () => {
    const steps: readonly AnyKernel[] = [
      { op: "zip" },
      { op: "map", fn: fn(([a, b]: [number, number]) => a + b) },
      { op: "mapPartitions", fn: fn((elements: Iterable<number>) => elements), withIndex: false },
      { op: "filter", fn: fn((x: number) => x % 4 === 0) },
      {
        op: "mapPartitions",
        fn: fn((partition: number, elements: Iterable<number>) => [partition, ...elements]),
        withIndex: true,
      },
      { op: "count" },
    ];
    expect((await ran(steps, [later(upTo(10)), slicesOf(upTo(10))])).elements).toEqual([6]);
  });

  it("are read no further than needed", async () => {
    let read = 0;
    function* counted(): Iterable<BatchSlice> {
      for (const slice of slicesOf(upTo(10_000), 100)) {
        read += 1;
        yield slice;
      }
    }
    const steps: readonly AnyKernel[] = [
      { op: "map", fn: fn((x: number) => x * 2) },
      { op: "take", count: 150 },
    ];
    expect((await ran(steps, [counted()])).elements).toHaveLength(150);
    expect(read).toBe(2);
  });

  it.each([
    { name: "pushed", steps: [{ op: "map", fn: fn((x) => x) }] },
    {
      name: "pulled by a function of the user",
      steps: [{ op: "mapPartitions", fn: fn((elements: Iterable<unknown>) => elements), withIndex: false }],
    },
  ] as readonly { name: string; steps: readonly AnyKernel[] }[])(
    "a failure of an input is no failure of the step: $name",
    async ({ steps }) => {
      const lost = new Error("lost");
      function* failing(): Iterable<BatchSlice> {
        yield* slicesOf([1, 2]);
        throw lost;
      }
      const counters = newCounters();
      const pass = async (): Promise<void> => {
        for await (const _ of runTypescriptPass(taskOf({ steps }), [failing()], counters));
      };
      await expect(pass()).rejects.toBe(lost);
      expect(counters.failedStep).toBeNull();
    },
  );

  it("without steps, batches leave as they came", async () => {
    const slices = slicesOf(upTo(10), 4);
    const batches = [];
    for await (const { batch } of runTypescriptPass(taskOf({}), [slices], newCounters())) batches.push(batch);
    expect(batches).toEqual(slices.map(({ batch }) => batch));
    expect(batches[0]?.bytes).toBe(slices[0]?.batch.bytes);
  });
});

describe("batches", () => {
  it("of many buckets do not wait until each is full", async () => {
    const bucketing = { by: "hash", partitions: 500, family: "own" } as const;
    const elements = upTo(100_000).map((i) => [i, "x".repeat(100)]);
    const { buckets } = await ran([], [slicesOf(elements)], { bucketing, memoryBytes: 16 * 2 ** 20 });
    expect(buckets.slice(0, -500).length).toBeGreaterThan(500);
    expect(new Set(buckets).size).toBe(500);
  });

  it("a fold takes a fresh copy of its zero for each partition", async () => {
    const zero = encodeElements([[]]);
    const push = fn((list: unknown[], x: unknown) => {
      list.push(x);
      return list;
    });
    const steps: readonly AnyKernel[] = [{ op: "fold", zero, fn: push }];
    expect((await run(steps, [1, 2])).elements).toEqual([[1, 2]]);
    expect((await run(steps, [3])).elements).toEqual([[3]]);
  });
});
