/** Processes that die, loops without end and interrupts: jobs go on or end with one error, and nothing is left behind. */
import { describe, expect, test } from "vitest";
import { inPlace, kill, type Place, type Running, sleep } from "./program-run.js";

/** Eight tasks, two at a time, that take a third of a second each and say that they run, in Python where. */
const slowTypescript = (master: string): string => `import { SparkContext } from "kindling";
const sc = new SparkContext("${master}");
const slow = sc.parallelize([0, 1, 2, 3, 4, 5, 6, 7], 8).map((n) => {
  console.log("running");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 330);
  return n;
});
console.log((await slow.collect()).join());
await sc.stop();
`;
const slowPython = (master: string): string => `import os, time
from kindling import SparkContext
sc = SparkContext("${master}")
def slow(n):
    print("running", os.getpid(), flush=True)
    time.sleep(0.33)
    return n
print(",".join(map(str, sc.parallelize(range(8), 8).map(slow).collect())))
sc.stop()
`;

interface Death {
  readonly program: "slow.ts" | "slow.py";
  /** Part of the command line of the process that is killed. */
  readonly victim: string;
  readonly code: string;
  readonly line: string;
}

const executor = "executor-main.js";
const deaths: readonly Death[] = [
  { program: "slow.ts", victim: executor, code: "EXECUTOR_LOST", line: "slow.ts:8: " },
  { program: "slow.py", victim: executor, code: "EXECUTOR_LOST", line: "slow.py:8: " },
  { program: "slow.py", victim: "kindling.worker", code: "WORKER_DIED", line: "slow.py:8: " },
];

/** Starts the program and kills one of its processes while its first tasks run. */
async function killed(place: Place, { program, victim }: Death, master: string): Promise<Running> {
  place.write(program, program === "slow.ts" ? slowTypescript(master) : slowPython(master));
  const running = place.start(program);
  await running.printed("running");
  // A worker that has said so is at work; another may still be on its way.
  const [, worker] = /running (\d+)/.exec(running.out) ?? [];
  kill(victim === "kindling.worker" ? Number(worker) : (await place.process(victim)).pid);
  return running;
}

describe.each(deaths)("$victim killed under $program", (death) => {
  test("the job goes on where tasks may fail", () =>
    inPlace(async (place) => {
      const { code, out, err } = await (await killed(place, death, "local[2,4]")).ended;
      expect([code, out.trimEnd().split("\n").at(-1), err]).toEqual([0, "0,1,2,3,4,5,6,7", []]);
      expect(await place.leftBehind()).toEqual([]);
    })());

  test("the job ends where they may not", () =>
    inPlace(async (place) => {
      const { code, err } = await (await killed(place, death, "local[2]")).ended;
      expect(err[0]).toContain(death.line);
      expect(err[1]).toContain(`[${death.code}] `);
      expect([code, err.length <= 15]).toEqual([1, true]);
      expect(await place.leftBehind()).toEqual([]);
    })());
});

const suicides: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "exits.ts",
    `import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
await sc.parallelize([1, 2], 2).foreach(() => process.exit(3));
`,
    ["exits.ts:3: ", "[WORKER_DIED] a typescript worker ended in the middle of a task (exit status 3)"],
  ],
  [
    "exits.py",
    `import os
from kindling import SparkContext
sc = SparkContext("local[2]")
sc.parallelize([1, 2], 2).foreach(lambda n: os._exit(3))
`,
    ["exits.py:4: ", "[WORKER_DIED] a python worker ended in the middle of a task (exit status 3)"],
  ],
  [
    "leaves-a-child.py",
    `import os, subprocess
from kindling import SparkContext
sc = SparkContext("local[2]")
def leave(n):
    subprocess.Popen(["sleep", "2"])
    os._exit(3)
sc.parallelize([1], 1).foreach(leave)
`,
    ["leaves-a-child.py:7: ", "[WORKER_DIED] a python worker ended in the middle of a task (exit status 3)"],
  ],
  [
    "quits.py",
    `import sys
from kindling import SparkContext
sc = SparkContext("local[2]")
sc.parallelize([1, 2], 2).foreach(lambda n: sys.exit(3))
`,
    ["quits.py:4: ", "[USER_FUNCTION_FAILED] SystemExit: 3"],
  ],
];

test.each(suicides)("%s ends its own worker", (name, text, [line = "", message = ""]) =>
  inPlace(async (place) => {
    place.write(name, text);
    const { code, err } = await place.start(name).ended;
    expect(err[0]).toContain(line);
    expect(err[1]).toContain(message);
    expect([code, err.length <= 15]).toEqual([1, true]);
    expect(await place.leftBehind()).toEqual([]);
  })(),
);

