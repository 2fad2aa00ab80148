/** What a tree of processes takes of the machine's memory, as Linux says. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes of a process: its resident set, but memory that it got from its parent by `fork` counts in parts. Program files in
 * memory count for every process that runs them, so that the sum does not depend on who else on the machine does. 0 once
 * it has ended.
 */
function processBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
    return (field("Rss") - field("Anonymous") + field("Pss_Anon")) * 1024;
  } catch {
    return 0;
  }
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended between the two looks.
    return 0;
  }
}

/** A process and all its descendants. */
function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    const siblings = children.get(parent);
    if (siblings) siblings.push(Number(name));
    else children.set(parent, [Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** What a tree took at one moment, by the part that each process plays. */
export interface Sample {
  readonly bytes: number;
  readonly parts: Readonly<Record<string, number>>;
}

const roles: readonly (readonly [string, RegExp])[] = [
  ["executor", /executor-main/],
  ["workers", /kindling\.worker|pyspark[./]daemon/],
  ["gateway", /command-line.main|gateway/],
  ["jvm", /\bjava\b/],
];

function roleOf(pid: number): string {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return roles.find(([, pattern]) => pattern.test(command))?.[0] ?? "program";
  } catch {
    return "program";
  }
}

/** The tree as it is now. */
export function sampleTree(root: number): Sample {
  const parts: Record<string, number> = {};
  let bytes = 0;
  for (const pid of processTree(root)) {
    const own = processBytes(pid);
    const role = roleOf(pid);
    parts[role] = (parts[role] ?? 0) + own;
    bytes += own;
  }
  return { bytes, parts };
}
