/** What a worker tells of failures. */
import { describe, expect, test } from "vitest";
import { map, upTo } from "./case.js";
import { errorCases } from "./cases/errors.js";
import { decoded, portable, Running } from "./running.js";
import { kind } from "./worker-process.js";
import { workers } from "./workers.js";

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  test.each(errorCases(worker.expected))("$name", async ({ error, functions, ...one }) => {
    const process = await running.kept();
    const outcome = await running.run(process, one);
    expect(outcome.error).toMatchObject(error);
    expect(outcome.done).toBeNull();
    if (functions) {
      expect(outcome.error?.frames.map((frame) => frame.function)).toEqual(functions.map(worker.nameOf));
      expect(new Set(outcome.error?.frames.map((frame) => frame.file))).toEqual(new Set([worker.functionsFile]));
      expect(outcome.error?.frames.every((frame) => frame.line > 0 && frame.text)).toBe(true);
    }
    expect(decoded(await process.run({ steps: [] }, [portable([1])])), "the next task").toEqual([1]);
  });

  test.each(worker.expected.failures)("$name", async ({ steps, input, error, functions }) => {
    const process = await running.kept();
    const outcome = await running.run(process, { steps, input });
    expect(outcome.error).toMatchObject(error);
    if (functions) expect(outcome.error?.frames.map((frame) => frame.function)).toEqual(functions);
    expect(decoded(await process.run({ steps: [] }, [portable([1])])), "the next task").toEqual([1]);
  });

  test("comes at once, and the rest of the input is skipped", async () => {
    const process = await running.kept();
    process.sendTask({ steps: running.shipped([map("failAtZero")]) });
    process.sendBatch(portable([0]));
    expect((await process.outcome()).error).toMatchObject({ code: "USER_FUNCTION_FAILED" });
    for (let i = 0; i < 50; i++) process.sendBatch(portable(upTo(10_000)));
    process.send(kind.end);
    expect(decoded(await process.run({ steps: [] }, [portable([1])]))).toEqual([1]);
  });

  test("in the second of two inputs, and the rest of both is skipped", async () => {
    const process = await running.kept();
    const steps = [{ op: "cogroup" }];
    const inputs = [[], upTo(10_000)];
    expect((await running.run(process, { steps, inputs })).error).toMatchObject({ code: "NOT_KEY_VALUE" });
    expect(decoded(await process.run({ steps: [] }, [portable([1])]))).toEqual([1]);
  });

  test("a function that cannot be loaded", async () => {
    const process = await running.kept();
    const body = Buffer.from("no packed function");
    const steps = [{ op: "count" }, { op: "map", fn: { language: worker.language, name: "f", body } }];
    const { error } = await process.run({ steps }, [portable([1])]);
    expect(error).toMatchObject({ code: "USER_FUNCTION_FAILED", step: 1 });
  });
});
