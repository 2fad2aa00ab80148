/** Jobs and the stages that they share, as Spark's DAGScheduler runs them. */
import { describe, expect, test } from "vitest";
import { nameOf, outputs, Play, result, twoStages, upTo } from "./play.js";

const started = (play: Play, slots = 8): Play => {
  play.executors([slots]);
  return play;
};

describe("a job", () => {
  test("starts no reducer before the last map task, and delivers each partition", () => {
    const play = started(new Play(), 2);
    expect(play.submit(7, twoStages(3, 1)).map(nameOf)).toEqual(["0/0/0", "0/1/0"]);
    expect(play.succeed("0/0/0")).toEqual(["0/2/0"]);
    expect(play.succeed("0/1/0")).toEqual([]);
    expect(play.succeed("0/2/0")).toEqual(["1/0/0"]);
    play.succeed("1/0/0");
    expect(play.log.slice(-3)).toEqual([
      { kind: "deliver", job: 7, task: { stage: 1, partition: 0, attempt: 0 } },
      { kind: "stageEnded", stage: 1, succeeded: true },
      { kind: "jobSucceeded", job: 7 },
    ]);
  });

  test("on some partitions runs those, each once", () => {
    const play = started(new Play());
    expect(play.submit(0, [result(0, 9)], { partitions: [7, 2, 7] }).map(nameOf)).toEqual(["0/7/0", "0/2/0"]);
    play.succeed("0/2/0", "0/7/0");
    expect(play.tasks("deliver")).toEqual(["0/2/0", "0/7/0"]);
    expect(play.succeededJobs).toEqual([0]);
  });

  test("on no partition succeeds at once and starts nothing", () => {
    const play = started(new Play());
    expect(play.submit(0, twoStages(3, 2), { partitions: [] })).toEqual([]);
    expect(play.succeededJobs).toEqual([0]);
    expect(play.state.jobs.size).toBe(0);
  });

  test("reads a stage that has no partitions as one that is done", () => {
    const play = started(new Play());
    expect(play.submit(0, twoStages(0, 1)).map(nameOf)).toEqual(["1/0/0"]);
  });

  test("may end with outputs that later jobs read: Spark's submitMapStage", () => {
    const play = started(new Play());
    play.submit(0, [outputs(0, 1)]);
    play.succeed("0/0/0");
    expect(play.succeededJobs).toEqual([0]);
    expect(play.submit(1, [outputs(0, 1)])).toEqual([]);
    expect(play.succeededJobs).toEqual([0, 1]);
  });

  test("hears nothing twice, and nothing from an attempt that was given up", () => {
    const play = started(new Play(), 1);
    play.submit(0, [result(0, 2)]);
    play.succeed("0/0/0");
    play.succeed("0/0/0");
    expect(play.tasks("deliver")).toEqual(["0/0/0"]);
    play.lose(0);
    expect(play.succeed("0/1/0")).toEqual([]);
    expect(play.tasks("discard")).toEqual(["0/1/0"]);
    expect(play.executors([1], 1).map(nameOf)).toEqual(["0/1/1"]);
  });
});

