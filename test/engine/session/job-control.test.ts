/** Jobs of a context: what threads say about theirs, how they are ended, what is told of them. Values are PySpark 4.3's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { EngineError } from "../../../engine/errors.js";
import { type RDD, SparkContext, type SparkListener } from "../../../engine/index.js";
import { runAs } from "../../../engine/session/caller.js";
import type { EngineEvent } from "../../../engine/session/events.js";

const sc = new SparkContext("local[2]", "job control");
afterAll(() => sc.stop());

const groupOf = (): string | null => sc.getLocalProperty("spark.jobGroup.id");

describe("local properties", () => {
  test("are set, replaced, taken away", () => {
    const found = [sc.getLocalProperty("key")];
    for (const value of ["one", "two", null]) {
      sc.setLocalProperty("key", value);
      found.push(sc.getLocalProperty("key"));
    }
    expect(found).toEqual([null, "one", "two", null]);
  });

  test("of a group, a description, interrupting, tags", () => {
    sc.setJobGroup("g", "d");
    sc.setInterruptOnCancel(true);
    for (const tag of ["a", "b", "a"]) sc.addJobTag(tag);
    expect(sc.getLocalProperties()).toEqual({
      "spark.jobGroup.id": "g",
      "spark.job.description": "d",
      "spark.job.interruptOnCancel": "true",
      "spark.job.tags": "a,b",
    });
    sc.setJobDescription(null);
    sc.removeJobTag("a");
    expect([sc.getLocalProperty("spark.job.description"), sc.getJobTags()]).toEqual([null, new Set(["b"])]);
    sc.clearJobTags();
    expect(sc.getLocalProperty("spark.job.tags")).toBe(null);
    sc.setLocalProperties({});
  });

  test.each([
    ["a,b", "a job tag cannot contain ','"],
    ["", "a job tag cannot be an empty string"],
  ])("%j is no tag", (tag, problem) => {
    expect(() => sc.addJobTag(tag)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => sc.addJobTag(tag)).toThrow(problem);
  });

  test("belong to a chain of asynchronous work, and go on after each await", async () => {
    const work = async (group: string): Promise<(string | null)[]> => {
      await null;
      sc.setJobGroup(group, "side by side");
      await new Promise((resolve) => setImmediate(resolve));
      const found = groupOf();
      await sc.parallelize([1], 1).count();
      return [found, groupOf()];
    };
    expect(await Promise.all([work("one"), work("two")])).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
    const { length } = sc.statusTracker().getJobIdsForGroup("one");
    expect(length).toBe(1);
  });

  test("belong to a client's thread", () => {
    const host = sc.session.host;
    const on = <T>(lane: number, work: () => T): T => runAs({ host, at: null, signal: null, lane }, work);
    on(1, () => sc.setLocalProperty("key", "of 1"));
    on(2, () => sc.setLocalProperty("key", "of 2"));
    expect([1, 2, 3].map((lane) => on(lane, () => sc.getLocalProperty("key")))).toEqual(["of 1", "of 2", null]);
    expect(sc.getLocalProperty("key")).toBe(null);
  });
});

/** A job of this group and tag that would take ten minutes; resolves with its error. */
function sleeping(group: string, tag: string): Promise<EngineError> {
  const endless = (x: number): number =>
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000).length + x;
  const job = async (): Promise<EngineError> => {
    await null;
    sc.setJobGroup(group, "sleeps");
    sc.addJobTag(tag);
    return sc
      .parallelize([1, 2], 2)
      .map(endless)
      .collect()
      .then(
        () => new EngineError("INTERNAL", { reason: "the job ended well" }),
        (error: unknown) => EngineError.from(error),
      );
  };
  return job();
}

const isRunning = (group: string): boolean => {
  const tracker = sc.statusTracker();
  return tracker
    .getJobIdsForGroup(group)
    .some((job) =>
      (tracker.getJobInfo(job)?.stageIds ?? []).some((stage) => (tracker.getStageInfo(stage)?.numActiveTasks ?? 0) > 0),
    );
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("jobs are ended", () => {
  test.each<[group: string, cancel: () => void, reason: string]>([
    ["by group", () => sc.cancelJobGroup("by group"), "as part of cancelled job group by group"],
    ["by tag", () => sc.cancelJobsWithTag("drowsy"), "as part of cancelled job tag drowsy"],
    ["all of them", () => sc.cancelAllJobs(), "as part of cancellation of all jobs"],
  ])("%s", { timeout: 60_000 }, async (group, cancel, reason) => {
    const ended = sleeping(group, "drowsy");
    await until(() => isRunning(group));
    sc.cancelJobGroup("others");
    sc.cancelJobsWithTag("awake");
    const tracker = sc.statusTracker();
    const [job = -1] = tracker.getJobIdsForGroup(group);
    expect([tracker.getActiveJobsIds(), tracker.getJobInfo(job)?.status]).toEqual([[job], "RUNNING"]);
    cancel();
    const error = await ended;
    expect([error.code, error.message.split("\n")[0]]).toEqual([
      "JOB_CANCELLED",
      `[JOB_CANCELLED] the job was cancelled ${reason}`,
    ]);
    await until(() => tracker.getActiveStageIds().length === 0);
    expect([tracker.getActiveJobsIds(), tracker.getJobInfo(job)?.status]).toEqual([[], "FAILED"]);
  });

  test("when their context stops", { timeout: 60_000 }, async () => {
    const other = new SparkContext("local[1]", "short");
    const endless = (x: number): number =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000).length + x;
    const failed = other
      .parallelize([1], 1)
      .map(endless)
      .collect()
      .catch((error: unknown) => error as EngineError);
    await until(() => other.statusTracker().getActiveStageIds().length > 0);
    await other.stop();
    expect(await failed).toMatchObject({
      code: "JOB_CANCELLED",
      message: expect.stringContaining("the job was cancelled because SparkContext was shut down"),
    });
    expect(() => other.parallelize([1])).toThrow(/SESSION_STOPPED/);
  });
});

