/** A file for what does not fit into memory. It has no name from the start, so that it goes with the process. */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { EngineError } from "../../errors.js";

/** Where some bytes lie in a spill file. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

let opened = 0;

function openUnlinked(directory: string): number {
  const path = join(directory, `spill-${process.pid}-${threadId}-${opened++}`);
  try {
    const fd = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return fd;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new EngineError("WRITE_FAILED", { path: directory, reason }, { cause: error });
  }
}

export class SpillFile {
  readonly #fd: number;
  readonly #directory: string;
  #end = 0;
  #open = true;

  constructor(directory: string) {
    this.#directory = directory;
    this.#fd = openUnlinked(directory);
  }

  get sizeBytes(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): Extent {
    const extent = { offset: this.#end, length: bytes.length };
    for (let written = 0; written < bytes.length; ) written += this.#write(bytes, written, extent.offset + written);
    this.#end += bytes.length;
    return extent;
  }

  #write(bytes: Uint8Array, from: number, position: number): number {
    try {
      return writeSync(this.#fd, bytes, from, bytes.length - from, position);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new EngineError("WRITE_FAILED", { path: this.#directory, reason }, { cause: error });
    }
  }

  /** The bytes of an extent, in memory of their own. */
  read({ offset, length }: Extent): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let filled = 0; filled < length; ) {
      const read = readSync(this.#fd, bytes, filled, length - filled, offset + filled);
      if (read === 0) throw new EngineError("INTERNAL", { reason: "a spill file ends in the middle of an extent" });
      filled += read;
    }
    return bytes;
  }

  close(): void {
    if (this.#open) closeSync(this.#fd);
    this.#open = false;
  }
}
