/** Where and when tasks run on real executors: locality, barrier stages, pools, and executors that do not start. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BarrierTaskContext, type RDD, TaskContext } from "../../engine/index.js";
import { type Cluster, idle, onCluster, until, upTo } from "./cluster.js";

describe("a task whose block an executor holds", () => {
  /** A cached RDD of two partitions, one on each executor; the work over it is longer on the second. */
  async function cached(cluster: Cluster): Promise<RDD<number>> {
    const rdd = cluster.sc
      .parallelize([0, 1], 2)
      .map((n) => {
        idle(200);
        return n;
      })
      .cache();
    await rdd.count();
    await until("its events", () => cluster.ended.length === 2);
    expect(new Set(cluster.ended.map(({ executor }) => executor)).size).toBe(2);
    return rdd;
  }
  const busy = (rdd: RDD<number>): Promise<unknown> =>
    rdd
      .map((n) => {
        idle(n === 1 ? 1500 : 0);
        return n;
      })
      .count();
  const second = (cluster: Cluster): (typeof cluster.started)[number] | undefined =>
    cluster.started.filter(({ partition }) => partition === 1).at(-1);

  test(
    "waits for it",
    onCluster(
      async (cluster) => {
        const rdd = await cached(cluster);
        const holder = second(cluster)?.executor;
        const first = busy(rdd);
        await until("the first job", () => cluster.started.length === 4);
        expect(await rdd.collect()).toEqual([0, 1]);
        await first;
        await until("all tasks", () => cluster.started.length === 6);
        expect(second(cluster)).toMatchObject({ executor: holder, locality: "PROCESS_LOCAL" });
      },
      "local-cluster[2,1,512]",
      { "spark.locality.wait": "60s" },
    ),
  );

  test(
    "goes elsewhere after spark.locality.wait, and fetches it",
    onCluster(
      async (cluster) => {
        const computed = cluster.sc.longAccumulator("computed");
        const rdd = (await cached(cluster)).map((n) => {
          computed.add(1);
          return n;
        });
        const holder = second(cluster)?.executor;
        const first = busy(rdd);
        await until("the first job", () => cluster.started.length === 4);
        expect(await rdd.collect()).toEqual([0, 1]);
        expect(cluster.ended.length).toBeLessThan(6);
        await first;
        await until("all tasks", () => cluster.started.length === 6);
        expect(second(cluster)).toMatchObject({ executor: 1 - (holder ?? 0), locality: "ANY" });
        expect(computed.value).toBe(4);
      },
      "local-cluster[2,1,512]",
      { "spark.locality.wait": "0" },
    ),
  );
});

describe("a barrier stage", () => {
  test(
    "starts when all slots are free, and as a whole again when one of its tasks fails",
    onCluster(async (cluster) => {
      const other = cluster.sc.parallelize([0], 1).foreach(() => idle(700));
      await until("the other job", () => cluster.started.length === 1);
      const seen = cluster.sc.longAccumulator("seen");
      const result = await cluster.sc
        .parallelize([1, 2], 2)
        .barrier()
        .mapPartitionsWithIndex(function* (partition, numbers) {
          seen.add(1);
          const context = BarrierTaskContext.get();
          if (partition === 1 && TaskContext.get()?.stageAttemptNumber() === 0) throw new RangeError("once");
          context.barrier();
          for (const n of numbers) yield [n, context.getTaskInfos().length];
        })
        .collect();
      await other;
      expect(result).toEqual([
        [1, 2],
        [2, 2],
      ]);
      expect(seen.value).toBe(2);
      const stage = cluster.stages.at(-1);
      await until("all tasks", () => cluster.started.length === 5);
      const tasks = cluster.started.filter((task) => task.stage === stage);
      expect(tasks.map(({ stageAttempt, partition }) => [stageAttempt, partition])).toEqual([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]);
      // Both at the same time: on different executors of one slot each.
      expect(new Set(tasks.slice(2).map(({ executor }) => executor)).size).toBe(2);
    }),
  );

  test(
    "starts as a whole again when an executor ends while its tasks wait for each other",
    onCluster(async (cluster) => {
      const seen = cluster.sc.longAccumulator("seen");
      const victim = cluster.backend.executorPid(0);
      const result = await cluster.sc
        .parallelize([1, 2], 2)
        .barrier()
        .mapPartitions(function* (numbers) {
          seen.add(1);
          if (process.pid === victim) process.kill(process.pid, "SIGKILL");
          BarrierTaskContext.get().barrier();
          yield* numbers;
        })
        .collect();
      expect(result).toEqual([1, 2]);
      expect(seen.value).toBe(2);
      await until("all tasks", () => cluster.started.length === 4);
      expect(cluster.started.map(({ stageAttempt }) => stageAttempt)).toEqual([0, 0, 1, 1]);
    }),
  );

  test(
    "for which there are too few slots fails after the checks",
    onCluster(
      async (cluster) => {
        const stage = cluster.sc
          .parallelize(upTo(3), 3)
          .barrier()
          .mapPartitions((numbers) => numbers);
        const from = performance.now();
        await expect(stage.count()).rejects.toMatchObject({
          code: "BARRIER_SLOTS",
          params: { tasks: "3", slots: "2" },
        });
        expect(performance.now() - from).toBeGreaterThan(1900);
        expect(cluster.started.length).toBe(0);
        expect(await cluster.sc.parallelize(upTo(3), 3).count()).toBe(3);
      },
      "local-cluster[2,1,512]",
      {
        "spark.scheduler.barrier.maxConcurrentTasksCheck.interval": "1s",
        "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures": "2",
      },
    ),
  );
});

