import { expect, test } from "vitest";
import type { EngineEvent } from "../../../engine/session/events.js";
import { SparkProgress } from "../../../engine/spark/progress.js";

test("each stage of Spark's reports is told until it ends, once", () => {
  const events: EngineEvent[] = [];
  const progress = new SparkProgress("count at app.py:3", (event) => events.push(event));
  progress.report([{ stageId: "4", numTasks: "8", numCompletedTasks: "2" }]);
  progress.report([{ stageId: "4", numTasks: "8", numCompletedTasks: "8", done: true }, { numTasks: "1" }]);
  progress.report([{ stageId: "4", numTasks: "8", numCompletedTasks: "8", done: true }]);
  progress.end();
  const told = events.map((event) =>
    event.kind === "progress" ? [event.stage, event.tasks, event.done, event.ended] : null,
  );
  expect(told).toEqual([
    [4, 8, 2, false],
    [4, 8, 8, true],
    [0, 1, 0, false],
    [0, 1, 0, true],
  ]);
});
