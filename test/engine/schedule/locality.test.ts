/** Delay scheduling, as Spark's TaskSetManager and TaskSchedulerImpl have it since 3.1. */
import { describe, expect, test } from "vitest";
import { nameOf, Play, result } from "./play.js";

/** Executors of one slot each, and a stage whose tasks prefer these. */
function preferring(preferred: readonly (readonly number[])[], executors = 2): Play {
  const play = new Play();
  play.submit(0, [result(0, preferred.length, { preferred })]);
  play.executors(Array.from({ length: executors }, () => 1));
  return play;
}

const places = (play: Play): string[] =>
  play.all("launch").map((launch) => `${nameOf(launch)} on ${launch.executor} ${launch.locality}`);

describe("a task", () => {
  test("goes where it prefers", () => {
    expect(places(preferring([[1], [0]]))).toEqual(["0/1/0 on 0 PROCESS_LOCAL", "0/0/0 on 1 PROCESS_LOCAL"]);
  });

  test("waits for spark.locality.wait, not longer", () => {
    const play = preferring([[0], [0]]);
    expect(places(play)).toEqual(["0/0/0 on 0 PROCESS_LOCAL"]);
    expect(play.wakeAtMs).toBe(3000);
    expect(play.tick(2999)).toEqual([]);
    expect(play.tick(3000)).toEqual(["0/1/0"]);
    expect(places(play).at(-1)).toBe("0/1/0 on 1 ANY");
  });

  test("takes its place when it gets free before", () => {
    const play = preferring([[0], [0]]);
    play.tick(1000);
    expect(play.succeed("0/0/0")).toEqual(["0/1/0"]);
    expect(places(play).at(-1)).toBe("0/1/0 on 0 PROCESS_LOCAL");
  });

  test("without preference never waits", () => {
    expect(places(preferring([[0], [0], []], 3))).toEqual(["0/0/0 on 0 PROCESS_LOCAL", "0/2/0 on 1 NO_PREF"]);
  });

  test("does not wait for executors that are not there", () => {
    expect(places(preferring([[7], [8, 9]]))).toEqual(["0/0/0 on 0 ANY", "0/1/0 on 1 ANY"]);
  });

  test("does not wait for an executor that leaves", () => {
    const play = preferring([[0], [0]]);
    expect(play.launches({ kind: "executorDecommissioning", executor: 0 })).toEqual(["0/1/0"]);
    const other = preferring([[0], [0]]);
    expect(other.lose(0)).toEqual(["0/0/1"]);
  });

  test("waits again once a round used all slots and placed a task where it prefers", () => {
    const play = preferring([[0], [0], [0], [1]], 1);
    play.tick(5000);
    // One slot, which is used: the wait starts anew with every task that gets it.
    expect(play.succeed("0/0/0")).toEqual(["0/1/0"]);
    expect(play.executors([1], 1).map(nameOf)).toEqual(["0/3/0"]);
    expect(play.succeed("0/3/0")).toEqual([]);
    expect(play.tick(7999)).toEqual([]);
    expect(play.tick(8000)).toEqual(["0/2/0"]);
  });

  test("does not wait again while slots stay unused", () => {
    const play = preferring([[0], [0], [0], [0]]);
    play.tick(2000);
    // Executor 1 is idle all the time, so this launch starts no new wait.
    expect(play.succeed("0/0/0")).toEqual(["0/1/0"]);
    expect(play.tick(3000)).toEqual(["0/2/0"]);
  });
});

describe("preferences that change", () => {
  const change = (play: Play, partition: number, executors: readonly number[]): string[] =>
    play.launches({ kind: "preferencesChanged", stage: 0, preferred: [{ partition, executors }] });

  test("are followed by tasks that wait", () => {
    const play = preferring([[0], [0]]);
    expect(change(play, 1, [1])).toEqual(["0/1/0"]);
    expect(places(play).at(-1)).toBe("0/1/0 on 1 PROCESS_LOCAL");
  });

  test("may end: then a task goes anywhere", () => {
    const play = preferring([[0], [0]]);
    expect(change(play, 1, [])).toEqual(["0/1/0"]);
    expect(places(play).at(-1)).toBe("0/1/0 on 1 NO_PREF");
  });

  test("mean nothing to a task that runs, or to a stage that is not there", () => {
    const play = preferring([[0], [0]]);
    expect(change(play, 0, [1])).toEqual([]);
    expect(
      play.launches({ kind: "preferencesChanged", stage: 9, preferred: [{ partition: 0, executors: [1] }] }),
    ).toEqual([]);
  });
});
