/**
 * The functions table: every function and operator once, with its types, null rule, doc, an example from the real Spark
 * and its DuckDB SQL. SQL, `Column`, the clients' function modules, docs and tests come from it.
 */
import type { ErrorCode } from "../errors.js";
import type { FunctionEntry, FunctionParameter } from "./entry.js";
import {
  between,
  codePoints,
  concatenated,
  conjunction,
  count,
  disjunction,
  divide,
  infix,
  isIn,
  isSafeDivisor,
  listed,
  overflows,
  postfix,
  prefix,
  remainder,
  substring,
  sum,
} from "./lowering.js";
import {
  anything,
  arithmetic,
  averaged,
  booleans,
  choice,
  comparison,
  division,
  oneNumber,
  strings,
  summed,
  textAndPositions,
  unchanged,
  widest,
} from "./typing.js";

type Core = Pick<FunctionEntry, "name" | "kind" | "parameters" | "type" | "lower" | "returns">;

interface Words {
  readonly summary: string;
  readonly nulls?: string;
  readonly errors?: readonly (readonly [code: ErrorCode, when: string])[];
  readonly source: string;
  /** Query and result. */
  readonly example: readonly [sql: string, result: string];
}

const anyNull = (args: readonly boolean[]): boolean => args.includes(true);
const never = (): boolean => false;
const always = (): boolean => true;

/** An entry whose result is null exactly if an argument is, and which never fails, unless `more` says otherwise. */
function entry(core: Core, words: Words, more: Partial<FunctionEntry> = {}): FunctionEntry {
  const required = core.parameters.filter((parameter) => parameter.default === undefined && !parameter.repeated);
  return {
    aliases: [],
    minimum: required.length,
    nullable: anyNull,
    strict: true,
    throws: never,
    text: (args, name) => `${name}(${args.join(", ")})`,
    flat: false,
    sqlOnly: false,
    ...core,
    doc: {
      summary: words.summary,
      nulls: words.nulls ?? "Null if an argument is null.",
      errors: (words.errors ?? []).map(([code, when]) => ({ code, when })),
      source: words.source,
      example: { sql: words.example[0], result: words.example[1] },
    },
    ...more,
  };
}

const column = (name: string, doc: string): FunctionParameter => ({ name, doc, takes: "column" });
const many = (name: string, doc: string): FunctionParameter => ({ name, doc, takes: "column", repeated: true });
const integer = (name: string, doc: string): FunctionParameter => ({ name, doc, takes: "int" });

const pair: readonly FunctionParameter[] = [
  column("left", "the value left of the operator"),
  column("right", "the value right of it"),
];
const operand: readonly FunctionParameter[] = [column("col", "the value")];

const between2 =
  (operator: string): FunctionEntry["text"] =>
  ([left, right], name) =>
    /^\w+$/.test(name) && name !== operator.toLowerCase()
      ? `${name}(${left}, ${right})`
      : `(${left} ${operator} ${right})`;

const overflow = ["ARITHMETIC_OVERFLOW", "the result does not fit in the type"] as const;

