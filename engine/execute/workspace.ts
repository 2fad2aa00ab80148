/**
 * The private directory of one application: shuffle files, blocks and large results. It is removed when the
 * application ends; one that a crash left behind is removed by the next application to start.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { EngineError } from "../errors.js";

export interface Workspace {
  readonly directory: string;
  remove(): void;
}

/** Start time of a running process in clock ticks, which tells it from a later one of the same number; or nothing. */
export function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended, although nobody has asked for its status yet.
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
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
      if (!isAlive(readFileSync(join(directory, ownerFile), "utf8")))
        rmSync(directory, { recursive: true, force: true });
    } catch {
      // No owner written yet, or removed by another application at the same moment.
    }
  }
}

/** Another application may remove the common parent between the moment it is made and the moment it is used. */
const attempts = 5;

/** Makes the directory below `root` (the system's temporary directory when null), readable by this user only. */
export function makeWorkspace(root: string | null): Workspace {
  const parent = join(root ?? tmpdir(), `kindling-${userInfo().uid}`);
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o700 });
      requireOwn(parent);
      sweep(parent);
      const directory = mkdtempSync(join(parent, "application-"));
      writeFileSync(join(directory, ownerFile), `${process.pid} ${startTime(process.pid)}`);
      return { directory, remove: () => removeWorkspace(directory) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" && attempt < attempts) continue;
      if (error instanceof EngineError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError("WRITE_FAILED", { path: parent, reason }, { cause: error });
    }
  }
}

/** What lies there becomes code in workers: whoever could write there could run it as this user. */
function requireOwn(parent: string): void {
  const { uid } = userInfo();
  const status = lstatSync(parent);
  if (uid >= 0 && (!status.isDirectory() || status.uid !== uid || (status.mode & 0o022) !== 0)) {
    throw new EngineError("WRITE_FAILED", { path: parent, reason: "it is not a directory that only you can write" });
  }
}

/** Removes the directory of an application, and the common parent when it was the last. */
export function removeWorkspace(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  try {
    rmdirSync(dirname(directory));
  } catch {
    // Others still use it.
  }
}
