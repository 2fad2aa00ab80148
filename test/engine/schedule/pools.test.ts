/** Whose turn it is. Orders are those that Spark's PoolSuite expects of its pools. */
import { describe, expect, test } from "vitest";
import type { PoolSettings, SchedulingMode } from "../../../engine/schedule/settings.js";
import { Play, result } from "./play.js";

/** Stages in the order in which they get slots, when slots come after all jobs were submitted. */
function order(
  mode: SchedulingMode,
  jobs: readonly (readonly [tasks: number, pool: string])[],
  slots: number,
  pools: readonly PoolSettings[] = [],
): number[] {
  const play = new Play({ mode, pools });
  for (const [job, [tasks, pool]] of jobs.entries()) play.submit(job, [result(job, tasks)], { pool });
  return play.executors([slots]).map(({ stage }) => stage);
}

describe("FIFO", () => {
  test("serves jobs in their order, whatever pool they name", () => {
    const jobs = [
      [2, "a"],
      [2, "b"],
      [2, "a"],
    ] as const;
    expect(order("FIFO", jobs, 6)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("gives later jobs what earlier ones leave", () => {
    const play = new Play();
    play.submit(1, [result(1, 2)]);
    play.submit(0, [result(0, 2)]);
    expect(play.executors([3]).map(({ stage }) => stage)).toEqual([0, 0, 1]);
  });

  test("serves a shared stage for the first of its jobs that is left", () => {
    const play = new Play();
    const shared = { ...result(5, 3), role: "outputs" as const };
    play.submit(0, [shared, result(6, 1, { parents: [5] })]);
    play.submit(1, [result(1, 3)]);
    play.submit(2, [shared, result(7, 1, { parents: [5] })]);
    expect(play.executors([1]).map(({ stage }) => stage)).toEqual([5]);
    play.on({ kind: "jobCancelled", job: 0 });
    expect(play.executors([6], 1).map(({ stage }) => stage)).toEqual([1, 1, 1, 5, 5]);
  });
});

describe("FAIR", () => {
  const fifo = { mode: "FIFO", weight: 1 } as const;

  test("compares shares, then weights, then names", () => {
    const pools = [
      { name: "1", minShare: 2, ...fifo },
      { name: "2", minShare: 3, ...fifo },
    ];
    const jobs = [
      [1, "1"],
      [1, "1"],
      [2, "1"],
      [2, "2"],
      [2, "2"],
    ] as const;
    expect(order("FAIR", jobs, 8, pools)).toEqual([0, 3, 3, 1, 4, 2, 2, 4]);
  });

  test("gives a pool of weight 2 twice as much", () => {
    const pools = [{ name: "b", mode: "FIFO" as const, weight: 2, minShare: 0 }];
    const jobs = [
      [6, "a"],
      [6, "b"],
    ] as const;
    expect(order("FAIR", jobs, 6, pools)).toEqual([0, 1, 1, 0, 1, 1]);
  });

  test("shares a fair pool among its jobs", () => {
    const pools = [{ name: "a", mode: "FAIR" as const, weight: 1, minShare: 0 }];
    const jobs = [
      [3, "a"],
      [3, "a"],
    ] as const;
    expect(order("FAIR", jobs, 4, pools)).toEqual([0, 1, 0, 1]);
  });

  test("makes pools on demand and forgets them with their last stage", () => {
    const play = new Play({ mode: "FAIR" });
    play.executors([2]);
    play.submit(0, [result(0, 1)], { pool: "x" });
    play.submit(1, [result(1, 1)]);
    expect([...play.state.pools.keys()]).toEqual(["x", "default"]);
    play.succeed("0/0/0", "1/0/0");
    expect(play.state.pools.size).toBe(0);
  });
});
