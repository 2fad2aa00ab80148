import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Batch, whole } from "../../../engine/data/batch.js";
import { decodeElements, encodeElements } from "../../../engine/data/elements.js";
import { Spool, spooled } from "../../../engine/execute/spool.js";

const directory = mkdtempSync(join(tmpdir(), "spool-"));
afterAll(() => rmSync(directory, { recursive: true }));

const batches: readonly Batch[] = Array.from({ length: 50 }, (_, i) => encodeElements([i, `text ${i}`]));

const read = (spool: Spool): unknown[] => [...spool].flatMap((slice) => decodeElements(slice));
const expected = batches.flatMap((_, i) => [i, `text ${i}`]);

describe("Spool", () => {
  it.each([
    { name: "without a bound", memoryBytes: 0, spills: false },
    { name: "within its bound", memoryBytes: 2 ** 20, spills: false },
    { name: "beyond its bound", memoryBytes: 500, spills: true },
    { name: "with no room at all", memoryBytes: 1, spills: true },
  ])("$name: the same again and again", ({ memoryBytes, spills }) => {
    const spool = new Spool({ memoryBytes, directory });
    for (const batch of batches) spool.add(whole(batch));
    expect(read(spool)).toEqual(expected);
    expect(read(spool)).toEqual(expected);
    expect(spool.length).toBe(50);
    expect(spool.spilledBytes > 0).toBe(spills);
    expect(readdirSync(directory)).toEqual([]);
    spool.close();
    expect(read(spool)).toEqual([]);
  });

  it("keeps which elements of a batch count", () => {
    const spool = new Spool({ memoryBytes: 1, directory });
    spool.add({ batch: encodeElements([1, 2, 3, 4]), from: 1, to: 3 });
    expect(read(spool)).toEqual([2, 3]);
    spool.close();
  });

  it("is read while it grows", () => {
    const spool = new Spool({ memoryBytes: 100, directory });
    const seen: unknown[] = [];
    spool.add(whole(batches[0] as Batch));
    for (const slice of spool) {
      seen.push(decodeElements(slice)[0]);
      if (spool.length < 10) spool.add(whole(batches[spool.length] as Batch));
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    spool.close();
  });

  it("says that a file cannot be made", () => {
    const spool = new Spool({ memoryBytes: 1, directory: join(directory, "missing") });
    expect(() => spool.add(whole(batches[0] as Batch))).toThrow(/WRITE_FAILED.*missing.*ENOENT/s);
  });

  it("takes what comes later, and closes when that fails", async () => {
    async function* later(fails: boolean): AsyncIterable<ReturnType<typeof whole>> {
      for (const batch of batches) yield await Promise.resolve(whole(batch));
      if (fails) throw new RangeError("gone");
    }
    expect(read(await spooled(later(false), { memoryBytes: 100, directory }))).toEqual(expected);
    await expect(spooled(later(true), { memoryBytes: 100, directory })).rejects.toThrow("gone");
  });
});
