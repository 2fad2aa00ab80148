/** Resolved plans: every name found, every type known, implicit casts written out. Plain data. */
import type { DataType, Schema } from "../data/data-type.js";
import type { CallSite } from "../errors.js";
import type { LiteralValue } from "../plan/expr.js";
import type { ShippedFunction } from "../plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";

/** One column of one node's output; the id is never used twice in a plan. */
export interface Attribute {
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

interface Typed {
  readonly type: DataType;
  readonly nullable: boolean;
}

export type ResolvedExpr = Typed &
  (
    | { readonly kind: "attribute"; readonly id: number; readonly name: string }
    | { readonly kind: "literal"; readonly value: LiteralValue }
    /** `fn` is the name of an entry of the functions table, `text` the call as the program wrote it. */
    | { readonly kind: "call"; readonly fn: string; readonly args: readonly ResolvedExpr[]; readonly text: string }
    | { readonly kind: "cast"; readonly child: ResolvedExpr }
    | { readonly kind: "udf"; readonly fn: ShippedFunction; readonly args: readonly ResolvedExpr[] }
  );

/** An expression and the column that holds it. */
export interface NamedExpr {
  readonly attribute: Attribute;
  readonly expr: ResolvedExpr;
}

export interface ResolvedOrder {
  readonly child: ResolvedExpr;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** A call of a user's function over columns of a row, by their place. */
export interface UdfCall {
  readonly attribute: Attribute;
  readonly fn: ShippedFunction;
  readonly args: readonly number[];
}

/**
 * What running a node again gives.
 * - `determinate`: the same rows in the same order
 * - `unordered`: the same rows
 * - `indeterminate`: perhaps others
 */
export type Determinism = "determinate" | "unordered" | "indeterminate";

export interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
}

interface Node {
  readonly output: readonly Attribute[];
  /** How many partitions the output has, wherever a program can see it; null: as many as the elements below have. */
  readonly partitions: number | null;
  readonly determinism: Determinism;
  readonly site: CallSite;
}

export type ResolvedPlan = Node &
  (
    | { readonly kind: "range"; readonly start: bigint; readonly end: bigint; readonly step: bigint }
    /** One list of files per partition. */
    | { readonly kind: "parquet"; readonly splits: readonly (readonly SourceFile[])[] }
    | { readonly kind: "elements"; readonly input: FunctionPlan }
    | { readonly kind: "project"; readonly input: ResolvedPlan; readonly columns: readonly NamedExpr[] }
    | { readonly kind: "filter"; readonly input: ResolvedPlan; readonly condition: ResolvedExpr }
    /** Output: grouping, then aggregates, which are calls of aggregate functions only. */
    | {
        readonly kind: "aggregate";
        readonly input: ResolvedPlan;
        readonly grouping: readonly NamedExpr[];
        readonly aggregates: readonly NamedExpr[];
      }
    | { readonly kind: "sort"; readonly input: ResolvedPlan; readonly orders: readonly ResolvedOrder[] }
    | { readonly kind: "limit"; readonly input: ResolvedPlan; readonly count: number }
    /** A function fragment: rows go through workers, which append the result of each call. */
    | { readonly kind: "udf"; readonly input: ResolvedPlan; readonly calls: readonly UdfCall[] }
  );

/** What the resolver asks of its surroundings. */
export interface Catalog {
  /** A temporary view by its name in lower case. */
  view(name: string): RelationalPlan | undefined;
  /** The files below these paths, which may be directories and patterns, and their columns. */
  parquet(paths: readonly string[]): Promise<{ readonly files: readonly SourceFile[]; readonly schema: Schema }>;
  /** Task slots, which Spark's rule for packing files looks at. */
  readonly parallelism: number;
}

export const schemaOf = (plan: ResolvedPlan): Schema =>
  plan.output.map(({ name, type, nullable }) => ({ name, type, nullable }));

export const reference = ({ id, name, type, nullable }: Attribute): ResolvedExpr => ({
  kind: "attribute",
  id,
  name,
  type,
  nullable,
});

/** The parts of an expression. */
export const childrenOf = (expr: ResolvedExpr): readonly ResolvedExpr[] =>
  expr.kind === "call" || expr.kind === "udf" ? expr.args : expr.kind === "cast" ? [expr.child] : [];

/** The expression with `change` applied to each part. */
export function mapChildren(expr: ResolvedExpr, change: (child: ResolvedExpr) => ResolvedExpr): ResolvedExpr {
  if (expr.kind === "call" || expr.kind === "udf") return { ...expr, args: expr.args.map(change) };
  return expr.kind === "cast" ? { ...expr, child: change(expr.child) } : expr;
}

/** Equal for expressions that mean the same: `id % 2` here and there. */
export const sameMeaning = (left: ResolvedExpr, right: ResolvedExpr): boolean => {
  if (left === right) return true;
  if (left.kind !== right.kind || left.type.kind !== right.type.kind) return false;
  if (left.kind === "attribute") return right.kind === "attribute" && left.id === right.id;
  if (left.kind === "literal") return right.kind === "literal" && Object.is(left.value, right.value);
  if (left.kind === "call" && right.kind === "call" && left.fn !== right.fn) return false;
  if (left.kind === "udf" && right.kind === "udf" && left.fn !== right.fn) return false;
  const [these, those] = [childrenOf(left), childrenOf(right)];
  return these.length === those.length && these.every((child, i) => sameMeaning(child, those[i] as ResolvedExpr));
};
