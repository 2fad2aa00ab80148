/** Event logs: what Spark 4.3's own reader makes of every kind of event, and the file of an application. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { SparkContext } from "../../../engine/index.js";
import { StorageLevel } from "../../../engine/plan/storage-level.js";
import { eventLine, logStartLine } from "../../../engine/session/event-json.js";
import { EventLog } from "../../../engine/session/event-log.js";
import {
  type ListenerEvent,
  noTaskMetrics,
  type StageInfo,
  type TaskEndReason,
  type TaskInfo,
} from "../../../engine/session/listener-event.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "event-log-"));
afterAll(() => rmSync(directory, { recursive: true }));

const stageInfo: StageInfo = {
  stageId: 3,
  attemptNumber: 1,
  name: "reduceByKey at app.ts:8",
  details: "app.ts:8",
  numTasks: 2,
  parentIds: [1, 2],
  rddInfos: [
    {
      id: 5,
      name: "words",
      scope: "map",
      parentIds: [4],
      numPartitions: 2,
      storageLevel: StorageLevel.MEMORY_AND_DISK_2,
      numCachedPartitions: 1,
      memorySizeBytes: 100,
      diskSizeBytes: 200,
    },
  ],
  submissionTimeMs: 1_700_000_000_001,
  completionTimeMs: 1_700_000_000_002,
  failureReason: "lost",
};

const taskInfo: TaskInfo = {
  taskId: 7,
  index: 1,
  attemptNumber: 2,
  partitionId: 1,
  launchTimeMs: 1_700_000_000_003,
  executorId: "1",
  host: "here",
  taskLocality: "PROCESS_LOCAL",
  speculative: true,
  gettingResultTimeMs: 1_700_000_000_004,
  finishTimeMs: 1_700_000_000_005,
  failed: true,
  killed: false,
};

const taskMetrics = Object.fromEntries(
  Object.keys(noTaskMetrics).map((name, index) => [name, index + 1]),
) as unknown as typeof noTaskMetrics;

const timeMs = 1_700_000_000_000;
const [stageId, stageAttemptId, executorId, host] = [3, 1, "1", "here"];
const properties = { "spark.jobGroup.id": "group" };

const reasons: readonly TaskEndReason[] = [
  { kind: "success" },
  { kind: "resubmitted" },
  { kind: "fetchFailed", shuffleId: 1, mapPartition: 2, reducePartition: 3, executorId: "0", message: "gone" },
  { kind: "exceptionFailure", code: "C", className: "ValueError", description: "bad", stackTrace: ["at app.ts:3"] },
  { kind: "executorLostFailure", executorId: "0", exitCausedByApp: true, reason: "ended" },
  { kind: "taskKilled", reason: "another attempt succeeded" },
  { kind: "taskCommitDenied", jobId: 1, partitionId: 2, attemptNumber: 3 },
  { kind: "unknownReason" },
];

const events: readonly ListenerEvent[] = [
  { kind: "applicationStart", timeMs, appName: "app", appId: "local-1", sparkUser: "me" },
  {
    kind: "environmentUpdate",
    timeMs,
    runtime: { "Node Version": "v20" },
    sparkProperties: { "spark.master": "local" },
    systemProperties: { "os.name": "linux" },
    files: { "/f": "added" },
  },
  { kind: "jobStart", timeMs, jobId: 1, stageInfos: [stageInfo], properties },
  { kind: "jobEnd", timeMs, jobId: 1, jobResult: { kind: "succeeded" } },
  { kind: "jobEnd", timeMs, jobId: 1, jobResult: { kind: "failed", code: "C", message: "[C] why" } },
  {
    kind: "stageSubmitted",
    timeMs,
    stageInfo: { ...stageInfo, completionTimeMs: null, failureReason: null },
    properties,
  },
  { kind: "stageCompleted", timeMs, stageInfo },
  { kind: "unschedulableTaskSetAdded", timeMs, stageId, stageAttemptId },
  { kind: "unschedulableTaskSetRemoved", timeMs, stageId, stageAttemptId },
  { kind: "taskStart", timeMs, stageId, stageAttemptId, taskInfo: { ...taskInfo, finishTimeMs: null, failed: false } },
  { kind: "taskGettingResult", timeMs, stageId, stageAttemptId, taskInfo },
  { kind: "speculativeTaskSubmitted", timeMs, stageId, stageAttemptId, taskIndex: 1, partitionId: 1 },
  ...reasons.map(
    (reason): ListenerEvent => ({
      kind: "taskEnd",
      timeMs,
      stageId,
      stageAttemptId,
      taskType: "ShuffleMapTask",
      reason,
      taskInfo,
      taskMetrics,
    }),
  ),
  { kind: "executorAdded", timeMs, executorId, host, totalCores: 2 },
  { kind: "executorRemoved", timeMs, executorId, reason: "ended" },
  { kind: "executorExcluded", timeMs, executorId, taskFailures: 2 },
  { kind: "executorExcludedForStage", timeMs, executorId, taskFailures: 2, stageId, stageAttemptId },
  { kind: "executorUnexcluded", timeMs, executorId },
  { kind: "nodeExcluded", timeMs, host, executorFailures: 2 },
  { kind: "nodeExcludedForStage", timeMs, host, executorFailures: 2, stageId, stageAttemptId },
  { kind: "nodeUnexcluded", timeMs, host },
  { kind: "executorMetricsUpdate", timeMs, executorId, metrics: { OnHeapStorageMemory: 12 } },
  { kind: "blockManagerAdded", timeMs, executorId, host, maxMemoryBytes: 1000 },
  { kind: "blockManagerRemoved", timeMs, executorId, host },
  {
    kind: "blockUpdated",
    timeMs,
    blockUpdatedInfo: {
      blockId: "rdd_3_1",
      rddId: 3,
      partition: 1,
      executorId,
      storageLevel: StorageLevel.DISK_ONLY,
      memorySizeBytes: 0,
      diskSizeBytes: 9,
    },
  },
  { kind: "unpersistRDD", timeMs, rddId: 3 },
  { kind: "applicationEnd", timeMs },
];

/** What Spark reads in these lines, as it writes it again. */
function asSparkReads(lines: readonly string[]): unknown[] {
  const python = process.env.KINDLING_SPARK_PYTHON ?? join(homedir(), ".cache/kindling/pyspark-4.3.0/bin/python");
  const script = join(root, "test/engine/session/spark_event_log.py");
  const input = lines.map((line) => `${line}\n`).join("");
  const { stdout, stderr } = spawnSync(python, [script], { input, encoding: "utf8", timeout: 120_000 });
  const found = stdout.split("\n").filter((line) => line.startsWith("{"));
  if (found.length !== lines.length) throw new TypeError(`Spark read ${found.length} of ${lines.length}: ${stderr}`);
  return found.map((line) => JSON.parse(line));
}

