/** Functions that end their worker, talk over its pipes or never answer. */
import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BadProgram, eachLanguage, expectShort, tests } from "./bad-program.js";
import { inPlace } from "./program-run.js";

/** A function over two partitions. */
const inTasks = (what: string, typescript: string, python: string, says: Partial<BadProgram>): BadProgram => ({
  what,
  ...(typescript === ""
    ? {}
    : { typescript: `await sc.parallelize([1, 2], 2).foreach(() => { ${typescript} }); // at fault` }),
  ...(python === "" ? {} : { python: `sc.parallelize([1, 2], 2).foreach(lambda n: ${python})  # at fault` }),
  says: [],
  ...says,
});

const died = (language: string, reason: string): string[] => [
  `[WORKER_DIED] a ${language} worker ended in the middle of a task (${reason})`,
  "hint: see whether a function ends its process",
];

const deaths: readonly BadProgram[] = [
  inTasks("a function that ends its process", "process.exit(3);", "os._exit(3)", {
    typescriptSays: died("typescript", "exit status 3"),
    pythonSays: died("python", "exit status 3"),
  }),
  inTasks("a function that aborts its process", "process.abort();", "os.abort()", {
    typescriptSays: ["[USER_FUNCTION_FAILED] TypeError: process.abort() is not supported in workers"],
    pythonSays: died("python", "SIGABRT"),
  }),
  inTasks("a function that reads address 0", "", "ctypes.string_at(0)", { pythonSays: died("python", "SIGSEGV") }),
  inTasks(
    "a function that sends its process a signal",
    'process.kill(process.pid, "SIGSEGV");',
    "os.kill(os.getpid(), 9)",
    {
      typescriptSays: ["[EXECUTOR_LOST] the executor process ended, attempt 1 (SIGSEGV)", "hint: see whether"],
      pythonSays: died("python", "SIGKILL"),
    },
  ),
  inTasks("a function that closes all it can", "", "os.closerange(3, 100)", { pythonSays: ["[WORKER_DIED] "] }),
  {
    what: "garbage in every pipe that a function finds",
    typescript: `import { writeSync } from "node:fs";
const spoil = () => {
  for (let descriptor = 3; descriptor < 40; descriptor++) {
    try { writeSync(descriptor, Buffer.alloc(100, 255)); } catch {}
  }
};
await sc.parallelize([1, 2], 2).foreach(() => spoil()); // at fault`,
    python: `def spoil(n):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"garbage" * 100)
        except OSError:
            pass
sc.parallelize([1, 2], 2).foreach(spoil)  # at fault`,
    says: ["hint: see whether a function "],
    typescriptSays: ["[EXECUTOR_LOST] ", "it wrote to the channel of its messages what is none of them"],
    pythonSays: ["[WORKER_PROTOCOL] a python worker sent what the protocol does not know: "],
  },
];

tests(deaths, eachLanguage);

const cancelWhenRunning = `def cancel():
    while not sc.statusTracker().getActiveJobsIds():
        time.sleep(0.1)
    time.sleep(1)
    sc.cancelAllJobs()
threading.Thread(target=cancel, daemon=True).start()`;

const cancelled: readonly BadProgram[] = [
  {
    what: "a loop without end, cancelled from elsewhere",
    typescript: `const isRunning = () => sc.statusTracker().getActiveJobsIds().length > 0;
const cancel = setInterval(() => { if (isRunning()) void sc.cancelAllJobs(); }, 500);
const spin = () => { for (;;); };
await sc.parallelize([1, 2], 2).foreach(() => spin()); // at fault
clearInterval(cancel);`,
    python: `def spin(n):
    while True:
        pass
${cancelWhenRunning}
sc.parallelize([1, 2], 2).foreach(spin)  # at fault`,
    says: ["[JOB_CANCELLED] the job was cancelled as part of cancellation of all jobs"],
  },
  {
    what: "a sleep that keeps the interpreter's lock, cancelled from elsewhere",
    python: `def sleep(n):
    ctypes.PyDLL(None).sleep(1000)
${cancelWhenRunning}
sc.parallelize([1, 2], 2).foreach(sleep)  # at fault`,
    says: ["[JOB_CANCELLED] the job was cancelled as part of cancellation of all jobs"],
  },
];

tests(cancelled, eachLanguage);

test(
  "a worker that never says that it is ready",
  () =>
    inPlace(async (place) => {
      const silent = place.write("silent", "#!/bin/sh\nexec sleep 1000\n");
      chmodSync(silent, 0o700);
      place.write(
        "bad.py",
        `from kindling import SparkContext
sc = SparkContext("local[2]")
print(sc.parallelize([1, 2], 2).map(lambda n: n).collect())
`,
      );
      const running = place.start("bad.py", "plain", { KINDLING_PYTHON: silent }, 90_000);
      const line = "bad.py:3: print(sc.parallelize([1, 2], 2).map(lambda n: n).collect())";
      const parts = ["[WORKER_NOT_FOUND] cannot start the python worker: ", "did not answer within 30000 ms", "hint: "];
      expectShort(await running.ended, line, { parts, prints: "" });
      expect(await place.leftBehind()).toEqual([]);
    })(),
  120_000,
);

describe("a function that prints a great deal", () => {
  const lines = 20_000;
  const programs: readonly (readonly [string, string])[] = [
    [
      "prints.ts",
      `import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
const sums = await sc.parallelize([1, 2], 2).map((n) => {
  for (let line = 0; line < ${lines}; line++) console.log("out".padEnd(99, "."));
  process.stderr.write("err".padEnd(5_000_000, "."));
  return n;
}).collect();
console.log("sum", sums.reduce((a, b) => a + b));
await sc.stop();
`,
    ],
    [
      "prints.py",
      `import os, sys
from kindling import SparkContext
sc = SparkContext("local[2]")
def show(n):
    for line in range(${lines}):
        print("out".ljust(99, "."))
    sys.stderr.write("err".ljust(5_000_000, "."))
    os.write(1, b"raw\\xff\\n")
    return n
print("sum", sum(sc.parallelize([1, 2], 2).map(show).collect()))
sc.stop()
`,
    ],
  ];
  test.each(programs)("%s", (name, text) =>
    inPlace(async (place) => {
      place.write(name, text);
      const { code, out, err } = await place.start(name).ended;
      const printed = out.split("\n");
      expect([code, printed.filter((line) => line === "out".padEnd(99, ".")).length]).toEqual([0, 2 * lines]);
      expect(printed).toContain("sum 3");
      expect(err.join("").length).toBe(10_000_000);
      expect(await place.leftBehind()).toEqual([]);
    })(),
  );
});

test("the sum of a function that closes its standard streams", () =>
  inPlace(async (place) => {
    place.write(
      "closes.py",
      `import os
from kindling import SparkContext
sc = SparkContext("local[2]")
def close(n):
    os.closerange(0, 3)
    return n
print(sum(sc.parallelize([1, 2], 2).map(close).collect()))
sc.stop()
`,
    );
    const { code, out, err } = await place.start("closes.py").ended;
    expect([code, out, err]).toEqual([0, "3\n", []]);
    expect(await place.leftBehind()).toEqual([]);
  })());
