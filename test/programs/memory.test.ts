/**
 * Programs over five times the memory that their executor may take: all processes together, driver, gateway, executor
 * and workers, grow by no more than the bound and 30 % over what they take when idle.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { runTree, type TreeRun } from "../../bench/tree-memory.js";
import { packageRoot } from "../../gateway/exposure.js";
import { commandLine, python } from "./program-run.js";

const MiB = 2 ** 20;
const boundMiB = 96;
const sizeBytes = 5 * boundMiB * MiB;
const deadlineMs = 1_500_000;

const jobs = ["distinct_words", "group_by_key", "sort_by_key", "join"];
const programs = join(packageRoot(), "bench", "programs");
const compiled = join(packageRoot(), "dist", "bench", "programs", "memory-jobs.js");
const given = [String(boundMiB), String(sizeBytes), jobs.join(","), ""];
const environment = { KINDLING_GATEWAY: commandLine, KINDLING_PYTHON: python, KINDLING_PROGRESS: "off" };

/** The results by arithmetic: the pairs are those of numbers from 0 on, times 48271 modulo 2^31 - 1. */
function expected(): unknown[] {
  const count = Math.floor(sizeBytes / 110);
  const half = Math.floor(count / 2);
  const met = new Uint8Array(Math.floor(count / 10));
  let largest = 0;
  for (let n = 0; n < count; n++) {
    const key = (n * 48271) % 2147483647;
    met[key % met.length] = 1;
    largest = Math.max(largest, key);
  }
  const groups = met.reduce((sum, one) => sum + one, 0);
  return [
    [half, count],
    [groups, count * 100],
    [count, largest],
    [half, half * 200],
  ];
}

const languages: Readonly<Record<string, () => Promise<TreeRun>>> = {
  TypeScript: () => runTree(process.execPath, [compiled, ...given], environment),
  Python: () => runTree(python, [join(programs, "memory_jobs.py"), "kindling", ...given], environment),
};

test.each(Object.keys(languages))("jobs in %s", { timeout: deadlineMs }, async (language) => {
  const run = await languages[language]?.();
  expect(run?.phases.map(({ name }) => name)).toEqual(jobs);
  expect(run?.phases.map(({ result }) => result)).toEqual(expected());
  const idleBytes = run?.idle.bytes ?? 0;
  expect(idleBytes).toBeGreaterThan(0);
  const grown = run?.phases.map(({ name, peak }) => ({ name, ratio: (peak.bytes - idleBytes) / (boundMiB * MiB) }));
  expect(grown?.filter(({ ratio }) => ratio > 1.3)).toEqual([]);
});
