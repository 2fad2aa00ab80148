/** What failures cost, as Spark's TaskSetManager and DAGScheduler count them. */
import { describe, expect, test } from "vitest";
import type { SchedulerEvent } from "../../../engine/schedule/event.js";
import { failure, nameOf, outputs, Play, result, twoStages } from "./play.js";

const first = { stage: 0, partition: 0, attempt: 0 };

describe("spark.task.maxFailures", () => {
  test("ends the job after the last allowed failure of one task, not before", () => {
    const play = new Play({ maxTaskFailures: 3 });
    play.executors([1]);
    play.submit(0, [result(0, 1)]);
    expect(play.fail("0/0/0")).toEqual(["0/0/1"]);
    expect(play.fail("0/0/1")).toEqual(["0/0/2"]);
    expect(play.fail("0/0/2")).toEqual([]);
    expect(play.log.slice(-2)).toEqual([
      { kind: "jobFailed", job: 0, task: { stage: 0, partition: 0, attempt: 2 }, error: failure },
      { kind: "stageEnded", stage: 0, succeeded: false },
    ]);
  });

  test("is for each task: failures of others do not count", () => {
    const play = new Play({ maxTaskFailures: 2 });
    play.executors([3]);
    play.submit(0, [result(0, 3)]);
    expect([...play.fail("0/0/0"), ...play.fail("0/1/0"), ...play.fail("0/2/0")]).toEqual(["0/0/1", "0/1/1", "0/2/1"]);
  });

  test("does not matter to a failure that another attempt cannot help", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, [result(0, 2)]);
    expect(play.fail("0/1/0", true)).toEqual([]);
    expect(play.failedJobs).toEqual(["INTERNAL"]);
    expect(play.killedSoFar).toEqual(["0/0/0"]);
  });

  const cases: readonly (readonly [string, SchedulerEvent, boolean])[] = [
    ["an exception", { kind: "taskFailed", task: first, error: failure, permanent: false }, true],
    ["an executor that crashes", { kind: "executorLost", executor: 0, outputsLost: true, error: failure }, true],
    [
      "an executor that is preempted",
      { kind: "executorLost", executor: 0, outputsLost: true, error: failure, causedByTask: false },
      false,
    ],
    ["a kill from outside", { kind: "taskKilled", task: first }, false],
    [
      "a commit that is denied",
      { kind: "taskFailed", task: first, error: failure, permanent: false, commitDenied: true },
      false,
    ],
    [
      "outputs that are missing",
      { kind: "fetchFailed", task: first, lost: { stage: 9, partition: 0 }, error: failure },
      false,
    ],
  ];
  test.each(cases)("%s counts or not, as TaskFailedReason.countTowardsTaskFailures says", (_, event, counts) => {
    const play = new Play({ maxTaskFailures: 1 });
    play.executors([1, 1]);
    play.submit(0, [result(0, 1)]);
    const launches = play.launches(event);
    expect(play.failedJobs).toEqual(counts ? ["INTERNAL"] : []);
    expect(launches).toEqual(counts ? [] : ["0/0/1"]);
  });

  test("jobs that do not need the stage go on", () => {
    const play = new Play({ maxTaskFailures: 1 });
    play.executors([4]);
    const shared = [outputs(0, 1), outputs(1, 1, { parents: [0] })];
    play.submit(0, [...shared, result(2, 1, { parents: [0] })]);
    play.succeed("0/0/0");
    play.submit(1, [...shared, result(3, 2, { parents: [1] })]);
    play.succeed("1/0/0");
    play.fail("2/0/0");
    expect(play.all("jobFailed").map(({ job }) => job)).toEqual([0]);
    expect(play.succeed("3/0/0", "3/1/0")).toEqual([]);
    expect(play.succeededJobs).toEqual([1]);
  });
});

