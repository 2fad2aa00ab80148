/** Executors on which tasks fail get no more of them: Spark's TaskSetExcludelist and HealthTracker on real executors. */
import { expect, test } from "vitest";
import { type Cluster, idle, onCluster, until, upTo } from "./cluster.js";

const excluding = { "spark.excludeOnFailure.enabled": "true" };

/** Six tasks that fail wherever `process.pid` is this one. */
async function failOn(cluster: Cluster, pid: number | undefined, tasks = 6): Promise<void> {
  cluster.started.length = 0;
  const result = await cluster.sc
    .parallelize(upTo(tasks), tasks)
    .map((n) => {
      idle(50);
      if (process.pid === pid) throw new RangeError("a bad place");
      return n;
    })
    .collect();
  expect(result).toEqual(upTo(tasks));
}

const on = (cluster: Cluster, executor: number): number =>
  cluster.started.filter((task) => task.executor === executor).length;

test(
  "for a task, then for the stage, then for the application",
  onCluster(
    async (cluster) => {
      await failOn(cluster, cluster.backend.executorPid(0));
      // Two failed tasks exclude it for the stage: maxFailedTasksPerExecutor.
      expect(on(cluster, 0)).toBe(2);
      const failed = cluster.started.filter(({ executor }) => executor === 0).map(({ partition }) => partition);
      for (const partition of failed) {
        const places = cluster.started.filter((task) => task.partition === partition).map(({ executor }) => executor);
        expect(places).toEqual([0, 1]);
      }
      // Both count for the application, for the stage succeeded.
      await failOn(cluster, undefined);
      expect([on(cluster, 0), on(cluster, 1)]).toEqual([0, 6]);
      expect(cluster.lost).toEqual([]);
    },
    "local-cluster[2,1,512]",
    excluding,
  ),
);

test(
  "only for the stage where the application's rule is off",
  onCluster(
    async (cluster) => {
      await failOn(cluster, cluster.backend.executorPid(0));
      expect(on(cluster, 0)).toBe(2);
      await failOn(cluster, undefined);
      expect(on(cluster, 0)).toBeGreaterThan(0);
    },
    "local-cluster[2,1,512]",
    { "spark.excludeOnFailure.taskAndStage.enabled": "true" },
  ),
);

test(
  "until its time is over",
  onCluster(
    async (cluster) => {
      await failOn(cluster, cluster.backend.executorPid(0));
      await until(
        "tasks on the executor that was excluded",
        () => {
          const running = failOn(cluster, undefined, 4);
          return running.then(() => on(cluster, 0) > 0);
        },
        30_000,
      );
      expect(cluster.lost).toEqual([]);
    },
    "local-cluster[2,1,512]",
    { ...excluding, "spark.excludeOnFailure.timeout": "700ms" },
  ),
);

test(
  "for good, and another takes its place: killExcludedExecutors",
  onCluster(
    async (cluster) => {
      const pid = cluster.backend.executorPid(0);
      await failOn(cluster, pid);
      await until("its end", () => cluster.lost.includes(0) || undefined);
      await until("another", () => cluster.executors.join() === "1,2" || undefined);
      await until("work on it", async () => {
        await failOn(cluster, undefined);
        return on(cluster, 2) > 0;
      });
      expect(() => process.kill(pid ?? 0, 0)).toThrow();
    },
    "local-cluster[2,1,512]",
    { ...excluding, "spark.excludeOnFailure.killExcludedExecutors": "true" },
  ),
);
