/** The text of the word count benchmark: Zipf-distributed words, the same bytes for the same arguments. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const vocabulary = 1_000_000;
const wordsPerLine = 12;
const letters = "etaoin";

/** mulberry32: a small seeded generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The word of a rank: frequent ones are short. */
function wordOf(rank: number): string {
  let word = "";
  for (let rest = rank + letters.length; rest > 0; rest = Math.floor(rest / letters.length))
    word += letters[rest % letters.length];
  return word;
}

/** Makes the file in the cache unless it is there; returns its path. */
export function zipfText(megabytes: number): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kindling");
  const path = join(cache, `zipf-${megabytes}.txt`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const random = seeded(20_25);
  const file = openSync(`${path}.part`, "w");
  const scale = Math.log(vocabulary);
  for (let written = 0; written < megabytes * 1e6; ) {
    let block = "";
    while (block.length < 1 << 20) {
      const line: string[] = [];
      for (let i = 0; i < wordsPerLine; i++) line.push(wordOf(Math.floor(Math.exp(random() * scale)) - 1));
      block += `${line.join(" ")}\n`;
    }
    written += writeSync(file, block);
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}
