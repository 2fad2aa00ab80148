/**
 * Processes that a task started, and what those started in turn: they end with the task. Linux says which thread started
 * a process; elsewhere only the processes that are known by their number are ended.
 */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The thread that asks, as `/proc` names it; null where there is no such name. */
export function callingThread(): string | null {
  try {
    return readlinkSync("/proc/thread-self");
  } catch {
    return null;
  }
}

/** Ends all processes that a thread of this process has started. */
export function killStartedBy(thread: string | null): void {
  if (thread !== null) for (const child of childrenOf(thread)) killTree(child);
}

/** Ends a process and its descendants. It is stopped first, so that it starts no others meanwhile. */
export function killTree(pid: number): void {
  signal(pid, "SIGSTOP");
  for (const thread of threadsOf(pid)) for (const child of childrenOf(thread)) killTree(child);
  signal(pid, "SIGKILL");
}

/** Ends a process that this one started, unless it has ended; its number may belong to another then. */
export function killChild({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) killTree(pid);
}

/** Ends the processes that belong to the group of one that led it, which may have ended itself. */
export function killGroup(leader: number): void {
  signal(-leader, "SIGKILL");
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

function childrenOf(thread: string): number[] {
  try {
    return readFileSync(`/proc/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
