/** How the pairs of a plan are partitioned by their keys, as far as the plan says so. */
import {
  type Bucketing,
  type FunctionValue,
  type HashFamily,
  keepsKeys,
  type Language,
  type ShippedFunction,
} from "./kernel.js";
import { dataLanguage } from "./language.js";
import { isOpen } from "./open-plan.js";
import { type FunctionPlan, inputsOf } from "./plan.js";
import { settledPlan } from "./settle.js";

export type Partitioner =
  | { readonly by: "hash"; readonly partitions: number; readonly family: HashFamily; readonly language: Language }
  | { readonly by: "function"; readonly partitions: number; readonly fn: ShippedFunction }
  /** Sorted ranges of keys: equal only to itself. */
  | {
      readonly by: "range";
      readonly partitions: number;
      readonly bucketing: Extract<Bucketing, { by: "range" }>;
      readonly node: FunctionPlan;
    };

/** The partitioner of a plan; null when keys may be anywhere. `language`: of the program, for data of no language. */
export function partitionerOf(plan: FunctionPlan, language: Language): Partitioner | null {
  let node = settledPlan(plan);
  while (node.kind === "step") {
    if (!keepsKeys(node.kernel)) return null;
    node = settledPlan(node.input);
  }
  switch (node.kind) {
    case "exchange":
      return ofExchange(node, language);
    case "combine":
      return keepsKeys(node.kernel) ? common(node, language) : null;
    case "union":
      return node.aligned ? common(node, language) : null;
    default:
      return null;
  }
}

/** By node of several inputs, so that a chain of joins is looked through once. */
const ofInputs = new WeakMap<FunctionPlan, Partitioner | null>();

function common(node: FunctionPlan, language: Language): Partitioner | null {
  const known = ofInputs.get(node);
  if (known !== undefined) return known;
  const [first = null, ...others] = inputsOf(node).map((input) => partitionerOf(input, language));
  const found = first && others.every((other) => samePartitioner(first, other)) ? first : null;
  if (!isOpen(node)) ofInputs.set(node, found);
  return found;
}

function ofExchange(node: Extract<FunctionPlan, { kind: "exchange" }>, language: Language): Partitioner | null {
  const { bucketing } = node;
  switch (bucketing.by) {
    case "hash": {
      const { partitions, family } = bucketing;
      return { by: "hash", partitions, family, language: dataLanguage(node.input) ?? language };
    }
    case "function":
      return { by: "function", partitions: bucketing.partitions, fn: bucketing.fn };
    case "range":
      return isOfKey(bucketing.key) ? { by: "range", partitions: bucketing.partitions, bucketing, node } : null;
    default:
      return null;
  }
}

/** Whether a function of a pair looks at its key only. */
const isOfKey = (fn: FunctionValue): boolean => (fn.language === "any" ? fn.name === "key" : fn.of === "key");

/** Whether equal keys are in partitions of the same number. */
export function samePartitioner(left: Partitioner | null, right: Partitioner | null): boolean {
  if (!left || !right || left.partitions !== right.partitions) return false;
  if (left.by === "hash" && right.by === "hash") {
    return left.family === right.family && (left.family === "portable" || left.language === right.language);
  }
  if (left.by === "function" && right.by === "function") {
    return left.fn.language === right.fn.language && Buffer.compare(left.fn.body, right.fn.body) === 0;
  }
  return left.by === "range" && right.by === "range" && left.node === right.node;
}
