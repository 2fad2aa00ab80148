/** Kernels that hold their partition, with input made by formulas. */
import { packFunction } from "../../../engine/closure/pack.js";
import type { WorkerTask } from "../../../engine/execute/worker-frames.js";
import type { AnyKernel, FunctionValue, NamedFunction } from "../../../engine/plan/kernel.js";

/** What `memory-child.js` prints. */
export interface Measured {
  readonly digest: number;
  readonly written: number;
  readonly spilledBytes: number;
  readonly grownBytes: number;
}

/** The i-th of `elements` elements. */
export type InputOf = (i: number, elements: number) => unknown;

export interface KernelRun {
  readonly steps: readonly AnyKernel[];
  readonly inputs: readonly InputOf[];
  /** The order of the results is part of them. */
  readonly isOrdered: boolean;
}

const named = (name: NamedFunction["name"]): FunctionValue => ({ language: "any", name });

/** Whole numbers of 32 bits that jump about. */
const jump = (i: number): number => Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 0;

export const kernelRuns: Readonly<Record<string, KernelRun>> = {
  groupByKey: {
    steps: [{ op: "groupByKey" }],
    inputs: [(i, n) => [`key ${jump(i) % (n / 10)}`, `value of ${i}`.padEnd(100)]],
    isOrdered: false,
  },
  sort: {
    steps: [{ op: "sort", key: named("key"), ascending: true }],
    inputs: [(i) => [`key ${jump(i)}`, i]],
    isOrdered: true,
  },
  "sort by a function": {
    steps: [{ op: "sort", key: packFunction((pair: [number, unknown]) => -pair[0]), ascending: false }],
    inputs: [(i) => [jump(i) / 3, [i, `${i}`]]],
    isOrdered: true,
  },
  join: {
    steps: [{ op: "join", how: "inner" }],
    inputs: [(i) => [`key ${jump(i)}`, i], (i) => [`key ${jump(i)}`, `right ${i}`]],
    isOrdered: false,
  },
  "word count": {
    steps: [
      { op: "map", fn: named("withOne") },
      { op: "reduceByKey", fn: named("add"), partial: false },
    ],
    inputs: [(i, n) => `word number ${jump(i % (n / 2))}`.padEnd(60)],
    isOrdered: false,
  },
};

export const taskOf = (fields: Partial<WorkerTask>): WorkerTask => ({
  stage: 1,
  partition: 0,
  partitions: 1,
  attempt: 0,
  inputs: 1,
  steps: [],
  bucketing: null,
  output: "own",
  batchElements: 0,
  memoryBytes: 0,
  spillDirectory: "",
  broadcasts: [],
  context: { taskAttemptId: 0, stageAttempt: 0, cpus: 1, properties: {}, barrier: false, addresses: [] },
  searchPath: [],
  workingDirectory: "",
  ...fields,
});
