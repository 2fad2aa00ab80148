/** `groupByKey` and `cogroup`: the values of each key as lists, one for each input. */
import { KeyPlaces } from "../../data/key-places.js";
import type { InputsKernel, Kernel } from "../../plan/kernel.js";
import { HeldBytes, slotBytes } from "../memory/held-bytes.js";
import { deepestLevel, KeyCuts, type KeyedLevel } from "../memory/key-cuts.js";
import { type Pair, pairOf } from "./functions.js";
import { beat, type Emit, type KernelPlace, type RunningInputsKernel, type RunningKernel } from "./running-kernel.js";

/** A list of one value, its key beside it, and both in the table. */
const newListBytes = 64;
const newKeyBytes = 40;
/** A list grows by half and sixteen. */
const secondValueBytes = 128;
const valueBytes = slotBytes * 1.5;

interface GroupRule {
  readonly call: string;
  readonly inputs: number;
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
    if (this.#cuts) {
      this.#cuts.add(input, pair);
      return;
    }
    const { inputs } = this.#rule;
    const known = this.#places.keys.length;
    const place = this.#places.of(pair[0]);
    const at = place * inputs + input;
    if (place === known) for (let i = 0; i < inputs; i++) this.#lists.push(undefined);
    const list = this.#lists[at];
    if (list === undefined) this.#lists[at] = [pair[1]];
    else list.push(pair[1]);
    if (this.#limit !== Number.POSITIVE_INFINITY) this.#count(pair, place === known, list);
  }

  #count(pair: Pair, isNew: boolean, list: readonly unknown[] | undefined): void {
    if (isNew) this.#bytes += newKeyBytes + this.#keySizes.of(pair[0]) + this.#rule.inputs * slotBytes;
    if (list === undefined) this.#bytes += newListBytes;
    else this.#bytes += list.length === 2 ? secondValueBytes : valueBytes;
    this.#bytes += this.#sizes.of(pair[1]);
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
    const { inputs } = this.#rule;
    const { memory, heldBytes } = this.#place;
    const cuts = new KeyCuts(memory, { lanes: inputs, level: this.#level, heldBytes });
    const { keys } = this.#places;
    for (let place = 0; place < keys.length; place++) {
      for (let input = 0; input < inputs; input++) {
        const list = this.#lists[place * inputs + input] ?? [];
        for (let i = 0; i < list.length; i++) cuts.add(input, [keys[place], list[i]]);
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

export function groupByKey(_: Extract<Kernel, { op: "groupByKey" }>, emit: Emit, place: KernelPlace): RunningKernel {
  const call = "groupByKey";
  const grouping = new Grouping({ call, inputs: 1, result: (key, [list]) => [key, list] }, emit, place);
  return {
    push: (element) => {
      try {
        grouping.push(0, pairOf(element, call));
      } catch (thrown) {
        throw place.blame(thrown);
      }
    },
    end: () => grouping.end(),
  };
}

export function cogroup(
  _: Extract<InputsKernel, { op: "cogroup" }>,
  emit: Emit,
  place: KernelPlace,
  inputs: number,
): RunningInputsKernel {
  const call = "cogroup";
  const result: GroupRule["result"] = (key, lists) => [key, lists.map((list) => list ?? [])];
  const grouping = new Grouping({ call, inputs, result }, emit, place);
  return {
    order: Array.from({ length: inputs }, (_, input) => input),
    push: (input, element) => grouping.push(input, pairOf(element, call)),
    end: () => grouping.end(),
  };
}
