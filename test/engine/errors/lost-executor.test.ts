/** An executor process that ends in the middle of a job, killed by the function that it runs. */
import { afterAll, expect, test } from "vitest";
import { SparkContext } from "../../../engine/index.js";

const sc = new SparkContext("local[2]", "lost");
afterAll(() => sc.stop());

test("is EXECUTOR_LOST with how it ended, and the next job has another executor", async () => {
  const deadly = sc.parallelize([1, 2], 2).map((x) => {
    process.kill(process.pid, "SIGKILL");
    return x;
  });
  await expect(deadly.collect()).rejects.toMatchObject({ code: "EXECUTOR_LOST", params: { reason: "SIGKILL" } });
  expect(await sc.parallelize([1, 2], 2).collect()).toEqual([1, 2]);
});
