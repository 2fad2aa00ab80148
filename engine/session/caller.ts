/**
 * On whose behalf the engine works: the TypeScript program of this process, or a client behind the gateway. The
 * gateway wraps every call in `runAs`; faces ask here for the line of the program that called them.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { findSourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CallSite } from "../errors.js";
import type { Language } from "../plan/kernel.js";
import type { EngineEvent } from "./events.js";

/** A program that uses the engine, for as long as it lives. */
export interface Host {
  readonly language: Language;
  /** Relative paths are meant from here. */
  readonly workingDirectory: string;
  /** The interpreter of a Python program, with which its workers run. */
  readonly python: {
    readonly executable: string;
    readonly version: string;
    readonly searchPath: readonly string[];
  } | null;
  /** Gets progress, task output and warnings. */
  readonly listen: (event: EngineEvent) => void;
}

export interface Caller {
  readonly host: Host;
  /** File and line of the client's call; null in this process, where the stack tells. */
  readonly at: { readonly file: string; readonly line: number } | null;
  /** Ends the jobs of this call. */
  readonly signal: AbortSignal | null;
  /** The client's thread that calls; left out in this process. */
  readonly lane?: number;
  /** Local properties of its jobs, instead of those of its thread. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Told of each job that it starts. */
  readonly started?: (job: number) => void;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work` on behalf of `caller`; what it starts later, after an `await` too, belongs to the caller as well. */
export const runAs = <T>(caller: Caller, work: () => T): T => callers.run(caller, work);

export const currentCaller = (): Caller | undefined => callers.getStore();

const ownFiles = new URL("../../", import.meta.url).href;
const isOwn = (file: string): boolean =>
  file.startsWith(`${ownFiles}engine/`) || file.startsWith(`${ownFiles}gateway/`);

/** Deep enough for the engine's own frames and the user's first one. */
const stackDepth = 30;

/** Frames of this call as they run; source maps, which would rename our own files, come later. */
function stackFrames(): readonly NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = stackDepth;
  Error.prepareStackTrace = (_, frames) => frames;
  const { stack } = new Error() as unknown as { readonly stack: readonly NodeJS.CallSite[] };
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  return stack;
}

/** File and line as the user wrote them. */
function sourcePlace(file: string, line: number, column: number): { readonly file: string; readonly line: number } {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  const written = entry && "originalSource" in entry ? entry : null;
  const source = written?.originalSource ?? file;
  return {
    file: source.startsWith("file:") ? fileURLToPath(source) : source,
    line: written ? written.originalLine + 1 : line,
  };
}

/** The line of the program that called the method `call`. */
export function callSite(call: string): CallSite {
  const caller = callers.getStore();
  if (caller?.at) return { ...caller.at, call };
  const frame = stackFrames().find((candidate) => {
    const file = candidate.getFileName();
    return file && !isOwn(file) && !file.startsWith("node:");
  });
  return {
    ...sourcePlace(frame?.getFileName() ?? "unknown", frame?.getLineNumber() ?? 0, frame?.getColumnNumber() ?? 0),
    call,
  };
}

/** What we are compiled from; stacks of a program that runs with source maps name these files. */
const ownSources = ["engine/", "gateway/"].map((folder) => new URL(`../../../${folder}`, import.meta.url).href);

/** The innermost line of the program in the stack of an error, if there is one. */
export function userPlace({ stack = "" }: Error): Pick<CallSite, "file" | "line"> | null {
  for (const line of stack.split("\n")) {
    const [, file, number] = /^\s+at (?:.*\()?(\/.*|file:.*):(\d+):\d+\)?$/.exec(line) ?? [];
    if (file === undefined) continue;
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    const url = pathToFileURL(path).href;
    if (!isOwn(url) && !ownSources.some((folder) => url.startsWith(folder)))
      return { file: path, line: Number(number) };
  }
  return null;
}
