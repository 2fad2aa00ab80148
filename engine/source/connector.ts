/**
 * What every source of data offers, the files of this folder as well as a database in `connectors/`: three steps, each a
 * value that becomes the next. `plan({columns: ["age"], filters: [age > 30], limit: null})` says which partitions there are
 * and which filters it takes upon itself; `read` turns one partition, on whatever executor, into batches.
 */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { LiteralValue } from "../plan/expr.js";

/** A condition on one column; the rows for which it is true are wanted. A null value is never in a comparison. */
export type Filter =
  | {
      readonly kind: "compare";
      readonly column: string;
      readonly operator: "=" | "<>" | "<" | "<=" | ">" | ">=";
      readonly value: LiteralValue;
    }
  | { readonly kind: "in"; readonly column: string; readonly values: readonly LiteralValue[] }
  | { readonly kind: "isNull" | "isNotNull"; readonly column: string }
  | { readonly kind: "startsWith"; readonly column: string; readonly prefix: string };

/**
 * - `exact`: no other row comes; the filter need not be applied again
 * - `inexact`: all wanted rows come, and some others
 * - `no`: not looked at
 */
export type FilterAnswer = "exact" | "inexact" | "no";

export interface ReadRequest {
  /** The columns wanted, in this order; null for all. */
  readonly columns: readonly string[] | null;
  /** All of them are to hold. */
  readonly filters: readonly Filter[];
  /** No more rows than this are needed in all, null for no limit; a source may still give more. */
  readonly limit: number | null;
}

/** Everything there is. */
export const wholeSource: ReadRequest = { columns: null, filters: [], limit: null };

/** Plain JSON, the value that travels to an executor. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface SourcePartition<P> {
  /** What `read` needs to know: must survive `JSON.stringify`. */
  readonly task: P;
  /** Where it is read best, by host name. */
  readonly hosts?: readonly string[];
  /** Estimates, for the scheduler and the progress display. */
  readonly rows?: number;
  readonly bytes?: number;
}

export interface SourcePlan<P> {
  /** Their union is the whole; no row is in two. */
  readonly partitions: readonly SourcePartition<P>[];
  /** One answer for each filter of the request. */
  readonly answered: readonly FilterAnswer[];
}

/** One table, collection or set of files. */
export interface Source<P extends Json> {
  /** Names and types of all columns. */
  schema(): Promise<Schema>;
  plan(request: ReadRequest): Promise<SourcePlan<P>>;
  /** The rows of one partition, the same ones in the same order each time. Ends with JOB_CANCELLED when `signal` fires. */
  read(task: P, signal: AbortSignal): AsyncIterable<Batch>;
}

/** One option of a connector; documentation and the check of a user's options are made from it. */
export interface ConnectorOption {
  readonly type: "string" | "int" | "boolean";
  /** The unit of a number, such as `ms`. */
  readonly unit?: string;
  /** Left out: the option must be given. */
  readonly default?: string | number | boolean;
  readonly doc: string;
}

/** A kind of source, under the name that `spark.read.format(name)` takes. */
export interface Connector {
  readonly doc: string;
  readonly options: Readonly<Record<string, ConnectorOption>>;
  /** Opens a source with options that were checked against the table, defaults filled in. */
  open(options: Readonly<Record<string, string | number | boolean>>): Source<Json>;
}

/** The connectors that a program has, by name; passed in by the entry point, never filled by importing. */
export type ConnectorTable = Readonly<Record<string, Connector>>;