describe("every event", () => {
  test("Spark reads what is written, and loses nothing of it", { timeout: 150_000 }, () => {
    const lines = [logStartLine("4.3.0"), ...events.map(eventLine)];
    const read = asSparkReads(lines);
    for (const [index, line] of lines.entries()) expect(read[index]).toMatchObject(JSON.parse(line) as object);
  });

  test("of every kind is here", () => {
    const kinds = new Set(events.map(({ kind }) => kind));
    expect(kinds.size).toBe(26);
    expect(new Set(reasons.map(({ kind }) => kind)).size).toBe(8);
  });
});

const linesOf = (file: string): { readonly Event: string }[] =>
  readFileSync(join(directory, file), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly Event: string });

describe("the log of an application", () => {
  test("grows while it runs, and has its final name when it has ended", async () => {
    const conf = { "spark.eventLog.enabled": "true", "spark.eventLog.dir": `file:${directory}` };
    const sc = new SparkContext("local[2]", "logged", conf);
    const [file, growing] = [sc.applicationId, `${sc.applicationId}.inprogress`];
    sc.setJobGroup("group", "counts");
    await sc.parallelize([1, 2, 3], 2).count();
    await sc.session.application.bus.flush();
    expect(linesOf(growing).at(-1)).toMatchObject({ Event: "SparkListenerJobEnd", "Job ID": 0 });
    await sc.stop();
    expect(existsSync(join(directory, growing))).toBe(false);
    const found = linesOf(file);
    const named = (event: string): object[] => found.filter(({ Event }) => Event === `SparkListener${event}`);
    expect(found[0]).toMatchObject({ Event: "SparkListenerLogStart" });
    expect(found.at(-1)).toMatchObject({ Event: "SparkListenerApplicationEnd" });
    expect(named("ApplicationStart")).toMatchObject([{ "App ID": file, "App Name": "logged" }]);
    expect(named("JobStart")).toMatchObject([{ Properties: { "spark.jobGroup.id": "group" } }]);
    expect(named("TaskEnd").length).toBe(2);
    expect(named("EnvironmentUpdate")).toMatchObject([{ "Spark Properties": { "spark.master": "local[2]" } }]);
  });

  const options = {
    settings: { directory, bufferBytes: 1000, logsBlockUpdates: false, overwrites: false },
    application: "app",
    workingDirectory: "/",
    version: "1.2.3",
    warn: () => {},
  };

  test("holds few events before they are written", () => {
    const log = new EventLog({ ...options, application: "buffered" });
    const unpersisted = { kind: "blockManagerRemoved", timeMs, executorId, host } as const;
    for (let written = 0; written < 100; written++) log.write(unpersisted);
    const length = readFileSync(join(directory, "buffered.inprogress"), "utf8").length;
    expect(length).toBeGreaterThan(100 * eventLine(unpersisted).length - 1000);
    log.close();
    expect(linesOf("buffered").length).toBe(101);
  });

  test("leaves block updates out, unless they are asked for", () => {
    const update = events.find(({ kind }) => kind === "blockUpdated") as ListenerEvent;
    for (const logsBlockUpdates of [false, true]) {
      const application = `blocks ${logsBlockUpdates}`;
      const log = new EventLog({ ...options, application, settings: { ...options.settings, logsBlockUpdates } });
      log.write(update);
      log.close();
      expect(linesOf(application).length).toBe(logsBlockUpdates ? 2 : 1);
    }
  });

  test("does not replace another, unless it is told to", () => {
    writeFileSync(join(directory, "taken"), "other\n");
    expect(() => new EventLog({ ...options, application: "taken" })).toThrow(/PATH_ALREADY_EXISTS/);
    new EventLog({ ...options, application: "taken", settings: { ...options.settings, overwrites: true } }).close();
    expect(linesOf("taken")).toEqual([{ Event: "SparkListenerLogStart", "Spark Version": "1.2.3" }]);
  });

  test("needs a directory, as Spark does; a context that does not start leaves no file", () => {
    const before = readdirSync(directory).length;
    const missing = { "spark.eventLog.enabled": "true", "spark.eventLog.dir": join(directory, "none") };
    expect(() => new SparkContext("local[1]", "app", missing)).toThrow(/PATH_NOT_FOUND.*none/);
    const refused = { ...missing, "spark.eventLog.dir": directory, "spark.task.cpus": "2" };
    expect(() => new SparkContext("local[1]", "app", refused)).toThrow(/spark\.task\.cpus must be at most 1/);
    expect(readdirSync(directory).length).toBe(before);
  });
});
