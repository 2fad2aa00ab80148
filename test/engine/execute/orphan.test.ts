/** An executor whose driver ends at any moment of its start ends as well. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const executor = fileURLToPath(new URL("../../../engine/execute/executor-main.js", import.meta.url));

/** Starts an executor as the driver does, and leaves it alone after some milliseconds; prints its process. */
const driver = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, [process.argv[1]], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  console.log(child.pid);
  setTimeout(() => process.exit(0), Number(process.argv[2]));
`;

const endsWithinMs = 5_000;

it.each([0, 20, 40, 60, 80, 100, 150, 250])("driver gone after %i ms", async (afterMs) => {
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", driver, executor, String(afterMs)]);
  const pid = stdout.trim();
  for (let waitedMs = 0; existsSync(`/proc/${pid}`) && waitedMs < endsWithinMs; waitedMs += 50) await sleep(50);
  const alive = existsSync(`/proc/${pid}`);
  if (alive) process.kill(Number(pid), "SIGKILL");
  expect(alive).toBe(false);
});
