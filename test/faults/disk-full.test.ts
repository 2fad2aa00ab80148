/**
 * A disk that is full: what needs it ends with one error that names the path, what does not goes on, and so does the session. The
 * disk is a tmpfs of 4 MiB that only the program sees.
 */
import { expect, test } from "vitest";
import { commandOf, inPlace } from "../programs/program-run.js";

const typescript = `import { SparkContext, StorageLevel } from "kindling";
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

const python = `import os
from kindling import SparkConf, SparkContext, StorageLevel
from kindling.errors import EngineError

conf = SparkConf().setMaster("local-cluster[2,1,512]").setAppName("full")
conf.set("spark.local.dir", os.environ["SMALL_DISK"]).set("spark.task.maxFailures", "2").set("spark.memory.fraction", "0.01")
sc = SparkContext(conf=conf)
numbers = sc.range(0, 200_000, 1, 4)
words = numbers.map(lambda n: (n, "word " * 20 + str(n)))


def outcome(name, work):
    try:
        print(name, work())
    except EngineError as error:
        print(name, error.code)


def checkpoint():
    marked = words.map(lambda pair: pair)
    marked.localCheckpoint()
    return marked.count()


def fill():
    # A file of the program's own: the disk is full from now on.
    with open(os.path.join(os.environ["SMALL_DISK"], "filled"), "wb") as file:
        try:
            file.write(b"x" * 4_200_000)
        except OSError:
            pass
    return "full"


small = numbers.map(lambda n: (n % 3000, "x" * 10)).partitionBy(2)
outcome("shuffle", lambda: words.groupByKey(4).count())
outcome("after", numbers.count)
outcome("broadcast", lambda: len(sc.broadcast("x" * 8_000_000).value))
outcome("cache", lambda: words.persist(StorageLevel.DISK_ONLY).count())
outcome("checkpoint", checkpoint)
outcome("sort", lambda: words.map(lambda pair: (-pair[0], pair[1])).sortByKey(numPartitions=1).count())
outcome("at last", lambda: numbers.map(lambda n: (n % 3, 1)).reduceByKey(lambda a, b: a + b, 2).count())
pairs = sc.parallelize(range(4), 2).map(lambda n: (n % 2, n)).partitionBy(2)
outcome("before", pairs.count)
outcome("filled", fill)
outcome("map", lambda: numbers.map(lambda n: n + 1).sum())
outcome("read", lambda: sorted(pairs.collect()))
outcome("write", lambda: words.groupByKey(4).count())
os.remove(os.path.join(os.environ["SMALL_DISK"], "filled"))
sc.stop()
`;

/** The same in both languages; the copy is given up, not the task. */
const outcomes = [
  "shuffle WRITE_FAILED",
  "after 200000",
  "broadcast WRITE_FAILED",
  "cache 200000",
  "checkpoint WRITE_FAILED",
];

const programs = [
  ["full.mjs", typescript, [...outcomes, "at last 3"]],
  [
    "full.py",
    python,
    [
      ...outcomes,
      "sort WRITE_FAILED",
      "at last 3",
      "before 4",
      "filled full",
      "map 20000100000",
      "read [(0, 0), (0, 2), (1, 1), (1, 3)]",
      "write WRITE_FAILED",
    ],
  ],
] as const;

test.each(programs)("shuffle, broadcast, blocks and checkpoint in %s", (name, program, lines) =>
  inPlace(async (place) => {
    place.write(name, program);
    const mounted = 'mkdir -p small && mount -t tmpfs -o size=4m tmpfs small && exec "$0" "$@"';
    const command = ["unshare", "-rm", "sh", "-c", mounted, ...commandOf(name, "kindling run")];
    const { out, err } = await place.startCommand(command, { SMALL_DISK: `${place.folder}/small` }).ended;
    expect(err).toEqual([]);
    expect(out.trim().split("\n")).toEqual(lines);
    expect(await place.leftBehind()).toEqual([]);
  })(),
);
