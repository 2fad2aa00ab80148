/** Rules for the types of arguments, as Spark's ANSI coercion has them. */
import type { DataType } from "../data/data-type.js";
import { entryOf, isNumeric, sameType } from "../data/type-table.js";
import type { ArgumentTypes, TypeRule } from "./entry.js";

const boolean: DataType = { kind: "boolean" };
const int: DataType = { kind: "int" };
const bigint: DataType = { kind: "bigint" };
const double: DataType = { kind: "double" };
const string: DataType = { kind: "string" };

/**
 * The type to which two types are widened; undefined where there is none. A string becomes what stands beside it, and
 * beside an int a bigint.
 */
export function commonType(left: DataType | null, right: DataType | null): DataType | null | undefined {
  if (left === null || right === null) return left ?? right;
  if (sameType(left, right)) return left;
  if (left.kind === "string" || right.kind === "string") {
    const other = left.kind === "string" ? right : left;
    return other.kind === "int" ? bigint : other;
  }
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  return (entryOf(left).width ?? 0) > (entryOf(right).width ?? 0) ? left : right;
}

const commonOf = (types: ArgumentTypes): DataType | null | undefined =>
  types.reduce<DataType | null | undefined>(
    (common, type) => (common === undefined ? undefined : commonType(common, type)),
    null,
  );

const same = (count: number, type: DataType): DataType[] => Array.from({ length: count }, () => type);

/** Two numbers of one type, which is that of the result; two strings are refused, as in Spark. */
export const arithmetic: TypeRule = (types) => {
  const common = commonOf(types);
  // Two untyped nulls are doubles to Spark.
  const type = common === null ? double : common;
  if (type === undefined || !isNumeric(type)) return { expected: "two numbers" };
  return { args: same(types.length, type), result: type };
};

/** Division: of doubles, whatever the numbers are. */
export const division: TypeRule = (types) => {
  const typing = arithmetic(types);
  return "expected" in typing ? typing : { args: same(types.length, double), result: double };
};

/** One number; a string becomes a double. */
export const oneNumber: TypeRule = ([type = null]) => {
  const number = type === null || type.kind === "string" ? double : type;
  return isNumeric(number) ? { args: [number], result: number } : { expected: "a number" };
};

const resultIs =
  (rule: TypeRule, result: (type: DataType) => DataType): TypeRule =>
  (types) => {
    const typing = rule(types);
    return "expected" in typing ? typing : { args: typing.args, result: result(typing.result) };
  };

/** The sum of integers is a bigint. */
export const summed: TypeRule = resultIs(oneNumber, (type) => (type.kind === "int" ? bigint : type));

export const averaged: TypeRule = (types) => {
  const typing = oneNumber(types);
  return "expected" in typing ? typing : { args: [double], result: double };
};

/** Arguments of one common type, which is that of the result too. */
export const widest: TypeRule = (types) => {
  const common = commonOf(types);
  if (common === undefined) return { expected: "arguments of one type" };
  const type = common ?? string;
  return { args: same(types.length, type), result: type };
};

export const comparison: TypeRule = resultIs(widest, () => boolean);

/** The type of the only argument. */
export const unchanged: TypeRule = ([type = null]) => ({ args: [type ?? string], result: type ?? string });

export const booleans: TypeRule = (types) =>
  types.every((type) => type === null || type.kind === "boolean")
    ? { args: same(types.length, boolean), result: boolean }
    : { expected: types.length === 1 ? "a boolean" : "booleans" };

/** Any arguments as they are. */
export const anything =
  (result: DataType): TypeRule =>
  (types) => ({ args: types.map((type) => type ?? string), result });

export const strings =
  (result: DataType): TypeRule =>
  (types) => ({ args: same(types.length, string), result });

/** A string and up to two positions. */
export const textAndPositions: TypeRule = ([, ...positions]) => {
  const fits = positions.every((type) => type === null || (type.kind !== "boolean" && type.kind !== "double"));
  return fits ? { args: [string, ...same(positions.length, int)], result: string } : { expected: "a string and ints" };
};

/** A condition and two values of one type. */
export const choice: TypeRule = ([condition = null, ...values]) => {
  const typing = widest(values);
  if (condition !== null && condition.kind !== "boolean") return { expected: "a boolean condition" };
  return "expected" in typing ? typing : { args: [boolean, ...typing.args], result: typing.result };
};
