/** The private directory of an application: nobody else reads it, and nothing of it outlives the application for long. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWorkspace } from "../../../engine/execute/workspace.js";
import { SparkContext } from "../../../engine/index.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kindling-workspace-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const parent = (): string => join(root, `kindling-${userInfo().uid}`);
const mode = (path: string): number => statSync(path).mode & 0o777;

test("only its owner can open it", () => {
  const { directory } = makeWorkspace(root);
  expect(dirname(directory)).toBe(parent());
  expect([mode(parent()), mode(directory)]).toEqual([0o700, 0o700]);
});

test("it is gone after remove, and so is what all applications share", () => {
  const first = makeWorkspace(root);
  const second = makeWorkspace(root);
  mkdirSync(join(first.directory, "shuffle"));
  writeFileSync(join(first.directory, "shuffle", "0"), "x");
  first.remove();
  expect([existsSync(first.directory), existsSync(second.directory)]).toEqual([false, true]);
  first.remove();
  second.remove();
  expect(readdirSync(root)).toEqual([]);
});

interface Leftover {
  readonly name: string;
  /** Content of the file that names the owner. */
  readonly owner: () => string;
}

/** A process that has ended, and its number. */
const ended = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

const leftovers: readonly Leftover[] = [
  { name: "of a dead process", owner: () => `${ended()} 12345` },
  { name: "of a dead process whose number another one has now", owner: () => `${process.pid} 1` },
  { name: "whose owner cannot be read", owner: () => "???" },
];

test.each(leftovers)("what is left $name is removed at the next start", ({ owner }) => {
  const old = join(parent(), "application-old");
  mkdirSync(old, { recursive: true, mode: 0o700 });
  writeFileSync(join(old, "block-1"), "x");
  writeFileSync(join(old, "owner"), owner());
  makeWorkspace(root);
  expect(existsSync(old)).toBe(false);
});

test("what belongs to a living process stays", () => {
  const living = makeWorkspace(root);
  expect(readFileSync(join(living.directory, "owner"), "utf8")).toMatch(new RegExp(`^${process.pid} \\d+$`));
  const starting = join(parent(), "application-starting");
  mkdirSync(starting);
  makeWorkspace(root);
  expect([existsSync(living.directory), existsSync(starting)]).toEqual([true, true]);
});

interface Place {
  readonly name: string;
  readonly prepare: () => void;
  readonly reason: string;
}

const places: readonly Place[] = [
  { name: "a file in the way", prepare: () => writeFileSync(parent(), ""), reason: "EEXIST: file already exists" },
  {
    name: "a directory that others can write",
    prepare: () => {
      mkdirSync(parent());
      chmodSync(parent(), 0o777);
    },
    reason: "it is not a directory that only you can write",
  },
  {
    name: "a link to elsewhere",
    prepare: () => symlinkSync(tmpdir(), parent()),
    reason: "it is not a directory that only you can write",
  },
];

test.each(places)("$name is refused", ({ prepare, reason }) => {
  prepare();
  const message = expect.stringContaining(`[WRITE_FAILED] cannot write "${parent()}": ${reason}`);
  expect(() => makeWorkspace(root)).toThrow(expect.objectContaining({ code: "WRITE_FAILED", message }));
});

test("a context keeps its files below spark.local.dir, and takes them with it", async () => {
  const sc = new SparkContext("local[2]", "workspace", { "spark.local.dir": root });
  const pairs = sc
    .parallelize<[number, number]>(
      [
        [1, 1],
        [2, 2],
        [1, 3],
      ],
      2,
    )
    .reduceByKey((a, b) => a + b);
  expect((await pairs.collect()).length).toBe(2);
  const [application = ""] = readdirSync(parent());
  expect(mode(join(parent(), application))).toBe(0o700);
  expect(readdirSync(join(parent(), application)).length).toBeGreaterThan(1);
  await sc.stop();
  expect(readdirSync(root)).toEqual([]);
});
