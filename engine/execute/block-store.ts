/**
 * The blocks of persisted RDDs that one executor holds: in memory, least recently used first to go, and in files. It
 * lives in the executor's main thread; task slots speak to it through `BlockAccess`.
 *
 * Storage and the kernels of running tasks share one bound. Storage may use what tasks do not, and gives back what is
 * beyond its own half when they need it: Spark's unified memory.
 */
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Batch } from "../data/batch.js";
import { readBlock, writeBatch } from "../data/block-file.js";
import { GarbageWatch } from "./memory/garbage.js";
import type { BlockId, StorageFlags } from "./task.js";

export const nameOf = ({ rdd, partition }: BlockId): string => `rdd_${rdd}_${partition}`;

export interface BlockStatus {
  readonly block: BlockId;
  readonly level: StorageFlags;
  /** Both 0: the block is gone. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/** Elements of a block in memory, or the file that holds them. */
export type FoundBlock =
  | { readonly kind: "memory"; readonly batches: readonly Batch[] }
  | { readonly kind: "file"; readonly path: string };

interface Held {
  readonly block: BlockId;
  readonly level: StorageFlags;
  batches: readonly Batch[] | null;
  memoryBytes: number;
  path: string | null;
  diskBytes: number;
}

/** A block that is being written; parts stay in memory as long as they may. */
interface Draft {
  readonly block: BlockId;
  readonly level: StorageFlags;
  batches: Batch[];
  memoryBytes: number;
  file: { readonly path: string; readonly fd: number; bytes: number } | null;
  /** Neither memory nor disk may hold it. */
  given: boolean;
}

/** Beside its bytes each batch takes an object or two. */
const batchOverheadBytes = 200;
const sizeOf = (batch: Batch): number => batch.bytes.length + batchOverheadBytes;

export interface BlockStoreOptions {
  readonly directory: string;
  /** What storage and running tasks may hold together. */
  readonly memoryBytes: number;
  /** The part of it that storage keeps although tasks need memory. */
  readonly storageFraction: number;
  readonly updated: (status: BlockStatus) => void;
}

export class BlockStore {
  readonly #options: BlockStoreOptions;
  /** In order of use, the least recently used first. */
  readonly #held = new Map<string, Held>();
  readonly #drafts = new Map<number, Draft>();
  readonly #garbage: GarbageWatch;
  #usedBytes = 0;
  /** What running tasks were granted. */
  #grantedBytes = 0;
  #nextDraft = 0;

  constructor(options: BlockStoreOptions) {
    this.#options = options;
    this.#garbage = new GarbageWatch(options.memoryBytes);
  }

  /** What storage holds in memory at present. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Memory for one of `slots` tasks whose kernels need it; storage shrinks to its own part for it. */
  grant(slots: number): number {
    const { memoryBytes, storageFraction } = this.#options;
    this.#shrink(memoryBytes * storageFraction, null);
    const granted = Math.floor((memoryBytes - this.#usedBytes) / slots);
    this.#grantedBytes += granted;
    return granted;
  }

  /** What a task may have on its way whose kernels keep nothing: storage does not shrink for it. */
  flow(slots: number): number {
    return Math.floor(this.#options.memoryBytes / slots);
  }

  /** The task that was granted so much is over. */
  release(bytes: number): void {
    this.#grantedBytes = Math.max(0, this.#grantedBytes - bytes);
  }

  find(block: BlockId): FoundBlock | null {
    const name = nameOf(block);
    const held = this.#held.get(name);
    if (!held) return null;
    this.#held.delete(name);
    this.#held.set(name, held);
    if (held.batches) return { kind: "memory", batches: held.batches };
    return held.path === null ? null : { kind: "file", path: held.path };
  }

  // --- writing

  begin(block: BlockId, level: StorageFlags): number {
    const id = this.#nextDraft++;
    this.#drafts.set(id, { block, level, batches: [], memoryBytes: 0, file: null, given: false });
    return id;
  }

  /** Whether the memory of the batch is the store's from now on; otherwise it holds no reference to it. */
  add(id: number, batch: Batch): boolean {
    const draft = this.#drafts.get(id);
    if (!draft || draft.given) return false;
    this.#addBatch(draft, batch);
    return draft.batches.at(-1) === batch;
  }

  /** The block is whole: it is kept from now on, unless there was no room. */
  finish(id: number): void {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    this.#drafts.delete(id);
    if (draft.given) return;
    this.remove(draft.block, false);
    const { block, level, file } = draft;
    if (file) closeSync(file.fd);
    this.#held.set(nameOf(block), {
      block,
      level,
      batches: file ? null : draft.batches,
      memoryBytes: file ? 0 : draft.memoryBytes,
      path: file?.path ?? null,
      diskBytes: file?.bytes ?? 0,
    });
    this.#tell(block);
  }

  /** The task that wrote it failed, or is gone. */
  abandon(id: number): void {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    this.#drafts.delete(id);
    this.#giveUp(draft);
  }

  #addBatch(draft: Draft, batch: Batch): void {
    const size = sizeOf(batch);
    if (!draft.file && draft.level.useMemory && this.#makeRoom(size, draft.block.rdd)) {
      draft.batches.push(batch);
      draft.memoryBytes += size;
      this.#usedBytes += size;
      return;
    }
    if (!draft.level.useDisk) {
      this.#giveUp(draft);
      return;
    }
    this.#toFile(draft, batch);
  }

