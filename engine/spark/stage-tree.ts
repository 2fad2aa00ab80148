/**
 * The tree of inputs of a stage, as `kindling_spark_tree.py` reads it: the same for all tasks of the stage, each of which
 * evaluates it for its own partition. Its leaves are numbered; rows come to a task marked with the leaf and with the leaf's
 * partition that they belong to.
 */
import { EngineError } from "../errors.js";
import type { StageInput } from "../execute/stage-input.js";
import type { Pass } from "../execute/task.js";
import type { Pickled } from "./pickle.js";

export type Leaf = Extract<StageInput, { kind: "outside" | "shuffle" }>;

const isLeaf = (input: StageInput): input is Leaf => input.kind === "outside" || input.kind === "shuffle";

/** Leaves are the same where they name the same source. */
export const leafKey = (leaf: Leaf): string =>
  leaf.kind === "shuffle" ? `stage ${leaf.stage}` : `source ${leaf.source}`;

const foreign = (input: StageInput): EngineError =>
  new EngineError("INTERNAL", { reason: `an input of kind ${input.kind} on a cluster` });

/** The inputs right below, as far as they are trees. */
function below(input: StageInput): readonly StageInput[] {
  switch (input.kind) {
    case "pass":
    case "aligned":
      return input.inputs;
    case "union":
      return input.inputs.map(({ input: inner }) => inner);
    case "regroup":
    case "side":
    case "pipe":
    case "cached":
      return [input.input];
    case "outside":
    case "shuffle":
    case "numbers":
      return [];
    default:
      throw foreign(input);
  }
}

function* nodesOf(root: StageInput): Iterable<StageInput> {
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop() as StageInput;
    yield node;
    open.push(...below(node).toReversed());
  }
}

/** The different leaves, in the order in which they are numbered. */
export function leavesOf(root: StageInput): readonly Leaf[] {
  const found = new Map<string, Leaf>();
  for (const node of nodesOf(root)) if (isLeaf(node) && !found.has(leafKey(node))) found.set(leafKey(node), node);
  return [...found.values()];
}

/** The passes, from the result downwards. */
export const passesOf = (root: StageInput): readonly Pass[] =>
  [...nodesOf(root)].flatMap((node) => (node.kind === "pass" ? [node.pass] : []));

/** Whether task p reads partition p of its one leaf, from its beginning to its end: then nothing needs to be gathered. */
export function isDirect(root: StageInput): boolean {
  for (let node = root; ; ) {
    const [first, ...others] = below(node);
    if (node.kind === "union" || node.kind === "regroup" || node.kind === "side" || others.length > 0) return false;
    if (!first) return true;
    node = first;
  }
}

/** Which partitions of which leaves one partition of the tree reads. */
function* reads(input: StageInput, partition: number): Iterable<readonly [Leaf, number]> {
  if (isLeaf(input)) yield [input, partition];
  switch (input.kind) {
    case "pass":
    case "aligned":
      for (const inner of input.inputs) yield* reads(inner, partition);
      break;
    case "union": {
      let first = 0;
      for (const { input: inner, partitions } of input.inputs) {
        if (partition >= first && partition < first + partitions) yield* reads(inner, partition - first);
        first += partitions;
      }
      break;
    }
    case "regroup":
      for (const index of input.groups[partition] ?? []) yield* reads(input.input, index);
      break;
    case "side": {
      const { side, partitions } = input;
      yield* reads(input.input, side === "left" ? Math.floor(partition / partitions) : partition % partitions);
      break;
    }
    case "pipe":
    case "cached":
      yield* reads(input.input, partition);
  }
}

/** By leaf: to which tasks the elements of each of its partitions go. */
export type Routes = ReadonlyMap<string, readonly (readonly number[])[]>;

export function routesOf(root: StageInput, partitions: number): Routes {
  const routes = new Map<string, Set<number>[]>();
  for (let task = 0; task < partitions; task++) {
    for (const [leaf, partition] of reads(root, task)) {
      const key = leafKey(leaf);
      const ofLeaf = routes.get(key) ?? [];
      routes.set(key, ofLeaf);
      while (ofLeaf.length <= partition) ofLeaf.push(new Set());
      ofLeaf[partition]?.add(task);
    }
  }
  return new Map([...routes].map(([key, targets]) => [key, targets.map((tasks) => [...tasks])]));
}

const int32 = (numbers: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(numbers).buffer);

/** Lists of numbers, packed: where each begins, and all of them one after the other. */
export function packedLists(lists: readonly (readonly number[])[]): Pickled {
  const starts = [0];
  for (const list of lists) starts.push((starts.at(-1) as number) + list.length);
  return [int32(starts), int32(lists.flat())];
}

export interface TreeContext {
  readonly leaves: readonly Leaf[];
  readonly pass: (node: Extract<StageInput, { kind: "pass" }>) => readonly (readonly [string, Pickled])[];
}

export function pickledTree(input: StageInput, context: TreeContext): Pickled {
  const inner = (node: StageInput): Pickled => pickledTree(node, context);
  const node = (kind: string, ...fields: readonly (readonly [string, Pickled])[]): Pickled => ({
    dict: [["kind", kind], ...fields],
  });
  switch (input.kind) {
    case "outside":
    case "shuffle":
      return node("leaf", ["leaf", context.leaves.findIndex((leaf) => leafKey(leaf) === leafKey(input))]);
    case "numbers": {
      const { start, step, count, slices } = input.plan;
      return node("numbers", ["start", String(start)], ["step", String(step)], ["count", count], ["slices", slices]);
    }
    case "pass": {
      const fields = context.pass(input);
      return node("pass", ...fields, ["inputs", input.inputs.map(inner)]);
    }
    case "union": {
      const sizes = input.inputs.map(({ partitions }) => partitions);
      return node("union", ["sizes", sizes], ["inputs", input.inputs.map(({ input: one }) => inner(one))]);
    }
    case "aligned":
      return node("aligned", ["inputs", input.inputs.map(inner)]);
    case "regroup":
      return node("regroup", ["groups", packedLists(input.groups)], ["inputs", [inner(input.input)]]);
    case "side":
      return node("side", ["side", input.side], ["partitions", input.partitions], ["inputs", [inner(input.input)]]);
    case "pipe": {
      const { words, environment, checked } = input.command;
      const variables = Object.entries(environment).map(([name, value]): Pickled => [name, value]);
      const command: [string, Pickled][] = [
        ["words", words],
        ["environment", variables],
        ["checked", checked],
      ];
      return node("pipe", ...command, ["inputs", [inner(input.input)]]);
    }
    case "cached":
      return inner(input.input);
    default:
      throw foreign(input);
  }
}
