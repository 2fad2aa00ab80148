/** The worker as a process: how it ends, what it prints, where it finds files and modules. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { map, upTo } from "./case.js";
import { decoded, portable, Running } from "./running.js";
import { workers } from "./workers.js";

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  test("ends with 0 when the input closes", async () => {
    const process = await running.started();
    await process.run({ steps: [] }, [portable([1])]);
    expect(await process.end()).toBe(0);
  });

  test("ends when the input closes in the middle of a task", async () => {
    const process = await running.started();
    process.sendTask({ steps: running.shipped([map("double")]) });
    process.sendBatch(portable(upTo(100)));
    expect(await process.end()).toBe(0);
  });

  test("ends when nobody reads its output", async () => {
    const process = await running.started();
    process.closeOutput();
    process.sendTask({ steps: [] });
    for (let i = 0; i < 50; i++) process.sendBatch(portable(upTo(10_000)));
    expect(await process.exited()).toBe(0);
  });

  test.each(["map", "foreach"])("what a task printed in %s is there before DONE", async (op) => {
    const process = await running.started();
    await process.run({ steps: running.shipped([{ ...map("announce"), op }]) }, [portable([1, 2])]);
    await process.printing("saw 1\nsaw 2\n");
  });

  test("foreachPartition runs a function for its effects", async () => {
    const process = await running.started();
    await process.run({ steps: running.shipped([{ ...map("printAll"), op: "foreachPartition" }]) }, [portable([1, 2])]);
    await process.printing("saw 1\nsaw 2\n");
  });

  test("a function that ends the process ends it", async () => {
    const process = await running.started();
    const outcome = await process.run({ steps: running.shipped([map("die")]) }, [portable([1])]);
    expect([outcome.done, outcome.error, await process.exited()]).toEqual([null, null, 7]);
  });

  test("Ctrl-C is not for the worker", async () => {
    const process = await running.started();
    const outcome = await process.run({ steps: running.shipped([map("interruptSelf")]) }, [portable([1])]);
    expect(decoded(outcome)).toEqual([1]);
  });

  test("the client's modules and working directory", async () => {
    const folder = await running.folder();
    await writeFile(join(folder, worker.expected.sibling.name), worker.expected.sibling.text);
    const process = await running.started();
    const places = { searchPath: [folder], workingDirectory: folder };
    const steps = running.shipped([map("siblingName")]);
    expect((await process.run({ steps }, [portable([1])])).error).toMatchObject({ code: "USER_FUNCTION_FAILED" });
    expect(decoded(await process.run({ steps, ...places }, [portable([1])]))).toEqual(["sibling"]);
    const where = { steps: running.shipped([map("workingDirectory")]), ...places };
    expect(decoded(await process.run(where, [portable([1])]))).toEqual([folder]);
  });
});
