/**
 * On whose behalf the engine works: the TypeScript program of this process, or a client behind the gateway. The
 * gateway wraps every call in `runAs`; faces ask here for the line of the program that called them.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { fileURLToPath } from "node:url";
import type { CallSite } from "../errors.js";
import type { Language } from "../plan/kernel.js";
import type { EngineEvent } from "./events.js";

/** A program that uses the engine, for as long as it lives. */
export interface Host {
  readonly language: Language;
  /** Relative paths are meant from here. */
  readonly workingDirectory: string;
  /** The interpreter of a Python program, with which its workers run. */
  readonly python: { readonly executable: string; readonly version: string; readonly searchPath: readonly string[] } | null;
  /** Gets progress, task output and warnings. */
  readonly listen: (event: EngineEvent) => void;
}

export interface Caller {
  readonly host: Host;
  /** File and line of the client's call; null in this process, where the stack tells. */
  readonly at: { readonly file: string; readonly line: number } | null;
  /** Ends the jobs of this call. */
  readonly signal: AbortSignal | null;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work` on behalf of `caller`; what it starts later, after an `await` too, belongs to the caller as well. */
export const runAs = <T>(caller: Caller, work: () => T): T => callers.run(caller, work);

export const currentCaller = (): Caller | undefined => callers.getStore();

const ownFiles = new URL("../../", import.meta.url).pathname;
const isOwn = (file: string): boolean => file.startsWith(`${ownFiles}engine/`) || file.startsWith(`${ownFiles}gateway/`);

interface Frame {
  readonly file: string;
  readonly line: number;
}

function stackFrames(): Frame[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  return stack.split("\n").flatMap((text) => {
    const found = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/.exec(text);
    if (!found?.[1] || !found[2]) return [];
    const file = found[1].startsWith("file:") ? fileURLToPath(found[1]) : found[1];
    return [{ file, line: Number(found[2]) }];
  });
}

/** The line of the program that called the method `call`. */
export function callSite(call: string): CallSite {
  const caller = callers.getStore();
  if (caller?.at) return { ...caller.at, call };
  const frame = stackFrames().find(({ file }) => !isOwn(file));
  return { file: frame?.file ?? "unknown", line: frame?.line ?? 0, call };
}
