/**
 * Partitions of five times the memory that their task may hold: the results are those of a task without a bound, and the
 * process hardly grows beyond it.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Measured } from "./memory-runs.js";

const child = fileURLToPath(new URL("./memory-child.js", import.meta.url));
const deadlineMs = 280_000;

/** The young generation is as small as that of a slot with such a bound. */
async function measured(kernel: string, elements: number, boundMib: number): Promise<Measured> {
  const young = boundMib === 0 ? [] : ["--max-semi-space-size=4"];
  const args = [...young, child, kernel, String(elements), String(boundMib)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: deadlineMs });
  return JSON.parse(stdout) as Measured;
}

const boundMib = 64;
const bytesOf = (mebibytes: number): number => mebibytes * 2 ** 20;

/** So many elements that holding them takes five times the bound. */
test.each([
  { kernel: "groupByKey", elements: 2_200_000 },
  { kernel: "sort", elements: 3_000_000 },
  { kernel: "sort by a function", elements: 1_600_000 },
  { kernel: "join", elements: 1_600_000 },
  { kernel: "word count", elements: 4_000_000 },
])("$kernel", { timeout: 2 * deadlineMs }, async ({ kernel, elements }) => {
  const free = await measured(kernel, elements, 0);
  const bound = await measured(kernel, elements, boundMib);
  expect([bound.digest, bound.written]).toEqual([free.digest, free.written]);
  expect(free.spilledBytes).toBe(0);
  expect(bound.spilledBytes).toBeGreaterThan(bytesOf(boundMib) / 4);
  expect(free.grownBytes).toBeGreaterThan(5 * bytesOf(boundMib));
  expect(bound.grownBytes).toBeLessThan(1.3 * bytesOf(boundMib));
});
