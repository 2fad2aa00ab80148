/** Who may publish: histories of Spark's OutputCommitCoordinatorSuite. */
import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../../engine/schedule/settings.js";
import { Play, result, upTo } from "./play.js";

/** The last of ten tasks has a copy. */
function withCopy(): Play {
  const play = new Play({ speculation: { ...defaultSettings.speculation, enabled: true } });
  play.executors([10, 10]);
  play.submit(0, [result(0, 10)]);
  play.nowMs = 10;
  play.succeed(...upTo(9).map((partition) => `0/${partition}/0`));
  expect(play.tick(1000)).toEqual(["0/9/1"]);
  return play;
}

describe("of the attempts of one partition", () => {
  test("the first that asks may commit, and asks twice without harm", () => {
    const play = withCopy();
    expect(play.commit("0/9/1")).toBe("commitAllowed");
    expect(play.commit("0/9/0")).toBe("commitDenied");
    expect(play.commit("0/9/1")).toBe("commitAllowed");
  });

  test("another may when that one has failed", () => {
    const play = withCopy();
    play.commit("0/9/1");
    play.fail("0/9/1");
    expect(play.commit("0/9/0")).toBe("commitAllowed");
  });

  test("another may not when one failed that was not allowed to", () => {
    const play = withCopy();
    play.commit("0/9/0");
    play.fail("0/9/1");
    expect(play.tick(1100)).toEqual([]);
    play.executors([1], 2);
    expect(play.commit("0/9/2")).toBe("commitDenied");
  });

  test("another may when its executor was lost", () => {
    const play = new Play();
    play.executors([1, 1]);
    play.submit(0, [result(0, 1)]);
    play.commit("0/0/0");
    expect(play.lose(0)).toEqual(["0/0/1"]);
    expect(play.commit("0/0/1")).toBe("commitAllowed");
  });
});

test("an attempt that has ended, or was given up, may not commit", () => {
  const play = new Play();
  play.executors([2]);
  play.submit(0, [result(0, 2)]);
  play.fail("0/0/0");
  expect(play.commit("0/0/0")).toBe("commitDenied");
  play.on({ kind: "jobCancelled", job: 0 });
  expect(play.commit("0/1/0")).toBe("commitDenied");
  expect(play.commit("7/0/0")).toBe("commitDenied");
});

test("nothing is remembered when the job is over", () => {
  const play = new Play();
  play.executors([1]);
  play.submit(0, [result(0, 1)]);
  play.commit("0/0/0");
  play.succeed("0/0/0");
  expect(play.state.stages.size).toBe(0);
});
