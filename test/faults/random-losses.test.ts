/**
 * Executors that end at random moments of a program of several jobs: results stay exact, accumulators count once, nothing is
 * left. `.ci/full` plays more rounds; the seed of a round that fails is in its name.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Random } from "../engine/schedule/random.js";
import { type Cluster, idle, onCluster, upTo } from "./cluster.js";

const rounds = Number(process.env["KINDLING_FAULT_ROUNDS"] ?? 2);
const firstSeed = Number(process.env["KINDLING_SEED"] ?? 1);

/** Ends executors until told to stop, never all that there are at once; `told` hears of each. */
async function endSome(cluster: Cluster, random: Random, signal: AbortSignal, told: () => void): Promise<void> {
  for (let ended = 0; !signal.aborted && ended < 4; ) {
    await sleep(random.between(100, 900));
    const victim = random.pick(cluster.executors);
    if (signal.aborted || victim === undefined) continue;
    cluster.end(victim, random.chance(0.8) ? "SIGKILL" : "SIGTERM");
    told();
    ended += 1;
  }
}

test.each(upTo(rounds).map((round) => firstSeed + round))("seed %i", (seed) =>
  onCluster(
    async (cluster) => {
      const stop = new AbortController();
      let ended = 0;
      const ending = endSome(cluster, new Random(seed), stop.signal, () => {
        ended += 1;
      });
      const seen = cluster.sc.longAccumulator("seen");
      const cached = cluster.sc
        .parallelize(upTo(600), 6)
        .map((n) => {
          if (n % 100 === 0) idle(60);
          return n;
        })
        .cache();
      // However fast it is, an executor ends on its way.
      for (let job = 0; job < 3 || ended === 0; job++) {
        const pairs = cached.map((n): [number, number] => [n % 20, n]);
        const joined = pairs.reduceByKey((a, b) => a + b, 4).join(pairs.groupByKey(3), 4);
        const sums = (await joined.mapValues(([sum, all]) => sum - [...all].reduce((a, b) => a + b, 0)).collect()).sort(
          ([a], [b]) => a - b,
        );
        expect(sums).toEqual(upTo(20).map((key) => [key, 0]));
        expect(await cached.sortBy((n) => -n, true, 3).take(3)).toEqual([599, 598, 597]);
      }
      await cached.foreach(() => seen.add(1));
      expect(seen.value).toBe(600);
      stop.abort();
      await ending;
    },
    "local-cluster[3,1,512]",
    { "spark.task.maxFailures": "20", "spark.stage.maxConsecutiveAttempts": "20" },
    3,
  )(),
);
