/** All bytes into a file or a pipe, which may take them bit by bit. */
import { writeSync } from "node:fs";

export function writeFully(fd: number, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (let written = 0; written < byteLength; ) written += writeSync(fd, bytes, written);
}
