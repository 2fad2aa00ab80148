/** `reduceByKey` and `combineByKey`: one state per key, into which its values are merged. */
import { KeyPlaces } from "../../data/key-places.js";
import type { Kernel } from "../../plan/kernel.js";
import { bytesOf } from "../memory/held-bytes.js";
import { deepestLevel, KeyCuts, type KeyedLevel } from "../memory/key-cuts.js";
import { copiesOf, functionOf, type Pair, pairOf } from "./functions.js";
import { beat, type Emit, type KernelPlace, type RunningKernel } from "./running-kernel.js";

type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;

interface CombineRule {
  readonly call: string;
  readonly create: (value: unknown) => unknown;
  readonly merge: (state: unknown, value: unknown) => unknown;
  readonly partial: boolean;
}

/** Pairs that are cut: states first, so that values that came later are merged into them. */
const [stateLane, valueLane] = [0, 1];

/** The first look at the sizes comes after so many pairs, the next ones before a fourth of what is left is used up. */
const firstPairs = 64;
const [leastPairs, mostPairs] = [16, 4096];
const seenPerLook = 64;
/** Beside key and state: their slots, the hash, and the slots of the table. */
const entryBytes = 40;
/** From this part of what may be held on no new keys are let in; the rest is for states that grow. */
const closingPart = 0.8;

/**
 * One level of merging. When its table is nearly full, keys that are not in it go to the cuts, while the values of those
 * in it are still merged: a few frequent keys make most pairs of many programs. If the states themselves grow too
 * large, they are cut as well, and with them all that follows.
 */
class Combining implements KeyedLevel {
  readonly #rule: CombineRule;
  readonly #emit: Emit;
  readonly #place: KernelPlace;
  readonly #level: number;
  #places = new KeyPlaces();
  #states: unknown[] = [];
  #cuts: KeyCuts | null = null;
  #phase: "open" | "closed" | "cut" = "open";
  #untilLook = firstPairs;
  #untilLast = firstPairs;
  #pairs = 0;
  #keyBytes = 0;
  #keysSeen = 0;

  constructor(rule: CombineRule, emit: Emit, place: KernelPlace, level = 0) {
    this.#rule = rule;
    this.#emit = emit;
    this.#place = place;
    this.#level = level;
    if (place.heldBytes === Number.POSITIVE_INFINITY) this.#untilLook = Number.POSITIVE_INFINITY;
  }

  push(lane: number, pair: Pair): void {
    this.add(lane, pair[0], pair[1]);
  }

  add(lane: number, key: unknown, value: unknown): void {
    if (this.#phase === "cut") {
      this.#cuts?.add(lane, [key, value]);
      return;
    }
    const place = this.#phase === "open" ? this.#places.of(key) : this.#places.find(key);
    if (place < 0) this.#cuts?.add(lane, [key, value]);
    else if (place === this.#states.length) {
      this.#states.push(lane === stateLane ? value : this.#rule.create(value));
    } else this.#states[place] = this.#rule.merge(this.#states[place], value);
    if (--this.#untilLook <= 0) this.#look();
  }

  *end(): Iterable<void> {
    yield* this.#entries();
    this.#clear();
    const cuts = this.#cuts;
    if (cuts === null) return;
    this.#place.memory.released();
    const next = (): Combining => new Combining(this.#rule, this.#emit, this.#place, this.#level + 1);
    yield* cuts.drain([stateLane, valueLane], next);
  }

  *#entries(): Iterable<void> {
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) {
      this.#emit([keys[place], this.#states[place]]);
      if (place % beat === beat - 1) yield;
    }
  }

  #clear(): void {
    this.#places = new KeyPlaces();
    this.#states = [];
    this.#keyBytes = 0;
    this.#keysSeen = 0;
    this.#pairs = 0;
  }

  #look(): void {
    const { heldBytes, memory } = this.#place;
    const bytes = this.#bytes();
    this.#pairs += this.#untilLast;
    const fitting = (heldBytes - bytes) / (bytes / this.#pairs) / 4;
    this.#untilLast = Math.max(leastPairs, Math.min(mostPairs, Math.floor(fitting)));
    this.#untilLook = this.#untilLast;
    const full = bytes > heldBytes * (this.#phase === "open" ? closingPart : 1) || memory.outgrown;
    if (!full) return;
    if (this.#states.length === 1 || this.#level === deepestLevel) {
      if (bytes > memory.boundBytes) throw memory.exhausted(this.#rule.call, "the state of one key", bytes);
    } else if (this.#phase === "open" && !this.#rule.partial) this.#close();
    else {
      if (this.#rule.partial) this.#flush();
      else this.#cut();
      memory.released();
    }
  }

  #bytes(): number {
    const { keys } = this.#places;
    this.#keyBytes += sampledBytes(keys, this.#keysSeen);
    this.#keysSeen = keys.length;
    return this.#keyBytes + keys.length * entryBytes + sampledBytes(this.#states, 0);
  }

  /** Another merging follows: what is here goes there. */
  #flush(): void {
    for (const _ of this.#entries());
    this.#clear();
  }

  #close(): void {
    const { memory, heldBytes } = this.#place;
    this.#cuts = new KeyCuts(memory, { lanes: 2, level: this.#level, heldBytes });
    this.#phase = "closed";
  }

  #cut(): void {
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) this.#cuts?.add(stateLane, [keys[place], this.#states[place]]);
    this.#clear();
    this.#phase = "cut";
  }
}

/** What the values from `start` on take, by a few of them. */
function sampledBytes(values: readonly unknown[], start: number): number {
  const count = values.length - start;
  if (count <= 0) return 0;
  const stride = Math.max(1, Math.floor(count / seenPerLook));
  let [bytes, seen] = [0, 0];
  for (let i = start; i < values.length; i += stride) {
    bytes += bytesOf(values[i]);
    seen += 1;
  }
  return (bytes / seen) * count;
}

function running(rule: CombineRule, emit: Emit, place: KernelPlace): RunningKernel {
  const combining = new Combining(rule, emit, place);
  return {
    push: (element) => {
      try {
        combining.push(valueLane, pairOf(element, rule.call));
      } catch (thrown) {
        throw place.blame(thrown);
      }
    },
    pushPair: (key, value) => {
      try {
        combining.add(valueLane, key, value);
      } catch (thrown) {
        throw place.blame(thrown);
      }
    },
    end: () => combining.end(),
  };
}

export function reduceByKey({ fn, partial }: KernelOf<"reduceByKey">, emit: Emit, place: KernelPlace): RunningKernel {
  const call = "reduceByKey";
  const merge = functionOf(fn, { call });
  return running({ call, create: (value) => value, merge, partial }, emit, place);
}

export function combineByKey(kernel: KernelOf<"combineByKey">, emit: Emit, place: KernelPlace): RunningKernel {
  const call = "combineByKey";
  const merge = functionOf(kernel.merge, { call });
  const create = creator(kernel.create, merge);
  return running({ call, create, merge, partial: kernel.partial }, emit, place);
}

function creator(create: KernelOf<"combineByKey">["create"], merge: CombineRule["merge"]): (value: unknown) => unknown {
  if ("fn" in create) return functionOf(create.fn, { call: "combineByKey" });
  const zero = copiesOf(create.zero);
  return (value) => merge(zero(), value);
}
