/**
 * Stages that give something else when they run again. The rules are those of the rollback in Spark's DAGScheduler,
 * but for stages below that have finished: they were made of the old outputs alone, and stay.
 */
import { describe, expect, test } from "vitest";
import type { Determinism } from "../../../engine/schedule/stage.js";
import { outputs, Play, result, twoStages } from "./play.js";

describe("lost outputs of a finished stage", () => {
  const cases: readonly (readonly [Determinism, readonly string[]])[] = [
    ["determinate", ["0/1/1"]],
    ["unordered", ["0/1/1"]],
    ["indeterminate", ["0/0/1", "0/1/1", "0/2/1"]],
  ];
  test.each(cases)("that is %s are computed again", (determinism, again) => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, twoStages(3, 2, { determinism }));
    play.succeed("0/0/0", "0/1/0", "0/2/0");
    expect(play.missed("1/0/0", 0, 1)).toEqual(again);
    expect(play.failedJobs).toEqual([]);
  });

  test("kill what was reading the old ones", () => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, twoStages(2, 2, { determinism: "indeterminate" }));
    play.succeed("0/0/0", "0/1/0");
    play.missed("1/0/0", 0, 1);
    expect(play.killedSoFar).toEqual(["1/1/0"]);
    // Its late success brings nothing.
    play.succeed("1/1/0");
    expect(play.tasks("discard")).toEqual(["1/1/0"]);
    expect(play.succeed("0/0/1", "0/1/1")).toEqual(["1/0/1", "1/1/1"]);
  });

  test("of which results were delivered end the job", () => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, twoStages(2, 2, { determinism: "indeterminate" }));
    play.succeed("0/0/0", "0/1/0", "1/0/0");
    play.missed("1/1/0", 0, 0);
    expect(play.all("jobFailed")).toMatchObject([
      { job: 0, task: null, error: { code: "INDETERMINATE_RERUN", params: { stage: "0", result: "1" } } },
    ]);
  });

  test("of which results may have been committed end the job", () => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, twoStages(2, 2, { determinism: "indeterminate" }));
    play.succeed("0/0/0", "0/1/0");
    expect(play.commit("1/0/0")).toBe("commitAllowed");
    play.missed("1/1/0", 0, 0);
    expect(play.failedJobs).toEqual(["INDETERMINATE_RERUN"]);
  });

  test("are computed alone while the stage is not finished", () => {
    const play = new Play();
    play.executors([1, 1]);
    play.submit(0, twoStages(3, 1, { determinism: "indeterminate" }));
    play.succeed("0/0/0");
    expect(play.lose(0, { outputsLost: true })).toEqual([]);
    expect(play.succeed("0/1/0")).toEqual(["0/0/1"]);
    expect(play.tasks("dropOutput")).toEqual(["0/0/0"]);
  });
});

describe("stages below", () => {
  const stages = [
    outputs(0, 2, { determinism: "indeterminate" }),
    outputs(1, 2, { parents: [0] }),
    result(2, 2, { parents: [1] }),
  ];

  test("run again whole when they were not finished", () => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, stages);
    play.succeed("0/0/0", "0/1/0", "1/0/0");
    play.missed("1/1/0", 0, 0);
    expect(play.tasks("dropOutput")).toEqual(["0/0/0", "0/1/0", "1/0/0"]);
    expect(play.succeed("0/0/1", "0/1/1")).toEqual(["1/0/1", "1/1/1"]);
  });

  test("stay when they were finished", () => {
    const play = new Play();
    play.executors([2]);
    play.submit(0, stages);
    play.executors([2], 1);
    play.on({ kind: "executorDecommissioning", executor: 0 });
    play.succeed("0/0/0", "0/1/0");
    play.succeed("1/0/0", "1/1/0");
    play.succeed("2/0/0");
    // What is lost was read before, by a stage that lies on the other executor.
    expect(play.lose(0, { outputsLost: true })).toEqual([]);
    expect(play.tasks("dropOutput")).toEqual(["0/0/0", "0/1/0"]);
    play.succeed("2/1/0");
    expect(play.succeededJobs).toEqual([0]);
  });

  test("run again whole when they lose something after what they read was computed anew", () => {
    const play = new Play();
    play.executors([5]);
    play.submit(0, stages);
    play.succeed("0/0/0", "0/1/0", "1/0/0", "1/1/0");
    // Another reader of stage 0 has it computed anew.
    play.submit(1, [stages[0] ?? outputs(0, 2), result(3, 1, { parents: [0] })]);
    play.missed("3/0/0", 0, 0);
    play.succeed("0/0/1", "0/1/1");
    expect(play.tasks("dropOutput")).toEqual(["0/0/0", "0/1/0"]);
    expect(play.missed("2/0/0", 1, 0)).toEqual(["1/0/1", "1/1/1"]);
    expect(play.killedSoFar).toEqual(["2/1/0"]);
  });
});
