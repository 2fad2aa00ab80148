/** Cases as plain data: steps, input, and what comes out. */
import { encodePortable } from "../../engine/data/portable.js";
import type { TaskFields } from "./worker-process.js";
import type { FunctionKey } from "./worker-under-test.js";

export interface NamedStep {
  readonly op: string;
  readonly [field: string]: unknown;
}

/** A function of the cases, to be replaced by its packed form; called with the key of a pair if `of` says so. */
export class FunctionName {
  readonly key: string;
  readonly of: "key" | undefined;

  constructor(key: string, of?: "key") {
    this.key = key;
    this.of = of;
  }
}

export const fn = (key: FunctionKey): FunctionName => new FunctionName(key);
export const ofKey = (key: FunctionKey): FunctionName => new FunctionName(key, "key");
export const named = (name: string): object => ({ language: "any", name });

export const map = (key: FunctionKey): NamedStep => ({ op: "map", fn: fn(key) });
export const filter = (key: FunctionKey): NamedStep => ({ op: "filter", fn: fn(key) });
export const mapPartitions = (key: FunctionKey, withIndex = false): NamedStep => ({
  op: "mapPartitions",
  fn: fn(key),
  withIndex,
});
export const sort: NamedStep = { op: "sort", key: named("identity"), ascending: true };

/** A batch inside a step. */
export const inner = (...elements: readonly unknown[]): object => ({ ...encodePortable(elements) });

export const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

export interface Case {
  readonly name: string;
  readonly steps: readonly NamedStep[];
  /** The one input. */
  readonly input?: readonly unknown[];
  /** Several inputs. */
  readonly inputs?: readonly (readonly unknown[])[];
  readonly output: readonly unknown[];
  /** The order of the output is the worker's own. */
  readonly anyOrder?: boolean;
  readonly fields?: Partial<TaskFields>;
}

/** What goes wrong: the failing map of ERROR, and the user's functions in its frames. */
export interface ErrorCase extends Omit<Case, "output"> {
  readonly error: object;
  readonly functions?: readonly FunctionKey[];
}
