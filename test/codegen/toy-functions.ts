/** A functions table with every form once, to go with the toy API. */
import type { ApiDoc, ApiFunction, ApiParameter, ApiType } from "../../codegen/description.js";

const column: ApiType = {
  kind: "union",
  of: [{ kind: "value", name: "Column", typeArguments: [] }, { kind: "string" }],
};

const doc = (summary: string): ApiDoc => ({
  summary,
  details: "",
  returns: "",
  throws: [],
  source: "",
  deprecated: "",
  examples: {},
});

const parameter = (name: string, type: ApiType, more: Partial<ApiParameter> = {}): ApiParameter => ({
  name,
  type,
  passing: "positional",
  names: {},
  doc: "",
  ...more,
});

const entry = (name: string, parameters: readonly ApiParameter[], more: Partial<ApiFunction> = {}): ApiFunction => ({
  name,
  kind: "scalar",
  parameters,
  returns: "string",
  names: {},
  doc: doc(`What ${name} does.`),
  ...more,
});

export const toyFunctions: readonly ApiFunction[] = [
  entry("+", [parameter("left", column), parameter("right", column)], { kind: "operator" }),
  entry("upper", [parameter("col", column)], {
    doc: { ...doc("In capitals."), examples: { sql: "SELECT upper('a');" } },
  }),
  entry("concat", [parameter("cols", column, { passing: "rest" })]),
  entry("array", [parameter("cols", column, { passing: "list" })]),
  entry("substring", [
    parameter("str", column),
    parameter("pos", { kind: "int" }),
    parameter("len", { kind: "int" }, { default: { kind: "value", value: 5 } }),
  ]),
  entry("sum", [parameter("col", column)], { kind: "aggregate" }),
  entry("not", [parameter("col", column)]),
  entry("sqlOnly", [parameter("col", column)], { names: { python: "" } }),
  entry("handWritten", [parameter("col", column)]),
];
