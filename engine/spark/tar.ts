/** A tar archive of some files in memory, as Spark's executors unpack it. */

const blockBytes = 512;

/** Path, mode, owner, size, time, checksum (blanks while summing), type, link: the fields of a ustar header. */
function header(path: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(path, 0, 100, "utf8");
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Paths are relative and at most 100 bytes long. */
export function tar(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const blocks = [...files].flatMap(([path, bytes]) => {
    const padding = Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes);
    return [header(path, bytes.length), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}
