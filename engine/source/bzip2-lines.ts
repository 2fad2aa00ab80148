/**
 * The bytes of one split of a bzip2 text file, by Hadoop's rule for blocks: a block is the split's in which its first byte
 * lies, and a line belongs to the block that holds the byte before it. In the terms of `text-read.ts`: where the split's
 * first block and the first block behind its end are decoded to `p` and `q`, these are the bytes from `f(p)` to `f(q)`.
 */
import { ByteFile } from "./byte-file.js";
import { bzip2Pieces, firstBlockAt } from "./bzip2-read.js";
import { carriageReturn, lineFeed } from "./line-cutter.js";
import type { TextSplit } from "./text-splits.js";

/** In pieces that are valid until the next one. */
export function* bzip2Lines(split: TextSplit): Generator<Uint8Array, void, undefined> {
  const file = new ByteFile(split.path, "bzip2", split.start);
  try {
    yield* linesOf(file, split);
  } finally {
    file.close();
  }
}

function* linesOf(file: ByteFile, { start, length }: TextSplit): Generator<Uint8Array, void, undefined> {
  const isOwn = (blockAt: number): boolean =>
    // No search finds the first block: it is always the first split's.
    blockAt === firstBlockAt ? start === 0 : blockAt < start + length;
  let first = start === 0 ? null : new LineEnd();
  let last: LineEnd | null = null;
  for (const { blockAt, bytes } of bzip2Pieces(file, start)) {
    if (!isOwn(blockAt)) {
      // The first line ends behind the last block: nothing begins in this split.
      if (first !== null && !first.isAfterReturn) return;
      last ??= new LineEnd();
    }
    const from = first === null ? 0 : first.seek(bytes);
    if (from === null) continue;
    // What ended with the first byte of a block that is not the split's was a feed: nothing begins in this split.
    if (first !== null && last !== null && from > 0) return;
    first = null;
    const to = last === null ? null : last.seek(bytes);
    yield bytes.subarray(from, to ?? bytes.length);
    if (to !== null) return;
  }
}

/** Looks for the first end of a line in bytes that come in pieces. */
class LineEnd {
  /** The last byte so far was a carriage return, to which a feed may belong. */
  isAfterReturn = false;

  /** The place in this piece after the end; null when it is not in there. */
  seek(bytes: Uint8Array): number | null {
    if (this.isAfterReturn) return bytes[0] === lineFeed ? 1 : 0;
    const feed = bytes.indexOf(lineFeed);
    const back = (feed < 0 ? bytes : bytes.subarray(0, feed)).indexOf(carriageReturn);
    if (back < 0) return feed < 0 ? null : feed + 1;
    if (back < bytes.length - 1) return back + (bytes[back + 1] === lineFeed ? 2 : 1);
    this.isAfterReturn = true;
    return null;
  }
}
