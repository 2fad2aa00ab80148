/** As many executors as there is work for: spark.dynamicAllocation on real executors. */
import { expect, test } from "vitest";
import { Cluster, idle, onCluster, until, upTo } from "./cluster.js";

const allocating = {
  "spark.dynamicAllocation.enabled": "true",
  "spark.dynamicAllocation.minExecutors": "1",
  "spark.dynamicAllocation.maxExecutors": "3",
  "spark.dynamicAllocation.schedulerBacklogTimeout": "1s",
  "spark.dynamicAllocation.executorIdleTimeout": "1s",
  "spark.dynamicAllocation.shuffleTracking.timeout": "1s",
};

const count = (cluster: Cluster, executors: number): Promise<unknown> =>
  until(`${executors} executors`, () => cluster.executors.length === executors);

/** Some work for all executors that there may be. */
const fill = (cluster: Cluster, tasks = 6): Promise<unknown> =>
  cluster.sc
    .parallelize(upTo(tasks), tasks)
    .map((n) => {
      idle(1500);
      return n;
    })
    .count();

test(
  "they come with a backlog, up to maxExecutors, and go when they have been idle, down to minExecutors",
  onCluster(
    async (cluster) => {
      const result = fill(cluster, 8);
      await count(cluster, 3);
      expect(await result).toBe(8);
      expect(new Set(cluster.started.map(({ executor }) => executor)).size).toBe(3);
      await count(cluster, 1);
      expect(cluster.ended.map(({ reason }) => reason)).toEqual(upTo(8).map(() => "success"));
    },
    "local-cluster[1,1,256]",
    allocating,
    1,
  ),
);

test("initialExecutors are there at once, and none is without work where none has to be", async () => {
  const cluster = new Cluster("local-cluster[1,1,256]", {
    ...allocating,
    "spark.dynamicAllocation.minExecutors": "0",
    "spark.dynamicAllocation.initialExecutors": "2",
  });
  try {
    await count(cluster, 2);
    expect(await cluster.sc.parallelize(upTo(4), 2).count()).toBe(4);
    await count(cluster, 0);
    expect(await cluster.sc.parallelize(upTo(4), 2).count()).toBe(4);
  } finally {
    await cluster.sc.stop();
  }
});

test(
  "those that hold cached blocks stay until nobody needs the blocks",
  onCluster(
    async (cluster) => {
      const computed = cluster.sc.longAccumulator("computed");
      const cached = cluster.sc
        .parallelize(upTo(6), 6)
        .map((n) => {
          computed.add(1);
          idle(1500);
          return n;
        })
        .cache();
      const result = cached.count();
      await count(cluster, 3);
      expect(await result).toBe(6);
      const holders = new Set(cluster.started.map(({ executor }) => executor));
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(new Set(cluster.executors)).toEqual(holders);
      expect(await cached.collect()).toEqual(upTo(6));
      expect(computed.value).toBe(6);
      await cached.unpersist();
      await count(cluster, 1);
    },
    "local-cluster[1,1,256]",
    allocating,
    1,
  ),
);

test(
  "those that hold outputs which a job reads stay until it has ended, and a time after it",
  onCluster(
    async (cluster) => {
      const result = cluster.sc
        .parallelize(upTo(6), 6)
        .map((n): [number, number] => {
          idle(1500);
          return [n % 2, n];
        })
        .reduceByKey((a, b) => a + b, 1)
        .mapValues((sum) => {
          idle(1500);
          return sum;
        })
        .collect();
      await count(cluster, 3);
      expect(new Map(await result)).toEqual(
        new Map([
          [0, 6],
          [1, 9],
        ]),
      );
      // Two keys take 3 s in one task: the other executors were idle meanwhile, and stayed.
      expect(cluster.lost).toEqual([]);
      expect(cluster.started.length).toBe(7);
      await count(cluster, 1);
    },
    "local-cluster[1,1,256]",
    allocating,
    1,
  ),
);
