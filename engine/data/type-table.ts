/**
 * The types table: for every type of column its names, how DuckDB holds it, how values enter and leave, and how it is
 * cast to each other type as Spark does under ANSI.
 */
import type { DataType, Field } from "./data-type.js";
import { doubleText } from "./double-text.js";
import { Double } from "./portable.js";

export type TypeName = DataType["kind"];

/** A value of a column in this process: a bigint only where a number is not exact. */
export type CellValue = null | boolean | number | bigint | string;

/** A value as DuckDB's vectors hold it. */
export type StoredValue = null | boolean | number | bigint | string;

/** What a value cannot be in a column: text for people, such as `an int`. */
export class Misfit {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

export interface TypeEntry {
  readonly type: DataType;
  /** As in `cast(x as NAME)` and `printSchema`'s tree. */
  readonly simpleName: string;
  readonly treeName: string;
  readonly aliases: readonly string[];
  /** DuckDB's physical type. */
  readonly physical: "BOOLEAN" | "INTEGER" | "BIGINT" | "DOUBLE" | "VARCHAR";
  /** Place in the order of widening among numbers; null for the others. */
  readonly width: number | null;
  /** A value that a program gave for a column of this type: as strict as PySpark's `createDataFrame`. */
  readonly accept: (value: unknown) => StoredValue | Misfit;
  /** A value that a user's function returned: as lenient as PySpark's Arrow UDFs. */
  readonly coerce: (value: unknown) => StoredValue | Misfit;
  /** As `cast(x as string)` and `show` write it. */
  readonly text: (value: CellValue) => string;
  /** SQL of a literal that is not null. */
  readonly literal: (value: Exclude<CellValue, null>) => string;
  /** SQL of a cast from each type; null: Spark has none. */
  readonly castFrom: { readonly [from in TypeName]: CastRule | null };
}

export interface CastRule {
  readonly sql: (value: string) => string;
  /** It can fail on a value that is not null. */
  readonly throws: boolean;
  /** Spark declares the result nullable whatever the input. */
  readonly nullable: boolean;
}

const identity: CastRule = { sql: (value) => value, throws: false, nullable: false };
const plain = (physical: string): CastRule => ({
  sql: (value) => `CAST(${value} AS ${physical})`,
  throws: false,
  nullable: false,
});
const narrowing = (sql: CastRule["sql"]): CastRule => ({ sql, throws: true, nullable: false });
const checked = (sql: CastRule["sql"]): CastRule => ({ sql, throws: true, nullable: true });
const notZero: CastRule = { sql: (value) => `(${value} <> 0)`, throws: false, nullable: false };

const [minInt, maxInt] = [-(2 ** 31), 2 ** 31 - 1];
const [minLong, maxLong] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Text as a SQL literal; NUL cannot stand in SQL text. */
export const sqlText = (text: string): string =>
  text
    .split("\u0000")
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(" || chr(0) || ");

const plainNumber = (value: unknown): unknown => (value instanceof Double ? value.value : value);

function integerBetween(value: unknown, minimum: bigint, maximum: bigint): bigint | null {
  const whole =
    typeof value === "bigint" ? value : typeof value === "number" && Number.isInteger(value) ? BigInt(value) : null;
  return whole !== null && whole >= minimum && whole <= maximum ? whole : null;
}

/** A whole number out of what Arrow takes for one: numbers cut to integers, and digits. */
function coerceInteger(value: unknown, minimum: bigint, maximum: bigint): bigint | null {
  const number = plainNumber(value);
  if (typeof number === "string")
    return /^[+-]?\d+$/.test(number) ? integerBetween(BigInt(number.replace(/^\+/, "")), minimum, maximum) : null;
  return integerBetween(typeof number === "number" ? Math.trunc(number) : number, minimum, maximum);
}

/** A wrong value stays a wrong value, null stays null. */
const orMisfit =
  (expected: string, read: (value: unknown) => StoredValue | undefined) =>
  (value: unknown): StoredValue | Misfit => {
    if (value === null || value === undefined) return null;
    const stored = read(value);
    return stored === undefined ? new Misfit(expected) : stored;
  };

const toInt = (whole: bigint | null): number | undefined => (whole === null ? undefined : Number(whole));
const simpleText = (value: CellValue): string => String(value);

const coerceText = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  if (value instanceof Double) return doubleText(value.value).replace(/E-?/, (found) => (found === "E" ? "e+" : "e-"));
  return typeof value === "object" ? undefined : String(value);
};

function coerceDouble(value: unknown): number | undefined {
  const number = plainNumber(value);
  if (typeof number === "string")
    return number.trim() === "" || Number.isNaN(Number(number)) ? undefined : Number(number);
  return typeof number === "number" || typeof number === "boolean" || typeof number === "bigint"
    ? Number(number)
    : undefined;
}

function coerceBoolean(value: unknown): boolean | undefined {
  const plainValue = plainNumber(value);
  if (typeof plainValue === "boolean") return plainValue;
  if (typeof plainValue === "number" || typeof plainValue === "bigint") return Number(plainValue) !== 0;
  if (typeof plainValue !== "string") return undefined;
  return /^(true|1)$/i.test(plainValue) ? true : /^(false|0)$/i.test(plainValue) ? false : undefined;
}

function doubleLiteral(value: number): string {
  if (Number.isNaN(value)) return "CAST('NaN' AS DOUBLE)";
  return `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS DOUBLE)`;
}

