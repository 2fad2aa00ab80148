/**
 * A plan: what a program asked for, as immutable data. RDD, DataFrame and SQL are faces that build these nodes; a
 * backend runs them. Function nodes hold opaque functions of the user, relational nodes hold expressions; each kind of
 * node may stand below the other, so `df.rdd` and `rdd.toDF()` need no special path.
 */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { Expr, SortOrder } from "./expr.js";
import type { Bucketing, InputsKernel, Kernel, Language } from "./kernel.js";
import type { Retention } from "./retention.js";

/** What every function node has. */
interface Node {
  readonly site: CallSite;
  /** What the program asked to be kept of it; the same object wherever the node is copied. */
  readonly retention?: Retention;
}

/** Nodes whose output is a partitioned collection of elements. */
export type FunctionPlan = Node &
  (
    | /** Elements given by the program, cut by `sliceBatches` into slices of whole groups. */
    {
        readonly kind: "values";
        readonly batches: readonly Batch[];
        readonly slices: number;
        /** Elements of a group; 1 when left out. */
        readonly group?: number;
      }
    /** Lines of text files; paths may be files, directories and globs, comma separated. */
    | { readonly kind: "textFile"; readonly path: string; readonly minPartitions: number }
    /** Files of another kind; paths as for text files. */
    | {
        readonly kind: "files";
        readonly path: string;
        readonly minPartitions: number;
        readonly format: FileFormat;
        /** The method of the program, for messages. */
        readonly call: string;
      }
    /**
     * `count` whole numbers from `start`, `step` apart; partition p has those with an index from `p * count / slices`,
     * rounded down, up to the next partition's first.
     */
    | {
        readonly kind: "numbers";
        readonly start: bigint;
        readonly step: bigint;
        readonly count: number;
        readonly slices: number;
      }
    /** A narrow step: one kernel over each partition. `barrier`: its tasks run all at once. */
    | { readonly kind: "step"; readonly input: FunctionPlan; readonly kernel: Kernel; readonly barrier?: true }
    /** A shuffle: elements move to the partition that `bucketing` names; within one, order follows the map partitions. */
    | {
        readonly kind: "exchange";
        readonly input: FunctionPlan;
        readonly bucketing: Bucketing;
        /** No other job reads it: what was written for this one goes when it ends. */
        readonly once?: true;
      }
    /** Partition p is the kernel over partition p of every input; all have as many. */
    | {
        readonly kind: "combine";
        readonly inputs: readonly FunctionPlan[];
        readonly kernel: Exclude<InputsKernel, { op: "cartesian" }>;
      }
    /** Partition l * (partitions of right) + r is every pair of an element of left's l and right's r. */
    | { readonly kind: "cartesian"; readonly left: FunctionPlan; readonly right: FunctionPlan }
    /** The partitions of all inputs one after the other; `aligned`: partition p is partition p of each, in their order. */
    | { readonly kind: "union"; readonly inputs: readonly FunctionPlan[]; readonly aligned: boolean }
    /** Partition p is the partitions `groups[p]` of the input, in that order: `coalesce`, and leaving partitions out. */
    | { readonly kind: "regroup"; readonly input: FunctionPlan; readonly groups: readonly (readonly number[])[] }
    /** The lines that a command prints for the lines of the input, one process for each partition. */
    | { readonly kind: "pipe"; readonly input: FunctionPlan; readonly command: PipeCommand }
    /** The rows of a relation as elements: the way from a relational to a function fragment. */
    | {
        readonly kind: "rows";
        readonly input: RelationalPlan;
        /** No other job reads these rows: what was written for this one goes when it ends. */
        readonly once?: true;
      }
    /** A plan that a running job is still working out (the bounds of `sortBy`); settled before anything else. */
    | { readonly kind: "deferred"; readonly plan: Promise<FunctionPlan> }
  );

