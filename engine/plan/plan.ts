/**
 * A plan: what a program asked for, as immutable data. RDD, DataFrame and SQL are faces that build these nodes; a
 * backend runs them. Function nodes hold opaque functions of the user, relational nodes hold expressions; each kind of
 * node may stand below the other, so `df.rdd` and `rdd.toDF()` need no special path.
 */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { Expr, SortOrder } from "./expr.js";
import type { Bucketing, Kernel } from "./kernel.js";

/** Nodes whose output is a partitioned collection of elements. */
export type FunctionPlan =
  /** Elements given by the program, cut into slices by `sliceBatches`. */
  | { readonly kind: "values"; readonly batches: readonly Batch[]; readonly slices: number; readonly site: CallSite }
  /** Lines of text files; paths may be files, directories and globs, comma separated. */
  | { readonly kind: "textFile"; readonly path: string; readonly minPartitions: number; readonly site: CallSite }
  /** A narrow step: one kernel over each partition. */
  | { readonly kind: "step"; readonly input: FunctionPlan; readonly kernel: Kernel; readonly site: CallSite }
  /** A shuffle: elements move to the partition that `bucketing` names; within one, order follows the map partitions. */
  | { readonly kind: "exchange"; readonly input: FunctionPlan; readonly bucketing: Bucketing; readonly site: CallSite }
  /** The rows of a relation as elements: the way from a relational to a function fragment. */
  | {
      readonly kind: "rows";
      readonly input: RelationalPlan;
      /** No other job reads these rows: what was written for this one goes when it ends. */
      readonly once?: true;
      readonly site: CallSite;
    }
  /** A plan that a running job is still working out (the bounds of `sortBy`); settled before anything else. */
  | { readonly kind: "deferred"; readonly plan: Promise<FunctionPlan>; readonly site: CallSite };

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
