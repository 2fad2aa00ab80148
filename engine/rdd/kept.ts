/** What is kept of an RDD: its name, storage levels, checkpoints. */
import type { int } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { Retention } from "../plan/retention.js";
import { settle, settledPlan } from "../plan/settle.js";
import { StorageLevel } from "../plan/storage-level.js";
import { callSite } from "../session/caller.js";
import { directoryUrl } from "../session/checkpoint-directory.js";
import type { SparkContext } from "../session/spark-context.js";
import { debugString } from "./debug-string.js";
import { Output } from "./output.js";
import { shufflesBefore } from "./shuffles-before.js";
import { isSameLevel, levelText, withDisk } from "./storage-levels.js";

/** What is kept of an RDD: its name, storage levels, checkpoints. */
export abstract class Kept<T> extends Output<T> {
  /** Settled when executors have removed the blocks. */
  #removed: Promise<void> | null = null;

  /**
   * Returns the number of the RDD among those of its context.
   *
   * Runs no job.
   *
   * @source RDD.id
   * @example
   * ```ts
   * const rdd = sc.parallelize([1]);
   * rdd.map((x) => x).id() > rdd.id(); // true
   * ```
   * @example
   * ```python
   * >>> rdd = sc.parallelize([1])
   * >>> rdd.map(lambda x: x).id() > rdd.id()
   * True
   * ```
   */
  id(): int {
    return this.retention.rdd;
  }

  /**
   * The context that the RDD belongs to.
   *
   * @property
   * @source RDD.context
   * @example
   * ```ts
   * await sc.parallelize([1]).context.parallelize([2, 3]).count(); // 2
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).context is sc
   * True
   * ```
   */
  get context(): SparkContext {
    return this.session.context as SparkContext;
  }

  /**
   * Returns the name that the program gave the RDD; null if it gave none.
   *
   * Runs no job. What is made of a named RDD has no name.
   *
   * @source RDD.name
   * @example
   * ```ts
   * sc.parallelize([1]).setName("numbers").name(); // "numbers"
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).setName("numbers").name()
   * 'numbers'
   * ```
   */
  name(): string | null {
    return this.retention.name;
  }

  /**
   * Gives the RDD a name, which `toDebugString` and lists of what is stored show.
   *
   * Runs no job. Returns the RDD itself.
   *
   * @param name - any text
   * @source RDD.setName
   * @example
   * ```ts
   * sc.parallelize([1]).setName("numbers").name(); // "numbers"
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).setName("numbers").name()
   * 'numbers'
   * ```
   */
  setName(name: string): this {
    this.retention.name = name;
    return this;
  }

  /**
   * Returns how the RDD is computed, one line for each RDD that it is made of, the last one first.
   *
   * Runs no job. A line begins with the number of partitions where a stage does, and with `+-` at a shuffle; it names
   * the kind of RDD, its number, the call that made it, its storage level and what is stored of it. Steps of workers
   * are `PythonRDD` in Python programs and `MapPartitionsRDD` in others.
   *
   * @throws PATH_NOT_FOUND
   * @source RDD.toDebugString
   * @example
   * ```ts
   * const text = await sc.parallelize([1, 2], 2).map((x) => x + 1).toDebugString();
   * text.split("\n").map((line) => line.replace(/\[\d+\] at .* /, " ")); // ["(2) MapPartitionsRDD []", " |  ParallelCollectionRDD []"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2], 2).toDebugString().startswith(b"(2) ParallelCollectionRDD[")
   * True
   * ```
   */
  async toDebugString(): Promise<string> {
    return debugString(this.session, await settle(this.plan));
  }

