/**
 * Starts jobs whose tasks do not end, cancels them, and prints how long it takes until nothing of them is left: no task,
 * no process that a task started, no file. `node cancel-jobs.js MASTER [NAMES]`, or `MASTER ctrl-c` to be interrupted.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type EventOf, type RDD, SparkContext, SparkSession, StorageLevel } from "kindling";

const [master = "local[2]", names = ""] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), "cancelled-"));
const marks = join(place, "marks");
const output = join(place, "output");
const own = new Set([marks]);
mkdirSync(marks);

const sc = new SparkContext(master, "cancelled jobs", {
  "spark.local.dir": place,
  "spark.executor.memory": "256m",
  "spark.memory.fraction": "0.02",
});
await sc.setCheckpointDir(join(place, "checkpoints"));

const deadlineMs = 60_000;
const tasks = new Set<number>();
/** Outputs of tasks that ended well are kept for the next job. */
const kept = new Set<string>();
sc.addSparkListener({
  onTaskStart: ({ taskInfo }: EventOf<"taskStart">) => void tasks.add(taskInfo.taskId),
  onTaskEnd({ stageId, taskInfo: { taskId, partitionId, attemptNumber }, reason }: EventOf<"taskEnd">) {
    tasks.delete(taskId);
    if (reason.kind === "success") kept.add(`stage-${stageId}/${partitionId}-${attemptNumber}.shuffle`);
  },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + deadlineMs; !holds(); await pause(2)) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

// --- what there is to look at

const childrenOf = (pid: number): number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};

const executors = (): number[] =>
  childrenOf(process.pid).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("executor-main"));

function descendants(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendants)];
}

const runs = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

/** Files without a name that executors hold open. */
const spills = (): string[] =>
  executors().flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
        return target.startsWith(place) && target.endsWith("(deleted)") ? target : [];
      } catch {
        return [];
      }
    }),
  );

/** Files that tasks wrote. */
function files(directory = place): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (
        own.has(path) ||
        [...kept].some((name) => path.endsWith(name)) ||
        ["owner", "blocks.sock"].includes(entry.name)
      )
        return [];
      return entry.isDirectory() ? files(path) : [path];
    });
  } catch {
    return [];
  }
}

// --- jobs

const two = (): RDD<number> => sc.parallelize([0, 1], 2);

/** Numbers without end, once the task has said that it runs. */
const endless = (): RDD<[number, string]> =>
  two().mapPartitions(function* ([n]) {
    for (let i = 0; ; i++) {
      if (i === 50_000) process.getBuiltinModule("node:fs").writeFileSync(`${marks}/${n}`, "");
      yield [i, `word ${i}`] as [number, string];
    }
  });

/** Functions that do not come back. */
const stuck = (work: () => void): (() => Promise<unknown>) => {
  return () =>
    two().foreach((n) => {
      process.getBuiltinModule("node:fs").writeFileSync(`${marks}/${n}`, "");
      work();
    });
};

const bothRun = (): boolean => readdirSync(marks).length === 2;

interface Scenario {
  readonly start: () => Promise<unknown>;
  /** Its tasks are in the middle of it. */
  readonly runs: () => boolean;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  "endless loop": {
    start: stuck(() => {
      for (;;);
    }),
    runs: bothRun,
  },
  "waits for a lock": {
    start: stuck(() => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)),
    runs: bothRun,
  },
  "waits for a process": {
    start: stuck(() => void process.getBuiltinModule("node:child_process").execFileSync("sleep", ["1000"])),
    runs: bothRun,
  },
  pipe: {
    start: () => two().pipe("sleep 1000").collect(),
    runs: () => executors().flatMap(descendants).length >= 2,
  },
  "writes a shuffle": { start: () => endless().partitionBy(4).count(), runs: bothRun },
  "sorts and spills": {
    start: () =>
      sc
        .range(0, 1_500_000, 1, 2)
        .map((n): [number, string] => [(Number(n) * 48271) % 2147483647, "x".repeat(60)])
        .sortByKey(true, 1)
        .count(),
    runs: () => spills().length > 0,
  },
  "caches on disk": { start: () => endless().persist(StorageLevel.DISK_ONLY).count(), runs: bothRun },
  "collects much": { start: () => endless().collect(), runs: bothRun },
  "saves text": { start: () => endless().saveAsTextFile(output), runs: bothRun },
  checkpoints: {
    async start() {
      const rdd = endless();
      await rdd.localCheckpoint();
      await rdd.count();
    },
    runs: bothRun,
  },
  query: {
    start: () => SparkSession.ofContext(sc).sql("SELECT sum(id % 7) FROM range(100000000000)").collect(),
    runs: () => tasks.size > 0,
  },
};

