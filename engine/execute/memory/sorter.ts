/**
 * Sorts more than fits into memory: what is held is sorted and written as a run whenever it is full, and runs are merged
 * at the end. Equal keys keep the order in which they came, since runs are merged in the order in which they were made.
 */
import { Column } from "../../data/column.js";
import { isPair } from "../../data/elements.js";
import { keyOrder } from "../../data/key-order.js";
import { compareKeys } from "../../data/ordering.js";
import { HeldBytes, slotBytes } from "./held-bytes.js";
import type { PassMemory } from "./pass-memory.js";
import type { SpillFile } from "./spill-file.js";
import { BatchLimit, SpilledBatches } from "./spilled-batches.js";

/** Indices, their copy, and a key's bits while sorting; and room in lists that grow. */
const sortingBytes = 16 + slotBytes;
const elementsBetweenLooks = 16 * 1024;
/** Elements beyond twice the limit that are held before the last of them are let go. */
const leastHeld = 4096;
/** Merged at once; so many runs of one generation become one of the next. */
const mergedRuns = 64;
const [leastBatchBytes, mostBatchBytes] = [8 * 1024, 256 * 1024];

export interface SortOptions {
  readonly memory: PassMemory;
  readonly heldBytes: number;
  readonly ascending: boolean;
  /**
   * The key of an element. `kept`: it is kept with the element, since computing it is the user's affair and happens
   * once; otherwise it is found again.
   */
  readonly keyOf: (element: unknown) => unknown;
  readonly kept: boolean;
  /** Elements are pairs, and their keys are meant: the two parts are held apart. */
  readonly ofPairs: boolean;
  /** So many elements are asked for at most; null: all. */
  readonly limit: number | null;
}

/** A sorted run in the file, and how often its elements were merged. */
interface Run {
  readonly batches: SpilledBatches;
  readonly generation: number;
}

export class Sorter {
  readonly #options: SortOptions;
  readonly #sizes = new HeldBytes();
  readonly #keySizes = new HeldBytes();
  readonly #limit: BatchLimit;
  #keys = new Column();
  /** The values of pairs that are held apart, else the elements. */
  #rest = new Column();
  #areApart = false;
  /** No element from this key on is asked for; none: nobody knows yet. */
  #end: { readonly key: unknown } | null = null;
  #bytes = 0;
  #untilLook = elementsBetweenLooks;
  #file: SpillFile | null = null;
  #runs: Run[] = [];
  /** Elements so far. */
  count = 0;

  constructor(options: SortOptions) {
    this.#options = options;
    const share = options.heldBytes / (8 * mergedRuns);
    this.#limit = new BatchLimit(Math.max(leastBatchBytes, Math.min(mostBatchBytes, share)));
  }

