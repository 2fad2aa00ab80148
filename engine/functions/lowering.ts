/** DuckDB SQL of the functions whose plain translation is not Spark's. */
import { isNumeric } from "../data/type-table.js";
import type { ErrorCode } from "../errors.js";
import type { LoweredArgument } from "./entry.js";

type Lowering = (args: readonly LoweredArgument[]) => string;

/** Between `kindling:` and the code's parameters; `failure.ts` of the embedded engine reads it. */
export const raise = (code: ErrorCode): string => `error('kindling:${code}')`;

export const infix =
  (operator: string): Lowering =>
  ([left, right]) =>
    `(${left?.sql} ${operator} ${right?.sql})`;

export const prefix =
  (operator: string): Lowering =>
  ([operand]) =>
    `(${operator}${operand?.sql})`;

export const postfix =
  (operator: string): Lowering =>
  ([operand]) =>
    `(${operand?.sql} ${operator})`;

export const listed =
  (name: string): Lowering =>
  (args) =>
    `${name}(${args.map(({ sql }) => sql).join(", ")})`;

/** Whether a divisor is a literal other than zero. */
export const isSafeDivisor = (divisor: LoweredArgument | undefined): boolean =>
  typeof divisor?.literal === "number" || typeof divisor?.literal === "bigint" ? Number(divisor.literal) !== 0 : false;

/** `null / 0` is null, anything else by zero an error. */
export const divide: Lowering = ([left, right]) => {
  if (!left || !right) return "NULL";
  if (isSafeDivisor(right)) return `(${left.sql} / ${right.sql})`;
  return `(CASE WHEN ${right.sql} = 0 AND ${left.notNull} THEN ${raise("DIVIDE_BY_ZERO")} ELSE ${left.sql} / ${right.sql} END)`;
};

/** The remainder by −1 is 0; DuckDB overflows there on the smallest integer. */
export const remainder: Lowering = ([left, right]) => {
  if (!left || !right) return "NULL";
  if (isSafeDivisor(right) && Number(right.literal) !== -1) return `(${left.sql} % ${right.sql})`;
  const minusOne = left.type.kind === "double" ? "" : ` WHEN ${right.sql} = -1 THEN ${left.sql} * 0`;
  return `(CASE WHEN ${right.sql} = 0 AND ${left.notNull} THEN ${raise("REMAINDER_BY_ZERO")}${minusOne} ELSE ${left.sql} % ${right.sql} END)`;
};

/**
 * Spark evaluates `and` and `or` from the left and stops early; DuckDB reorders them. Where what stands right can fail,
 * it is guarded: `x <> 0 AND 1 / x > 2`.
 */
const shortCircuit =
  (operator: "AND" | "OR"): Lowering =>
  (args) => {
    const [last, ...before] = [...args].reverse();
    let { sql = "NULL", throws = false } = last ?? {};
    for (const left of before) {
      const both = `(${left.sql} ${operator} ${sql})`;
      const [decided, value] = operator === "AND" ? [`NOT ${left.sql}`, "false"] : [left.sql, "true"];
      sql = throws ? `(CASE WHEN ${decided} THEN ${value} ELSE ${both} END)` : both;
      throws ||= left.throws;
    }
    return sql;
  };

export const conjunction: Lowering = shortCircuit("AND");
export const disjunction: Lowering = shortCircuit("OR");

export const isIn: Lowering = ([value, ...list]) => `(${value?.sql} IN (${list.map(({ sql }) => sql).join(", ")}))`;

export const between: Lowering = ([value, low, high]) => `(${value?.sql} BETWEEN ${low?.sql} AND ${high?.sql})`;

export const concatenated: Lowering = (args) =>
  args.length === 0 ? "''" : `(${args.map(({ sql }) => sql).join(" || ")})`;

export const codePoints: Lowering = ([text]) => `CAST(length(${text?.sql}) AS INTEGER)`;

const maxInt = 2 ** 31 - 1;

/** Spark counts from 1, takes 0 for 1, and counts negative positions from the end, where a part before the start is lost. */
export const substring: Lowering = ([text, position, length]) => {
  if (!text || !position) return "NULL";
  const isPlain = typeof position.literal === "number" && position.literal > 0;
  const isWhole = length === undefined || length.literal === maxInt;
  if (isPlain && isWhole) return `substring(${text.sql}, ${position.sql})`;
  if (isPlain && typeof length?.literal === "number" && length.literal >= 0) {
    return `substring(${text.sql}, ${position.sql}, ${length.sql})`;
  }
  return `kindling_substring(${text.sql}, ${position.sql}, ${length?.sql ?? maxInt})`;
};

/** A sum of integers fits in a bigint or is an overflow; DuckDB sums wider. */
export const sum: Lowering = ([value]) =>
  value?.type.kind === "double" ? `sum(${value.sql})` : `CAST(sum(${value?.sql}) AS BIGINT)`;

/** Rows in which no argument is null. */
export const count: Lowering = (args) => {
  // What can fail must be evaluated, even if it is never null.
  const tests = args.map(({ sql, notNull, throws }) => (throws ? `${sql} IS NOT NULL` : notNull));
  const conditions = tests.filter((test) => test !== "true");
  return conditions.length === 0 ? "count(*)" : `count(CASE WHEN ${conditions.join(" AND ")} THEN 1 END)`;
};

/** Overflow of integers; doubles never fail. */
export const overflows = (args: readonly LoweredArgument[]): boolean =>
  args.some(({ type }) => isNumeric(type) && type.kind !== "double");
