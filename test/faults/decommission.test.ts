/** Executors that leave on purpose: their tasks end first, and what they hold goes to others where the settings say so. */
import { describe, expect, test } from "vitest";
import { TaskContext } from "../../engine/index.js";
import { type Cluster, idle, onCluster, until, upTo } from "./cluster.js";

const enabled = { "spark.decommission.enabled": "true" };
const migrating = { ...enabled, "spark.storage.decommission.enabled": "true" };

const foreverMs = 120_000;

const gone = (cluster: Cluster, executor: number): Promise<unknown> =>
  until(`the end of executor ${executor}`, () => cluster.lost.includes(executor));

test(
  "it leaves at a signal when its task is done, and another takes its place",
  onCluster(
    async (cluster) => {
      const told = cluster.endOf((_, all) => all.length === 2, "SIGPWR");
      const result = await cluster.sc
        .parallelize(upTo(6), 6)
        .map((n) => {
          idle(400);
          return n;
        })
        .collect();
      const executor = await told;
      expect(result).toEqual(upTo(6));
      await gone(cluster, executor);
      const there = cluster.ended.filter((task) => task.executor === executor);
      expect(there.map(({ reason }) => reason)).toEqual(there.map(() => "success"));
      expect(cluster.started.length).toBe(6);
      expect(there.length).toBeLessThan(3);
      await until("another executor", () => cluster.executors.length === 2);
    },
    "local-cluster[2,1,512]",
    enabled,
  ),
);

test(
  "its tasks are not waited for longer than forceKillTimeout, and run again elsewhere",
  onCluster(
    async (cluster) => {
      const seen = cluster.sc.longAccumulator("seen");
      const told = cluster.endOf((_, all) => all.length === 2, "SIGPWR");
      const result = await cluster.sc
        .parallelize(upTo(2), 2)
        .map((n) => {
          seen.add(1);
          if (TaskContext.get()?.attemptNumber() === 0) idle(n === 1 ? foreverMs : 100);
          return n;
        })
        .collect();
      expect(result).toEqual(upTo(2));
      const executor = await told;
      expect(cluster.lost).toEqual([executor]);
      const there = cluster.ended.filter((task) => task.executor === executor);
      expect(there.map(({ partition, reason }) => [partition, reason])).toEqual([[1, "executorLostFailure"]]);
      expect(seen.value).toBe(2);
      await until("another executor", () => cluster.executors.length === 2);
    },
    "local-cluster[2,1,512]",
    { ...enabled, "spark.executor.decommission.forceKillTimeout": "500ms" },
  ),
);

/** Jobs over something cached and something shuffled, before and after an executor has left. */
async function leave(cluster: Cluster): Promise<{ blocks: number; maps: number; held: number; wrote: number }> {
  const { sc } = cluster;
  const computed = sc.longAccumulator("computed");
  const mapped = sc.longAccumulator("mapped");
  const cached = sc
    .parallelize(upTo(6), 6)
    .map((n) => {
      computed.add(1);
      idle(50);
      return n;
    })
    .cache();
  const counts = sc
    .parallelize(upTo(6), 6)
    .map((n): [number, number] => {
      mapped.add(1);
      idle(50);
      return [n % 2, n];
    })
    .reduceByKey((a, b) => a + b, 2);
  expect(await cached.count()).toBe(6);
  expect(await counts.count()).toBe(2);
  await until("all ends", () => cluster.ended.length === 6 + 6 + 2);
  const [cacheStage = -1, mapStage = -1] = cluster.stages;
  const on = (stage: number): number =>
    cluster.ended.filter((task) => task.stage === stage && task.executor === 0).length;
  const [held, wrote] = [on(cacheStage), on(mapStage)];
  cluster.backend.decommission(0);
  await gone(cluster, 0);
  expect(await cached.collect()).toEqual(upTo(6));
  expect(new Map(await counts.collect())).toEqual(
    new Map([
      [0, 6],
      [1, 9],
    ]),
  );
  return { blocks: Number(computed.value) - 6, maps: Number(mapped.value) - 6, held, wrote };
}

describe("what it holds", () => {
  test(
    "is computed again without spark.storage.decommission",
    onCluster(
      async (cluster) => {
        const { blocks, maps, held, wrote } = await leave(cluster);
        expect([blocks, maps]).toEqual([held, wrote]);
        expect(Math.min(held, wrote)).toBeGreaterThan(0);
      },
      "local-cluster[2,1,512]",
      enabled,
    ),
  );

  test(
    "goes to others with it",
    onCluster(
      async (cluster) => {
        const { blocks, maps, held, wrote } = await leave(cluster);
        expect([blocks, maps]).toEqual([0, 0]);
        expect(Math.min(held, wrote)).toBeGreaterThan(0);
      },
      "local-cluster[2,1,512]",
      migrating,
    ),
  );

  test(
    "but for blocks, where they are to stay",
    onCluster(
      async (cluster) => {
        const { blocks, maps, held } = await leave(cluster);
        expect([blocks, maps]).toEqual([held, 0]);
      },
      "local-cluster[2,1,512]",
      { ...migrating, "spark.storage.decommission.rddBlocks.enabled": "false" },
    ),
  );

  test(
    "but for outputs, where they are to stay",
    onCluster(
      async (cluster) => {
        const { blocks, maps, wrote } = await leave(cluster);
        expect([blocks, maps]).toEqual([0, wrote]);
      },
      "local-cluster[2,1,512]",
      { ...migrating, "spark.storage.decommission.shuffleBlocks.enabled": "false" },
    ),
  );
});

test(
  "tasks that read its outputs while it leaves run again at most once, and nothing else does",
  onCluster(
    async (cluster) => {
      const mapped = cluster.sc.longAccumulator("mapped");
      const sums = cluster.sc
        .parallelize(upTo(8), 4)
        .map((n): [number, number] => {
          mapped.add(1);
          return [n % 4, n];
        })
        .reduceByKey((a, b) => a + b, 4)
        .mapValues((sum) => {
          idle(300);
          return sum;
        });
      const reading = new Promise<void>((resolve) => {
        const look = (): unknown => (cluster.stages.length > 1 ? resolve() : setTimeout(look, 5));
        look();
      });
      const result = sums.collect();
      await reading;
      cluster.backend.decommission(0);
      expect(new Map(await result)).toEqual(new Map(upTo(4).map((key) => [key, 2 * key + 4])));
      await gone(cluster, 0);
      expect(mapped.value).toBe(8);
    },
    "local-cluster[2,1,512]",
    migrating,
  ),
);

test(
  "an idle executor that dynamic allocation lets go hands over what it holds",
  onCluster(
    async (cluster) => {
      const computed = cluster.sc.longAccumulator("computed");
      const cached = cluster.sc
        .parallelize(upTo(4), 4)
        .map((n) => {
          computed.add(1);
          idle(100);
          return n;
        })
        .cache();
      expect(await cached.collect()).toEqual(upTo(4));
      await until("one executor", () => cluster.executors.length === 1);
      expect(await cached.collect()).toEqual(upTo(4));
      expect(computed.value).toBe(4);
    },
    "local-cluster[2,1,512]",
    {
      ...migrating,
      "spark.dynamicAllocation.enabled": "true",
      "spark.dynamicAllocation.initialExecutors": "2",
      "spark.dynamicAllocation.minExecutors": "1",
      "spark.dynamicAllocation.executorIdleTimeout": "1s",
      "spark.dynamicAllocation.cachedExecutorIdleTimeout": "1s",
    },
  ),
);
