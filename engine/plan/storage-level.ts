/** Where the blocks of a persisted RDD may be: Spark's storage levels. */
import type { int } from "../data/numbers.js";

/**
 * Where the partitions of a persisted RDD are kept.
 *
 * @module core
 * @value
 * @source org.apache.spark.storage.StorageLevel
 */
export class StorageLevel {
  /**
   * Nothing is kept.
   *
   * @source StorageLevel.NONE
   * @example
   * ```ts
   * Object.values(StorageLevel.NONE); // [false, false, false, false, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.NONE
   * StorageLevel(False, False, False, False, 1)
   * ```
   */
  static readonly NONE: StorageLevel = new StorageLevel(false, false, false, false, 1);
  /**
   * On disk.
   *
   * @source StorageLevel.DISK_ONLY
   * @example
   * ```ts
   * Object.values(StorageLevel.DISK_ONLY); // [true, false, false, false, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.DISK_ONLY
   * StorageLevel(True, False, False, False, 1)
   * ```
   */
  static readonly DISK_ONLY: StorageLevel = new StorageLevel(true, false, false, false, 1);
  /**
   * On disk, with two executors.
   *
   * @source StorageLevel.DISK_ONLY_2
   * @example
   * ```ts
   * Object.values(StorageLevel.DISK_ONLY_2); // [true, false, false, false, 2]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.DISK_ONLY_2
   * StorageLevel(True, False, False, False, 2)
   * ```
   */
  static readonly DISK_ONLY_2: StorageLevel = new StorageLevel(true, false, false, false, 2);
  /**
   * On disk, with three executors.
   *
   * @source StorageLevel.DISK_ONLY_3
   * @example
   * ```ts
   * Object.values(StorageLevel.DISK_ONLY_3); // [true, false, false, false, 3]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.DISK_ONLY_3
   * StorageLevel(True, False, False, False, 3)
   * ```
   */
  static readonly DISK_ONLY_3: StorageLevel = new StorageLevel(true, false, false, false, 3);
  /**
   * In memory; what does not fit is computed again.
   *
   * @source StorageLevel.MEMORY_ONLY
   * @example
   * ```ts
   * Object.values(StorageLevel.MEMORY_ONLY); // [false, true, false, false, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.MEMORY_ONLY
   * StorageLevel(False, True, False, False, 1)
   * ```
   */
  static readonly MEMORY_ONLY: StorageLevel = new StorageLevel(false, true, false, false, 1);
  /**
   * In memory, with two executors.
   *
   * @source StorageLevel.MEMORY_ONLY_2
   * @example
   * ```ts
   * Object.values(StorageLevel.MEMORY_ONLY_2); // [false, true, false, false, 2]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.MEMORY_ONLY_2
   * StorageLevel(False, True, False, False, 2)
   * ```
   */
  static readonly MEMORY_ONLY_2: StorageLevel = new StorageLevel(false, true, false, false, 2);
  /**
   * In memory; what does not fit is on disk.
   *
   * @source StorageLevel.MEMORY_AND_DISK
   * @example
   * ```ts
   * Object.values(StorageLevel.MEMORY_AND_DISK); // [true, true, false, false, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.MEMORY_AND_DISK
   * StorageLevel(True, True, False, False, 1)
   * ```
   */
  static readonly MEMORY_AND_DISK: StorageLevel = new StorageLevel(true, true, false, false, 1);
  /**
   * In memory and on disk, with two executors.
   *
   * @source StorageLevel.MEMORY_AND_DISK_2
   * @example
   * ```ts
   * Object.values(StorageLevel.MEMORY_AND_DISK_2); // [true, true, false, false, 2]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.MEMORY_AND_DISK_2
   * StorageLevel(True, True, False, False, 2)
   * ```
   */
  static readonly MEMORY_AND_DISK_2: StorageLevel = new StorageLevel(true, true, false, false, 2);
  /**
   * In memory as objects; what does not fit is on disk.
   *
   * @source StorageLevel.MEMORY_AND_DISK_DESER
   * @example
   * ```ts
   * Object.values(StorageLevel.MEMORY_AND_DISK_DESER); // [true, true, false, true, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.MEMORY_AND_DISK_DESER
   * StorageLevel(True, True, False, True, 1)
   * ```
   */
  static readonly MEMORY_AND_DISK_DESER: StorageLevel = new StorageLevel(true, true, false, true, 1);
  /**
   * In memory beside the heap; what does not fit is on disk.
   *
   * @source StorageLevel.OFF_HEAP
   * @example
   * ```ts
   * Object.values(StorageLevel.OFF_HEAP); // [true, true, true, false, 1]
   * ```
   * @example
   * ```python
   * >>> StorageLevel.OFF_HEAP
   * StorageLevel(True, True, True, False, 1)
   * ```
   */
  static readonly OFF_HEAP: StorageLevel = new StorageLevel(true, true, true, false, 1);

  /** On disk. */
  readonly useDisk: boolean;
  /** In memory. */
  readonly useMemory: boolean;
  /** Beside the heap of the executor. */
  readonly useOffHeap: boolean;
  /** As objects, not as bytes. */
  readonly deserialized: boolean;
  /** With so many executors. */
  readonly replication: int;

  /**
   * Makes a storage level.
   *
   * @param useDisk - on disk
   * @param useMemory - in memory
   * @param useOffHeap - beside the heap of the executor
   * @param deserialized - as objects, not as bytes
   * @param replication - with so many executors
   * @source StorageLevel
   * @example
   * ```ts
   * new StorageLevel(true, false, false, false, 2).replication; // 2
   * ```
   * @example
   * ```python
   * >>> StorageLevel(True, False, False, False, 2)
   * StorageLevel(True, False, False, False, 2)
   * ```
   */
  constructor(useDisk: boolean, useMemory: boolean, useOffHeap: boolean, deserialized: boolean, replication: int = 1) {
    this.useDisk = useDisk;
    this.useMemory = useMemory;
    this.useOffHeap = useOffHeap;
    this.deserialized = deserialized;
    this.replication = replication;
  }

  /**
   * Whether anything is kept at all.
   *
   * @internal
   */
  get keeps(): boolean {
    return (this.useDisk || this.useMemory) && this.replication > 0;
  }
}
