/**
 * Runs one kernel over made-up input with a bound and prints what it needed: `node memory-child.js KERNEL ELEMENTS
 * BOUND_MIB`, where a bound of 0 is none.
 */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { type BatchSlice, whole } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";
import { portableHash } from "../../../engine/data/hashing.js";
import { newCounters, runTypescriptPass } from "../../../engine/execute/typescript-pass.js";
import { type InputOf, kernelRuns, type Measured, taskOf } from "./memory-runs.js";

const batchElements = 4096;

function* batches(elements: number, make: InputOf): Iterable<BatchSlice> {
  for (let from = 0; from < elements; from += batchElements) {
    const length = Math.min(batchElements, elements - from);
    yield whole(encodeElements(Array.from({ length }, (_, i) => make(from + i, elements))));
  }
}

/** Of a field of the process's status, in bytes. */
function statusBytes(field: string): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
}

/** The same for equal results in any order. */
function digestOf(elements: readonly unknown[]): number {
  let sum = 0;
  for (const element of elements) sum = (sum + portableHash(element)) | 0;
  return sum;
}

async function run(name: string, elements: number, memoryBytes: number): Promise<Omit<Measured, "grownBytes">> {
  const { steps, inputs, isOrdered } = kernelRuns[name] ?? { steps: [], inputs: [], isOrdered: false };
  const counters = newCounters();
  const task = taskOf({ steps, inputs: inputs.length, memoryBytes, spillDirectory: tmpdir() });
  const slices = inputs.map((make) => batches(elements, make));
  let [digest, written] = [0, 0];
  for await (const { batch } of runTypescriptPass(task, slices, counters)) {
    const some = decodeElements(whole(batch));
    digest = isOrdered
      ? some.reduce<number>((hash, element) => portableHash(element, hash), digest)
      : (digest + digestOf(some)) | 0;
    written += batch.count;
  }
  return { digest, written, spilledBytes: counters.spilledBytes };
}

const [name = "", elements, boundMib] = process.argv.slice(2);
// What is compiled and loaded once is no growth.
await run(name, 20_000, 0);
const before = statusBytes("VmRSS");
const result = await run(name, Number(elements), Number(boundMib) * 2 ** 20);
console.log(JSON.stringify({ ...result, grownBytes: statusBytes("VmHWM") - before }));
