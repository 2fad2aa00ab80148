import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LineCutter, readBytes } from "../../../engine/source/line-cutter.js";
import { readTextSplit } from "../../../engine/source/text-read.js";
import { planTextFile, type TextSplit } from "../../../engine/source/text-splits.js";

let top = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-read-"));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const splitOf = (path: string, length: number, codec: TextSplit["codec"] = "none"): TextSplit => ({
  path,
  start: 0,
  length,
  codec,
  fileSize: length,
});

async function batchesOf(split: TextSplit): Promise<Buffer[]> {
  const batches: Buffer[] = [];
  for await (const batch of readTextSplit(split)) batches.push(Buffer.from(batch.bytes));
  return batches;
}

/** Lines of pseudo-random length up to `width`, the same every time. */
function text(sizeBytes: number, width: number): string {
  const lines: string[] = [];
  for (let size = 0, seed = 1; size < sizeBytes; size += lines.at(-1)?.length ?? 0) {
    seed = (seed * 48271) % 2147483647;
    lines.push(`${"abcdefghij".repeat(width / 10).slice(0, seed % width)}\n`);
  }
  return lines.join("");
}

describe("batches", () => {
  test.each([
    ["short lines", 40],
    ["long lines", 300_000],
    ["lines longer than a read", 3 * readBytes],
  ])("%s: whole lines, together the file, about 1 MiB or one line each", async (_, width) => {
    const [path, content] = [join(top, "sized"), text(12 * readBytes, width)];
    writeFileSync(path, content);
    const batches = await batchesOf(splitOf(path, content.length));
    expect(Buffer.concat(batches).toString()).toBe(content);
    for (const batch of batches) {
      expect(batch.at(-1)).toBe(0x0a);
      const firstLine = batch.indexOf(0x0a) + 1;
      expect(batch.length).toBeLessThanOrEqual(firstLine + readBytes);
    }
  });

  test("leaving early closes the file", async () => {
    const [path, content] = [join(top, "early"), text(4 * readBytes, 100)];
    writeFileSync(path, content);
    writeFileSync(`${path}.gz`, gzipSync(content));
    const openFiles = (): number => readdirSync("/proc/self/fd").length;
    const before = openFiles();
    for (const split of [splitOf(path, content.length), splitOf(`${path}.gz`, 1, "gzip")]) {
      for await (const _ of readTextSplit(split)) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(openFiles()).toBe(before);
  });

  test("a file that became shorter or longer since planning: its lines up to the planned end", async () => {
    const path = join(top, "changed");
    writeFileSync(path, "one\ntwo\nthree\nfour\n");
    expect(await batchesOf(splitOf(path, 6))).toEqual([Buffer.from("one\ntwo\n")]);
    expect(await batchesOf(splitOf(path, 100))).toEqual([Buffer.from("one\ntwo\nthree\nfour\n")]);
    expect(await batchesOf({ ...splitOf(path, 9), start: 50 })).toEqual([]);
  });
});

describe("gzip", () => {
  // RFC 1952 §2.2: a file is any number of members, one after the other.
  test("members that end anywhere around the borders of reads", async () => {
    const path = join(top, "members.gz");
    const filler = gzipSync(Buffer.from(text(2 * readBytes, 90)), { level: 0 });
    for (const shift of [-20, -9, -8, -7, -1, 0, 1, 2, 9, 10, 11, 19]) {
      // A member of stored (uncompressed) bytes is 18 bytes of frame and 5 per block of 65,535 longer than its content.
      const content = text(readBytes, 90).slice(0, readBytes - 200 + shift);
      const first = gzipSync(content, { level: 0 });
      const padding = gzipSync("p".repeat(readBytes - first.length - 23 + shift), { level: 0 });
      writeFileSync(path, Buffer.concat([first, padding, filler, gzipSync("last")]));
      const all = Buffer.concat(await batchesOf(splitOf(path, 1, "gzip"))).toString();
      expect(all).toBe(
        `${content}${"p".repeat(readBytes - first.length - 23 + shift)}${text(2 * readBytes, 90)}last\n`,
      );
    }
  });

  test("memory stays bounded: 300 MiB out of 300 KiB", async () => {
    const path = join(top, "bomb.gz");
    const member = gzipSync(Buffer.alloc(30 * readBytes, `${"x".repeat(1023)}\n`));
    writeFileSync(path, Buffer.concat(Array.from({ length: 10 }, () => member)));
    const before = process.memoryUsage().rss;
    let [size, peak] = [0, 0];
    for await (const batch of readTextSplit(splitOf(path, 1, "gzip"))) {
      size += batch.bytes.length;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    expect(size).toBe(300 * readBytes);
    expect(peak - before).toBeLessThan(150 * readBytes);
  });
});

describe("failures", () => {
  test("a line over the limit", () => {
    const cutter = new LineCutter({ path: "/f", atFileStart: true, lineLimitBytes: 3 * readBytes });
    const fill = (): void => {
      for (let i = 0; i < 10; i++) cutter.advance(cutter.room().fill("x").length);
    };
    expect(fill).toThrow(
      expect.objectContaining({ code: "CORRUPT_INPUT", params: expect.objectContaining({ path: "/f" }) }),
    );
  });

  test.each(["none", "gzip"] as const)("a file that is gone (%s)", async (codec) => {
    const path = join(top, "gone");
    await expect(batchesOf(splitOf(path, 5, codec))).rejects.toMatchObject({
      code: "PATH_NOT_FOUND",
      params: { path },
    });
  });

  test.each(["data.passthrough", "DATA.Passthrough"])("codec of %s", async (name) => {
    writeFileSync(join(top, name), "x");
    await expect(planTextFile(name, 2, top)).rejects.toMatchObject({ code: "CODEC_UNSUPPORTED" });
  });

  test("missing rights, of files and folders, are found when planning", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kindling-rights-"));
    writeFileSync(join(folder, "file"), "secret\n", { mode: 0 });
    mkdirSync(join(folder, "locked"), { mode: 0 });
    const isRoot = process.geteuid?.() === 0;
    // Root may read everything: be nobody for a moment.
    if (isRoot) chmodSync(folder, 0o755);
    try {
      if (isRoot) process.seteuid?.(65534);
      for (const path of ["file", "locked", "locked/*", "locked/x", "fil?", ""].map((name) => join(folder, name))) {
        await expect(planTextFile(path, 1, "/"), path).rejects.toMatchObject({ code: "PATH_NOT_READABLE" });
      }
      const split = splitOf(join(folder, "file"), 7);
      await expect(batchesOf(split)).rejects.toMatchObject({ code: "PATH_NOT_READABLE" });
    } finally {
      if (isRoot) process.seteuid?.(0);
      rmSync(folder, { recursive: true });
    }
  });
});
