/** Stages whose tasks start together, as Spark's barrier execution mode has it. */
import { describe, expect, test } from "vitest";
import { outputs, Play, result } from "./play.js";

const barrier = { barrier: true };

describe("the tasks of a barrier stage", () => {
  test("start together or not at all", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 1)]);
    expect(play.submit(1, [result(1, 2, barrier)])).toEqual([]);
    // Those behind it do not wait for it.
    expect(play.submit(2, [result(2, 1)]).length).toBe(1);
    expect(play.succeed("0/0/0")).toEqual([]);
    expect(play.succeed("2/0/0")).toEqual(["1/0/0", "1/1/0"]);
  });

  test("go where they prefer without waiting for it", () => {
    const play = new Play();
    play.executors([1, 2]);
    play.submit(0, [result(0, 3, { ...barrier, preferred: [[1], [7], [0]] })]);
    const places = play.all("launch").map(({ partition, executor }) => [partition, executor]);
    expect(places.sort()).toEqual([
      [0, 1],
      [1, 1],
      [2, 0],
    ]);
  });

  test("start again together when one fails", () => {
    const play = new Play();
    play.executors([3]);
    play.submit(0, [outputs(0, 3, barrier), result(1, 1, { parents: [0] })]);
    play.succeed("0/0/0");
    expect(play.fail("0/1/0")).toEqual([]);
    expect(play.killedSoFar).toEqual(["0/2/0"]);
    expect(play.tasks("dropOutput")).toEqual(["0/0/0"]);
    expect(play.killed("0/2/0")).toEqual(["0/0/1", "0/1/1", "0/2/1"]);
    expect(play.all("stageStarted").at(-1)).toEqual({ kind: "stageStarted", stage: 0, attempt: 1 });
  });

  test("start again together when one is lost with its executor, or misses an output, or is killed", () => {
    const play = new Play();
    play.executors([1, 1]);
    play.submit(0, [outputs(5, 1), result(0, 2, { ...barrier, parents: [5] })]);
    play.succeed("5/0/0");
    play.lose(1);
    expect(play.killedSoFar).toEqual(["0/0/0"]);
    play.killed("0/0/0");
    play.executors([1], 2);
    expect(play.missed("0/0/1", 5, 0)).toEqual(["5/0/1"]);
    play.killed("0/1/1");
    expect(play.succeed("5/0/1")).toEqual(["0/0/2", "0/1/2"]);
    play.killed("0/0/2");
    expect(play.killed("0/1/2")).toEqual(["0/0/3", "0/1/3"]);
    expect(play.failedJobs).toEqual([]);
  });

  test("fail their job when the stage fails four times in a row", () => {
    const play = new Play();
    play.executors([1]);
    play.submit(0, [outputs(0, 1, barrier), result(1, 1, { parents: [0] })]);
    for (let attempt = 0; attempt < 3; attempt++) expect(play.fail(`0/0/${attempt}`).length).toBe(1);
    play.fail("0/0/3");
    expect(play.failedJobs).toEqual(["INTERNAL"]);
  });

  test("deliver when all of them have succeeded", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 2, barrier)]);
    play.succeed("0/1/0");
    play.fail("0/0/0");
    expect(play.tasks("deliver")).toEqual([]);
    expect(play.tasks("discard")).toEqual(["0/1/0"]);
    play.succeed("0/0/1", "0/1/1");
    expect(play.tasks("deliver")).toEqual(["0/0/1", "0/1/1"]);
    expect(play.succeededJobs).toEqual([0]);
  });

  test("cannot start again once one of them may have published", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 2, barrier)]);
    play.commit("0/0/0");
    play.fail("0/1/0");
    expect(play.failedJobs).toEqual(["INTERNAL"]);
    const other = new Play();
    other.executors([2]);
    other.submit(0, [result(0, 2, barrier)]);
    other.commit("0/0/0");
    other.killed("0/1/0");
    expect(other.failedJobs).toEqual(["BARRIER_SYNC_FAILED"]);
  });

  test("lose all outputs with one of them", () => {
    const play = new Play();
    play.executors([2, 1]);
    play.submit(0, [outputs(0, 2, barrier), result(1, 1, { parents: [0] })]);
    play.succeed("0/0/0", "0/1/0");
    expect(play.missed("1/0/0", 0, 0)).toEqual(["0/0/1", "0/1/1"]);
  });
});

describe("a stage that wants more slots than there are", () => {
  test("fails at the 41st look, 15 s apart: spark.scheduler.barrier.maxConcurrentTasksCheck", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 3, barrier)]);
    for (let look = 1; look < 40; look++) {
      expect(play.wakeAtMs).toBe(look * 15_000);
      play.tick(look * 15_000);
    }
    expect(play.failedJobs).toEqual([]);
    play.tick(40 * 15_000);
    expect(play.all("jobFailed")).toMatchObject([
      { error: { code: "BARRIER_SLOTS", params: { stage: "0", tasks: "3", slots: "2" } } },
    ]);
  });

  test("counts busy slots too", () => {
    const play = new Play();
    play.executors([3]);
    play.submit(0, [result(0, 3)]);
    play.submit(1, [result(1, 3, barrier)]);
    expect(play.wakeAtMs).toBe(null);
    play.succeed("0/0/0", "0/1/0");
    expect(play.succeed("0/2/0").length).toBe(3);
  });

  test("starts as soon as there are enough", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 3, barrier)]);
    play.tick(20_000);
    expect(play.executors([1], 1).length).toBe(3);
    expect(play.wakeAtMs).toBe(null);
  });
});
