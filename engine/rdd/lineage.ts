/**
 * The lineage of a settled plan as Spark's RDDs, for people to read. Spark makes several RDDs of one call where a shuffle
 * needs them; those of one call share the number of the RDD that the call returned.
 *
 * `sc.parallelize([("a", 1)], 2).reduceByKey(add, 3)`, of a Python program and of another:
 *
 * ```
 * PythonRDD                        ShuffledRDD
 *   MapPartitionsRDD                 (shuffle) ParallelCollectionRDD
 *     ShuffledRDD
 *       (shuffle) PairwiseRDD
 *         PythonRDD
 *           ParallelCollectionRDD
 * ```
 */
import type { CallSite } from "../errors.js";
import { type FunctionPlan, inputsOf } from "../plan/plan.js";
import type { Retention } from "../plan/retention.js";

/** One RDD, as Spark would have it. */
export interface Ancestor {
  /** Of its class. */
  readonly kind: string;
  /** The node whose partitions it has. */
  readonly node: FunctionPlan;
  /** The number of the RDD that it is, or is a part of. */
  readonly number: number | null;
  /** Of the RDD that the program has; null for a part of one. */
  readonly retention: Retention | null;
  /** A name that the program did not give: the path of files. */
  readonly path: string | null;
  readonly site: CallSite;
  readonly isShuffled: boolean;
  readonly parents: () => readonly Ancestor[];
}

const kinds: Readonly<Record<FunctionPlan["kind"], (node: never) => string>> = {
  values: ({ slices }: Extract<FunctionPlan, { kind: "values" }>) =>
    slices === 0 ? "EmptyRDD" : "ParallelCollectionRDD",
  numbers: () => "ParallelCollectionRDD",
  textFile: () => "HadoopRDD",
  files: () => "NewHadoopRDD",
  step: () => "MapPartitionsRDD",
  exchange: () => "ShuffledRDD",
  combine: ({ kernel }: Extract<FunctionPlan, { kind: "combine" }>) =>
    kernel.op === "cogroup" || kernel.op === "join" ? "CoGroupedRDD" : "ZippedPartitionsRDD",
  cartesian: () => "CartesianRDD",
  union: ({ aligned }: Extract<FunctionPlan, { kind: "union" }>) => (aligned ? "PartitionerAwareUnionRDD" : "UnionRDD"),
  regroup: () => "CoalescedRDD",
  pipe: () => "PipedRDD",
  rows: () => "MapPartitionsRDD",
  deferred: () => "RDD",
};

/** The RDD that a settled plan is. */
export const ancestorOf = (plan: FunctionPlan, isPython: boolean): Ancestor =>
  isPython ? pythonAncestor(plan, null) : plainAncestor(plan, null);

const isKept = ({ retention }: FunctionPlan): boolean =>
  retention !== undefined && (retention.level.keeps || retention.checkpointed !== null);

/** What stands for the lineage of an RDD that was written somewhere. */
function checkpointOf({ retention, ...node }: FunctionPlan): Ancestor | null {
  const checkpoint = retention?.checkpointed ?? null;
  if (checkpoint === null) return null;
  const kind = checkpoint.directory === null ? "LocalCheckpointRDD" : "ReliableCheckpointRDD";
  return ancestor(node as FunctionPlan, kind, retention ?? null, () => []);
}

function ancestor(
  node: FunctionPlan,
  kind: string,
  owner: Retention | null,
  parents: () => readonly Ancestor[],
  isShuffled = false,
): Ancestor {
  const retention = node.retention ?? null;
  const number = (retention ?? owner)?.rdd ?? null;
  const path = node.kind === "textFile" || node.kind === "files" ? node.path : null;
  return { kind, node, number, retention, path, site: node.site, isShuffled, parents };
}

const shuffled = (found: Ancestor): Ancestor => ({ ...found, isShuffled: true });