const operators: readonly FunctionEntry[] = [
  entry(
    {
      name: "+",
      kind: "operator",
      parameters: pair,
      type: arithmetic,
      lower: infix("+"),
      returns: "the wider type of both",
    },
    {
      summary: "The sum of two numbers.",
      errors: [overflow],
      source: "Column.plus",
      example: ["SELECT 1 + 2.5e0", "3.5"],
    },
    { text: between2("+"), throws: overflows },
  ),
  entry(
    {
      name: "-",
      kind: "operator",
      parameters: pair,
      type: arithmetic,
      lower: infix("-"),
      returns: "the wider type of both",
    },
    {
      summary: "The difference of two numbers.",
      errors: [overflow],
      source: "Column.minus",
      example: ["SELECT 1 - 3", "-2"],
    },
    { text: between2("-"), throws: overflows },
  ),
  entry(
    {
      name: "*",
      kind: "operator",
      parameters: pair,
      type: arithmetic,
      lower: infix("*"),
      returns: "the wider type of both",
    },
    {
      summary: "The product of two numbers.",
      errors: [overflow],
      source: "Column.multiply",
      example: ["SELECT 3 * 4", "12"],
    },
    { text: between2("*"), throws: overflows },
  ),
  entry(
    { name: "/", kind: "operator", parameters: pair, type: division, lower: divide, returns: "double" },
    {
      summary: "The quotient of two numbers, as a double also for integers.",
      errors: [["DIVIDE_BY_ZERO", "the right value is zero"]],
      source: "Column.divide",
      example: ["SELECT 3 / 2", "1.5"],
    },
    { text: between2("/"), nullable: always, throws: ([, divisor]) => !isSafeDivisor(divisor) },
  ),
  entry(
    {
      name: "%",
      kind: "operator",
      parameters: pair,
      type: arithmetic,
      lower: remainder,
      returns: "the wider type of both",
    },
    {
      summary: "The remainder of a division, with the sign of the left value.",
      errors: [["REMAINDER_BY_ZERO", "the right value is zero"]],
      source: "Column.mod",
      example: ["SELECT -7 % 3", "-1"],
    },
    { aliases: ["mod"], text: between2("%"), nullable: always, throws: ([, divisor]) => !isSafeDivisor(divisor) },
  ),
  entry(
    { name: "=", kind: "operator", parameters: pair, type: comparison, lower: infix("="), returns: "boolean" },
    {
      summary: "Whether two values are equal; NaN equals NaN, and 0.0 equals -0.0.",
      source: "Column.equalTo",
      example: ["SELECT 1 = 1L", "true"],
    },
    { aliases: ["=="], text: between2("=") },
  ),
  entry(
    { name: "<>", kind: "operator", parameters: pair, type: comparison, lower: infix("<>"), returns: "boolean" },
    { summary: "Whether two values differ.", source: "Column.notEqual", example: ["SELECT 'a' <> 'b'", "true"] },
    { aliases: ["!="], text: ([left, right]) => `(NOT (${left} = ${right}))` },
  ),
  entry(
    {
      name: "<=>",
      kind: "operator",
      parameters: pair,
      type: comparison,
      lower: infix("IS NOT DISTINCT FROM"),
      returns: "boolean",
    },
    {
      summary: "Whether two values are equal, where null equals null.",
      nulls: "Never null.",
      source: "Column.eqNullSafe",
      example: ["SELECT NULL <=> 1", "false"],
    },
    { text: between2("<=>"), nullable: never, strict: false },
  ),
  entry(
    { name: "<", kind: "operator", parameters: pair, type: comparison, lower: infix("<"), returns: "boolean" },
    {
      summary: "Whether the left value is smaller; strings by code point, NaN above all numbers.",
      source: "Column.lt",
      example: ["SELECT 'a' < 'B'", "false"],
    },
    { text: between2("<") },
  ),
  entry(
    { name: "<=", kind: "operator", parameters: pair, type: comparison, lower: infix("<="), returns: "boolean" },
    {
      summary: "Whether the left value is smaller or equal.",
      source: "Column.leq",
      example: ["SELECT 2 <= 2.0e0", "true"],
    },
    { text: between2("<=") },
  ),
  entry(
    { name: ">", kind: "operator", parameters: pair, type: comparison, lower: infix(">"), returns: "boolean" },
    { summary: "Whether the left value is greater.", source: "Column.gt", example: ["SELECT true > false", "true"] },
    { text: between2(">") },
  ),
  entry(
    { name: ">=", kind: "operator", parameters: pair, type: comparison, lower: infix(">="), returns: "boolean" },
    {
      summary: "Whether the left value is greater or equal.",
      source: "Column.geq",
      example: ["SELECT 1 >= '2'", "false"],
    },
    { text: between2(">=") },
  ),
  entry(
    { name: "and", kind: "operator", parameters: pair, type: booleans, lower: conjunction, returns: "boolean" },
    {
      summary: "Whether both values are true; what stands right is not evaluated after a false.",
      nulls: "False if one value is false, otherwise null if one is null.",
      source: "Column.and",
      example: ["SELECT false AND NULL", "false"],
    },
    { text: between2("AND"), strict: false, flat: true },
  ),
  entry(
    { name: "or", kind: "operator", parameters: pair, type: booleans, lower: disjunction, returns: "boolean" },
    {
      summary: "Whether one of two values is true; what stands right is not evaluated after a true.",
      nulls: "True if one value is true, otherwise null if one is null.",
      source: "Column.or",
      example: ["SELECT true OR NULL", "true"],
    },
    { text: between2("OR"), strict: false, flat: true },
  ),
  entry(
    { name: "not", kind: "operator", parameters: operand, type: booleans, lower: prefix("NOT "), returns: "boolean" },
    { summary: "Whether a value is false.", source: "functions.not", example: ["SELECT NOT false", "true"] },
    { aliases: ["!"], text: ([value]) => `(NOT ${value})` },
  ),
  entry(
    {
      name: "in",
      kind: "operator",
      parameters: [column("col", "the value"), many("list", "what it is compared with")],
      type: comparison,
      lower: isIn,
      returns: "boolean",
    },
    {
      summary: "Whether a value equals one of a list.",
      nulls: "Null if the value is null, or if it equals none and one of the list is null.",
      source: "Column.isin",
      example: ["SELECT 2 IN (1, 2)", "true"],
    },
    { minimum: 2, strict: false, text: ([value, ...list]) => `(${value} IN (${list.join(", ")}))` },
  ),
  entry(
    {
      name: "between",
      kind: "operator",
      parameters: [
        column("col", "the value"),
        column("lower", "its least value"),
        column("upper", "its greatest value"),
      ],
      type: comparison,
      lower: between,
      returns: "boolean",
    },
    {
      summary: "Whether a value lies between two others or equals one of them.",
      nulls: "As `lower <= col and col <= upper`.",
      source: "Column.between",
      example: ["SELECT 2 BETWEEN 1 AND 3", "true"],
    },
    { strict: false },
  ),
];

