/** What a program asked to be kept of an RDD: the one part of a plan that changes, by `persist` and `checkpoint`. */
import type { Language } from "./kernel.js";
import { StorageLevel } from "./storage-level.js";

/** Where the elements of a checkpointed RDD are, instead of its lineage. */
export interface Checkpoint {
  /** One block file for each partition. */
  readonly files: readonly string[];
  /** The directory of the files, as `getCheckpointFile` gives it; null for `localCheckpoint`. */
  readonly directory: string | null;
  /** In whose form the elements are; null when every language reads it. */
  readonly language: Language | null;
}

export class Retention {
  /** The number of the RDD, from 0 in a session, as in `toDebugString`. */
  readonly rdd: number;
  name: string | null = null;
  level: StorageLevel = StorageLevel.NONE;
  /** `wanted`: the first job that computes it writes it. */
  checkpoint: "none" | "wanted" | "wantedLocally" | Checkpoint = "none";
  /** `localCheckpoint` was called, whether it came in time or not. */
  isLocal = false;
  /** A job has computed it: a checkpoint that is asked for now does not take place. */
  computed = false;

  constructor(rdd: number) {
    this.rdd = rdd;
  }

  /** Where it was checkpointed, if it was. */
  get checkpointed(): Checkpoint | null {
    return typeof this.checkpoint === "string" ? null : this.checkpoint;
  }
}
