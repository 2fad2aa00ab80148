/** What an entry of the functions table says of a function or operator. */
import type { DataType } from "../data/data-type.js";
import type { ErrorCode } from "../errors.js";
import type { LiteralValue } from "../plan/expr.js";

/** The types of a call's arguments; null: an untyped NULL, which fits anywhere. */
export type ArgumentTypes = readonly (DataType | null)[];

/** The types to which the arguments are cast, and that of the result. */
export interface Typing {
  readonly args: readonly DataType[];
  readonly result: DataType;
}

/** Finds the typing, or says what the function takes instead. */
export type TypeRule = (types: ArgumentTypes) => Typing | { readonly expected: string };

/** An argument as it stands in DuckDB SQL. */
export interface LoweredArgument {
  readonly sql: string;
  /** SQL of the condition that it is not null; `true` where it never is. */
  readonly notNull: string;
  /** Its evaluation can fail. */
  readonly throws: boolean;
  readonly type: DataType;
  /** Its value, where it is a literal. */
  readonly literal: LiteralValue | undefined;
}

export interface FunctionParameter {
  readonly name: string;
  readonly doc: string;
  /** In clients: a column or its name, or a plain integer. */
  readonly takes: "column" | "int";
  /** Any number of them; only the last. */
  readonly repeated?: true;
  /** Value when left out. */
  readonly default?: number;
}

export interface FunctionEntry {
  /** Spark's name. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: "operator" | "scalar" | "aggregate";
  readonly parameters: readonly FunctionParameter[];
  /** At least so many arguments, where a repeated parameter may be empty or not. */
  readonly minimum: number;
  readonly type: TypeRule;
  /** Spark's rule for the nullability of the result, out of that of the arguments. */
  readonly nullable: (args: readonly boolean[]) => boolean;
  /** The result is null exactly if an argument is. */
  readonly strict: boolean;
  /** Whether a call can fail on values that are not null. */
  readonly throws: (args: readonly LoweredArgument[]) => boolean;
  /** As Spark names a column that has no alias. */
  readonly text: (args: readonly string[], name: string) => string;
  /** A call within calls of the same function is one call with all arguments: `and`, `or`. */
  readonly flat: boolean;
  readonly lower: (args: readonly LoweredArgument[]) => string;
  readonly doc: {
    readonly summary: string;
    /** The rule for null and for empty input. */
    readonly nulls: string;
    readonly errors: readonly { readonly code: ErrorCode; readonly when: string }[];
    /** The method of Spark that it follows. */
    readonly source: string;
    /** A query, and its only value as Spark gives it. */
    readonly example: { readonly sql: string; readonly result: string };
  };
  /** Type of the result, for people. */
  readonly returns: string;
  /** Only of SQL: clients have no function of this name. */
  readonly sqlOnly: boolean;
}