export const typeTable: { readonly [name in TypeName]: TypeEntry } = {
  boolean: {
    type: { kind: "boolean" },
    simpleName: "boolean",
    treeName: "boolean",
    aliases: ["bool"],
    physical: "BOOLEAN",
    width: null,
    accept: orMisfit("a boolean", (value) => (typeof value === "boolean" ? value : undefined)),
    coerce: orMisfit("a boolean", coerceBoolean),
    text: simpleText,
    literal: (value) => (value ? "true" : "false"),
    castFrom: {
      boolean: identity,
      int: notZero,
      bigint: notZero,
      double: notZero,
      string: checked((value) => `kindling_boolean(${value})`),
    },
  },
  int: {
    type: { kind: "int" },
    simpleName: "int",
    treeName: "integer",
    aliases: ["integer"],
    physical: "INTEGER",
    width: 1,
    accept: orMisfit("an int", (value) => toInt(integerBetween(value, BigInt(minInt), BigInt(maxInt)))),
    coerce: orMisfit("an int", (value) => toInt(coerceInteger(value, BigInt(minInt), BigInt(maxInt)))),
    text: simpleText,
    literal: (value) => `CAST(${value} AS INTEGER)`,
    castFrom: {
      boolean: plain("INTEGER"),
      int: identity,
      bigint: narrowing((value) => `CAST(${value} AS INTEGER)`),
      double: checked((value) => `CAST(trunc(${value}) AS INTEGER)`),
      string: checked((value) => `kindling_int(${value})`),
    },
  },
  bigint: {
    type: { kind: "bigint" },
    simpleName: "bigint",
    treeName: "long",
    aliases: ["long"],
    physical: "BIGINT",
    width: 2,
    accept: orMisfit("a bigint", (value) => integerBetween(value, minLong, maxLong) ?? undefined),
    coerce: orMisfit("a bigint", (value) => coerceInteger(value, minLong, maxLong) ?? undefined),
    text: simpleText,
    literal: (value) => `CAST(${value} AS BIGINT)`,
    castFrom: {
      boolean: plain("BIGINT"),
      int: plain("BIGINT"),
      bigint: identity,
      double: checked((value) => `CAST(trunc(${value}) AS BIGINT)`),
      string: checked((value) => `kindling_bigint(${value})`),
    },
  },
  double: {
    type: { kind: "double" },
    simpleName: "double",
    treeName: "double",
    aliases: ["float64"],
    physical: "DOUBLE",
    width: 3,
    accept: orMisfit("a double", (value) => {
      const number = plainNumber(value);
      return typeof number === "number" ? number : undefined;
    }),
    coerce: orMisfit("a double", coerceDouble),
    text: (value) => doubleText(Number(value)),
    literal: (value) => doubleLiteral(Number(value)),
    castFrom: {
      boolean: plain("DOUBLE"),
      int: plain("DOUBLE"),
      bigint: plain("DOUBLE"),
      double: identity,
      string: checked((value) => `kindling_double(${value})`),
    },
  },
  string: {
    type: { kind: "string" },
    simpleName: "string",
    treeName: "string",
    aliases: [],
    physical: "VARCHAR",
    width: null,
    accept: orMisfit("a string", (value) => {
      if (value instanceof Double) return doubleText(value.value);
      return typeof value === "object" ? undefined : String(value);
    }),
    coerce: orMisfit("a string", coerceText),
    text: simpleText,
    literal: (value) => `CAST(${sqlText(String(value))} AS VARCHAR)`,
    castFrom: {
      boolean: plain("VARCHAR"),
      int: plain("VARCHAR"),
      bigint: plain("VARCHAR"),
      double: { sql: (value) => `kindling_double_text(${value})`, throws: false, nullable: false },
      string: identity,
    },
  },
};

export const typeEntries: readonly TypeEntry[] = Object.values(typeTable);

const byName: ReadonlyMap<string, DataType> = new Map(
  typeEntries.flatMap(({ type, simpleName, aliases }) => [simpleName, ...aliases].map((name) => [name, type] as const)),
);

/** A type by its SQL name, in any case; undefined for one that is not known here. */
export const typeByName = (name: string): DataType | undefined => byName.get(name.trim().toLowerCase());

export const entryOf = (type: DataType): TypeEntry => typeTable[type.kind];

export const simpleName = (type: DataType): string => typeTable[type.kind].simpleName;

export const isNumeric = (type: DataType): boolean => typeTable[type.kind].width !== null;

export const sameType = (left: DataType, right: DataType): boolean => left.kind === right.kind;

/** The rule for a cast, or null where Spark has none. */
export const castRule = (from: DataType, to: DataType): CastRule | null => typeTable[to.kind].castFrom[from.kind];

/** The type of a value of a program, as PySpark infers it; null for one that says nothing (null), undefined for one without type. */
export function inferType(value: unknown): DataType | null | undefined {
  if (value === null || value === undefined) return null;
  if (value instanceof Double) return { kind: "double" };
  switch (typeof value) {
    case "boolean":
      return { kind: "boolean" };
    case "bigint":
      return { kind: "bigint" };
    case "number":
      return { kind: Number.isSafeInteger(value) && !Object.is(value, -0) ? "bigint" : "double" };
    case "string":
      return { kind: "string" };
    default:
      return undefined;
  }
}

/** `struct<id:bigint,name:string>`, as Spark's `simpleString`. */
export const schemaText = (fields: readonly Field[]): string =>
  `struct<${fields.map(({ name, type }) => `${name}:${simpleName(type)}`).join(",")}>`;