  /**
   * Keeps the elements in memory once they have been computed.
   *
   * Runs no job: the first that computes a partition keeps it. Returns the RDD itself.
   *
   * @throws STORAGE_LEVEL_ASSIGNED
   * @source RDD.cache
   * @example
   * ```ts
   * sc.parallelize([1, 2]).cache().getStorageLevel().useMemory; // true
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).cache().getStorageLevel().useMemory
   * True
   * ```
   */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps the elements once they have been computed: in memory, on disk, on several executors.
   *
   * Runs no job: the first that computes a partition keeps it. Returns the RDD itself. What does not fit into memory is
   * computed again when it is needed, or lies on disk if the level says so.
   *
   * @param storageLevel - in memory when left out
   * @throws STORAGE_LEVEL_ASSIGNED if it has another one already
   * @source RDD.persist
   * @example
   * ```ts
   * sc.parallelize([1, 2]).persist(StorageLevel.DISK_ONLY).getStorageLevel().useDisk; // true
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).persist(StorageLevel.DISK_ONLY).getStorageLevel().useDisk
   * True
   * ```
   */
  persist(storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    const { retention } = this;
    const isAssigned = retention.level.keeps && !isSameLevel(retention.level, storageLevel);
    if (retention.isLocal) retention.level = withDisk(storageLevel);
    else if (isAssigned) {
      const params = { present: levelText(retention.level), wanted: levelText(storageLevel) };
      throw new EngineError("STORAGE_LEVEL_ASSIGNED", params, { origin: { site: callSite("persist") } });
    } else retention.level = storageLevel;
    return this;
  }

  /**
   * Keeps the elements no longer; what has been kept of them is removed.
   *
   * Runs no job. Returns the RDD itself, which can be kept again.
   *
   * @param blocking - `whenUnpersisted` waits in its place: a program in TypeScript is never blocked
   * @source RDD.unpersist
   * @example
   * ```ts
   * sc.parallelize([1, 2]).cache().unpersist().getStorageLevel().useMemory; // false
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).cache().unpersist().getStorageLevel().useMemory
   * False
   * ```
   */
  // biome-ignore lint/correctness/noUnusedFunctionParameters: Spark has it
  unpersist(blocking: boolean = false): this {
    this.retention.level = StorageLevel.NONE;
    // Executors that have ended meanwhile have nothing left to remove.
    this.#removed = this.session.backend.unpersist(this.retention.rdd).catch(() => {});
    return this;
  }

  /**
   * Waits until all executors have removed what the last `unpersist` asked them to.
   *
   * @py -
   * @source RDD.unpersist
   * @example
   * ```ts
   * const kept = sc.parallelize([1, 2]).cache();
   * await kept.count();
   * await kept.unpersist().whenUnpersisted();
   * ```
   */
  async whenUnpersisted(): Promise<void> {
    await this.#removed;
  }

  /**
   * Returns where the elements are kept.
   *
   * Runs no job.
   *
   * @source RDD.getStorageLevel
   * @example
   * ```ts
   * sc.parallelize([1, 2]).getStorageLevel().useDisk; // false
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).getStorageLevel()
   * StorageLevel(False, False, False, False, 1)
   * ```
   */
  getStorageLevel(): StorageLevel {
    return this.retention.level;
  }

  /**
   * Writes the elements to the directory of `setCheckpointDir` when the next job has computed them; from then on they
   * are read from there, and what they were made of is forgotten.
   *
   * Runs no job now; the job that writes computes the elements once more, unless they are kept. Nothing happens if a job
   * has computed this RDD before.
   *
   * @throws CHECKPOINT_DIRECTORY_NOT_SET
   * @awaited
   * @source RDD.checkpoint
   * @example
   * ```ts
   * await sc.setCheckpointDir(directory + "/checkpoints");
   * const rdd = sc.parallelize([1, 2]);
   * rdd.checkpoint();
   * await rdd.count(); // 2
   * rdd.isCheckpointed(); // true
   * ```
   * @example
   * ```python
   * >>> sc.setCheckpointDir(directory + "/checkpoints")
   * >>> rdd = sc.parallelize([1, 2])
   * >>> rdd.checkpoint()
   * >>> rdd.count()
   * 2
   * >>> rdd.isCheckpointed()
   * True
   * ```
   */
  checkpoint(): void {
    const { retention } = this;
    if (this.session.checkpointDirectory === null) {
      throw new EngineError("CHECKPOINT_DIRECTORY_NOT_SET", {}, { origin: { site: callSite("checkpoint") } });
    }
    if (retention.checkpoint === "none" && !retention.computed && !retention.isLocal) retention.checkpoint = "wanted";
  }

