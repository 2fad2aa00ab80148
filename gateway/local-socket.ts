/** A Unix socket for clients on the same machine: it lies in a folder that only its owner can enter. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Of the folders, with the process that made one. */
const prefix = "kindling-gateway-";
const folderOfProcess = /^kindling-gateway-(\d+)-/;

/** The path of a socket to be, in a new folder of mode 700; null where there are no such sockets. */
export function newSocketPath(): string | null {
  if (process.platform === "win32") return null;
  removeAbandoned();
  return join(mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`)), "socket");
}

export const removeSocket = (path: string): void => rmSync(dirname(path), { recursive: true, force: true });

/** A gateway that is killed leaves its folder: the next one removes it. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(folderOfProcess.exec(name)?.[1] ?? process.pid);
    if (isRunning(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // It is another user's.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
