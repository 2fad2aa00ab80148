/**
 * Executors that end in the middle of a job: results are exact, and of what was done before just what went with the
 * executor is done again. The rules are Spark's (DAGScheduler: lost map outputs; BlockManagerMaster: lost blocks).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StorageLevel } from "../../engine/plan/storage-level.js";
import { onCluster, until, upTo } from "./cluster.js";

/** Ends the executor in which this runs, the first time that anybody asks; the directory tells. */
function endOnce(directory: string, when = true): void {
  const { mkdirSync } = process.getBuiltinModule("node:fs");
  if (!when) return;
  try {
    mkdirSync(`${directory}/once`);
  } catch {
    return;
  }
  process.kill(process.pid, "SIGKILL");
}

/** Runs a test with a directory of its own. */
async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "kindling-loss-"));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("kill -9", () => {
  test(
    "in the middle of a map: only what ran there runs again",
    onCluster(async (cluster) => {
      const killed = cluster.endOf((_, all) => all.length === 4);
      const result = await cluster.sc
        .parallelize(upTo(8), 8)
        .map((n) => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
          return n * n;
        })
        .collect();
      await killed;
      expect(result).toEqual(upTo(8).map((n) => n * n));
      expect(cluster.started.length).toBe(9);
    }),
  );

  test(
    "in the middle of the map side of a shuffle: its lost outputs are made again, the others are not",
    onCluster(async (cluster) => {
      const killed = cluster.endOf((_, all) => all.length === 5);
      const result = await cluster.sc
        .parallelize(upTo(8), 8)
        .map((n): [string, number] => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
          return [n % 2 === 0 ? "even" : "odd", n];
        })
        .reduceByKey((a, b) => a + b, 2)
        .collect();
      const executor = await killed;
      expect(new Map(result)).toEqual(
        new Map([
          ["even", 12],
          ["odd", 16],
        ]),
      );
      const [mapStage = -1] = cluster.stages;
      const there = cluster.started.slice(0, 5).filter((task) => task.executor === executor);
      const again = [...cluster.runsOf(mapStage)].filter(([, runs]) => runs > 1).map(([partition]) => partition);
      expect(again.sort()).toEqual(there.map(({ partition }) => partition).sort());
      expect(cluster.started.filter(({ stage }) => stage === mapStage).length).toBe(8 + there.length);
    }),
  );

  test(
    "in the middle of the reduce side: lost map outputs are made again, then the reduce tasks that need them",
    onCluster(async (cluster) => {
      const counts = cluster.sc
        .parallelize(upTo(8), 4)
        .map((n): [number, number] => [n % 4, 1])
        .reduceByKey((a, b) => a + b, 6)
        .mapValues((n) => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
          return n;
        });
      const killed = cluster.endOf((task, all) => task.stage !== all[0]?.stage);
      const result = await counts.collect();
      const executor = await killed;
      expect(new Map(result)).toEqual(new Map(upTo(4).map((key) => [key, 2])));
      const [mapStage = -1] = cluster.stages;
      const held = cluster.started
        .slice(0, 4)
        .filter((task) => task.executor === executor)
        .map(({ partition }) => partition);
      const again = [...cluster.runsOf(mapStage)].filter(([, runs]) => runs > 1).map(([partition]) => partition);
      expect(again.sort()).toEqual(held.sort());
      expect(held.length).toBeGreaterThan(0);
    }),
  );

  test(
    "between two jobs: what an RDD's shuffle lost is made again by the next job",
    onCluster(async (cluster) => {
      const counts = cluster.sc
        .parallelize(upTo(8), 4)
        .map((n): [number, number] => [n % 4, 1])
        .reduceByKey((a, b) => a + b, 2);
      expect(await counts.count()).toBe(4);
      const [mapStage = -1] = cluster.stages;
      const held = cluster.started.filter(({ stage, executor }) => stage === mapStage && executor === 0);
      cluster.end(0);
      await until("loss", () => cluster.lost.includes(0) || undefined);
      expect(await counts.count()).toBe(4);
      expect(cluster.started.filter(({ stage }) => stage === mapStage).length).toBe(4 + held.length);
    }),
  );

  test(
    "of the executor that has read a broadcast value",
    onCluster(async (cluster) => {
      const table = cluster.sc.broadcast(upTo(1000).map((n) => n * 3));
      const killed = cluster.endOf((_, all) => all.length === 3);
      const result = await cluster.sc
        .parallelize(upTo(6), 6)
        .map((n) => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
          return table.value[n];
        })
        .collect();
      await killed;
      expect(result).toEqual([0, 3, 6, 9, 12, 15]);
    }),
  );

  test(
    "adds to accumulators once for each partition",
    onCluster(async (cluster) => {
      const seen = cluster.sc.longAccumulator("seen");
      const killed = cluster.endOf((_, all) => all.length === 4);
      await cluster.sc.parallelize(upTo(8), 8).foreach(() => {
        seen.add(1);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
      });
      await killed;
      expect(seen.value).toBe(8);
    }),
  );
});

