/** A Unix socket for clients on the same machine: it lies in a folder that only its owner can enter. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The path of a socket to be, in a new folder of mode 700; null where there are no such sockets. */
export function newSocketPath(): string | null {
  if (process.platform === "win32") return null;
  return join(mkdtempSync(join(tmpdir(), "kindling-gateway-")), "socket");
}

export const removeSocket = (path: string): void => rmSync(dirname(path), { recursive: true, force: true });