const ways: Readonly<Record<string, (start: () => Promise<unknown>) => { job: Promise<unknown>; cancel: () => void }>> =
  {
    group: (start) => {
      sc.setJobGroup("these", "to be cancelled");
      return { job: start(), cancel: () => sc.cancelJobGroup("these") };
    },
    tag: (start) => {
      sc.addJobTag("those");
      return { job: start(), cancel: () => sc.cancelJobsWithTag("those") };
    },
    all: (start) => ({ job: start(), cancel: () => sc.cancelAllJobs() }),
  };

async function measure(name: string, { start, runs: isRunning }: Scenario, way: string): Promise<void> {
  for (const mark of readdirSync(marks)) rmSync(join(marks, mark));
  const wayOf = ways[way] as NonNullable<(typeof ways)[string]>;
  const { job, cancel } = wayOf(start);
  let code = "none";
  const ended = job.catch((error: { code?: string }) => {
    code = String(error.code ?? error);
  });
  await until(`tasks of ${name}`, () => isRunning() || code !== "none");
  await pause(200);
  const started = executors().flatMap(descendants);
  const isOver = (): boolean => tasks.size === 0 && !started.some(runs);
  const from = performance.now();
  cancel();
  await until(`the end of ${name}: ${[...tasks]} ${started.filter(runs)}`, isOver);
  await until(`files of ${name}: ${files()} ${spills()}`, () => files().length === 0 && spills().length === 0);
  const seconds = (performance.now() - from) / 1000;
  await ended;
  sc.clearJobTags();
  console.log(JSON.stringify({ seconds, result: [name, way, code] }));
}

async function future(): Promise<void> {
  for (const mark of readdirSync(marks)) rmSync(join(marks, mark));
  const action = two().foreachAsync((n) => {
    process.getBuiltinModule("node:fs").writeFileSync(`${marks}/${n}`, "");
    for (;;);
  });
  await until("tasks", bothRun);
  const from = performance.now();
  action.cancel();
  await until("the end", () => tasks.size === 0);
  const seconds = (performance.now() - from) / 1000;
  const code = await action.get().catch((error: { code?: string }) => error.code);
  console.log(JSON.stringify({ seconds, result: ["endless loop", "future", code] }));
}

/** This program once more, interrupted: from the signal until none of its processes runs. */
async function interrupted(): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), master, "ctrl-c"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { pids, place: theirs } = JSON.parse(value);
  const from = performance.now();
  child.kill("SIGINT");
  await until("the end of all processes", () => ![child.pid ?? 0, ...pids].some(runs));
  const seconds = (performance.now() - from) / 1000;
  const left = files(theirs).filter((path) => !path.startsWith(join(theirs, "marks")));
  rmSync(theirs, { recursive: true });
  console.log(JSON.stringify({ seconds, result: ["endless loop", "Ctrl-C", `${left.length} files left`] }));
}

if (names === "ctrl-c") {
  const job = (scenarios["endless loop"] as Scenario).start();
  await until("tasks", bothRun);
  console.log(JSON.stringify({ pids: executors().flatMap((pid) => [pid, ...descendants(pid)]), place }));
  await job;
} else {
  const wanted = names === "" ? Object.keys(scenarios) : names.split(",");
  // Slots and the query engine are there.
  await two()
    .map((n) => n)
    .collect();
  if (wanted.includes("query")) await SparkSession.ofContext(sc).range(3).collect();
  const kinds = Object.keys(ways);
  for (const [index, name] of wanted.entries()) {
    const scenario = scenarios[name];
    if (!scenario) throw new RangeError(`no scenario ${name}`);
    await measure(name, scenario, kinds[index % kinds.length] ?? "all");
  }
  if (names === "") await future();
  await sc.stop();
  if (names === "") await interrupted();
  rmSync(place, { recursive: true, force: true });
}