  #toFile(draft: Draft, batch: Batch): void {
    try {
      draft.file ??= this.#openFile(draft.block);
      for (const earlier of draft.batches.splice(0)) draft.file.bytes += writeBatch(draft.file.fd, earlier);
      this.#letGo(draft.memoryBytes);
      draft.memoryBytes = 0;
      draft.file.bytes += writeBatch(draft.file.fd, batch);
    } catch {
      // A full disk costs the copy, not the task: the block is computed again.
      this.#giveUp(draft);
    }
  }

  #openFile(block: BlockId): { path: string; fd: number; bytes: number } {
    const directory = join(this.#options.directory, "blocks");
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `${nameOf(block)}.${this.#nextDraft++}`);
    return { path, fd: openSync(path, "w", 0o600), bytes: 0 };
  }

  #giveUp(draft: Draft): void {
    draft.given = true;
    draft.batches = [];
    this.#letGo(draft.memoryBytes);
    draft.memoryBytes = 0;
    if (!draft.file) return;
    closeSync(draft.file.fd);
    rmSync(draft.file.path, { force: true });
    draft.file = null;
  }

  // --- room

  /** Whether there is room for so much more, once blocks of other RDDs have gone. */
  #makeRoom(bytes: number, rdd: number): boolean {
    const limit = this.#options.memoryBytes - this.#grantedBytes;
    if (bytes > limit) return false;
    this.#shrink(limit - bytes, rdd);
    return this.#usedBytes + bytes <= limit;
  }

  /** Lets blocks go until storage holds no more than `limitBytes`; blocks of the RDD that wants room stay. */
  #shrink(limitBytes: number, spared: number | null): void {
    if (this.#usedBytes <= limitBytes) return;
    for (const held of [...this.#held.values()]) {
      if (this.#usedBytes <= limitBytes) return;
      if (held.batches && held.block.rdd !== spared) this.#evict(held);
    }
  }

  #evict(held: Held): void {
    if (held.level.useDisk && held.path === null) this.#writeOut(held);
    held.batches = null;
    this.#letGo(held.memoryBytes);
    held.memoryBytes = 0;
    if (held.path === null) this.#held.delete(nameOf(held.block));
    this.#tell(held.block, held.level);
  }

  /** Memory that threads share is nothing that V8 counts: it would not look for what nobody refers to any more. */
  #letGo(bytes: number): void {
    this.#usedBytes -= bytes;
    this.#garbage.look(bytes);
  }

  #writeOut(held: Held): void {
    try {
      const file = this.#openFile(held.block);
      for (const batch of held.batches ?? []) file.bytes += writeBatch(file.fd, batch);
      closeSync(file.fd);
      held.path = file.path;
      held.diskBytes = file.bytes;
    } catch {
      // As above: it will be computed again.
    }
  }

  // --- removing

  remove(block: BlockId, tell: boolean = true): void {
    const held = this.#held.get(nameOf(block));
    if (!held) return;
    this.#held.delete(nameOf(block));
    held.batches = null;
    this.#letGo(held.memoryBytes);
    if (held.path !== null) rmSync(held.path, { force: true });
    if (tell) this.#tell(block, held.level);
  }

  removeRdd(rdd: number): void {
    for (const { block } of [...this.#held.values()]) if (block.rdd === rdd) this.remove(block);
  }

  #tell(block: BlockId, level?: StorageFlags): void {
    const held = this.#held.get(nameOf(block));
    const flags = held?.level ?? level;
    if (!flags) return;
    const { memoryBytes = 0, diskBytes = 0 } = held ?? {};
    this.#options.updated({ block, level: flags, memoryBytes, diskBytes });
  }
}

/** The elements of a block, read as they are asked for. */
export const readFound = (found: FoundBlock): Iterable<Batch> =>
  found.kind === "memory" ? found.batches : readBlock(found.path);
