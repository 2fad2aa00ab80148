/** What the real Spark answered (`test/golden/functions.json`), asked of the whole way from SQL text to DuckDB. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { Double } from "../../../engine/data/portable.js";
import { typeByName } from "../../../engine/data/type-table.js";
import { EngineError, type ErrorCode } from "../../../engine/errors.js";
import { functionDescriptions } from "../../../engine/functions/descriptions.js";
import { functionTable } from "../../../engine/functions/table.js";
import { QueryBench, rowsPlan } from "../embedded/run-query.js";

type Cell = null | boolean | number | string | { readonly double: string } | { readonly long: string };

interface Golden {
  readonly views: Readonly<Record<string, { readonly schema: string; readonly rows: readonly (readonly Cell[])[] }>>;
  readonly cases: readonly {
    readonly sql: string;
    readonly error?: string;
    readonly columns?: readonly (readonly [name: string, type: string, nullable: boolean])[];
    readonly rows?: readonly (readonly Cell[])[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/functions.json", import.meta.url), "utf8"),
) as Golden;

/** Spark's conditions by our codes, where the names differ. */
const codes: Readonly<Record<string, ErrorCode>> = {
  DATATYPE_MISMATCH: "TYPE_MISMATCH",
  UNRESOLVED_COLUMN: "COLUMN_NOT_FOUND",
  AMBIGUOUS_REFERENCE: "COLUMN_AMBIGUOUS",
  MISSING_AGGREGATION: "AGGREGATE_MISUSED",
  MISSING_GROUP_BY: "AGGREGATE_MISUSED",
  NESTED_AGGREGATE_FUNCTION: "AGGREGATE_MISUSED",
  INVALID_WHERE_CONDITION: "AGGREGATE_MISUSED",
  UNSUPPORTED_EXPR_FOR_OPERATOR: "AGGREGATE_MISUSED",
  TABLE_OR_VIEW_NOT_FOUND: "TABLE_NOT_FOUND",
  UNRESOLVED_ROUTINE: "FUNCTION_NOT_FOUND",
  WRONG_NUM_ARGS: "WRONG_ARGUMENT_COUNT",
  PARSE_SYNTAX_ERROR: "SQL_SYNTAX",
  UNSUPPORTED_DATATYPE: "TYPE_UNKNOWN",
  GROUP_BY_POS_OUT_OF_RANGE: "SQL_SYNTAX",
  ORDER_BY_POS_OUT_OF_RANGE: "SQL_SYNTAX",
  INVALID_LIMIT_LIKE_EXPRESSION: "SQL_SYNTAX",
};

function goldenValue(cell: Cell): unknown {
  if (typeof cell !== "object" || cell === null) return cell;
  return "double" in cell ? new Double(Number(cell.double)) : BigInt(cell.long);
}

/** Doubles as `Double`s, whatever their value, so that 1 and 1.0 differ. */
const comparable = (value: unknown, type: string | undefined): unknown =>
  type === "double" && typeof value === "number" ? new Double(value) : value;

const byText = (row: unknown): string =>
  JSON.stringify(row, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Double ? `${value.value}d` : value,
  );

const bench = new QueryBench();
for (const [name, { schema, rows }] of Object.entries(golden.views)) {
  const fields = schema.split(",").map((field) => {
    const [column = "", type = ""] = field.trim().split(" ");
    return { name: column, type: typeByName(type) ?? { kind: "string" as const }, nullable: true };
  });
  bench.views.set(
    name,
    rowsPlan(
      rows.map((row) => row.map(goldenValue)),
      fields,
    ),
  );
}

afterAll(() => bench.close());

describe("queries as the real Spark answers them", () => {
  it.each(golden.cases.map((one) => [one.sql, one] as const))("%s", async (sql, { error, columns = [], rows = [] }) => {
    if (error !== undefined) {
      const [condition = ""] = error.split(".");
      const thrown = await bench.sql(sql).catch((reason: unknown) => reason);
      expect(thrown).toBeInstanceOf(EngineError);
      expect((thrown as EngineError).code).toBe(codes[condition] ?? condition);
      return;
    }
    const result = await bench.sql(sql);
    // Spark's void has no place in the types table: an untyped NULL is a string here.
    const types = result.schema.map(({ name, type, nullable }, i) => [
      name,
      columns[i]?.[1] === "void" ? "void" : type.kind,
      nullable,
    ]);
    expect(types).toEqual(columns);
    const actual = result.partitions.flat().map((row) => row.map((value, i) => comparable(value, columns[i]?.[1])));
    const expected = rows.map((row) => row.map(goldenValue));
    if (!/ORDER BY/i.test(sql))
      for (const list of [actual, expected]) list.sort((left, right) => (byText(left) < byText(right) ? -1 : 1));
    expect(actual).toEqual(expected);
  });
});

describe("the functions table", () => {
  const queries = new Map(golden.cases.map((one) => [one.sql, one]));

  it.each(functionTable.map((entry) => [entry.name, entry] as const))(
    "%s has an example recorded from Spark",
    (_, { doc }) => {
      const recorded = queries.get(doc.example.sql);
      expect(recorded, doc.example.sql).toBeDefined();
      const value = goldenValue(recorded?.rows?.[0]?.[0] ?? null);
      expect(value instanceof Double ? String(value.value) : String(value)).toBe(doc.example.result);
    },
  );

  it("is described for clients as plain data", () => {
    expect(JSON.parse(JSON.stringify(functionDescriptions))).toEqual(functionDescriptions);
    expect(functionDescriptions.map(({ name }) => name)).toEqual(functionTable.map(({ name }) => name));
  });
});
