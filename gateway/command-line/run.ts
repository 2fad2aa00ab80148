/** `kindling run`: starts a program with the interpreter of its language, and ends as it ends. */
import { spawn } from "node:child_process";
import { accessSync, constants as fileConstants, statSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { extname } from "node:path";
import { EngineError } from "../../engine/errors.js";
import { pythonFor } from "./python.js";

interface Invocation {
  readonly executable: string;
  readonly args: readonly string[];
}

type Runner = (program: string) => Invocation;

const preload = new URL("./program-preload.js", import.meta.url).href;
const javaScript: Runner = (program) => ({ executable: process.execPath, args: ["--import", preload, program] });
const typeScript: Runner = (program) => ({
  executable: process.execPath,
  // Our own tsx: the program's folder need not have one.
  args: ["--import", import.meta.resolve("tsx"), "--import", preload, program],
});
const python: Runner = (program) => ({ executable: pythonFor(program), args: [program] });

const runners: ReadonlyMap<string, Runner> = new Map([
  [".ts", typeScript],
  [".mts", typeScript],
  [".cts", typeScript],
  [".js", javaScript],
  [".mjs", javaScript],
  [".cjs", javaScript],
  [".py", python],
]);

/** The signals that a terminal, a shell or a supervisor sends to end a program. */
const forwarded: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

function checkReadable(path: string): void {
  const refuse = (reason: string): never => {
    throw new EngineError("PROGRAM_NOT_RUNNABLE", { path, reason });
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) refuse("there is no such file");
  if (!found?.isFile()) refuse("it is not a file");
  try {
    accessSync(path, fileConstants.R_OK);
  } catch {
    refuse("it cannot be read; check its permissions");
  }
}

/** Ctrl-C in a terminal reaches the program by itself: sent once more, it would not be able to stop in peace. */
const isSentByTerminal = (signal: NodeJS.Signals): boolean =>
  (signal === "SIGINT" || signal === "SIGQUIT") && [0, 1, 2].some((descriptor) => isTerminal(descriptor));

const isTerminal = (descriptor: number): boolean =>
  [process.stdin, process.stdout, process.stderr][descriptor]?.isTTY === true;

function follow({ executable, args }: Invocation, program: string, pyFiles: string | null): Promise<number> {
  return new Promise((resolve, reject) => {
    // tsx's cache of compiled files would stay in the temporary directory, and saves no time that can be measured.
    const env = { TSX_DISABLE_CACHE: "1", ...process.env, ...(pyFiles !== null && { KINDLING_PY_FILES: pyFiles }) };
    const child = spawn(executable, args, { stdio: "inherit", env });
    for (const signal of forwarded) process.on(signal, () => isSentByTerminal(signal) || child.kill(signal));
    child.once("error", (error) =>
      reject(new EngineError("PROGRAM_NOT_RUNNABLE", { path: program, reason: error.message }, { cause: error })),
    );
    child.once("exit", (code, signal) => resolve(code ?? 128 + osConstants.signals[signal ?? "SIGKILL"]));
  });
}

const command = "kindling run --help";

/** Our own options, which come before the program; all that follows it is the program's. */
function ownOptions(args: readonly string[]): { readonly pyFiles: string | null; readonly rest: readonly string[] } {
  const [first = "", second, ...others] = args;
  if (first.startsWith("--py-files=")) return { pyFiles: first.slice("--py-files=".length), rest: args.slice(1) };
  if (first !== "--py-files") return { pyFiles: null, rest: args };
  if (second === undefined) throw new EngineError("USAGE_INVALID", { reason: "--py-files needs a value", command });
  return { pyFiles: second, rest: others };
}

/** Runs the program with its arguments; its exit code. */
export async function runProgram(given: readonly string[]): Promise<number> {
  const { pyFiles, rest } = ownOptions(given);
  const [program, ...args] = rest;
  if (program === undefined) throw new EngineError("USAGE_INVALID", { reason: "the program is missing", command });
  if (program.startsWith("-"))
    throw new EngineError("USAGE_INVALID", { reason: `unknown option "${program}"`, command });
  checkReadable(program);
  const runner = runners.get(extname(program).toLowerCase());
  if (!runner) {
    const reason = `its name must end in ${[...runners.keys()].join(", ")}`;
    throw new EngineError("PROGRAM_NOT_RUNNABLE", { path: program, reason });
  }
  const { executable, args: before } = runner(program);
  return follow({ executable, args: [...before, ...args] }, program, pyFiles);
}
