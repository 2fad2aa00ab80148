/** `groupByKey` before a shuffle: what moves is the values of each key as lists, not pair by pair. */
import { KeyPlaces } from "../../data/key-places.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import { beat, type Emit, type KernelPlace } from "./running-kernel.js";

/** A list of one value, its key beside it, and both in the table. */
export const newListBytes = 64;
export const newKeyBytes = 40;
export const valueBytes: number = slotBytes * 1.5;

/** Lists that a shuffle follows are handed on when they take so much. */
const mostPartialBytes = 4 * 1024 * 1024;
/** If of so many pairs more than half have a key of their own, lists are not worth their table. */
const tried = 4096;

/** Gathers the values of keys that are near each other; the rest is done after the shuffle. */
export class PartialGrouping {
  readonly #emit: Emit;
  readonly #limit: number;
  #places = new KeyPlaces();
  #lists: unknown[][] = [];
  #sizes = new HeldBytes();
  #bytes = 0;
  #pairs = 0;
  #isInVain = false;

  constructor(emit: Emit, { heldBytes }: KernelPlace) {
    this.#emit = emit;
    this.#limit = Math.min(heldBytes, mostPartialBytes);
  }

  add(key: unknown, value: unknown): void {
    if (this.#isInVain) {
      this.#emit([key, [value]]);
      return;
    }
    const place = this.#places.of(key);
    if (place === this.#lists.length) {
      this.#lists.push([value]);
      this.#bytes += newListBytes + newKeyBytes + this.#sizes.of(key);
    } else (this.#lists[place] as unknown[]).push(value);
    this.#bytes += valueBytes + this.#sizes.of(value);
    this.#pairs += 1;
    if (this.#pairs === tried && this.#lists.length > tried / 2) this.#isInVain = true;
    if (this.#bytes > this.#limit || this.#isInVain) this.#handOn();
  }

  #handOn(): void {
    for (const _ of this.end());
    this.#places = new KeyPlaces();
    this.#lists = [];
    this.#bytes = 0;
  }

  *end(): Iterable<void> {
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) {
      this.#emit([keys[place], this.#lists[place]]);
      if (place % beat === beat - 1) yield;
    }
  }
}
