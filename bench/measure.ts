/** Runs a program as a whole and measures it from outside: time to each line it prints, and peak memory of its processes. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { createInterface } from "node:readline";

export interface Line {
  /** Since the program was started. */
  readonly atSeconds: number;
  readonly seconds: number | null;
  readonly result: unknown;
}

export interface Run {
  readonly lines: readonly Line[];
  readonly wallSeconds: number;
  /** Sum of the resident sets of the program and all its descendants, at most. */
  readonly peakMiB: number;
}

const sampleMs = 100;
const deadlineMs = 900_000;

interface ProcessStat {
  readonly parent: number;
  readonly pages: number;
}

function readProcesses(): Map<number, ProcessStat> {
  const processes = new Map<number, ProcessStat>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      processes.set(Number(name), { parent: Number(fields[1]), pages: Number(fields[21]) });
    } catch {
      // It ended between the two looks.
    }
  }
  return processes;
}

function residentMiB(root: number): number {
  const processes = readProcesses();
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  let pages = 0;
  for (const [pid, stat] of processes) if (belongs(pid)) pages += stat.pages;
  return (pages * 4096) / 2 ** 20;
}

/** Starts `command`, reads the JSON lines it prints, and waits for its end. */
export function runProgram(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    const { PYTHONDONTWRITEBYTECODE: _, ...inherited } = process.env;
    // Without compiled modules every import of Python is slower, for all peers.
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...inherited, ...environment } });
    const lines: Line[] = [];
    let peakMiB = 0;
    let errors = "";
    const sampler = setInterval(() => {
      if (child.pid !== undefined) peakMiB = Math.max(peakMiB, residentMiB(child.pid));
    }, sampleMs);
    const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (!text.startsWith("{")) return;
      const { seconds: own = null, result } = JSON.parse(text) as { seconds?: number; result: unknown };
      lines.push({ atSeconds: seconds(), seconds: own, result });
    });
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(sampler);
      clearTimeout(timer);
      if (status === 0) resolve({ lines, wallSeconds: seconds(), peakMiB });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${status}:\n${errors}`));
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(" ");
