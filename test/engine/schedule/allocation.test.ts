/** Dynamic allocation: numbers are those of Spark's ExecutorAllocationManager and ExecutorMonitor. */
import { describe, expect, test } from "vitest";
import { type AllocationSettings, defaultSettings } from "../../../engine/schedule/settings.js";
import { outputs, Play, result, twoStages, upTo } from "./play.js";

const allocating = (more: Partial<AllocationSettings> = {}): Play =>
  new Play({ allocation: { ...defaultSettings.allocation, enabled: true, ...more } });

const requested = (play: Play): number[] => play.all("requestExecutors").map(({ count }) => count);
const released = (play: Play): number[] => play.all("releaseExecutor").map(({ executor }) => executor);

describe("executors are asked for", () => {
  test("at the start, as many as initialExecutors or minExecutors say", () => {
    const play = allocating({ initialExecutors: 3, minExecutors: 1 });
    play.tick(0);
    expect(requested(play)).toEqual([3]);
    play.tick(50_000);
    expect(requested(play)).toEqual([3]);
  });

  test("after a backlog of one second: one, two, four, and what is left to ask for", () => {
    const play = allocating();
    play.submit(0, [result(0, 10)]);
    expect(play.wakeAtMs).toBe(1000);
    for (const nowMs of [999, 1000, 1500, 2000, 3000, 4000, 5000]) play.tick(nowMs);
    expect(requested(play)).toEqual([1, 2, 4, 3]);
  });

  test("up to maxExecutors", () => {
    const play = allocating({ maxExecutors: 2 });
    play.submit(0, [result(0, 10)]);
    for (const second of upTo(6)) play.tick(second * 1000);
    expect(requested(play)).toEqual([1, 1]);
  });

  test("by the slots that a new one will have", () => {
    const play = allocating({ slotsPerExecutor: 4 });
    play.submit(0, [result(0, 10)]);
    for (const second of upTo(6)) play.tick(second * 1000);
    expect(requested(play)).toEqual([1, 2]);
  });

  test("again for one that was lost, or did not start", () => {
    const play = allocating({ minExecutors: 2 });
    play.tick(0);
    play.executors([1, 1]);
    play.lose(0);
    play.on({ kind: "executorStartFailed", executor: 2 });
    expect(requested(play)).toEqual([2, 1, 1]);
    expect(play.all("replaceExecutor")).toEqual([]);
  });

  test("not when the tasks have found a slot in time", () => {
    const play = allocating({ minExecutors: 1 });
    play.executors([2]);
    play.submit(0, [result(0, 3)]);
    play.nowMs = 500;
    play.succeed("0/0/0");
    play.tick(2000);
    expect(requested(play)).toEqual([]);
  });
});

describe("an executor is released", () => {
  test("after a minute without a task", () => {
    const play = allocating();
    play.executors([1]);
    play.submit(0, [result(0, 1)]);
    play.nowMs = 10_000;
    play.succeed("0/0/0");
    expect(play.wakeAtMs).toBe(70_000);
    play.tick(69_999);
    expect(released(play)).toEqual([]);
    play.tick(70_000);
    expect(released(play)).toEqual([0]);
    expect(play.submit(1, [result(1, 1)])).toEqual([]);
    play.lose(0, { causedByTask: false });
    expect(play.all("replaceExecutor")).toEqual([]);
  });

  test("not below minExecutors", () => {
    const play = allocating({ minExecutors: 1 });
    play.executors([1, 1]);
    play.tick(60_000);
    expect(released(play)).toEqual([0]);
    play.tick(600_000);
    expect(released(play)).toEqual([0]);
    expect(play.wakeAtMs).toBe(null);
  });

  test("never while it holds cached blocks", () => {
    const play = allocating();
    play.executors([1]);
    play.on({ kind: "blocksChanged", executor: 0, blocks: 2 });
    play.tick(1e9);
    expect(released(play)).toEqual([]);
    play.on({ kind: "blocksChanged", executor: 0, blocks: 0 });
    expect(released(play)).toEqual([0]);
  });

  test("not while a running job may read its outputs, nor later before their own time is over", () => {
    for (const shuffleTimeoutMs of [Number.POSITIVE_INFINITY, 100_000]) {
      const play = allocating({ shuffleTimeoutMs });
      play.executors([1]);
      play.submit(0, twoStages(1, 1));
      play.succeed("0/0/0");
      play.executors([1], 1);
      play.lose(1);
      play.tick(60_000);
      expect(released(play)).toEqual([]);
      play.succeed("1/0/0");
      play.tick(159_999);
      expect(released(play)).toEqual([]);
      play.tick(160_000);
      expect(released(play)).toEqual(shuffleTimeoutMs === 100_000 ? [0] : []);
    }
  });

  test("in spite of its outputs where these outlive it: shuffleTracking", () => {
    const play = allocating({ shuffleTracking: false });
    play.executors([1]);
    play.submit(0, [outputs(0, 1)]);
    play.succeed("0/0/0");
    play.tick(60_000);
    expect(released(play)).toEqual([0]);
  });

  test("for another one, when a task fits nowhere", () => {
    const { allocation, exclusion } = defaultSettings;
    const play = new Play({
      allocation: { ...allocation, enabled: true, minExecutors: 1 },
      exclusion: { ...exclusion, enabled: true },
    });
    play.tick(0);
    play.executors([2]);
    play.submit(0, [result(0, 2)]);
    play.fail("0/0/0");
    // Executor 0 runs the other task, so it stays, and one more is asked for once the backlog has lasted.
    play.tick(1000);
    expect(requested(play)).toEqual([1, 1]);
    expect(play.executors([1], 1).length).toBe(1);
  });
});
