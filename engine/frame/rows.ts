/** The two ways across: rows as elements of an RDD, and elements as rows of a relation. */
import { inspect } from "node:util";
import type { DataType, Field, Schema } from "../data/data-type.js";
import { Double } from "../data/portable.js";
import { inferType } from "../data/type-table.js";
import { type CallSite, EngineError } from "../errors.js";
import type { Expr } from "../plan/expr.js";
import { deferred } from "../plan/open-plan.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { takePortable } from "../rdd/take.js";
import { quoteName } from "../resolve/column-name.js";
import type { Session } from "../session/session.js";

/** Rows with the names of their columns, which are known once the relation is analysed. */
export function rowsOf(session: Session, input: RelationalPlan, site: CallSite): FunctionPlan {
  const named = session.schema(input, site).then(
    (schema): FunctionPlan => ({
      kind: "step",
      input: { kind: "rows", input, site },
      kernel: { op: "row", names: schema.map(({ name }) => name) },
      site,
    }),
  );
  return deferred(named, site);
}

/** Rows whose types are looked at, as in PySpark. */
const sampledRows = 100;

/** Spark's names of columns without one: `_1`, `_2`, … */
const defaultName = (index: number): string => `_${index + 1}`;

const isNamed = (row: unknown): row is Readonly<Record<string, unknown>> =>
  typeof row === "object" && row !== null && !Array.isArray(row);

const shown = (value: unknown): string =>
  inspect(value instanceof Double ? value.value : value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });

/** The one type of values of both; null where there is none. A string holds the text of anything, as in Spark. */
function commonType(left: DataType, right: DataType): DataType | null {
  const kinds = new Set([left.kind, right.kind]);
  if (kinds.size === 1) return left;
  if (kinds.has("string")) return { kind: "string" };
  return kinds.has("bigint") && kinds.has("double") ? { kind: "double" } : null;
}

type Refuse = (reason: string) => EngineError;

/** The type of the values of one column; null while all of them are null. */
function typeOfColumn(name: string, values: readonly unknown[], refuse: Refuse): DataType | null {
  let common: DataType | null = null;
  for (const value of values) {
    const type = inferType(value);
    if (type === undefined) throw refuse(`column "${name}" holds ${shown(value)}, which has no type of SQL here`);
    const joined: DataType | null = type === null || common === null ? (type ?? common) : commonType(common, type);
    if (joined === null && type !== null)
      throw refuse(`column "${name}" holds ${common?.kind} and ${type.kind} values`);
    common = joined;
  }
  return common;
}

/** A column of sampled rows; its type is null while all its values are. */
interface Sampled {
  readonly name: string;
  readonly type: DataType | null;
}

/** The columns of sampled rows, under the names that they have by themselves. */
function columnsOf(rows: readonly unknown[], refuse: Refuse): Sampled[] {
  const [first] = rows;
  if (isNamed(first)) {
    const named = rows.filter(isNamed);
    const names = [...new Set(named.flatMap((row) => Object.keys(row)))];
    return names.map((name) => {
      const values = named.map((row) => row[name]);
      return { name, type: typeOfColumn(name, values, refuse) };
    });
  }
  if (!Array.isArray(first)) throw refuse(`the first element is ${shown(first)}, not a list of values`);
  const lists = rows.filter(Array.isArray);
  return first.map((_, index) => {
    const values = lists.map((row: readonly unknown[]) => row[index]);
    return { name: defaultName(index), type: typeOfColumn(defaultName(index), values, refuse) };
  });
}

function schemaOf(rows: readonly unknown[], refuse: Refuse): Schema {
  if (rows.length === 0) throw refuse("there is no row");
  return columnsOf(rows, refuse).map(({ name, type }): Field => {
    if (type === null) throw refuse(`column "${name}" is null in all of the first ${rows.length} rows`);
    return { name, type, nullable: true };
  });
}

/** The given names by position; columns beyond them keep their own, as in Spark. */
function renamed(schema: Schema, names: readonly string[], refuse: Refuse): Schema {
  if (names.length > schema.length) {
    throw refuse(`the schema names ${names.length} columns, the first row holds ${schema.length} values`);
  }
  return schema.map((field, index) => ({ ...field, name: names[index] ?? field.name }));
}

/** The relation of rows whose types are known. Values of named rows are found by their names, others by position. */
function relation(
  input: FunctionPlan,
  {
    rows,
    names,
    site,
  }: { readonly rows: readonly unknown[]; readonly names: readonly string[] | null; readonly site: CallSite },
  refuse: Refuse,
): RelationalPlan {
  const schema = schemaOf(rows, refuse);
  if (names === null) return { kind: "elements", input, schema, site };
  const shownAs = renamed(schema, names, refuse);
  if (!isNamed(rows[0])) return { kind: "elements", input, schema: shownAs, site };
  const columns = schema.map(
    ({ name }, index): Expr => ({
      kind: "alias",
      child: { kind: "column", name: quoteName(name) },
      name: shownAs[index]?.name ?? name,
    }),
  );
  return { kind: "project", input: { kind: "elements", input, schema, site }, columns, site };
}

/**
 * The relation of an RDD of rows; types are those of the first rows, for which a job starts at once. It looks at the
 * first partition that holds rows, and at others while a column is null in all of them.
 */
export function relationOf(
  session: Session,
  input: FunctionPlan,
  names: readonly string[] | null,
  site: CallSite,
): RelationalPlan {
  const refuse: Refuse = (reason) => new EngineError("TYPE_NOT_INFERRED", { reason }, { origin: { site } });
  const isEnough = (rows: readonly unknown[]): boolean => columnsOf(rows, refuse).every(({ type }) => type !== null);
  // A collection of the program is looked at whole: its slices are of no account.
  const looked: FunctionPlan = input.kind === "values" ? { ...input, slices: 1 } : input;
  const sample = takePortable(session, looked, site, { count: sampledRows, isEnough });
  const typed = sample.then((rows) => relation(input, { rows, names, site }, refuse));
  typed.catch(() => {});
  return { kind: "deferredRelation", plan: typed, site };
}