describe("finished outputs", () => {
  test("are used again in a later job, and what they were made from is not asked for", () => {
    const play = started(new Play());
    const stages = [outputs(0, 2), outputs(1, 1, { parents: [0] })];
    play.submit(0, [...stages, result(2, 1, { parents: [1] })]);
    play.succeed("0/0/0", "0/1/0", "1/0/0", "2/0/0");
    play.on({ kind: "stageForgotten", stage: 0 });
    expect(play.submit(1, [...stages, result(3, 1, { parents: [1] })]).map(nameOf)).toEqual(["3/0/0"]);
  });

  test("of a stage that two jobs need are computed once", () => {
    const play = started(new Play());
    play.submit(0, twoStages(1, 1));
    expect(play.submit(1, [outputs(0, 1), result(2, 1, { parents: [0] })])).toEqual([]);
    expect(play.succeed("0/0/0")).toEqual(["1/0/0", "2/0/0"]);
  });

  test("are used by a job that does not name what they were made from, and computed again for it", () => {
    const play = started(new Play());
    play.submit(0, [outputs(0, 1), outputs(1, 1, { parents: [0] })]);
    play.succeed("0/0/0", "1/0/0");
    play.submit(1, [result(2, 1, { parents: [1] })]);
    play.executors([8], 1);
    expect(play.lose(0, { outputsLost: true })).toEqual(["0/0/1"]);
    expect(play.succeed("0/0/1")).toEqual(["1/0/1"]);
    expect(play.succeed("1/0/1")).toEqual(["2/0/1"]);
  });

  test("that are missing end a job when nobody knows what they were made from", () => {
    const play = started(new Play());
    play.submit(0, [result(2, 1, { parents: [1] })]);
    expect(play.all("jobFailed")).toMatchObject([
      { error: { code: "INTERNAL", params: { reason: "stage 2 reads stage 1, which is not known" } } },
    ]);
  });

  test("of other partitions stay when some are lost: only these are computed again", () => {
    const play = new Play();
    play.executors([2, 1]);
    play.submit(0, twoStages(3, 1));
    const of1 = play
      .all("launch")
      .filter(({ executor }) => executor === 1)
      .map(nameOf);
    expect(of1).toEqual(["0/2/0"]);
    play.succeed("0/0/0", "0/1/0", "0/2/0");
    expect(play.lose(1, { outputsLost: true })).toEqual(["0/2/1"]);
    expect(play.tasks("dropOutput")).toEqual(["0/2/0"]);
  });

  test("that nobody needs any more are not computed again", () => {
    const play = new Play();
    play.executors([1, 1]);
    play.submit(0, [outputs(0, 1), outputs(1, 1, { parents: [0] }), result(2, 2, { parents: [1] })]);
    play.succeed("0/0/0", "1/0/0");
    // Stage 0 lies on executor 0 and is read by stage 1, which is done and lies there too.
    expect(play.all("keepOutput").length).toBe(2);
    play.on({ kind: "executorDecommissioning", executor: 1 });
    expect(play.lose(0, { outputsLost: true })).toEqual([]);
    expect(play.executors([2], 5).map(nameOf)).toEqual(["0/0/1"]);
    expect(play.succeed("0/0/1")).toEqual(["1/0/1"]);
  });

  test("are dropped when nobody can ask for them, once nobody uses them", () => {
    const play = started(new Play());
    play.submit(0, twoStages(1, 2));
    play.succeed("0/0/0");
    play.on({ kind: "stageForgotten", stage: 0 });
    expect(play.all("removeStage")).toEqual([]);
    play.on({ kind: "jobCancelled", job: 0 });
    expect(play.all("removeStage")).toEqual([{ kind: "removeStage", stage: 0 }]);
    // Attempts of stage 1 are on their way to their end.
    play.on({ kind: "stageForgotten", stage: 1 });
    play.killed("1/0/0");
    expect(play.all("removeStage").length).toBe(1);
    play.killed("1/1/0");
    expect(play.all("removeStage").length).toBe(2);
    expect(play.state.stages.size).toBe(0);
  });
});

describe("cancelling a job", () => {
  test("kills what only it needs", () => {
    const play = started(new Play(), 2);
    play.submit(0, twoStages(2, 1));
    play.submit(1, [outputs(0, 2), result(2, 1, { parents: [0] })]);
    play.on({ kind: "jobCancelled", job: 0 });
    expect(play.killedSoFar).toEqual([]);
    play.on({ kind: "jobCancelled", job: 1 });
    expect(play.killedSoFar).toEqual(["0/0/0", "0/1/0"]);
    expect(play.failedJobs).toEqual([null, null]);
    expect(play.all("stageEnded")).toEqual([{ kind: "stageEnded", stage: 0, succeeded: false }]);
  });

  test("keeps slots taken until the attempts have ended, and finished outputs for later", () => {
    const play = started(new Play(), 2);
    play.submit(0, twoStages(2, 1));
    play.succeed("0/0/0");
    play.on({ kind: "jobCancelled", job: 0 });
    expect(play.submit(1, [outputs(0, 2), result(2, 1, { parents: [0] })]).map(nameOf)).toEqual(["0/1/1"]);
    expect(play.submit(2, [result(3, 1)])).toEqual([]);
    expect(play.killed("0/1/0")).toEqual(["3/0/0"]);
  });
});

test("tasks that take more than one slot leave the others of an executor free", () => {
  const play = new Play({ cpusPerTask: 2 });
  play.executors([5, 3]);
  const launches = play.submit(0, [result(0, 9)]);
  expect(launches.map(({ executor }) => executor)).toEqual([0, 0, 1]);
});

test("stages deeper than a call stack are no trouble", () => {
  const depth = 20_000;
  const play = started(new Play(), 1);
  const stages = upTo(depth).map((id) => outputs(id, 1, { parents: id === 0 ? [] : [id - 1] }));
  expect(play.submit(0, [...stages, result(depth, 1, { parents: [depth - 1] })]).map(nameOf)).toEqual(["0/0/0"]);
  play.on({ kind: "jobCancelled", job: 0 });
  expect(play.failedJobs).toEqual([null]);
});