describe("outputs that cannot be read", () => {
  const reading = (settings = {}): Play => {
    const play = new Play(settings);
    play.executors([4]);
    play.submit(0, twoStages(3, 2));
    play.succeed("0/0/0", "0/1/0", "0/2/0");
    return play;
  };

  test("are computed again and nothing else, without counting against the task that missed them", () => {
    const play = reading({ maxTaskFailures: 1 });
    expect(play.missed("1/0/0", 0, 1)).toEqual(["0/1/1"]);
    expect(play.succeed("0/1/1")).toEqual(["1/0/1"]);
    expect(play.all("stageStarted").slice(-2)).toEqual([
      { kind: "stageStarted", stage: 0, attempt: 1 },
      { kind: "stageStarted", stage: 1, attempt: 1 },
    ]);
  });

  test("fail one attempt of the stage, however many tasks miss them", () => {
    const play = reading({ maxConsecutiveStageAttempts: 2 });
    play.missed("1/0/0", 0, 1);
    play.missed("1/1/0", 0, 1);
    expect(play.failedJobs).toEqual([]);
    expect(play.succeed("0/1/1")).toEqual(["1/1/1", "1/0/1"]);
    play.missed("1/0/1", 0, 0);
    expect(play.failedJobs).toEqual(["INTERNAL"]);
  });

  test("four times in a row end the job: spark.stage.maxConsecutiveAttempts", () => {
    const play = reading();
    for (let attempt = 0; attempt < 3; attempt++) {
      play.missed(`1/0/${attempt}`, 0, 1);
      play.succeed(`0/1/${attempt + 1}`);
    }
    expect(play.failedJobs).toEqual([]);
    play.missed("1/0/3", 0, 1);
    expect(play.failedJobs).toEqual(["INTERNAL"]);
  });

  test("do not stop other tasks of the same attempt: what these bring counts", () => {
    const play = reading();
    play.missed("1/0/0", 0, 1);
    play.succeed("1/1/0");
    expect(play.tasks("deliver")).toEqual(["1/1/0"]);
    expect(play.succeed("0/1/1")).toEqual(["1/0/1"]);
    play.succeed("1/0/1");
    expect(play.succeededJobs).toEqual([0]);
  });

  test("are not lost again by a task that started before they were computed again", () => {
    const play = reading();
    play.missed("1/0/0", 0, 1);
    play.succeed("0/1/1");
    // 1/1/0 read the old output.
    expect(play.missed("1/1/0", 0, 1)).toEqual(["1/1/1"]);
    expect(play.tasks("dropOutput")).toEqual(["0/1/0"]);
  });

  test("take all others of an executor with them that is known to be gone", () => {
    const play = new Play();
    play.executors([2, 1]);
    play.submit(0, twoStages(3, 1));
    // Tasks 0 and 1 ran on executor 0, and so does the one that reads.
    play.succeed("0/1/0", "0/2/0", "0/0/0");
    play.lose(0);
    play.executors([4], 2);
    expect(play.missed("1/0/1", 0, 1)).toEqual(["0/0/1", "0/1/1"]);
  });

  test("of a decommissioned executor fail no attempt: spark.stage.ignoreDecommissionFetchFailure", () => {
    for (const ignore of [true, false]) {
      const play = reading({ maxConsecutiveStageAttempts: 1, ignoreDecommissionFetchFailure: ignore });
      play.on({ kind: "executorDecommissioning", executor: 0 });
      play.missed("1/0/0", 0, 1);
      expect(play.failedJobs).toEqual(ignore ? [] : ["INTERNAL"]);
    }
  });
});

describe("a decommissioned executor", () => {
  test("gets no new tasks, ends those it has, and costs nothing when it goes", () => {
    const play = new Play({ maxTaskFailures: 1 });
    play.executors([2]);
    play.submit(0, [result(0, 3)]);
    play.on({ kind: "executorDecommissioning", executor: 0 });
    expect(play.succeed("0/0/0")).toEqual([]);
    expect(play.tasks("deliver")).toEqual(["0/0/0"]);
    expect(play.lose(0, { causedByTask: true })).toEqual([]);
    expect(play.failedJobs).toEqual([]);
    expect(play.all("replaceExecutor").length).toBe(1);
    expect(play.executors([2], 1).map(nameOf)).toEqual(["0/1/1", "0/2/0"]);
  });
});

test("an executor that ended before it was added is replaced", () => {
  const play = new Play();
  play.on({ kind: "executorStartFailed", executor: 3 });
  expect(play.all("replaceExecutor")).toEqual([{ kind: "replaceExecutor", executor: 3 }]);
});
