/** Expressions as a program writes them: plain data, built by `Column` here and by the generated clients. */
import type { DataType } from "../data/data-type.js";
import type { ShippedFunction } from "./kernel.js";

/** Position in a SQL text, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type LiteralValue = null | boolean | number | bigint | string;

export type Expr =
  /** A column by name; parts are separated by dots, back-quoted parts may hold dots. */
  | { readonly kind: "column"; readonly name: string; readonly at?: Position }
  /** All columns. */
  | { readonly kind: "star"; readonly at?: Position }
  | { readonly kind: "literal"; readonly value: LiteralValue; readonly type: DataType; readonly at?: Position }
  /** A function or operator of the functions table, by its Spark name (`+`, `upper`, `sum`). */
  | { readonly kind: "call"; readonly fn: string; readonly args: readonly Expr[]; readonly at?: Position }
  | { readonly kind: "alias"; readonly child: Expr; readonly name: string; readonly at?: Position }
  | { readonly kind: "cast"; readonly child: Expr; readonly type: DataType; readonly at?: Position }
  /** A function of the user, evaluated in its language's workers. */
  | {
      readonly kind: "udf";
      readonly fn: ShippedFunction;
      readonly args: readonly Expr[];
      readonly type: DataType;
      readonly at?: Position;
    };

export interface SortOrder {
  readonly child: Expr;
  readonly ascending: boolean;
  /** Spark's default: nulls first when ascending, last when descending. */
  readonly nullsFirst: boolean;
}
