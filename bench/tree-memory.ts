/** Runs a program and samples what its process tree takes, phase by phase as the program tells them. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Sample, sampleTree } from "./process-tree.js";

export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly result: unknown;
  readonly peak: Sample;
}

export interface TreeRun {
  /** Processes as they are once a trivial job has ended. */
  readonly idle: Sample;
  readonly phases: readonly Phase[];
}

interface Told {
  readonly what: string;
  readonly seconds: number | null;
  readonly result: unknown;
}

const sampleMs = 40;
const deadlineMs = 1_500_000;
const nothing: Sample = { bytes: 0, parts: {} };

/** Starts `command`, which prints a line of JSON when it is idle, when a job begins, and when it has ended. */
export function runTree(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<TreeRun> {
  return new Promise((resolve, reject) => {
    const { PYTHONDONTWRITEBYTECODE: _, ...inherited } = process.env;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...inherited, ...environment } });
    const phases: Phase[] = [];
    let [idle, peak, errors, isIdle] = [nothing, nothing, "", false];
    const sampler = setInterval(() => {
      if (child.pid === undefined) return;
      const sample = sampleTree(child.pid);
      // The last look before the first job: by then everything that was started is there, and has come to rest.
      if (isIdle) idle = sample;
      else if (sample.bytes > peak.bytes) peak = sample;
    }, sampleMs);
    const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (!text.startsWith('{"what"')) return;
      const { what, seconds, result } = JSON.parse(text) as Told;
      isIdle = what === "idle";
      if (what === "begins") peak = nothing;
      else if (!isIdle) phases.push({ name: what, seconds: seconds ?? Number.NaN, result, peak });
    });
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(sampler);
      clearTimeout(timer);
      if (status === 0) resolve({ idle, phases });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${status}:\n${errors}`));
    });
  });
}
