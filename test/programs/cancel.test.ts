/**
 * Jobs that are cancelled in every way, from both languages, whatever their tasks do: they end, and nothing of them is
 * left. The programs are those of `npm run bench -- cancel`, which says how long that takes.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../gateway/exposure.js";
import { inPlace, python } from "./program-run.js";

const withinMs = 150_000;
const root = packageRoot();
const typescript = [process.execPath, join(root, "dist", "bench", "programs", "cancel-jobs.js")];
const pythonProgram = [python, join(root, "bench", "programs", "cancel_jobs.py"), "kindling"];

const cancelled: readonly (readonly [string, readonly string[], readonly (readonly unknown[])[]])[] = [
  [
    "TypeScript, on one executor",
    [...typescript, "local[2]"],
    [
      ["endless loop", "group", "JOB_CANCELLED"],
      ["waits for a lock", "tag", "JOB_CANCELLED"],
      ["waits for a process", "all", "JOB_CANCELLED"],
      ["pipe", "group", "JOB_CANCELLED"],
      ["writes a shuffle", "tag", "JOB_CANCELLED"],
      ["sorts and spills", "all", "JOB_CANCELLED"],
      ["caches on disk", "group", "JOB_CANCELLED"],
      ["collects much", "tag", "JOB_CANCELLED"],
      ["saves text", "all", "JOB_CANCELLED"],
      ["checkpoints", "group", "JOB_CANCELLED"],
      ["query", "tag", "JOB_CANCELLED"],
      ["endless loop", "future", "JOB_CANCELLED"],
      ["endless loop", "Ctrl-C", "0 files left"],
    ],
  ],
  [
    "Python, on a cluster",
    [...pythonProgram, "local-cluster[2,1,256]"],
    [
      // One error each, and no process left.
      ["endless loop", "group", 1, 0],
      ["time.sleep", "tag", 1, 0],
      ["C code with the lock", "all", 1, 0],
      ["waits for a lock", "group", 1, 0],
      ["waits for a process", "tag", 1, 0],
      ["writes a shuffle", "all", 1, 0],
      ["caches on disk", "group", 1, 0],
      ["saves text", "tag", 1, 0],
      ["endless loop", "Ctrl-C", 1, 0],
    ],
  ],
];

test.each(cancelled)(
  "%s",
  (_, command, expected) =>
    inPlace(async (place) => {
      const { code, out, err } = await place.startCommand(command, {}, withinMs).ended;
      const lines = out.trimEnd().split("\n");
      const results = lines.map((line) => (line.startsWith("{") ? JSON.parse(line).result : line));
      expect(results).toEqual(expected);
      expect([code, err]).toEqual([0, []]);
      expect(await place.leftBehind()).toEqual([]);
    })(),
  withinMs + 30_000,
);