const scalars: readonly FunctionEntry[] = [
  entry(
    {
      name: "negative",
      kind: "scalar",
      parameters: operand,
      type: oneNumber,
      lower: prefix("-"),
      returns: "the type of col",
    },
    {
      summary: "The number with the other sign.",
      errors: [overflow],
      source: "functions.negative",
      example: ["SELECT -(5)", "-5"],
    },
    { text: ([value], name) => (name === "-" ? `(- ${value})` : `${name}(${value})`), throws: overflows },
  ),
  entry(
    {
      name: "isnull",
      kind: "scalar",
      parameters: operand,
      type: anything({ kind: "boolean" }),
      lower: postfix("IS NULL"),
      returns: "boolean",
    },
    {
      summary: "Whether a value is null.",
      nulls: "Never null.",
      source: "functions.isnull",
      example: ["SELECT isnull(1)", "false"],
    },
    { text: ([value]) => `(${value} IS NULL)`, nullable: never, strict: false },
  ),
  entry(
    {
      name: "isnotnull",
      kind: "scalar",
      parameters: operand,
      type: anything({ kind: "boolean" }),
      lower: postfix("IS NOT NULL"),
      returns: "boolean",
    },
    {
      summary: "Whether a value is not null.",
      nulls: "Never null.",
      source: "functions.isnotnull",
      example: ["SELECT isnotnull(1)", "true"],
    },
    { text: ([value]) => `(${value} IS NOT NULL)`, nullable: never, strict: false },
  ),
  entry(
    {
      name: "if",
      kind: "scalar",
      parameters: [
        column("condition", "a boolean"),
        column("then", "the value where it is true"),
        column("otherwise", "the value where it is not"),
      ],
      type: choice,
      lower: ([condition, then, otherwise]) =>
        `(CASE WHEN ${condition?.sql} THEN ${then?.sql} ELSE ${otherwise?.sql} END)`,
      returns: "the common type of both values",
    },
    {
      summary: "One of two values; only the one that is chosen is evaluated.",
      nulls: "A null condition counts as false.",
      source: "SQL if",
      example: ["SELECT if(1 > 2, 'a', 'b')", "b"],
    },
    {
      sqlOnly: true,
      strict: false,
      nullable: ([, then, otherwise]) => then === true || otherwise === true,
      text: (args) => `(IF(${args.join(", ")}))`,
    },
  ),
  entry(
    {
      name: "coalesce",
      kind: "scalar",
      parameters: [many("cols", "values of one type")],
      type: widest,
      lower: listed("coalesce"),
      returns: "their common type",
    },
    {
      summary: "The first value that is not null; those after it are not evaluated.",
      nulls: "Null if all are null.",
      source: "functions.coalesce",
      example: ["SELECT coalesce(NULL, 2, 3)", "2"],
    },
    { minimum: 1, strict: false, nullable: (args) => !args.includes(false) },
  ),
  entry(
    {
      name: "abs",
      kind: "scalar",
      parameters: operand,
      type: oneNumber,
      lower: listed("abs"),
      returns: "the type of col",
    },
    {
      summary: "The number without its sign.",
      errors: [overflow],
      source: "functions.abs",
      example: ["SELECT abs(-1.5e0)", "1.5"],
    },
    { throws: overflows },
  ),
  entry(
    {
      name: "length",
      kind: "scalar",
      parameters: operand,
      type: strings({ kind: "int" }),
      lower: codePoints,
      returns: "int",
    },
    {
      summary: "The number of characters (code points) of a text.",
      source: "functions.length",
      example: ["SELECT length('Spark ☕')", "7"],
    },
    { aliases: ["len", "char_length", "character_length"] },
  ),
  entry(
    {
      name: "concat",
      kind: "scalar",
      parameters: [many("cols", "texts; other values are cast to text")],
      type: strings({ kind: "string" }),
      lower: concatenated,
      returns: "string",
    },
    {
      summary: "Texts one after the other.",
      source: "functions.concat",
      example: ["SELECT concat('Spark', 4)", "Spark4"],
    },
    { minimum: 0 },
  ),
  entry(
    {
      name: "substring",
      kind: "scalar",
      parameters: [
        column("str", "the text"),
        integer("pos", "where it starts, from 1; negative: counted from the end; 0 is 1"),
        { ...integer("len", "the number of characters at most"), default: 2 ** 31 - 1 },
      ],
      type: textAndPositions,
      lower: substring,
      returns: "string",
    },
    {
      summary: "A part of a text.",
      source: "functions.substring",
      example: ["SELECT substring('abcdef', -3, 2)", "de"],
    },
    { aliases: ["substr"], text: ([str, pos, len = "2147483647"], name) => `${name}(${str}, ${pos}, ${len})` },
  ),
];

