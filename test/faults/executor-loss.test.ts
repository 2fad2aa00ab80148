/**
 * Executors that end in the middle of a job: results are exact, and of what was done before just what went with the
 * executor is done again. The rules are Spark's (DAGScheduler: lost map outputs; BlockManagerMaster: lost blocks).
 */
import { describe, expect, test } from "vitest";
import { StorageLevel } from "../../engine/plan/storage-level.js";
import { onCluster, until } from "./cluster.js";

const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

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
