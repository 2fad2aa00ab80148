/**
 * Copies of slow tasks: the first to end counts, the other is killed; what tasks add and publish counts once. The rules
 * are Spark's (TaskSetManager, OutputCommitCoordinator).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TaskContext } from "../../engine/index.js";
import { idle, onCluster, until, upTo } from "./cluster.js";

const speculating = {
  "spark.speculation": "true",
  "spark.speculation.interval": "50ms",
  "spark.speculation.quantile": "0.5",
  "spark.speculation.minTaskRuntime": "400ms",
};
const foreverMs = 120_000;

test(
  "a task that sleeps is done by its copy, and killed",
  onCluster(
    async (cluster) => {
      const seen = cluster.sc.longAccumulator("seen");
      const result = await cluster.sc
        .parallelize(upTo(4), 4)
        .map((n) => {
          seen.add(1);
          if (n === 3 && TaskContext.get()?.attemptNumber() === 0) idle(foreverMs);
          return n * n;
        })
        .collect();
      expect(result).toEqual([0, 1, 4, 9]);
      expect(seen.value).toBe(4);
      const [slow, copy] = cluster.started.filter(({ partition }) => partition === 3);
      expect([slow?.speculative, copy?.speculative]).toEqual([false, true]);
      expect(copy?.executor).not.toBe(slow?.executor);
      await until("the end of the slow attempt", () => cluster.ended.find((end) => end.reason === "taskKilled"));
      const ends = cluster.ended.filter(({ partition }) => partition === 3);
      expect(ends.map(({ attempt, reason }) => [attempt, reason])).toEqual([
        [1, "success"],
        [0, "taskKilled"],
      ]);
      // Its slot is free again.
      expect(await cluster.sc.parallelize(upTo(4), 4).count()).toBe(4);
    },
    "local-cluster[2,1,512]",
    speculating,
  ),
);

test(
  "an executor that stands still is not waited for",
  onCluster(
    async (cluster) => {
      const stopped = cluster.endOf((task) => task.partition === 3, "SIGSTOP");
      const sums = cluster.sc
        .parallelize(upTo(8), 4)
        .map((n): [number, number] => {
          idle(100);
          return [n % 2, n];
        })
        .reduceByKey((a, b) => a + b, 2);
      expect(new Map(await sums.collect())).toEqual(
        new Map([
          [0, 12],
          [1, 16],
        ]),
      );
      expect(cluster.lost).toEqual([]);
      cluster.end(await stopped, "SIGCONT");
      const late = await until("its end", () => cluster.ended.find((end) => end.partition === 3 && end.attempt === 0));
      expect(late.reason).toBe("taskKilled");
      expect(new Map(await sums.collect()).size).toBe(2);
    },
    "local-cluster[2,1,512]",
    { ...speculating, "spark.network.timeout": "120s" },
  ),
);

/** Both attempts of a partition write; which is faster differs. */
const races = [
  ["the copy is faster", foreverMs, 0],
  ["the first attempt is faster", 1200, foreverMs],
  ["both are ready at once", 900, 300],
] as const;

test.each(races)("of two attempts that save a file, one is seen: %s", (_, firstMs, copyMs) =>
  onCluster(
    async (cluster) => {
      const root = mkdtempSync(join(tmpdir(), "kindling-speculation-"));
      const [path, seen] = [join(root, "out"), cluster.sc.longAccumulator("seen")];
      try {
        await cluster.sc
          .parallelize(upTo(8), 4)
          .mapPartitionsWithIndex(function* (partition, numbers) {
            seen.add(1);
            for (const n of numbers) yield `line ${n}`;
            if (partition === 3) idle(TaskContext.get()?.attemptNumber() === 0 ? firstMs : copyMs);
          })
          .saveAsTextFile(path);
        expect(cluster.started.some(({ partition, speculative }) => partition === 3 && speculative)).toBe(true);
        expect(readdirSync(path).sort()).toEqual(["_SUCCESS", ...upTo(4).map((n) => `part-0000${n}`)]);
        const lines = upTo(4).map((n) => readFileSync(join(path, `part-0000${n}`), "utf8"));
        expect(lines).toEqual(upTo(4).map((n) => `line ${2 * n}\nline ${2 * n + 1}\n`));
        expect(seen.value).toBe(4);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
    "local-cluster[2,1,512]",
    speculating,
  )(),
);
