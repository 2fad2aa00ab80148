/** `groupByKey` and `cogroup`: the values of each key as lists, one for each input. */
import { KeyPlaces } from "../../data/key-places.js";
import type { InputsKernel, Kernel } from "../../plan/kernel.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import { deepestLevel, KeyCuts, type KeyedLevel } from "../memory/key-cuts.js";
import { type Pair, pairOf } from "./functions.js";
import { newKeyBytes, newListBytes, PartialGrouping, valueBytes } from "./partial-grouping.js";
import { beat, type Emit, type KernelPlace, type RunningInputsKernel, type RunningKernel } from "./running-kernel.js";

/** A list grows by half and sixteen. */
const secondValueBytes = 128;

interface GroupRule {
  readonly call: string;
  readonly inputs: number;
  /** Values are lists of values. */
  readonly lists: boolean;
  /** What is emitted for a key; lists of inputs without values are undefined. */
  readonly result: (key: unknown, lists: readonly (unknown[] | undefined)[]) => unknown;
}

/** One level of grouping. Lists that do not fit are cut, and with them all that follows. */
class Grouping implements KeyedLevel {
  readonly #rule: GroupRule;
  readonly #emit: Emit;
  readonly #place: KernelPlace;
  readonly #level: number;
  readonly #limit: number;
  #places = new KeyPlaces();
  /** The list of an input at `place * inputs + input`. */
  #lists: (unknown[] | undefined)[] = [];
  #sizes = new HeldBytes();
  #keySizes = new HeldBytes();
  #bytes = 0;
  #untilLook = beat;
  #cuts: KeyCuts | null = null;

  constructor(rule: GroupRule, emit: Emit, place: KernelPlace, level = 0) {
    this.#rule = rule;
    this.#emit = emit;
    this.#place = place;
    this.#level = level;
    this.#limit = place.heldBytes;
  }

  push(input: number, pair: Pair): void {
    this.add(input, pair[0], pair[1]);
  }

  add(input: number, key: unknown, value: unknown): void {
    if (this.#cuts) {
      this.#cuts.add(input, [key, value]);
      return;
    }
    const { inputs, lists } = this.#rule;
    const known = this.#places.keys.length;
    const place = this.#places.of(key);
    const at = place * inputs + input;
    if (place === known) for (let i = 0; i < inputs; i++) this.#lists.push(undefined);
    const list = this.#lists[at];
    if (list === undefined) this.#lists[at] = lists ? (value as unknown[]) : [value];
    else if (lists) append(list, value as readonly unknown[]);
    else list.push(value);
    if (this.#limit !== Number.POSITIVE_INFINITY) this.#count(key, value, place === known, list);
  }

  #count(key: unknown, value: unknown, isNew: boolean, list: readonly unknown[] | undefined): void {
    if (isNew) this.#bytes += newKeyBytes + this.#keySizes.of(key) + this.#rule.inputs * slotBytes;
    if (list === undefined) this.#bytes += newListBytes;
    else this.#bytes += list.length === 2 ? secondValueBytes : valueBytes;
    this.#bytes += this.#sizes.of(value);
    if (this.#bytes > this.#limit) this.#full();
    else if (--this.#untilLook === 0) {
      this.#untilLook = 16 * beat;
      if (this.#place.memory.outgrown) this.#full();
    }
  }

  #full(): void {
    const { memory } = this.#place;
    if (this.#places.keys.length > 1 && this.#level < deepestLevel) {
      this.#cut();
      memory.released();
    } else if (this.#bytes > memory.boundBytes)
      throw memory.exhausted(this.#rule.call, "the group of one key", this.#bytes);
  }

  #cut(): void {
    const { inputs, lists } = this.#rule;
    const { memory, heldBytes } = this.#place;
    const cuts = new KeyCuts(memory, { lanes: inputs, level: this.#level, heldBytes });
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) {
      for (let input = 0; input < inputs; input++) {
        const list = this.#lists[place * inputs + input] ?? [];
        if (lists) for (const piece of piecesOf(list)) cuts.add(input, [keys[place], piece]);
        else for (let i = 0; i < list.length; i++) cuts.add(input, [keys[place], list[i]]);
      }
    }
    this.#cuts = cuts;
    this.#clear();
  }

  #clear(): void {
    this.#places = new KeyPlaces();
    this.#lists = [];
    this.#bytes = 0;
  }

  *end(): Iterable<void> {
    yield* this.#groups();
    this.#clear();
    if (this.#cuts === null) return;
    const inputs = Array.from({ length: this.#rule.inputs }, (_, input) => input);
    const next = (): Grouping => new Grouping(this.#rule, this.#emit, this.#place, this.#level + 1);
    yield* this.#cuts.drain(inputs, next);
  }

  *#groups(): Iterable<void> {
    const { inputs, result } = this.#rule;
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) {
      const at = place * inputs;
      this.#emit(result(keys[place], this.#lists.slice(at, at + inputs)));
      if (place % beat === beat - 1) yield;
    }
  }
}

function append(list: unknown[], more: readonly unknown[]): void {
  for (let i = 0; i < more.length; i++) list.push(more[i]);
}

/** Members of a list that are cut together. */
const pieceLength = 1000;

function* piecesOf(list: readonly unknown[]): Iterable<readonly unknown[]> {
  for (let start = 0; start < list.length; start += pieceLength) yield list.slice(start, start + pieceLength);
}

interface Gathering {
  add(key: unknown, value: unknown): void;
  end(): Iterable<void>;
}

export function groupByKey(
  kernel: Extract<Kernel, { op: "groupByKey" }>,
  emit: Emit,
  place: KernelPlace,
): RunningKernel {
  const call = "groupByKey";
  const result: GroupRule["result"] = (key, [list]) => [key, list];
  const rule = { call, inputs: 1, lists: kernel.lists === true, result };
  const grouping: Gathering = kernel.partial
    ? new PartialGrouping(emit, place)
    : oneInput(new Grouping(rule, emit, place));
  const pushPair = (key: unknown, value: unknown): void => {
    try {
      grouping.add(key, value);
    } catch (thrown) {
      throw place.blame(thrown);
    }
  };
  return {
    push: (element) => {
      try {
        const pair = pairOf(element, call);
        grouping.add(pair[0], pair[1]);
      } catch (thrown) {
        throw place.blame(thrown);
      }
    },
    pushPair,
    end: () => grouping.end(),
  };
}

const oneInput = (grouping: Grouping): Gathering => ({
  add: (key, value) => grouping.add(0, key, value),
  end: () => grouping.end(),
});

export function cogroup(
  _: Extract<InputsKernel, { op: "cogroup" }>,
  emit: Emit,
  place: KernelPlace,
  inputs: number,
): RunningInputsKernel {
  const call = "cogroup";
  const result: GroupRule["result"] = (key, lists) => [key, lists.map((list) => list ?? [])];
  const grouping = new Grouping({ call, inputs, lists: false, result }, emit, place);
  return {
    order: Array.from({ length: inputs }, (_, input) => input),
    push: (input, element) => grouping.push(input, pairOf(element, call)),
    end: () => grouping.end(),
  };
}
