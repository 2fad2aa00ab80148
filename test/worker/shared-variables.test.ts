/** What a function can reach besides its elements: accumulators, broadcasts, the task, the other tasks of a barrier stage. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodePortable } from "../../engine/data/portable.js";
import { map, mapPartitions, upTo } from "./case.js";
import { decoded, portable, Running } from "./running.js";
import { format, kind, type Outcome, type WorkerProcess } from "./worker-process.js";
import { workers } from "./workers.js";

const formats: Readonly<Record<string, number>> = format;

const context = {
  taskAttemptId: 77,
  stageAttempt: 1,
  cpus: 2,
  properties: { colour: "blue" },
  barrier: false,
  addresses: [],
};

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  /** The updates by accumulator; the worker itself reads its own format. */
  async function updatesOf(process: WorkerProcess, { done }: Outcome): Promise<Record<number, unknown>> {
    const updates: Record<number, unknown> = {};
    for (const { id, batch } of done?.accumulators ?? []) {
      expect(batch.count).toBe(1);
      const input = { format: formats[batch.format] ?? -1, count: 1, bytes: batch.bytes };
      updates[id] = decoded(await process.run({ steps: [] }, [input]))[0];
    }
    return updates;
  }

  const broadcast = async (value: unknown): Promise<string> => {
    const path = join(await running.folder(), "broadcast");
    await writeFile(path, Buffer.concat([Uint8Array.of(format.portable), encodePortable([value]).bytes]));
    return path;
  };

  test("an accumulator adds up over one task, and begins anew with the next", async () => {
    const process = await running.kept();
    const steps = running.shipped([map("addToSum"), map("double"), map("addToSum")]);
    for (let i = 0; i < 2; i++) {
      const outcome = await process.run({ steps }, [portable([1, 2]), portable([3])]);
      expect(decoded(outcome)).toEqual([2, 4, 6]);
      expect(await updatesOf(process, outcome)).toEqual({ 1: 18 });
    }
  });

  test("several accumulators; those that were not touched do not come", async () => {
    const process = await running.kept();
    const both = await process.run({ steps: running.shipped([map("addToBoth")]) }, [portable([4, 5])]);
    expect(await updatesOf(process, both)).toEqual({ 1: 9, 2: [4, 5] });
    const none = await process.run({ steps: running.shipped([map("addToBoth")]) }, [portable([])]);
    expect(await updatesOf(process, none)).toEqual({});
  });

  test("a task that fails brings no update", async () => {
    const process = await running.kept();
    const steps = running.shipped([map("addAndFail")]);
    expect(await process.run({ steps }, [portable([5, 0])])).toMatchObject({
      done: null,
      error: { message: "no zero" },
    });
    expect(await updatesOf(process, await process.run({ steps }, [portable([5])]))).toEqual({ 1: 5 });
  });

  test("an accumulator cannot be read in a task", async () => {
    const process = await running.kept();
    const { error } = await process.run({ steps: running.shipped([map("readSum")]) }, [portable([1])]);
    expect(error).toMatchObject({ code: "ACCUMULATOR_NOT_READABLE" });
    expect(error?.frames.map((frame) => frame.function)).toEqual([worker.nameOf("readSum")]);
  });

  test("a broadcast is read once for several tasks, until it is no longer named", async () => {
    const process = await running.kept();
    const path = await broadcast(["zero", "one"]);
    const steps = running.shipped([map("lookUp")]);
    const broadcasts = [{ id: 5, path }];
    expect(decoded(await process.run({ steps, broadcasts }, [portable([1, 0, 1])]))).toEqual(["one", "zero", "one"]);
    await writeFile(path, "nothing of use");
    expect(decoded(await process.run({ steps, broadcasts }, [portable([0])]))).toEqual(["zero"]);
    expect((await process.run({ steps }, [portable([0])])).error).toMatchObject({ code: "BROADCAST_DESTROYED" });
    const anew = [{ id: 5, path: await broadcast(["other"]) }];
    expect(decoded(await process.run({ steps, broadcasts: anew }, [portable([0])]))).toEqual(["other"]);
  });

  test("a function knows its task", async () => {
    const process = await running.kept();
    const steps = running.shipped([map("describeTask")]);
    const place = { stage: 3, partition: 2, attempt: 1 };
    expect(decoded(await process.run({ steps, ...place, context }, [portable([0])]))).toEqual([
      [3, 2, 1, 77, 2, "blue"],
    ]);
    const other = { ...context, taskAttemptId: 78, properties: {} };
    expect(decoded(await process.run({ steps, context: other }, [portable([0])]))).toEqual([[2, 0, 0, 78, 2, null]]);
  });

  describe("a barrier", () => {
    const barrier = { ...context, barrier: true, addresses: ["host:1", "host:2"] };

    test.each([
      { key: "gather", output: [0, 1, 2, "from 0", "from 1"] },
      { key: "gatherFirst", output: ["from 0", "from 1", 0, 1, 2] },
    ] as const)("$key: messages of all tasks", async ({ key, output }) => {
      const process = await running.kept();
      process.sendTask({ steps: running.shipped([mapPartitions(key)]), context: barrier });
      process.sendBatch(portable([0, 1]));
      process.sendBatch(portable([2]));
      process.send(kind.end);
      expect(await process.barrier()).toBe("from 0");
      process.release(["from 0", "from 1"]);
      const outcome = await process.outcome();
      expect(decoded(outcome)).toEqual(output);
      expect(outcome.done).toMatchObject({ read: 3, written: 5 });
    });

    test.each([
      { name: "in memory", memoryBytes: 0, spills: false },
      { name: "in a file beyond the bound", memoryBytes: 2 ** 20, spills: true },
    ])("input that comes while the worker waits is kept $name", async ({ memoryBytes, spills }) => {
      const process = await running.kept();
      const steps = running.shipped([mapPartitions("gatherFirst"), { op: "count" }]);
      process.sendTask({ steps, context: barrier, memoryBytes, spillDirectory: await running.folder() });
      expect(await process.barrier()).toBe("from 0");
      for (let i = 0; i < 50; i++) process.sendBatch(portable(upTo(10_000)));
      process.send(kind.end);
      process.release(["a"]);
      const outcome = await process.outcome();
      expect(decoded(outcome)).toEqual([500_001]);
      expect((outcome.done?.spilledBytes ?? 0) > 0).toBe(spills);
    });

    test("again and again", async () => {
      const process = await running.kept();
      process.sendTask({ steps: running.shipped([mapPartitions("meetTwice")]), context: barrier });
      process.sendBatch(portable([1]));
      for (let i = 0; i < 2; i++) {
        expect(await process.barrier()).toBe("");
        process.release(["", ""]);
      }
      process.send(kind.end);
      expect(decoded(await process.outcome())).toEqual([1]);
    });

    test("the addresses of its tasks", async () => {
      const process = await running.kept();
      const steps = running.shipped([mapPartitions("addresses")]);
      expect(decoded(await process.run({ steps, context: barrier }, []))).toEqual(["host:1", "host:2"]);
    });

    test("is not for other stages", async () => {
      const process = await running.kept();
      const { error } = await process.run({ steps: running.shipped([mapPartitions("gather")]), context }, [
        portable([1]),
      ]);
      expect(error).toMatchObject({ code: "USER_FUNCTION_FAILED", step: 0 });
    });
  });
});
