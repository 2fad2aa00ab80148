/** The two ways across: rows as elements of an RDD, and elements as rows of a relation. */
import type { Field, Schema } from "../data/data-type.js";
import { inferType } from "../data/type-table.js";
import { type CallSite, EngineError } from "../errors.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { deferred } from "../rdd/by-key.js";
import { takePortable } from "../rdd/take.js";
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

/** A row as a program gives it: a list of values, or values by name. */
function cellsOf(
  element: unknown,
): { readonly names: readonly string[] | null; readonly values: readonly unknown[] } | null {
  if (Array.isArray(element)) return { names: null, values: element };
  if (typeof element !== "object" || element === null) return null;
  return { names: Object.keys(element), values: Object.values(element) };
}

/** Spark's names of columns without one: `_1`, `_2`, … */
const defaultName = (_: unknown, index: number): string => `_${index + 1}`;

function schemaOfRow(element: unknown, names: readonly string[] | null, site: CallSite): Schema {
  const cells = cellsOf(element);
  const refuse = (column: string, reason: string): EngineError =>
    new EngineError("TYPE_NOT_INFERRED", { column, reason }, { origin: { site } });
  if (!cells) throw refuse("1", `the first element is ${JSON.stringify(element)}, not a list of values`);
  const columns = names ?? cells.names ?? cells.values.map(defaultName);
  if (columns.length !== cells.values.length) {
    throw refuse(String(columns.length), `${columns.length} names for rows of ${cells.values.length} values`);
  }
  return columns.map((name, index): Field => {
    const type = inferType(cells.values[index]);
    if (!type) throw refuse(name, type === null ? "its first value is null" : "its first value has no type of SQL");
    return { name, type, nullable: true };
  });
}

/** The relation of an RDD of rows; types are those of the first element, for which a job starts at once. */
export function relationOf(
  session: Session,
  input: FunctionPlan,
  names: readonly string[] | null,
  site: CallSite,
): RelationalPlan {
  const typed = takePortable(session, input, site).then((elements): RelationalPlan => {
    if (elements.length === 0)
      throw new EngineError("TYPE_NOT_INFERRED", { column: "1", reason: "the RDD is empty" }, { origin: { site } });
    return { kind: "elements", input, schema: schemaOfRow(elements[0], names, site), site };
  });
  typed.catch(() => {});
  return { kind: "deferredRelation", plan: typed, site };
}
