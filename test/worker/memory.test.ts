/**
 * Tasks larger than the memory that they may use: the same results as without a bound, in a process that stays small.
 * The input has some 25 MB, the bound is 2 MiB.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tuple } from "../../engine/data/portable.js";
import { fn, inner, map, type NamedStep, named, ofKey, sort, upTo } from "./case.js";
import { decoded, inAnyOrder, portable, Running } from "./running.js";
import type { InputBatch, Outcome } from "./worker-process.js";
import { workers } from "./workers.js";

const memoryBytes = 2 * 2 ** 20;
const size = 80_000;
const batchElements = 1000;

/** Not in order: 7919 has no factor in common with the size. */
const shuffled = upTo(size).map((i) => (i * 7919) % size);
const payload = "x".repeat(300);

const batchesOf = (elements: readonly unknown[], input = 0): InputBatch[] =>
  upTo(Math.ceil(elements.length / batchElements)).map((i) =>
    portable(elements.slice(i * batchElements, (i + 1) * batchElements), input),
  );

/** Pairs of which two each have the same key. */
const pairs = (end = size): unknown[] =>
  shuffled.filter((i) => i < end).map((i) => tuple(`key ${i >> 1}`, `${payload} ${i}`));

/** The same inputs are sent more than once. */
const encoded = new WeakMap<object, readonly InputBatch[]>();

function batchesOfTask(inputs: readonly (readonly unknown[])[]): readonly InputBatch[] {
  const batches = encoded.get(inputs) ?? inputs.flatMap(batchesOf);
  encoded.set(inputs, batches);
  return batches;
}

interface Large {
  readonly name: string;
  readonly steps: readonly NamedStep[];
  readonly inputs: readonly (readonly unknown[])[];
  /** The order of the results is the worker's own. */
  readonly anyOrder?: boolean;
}

const joins: readonly Large[] = ["inner", "left", "right", "full", "semi", "anti"].map((how) => ({
  name: `join: ${how}`,
  steps: [{ op: "join", how }],
  inputs: [pairs(size / 2), pairs().slice(0, size / 2)],
  anyOrder: true,
}));

const large: readonly Large[] = [
  { name: "sort", steps: [sort], inputs: [shuffled.map((i) => `${i % 1000} ${payload} ${i}`)] },
  {
    name: "sort by keys that are equal, downwards",
    steps: [{ op: "sort", key: ofKey("modulo3"), ascending: false }],
    inputs: [shuffled.map((i) => tuple(i, payload))],
  },
  {
    name: "bounds",
    steps: [{ op: "bounds", partitions: 10 }],
    inputs: [shuffled.map((i) => `${i} ${payload}`)],
  },
  {
    name: "reduceByKey",
    steps: [{ op: "reduceByKey", fn: fn("join"), partial: false }],
    inputs: [pairs()],
    anyOrder: true,
  },
  {
    name: "distinct",
    steps: [
      { op: "map", fn: named("withNull") },
      { op: "reduceByKey", fn: named("left"), partial: false },
      { op: "map", fn: named("key") },
    ],
    inputs: [shuffled.map((i) => `${payload} ${i >> 1}`)],
    anyOrder: true,
  },
  {
    name: "combineByKey",
    steps: [{ op: "combineByKey", create: { zero: inner(["z"]) }, merge: fn("append"), partial: false }],
    inputs: [pairs()],
    anyOrder: true,
  },
  { name: "groupByKey", steps: [{ op: "groupByKey" }], inputs: [pairs()], anyOrder: true },
  {
    name: "cogroup",
    steps: [{ op: "cogroup" }],
    inputs: [pairs(size / 2), pairs().slice(0, size / 2)],
    anyOrder: true,
  },
  ...joins,
  {
    name: "zip",
    steps: [{ op: "zip" }, { op: "map", fn: named("key") }],
    inputs: [shuffled.map((i) => `${payload} ${i}`), shuffled],
  },
  {
    name: "cartesian",
    steps: [{ op: "cartesian" }, { op: "count" }],
    inputs: [upTo(3), shuffled.map((i) => `${payload} ${i}`)],
  },
];

