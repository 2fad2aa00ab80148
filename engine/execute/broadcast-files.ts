/** Broadcast values: each a file that workers open when a function asks for it, `u8 format` and one batch. */
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Batch, batchFormats } from "../data/batch.js";
import { writeFully } from "../data/write-fully.js";
import { EngineError } from "../errors.js";
import type { BroadcastFile } from "./worker-frames.js";

export class BroadcastFiles {
  readonly #directory: string;
  readonly #files = new Map<number, BroadcastFile>();
  #next = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get all(): readonly BroadcastFile[] {
    return [...this.#files.values()];
  }

  /** Writes a value; gives the number by which tasks find it. */
  add({ format, bytes }: Batch): number {
    const id = this.#next++;
    const path = join(this.#directory, String(id));
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const fd = openSync(path, "w", 0o600);
      try {
        writeFully(fd, Uint8Array.of(batchFormats.indexOf(format)));
        writeFully(fd, bytes);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      rmSync(path, { force: true });
      throw new EngineError("WRITE_FAILED", { path, reason: String(error) }, { cause: error });
    }
    this.#files.set(id, { id, path });
    return id;
  }

  destroy(id: number): void {
    const file = this.#files.get(id);
    if (!file) return;
    this.#files.delete(id);
    rmSync(file.path, { force: true });
  }
}
