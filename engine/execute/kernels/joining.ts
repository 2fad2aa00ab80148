/** `join`: the pairs of input 1 are held by key, those of input 0 pass by. */
import { KeyPlaces } from "../../data/key-places.js";
import type { InputsKernel, JoinKind } from "../../plan/kernel.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import { deepestLevel, KeyCuts, type KeyedLevel } from "../memory/key-cuts.js";
import { type Pair, pairOf } from "./functions.js";
import { beat, type Emit, type KernelPlace, type RunningInputsKernel } from "./running-kernel.js";

const call = "join";
const [left, right] = [0, 1];
/** The wanted order: what is held comes first. */
const order: readonly number[] = [right, left];

/** Beside key and value: their slots, the hash, the slots of the table, and the chain. */
const newKeyBytes = 44;
const valueBytes = slotBytes + 4;
const pairsBetweenLooks = 16 * 1024;
const firstChain = 1024;

/** The held values: those of one key are a chain, so that a key of one value needs no list. */
class HeldSide {
  readonly places: KeyPlaces = new KeyPlaces();
  readonly values: unknown[] = [];
  /** The next value of the same key after each one, or -1. */
  #next: Int32Array = new Int32Array(firstChain);
  /** First and last value of each key. */
  #first: Int32Array = new Int32Array(firstChain);
  #last: Int32Array = new Int32Array(firstChain);
  /** Keys that the other side has as well. */
  #met: Uint8Array = new Uint8Array(firstChain);

  /** Whether the key is a new one. */
  add(key: unknown, value: unknown): boolean {
    const known = this.places.keys.length;
    const place = this.places.of(key);
    const at = this.values.push(value) - 1;
    if (at === this.#next.length) this.#next = grown(this.#next);
    this.#next[at] = -1;
    if (place < known) this.#next[this.#last[place] as number] = at;
    else if (place === this.#first.length) {
      this.#first = grown(this.#first);
      this.#last = grown(this.#last);
      this.#met = this.#grownMet();
    }
    if (place === known) this.#first[place] = at;
    this.#last[place] = at;
    return place === known;
  }

  #grownMet(): Uint8Array {
    const met = new Uint8Array(this.#met.length * 2);
    met.set(this.#met);
    return met;
  }

  /** Of a key only that it is there. */
  addKey(key: unknown): boolean {
    const known = this.places.keys.length;
    return this.places.of(key) === known;
  }

  first(place: number): number {
    return this.#first[place] as number;
  }

  next(at: number): number {
    return this.#next[at] as number;
  }

  meet(place: number): void {
    this.#met[place] = 1;
  }

  *unmet(): Iterable<number> {
    for (let place = 0; place < this.places.keys.length; place++) if (this.#met[place] === 0) yield place;
  }
}

function grown(from: Int32Array): Int32Array {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}

type Probe = (pair: Pair, held: HeldSide, emit: Emit) => void;

function matched(pair: Pair, held: HeldSide, emit: Emit): boolean {
  const [key, value] = pair;
  const place = held.places.find(key);
  if (place < 0) return false;
  held.meet(place);
  for (let at = held.first(place); at >= 0; at = held.next(at)) emit([key, [value, held.values[at]]]);
  return true;
}

const outer: Probe = (pair, held, emit) => {
  if (!matched(pair, held, emit)) emit([pair[0], [pair[1], null]]);
};

const probes: Readonly<Record<JoinKind, Probe>> = {
  inner: matched,
  right: matched,
  left: outer,
  full: outer,
  semi: (pair, held, emit) => {
    if (held.places.find(pair[0]) >= 0) emit(pair);
  },
  anti: (pair, held, emit) => {
    if (held.places.find(pair[0]) < 0) emit(pair);
  },
};

/** One level of joining. A side that does not fit is cut, and with it the other one. */
class Joining implements KeyedLevel {
  readonly #how: JoinKind;
  readonly #emit: Emit;
  readonly #place: KernelPlace;
  readonly #level: number;
  readonly #probe: Probe;
  readonly #keysOnly: boolean;
  readonly #bounded: boolean;
  #held = new HeldSide();
  readonly #keySizes = new HeldBytes();
  readonly #valueSizes = new HeldBytes();
  #bytes = 0;
  #untilLook = pairsBetweenLooks;
  #cuts: KeyCuts | null = null;

  constructor(how: JoinKind, emit: Emit, place: KernelPlace, level = 0) {
    this.#how = how;
    this.#emit = emit;
    this.#place = place;
    this.#level = level;
    this.#probe = probes[how];
    this.#keysOnly = how === "semi" || how === "anti";
    this.#bounded = place.heldBytes !== Number.POSITIVE_INFINITY;
  }

  push(lane: number, pair: Pair): void {
    if (this.#cuts) this.#cuts.add(lane, pair);
    else if (lane === left) this.#probe(pair, this.#held, this.#emit);
    else {
      const isNew = this.#keysOnly ? this.#held.addKey(pair[0]) : this.#held.add(pair[0], pair[1]);
      if (this.#bounded) this.#count(pair, isNew);
    }
  }

  #count(pair: Pair, isNew: boolean): void {
    if (isNew) this.#bytes += newKeyBytes + this.#keySizes.of(pair[0]);
    if (!this.#keysOnly) this.#bytes += valueBytes + this.#valueSizes.of(pair[1]);
    const due = --this.#untilLook === 0;
    if (due) this.#untilLook = pairsBetweenLooks;
    const { heldBytes, memory } = this.#place;
    if (this.#bytes <= heldBytes && !(due && memory.outgrown)) return;
    if (this.#held.places.keys.length > 1 && this.#level < deepestLevel) {
      this.#cut();
      memory.released();
    } else if (this.#bytes > memory.boundBytes) throw memory.exhausted(call, "the values of one key", this.#bytes);
  }

  #cut(): void {
    const { memory, heldBytes } = this.#place;
    const cuts = new KeyCuts(memory, { lanes: 2, level: this.#level, heldBytes });
    const held = this.#held;
    const { keys } = held.places;
    for (let place = 0; place < keys.length; place++) {
      if (this.#keysOnly) cuts.add(right, [keys[place], null]);
      else
        for (let at = held.first(place); at >= 0; at = held.next(at)) cuts.add(right, [keys[place], held.values[at]]);
    }
    this.#cuts = cuts;
    this.#held = new HeldSide();
  }

  *end(): Iterable<void> {
    if (this.#how === "right" || this.#how === "full") yield* this.#unmatched();
    this.#held = new HeldSide();
    if (this.#cuts === null) return;
    const next = (): Joining => new Joining(this.#how, this.#emit, this.#place, this.#level + 1);
    yield* this.#cuts.drain(order, next);
  }

  *#unmatched(): Iterable<void> {
    const held = this.#held;
    let untilPause = beat;
    for (const place of held.unmet()) {
      const key = held.places.keys[place];
      for (let at = held.first(place); at >= 0; at = held.next(at)) this.#emit([key, [null, held.values[at]]]);
      if (--untilPause > 0) continue;
      yield;
      untilPause = beat;
    }
  }
}

export function join(
  { how }: Extract<InputsKernel, { op: "join" }>,
  emit: Emit,
  place: KernelPlace,
): RunningInputsKernel {
  const joining = new Joining(how, emit, place);
  return {
    order,
    push: (input, element) => joining.push(input, pairOf(element, call)),
    end: () => joining.end(),
  };
}