/** Text files are read as records with their place in the file, which is dropped. */
function sourceAncestor(node: FunctionPlan, owner: Retention | null): Ancestor {
  const kind = kinds[node.kind](node as never);
  const source = ancestor(node, kind, owner, () => []);
  if (node.kind !== "textFile" && node.kind !== "files") return source;
  return { ...source, kind: "MapPartitionsRDD", parents: () => [{ ...source, retention: null }] };
}

/** Of a program in TypeScript: what the engine adds below a call's own RDD is part of it. */
function plainAncestor(plan: FunctionPlan, owner: Retention | null): Ancestor {
  const retention = plan.retention ?? owner;
  const checkpoint = checkpointOf(plan);
  const node = throughSteps(plan);
  const below = (input: FunctionPlan): Ancestor => plainAncestor(input, retention);
  if (!checkpoint && inputsOf(node).length === 0) return sourceAncestor(node, retention);
  const parents = (): readonly Ancestor[] => {
    if (checkpoint) return [checkpoint];
    // Merging before a shuffle is part of the shuffle.
    if (node.kind === "exchange") return [shuffled(below(throughSteps(node.input, true)))];
    return inputsOf(node).map(below);
  };
  const found = ancestor(node, kinds[node.kind](node as never), retention, parents);
  return { ...found, retention: plan.retention ?? null, site: plan.site };
}

/** The first node that is no step of the engine's own; `from`: the first node may be one, too. */
function throughSteps(plan: FunctionPlan, from = false): FunctionPlan {
  let node = plan;
  while (node.kind === "step" && (from ? !node.retention : !node.input.retention)) node = node.input;
  return node;
}

/** Of a program in Python: steps run together, and pairs are put into buckets by a step of their own. */
function pythonAncestor(plan: FunctionPlan, owner: Retention | null): Ancestor {
  const retention = plan.retention ?? owner;
  const checkpoint = checkpointOf(plan);
  if (plan.kind === "step") return pythonSteps(plan, retention);
  const kind = kinds[plan.kind](plan as never);
  if (checkpoint) return ancestor(plan, kind, retention, () => [checkpoint]);
  if (inputsOf(plan).length === 0) return sourceAncestor(plan, retention);
  if (plan.kind === "exchange") return pythonShuffle(plan, retention);
  const parents = inputsOf(plan).map((input) => pythonAncestor(input, retention));
  const unlike = plan.kind === "union" && new Set(parents.map((parent) => parent.kind === "PythonRDD")).size > 1;
  return ancestor(plan, kind, retention, () => (unlike ? parents.map(inPython) : parents));
}

/** What is read by Python, so that it can stand beside what Python has made. */
const inPython = (found: Ancestor): Ancestor =>
  found.kind === "PythonRDD"
    ? found
    : { ...found, kind: "PythonRDD", retention: null, path: null, parents: () => [found] };

/** Steps that follow each other run as one, back to an RDD that is kept. */
function pythonSteps(plan: FunctionPlan, owner: Retention | null): Ancestor {
  const checkpoint = checkpointOf(plan);
  let below = plan;
  do below = inputsOf(below)[0] as FunctionPlan;
  while (below.kind === "step" && !isKept(below));
  return ancestor(plan, "PythonRDD", owner, () => [checkpoint ?? pythonAncestor(below, owner)]);
}

function pythonShuffle(plan: Extract<FunctionPlan, { kind: "exchange" }>, owner: Retention | null): Ancestor {
  const { input } = plan;
  const own = { ...input, site: plan.site };
  const steps = input.kind === "step" && !isKept(input) ? pythonSteps(input, owner) : null;
  const placing = steps ?? ancestor(own, "PythonRDD", owner, () => [pythonAncestor(input, owner)]);
  const pairs = shuffled(ancestor(own, "PairwiseRDD", owner, () => [placing]));
  const moved = ancestor(plan, "ShuffledRDD", owner, () => [pairs]);
  return { ...moved, kind: "MapPartitionsRDD", parents: () => [{ ...moved, retention: null }] };
}