describe("persisted RDDs", () => {
  test(
    "blocks that went with an executor are computed again, no others",
    onCluster(async (cluster) => {
      const computed = cluster.sc.longAccumulator("computed");
      const cached = cluster.sc
        .parallelize(upTo(8), 8)
        .map((n) => {
          computed.add(1);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
          return n * 2;
        })
        .cache();
      expect(await cached.sum()).toBe(56);
      expect(computed.value).toBe(8);
      const held = cluster.started.filter(({ executor, stage }) => executor === 0 && stage === cluster.stages[0]);
      expect(held.length).toBeGreaterThan(0);
      cluster.end(0);
      await until("loss", () => cluster.lost.includes(0) || undefined);
      expect(await cached.collect()).toEqual(upTo(8).map((n) => n * 2));
      expect(computed.value).toBe(8 + held.length);
      // Now all blocks are there again.
      expect(await cached.sum()).toBe(56);
      expect(computed.value).toBe(8 + held.length);
    }),
  );

  test(
    "of which there are two copies lose nothing",
    onCluster(async (cluster) => {
      const computed = cluster.sc.longAccumulator("computed");
      const cached = cluster.sc
        .parallelize(upTo(4), 4)
        .map((n) => {
          computed.add(1);
          return n * 2;
        })
        .persist(StorageLevel.MEMORY_ONLY_2);
      expect(await cached.sum()).toBe(12);
      const [kept] = cluster.backend.storage();
      await until("copies", () => twice(cluster.backend.copiesOf(kept?.rdd ?? -1)));
      cluster.end(1);
      await until("loss", () => cluster.lost.includes(1) || undefined);
      expect(await cached.collect()).toEqual([0, 2, 4, 6]);
      expect(computed.value).toBe(4);
    }),
  );

  test(
    "a checkpoint is whole although an executor ends while it is written",
    onCluster(async (cluster) => {
      const marked = cluster.sc.parallelize(upTo(6), 6).map((n) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        return n + 1;
      });
      marked.localCheckpoint();
      const killed = cluster.endOf((_, all) => all.length === 9);
      expect(await marked.collect()).toEqual(upTo(6).map((n) => n + 1));
      await killed;
      const before = cluster.started.length;
      expect(await marked.sum()).toBe(21);
      expect(await marked.isCheckpointed()).toBe(true);
      // Read from the files: nothing of the lineage runs, and so nothing waits.
      expect(cluster.started.length).toBe(before + 6 + 1);
    }),
  );
});

