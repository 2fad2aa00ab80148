/** Where the tasks of a barrier stage wait for each other: the rules of Spark's BarrierCoordinator. */
import { describe, expect, test } from "vitest";
import {
  type BarrierAction,
  type BarrierJoin,
  barrierWakeAtMs,
  coordinate,
  initialBarriers,
} from "../../../engine/schedule/barrier.js";

const at = (task: number, more: Partial<BarrierJoin> = {}): BarrierJoin => ({
  kind: "join",
  stage: 3,
  attempt: 0,
  task,
  tasks: 2,
  epoch: 0,
  operation: "allGather",
  message: `from ${task}`,
  nowMs: 0,
  ...more,
});

const reasons = (actions: readonly BarrierAction[]): unknown[] =>
  actions.map((action) => (action.kind === "fail" ? [action.tasks, action.error.params["reason"]] : action.kind));

describe("tasks that meet", () => {
  test("are released with all messages, in the order of partitions", () => {
    const state = initialBarriers(1000);
    expect(coordinate(state, at(1))).toEqual([]);
    expect(coordinate(state, at(0))).toEqual([
      { kind: "release", stage: 3, attempt: 0, epoch: 0, messages: ["from 0", "from 1"] },
    ]);
  });

  test("meet once per epoch", () => {
    const state = initialBarriers(1000);
    for (const epoch of [0, 1, 2]) {
      expect(coordinate(state, at(0, { epoch }))).toEqual([]);
      expect(coordinate(state, at(1, { epoch })).length).toBe(1);
    }
    expect(reasons(coordinate(state, at(0, { epoch: 1 })))).toEqual([[[0], "call 2 came while call 4 was due"]]);
  });

  test("may call one thing now and another the next time, not both at once", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0, { operation: "barrier" }));
    expect(coordinate(state, at(1, { operation: "barrier" })).length).toBe(1);
    coordinate(state, at(0, { epoch: 1 }));
    expect(reasons(coordinate(state, at(1, { epoch: 1, operation: "barrier" })))).toEqual([
      [[0, 1], "one called allGather, another barrier"],
    ]);
  });

  test("of another attempt of the stage are others", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0));
    expect(coordinate(state, at(1, { attempt: 1 }))).toEqual([]);
  });

  test("agree on how many they are", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0));
    expect(reasons(coordinate(state, at(1, { tasks: 3 })))).toEqual([[[1], "one counts 2 tasks, another 3"]]);
  });
});

describe("a task that does not come", () => {
  test("fails the others when the time is over, and all that come later", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0, { nowMs: 500 }));
    expect(barrierWakeAtMs(state)).toBe(1500);
    expect(coordinate(state, { kind: "tick", nowMs: 1499 })).toEqual([]);
    const failed = coordinate(state, { kind: "tick", nowMs: 1500 });
    expect(failed).toMatchObject([{ kind: "fail", stage: 3, attempt: 0, error: { code: "BARRIER_SYNC_FAILED" } }]);
    expect(reasons(failed)).toEqual([[[0], "1 of 2 came within 1000 ms"]]);
    expect(reasons(coordinate(state, at(1)))).toEqual([[[1], "an earlier call of this attempt failed"]]);
    expect(barrierWakeAtMs(state)).toBe(null);
  });

  test("has the time from the first to come, in every epoch", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0));
    coordinate(state, at(1));
    coordinate(state, at(0, { epoch: 1, nowMs: 5000 }));
    expect(barrierWakeAtMs(state)).toBe(6000);
  });

  test("is not waited for when the attempt is over", () => {
    const state = initialBarriers(1000);
    coordinate(state, at(0));
    coordinate(state, { kind: "ended", stage: 3, attempt: 0 });
    expect(state.meetings.size).toBe(0);
    expect(coordinate(state, { kind: "tick", nowMs: 9999 })).toEqual([]);
  });
});
