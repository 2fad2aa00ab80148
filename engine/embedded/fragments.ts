/**
 * A resolved plan cut into fragments: queries for DuckDB, with user functions and elements between them. For example
 * `agg(sum(f(id)))` over `range(8)` in 2 partitions is
 *
 *   query  SELECT sum(c1) …            1 task, reads input0
 *     input0  function fragment: call f, one partition at a time
 *       query  SELECT … FROM range(…)  2 tasks, one slice each
 */
import type { Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Determinism, ResolvedPlan, UdfCall } from "../resolve/resolved.js";
import { schemaOf } from "../resolve/resolved.js";
import { type Leaf, type LeafSql, lowerPlan, parquetSql, rangeSql } from "./lower.js";

/** A function fragment, whose elements are lists of values in the order of `schema`. */
export interface FragmentInput {
  /** Name of the table that the query reads. */
  readonly name: string;
  readonly schema: Schema;
  /** By column: the user's function whose result it holds; null for all others. */
  readonly functions: readonly (string | null)[];
  readonly source: /** Elements of an RDD; a value that does not fit its column is an error. */
    | { readonly kind: "elements"; readonly plan: FunctionPlan }
    /** Rows of another query after the kernel `udf` with these calls; what they return is coerced. */
    | { readonly kind: "udf"; readonly query: QueryFragment; readonly calls: readonly UdfCall[] };
}

/** A query, and how it is run. */
export interface QueryFragment {
  readonly output: Schema;
  readonly inputs: readonly FragmentInput[];
  readonly determinism: Determinism;
  /** The call of the program that made its last node. */
  readonly site: CallSite;
  readonly tasks: /** One task per statement; each makes one partition. Without inputs. */
    | { readonly kind: "each"; readonly statements: readonly string[] }
    /** One task per partition of the only input, which reads that partition. */
    | { readonly kind: "perInputPartition"; readonly statement: string }
    /** One task that reads all partitions of all inputs, in their order, and makes one partition. */
    | { readonly kind: "whole"; readonly statement: string };
}

/** The only leaf below filters and projections; null if the plan does more than those. */
function scannedLeaf(plan: ResolvedPlan): Leaf | null {
  let node = plan;
  while (node.kind === "filter" || node.kind === "project") node = node.input;
  return node.kind === "range" || node.kind === "parquet" || node.kind === "elements" || node.kind === "udf"
    ? node
    : null;
}

/** Collects the function fragments that a query reads. */
class Inputs {
  readonly found: FragmentInput[] = [];

  leaf(leaf: Leaf): LeafSql {
    if (leaf.kind === "range") return { from: rangeSql(leaf.start, leaf.end, leaf.step), columns: ["c"] };
    if (leaf.kind === "parquet") return parquetSql(leaf.splits.flat(), leaf.output);
    const name = `input${this.found.length}`;
    const schema = schemaOf(leaf);
    const source: FragmentInput["source"] =
      leaf.kind === "elements"
        ? { kind: "elements", plan: leaf.input }
        : { kind: "udf", query: fragmentsOf(leaf.input), calls: leaf.calls };
    const made = leaf.kind === "udf" ? leaf.calls.map(({ fn }) => fn.name) : [];
    const functions = schema.map((_, i) => made[i - (schema.length - made.length)] ?? null);
    this.found.push({ name, schema, functions, source });
    return { from: name, columns: schema.map((_, i) => `v${i}`) };
  }
}

/** The slices of a range by Spark's rule: partition i of n gets the elements from `i * count / n` on. */
export function rangeSlices({
  start,
  end,
  step,
  partitions,
}: RangeBounds): readonly (readonly [start: bigint, end: bigint])[] {
  const span = step > 0n ? end - start : start - end;
  const size = step > 0n ? step : -step;
  const count = span <= 0n ? 0n : (span + size - 1n) / size;
  const slices = BigInt(partitions);
  const bound = (i: bigint): bigint => start + ((i * count) / slices) * step;
  return Array.from(
    { length: partitions },
    (_, i) => [bound(BigInt(i)), i === partitions - 1 && count > 0n ? end : bound(BigInt(i) + 1n)] as const,
  );
}

interface RangeBounds {
  readonly start: bigint;
  readonly end: bigint;
  readonly step: bigint;
  readonly partitions: number;
}

/** One leaf for each partition of a scan. */
function leavesOf(leaf: Leaf): LeafSql[] {
  if (leaf.kind === "range") {
    const slices = rangeSlices({ ...leaf, partitions: leaf.partitions ?? 1 });
    return slices.map(([start, end]) => ({ from: rangeSql(start, end, leaf.step), columns: ["c"] }));
  }
  return leaf.kind === "parquet" ? leaf.splits.map((files) => parquetSql(files, leaf.output)) : [];
}

/**
 * The fragments of a plan. `isPartitioned: false` runs a scan whole as well, in one task, for a reader that sees only the
 * order of the rows; partitions are those of Spark otherwise.
 */
export function fragmentsOf(plan: ResolvedPlan, isPartitioned = true): QueryFragment {
  const common = { output: schemaOf(plan), determinism: plan.determinism, site: plan.site };
  const leaf = isPartitioned ? scannedLeaf(plan) : null;
  if (leaf?.kind === "range" || leaf?.kind === "parquet") {
    const statements = leavesOf(leaf).map((slice) => lowerPlan(plan, () => slice));
    return { ...common, inputs: [], tasks: { kind: "each", statements } };
  }
  const inputs = new Inputs();
  const statement = lowerPlan(plan, (one) => inputs.leaf(one));
  return { ...common, inputs: inputs.found, tasks: { kind: leaf ? "perInputPartition" : "whole", statement } };
}