  /**
   * Tells whether the elements were written by `checkpoint` or `localCheckpoint`, so that they are read from there.
   *
   * Runs no job.
   *
   * @source RDD.isCheckpointed
   * @example
   * ```ts
   * sc.parallelize([1, 2]).isCheckpointed(); // false
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).isCheckpointed()
   * False
   * ```
   */
  isCheckpointed(): boolean {
    return this.retention.checkpointed !== null;
  }

  /**
   * Keeps the elements with the executors when the next job has computed them, and forgets what they were made of.
   *
   * Runs no job now. Quicker than `checkpoint`; elements that are lost with an executor cannot be computed again.
   *
   * @source RDD.localCheckpoint
   * @example
   * ```ts
   * const rdd = sc.parallelize([1, 2]);
   * rdd.localCheckpoint();
   * rdd.isLocallyCheckpointed(); // true
   * ```
   * @example
   * ```python
   * >>> rdd = sc.parallelize([1, 2])
   * >>> rdd.localCheckpoint()
   * >>> rdd.isLocallyCheckpointed()
   * True
   * ```
   */
  localCheckpoint(): void {
    const { retention } = this;
    retention.level = retention.level.keeps ? withDisk(retention.level) : StorageLevel.MEMORY_AND_DISK_DESER;
    if (retention.checkpointed !== null) return;
    retention.isLocal = true;
    retention.checkpoint = retention.computed ? "none" : "wantedLocally";
  }

  /**
   * Tells whether `localCheckpoint` was called.
   *
   * Runs no job.
   *
   * @source RDD.isLocallyCheckpointed
   * @example
   * ```ts
   * sc.parallelize([1, 2]).isLocallyCheckpointed(); // false
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).isLocallyCheckpointed()
   * False
   * ```
   */
  isLocallyCheckpointed(): boolean {
    return this.retention.isLocal;
  }

  /**
   * Returns the directory in which `checkpoint` has written the elements; null if it has not.
   *
   * Runs no job.
   *
   * @source RDD.getCheckpointFile
   * @example
   * ```ts
   * sc.parallelize([1, 2]).getCheckpointFile(); // null
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).getCheckpointFile() is None
   * True
   * ```
   */
  getCheckpointFile(): string | null {
    const directory = this.retention.checkpointed?.directory ?? null;
    return directory === null ? null : directoryUrl(directory, this.session.options.master);
  }

  /**
   * Removes what the shuffles before this RDD have written, back to RDDs that are kept; a job that needs it again writes
   * it again.
   *
   * Runs no job.
   *
   * @param blocking - makes no difference: later calls never find what has been removed
   * @source RDD.cleanShuffleDependencies
   * @example
   * ```ts
   * const counts = sc.parallelize<[string, number]>([["a", 1]]).reduceByKey((a, b) => a + b);
   * await counts.count(); // 1
   * counts.cleanShuffleDependencies();
   * await counts.count(); // 1
   * ```
   * @example
   * ```python
   * >>> counts = sc.parallelize([("a", 1)]).reduceByKey(lambda a, b: a + b)
   * >>> counts.count()
   * 1
   * >>> counts.cleanShuffleDependencies()
   * >>> counts.count()
   * 1
   * ```
   */
  // biome-ignore lint/correctness/noUnusedFunctionParameters: Spark has it
  cleanShuffleDependencies(blocking: boolean = false): void {
    this.session.backend.forgetShuffles(shufflesBefore(settledPlan(this.plan)));
  }

  /** What is kept of this RDD; changes when the program asks for more or less. */
  protected get retention(): Retention {
    return this.plan.retention as Retention;
  }
}
