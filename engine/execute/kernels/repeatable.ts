/** Elements that are read again and again: held if they are few, otherwise put aside in encoded form. */

import { whole } from "../../data/batch.js";
import { decodeElements, encodeElements } from "../../data/elements.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import type { Spool } from "../spool.js";
import { beat } from "./running-kernel.js";

export class Repeatable implements Iterable<unknown> {
  readonly #elements: Iterable<unknown>;
  readonly #heldBytes: number;
  readonly #newSpool: () => Spool;
  #held: unknown[] | null = null;
  #spool: Spool | null = null;

  constructor(elements: Iterable<unknown>, heldBytes: number, newSpool: () => Spool) {
    this.#elements = elements;
    this.#heldBytes = heldBytes;
    this.#newSpool = newSpool;
  }

  *[Symbol.iterator](): Iterator<unknown> {
    if (this.#held === null) this.#read();
    for (const slice of this.#spool ?? []) yield* decodeElements(slice);
    yield* this.#held ?? [];
  }

  /** Reads everything, before the first round. */
  #read(): void {
    const sizes = new HeldBytes();
    let bytes = 0;
    this.#held = [];
    for (const element of this.#elements) {
      this.#held.push(element);
      bytes += slotBytes + sizes.of(element);
      if (bytes > this.#heldBytes || (this.#spool !== null && this.#held.length >= 8 * beat)) {
        this.#putAside();
        bytes = 0;
      }
    }
    if (this.#spool) this.#putAside();
  }

  #putAside(): void {
    this.#spool ??= this.#newSpool();
    const held = this.#held ?? [];
    for (let from = 0; from < held.length; from += 8 * beat)
      this.#spool.add(whole(encodeElements(held.slice(from, from + 8 * beat))));
    this.#held = [];
  }
}
