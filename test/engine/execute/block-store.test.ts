/** The blocks of one executor: what stays in memory, what goes to disk, what goes away. Rules of Spark's MemoryStore. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../../../engine/data/batch.js";
import { type BlockStatus, BlockStore, readFound } from "../../../engine/execute/block-store.js";
import type { BlockId, StorageFlags } from "../../../engine/execute/task.js";

const memoryOnly: StorageFlags = { useMemory: true, useDisk: false, replication: 1 };
const memoryAndDisk: StorageFlags = { useMemory: true, useDisk: true, replication: 1 };
const diskOnly: StorageFlags = { useMemory: false, useDisk: true, replication: 1 };

const KiB = 1024;
const block = (rdd: number, partition: number): BlockId => ({ rdd, partition });
const batch = (size: number, fill: number): Batch => ({
  format: "portable",
  count: 1,
  bytes: new Uint8Array(size).fill(fill),
});

let directory: string;
let updates: BlockStatus[];
let store: BlockStore;

const open = (memoryBytes: number): BlockStore =>
  new BlockStore({ directory, memoryBytes, storageFraction: 0.5, updated: (status) => updates.push(status) });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "blocks-"));
  updates = [];
  store = open(100 * KiB);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(id: BlockId, level: StorageFlags, ...batches: readonly Batch[]): void {
  const draft = store.begin(id, level);
  for (const one of batches) store.add(draft, one);
  store.finish(draft);
}

/** The first byte of each batch of a block; null if it is not there. */
function held(id: BlockId): number[] | null {
  const found = store.find(id);
  return found && [...readFound(found)].map(({ bytes }) => bytes[0] as number);
}

const files = (): string[] => (existsSync(join(directory, "blocks")) ? readdirSync(join(directory, "blocks")) : []);

test("a block is there when it is whole, not before", () => {
  const draft = store.begin(block(1, 0), memoryOnly);
  store.add(draft, batch(10, 1));
  expect(held(block(1, 0))).toBeNull();
  store.add(draft, batch(10, 2));
  store.finish(draft);
  expect(held(block(1, 0))).toEqual([1, 2]);
  expect(updates.map(({ block: { rdd, partition }, memoryBytes }) => [rdd, partition, memoryBytes > 20])).toEqual([
    [1, 0, true],
  ]);
});

test("one that was abandoned leaves nothing", () => {
  const draft = store.begin(block(1, 0), memoryAndDisk);
  for (let i = 0; i < 2; i++) store.add(draft, batch(80 * KiB, 1));
  expect(files().length).toBe(1);
  store.abandon(draft);
  expect([held(block(1, 0)), store.usedBytes, files(), updates]).toEqual([null, 0, [], []]);
});

describe("when memory is short", () => {
  test("the least recently used block of another RDD goes", () => {
    put(block(1, 0), memoryOnly, batch(40 * KiB, 1));
    put(block(2, 0), memoryOnly, batch(40 * KiB, 2));
    expect(held(block(1, 0))).toEqual([1]);
    put(block(3, 0), memoryOnly, batch(40 * KiB, 3));
    expect([held(block(1, 0)), held(block(2, 0)), held(block(3, 0))]).toEqual([[1], null, [3]]);
    expect(updates.at(-2)).toMatchObject({ block: block(2, 0), memoryBytes: 0, diskBytes: 0 });
  });

  test("blocks of the same RDD stay, and the new one is not kept", () => {
    put(block(1, 0), memoryOnly, batch(60 * KiB, 1));
    put(block(1, 1), memoryOnly, batch(60 * KiB, 2));
    expect([held(block(1, 0)), held(block(1, 1))]).toEqual([[1], null]);
    expect(store.usedBytes).toBeLessThan(61 * KiB);
  });

  test("a block that may be on disk goes there, whole", () => {
    put(block(1, 0), memoryAndDisk, batch(60 * KiB, 1));
    put(block(1, 1), memoryAndDisk, batch(30 * KiB, 2), batch(30 * KiB, 3));
    expect(store.find(block(1, 1))?.kind).toBe("file");
    expect([held(block(1, 0)), held(block(1, 1))]).toEqual([[1], [2, 3]]);
  });

  test("one that is evicted is written first if it may be", () => {
    put(block(1, 0), memoryAndDisk, batch(60 * KiB, 1));
    put(block(2, 0), memoryOnly, batch(60 * KiB, 2));
    expect(store.find(block(1, 0))?.kind).toBe("file");
    expect([held(block(1, 0)), held(block(2, 0))]).toEqual([[1], [2]]);
  });
});

test("disk only", () => {
  put(block(1, 0), diskOnly, batch(10, 1), batch(10, 2));
  expect([held(block(1, 0)), store.usedBytes, files().length]).toEqual([[1, 2], 0, 1]);
});

test("tasks get what storage does not use, and what it has beyond its half", () => {
  expect(store.grant(2)).toBe(50 * KiB);
  store.release(50 * KiB);
  put(block(1, 0), memoryOnly, batch(40 * KiB, 1));
  put(block(2, 0), memoryOnly, batch(40 * KiB, 2));
  const granted = store.grant(1);
  expect([held(block(1, 0)), held(block(2, 0))]).toEqual([null, [2]]);
  expect(granted).toBeGreaterThan(59 * KiB);
  // Storage cannot take back what the task was given.
  put(block(3, 0), memoryOnly, batch(40 * KiB, 3));
  expect([held(block(2, 0)), held(block(3, 0))]).toEqual([null, [3]]);
  put(block(4, 0), memoryOnly, batch(70 * KiB, 4));
  expect(held(block(4, 0))).toBeNull();
});

test("unpersisting removes blocks and files", () => {
  put(block(1, 0), memoryOnly, batch(10, 1));
  put(block(1, 1), diskOnly, batch(10, 2));
  put(block(2, 0), memoryOnly, batch(10, 3));
  store.removeRdd(1);
  expect([held(block(1, 0)), held(block(1, 1)), held(block(2, 0)), files()]).toEqual([null, null, [3], []]);
});
