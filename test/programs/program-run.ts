/**
 * Runs programs as users do, each in a folder and with a temporary directory of its own, and looks for what they leave
 * behind: every process that a program starts inherits a variable of its environment, by which it is found.
 */
import { fail } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../gateway/exposure.js";

export const commandLine: string = fileURLToPath(new URL("../../gateway/command-line/main.js", import.meta.url));
export const python: string = process.env["KINDLING_PYTHON"] ?? join(packageRoot(), ".venv", "bin", "python");

const markName = "KINDLING_TEST_PROGRAM";
/** No program of these tests takes longer, however busy the machine is, unless it says so. */
const deadlineMs = 40_000;

/** How a program is started. */
export type Way = "kindling run" | "plain";

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  /** Lines of standard error. */
  readonly err: readonly string[];
}

export interface ProcessInfo {
  readonly pid: number;
  readonly command: string;
}

/** The command by which a user starts a program. */
export function commandOf(program: string, way: Way): readonly string[] {
  if (way === "kindling run") return [process.execPath, commandLine, "run", program];
  return [program.endsWith(".py") ? python : process.execPath, program];
}

/** A folder with programs and their files, and a temporary directory that must be empty afterwards. */
export class Place {
  readonly folder: string;
  readonly temporary: string;
  readonly mark: string = randomUUID();

  constructor() {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "kindling-programs-")));
    this.folder = join(root, "program");
    this.temporary = join(root, "temporary");
    for (const directory of [this.folder, this.temporary]) mkdirSync(directory);
  }

  write(name: string, text: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  start(
    program: string,
    way: Way = "kindling run",
    environment: Readonly<Record<string, string>> = {},
    withinMs: number = deadlineMs,
  ): Running {
    return this.startCommand(commandOf(program, way), environment, withinMs);
  }

  startCommand(
    [executable = "", ...args]: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    withinMs: number = deadlineMs,
  ): Running {
    const { KINDLING_URL: _, KINDLING_DEBUG: __, VIRTUAL_ENV: ___, ...inherited } = process.env;
    const env = {
      ...inherited,
      TMPDIR: this.temporary,
      KINDLING_GATEWAY: commandLine,
      KINDLING_PYTHON: python,
      KINDLING_PROGRESS: "off",
      [markName]: this.mark,
      ...environment,
    };
    const child = spawn(executable, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    return new Running(child, withinMs);
  }

  /** Processes that programs of this place started and that still run. */
  processes(): ProcessInfo[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && readProcess(name, "environ").includes(`${markName}=${this.mark}`))
      .filter((name) => !/^State:\s+Z/m.test(readProcess(name, "status")))
      .map((name) => ({ pid: Number(name), command: readProcess(name, "cmdline").replaceAll("\0", " ").trim() }));
  }

  /** Waits for a process whose command line holds `text`. */
  process(text: string): Promise<ProcessInfo> {
    return until(`a process ${text}`, () => this.processes().find(({ command }) => command.includes(text)));
  }

  /** What is left of the programs: processes and temporary files; nothing, within the time given. */
  async leftBehind(withinMs = 15_000): Promise<string[]> {
    const look = (): string[] => [...this.processes().map(({ command }) => command), ...readdirSync(this.temporary)];
    for (const end = Date.now() + withinMs; look().length > 0 && Date.now() < end; ) await sleep(20);
    return look();
  }

  /** Ends what a failed test left running, and removes the files. */
  remove(): void {
    for (const { pid } of this.processes()) kill(pid);
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}

/** Runs a test in a place of its own. */
export const inPlace =
  (work: (place: Place) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const place = new Place();
    try {
      await work(place);
    } finally {
      place.remove();
    }
  };

export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #out = "";
  #err = "";

  constructor(child: ChildProcess, withinMs: number) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#out += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#err += text;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        clearTimeout(timer);
        resolve({
          code,
          signal,
          out: this.#out,
          err: this.#err === "" ? [] : this.#err.replace(/\n$/, "").split("\n"),
        });
      });
    });
  }

  /** What it has printed so far. */
  get out(): string {
    return this.#out;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until the program has printed `text`. */
  async printed(text: string): Promise<void> {
    await until(
      `"${text}" among ${JSON.stringify(this.#out + this.#err)}`,
      () => this.#out.includes(text) || undefined,
    );
  }
}

export function kill(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const end = Date.now() + deadlineMs / 2; Date.now() < end; await sleep(20)) {
    const found = look();
    if (found !== undefined) return found;
  }
  return fail(`waited in vain for ${what}`);
}

/** A file of a process; empty if the process has just ended. */
function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
