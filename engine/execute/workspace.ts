/**
 * The private directory of one application: shuffle files, blocks and large results. It is removed when the
 * application ends; one that a crash left behind is removed by the next application to start.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { EngineError } from "../errors.js";

export interface Workspace {
  readonly directory: string;
  remove(): void;
}

/** Start time of a process in clock ticks, which tells a process from a later one of the same number. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

const ownerFile = "owner";

function isAlive(owner: string): boolean {
  const [pid, started] = owner.split(" ");
  if (existsSync("/proc/self/stat")) return startTime(Number(pid)) === started;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes what applications that no longer run left in `parent`. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const directory = join(parent, name);
    try {
      if (!isAlive(readFileSync(join(directory, ownerFile), "utf8"))) rmSync(directory, { recursive: true, force: true });
    } catch {
      // No owner written yet, or removed by another application at the same moment.
    }
  }
}

/** Makes the directory below `root` (the system's temporary directory when null), readable by this user only. */
export function makeWorkspace(root: string | null): Workspace {
  const parent = join(root ?? tmpdir(), `kindling-${userInfo().uid}`);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    sweep(parent);
    const directory = mkdtempSync(join(parent, "application-"));
    writeFileSync(join(directory, ownerFile), `${process.pid} ${startTime(process.pid)}`);
    return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
  } catch (error) {
    throw new EngineError("WRITE_FAILED", { path: parent, reason: String(error) }, { cause: error });
  }
}
