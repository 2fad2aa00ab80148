/** Among how many passes the memory of a task is divided. */
import { expect, test } from "vitest";
import type { TaskInput } from "../../../engine/execute/task.js";
import { holdersOf, needsMemory } from "../../../engine/execute/task-memory.js";
import type { AnyKernel } from "../../../engine/plan/kernel.js";

const source: TaskInput = { kind: "shuffle", bucket: 0, files: [] };
const identity = { language: "any", name: "identity" } as const;
const group: AnyKernel = { op: "groupByKey" };
const sort: AnyKernel = { op: "sort", key: identity, ascending: true };
const top: AnyKernel = { op: "takeOrdered", key: identity, ascending: true, count: 2 };
const join: AnyKernel = { op: "join", how: "inner" };
const map: AnyKernel = { op: "map", fn: identity };

const pass = (steps: readonly AnyKernel[], ...inputs: readonly TaskInput[]): TaskInput => ({
  kind: "pass",
  pass: { language: "typescript", steps, bucketing: null, output: "own", batchElements: 0 },
  partition: 0,
  partitions: 1,
  inputs,
});

test.each<[string, TaskInput, number]>([
  ["a source", source, 0],
  ["functions alone", pass([map], source), 0],
  ["two kernels of one pass", pass([group, sort], source), 1],
  ["takeOrdered", pass([top], source), 1],
  ["a join of groups", pass([join], pass([group], source), pass([group], source)), 2],
  ["a join below a join", pass([join], source, pass([join], source, pass([group], source))), 3],
  ["a union", { kind: "concat", inputs: [pass([group], source), pass([sort], pass([group], source))] }, 2],
])("%s", (_, input, holders) => {
  expect([holdersOf(input), needsMemory(input)]).toEqual([holders, holders > 0]);
});
