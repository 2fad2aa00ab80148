/**
 * A disk that is full: what needs it ends with one error that names the path, what does not goes on, and so does the session. The
 * disk is a tmpfs of 4 MiB that only the program sees.
 */
import { expect, test } from "vitest";
import { commandOf, inPlace } from "../programs/program-run.js";

const program = `import { SparkContext, StorageLevel } from "kindling";
const sc = new SparkContext("local-cluster[2,1,512]", "full", {
  "spark.local.dir": process.env.SMALL_DISK,
  "spark.task.maxFailures": "2",
});
const numbers = sc.range(0, 200_000, 1, 4);
const words = numbers.map((n) => [n, "word ".repeat(20) + n]);

async function outcome(name, work) {
  const result = await work().then(String, (error) => error.code);
  console.log(name, result);
}

await outcome("shuffle", () => words.groupByKey(4).count());
await outcome("after", () => numbers.count());
await outcome("broadcast", async () => sc.broadcast("x".repeat(8_000_000)).value.length);
await outcome("cache", () => words.persist(StorageLevel.DISK_ONLY).count());
await outcome("checkpoint", async () => {
  const marked = words.map((pair) => pair);
  await marked.localCheckpoint();
  return marked.count();
});
await outcome("at last", () => numbers.map((n) => [n % 3, 1]).reduceByKey((a, b) => a + b, 2).count());
await sc.stop();
`;

test("shuffle, broadcast, blocks and checkpoint", () =>
  inPlace(async (place) => {
    place.write("full.mjs", program);
    const mounted = 'mkdir -p small && mount -t tmpfs -o size=4m tmpfs small && exec "$0" "$@"';
    const command = ["unshare", "-rm", "sh", "-c", mounted, ...commandOf("full.mjs", "kindling run")];
    const { out, err } = await place.startCommand(command, { SMALL_DISK: `${place.folder}/small` }).ended;
    expect(err).toEqual([]);
    expect(out.trim().split("\n")).toEqual([
      "shuffle WRITE_FAILED",
      "after 200000",
      "broadcast WRITE_FAILED",
      // The copy is given up, not the task.
      "cache 200000",
      "checkpoint WRITE_FAILED",
      "at last 3",
    ]);
    expect(await place.leftBehind()).toEqual([]);
  })());
