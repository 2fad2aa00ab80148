/** What a job may not do: give back too much, mix barriers with other partitions, write what another attempt writes. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeElements } from "../../../engine/data/elements.js";
import { runTask } from "../../../engine/execute/run-task.js";
import type { Task } from "../../../engine/execute/task.js";
import { SparkContext } from "../../../engine/index.js";
import { prepareOutput } from "../../../engine/source/output-directory.js";

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "nothing failed",
    (error: unknown) => error,
  );
}

test("results larger than spark.driver.maxResultSize end the job, and the session goes on", async () => {
  const sc = new SparkContext("local[2]", "limits", { "spark.driver.maxResultSize": "1m" });
  try {
    const numbers = sc.range(0, 400_000, 1, 4);
    expect(await failureOf(numbers.collect())).toMatchObject({
      code: "RESULT_TOO_LARGE",
      params: { limit: String(2 ** 20) },
    });
    expect(await numbers.count()).toBe(400_000);
    expect(await sc.range(0, 1000, 1, 4).collect()).toHaveLength(1000);
  } finally {
    await sc.stop();
  }
});

// Spark: BarrierJobUnsupportedRDDChainException.
test("a barrier stage has as many tasks as partitions all the way", async () => {
  const sc = new SparkContext("local[4]", "limits");
  try {
    const two = sc.parallelize([1, 2], 2);
    const copy = (elements: Iterable<number>): Iterable<number> => elements;
    expect(await failureOf(two.union(two).barrier().mapPartitions(copy).collect())).toMatchObject({
      code: "BARRIER_CHAIN",
      params: { what: "union" },
    });
    expect(await failureOf(two.barrier().mapPartitions(copy).take(1))).toMatchObject({ code: "BARRIER_CHAIN" });
    expect(await two.barrier().mapPartitions(copy).collect()).toEqual([1, 2]);
  } finally {
    await sc.stop();
  }
});

test("an attempt that may not commit leaves nothing behind", async () => {
  const directory = mkdtempSync(join(tmpdir(), "limits-"));
  try {
    const path = join(directory, "out");
    await prepareOutput(path);
    const task: Task = {
      stage: 1,
      partition: 0,
      attempt: 1,
      partitions: 1,
      input: {
        kind: "pass",
        pass: { language: "typescript", steps: [{ op: "text" }], bucketing: null, output: "lines", batchElements: 0 },
        partition: 0,
        partitions: 1,
        inputs: [{ kind: "values", slices: [{ batch: encodeElements(["a", "b"]), from: 0, to: 2 }] }],
      },
      sink: { kind: "textFile", path, codec: "none" },
      python: { executable: "python3", searchPath: [], version: null, environment: {} },
      workingDirectory: directory,
      broadcasts: [],
      taskAttemptId: 7,
      stageAttempt: 0,
      cpus: 1,
      properties: {},
      barrier: null,
      holders: [],
    };
    const outcome = await runTask(task, {
      foreign: () => {
        throw new RangeError("no worker here");
      },
      blocks: {
        find: async () => null,
        write: async () => ({ add: async () => {}, finish: async () => {}, abandon: () => {} }),
      },
      directory,
      memoryBytes: 0,
      print: () => {},
      barrier: () => [],
      mayCommit: async () => false,
    });
    expect(outcome).toMatchObject({ kind: "failed", permanent: false, error: { code: "COMMIT_DENIED" } });
    expect(readdirSync(path)).toEqual(["_temporary"]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