/** The most memory that a process ever had, in bytes. */
async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  interface Measured {
    readonly outcome: Outcome;
    readonly grownBytes: number;
  }

  async function measured({ steps, inputs }: Omit<Large, "name">, bound: number): Promise<Measured> {
    const process = await running.started();
    // What the first task loads is no growth.
    await process.run({ steps: [] }, [portable(upTo(10))]);
    const before = await peakBytes(process.pid);
    const spillDirectory = await running.folder();
    const fields = { steps: running.shipped(steps), inputs: inputs.length, memoryBytes: bound, spillDirectory };
    const outcome = await process.run(fields, batchesOfTask(inputs));
    return { outcome, grownBytes: (await peakBytes(process.pid)) - before };
  }

  test.each(large)("$name", async (task) => {
    const free = await measured(task, 0);
    const bound = await measured(task, memoryBytes);
    expect([free.outcome.error, bound.outcome.error]).toEqual([null, null]);
    const [expected, found] = [free, bound].map(({ outcome }) => decoded(outcome));
    if (task.anyOrder) expect(inAnyOrder(found ?? [])).toEqual(inAnyOrder(expected ?? []));
    else expect(found).toEqual(expected);
    expect(free.outcome.done?.spilledBytes).toBe(0);
    expect(bound.outcome.done?.spilledBytes).toBeGreaterThan(memoryBytes);
    expect(bound.grownBytes).toBeLessThan(memoryBytes + worker.expected.slackBytes);
  });

  test.each([
    {
      name: "reduceByKey",
      step: { op: "reduceByKey", fn: fn("join"), partial: true },
    },
    {
      name: "combineByKey",
      step: { op: "combineByKey", create: { zero: inner([]) }, merge: fn("append"), partial: true },
    },
  ])("$name in part: keys come again, no file is needed", async ({ step }) => {
    const inputs = [pairs()];
    const whole = await measured({ steps: [{ ...step, partial: false }], inputs }, 0);
    const { outcome, grownBytes } = await measured({ steps: [step], inputs }, memoryBytes);
    expect(outcome.done?.spilledBytes).toBe(0);
    expect(outcome.done?.written).toBeGreaterThan(size / 2);
    expect(grownBytes).toBeLessThan(memoryBytes + worker.expected.slackBytes);
    const keys = (elements: readonly unknown[]): string[] =>
      [...new Set((elements as [string, unknown][]).map(([key]) => key))].sort();
    expect(keys(decoded(outcome))).toEqual(keys(decoded(whole.outcome)));
  });

  test("one element that becomes many does not stay in memory", async () => {
    const step = { op: "reduceByKey", fn: named("left"), partial: true };
    const steps = [{ op: "flatMap", fn: fn("upTo") }, { op: "map", fn: named("withNull") }, step];
    const { outcome, grownBytes } = await measured({ steps, inputs: [[500_000]] }, memoryBytes);
    expect(outcome.done).toMatchObject({ read: 1, written: 500_000, spilledBytes: 0 });
    expect(grownBytes).toBeLessThan(memoryBytes + worker.expected.slackBytes);
  });

  const oneKey = upTo(size).map((i) => tuple("one", `${payload} ${i}`));

  test.each<Large & { readonly kernel: string }>([
    { name: "glom", kernel: "glom", steps: [{ op: "glom" }], inputs: [oneKey] },
    { name: "one group", kernel: "groupByKey", steps: [{ op: "groupByKey" }], inputs: [oneKey] },
    {
      name: "one group of two inputs",
      kernel: "cogroup",
      steps: [{ op: "cogroup" }],
      inputs: [oneKey, oneKey.slice(0, 5)],
    },
    {
      name: "one key to join",
      kernel: "join",
      steps: [{ op: "join", how: "inner" }],
      inputs: [oneKey, oneKey],
    },
    {
      name: "takeOrdered",
      kernel: "takeOrdered",
      steps: [{ op: "takeOrdered", count: size, key: named("value"), ascending: true }],
      inputs: [oneKey],
    },
  ])("$name cannot be cut: MEMORY_EXHAUSTED", async ({ kernel, ...task }) => {
    const { outcome, grownBytes } = await measured(task, memoryBytes);
    expect(outcome.error).toMatchObject({ code: "MEMORY_EXHAUSTED", step: 0 });
    expect(outcome.error?.params["reason"]).toMatch(new RegExp(`^${kernel} holds .* MiB.* 2.0 MiB`));
    expect(grownBytes).toBeLessThan(memoryBytes + worker.expected.slackBytes);
  });

  test("a task within its bound spills nothing", async () => {
    const process = await running.started();
    const fields = { steps: [sort, map("double")], memoryBytes: 64 * 2 ** 20, spillDirectory: await running.folder() };
    const outcome = await process.run(running.shipped(fields), batchesOf(shuffled));
    expect(decoded(outcome)).toEqual(upTo(size).map((i) => i * 2));
    expect(outcome.done?.spilledBytes).toBe(0);
  });

  test("a spill file that cannot be made", async () => {
    const process = await running.started();
    const spillDirectory = join(await running.folder(), "missing");
    const fields = { steps: [sort], memoryBytes, spillDirectory };
    const outcome = await process.run(fields, batchesOf(shuffled.map((i) => `${payload} ${i}`)));
    expect(outcome.error).toMatchObject({ code: "WRITE_FAILED", params: { path: spillDirectory }, step: 0 });
  });

  test("spill files are unlinked, and go with the task", async () => {
    const process = await running.started();
    const spillDirectory = await running.folder();
    process.sendTask({ steps: [sort], memoryBytes, spillDirectory });
    for (const batch of batchesOf(shuffled.map((i) => `${payload} ${i}`))) process.sendBatch(batch);
    const files = async (): Promise<string[]> =>
      (await running.openFiles(process)).filter((path) => path.startsWith(spillDirectory));
    await running.until(async () => (await files()).length > 0);
    expect(await files()).toEqual([expect.stringContaining("(deleted)")]);
    await process.finish();
    expect(await files()).toEqual([]);
  });
});