describe("kill -9 in the middle of", () => {
  test("the read of a reduce that has spilled", () =>
    inDirectory((directory) =>
      onCluster(
        async (cluster) => {
          const spilled = cluster.sc.longAccumulator("spilled");
          const sizes = await cluster.sc
            .range(0, 100_000, 1, 4)
            .map((n): [number, string] => [Number(n) % 2000, "x".repeat(100)])
            .groupByKey(2)
            .mapPartitions(function* (groups) {
              let count = 0;
              const { readdirSync: list } = process.getBuiltinModule("node:fs");
              const { readlinkSync: target } = process.getBuiltinModule("node:fs");
              const holdsSpill = (): boolean =>
                list("/proc/self/fd").some((fd) => {
                  try {
                    return target(`/proc/self/fd/${fd}`).includes("spill-");
                  } catch {
                    return false;
                  }
                });
              for (const [, values] of groups) {
                count += 1;
                if (count === 500) {
                  if (holdsSpill()) spilled.add(1);
                  endOnce(directory);
                }
                yield [...values].length;
              }
            })
            .collect();
          expect(sizes).toEqual(Array.from({ length: 2000 }, () => 50));
          // Of both partitions, counted once.
          expect(spilled.value).toBe(2);
          await until("the loss", () => cluster.lost.length === 1);
        },
        "local-cluster[2,1,512]",
        { "spark.memory.fraction": "0.004" },
      )(),
    ));

  test("a checkpoint to a directory, of which no half is seen", () =>
    inDirectory((directory) =>
      onCluster(async (cluster) => {
        await cluster.sc.setCheckpointDir(directory);
        const runs = cluster.sc.longAccumulator("runs");
        const marked = cluster.sc.parallelize(upTo(60_000), 3).mapPartitions(function* (numbers) {
          const { readdirSync: list } = process.getBuiltinModule("node:fs");
          runs.add(1);
          for (const n of numbers) {
            yield n;
            // Something of the checkpoint is on disk, not under its name.
            if (n === 15_000)
              endOnce(
                directory,
                list(directory, { recursive: true }).some((name) => `${name}`.endsWith("draft")),
              );
          }
        });
        marked.checkpoint();
        expect(await marked.count()).toBe(60_000);
        await until("the loss", () => cluster.lost.length === 1);
        expect(await marked.isCheckpointed()).toBe(true);
        const [file = ""] = [await marked.getCheckpointFile()];
        expect(readdirSync((file ?? "").replace(/^file:/, "")).sort()).toEqual(upTo(3).map((n) => `part-0000${n}`));
        const before = Number(runs.value);
        expect(await marked.collect()).toEqual(upTo(60_000));
        expect(Number(runs.value)).toBe(before);
      })(),
    ));

  test("a save, before and after other tasks have committed", () =>
    inDirectory((directory) =>
      onCluster(async (cluster) => {
        const path = join(directory, "out");
        await cluster.sc
          .parallelize(upTo(8), 4)
          .mapPartitionsWithIndex(function* (partition, numbers) {
            for (const n of numbers) yield `line ${n}`;
            endOnce(directory, partition === 2);
          })
          .saveAsTextFile(path);
        await until("the loss", () => cluster.lost.length === 1);
        expect(readdirSync(path).sort()).toEqual(["_SUCCESS", ...upTo(4).map((n) => `part-0000${n}`)]);
        const lines = upTo(4).map((n) => readFileSync(join(path, `part-0000${n}`), "utf8"));
        expect(lines).toEqual(upTo(4).map((n) => `line ${2 * n}\nline ${2 * n + 1}\n`));
      })(),
    ));

  test("results that are larger than a message", () =>
    inDirectory((directory) =>
      onCluster(async (cluster) => {
        const rows = await cluster.sc
          .parallelize(upTo(30), 6)
          .mapPartitionsWithIndex(function* (partition, numbers) {
            for (const n of numbers) yield [n, "x".repeat(400_000)] as [number, string];
            endOnce(directory, partition === 3);
          })
          .collect();
        expect(rows.map(([n, text]) => [n, text.length])).toEqual(upTo(30).map((n) => [n, 400_000]));
        await until("the loss", () => cluster.lost.length === 1);
      })(),
    ));
});

test(
  "an executor that is stopped is given up, and its work done by others",
  onCluster(async (cluster) => {
    const stopped = cluster.endOf((_, all) => all.length === 3, "SIGSTOP");
    const result = await cluster.sc
      .parallelize(upTo(6), 6)
      .map((n) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        return n;
      })
      .collect();
    expect(result).toEqual(upTo(6));
    expect(cluster.lost).toContain(await stopped);
  }),
);

test(
  "a task that needs more memory than there is fails, and its executor goes on",
  onCluster(
    async (cluster) => {
      const failure = await cluster.sc
        .parallelize([1], 1)
        .map(() => {
          const all: number[][] = [];
          for (;;) all.push(new Array(100_000).fill(1.5));
        })
        .collect()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "WORKER_DIED" });
      expect(await cluster.sc.parallelize([1, 2], 2).collect()).toEqual([1, 2]);
    },
    "local-cluster[2,1,512]",
    { "spark.task.maxFailures": "1" },
  ),
);

const twice = (copies: readonly number[]): true | undefined =>
  copies.length === 4 && copies.every((count) => count === 2) ? true : undefined;