describe("a short job that comes after a long one", () => {
  /** Which of two jobs ends first. */
  async function first(cluster: Cluster): Promise<string> {
    const { sc } = cluster;
    const work = (tasks: number): Promise<unknown> => sc.parallelize(upTo(tasks), tasks).foreach(() => idle(150));
    sc.setLocalProperty("spark.scheduler.pool", "long");
    const long = work(16).then(() => "long");
    await until("its tasks", () => cluster.started.length >= 2);
    sc.setLocalProperty("spark.scheduler.pool", "short");
    const short = work(2).then(() => "short");
    const winner = await Promise.race([long, short]);
    await Promise.all([long, short]);
    return winner;
  }

  test(
    "waits for it in one queue",
    onCluster(async (cluster) => expect(await first(cluster)).toBe("long")),
  );

  test(
    "does not where pools share the slots",
    onCluster(async (cluster) => expect(await first(cluster)).toBe("short"), "local-cluster[2,1,512]", {
      "spark.scheduler.mode": "FAIR",
    }),
  );
});

describe("executors that do not start", () => {
  const slowly = (cluster: Cluster): Promise<unknown> =>
    cluster.sc
      .parallelize(upTo(6), 6)
      .map((n) => {
        idle(100);
        return n;
      })
      .collect();

  /** A cluster whose executors with these numbers cannot make their directories: there are files. */
  async function onBadDisk(bad: readonly number[], body: (cluster: Cluster) => Promise<void>): Promise<void> {
    const root = mkdtempSync(join(tmpdir(), "kindling-bad-disk-"));
    const spoilt = async (cluster: Cluster): Promise<void> => {
      const [user = ""] = readdirSync(root);
      const [application = ""] = readdirSync(join(root, user));
      for (const id of bad) writeFileSync(join(root, user, application, `executor-${id}`), "");
      await body(cluster);
    };
    try {
      await onCluster(spoilt, "local-cluster[2,1,512]", { "spark.local.dir": root })();
      expect(readdirSync(root)).toEqual([]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  test("on a bad disk, are tried again, later each time", () =>
    onBadDisk([2, 3], async (cluster) => {
      cluster.end(0);
      await until("the loss", () => cluster.lost.includes(3));
      await until("one that starts", () => cluster.executors.length === 2);
      expect(cluster.executors.every((id) => id === 1 || id > 3)).toBe(true);
      expect(await slowly(cluster)).toEqual(upTo(6));
      expect(cluster.lost).toEqual([0, 2, 3]);
    }));

  test(
    "because they are killed, are tried again, and the job goes on",
    onCluster(async (cluster) => {
      const result = slowly(cluster);
      cluster.end(0);
      for (const id of [2, 3]) {
        await until(`executor ${id}`, () => cluster.backend.executorPid(id));
        cluster.end(id);
      }
      expect(await result).toEqual(upTo(6));
      await until("another", () => cluster.executors.length === 2);
    }),
  );

  test("of which none does, end the job", () =>
    onBadDisk(upTo(20).slice(2), async (cluster) => {
      const result = cluster.sc.parallelize([1, 2], 2).foreach(() => idle(60_000));
      result.catch(() => {});
      await until("its tasks", () => cluster.started.length === 2);
      for (const id of [0, 1]) cluster.end(id);
      await expect(result).rejects.toMatchObject({ code: "EXECUTOR_LOST" });
    }));
});
