/** Copies of slow tasks, as Spark's TaskSetManager.checkSpeculatableTasks decides. */
import { describe, expect, test } from "vitest";
import { countOf, insert, medianOf, newMedianHeap } from "../../../engine/schedule/median.js";
import { defaultSettings, type SpeculationSettings } from "../../../engine/schedule/settings.js";
import { outputs, Play, result, upTo } from "./play.js";

const settings = (more: Partial<SpeculationSettings> = {}): { speculation: SpeculationSettings } => ({
  speculation: { ...defaultSettings.speculation, enabled: true, ...more },
});

/** Ten tasks on two executors, of which the first nine end after so many milliseconds. */
function nineDone(durationMs: number, more: Partial<SpeculationSettings> = {}): Play {
  const play = new Play(settings(more));
  play.executors([10, 10]);
  play.submit(0, [result(0, 10)]);
  play.nowMs = durationMs;
  play.succeed(...upTo(9).map((partition) => `0/${partition}/0`));
  return play;
}

const placeOf = (play: Play, attempt: number): number | undefined =>
  play.all("launch").find((launch) => launch.partition === 9 && launch.attempt === attempt)?.executor;

describe("a task is slow", () => {
  test("when it runs longer than three times the median of those that ended", () => {
    const play = nineDone(200);
    expect(play.tick(600)).toEqual([]);
    expect(play.tick(700)).toEqual(["0/9/1"]);
    expect(play.all("launch").at(-1)).toMatchObject({ speculative: true });
  });

  test("not before 100 ms: spark.speculation.minTaskRuntime", () => {
    const play = nineDone(1);
    expect(play.tick(100)).toEqual([]);
    expect(play.tick(201)).toEqual(["0/9/1"]);
  });

  test("not before nine tenths of the tasks have ended: spark.speculation.quantile", () => {
    const play = new Play(settings());
    play.executors([10, 10]);
    play.submit(0, [result(0, 10)]);
    play.nowMs = 10;
    play.succeed(...upTo(8).map((partition) => `0/${partition}/0`));
    expect(play.tick(5000)).toEqual([]);
    play.succeed("0/8/0");
    expect(play.tick(5100)).toEqual(["0/9/1"]);
  });

  test("looked for every 100 ms while something runs", () => {
    const play = nineDone(200);
    play.tick(250);
    expect(play.wakeAtMs).toBe(300);
    play.succeed("0/9/0");
    expect(play.wakeAtMs).toBe(null);
  });

  test("never in a stage of one task, unless a duration is set", () => {
    for (const taskDurationThresholdMs of [null, 1000]) {
      const play = new Play(settings({ taskDurationThresholdMs }));
      play.executors([1, 1]);
      play.submit(0, [result(0, 1)]);
      expect(play.tick(1000)).toEqual([]);
      expect(play.tick(1100)).toEqual(taskDurationThresholdMs === null ? [] : ["0/0/1"]);
    }
  });

  test("by the time of the attempt that counts, not of one that was given up", () => {
    const play = new Play(settings({ taskDurationThresholdMs: 1000 }));
    play.executors([1, 1, 1]);
    play.submit(0, [outputs(0, 1)]);
    play.nowMs = 900;
    play.on({ kind: "jobCancelled", job: 0 });
    play.submit(1, [outputs(0, 1)]);
    expect(play.tick(1100)).toEqual([]);
    play.tick(1900);
    expect(play.tick(2000)).toEqual(["0/0/2"]);
  });

  test("never unless spark.speculation is set", () => {
    const play = nineDone(100, { enabled: false });
    expect(play.tick(100_000)).toEqual([]);
    expect(play.wakeAtMs).toBe(null);
  });
});

describe("a copy", () => {
  test("runs on another executor, and alone", () => {
    const play = nineDone(100);
    play.tick(1000);
    expect([placeOf(play, 0), placeOf(play, 1)].sort()).toEqual([0, 1]);
    expect(play.tick(2000)).toEqual([]);
  });

  test("is not made where there is no other executor", () => {
    const play = new Play(settings());
    play.executors([10]);
    play.submit(0, [result(0, 10)]);
    play.nowMs = 100;
    play.succeed(...upTo(9).map((partition) => `0/${partition}/0`));
    expect(play.tick(9000)).toEqual([]);
    expect(play.executors([1], 1).length).toBe(1);
  });

  test("that succeeds first ends the other, and counts once", () => {
    const play = nineDone(100);
    play.tick(1000);
    play.succeed("0/9/1");
    expect(play.killedSoFar).toEqual(["0/9/0"]);
    expect(play.succeededJobs).toEqual([0]);
    play.succeed("0/9/0");
    expect(play.tasks("deliver").filter((task) => task.startsWith("0/9/"))).toEqual(["0/9/1"]);
    expect(play.tasks("discard")).toEqual(["0/9/0"]);
  });

  test("that comes second is ended", () => {
    const play = nineDone(100);
    play.tick(1000);
    play.succeed("0/9/0");
    expect(play.killedSoFar).toEqual(["0/9/1"]);
    play.killed("0/9/1");
    expect(play.state.stages.size).toBe(0);
  });

  test("that fails leaves the other running, and is made again elsewhere if it can", () => {
    const play = nineDone(100);
    play.tick(1000);
    expect(play.fail("0/9/1")).toEqual([]);
    expect(play.tick(1100)).toEqual([]);
    play.executors([1], 2);
    expect(placeOf(play, 2)).toBe(2);
  });

  test("stays when the attempt that it copies fails", () => {
    const play = nineDone(100);
    play.tick(1000);
    expect(play.fail("0/9/0")).toEqual([]);
    play.succeed("0/9/1");
    expect(play.succeededJobs).toEqual([0]);
  });
});

test("no barrier stage is copied", () => {
  const play = new Play(settings());
  play.executors([2, 2]);
  play.submit(0, [result(0, 2, { barrier: true })]);
  play.nowMs = 100;
  play.succeed("0/0/0");
  expect(play.tick(9000)).toEqual([]);
});

/** Medians that the PercentileHeap of Spark 4.3 gives after each of the numbers. */
const medians: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [1, 2, 3, 4],
    [1, 2, 2, 3],
  ],
  [
    [4, 3, 2, 1],
    [4, 4, 3, 3],
  ],
  [
    [10, 20, 30, 40, 50, 60],
    [10, 20, 20, 30, 30, 40],
  ],
  [
    [5, 1, 9, 3, 7, 2, 8],
    [5, 5, 5, 5, 5, 5, 5],
  ],
  [
    [1, 1, 1, 1, 100],
    [1, 1, 1, 1, 1],
  ],
];

test.each(medians)("the medians of %j are %j", (numbers, expected) => {
  const heap = newMedianHeap();
  const found = numbers.map((number) => {
    insert(heap, number);
    return medianOf(heap);
  });
  expect(found).toEqual(expected);
  expect(countOf(heap)).toBe(numbers.length);
});