/** What the files of a program hold, and what the elements made of them are. */
export type FileFormat =
  /** Each file as a pair (URL, text). */
  | { readonly kind: "wholeText" }
  /** Each file as a pair (URL, bytes). */
  | { readonly kind: "binary" }
  /** Records of one length, as bytes. */
  | { readonly kind: "records"; readonly recordBytes: number }
  /** Lines as pairs (offset of the line in bytes, text): Hadoop's `TextInputFormat`. */
  | { readonly kind: "linesWithOffsets" }
  /** Hadoop's SequenceFiles: pairs of the values of their Writables. */
  | { readonly kind: "sequence" }
  /** SequenceFiles that `saveAsPickleFile` or `saveAsObjectFile` wrote in this language: the elements again. */
  | { readonly kind: "objects"; readonly language: Language };

export interface PipeCommand {
  readonly words: readonly string[];
  /** All that the process finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** An exit status other than 0 is `PIPE_FAILED`. */
  readonly checked: boolean;
}

/** The plans right below a node. */
export function inputsOf(plan: FunctionPlan): readonly FunctionPlan[] {
  switch (plan.kind) {
    case "values":
    case "textFile":
    case "files":
    case "numbers":
    case "rows":
    case "deferred":
      return [];
    case "combine":
    case "union":
      return plan.inputs;
    case "cartesian":
      return [plan.left, plan.right];
    default:
      return [plan.input];
  }
}

/** The same node over other inputs, given in the order of `inputsOf`. */
export function withInputs(plan: FunctionPlan, inputs: readonly FunctionPlan[]): FunctionPlan {
  const [first, second] = inputs as [FunctionPlan, FunctionPlan];
  switch (plan.kind) {
    case "values":
    case "textFile":
    case "files":
    case "numbers":
    case "rows":
    case "deferred":
      return plan;
    case "combine":
    case "union":
      return { ...plan, inputs };
    case "cartesian":
      return { ...plan, left: first, right: second };
    default:
      return { ...plan, input: first };
  }
}

/** Nodes whose output is a relation of named, typed columns. */
export type RelationalPlan =
  /** One bigint column `id` from `start` (inclusive) to `end` (exclusive). */
  | {
      readonly kind: "range";
      readonly start: bigint;
      readonly end: bigint;
      readonly step: bigint;
      readonly partitions: number;
      readonly site: CallSite;
    }
  | { readonly kind: "parquet"; readonly paths: readonly string[]; readonly site: CallSite }
  /** Elements that are rows in the order of `schema`: the way from a function to a relational fragment. */
  | { readonly kind: "elements"; readonly input: FunctionPlan; readonly schema: Schema; readonly site: CallSite }
  /** A temporary view by name. */
  | { readonly kind: "view"; readonly name: string; readonly site: CallSite }
  | {
      readonly kind: "project";
      readonly input: RelationalPlan;
      readonly columns: readonly Expr[];
      readonly site: CallSite;
    }
  | { readonly kind: "filter"; readonly input: RelationalPlan; readonly condition: Expr; readonly site: CallSite }
  /** Output: `grouping`, then `aggregates`. */
  | {
      readonly kind: "aggregate";
      readonly input: RelationalPlan;
      readonly grouping: readonly Expr[];
      readonly aggregates: readonly Expr[];
      readonly site: CallSite;
    }
  | {
      readonly kind: "sort";
      readonly input: RelationalPlan;
      readonly orders: readonly SortOrder[];
      readonly site: CallSite;
    }
  | { readonly kind: "limit"; readonly input: RelationalPlan; readonly count: number; readonly site: CallSite }
  /** A query text, parsed when the plan is resolved. */
  | { readonly kind: "sql"; readonly text: string; readonly site: CallSite }
  /** As for function plans: the schema of `toDF()` taken from the first row. */
  | { readonly kind: "deferredRelation"; readonly plan: Promise<RelationalPlan>; readonly site: CallSite };

export type Plan = FunctionPlan | RelationalPlan;