  add(element: unknown): void {
    if (this.#options.ofPairs && isPair(element)) this.addPair(element[0], element[1]);
    else this.#addWhole(this.#options.keyOf(element), element);
  }

  /** An element, a pair, whose key is meant. */
  addPair(key: unknown, value: unknown): void {
    if (this.#rest.length === 0) this.#areApart = true;
    if (this.#areApart) this.#hold(key, value);
    else this.#addWhole(key, [key, value]);
  }

  #addWhole(key: unknown, element: unknown): void {
    if (this.#areApart) this.#putTogether();
    this.#hold(key, element);
  }

  #putTogether(): void {
    const pairs = new Column();
    for (let i = 0; i < this.#rest.length; i++) pairs.push(this.#elementAt(i));
    this.#rest = pairs;
    this.#areApart = false;
  }

  #hold(key: unknown, rest: unknown): void {
    this.count += 1;
    const { limit, heldBytes } = this.#options;
    if (limit !== null) {
      if (this.#end !== null && this.#compare(key, this.#end.key) >= 0) return;
      if (this.#rest.length >= 2 * limit + leastHeld) this.#prune(limit);
    }
    this.#keys.push(key);
    this.#rest.push(rest);
    if (heldBytes !== Number.POSITIVE_INFINITY) this.#weigh(key, rest);
  }

  #compare(left: unknown, right: unknown): number {
    return this.#options.ascending ? compareKeys(left, right) : compareKeys(right, left);
  }

  /** Lets go what can no longer be among the first `limit`: later elements of equal keys come after those that are held. */
  #prune(limit: number): void {
    const [keys, rest] = [new Column(), new Column()];
    const first = this.#order().subarray(0, limit);
    for (let i = 0; i < first.length; i++) {
      keys.push(this.#keys.at(first[i] as number));
      rest.push(this.#rest.at(first[i] as number));
    }
    this.#bytes *= rest.length / this.#rest.length;
    [this.#keys, this.#rest] = [keys, rest];
    this.#end = { key: keys.at(keys.length - 1) };
  }

  #order(): Uint32Array {
    return keyOrder(this.#keys.values(), this.#options.ascending);
  }

  #weigh(key: unknown, rest: unknown): void {
    const { heldBytes, memory, kept } = this.#options;
    this.#bytes += sortingBytes + 2 * slotBytes + this.#sizes.of(rest);
    if (kept || this.#areApart) this.#bytes += this.#keySizes.of(key);
    const due = --this.#untilLook === 0;
    if (due) this.#untilLook = elementsBetweenLooks;
    if (this.#bytes > heldBytes || (due && memory.outgrown)) this.#spill();
  }

  /** The elements in order, some at a time. */
  *sorted(): Iterable<readonly unknown[]> {
    const { memory } = this.#options;
    if (this.#runs.length > 0) {
      if (this.#runs.length >= mergedRuns / 2) this.#spill();
      while (this.#runs.length > mergedRuns) this.#mergeLast();
      yield* this.#merged();
    } else yield* this.#held();
    this.#clear();
    if (this.#file) memory.closeFile(this.#file);
  }

  *#held(): Iterable<readonly unknown[]> {
    const order = this.#order();
    if (!this.#areApart) this.#keys = new Column();
    yield* chunksOf(order, (at) => this.#elementAt(at));
  }

  *#merged(): Iterable<readonly unknown[]> {
    const cursors = this.#runs.map(({ batches }) => batches.batches());
    cursors.push(chunksOf(this.#order(), (at) => this.#stored(at)));
    for (const some of this.#merge(cursors)) yield this.#options.kept ? some.map(elementOf) : some;
  }

  #elementAt(at: number): unknown {
    return this.#areApart ? [this.#keys.at(at), this.#rest.at(at)] : this.#rest.at(at);
  }

  /** What a run holds of an element. */
  #stored(at: number): unknown {
    return this.#options.kept ? [this.#keys.at(at), this.#rest.at(at)] : this.#elementAt(at);
  }

  *#merge(runs: readonly Iterable<readonly unknown[]>[]): Iterable<readonly unknown[]> {
    const { kept, keyOf, ascending } = this.#options;
    const keyOfStored = kept ? keyOfPair : keyOf;
    const heap = new RunHeap(ascending);
    for (const [index, run] of runs.entries()) heap.add(new Cursor(run[Symbol.iterator](), index, keyOfStored));
    let some: unknown[] = [];
    for (let top = heap.top; top; top = heap.top) {
      some.push(top.stored);
      top.advance();
      heap.settle();
      if (some.length < chunkElements) continue;
      yield some;
      some = [];
    }
    yield some;
  }

  #clear(): void {
    this.#keys = new Column();
    this.#rest = new Column();
    this.#areApart = false;
    this.#bytes = 0;
  }

  #newRun(): SpilledBatches {
    this.#file ??= this.#options.memory.openFile();
    return new SpilledBatches(this.#file, this.#options.memory, this.#limit);
  }

  #spill(): void {
    if (this.#rest.length === 0) return;
    const order = this.#order();
    const batches = this.#newRun();
    for (let i = 0; i < order.length; i++) batches.add(this.#stored(order[i] as number));
    batches.flush();
    this.#runs.push({ batches, generation: 0 });
    this.#clear();
    this.#options.memory.released();
    for (let full = this.#fullGeneration; full; full = this.#fullGeneration) this.#mergeLast();
  }

  /** Whether the last runs are as many of one generation as are merged at once. */
  get #fullGeneration(): boolean {
    const generation = this.#runs.at(-1)?.generation;
    return this.#runs.length >= mergedRuns && this.#runs.at(-mergedRuns)?.generation === generation;
  }

  /** The last runs, which are neighbours, become one. */
  #mergeLast(): void {
    const last = this.#runs.splice(-mergedRuns);
    const batches = this.#newRun();
    for (const some of this.#merge(last.map((run) => run.batches.batches())))
      for (let i = 0; i < some.length; i++) batches.add(some[i]);
    batches.flush();
    this.#runs.push({ batches, generation: 1 + Math.max(...last.map(({ generation }) => generation)) });
  }
}

const chunkElements = 1024;

const keyOfPair = (stored: unknown): unknown => (stored as readonly [unknown, unknown])[0];
const elementOf = (stored: unknown): unknown => (stored as readonly [unknown, unknown])[1];

function* chunksOf(order: Uint32Array, at: (index: number) => unknown): Iterable<readonly unknown[]> {
  for (let start = 0; start < order.length; start += chunkElements) {
    const some = new Array<unknown>(Math.min(chunkElements, order.length - start));
    for (let i = 0; i < some.length; i++) some[i] = at(order[start + i] as number);
    yield some;
  }
}

/** The place of the merging in one run. */
class Cursor {
  readonly run: number;
  readonly #chunks: Iterator<readonly unknown[]>;
  readonly #keyOf: (stored: unknown) => unknown;
  #chunk: readonly unknown[] = [];
  #at = -1;
  isDone = false;
  key: unknown;
  stored: unknown;

  constructor(chunks: Iterator<readonly unknown[]>, run: number, keyOf: (stored: unknown) => unknown) {
    this.#chunks = chunks;
    this.#keyOf = keyOf;
    this.run = run;
    this.advance();
  }

  advance(): void {
    this.#at += 1;
    while (this.#at >= this.#chunk.length) {
      const next = this.#chunks.next();
      if (next.done) {
        this.isDone = true;
        return;
      }
      this.#chunk = next.value;
      this.#at = 0;
    }
    this.stored = this.#chunk[this.#at];
    this.key = this.#keyOf(this.stored);
  }
}

/** The runs by their next element; of equal ones the earlier run first. */
class RunHeap {
  readonly #ascending: boolean;
  readonly #cursors: Cursor[] = [];

  constructor(ascending: boolean) {
    this.#ascending = ascending;
  }

  get top(): Cursor | undefined {
    return this.#cursors[0];
  }

  add(cursor: Cursor): void {
    if (cursor.isDone) return;
    const cursors = this.#cursors;
    let at = cursors.push(cursor) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(cursor, cursors[parent] as Cursor)) break;
      cursors[at] = cursors[parent] as Cursor;
      at = parent;
    }
    cursors[at] = cursor;
  }

  /** Puts the top, which went on, where it belongs now. */
  settle(): void {
    const cursors = this.#cursors;
    const moved = (cursors[0] as Cursor).isDone ? cursors.pop() : cursors[0];
    if (moved === undefined || cursors.length === 0 || moved.isDone) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= cursors.length) break;
      const sibling = child + 1;
      if (sibling < cursors.length && this.#before(cursors[sibling] as Cursor, cursors[child] as Cursor))
        child = sibling;
      if (!this.#before(cursors[child] as Cursor, moved)) break;
      cursors[at] = cursors[child] as Cursor;
      at = child;
    }
    cursors[at] = moved;
  }

  #before(left: Cursor, right: Cursor): boolean {
    const order = this.#ascending ? compareKeys(left.key, right.key) : compareKeys(right.key, left.key);
    return order < 0 || (order === 0 && left.run < right.run);
  }
}
