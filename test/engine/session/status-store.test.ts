/** The status store: what Spark's `AppStatusListener` keeps of the same events. */
import { describe, expect, test } from "vitest";
import {
  type ListenerEvent,
  noTaskMetrics,
  type StageInfo,
  type TaskEndReason,
  type TaskInfo,
} from "../../../engine/session/listener-event.js";
import { StatusStore } from "../../../engine/session/status-store.js";

const stage = (
  stageId: number,
  numTasks: number,
  attemptNumber = 0,
  failureReason: string | null = null,
): StageInfo => ({
  stageId,
  attemptNumber,
  name: `stage ${stageId}`,
  details: "",
  numTasks,
  parentIds: [],
  rddInfos: [],
  submissionTimeMs: null,
  completionTimeMs: null,
  failureReason,
});

const task = (index: number): TaskInfo => ({
  taskId: index,
  index,
  attemptNumber: 0,
  partitionId: index,
  launchTimeMs: 0,
  executorId: "0",
  host: "here",
  taskLocality: "ANY",
  speculative: false,
  gettingResultTimeMs: null,
  finishTimeMs: null,
  failed: false,
  killed: false,
});

const timeMs = 0;
const jobStart = (jobId: number, stageInfos: readonly StageInfo[], group?: string): ListenerEvent => ({
  kind: "jobStart",
  timeMs,
  jobId,
  stageInfos,
  properties: group === undefined ? {} : { "spark.jobGroup.id": group },
});
const jobEnd = (jobId: number, isGood = true): ListenerEvent => ({
  kind: "jobEnd",
  timeMs,
  jobId,
  jobResult: isGood ? { kind: "succeeded" } : { kind: "failed", code: "INTERNAL", message: "" },
});
const submitted = (stageInfo: StageInfo): ListenerEvent => ({
  kind: "stageSubmitted",
  timeMs,
  stageInfo,
  properties: {},
});
const completed = (stageInfo: StageInfo): ListenerEvent => ({ kind: "stageCompleted", timeMs, stageInfo });
const taskStart = (stageId: number, index: number, stageAttemptId = 0): ListenerEvent => ({
  kind: "taskStart",
  timeMs,
  stageId,
  stageAttemptId,
  taskInfo: task(index),
});
const taskEnd = (stageId: number, index: number, reason: TaskEndReason, stageAttemptId = 0): ListenerEvent => ({
  kind: "taskEnd",
  timeMs,
  stageId,
  stageAttemptId,
  taskType: "ResultTask",
  reason,
  taskInfo: task(index),
  taskMetrics: noTaskMetrics,
});
const success: TaskEndReason = { kind: "success" };
const failure: TaskEndReason = { kind: "exceptionFailure", code: "", className: "", description: "", stackTrace: [] };
const killed: TaskEndReason = { kind: "taskKilled", reason: "another attempt succeeded" };

function storeAfter(events: readonly ListenerEvent[], retained = { jobs: 1000, stages: 1000 }): StatusStore {
  const store = new StatusStore(retained);
  for (const event of events) store.apply(event);
  return store;
}

describe("jobs", () => {
  test("from start to end, by group, the newest first", () => {
    const events = [jobStart(0, [stage(0, 1)], "g"), jobStart(1, [stage(1, 1)]), jobEnd(0), jobEnd(1, false)];
    const store = storeAfter(events);
    expect(store.jobs.map(({ id, status, group }) => [id, status, group])).toEqual([
      [1, "FAILED", null],
      [0, "SUCCEEDED", "g"],
    ]);
    expect(storeAfter(events.slice(0, 2)).jobs.map(({ status }) => status)).toEqual(["RUNNING", "RUNNING"]);
  });

  test("do not name stages that an earlier one has run, but those that failed", () => {
    const [one, two] = [stage(0, 1), stage(1, 1)];
    const events = [
      jobStart(0, [one, two]),
      ...[submitted(one), completed(one), submitted(two), completed(stage(1, 1, 0, "failed"))],
      jobEnd(0, false),
      jobStart(1, [one, two]),
    ];
    expect(storeAfter(events).job(1)?.stageIds).toEqual([1]);
  });

  test("that have ended are forgotten, the oldest first, with their stages", () => {
    const events = [0, 1, 2, 3].flatMap((id) => [
      jobStart(id, [stage(id, 1)]),
      submitted(stage(id, 1)),
      completed(stage(id, 1)),
      ...(id === 0 ? [] : [jobEnd(id)]),
    ]);
    const store = storeAfter(events, { jobs: 2, stages: 2 });
    expect(store.jobs.map(({ id }) => id)).toEqual([3, 0]);
    expect([0, 1, 2, 3].map((id) => store.stage(id) !== undefined)).toEqual([true, false, false, true]);
  });
});

describe("stages", () => {
  test("count tasks that run, succeed, fail; not those that were ended", () => {
    const events = [
      jobStart(0, [stage(0, 4)]),
      submitted(stage(0, 4)),
      ...[0, 1, 2, 3].map((index) => taskStart(0, index)),
      taskEnd(0, 0, success),
      taskEnd(0, 1, failure),
      taskEnd(0, 2, killed),
    ];
    const store = storeAfter(events);
    expect(store.stage(0)).toMatchObject({ tasks: 4, runningTasks: 1, completedTasks: 1, failedTasks: 1 });
    expect(store.runningStages.map(({ id }) => id)).toEqual([0]);
  });

  test("a new attempt counts anew, the old one's tasks no more", () => {
    const again = stage(0, 2, 1);
    const events = [
      jobStart(0, [stage(0, 2)]),
      submitted(stage(0, 2)),
      taskStart(0, 0),
      completed(stage(0, 2, 0, "lost")),
      submitted(again),
      taskEnd(0, 0, success),
      taskStart(0, 1, 1),
      taskEnd(0, 1, success, 1),
    ];
    expect(storeAfter(events).stage(0)).toMatchObject({ attempt: 1, completedTasks: 1, runningTasks: 0 });
  });

  test("a task whose output was lost has not completed any more", () => {
    const events = [
      jobStart(0, [stage(0, 1)]),
      submitted(stage(0, 1)),
      taskStart(0, 0),
      taskEnd(0, 0, success),
      taskEnd(0, 0, { kind: "resubmitted" }),
    ];
    expect(storeAfter(events).stage(0)).toMatchObject({ completedTasks: 0, runningTasks: 0 });
  });

  test("are known before they run, and not running when they have ended", () => {
    const store = storeAfter([jobStart(0, [stage(0, 1)])]);
    expect([store.stage(0)?.status, store.runningStages]).toEqual(["waiting", []]);
    store.apply(submitted(stage(0, 1)));
    store.apply(completed(stage(0, 1)));
    expect([store.stage(0)?.status, store.runningStages]).toEqual(["succeeded", []]);
  });
});
