/** Executors on which tasks fail, as Spark's TaskSetExcludelist and HealthTracker exclude them. */
import { describe, expect, test } from "vitest";
import { defaultSettings, type ExclusionSettings, type SchedulerSettings } from "../../../engine/schedule/settings.js";
import { outputs, Play, result, twoStages } from "./play.js";

const settings = (more: Partial<ExclusionSettings> = {}): Partial<SchedulerSettings> => ({
  maxTaskFailures: 9,
  exclusion: { ...defaultSettings.exclusion, enabled: true, ...more },
});

const placeOf = (play: Play, name: string): number | undefined =>
  play.all("launch").find(({ stage, partition, attempt }) => `${stage}/${partition}/${attempt}` === name)?.executor;

describe("within a stage", () => {
  test("a task does not run again where it failed", () => {
    const play = new Play(settings());
    play.executors([1, 1]);
    play.submit(0, [result(0, 1)]);
    expect(play.fail("0/0/0")).toEqual(["0/0/1"]);
    expect([placeOf(play, "0/0/0"), placeOf(play, "0/0/1")]).toEqual([0, 1]);
  });

  test("may run there as often as maxTaskAttemptsPerExecutor says", () => {
    const play = new Play(settings({ maxTaskAttemptsPerExecutor: 2 }));
    play.executors([2, 1]);
    play.submit(0, [result(0, 1)]);
    play.fail("0/0/0");
    play.fail("0/0/1");
    expect(["0/0/0", "0/0/1", "0/0/2"].map((name) => placeOf(play, name))).toEqual([0, 0, 1]);
  });

  test("other tasks run there, until two of them have failed: stage.maxFailedTasksPerExecutor", () => {
    const play = new Play(settings());
    play.executors([1, 1]);
    play.submit(0, [result(0, 4)]);
    play.fail("0/0/0");
    expect(placeOf(play, "0/2/0")).toBe(0);
    play.fail("0/2/0");
    expect(play.all("launch").length).toBe(3);
    play.succeed("0/1/0");
    play.on({ kind: "tick", nowMs: 0 });
    expect(play.all("launch").map(({ executor }) => executor)).toEqual([0, 1, 0, 1]);
  });

  test("nothing is excluded unless it is asked for", () => {
    const play = new Play({ maxTaskFailures: 9 });
    play.executors([1]);
    play.submit(0, [result(0, 1)]);
    expect(play.fail("0/0/0")).toEqual(["0/0/1"]);
  });
});

describe("for the application", () => {
  const application = { applicationEnabled: true, timeoutMs: 1000 };

  /** A stage that succeeds although two of its tasks failed on executor 0. */
  function blamed(more: Partial<ExclusionSettings> = {}): Play {
    const play = new Play(settings({ ...application, ...more }));
    play.executors([2, 2]);
    play.submit(0, [outputs(0, 4), result(1, 1, { parents: [0] })]);
    play.fail("0/0/0");
    play.fail("0/2/0");
    play.succeed("0/1/0", "0/3/0");
    play.succeed("0/0/1", "0/2/1");
    return play;
  }

  test("an executor is excluded when a stage succeeded without it, and comes back after the timeout", () => {
    const play = blamed();
    expect(
      play
        .all("launch")
        .slice(0, 4)
        .map(({ executor }) => executor),
    ).toEqual([0, 1, 0, 1]);
    expect(placeOf(play, "1/0/0")).toBe(1);
    play.submit(1, [result(5, 2)]);
    expect([placeOf(play, "5/0/0"), placeOf(play, "5/1/0")]).toEqual([1, undefined]);
    expect(play.wakeAtMs).toBe(1001);
    expect(play.tick(1001)).toEqual(["5/1/0"]);
    expect(placeOf(play, "5/1/0")).toBe(0);
  });

  test("it is ended if that is wanted: killExcludedExecutors", () => {
    const play = blamed({ killExcludedExecutors: true });
    expect(play.all("releaseExecutor")).toEqual([{ kind: "releaseExecutor", executor: 0 }]);
    play.lose(0);
    expect(play.all("replaceExecutor").length).toBe(1);
    expect(play.state.exclusion.untilMs.size).toBe(0);
  });

  test("an executor whose outputs cannot be read is excluded if that is wanted", () => {
    for (const onFetchFailure of [false, true]) {
      const play = new Play(settings({ ...application, onFetchFailure }));
      play.executors([2]);
      play.submit(0, twoStages(1, 1));
      play.succeed("0/0/0");
      play.executors([1], 1);
      play.missed("1/0/0", 0, 0);
      expect(placeOf(play, "0/0/1")).toBe(onFetchFailure ? 1 : 0);
    }
  });
});

describe("a task that fits nowhere any more", () => {
  test("ends its job at once when nothing is idle", () => {
    const play = new Play(settings());
    play.executors([2]);
    play.submit(0, [result(0, 2)]);
    play.fail("0/0/0");
    expect(play.all("jobFailed")).toMatchObject([
      { error: { code: "TASK_UNSCHEDULABLE", params: { stage: "0", partition: "0" } } },
    ]);
  });

  test("has an idle executor make room for another one", () => {
    const play = new Play(settings());
    play.executors([1]);
    play.submit(0, [result(0, 1)]);
    expect(play.fail("0/0/0")).toEqual([]);
    expect(play.all("releaseExecutor")).toEqual([{ kind: "releaseExecutor", executor: 0 }]);
    play.lose(0, { causedByTask: false });
    expect(play.executors([1], 1).length).toBe(1);
    expect(play.wakeAtMs).toBe(null);
  });

  test("ends its job when no other comes within two minutes", () => {
    const play = new Play(settings());
    play.executors([1]);
    play.submit(0, [result(0, 1)]);
    play.fail("0/0/0");
    expect(play.wakeAtMs).toBe(120_000);
    play.tick(119_999);
    expect(play.failedJobs).toEqual([]);
    play.tick(120_000);
    expect(play.failedJobs).toEqual(["TASK_UNSCHEDULABLE"]);
  });

  test("takes more slots than any executor has", () => {
    const play = new Play({ cpusPerTask: 4 });
    play.executors([2, 3]);
    play.submit(0, [result(0, 1)]);
    play.tick(120_000);
    expect(play.failedJobs).toEqual(["TASK_UNSCHEDULABLE"]);
  });

  test("waits while there is no executor at all", () => {
    const play = new Play(settings());
    play.submit(0, [result(0, 1)]);
    play.tick(1_000_000);
    expect(play.failedJobs).toEqual([]);
    expect(play.executors([1]).length).toBe(1);
  });
});