describe("the status tracker", () => {
  test("knows the jobs and stages of a group, and which were not run again", async () => {
    sc.setJobGroup("two stages", "a shuffle");
    const pairs: RDD<[number, number]> = sc.parallelize<[number, number]>([[1, 1]], 2);
    const counted = pairs.reduceByKey((a, b) => a + b, 3);
    await counted.collect();
    await counted.count();
    const tracker = sc.statusTracker();
    const [second = -1, first = -1] = tracker.getJobIdsForGroup("two stages");
    const stages = (tracker.getJobInfo(first)?.stageIds ?? []).map((id) => tracker.getStageInfo(id));
    expect(stages.map((stage) => [stage?.numTasks, stage?.numCompletedTasks, stage?.numFailedTasks])).toEqual([
      [2, 2, 0],
      [3, 3, 0],
    ]);
    expect(stages[0]?.name).toContain("reduceByKey at ");
    const again = tracker.getJobInfo(second)?.stageIds ?? [];
    expect(again.map((id) => tracker.getStageInfo(id)?.numCompletedTasks)).toEqual([3]);
    expect([tracker.getJobInfo(-1), tracker.getStageInfo(-1), tracker.getExecutorInfos().length]).toEqual([
      null,
      null,
      1,
    ]);
    sc.setLocalProperties({});
  });
});

describe("a listener", () => {
  test("hears of a job: its start, its stages, its tasks, its end", async () => {
    const heard: string[] = [];
    const listener: SparkListener = {
      onJobStart: ({ stageInfos, properties }) => heard.push(`start ${stageInfos.length} ${properties["who"]}`),
      onStageSubmitted: ({ stageInfo }) => heard.push(`stage ${stageInfo.numTasks}`),
      onTaskEnd: ({ reason }) => heard.push(`task ${reason.kind}`),
      onStageCompleted: ({ stageInfo }) => heard.push(`done ${stageInfo.failureReason}`),
      onJobEnd: ({ jobResult }) => heard.push(`end ${jobResult.kind}`),
    };
    sc.addSparkListener(listener);
    sc.setLocalProperty("who", "me");
    await sc.parallelize([1, 2], 2).count();
    await sc.session.application.bus.flush();
    sc.removeSparkListener(listener);
    await sc.parallelize([1, 2], 2).count();
    await sc.session.application.bus.flush();
    expect(heard).toEqual(["start 1 me", "stage 2", "task success", "task success", "done null", "end succeeded"]);
    sc.setLocalProperties({});
  });
});

describe("the level of messages", () => {
  test("in any case", () => {
    for (const level of ["warn", "ERROR", "Off", "INFO"]) sc.setLogLevel(level);
    expect(sc.session.application.logLevel).toBe("INFO");
  });

  test("a name that is none", () => {
    expect(() => sc.setLogLevel("LOUD")).toThrow(/INVALID_ARGUMENT.*ALL, TRACE.*did not match one of/);
  });

  test("below which warnings are not shown", async () => {
    const folder = mkdtempSync(join(tmpdir(), "levels-"));
    writeFileSync(join(folder, "bad.txt"), Buffer.from([0x61, 0xff, 0x0a]));
    const heard: string[] = [];
    const listen = (event: EngineEvent): void => void (event.kind === "warning" && heard.push(event.message));
    const host = { ...sc.session.host, listen };
    const other = runAs({ host, at: null, signal: null }, () => new SparkContext("local[1]", "levels"));
    other.setLogLevel("ERROR");
    await other.textFile(join(folder, "bad.txt")).count();
    expect(heard).toEqual([]);
    other.setLogLevel("WARN");
    await other
      .textFile(join(folder, "bad.txt"))
      .map((line) => line)
      .count();
    expect(heard.length).toBe(1);
    await other.stop();
    rmSync(folder, { recursive: true });
  });
});

test("spark.checkpoint.dir is where checkpoints go, each context's in a folder of its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "checkpoints-"));
  const other = new SparkContext("local[1]", "kept", { "spark.checkpoint.dir": folder });
  expect(other.getCheckpointDir()).toMatch(new RegExp(`^file:${folder}/[0-9a-f-]{36}$`));
  await other.setCheckpointDir(join(folder, "deeper"));
  expect(other.getCheckpointDir()).toContain(`file:${folder}/deeper/`);
  await other.stop();
  writeFileSync(join(folder, "file"), "");
  await expect(sc.setCheckpointDir(join(folder, "file"))).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(sc.getCheckpointDir()).toBe(null);
  rmSync(folder, { recursive: true });
});