const aggregates: readonly FunctionEntry[] = [
  entry(
    {
      name: "sum",
      kind: "aggregate",
      parameters: operand,
      type: summed,
      lower: sum,
      returns: "bigint for integers, else double",
    },
    {
      summary: "The sum of all values of a group.",
      nulls: "Nulls are left out; null if nothing is left.",
      errors: [["ARITHMETIC_OVERFLOW", "the sum does not fit in a bigint"]],
      source: "functions.sum",
      example: ["SELECT sum(id) FROM range(5)", "10"],
    },
    { nullable: always, strict: false },
  ),
  entry(
    {
      name: "count",
      kind: "aggregate",
      parameters: [many("cols", "values")],
      type: anything({ kind: "bigint" }),
      lower: count,
      returns: "bigint",
    },
    {
      summary: "The number of rows of a group in which no argument is null; `count(*)` counts all.",
      nulls: "Never null.",
      source: "functions.count",
      example: ["SELECT count(*) FROM range(5)", "5"],
    },
    { minimum: 1, nullable: never, strict: false },
  ),
  entry(
    {
      name: "min",
      kind: "aggregate",
      parameters: operand,
      type: unchanged,
      lower: listed("min"),
      returns: "the type of col",
    },
    {
      summary: "The smallest value of a group.",
      nulls: "Nulls are left out; null if nothing is left.",
      source: "functions.min",
      example: ["SELECT min(id) FROM range(3, 8)", "3"],
    },
    { nullable: always, strict: false },
  ),
  entry(
    {
      name: "max",
      kind: "aggregate",
      parameters: operand,
      type: unchanged,
      lower: listed("max"),
      returns: "the type of col",
    },
    {
      summary: "The greatest value of a group; NaN is above all numbers.",
      nulls: "Nulls are left out; null if nothing is left.",
      source: "functions.max",
      example: ["SELECT max(id) FROM range(3, 8)", "7"],
    },
    { nullable: always, strict: false },
  ),
  entry(
    { name: "avg", kind: "aggregate", parameters: operand, type: averaged, lower: listed("avg"), returns: "double" },
    {
      summary: "The mean of all values of a group.",
      nulls: "Nulls are left out; null if nothing is left.",
      source: "functions.avg",
      example: ["SELECT avg(id) FROM range(4)", "1.5"],
    },
    { aliases: ["mean"], nullable: always, strict: false },
  ),
];

export const functionTable: readonly FunctionEntry[] = [...operators, ...scalars, ...aggregates];

const byName: ReadonlyMap<string, FunctionEntry> = new Map(
  functionTable.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)),
);

/** The entry of a call by name, in any case; a minus with one operand is `negative`. */
export function findFunction(name: string, argumentCount: number): FunctionEntry | undefined {
  return byName.get(name === "-" && argumentCount === 1 ? "negative" : name.toLowerCase());
}

/** All names by which functions can be called in SQL. */
export const functionNames: readonly string[] = [...byName.keys()].filter((name) => /^\w+$/.test(name));
