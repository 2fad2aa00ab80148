/** Which executors hold which blocks of persisted RDDs: the driver's view. */
import type { StorageInfo } from "../plan/backend.js";
import type { Retention } from "../plan/retention.js";
import type { BlockStatus } from "./block-store.js";
import type { BlockId, StorageFlags } from "./task.js";

interface Place {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

interface RddBlocks {
  readonly retention: Retention;
  readonly partitions: number;
  /** By partition, then executor. */
  readonly places: Map<number, Map<number, Place>>;
}

/** A block that should be in more executors than it is. */
export interface MissingCopy {
  readonly block: BlockId;
  readonly level: StorageFlags;
  readonly holder: number;
  readonly copies: number;
}

export class BlockRegistry {
  readonly #rdds = new Map<number, RddBlocks>();
  readonly #counts = new Map<number, number>();

  /** A job is about to compute blocks of this RDD. */
  expect(retention: Retention, partitions: number): void {
    if (!this.#rdds.has(retention.rdd)) this.#rdds.set(retention.rdd, { retention, partitions, places: new Map() });
  }

  /** Takes in what an executor says; returns what is missing then. */
  update(executor: number, { block, level, memoryBytes, diskBytes }: BlockStatus): MissingCopy | null {
    const found = this.#rdds.get(block.rdd);
    if (!found) return null;
    const places = found.places.get(block.partition) ?? new Map<number, Place>();
    this.#count(executor, Number(memoryBytes + diskBytes > 0) - Number(places.has(executor)));
    if (memoryBytes + diskBytes > 0) places.set(executor, { memoryBytes, diskBytes });
    else places.delete(executor);
    if (places.size > 0) found.places.set(block.partition, places);
    else found.places.delete(block.partition);
    const copies = level.replication - places.size;
    return copies > 0 && places.has(executor) ? { block, level, holder: executor, copies } : null;
  }

  loseExecutor(executor: number): void {
    this.#counts.delete(executor);
    for (const { places } of this.#rdds.values()) {
      for (const [partition, holders] of places) {
        if (holders.delete(executor) && holders.size === 0) places.delete(partition);
      }
    }
  }

  #count(executor: number, more: number): void {
    this.#counts.set(executor, this.countOf(executor) + more);
  }

  /** Executors that hold a block. */
  holders({ rdd, partition }: BlockId): readonly number[] {
    return [...(this.#rdds.get(rdd)?.places.get(partition)?.keys() ?? [])];
  }

  /** Blocks that an executor holds. */
  of(executor: number): { readonly block: BlockId; readonly level: StorageFlags }[] {
    return [...this.#rdds].flatMap(([rdd, { retention, places }]) =>
      [...places].flatMap(([partition, holders]) =>
        holders.has(executor) ? { block: { rdd, partition }, level: retention.level } : [],
      ),
    );
  }

  /** How many executors hold each block of an RDD that any holds. */
  copiesOf(rdd: number): readonly number[] {
    return [...(this.#rdds.get(rdd)?.places.values() ?? [])].map((holders) => holders.size);
  }

  isKept({ rdd }: Retention, partitions: number): boolean {
    const places = this.#rdds.get(rdd)?.places;
    return places !== undefined && places.size === partitions;
  }

  /** Nothing is known of the RDD any more; returns the executors that held some of it. */
  forget(rdd: number): readonly number[] {
    const places = this.#rdds.get(rdd)?.places ?? new Map<number, Map<number, Place>>();
    this.#rdds.delete(rdd);
    const holders = [...places.values()].flatMap((holding) => [...holding.keys()]);
    for (const executor of holders) this.#count(executor, -1);
    return [...new Set(holders)];
  }

  /** How many blocks an executor holds. */
  countOf(executor: number): number {
    return this.#counts.get(executor) ?? 0;
  }

  /** RDDs of which something is kept. */
  storage(): readonly StorageInfo[] {
    return [...this.#rdds.entries()].flatMap(([rdd, { retention, partitions, places }]) => {
      const all = [...places.values()].flatMap((holders) => [...holders.values()]);
      const sum = (of: (place: Place) => number): number => all.reduce((total, place) => total + of(place), 0);
      if (places.size === 0) return [];
      return {
        rdd,
        name: retention.name ?? `RDD ${rdd}`,
        level: retention.level,
        partitions,
        cachedPartitions: places.size,
        memoryBytes: sum(({ memoryBytes }) => memoryBytes),
        diskBytes: sum(({ diskBytes }) => diskBytes),
      };
    });
  }
}