const endlessPython = `import time
from kindling import SparkContext
sc = SparkContext("local[2]")
def spin(n):
    print("running", flush=True)
    while True:
        pass
try:
    sc.parallelize([1, 2], 2).map(spin).collect()
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(sc.parallelize([1, 2, 3], 2).map(lambda n: 2 * n).collect(), flush=True)
time.sleep(60)
`;
const endlessLine = "endless.py:9: sc.parallelize([1, 2], 2).map(spin).collect()";
const endlessTypescript = `import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
await sc.parallelize([1, 2], 2).foreach(() => {
  console.log("running");
  for (;;);
});
`;

describe("an endless loop", () => {
  test("Ctrl-C in Python ends the job, not the session", () =>
    inPlace(async (place) => {
      place.write("endless.py", endlessPython);
      const running = place.start("endless.py", "plain");
      await running.printed("running\nrunning");
      const busy = place.processes().filter(({ command }) => command.includes("kindling.worker"));
      expect(busy.length).toBe(2);
      kill(running.pid, "SIGINT");
      await running.printed("interrupted");
      await running.printed("[2, 4, 6]");
      const left = new Set(place.processes().map(({ pid }) => pid));
      expect(busy.filter(({ pid }) => left.has(pid))).toEqual([]);
      kill(running.pid, "SIGINT");
      expect((await running.ended).code).not.toBe(0);
      expect(await place.leftBehind()).toEqual([]);
    })());

  const ends: readonly (readonly [string, string, "kindling run" | "plain", NodeJS.Signals, string])[] = [
    ["SIGINT to a TypeScript program", "endless.ts", "kindling run", "SIGINT", ""],
    ["SIGTERM to a TypeScript program", "endless.ts", "kindling run", "SIGTERM", ""],
    ["SIGKILL to a TypeScript program", "endless.ts", "kindling run", "SIGKILL", "endless.ts"],
    ["SIGTERM to a Python program", "endless.py", "kindling run", "SIGTERM", ""],
    ["SIGKILL to a Python program", "endless.py", "plain", "SIGKILL", ""],
  ];
  test.each(ends)("%s ends all it started", (_, program, way, signal, victim) =>
    inPlace(async (place) => {
      place.write(program, program === "endless.ts" ? endlessTypescript : endlessPython);
      const running = place.start(program, way);
      await running.printed("running");
      const own =
        victim === ""
          ? running
          : place.processes().find(({ pid, command }) => pid !== running.pid && command.endsWith(victim));
      kill(own?.pid ?? 0, signal);
      await running.ended;
      expect(await place.leftBehind()).toEqual([]);
    })(),
  );

  test("Ctrl-C that nobody catches shows the program's line", () =>
    inPlace(async (place) => {
      place.write("endless.py", endlessPython.replace("KeyboardInterrupt", "ZeroDivisionError"));
      const running = place.start("endless.py");
      await running.printed("running");
      kill(running.pid, "SIGINT");
      const { code, err } = await running.ended;
      expect([code, err]).toEqual([130, [endlessLine, "KeyboardInterrupt"]]);
      expect(await place.leftBehind()).toEqual([]);
    })());

  const losses: readonly (readonly [string, string, string])[] = [
    ["a gateway", "gateway --port", "[SESSION_LOST] "],
    ["an executor", "executor-main.js", "[EXECUTOR_LOST] "],
  ];
  test.each(losses)("%s that is killed takes its busy workers with it", (_, victim, error) =>
    inPlace(async (place) => {
      place.write("endless.py", endlessPython);
      const running = place.start("endless.py", "plain");
      await running.printed("running");
      kill((await place.process(victim)).pid);
      const { code, err } = await running.ended;
      expect(err[0]).toBe(endlessLine);
      expect(err[1]).toContain(error);
      expect([code, err.length <= 15]).toEqual([1, true]);
      expect(await place.leftBehind()).toEqual([]);
    })(),
  );
});

const unstopped: readonly (readonly [string, string])[] = [
  [
    "forgets.ts",
    `import { SparkContext } from "kindling";
console.log(await new SparkContext("local[2]").parallelize([1, 2]).map((n) => n).count());
`,
  ],
  [
    "forgets.py",
    `from kindling import SparkContext
print(SparkContext("local[2]").parallelize([1, 2]).map(lambda n: n).count())
`,
  ],
];
test.each(unstopped)("%s does not stop its context, and ends all the same", (name, text) =>
  inPlace(async (place) => {
    place.write(name, text);
    expect(await place.start(name).ended).toEqual({ code: 0, signal: null, out: "2\n", err: [] });
    expect(await place.leftBehind()).toEqual([]);
  })(),
);

test("what a crash leaves is removed by the next start", () =>
  inPlace(async (place) => {
    place.write("slow.ts", slowTypescript("local[2]"));
    const running = place.start("slow.ts");
    await running.printed("running");
    // All at once, so that none can clean up after the other.
    for (const { pid } of place.processes()) kill(pid, "SIGSTOP");
    for (const { pid } of place.processes()) kill(pid);
    await running.ended;
    await sleep(50);
    expect((await place.leftBehind(0)).length).toBe(1);
    expect((await place.start("slow.ts").ended).code).toBe(0);
    expect(await place.leftBehind()).toEqual([]);
  })());
