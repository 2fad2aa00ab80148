/** What is told of memory: the idle baseline, and what was spilled. */
import { expect, test } from "vitest";
import { type EventOf, SparkContext } from "../../../engine/index.js";
import { runAs } from "../../../engine/session/caller.js";
import type { EngineEvent } from "../../../engine/session/events.js";

const deadlineMs = 120_000;

/** A context whose events are kept. */
function told(conf: Readonly<Record<string, string>>): { readonly sc: SparkContext; readonly events: EngineEvent[] } {
  const events: EngineEvent[] = [];
  const host = {
    language: "typescript",
    workingDirectory: process.cwd(),
    python: null,
    listen: (event: EngineEvent) => void events.push(event),
  } as const;
  const sc = runAs({ host, at: null, signal: null }, () => new SparkContext("local[2]", "memory", conf));
  return { sc, events };
}

async function until(found: () => boolean): Promise<void> {
  for (let waitedMs = 0; !found() && waitedMs < deadlineMs; waitedMs += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

test("the idle memory is told once, at the level INFO", { timeout: 2 * deadlineMs }, async () => {
  const { sc, events } = told({ "spark.log.level": "INFO", "spark.executor.memory": "200m" });
  const infos = (): EngineEvent[] => events.filter(({ kind }) => kind === "info");
  await sc.parallelize([1, 2], 2).count();
  await until(() => infos().length > 0);
  await sc.parallelize([1, 2], 2).count();
  await sc.stop();
  expect(infos()).toEqual([
    {
      kind: "info",
      message: expect.stringMatching(
        /^idle memory: \d+ MiB \(driver \d+, executor 0 \d+\); tasks and blocks of an executor share 120 MiB$/,
      ),
    },
  ]);
});

test("what was spilled is counted in metrics and progress, and results are whole", {
  timeout: 2 * deadlineMs,
}, async () => {
  const { sc, events } = told({ "spark.executor.memory": "16m" });
  const ends: EventOf<"taskEnd">[] = [];
  sc.addSparkListener({ onTaskEnd: (event) => void ends.push(event) });
  const pairs = sc.range(0, 60_000, 1, 2).map((n): [number, string] => [Number(n) % 6000, String(n).padStart(100)]);
  const sizes = await pairs
    .groupByKey(2)
    .map(([, values]) => [...values].length)
    .collect();
  await sc.session.application.bus.flush();
  await sc.stop();
  expect([sizes.length, new Set(sizes)]).toEqual([6000, new Set([10])]);
  const sum = (of: (metrics: EventOf<"taskEnd">["taskMetrics"]) => number): number =>
    ends.reduce((bytes, { taskMetrics }) => bytes + of(taskMetrics), 0);
  const [disk, memory] = [sum((metrics) => metrics.diskSpilledBytes), sum((metrics) => metrics.memorySpilledBytes)];
  // Texts of 100 characters take 128 bytes in memory, and their pair beside that.
  expect(disk).toBeGreaterThan(1_000_000);
  expect(memory).toBeGreaterThan(disk);
  const shown = events.flatMap((event) => (event.kind === "progress" && event.ended ? event.spilledBytes : []));
  expect(shown.reduce((bytes, one) => bytes + one, 0)).toBe(disk);
});
