/**
 * What the kernels of one pass may hold. The bound is the task's; of it a part is left to what V8 needs beside the held
 * values: its young generation, garbage not yet collected, batches on their way in and out. The rest is divided among the
 * kernels that hold elements.
 */
import { EngineError } from "../../errors.js";
import { collectGarbage, heapBytes } from "./garbage.js";
import { SpillFile } from "./spill-file.js";

/** The young generation and batches in flight. */
const besideBytes = 48 * 1024 * 1024;
/** Of the bound beyond that, this part is for values as estimated. */
const heldPart = 0.65;
/** Where the bound is small, so is the young generation of the slot, which has its own part of the executor's memory. */
const smallPart = 0.45;

const heldOf = (boundBytes: number): number => Math.max(boundBytes * smallPart, (boundBytes - besideBytes) * heldPart);

/** From this part of the bound on, beyond V8's young generation, garbage is not left to V8 alone. */
const tendedPart = 0.6;
const youngBytes = 24 * 1024 * 1024;
/** Garbage of less than this is left to V8. */
const leastCollectedBytes = 16 * 1024 * 1024;
/** A heap grows by this much for reasons of its own. */
const leastNoticedBytes = 64 * 1024 * 1024;

export interface MemoryBounds {
  /** 0: no bound. */
  readonly memoryBytes: number;
  readonly spillDirectory: string;
}

export class PassMemory {
  readonly boundBytes: number;
  /** Bytes that went to spill files. */
  spilledBytes = 0;
  /** About what the elements in them had taken in memory. */
  spilledMemoryBytes = 0;
  readonly #directory: string;
  readonly #files = new Set<SpillFile>();
  readonly #startBytes: number;
  readonly #bounded: boolean;
  /** Of the heap, what was alive when garbage was last collected. */
  #aliveBytes: number;

  constructor({ memoryBytes, spillDirectory }: MemoryBounds) {
    this.boundBytes = memoryBytes > 0 ? memoryBytes : Number.POSITIVE_INFINITY;
    this.#directory = spillDirectory;
    this.#bounded = memoryBytes > 0;
    this.#startBytes = this.#bounded ? heapBytes() : 0;
    this.#aliveBytes = this.#startBytes;
  }

  /** What one of `holders` kernels may hold. */
  share(holders: number): number {
    return this.boundBytes === Number.POSITIVE_INFINITY ? this.boundBytes : heldOf(this.boundBytes) / holders;
  }

  /** Whether the heap has outgrown the bound, whatever the estimates say. */
  get outgrown(): boolean {
    const most = Math.max(this.boundBytes, leastNoticedBytes);
    if (this.#bounded && heapBytes() - this.#startBytes > most) this.#collect(this.boundBytes / 8);
    return this.#aliveBytes - this.#startBytes > most;
  }

  /**
   * Tells that much was let go, or that some time has passed. Nothing is alive that the caller still refers to: locals
   * of functions that run count.
   */
  released(): void {
    if (!this.#bounded || heapBytes() - this.#startBytes < (this.boundBytes - youngBytes) * tendedPart) return;
    this.#collect(this.boundBytes / 5);
  }

  /** Collects garbage, if the heap has grown by so much since the last time. */
  #collect(grownBytes: number): void {
    if (heapBytes() - this.#aliveBytes < Math.max(grownBytes, leastCollectedBytes)) return;
    collectGarbage();
    this.#aliveBytes = heapBytes();
  }

  openFile(): SpillFile {
    const file = new SpillFile(this.#directory);
    this.#files.add(file);
    return file;
  }

  closeFile(file: SpillFile): void {
    file.close();
    this.#files.delete(file);
  }

  /** The end of the pass, however it came. */
  close(): void {
    for (const file of this.#files) file.close();
    this.#files.clear();
  }

  exhausted(kernel: string, what: string, bytes: number): EngineError {
    const reason = `${kernel} holds ${what} of ${mebibytes(bytes)}, the task may hold ${mebibytes(this.boundBytes)}`;
    return new EngineError("MEMORY_EXHAUSTED", { reason });
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MiB`;
