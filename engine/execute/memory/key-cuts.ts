/**
 * What a kernel by key does when its table is full: pairs go to one of 32 files by a hash of their key, and each file is
 * then worked off for itself, with another hash if its keys are still too many. Every key is wholly in one file, its pairs
 * in the order in which they came, so that what is made of them does not depend on whether they were cut.
 */
import { portableHash } from "../../data/hashing.js";
import type { PassMemory } from "./pass-memory.js";
import type { SpillFile } from "./spill-file.js";
import { BatchLimit, SpilledBatches } from "./spilled-batches.js";

const cutBits = 5;
const cuts = 2 ** cutBits;
/** Hashes of 32 bits are used up by then: keys that are still together cannot be told apart. */
export const deepestLevel = 5;

const [leastBatchBytes, mostBatchBytes] = [4 * 1024, 256 * 1024];

/** A part of all keys at work; the lanes are for what is to be kept apart, such as the inputs of a join. */
export interface KeyedLevel {
  push(lane: number, pair: readonly [unknown, unknown]): void;
  end(): Iterable<void>;
}

export interface CutsOptions {
  readonly lanes: number;
  readonly level: number;
  readonly heldBytes: number;
}

export class KeyCuts {
  readonly #memory: PassMemory;
  readonly #file: SpillFile;
  readonly #seed: number;
  readonly #lanes: readonly (readonly SpilledBatches[])[];

  constructor(memory: PassMemory, { lanes, level, heldBytes }: CutsOptions) {
    this.#memory = memory;
    this.#file = memory.openFile();
    this.#seed = Math.imul(level + 1, 0x9e3779b1);
    const share = heldBytes / (8 * lanes * cuts);
    const limit = new BatchLimit(Math.max(leastBatchBytes, Math.min(mostBatchBytes, share)));
    this.#lanes = Array.from({ length: lanes }, () =>
      Array.from({ length: cuts }, () => new SpilledBatches(this.#file, memory, limit)),
    );
  }

  add(lane: number, pair: readonly [unknown, unknown]): void {
    const cut = portableHash(pair[0], this.#seed) >>> (32 - cutBits);
    this.#lanes[lane]?.[cut]?.add(pair);
  }

  /** Works off one cut after the other, the pairs of each in the order of `lanes`. */
  *drain(lanes: readonly number[], nextLevel: () => KeyedLevel): Iterable<void> {
    for (const lane of this.#lanes) for (const batches of lane) batches.flush();
    for (let cut = 0; cut < cuts; cut++) {
      if (lanes.every((lane) => this.#lanes[lane]?.[cut]?.isEmpty)) continue;
      yield* this.#drainCut(cut, lanes, nextLevel());
      this.#memory.released();
    }
    this.#memory.closeFile(this.#file);
  }

  *#drainCut(cut: number, lanes: readonly number[], level: KeyedLevel): Iterable<void> {
    for (const lane of lanes) {
      for (const pairs of this.#lanes[lane]?.[cut]?.batches() ?? []) {
        for (let i = 0; i < pairs.length; i++) level.push(lane, pairs[i] as readonly [unknown, unknown]);
        yield;
      }
    }
    yield* level.end();
  }
}
