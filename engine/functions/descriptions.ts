/** The functions table as plain data, for the description from which clients are generated. */
import type { FunctionEntry, FunctionParameter } from "./entry.js";
import { functionTable } from "./table.js";

type Names = Readonly<Record<string, string>>;

export interface DescribedType {
  readonly kind: "union" | "value" | "string" | "int";
  readonly name?: string;
  readonly typeArguments?: readonly DescribedType[];
  readonly of?: readonly DescribedType[];
}

export interface DescribedParameter {
  readonly name: string;
  readonly type: DescribedType;
  readonly passing: "positional" | "rest";
  readonly default?: { readonly kind: "value"; readonly value: number };
  readonly names: Names;
  readonly doc: string;
}

/** One function, in the shape of `ApiFunction`. */
export interface FunctionDescription {
  readonly name: string;
  readonly kind: FunctionEntry["kind"];
  readonly parameters: readonly DescribedParameter[];
  readonly returns: string;
  readonly names: Names;
  readonly doc: {
    readonly summary: string;
    readonly details: string;
    readonly returns: string;
    readonly throws: readonly { readonly code: string; readonly when: string }[];
    readonly source: string;
    readonly deprecated: string;
    readonly examples: Readonly<Record<string, string>>;
  };
}

const parameterTypes: { readonly [K in FunctionParameter["takes"]]: DescribedType } = {
  column: { kind: "union", of: [{ kind: "value", name: "Column", typeArguments: [] }, { kind: "string" }] },
  int: { kind: "int" },
};

/** Languages with a `functions` module of their own. */
const clientLanguages = ["python", "r", "java", "scala"] as const;

const describeParameter = (parameter: FunctionParameter): DescribedParameter => ({
  name: parameter.name,
  type: parameterTypes[parameter.takes],
  passing: parameter.repeated ? "rest" : "positional",
  ...(parameter.default === undefined ? {} : { default: { kind: "value", value: parameter.default } }),
  names: {},
  doc: parameter.doc,
});

function describe(entry: FunctionEntry): FunctionDescription {
  const { summary, nulls, errors, source, example } = entry.doc;
  return {
    name: entry.name,
    kind: entry.kind,
    parameters: entry.parameters.map(describeParameter),
    returns: entry.returns,
    names: entry.sqlOnly ? Object.fromEntries(clientLanguages.map((language) => [language, ""])) : {},
    doc: {
      summary,
      details: nulls,
      returns: entry.returns,
      throws: errors,
      source,
      deprecated: "",
      examples: { sql: `${example.sql}; -- ${example.result}` },
    },
  };
}

export const functionDescriptions: readonly FunctionDescription[] = functionTable.map(describe);
