/** What the executors keep of RDDs: persisted ones, and checkpoints. */
import type { StorageInfo } from "../plan/backend.js";
import type { Language } from "../plan/kernel.js";
import type { Retention } from "../plan/retention.js";
import type { CachedRemoteRelation, Relation } from "./connect-messages.js";

/** A relation of batches whose partition p has partition p's elements. */
export interface Kept {
  readonly relation: Relation;
  /** As the server knows it; null for one in files of its own. */
  readonly remote: CachedRemoteRelation | null;
  readonly partitions: number;
  /** In whose form the elements are; null when every language reads it. */
  readonly language: Language | null;
}

export class KeptRelations {
  readonly #persisted = new Map<number, { readonly retention: Retention; readonly kept: Promise<Kept> }>();
  readonly #sizes = new Map<number, number>();
  /** By the name of the first file that the session was given for a checkpoint. */
  readonly #checkpoints = new Map<string, Promise<Kept>>();

  /** What a node's elements are read from instead of being computed, as far as it is there. */
  of(retention: Retention | undefined): Promise<Kept> | null {
    const checkpoint = retention?.checkpointed;
    if (checkpoint) return this.#checkpoints.get(checkpoint.files[0] ?? "") ?? null;
    return (retention && this.#persisted.get(retention.rdd)?.kept) ?? null;
  }

  /** Keeps a persisted RDD that is being computed; one that fails is computed again by the next job. */
  persist(retention: Retention, kept: Promise<Kept>): Promise<Kept> {
    const { rdd } = retention;
    this.#persisted.set(rdd, { retention, kept });
    kept.then(
      ({ partitions }) => this.#sizes.set(rdd, partitions),
      () => this.#persisted.delete(rdd),
    );
    return kept;
  }

  /** Names for the partitions of a checkpoint. */
  checkpoint(name: string, kept: Kept): readonly string[] {
    const files = Array.from({ length: kept.partitions }, (_, partition) => `${name}/part-${partition}`);
    this.#checkpoints.set(files[0] ?? "", Promise.resolve(kept));
    return files;
  }

  /** What is to be removed of a persisted RDD. */
  async forget(rdd: number): Promise<CachedRemoteRelation | null> {
    const entry = this.#persisted.get(rdd);
    this.#persisted.delete(rdd);
    this.#sizes.delete(rdd);
    return (await entry?.kept.catch(() => null))?.remote ?? null;
  }

  storage(): readonly StorageInfo[] {
    return [...this.#persisted.values()].flatMap(({ retention }) => {
      const { rdd, name, level } = retention;
      const partitions = this.#sizes.get(rdd);
      if (partitions === undefined) return [];
      const sizes = { partitions, cachedPartitions: partitions, memoryBytes: 0, diskBytes: 0 };
      return [{ rdd, name: name ?? "", level, ...sizes }];
    });
  }
}
