/** Spark's failures as errors of the engine: one table of Spark's error conditions. */
import { decode as unpack } from "@msgpack/msgpack";
import { EngineError, type ErrorCode, type ErrorOrigin, errorTable, type UserFrame } from "../errors.js";
import type { QueryContext } from "./connect-messages.js";

/** What Spark tells about one failed call. */
export interface SparkFailure {
  /** Such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`; null when Spark names none. */
  readonly condition: string | null;
  readonly message: string;
  readonly params: Readonly<Record<string, string>>;
  /** The places in the program that Spark blames. */
  readonly contexts: readonly QueryContext[];
}

type Params = Readonly<Record<string, string>>;
interface Mapping {
  readonly code: ErrorCode;
  readonly params: (failure: SparkFailure) => Params;
}

const unquoted = (name: string | undefined): string => (name ?? "?").replaceAll("`", "").replace(/^"(.*)"$/, "$1");

/** Spark's sentence without its `[CONDITION]`, its SQLSTATE, the plan and the Java stack that follow. */
function sentence({ message }: SparkFailure): string {
  const text = message.replace(/^\s*(?:[\w.$]+(?:Exception|Error): )?(?:\[[A-Z0-9_.]+\] )?/, "");
  const end = /\s*SQLSTATE: \w+|\n\s+at |\n== |;\n/.exec(text)?.index ?? text.length;
  return text.slice(0, end).trim().split("\n").slice(0, 3).join("\n");
}

function suggestion(proposal: string | undefined): string {
  const first = proposal?.split(", ")[0];
  return first ? `; did you mean "${unquoted(first)}"?` : "";
}

const withReason = (code: ErrorCode): Mapping => ({ code, params: (failure) => ({ reason: sentence(failure) }) });

/** Keys are conditions without their sub-class. */
const mappings: Readonly<Record<string, Mapping>> = {
  UNRESOLVED_COLUMN: {
    code: "COLUMN_NOT_FOUND",
    params: ({ params }) => ({
      name: unquoted(params["objectName"]),
      suggestion: suggestion(params["proposal"]),
      columns: unquoted(params["proposal"] ?? "none"),
    }),
  },
  AMBIGUOUS_REFERENCE: {
    code: "COLUMN_AMBIGUOUS",
    params: ({ params }) => ({ name: unquoted(params["name"]), candidates: unquoted(params["referenceNames"]) }),
  },
  TABLE_OR_VIEW_NOT_FOUND: {
    code: "TABLE_NOT_FOUND",
    params: ({ params }) => ({ name: unquoted(params["relationName"]) }),
  },
  UNRESOLVED_ROUTINE: {
    code: "FUNCTION_NOT_FOUND",
    params: ({ params }) => ({ name: unquoted(params["routineName"]), suggestion: "" }),
  },
  DATATYPE_MISMATCH: {
    code: "TYPE_MISMATCH",
    params: (failure) => ({
      call: unquoted(failure.params["sqlExpr"]),
      expected: unquoted(failure.params["requiredType"] ?? "other types"),
      actual: unquoted(failure.params["inputType"] ?? sentence(failure)),
    }),
  },
  WRONG_NUM_ARGS: {
    code: "WRONG_ARGUMENT_COUNT",
    params: ({ params }) => ({
      call: unquoted(params["functionName"]),
      expected: params["expectedNum"] ?? "?",
      actual: params["actualNum"] ?? "?",
    }),
  },
  PATH_NOT_FOUND: { code: "PATH_NOT_FOUND", params: ({ params }) => ({ path: params["path"] ?? "?" }) },
  PATH_ALREADY_EXISTS: {
    code: "PATH_ALREADY_EXISTS",
    params: ({ params }) => ({ path: unquoted(params["outputPath"] ?? "?") }),
  },
  UNSUPPORTED_DATATYPE: { code: "TYPE_UNKNOWN", params: ({ params }) => ({ type: unquoted(params["typeName"]) }) },
  DIVIDE_BY_ZERO: { code: "DIVIDE_BY_ZERO", params: () => ({}) },
  REMAINDER_BY_ZERO: { code: "DIVIDE_BY_ZERO", params: () => ({}) },
  ARITHMETIC_OVERFLOW: withReason("ARITHMETIC_OVERFLOW"),
  BINARY_ARITHMETIC_OVERFLOW: withReason("ARITHMETIC_OVERFLOW"),
  CAST_OVERFLOW: withReason("ARITHMETIC_OVERFLOW"),
  CAST_INVALID_INPUT: withReason("CAST_INVALID_INPUT"),
  MISSING_AGGREGATION: withReason("AGGREGATE_MISUSED"),
  MISSING_GROUP_BY: withReason("AGGREGATE_MISUSED"),
  INVALID_WHERE_CONDITION: withReason("AGGREGATE_MISUSED"),
  NESTED_AGGREGATE_FUNCTION: withReason("AGGREGATE_MISUSED"),
  PARSE_SYNTAX_ERROR: withReason("SQL_SYNTAX"),
  PARSE_EMPTY_STATEMENT: withReason("SQL_SYNTAX"),
};

const mappingOf = ({ condition }: SparkFailure): Mapping | undefined =>
  condition === null ? undefined : mappings[condition.split(".")[0] ?? ""];

/** How `kindling_spark/worker.py` tells what went wrong in a function of the user: base64 of the worker protocol's ERROR frame, or of JSON. */
const failureMark = /kindling-failure:(frame|json):([A-Za-z0-9+/=]+)/;

interface FunctionFailure {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly params?: Params;
  readonly frames?: readonly UserFrame[];
}

function functionFailure(text: string): EngineError | null {
  const found = failureMark.exec(text);
  if (!found?.[2]) return null;
  const bytes = Buffer.from(found[2], "base64");
  const failure = (found[1] === "frame" ? unpack(bytes) : JSON.parse(bytes.toString())) as FunctionFailure;
  const code = (failure.code in errorTable ? failure.code : "WORKER_PROTOCOL") as ErrorCode;
  const params = {
    language: "python",
    reason: failure.message,
    type: failure.type,
    message: failure.message,
    ...failure.params,
  };
  return new EngineError(code, params, failure.frames ? { origin: { frames: failure.frames } } : {});
}

function pythonVersionMismatch(text: string): EngineError | null {
  const found = /PYTHON_VERSION_MISMATCH\] .*?(\d+\.\d+).*?(\d+\.\d+)/s.exec(text);
  if (!found?.[1] || !found[2]) return null;
  return new EngineError("WORKER_VERSION_MISMATCH", { language: "python", actual: found[1], expected: found[2] });
}

/** `sales.py:12` and `select`, as `expression.ts` sent them along. */
function originOf({ contexts }: SparkFailure): ErrorOrigin {
  for (const { callSite, fragment } of contexts) {
    const found = /^(.*):(\d+)$/s.exec(callSite ?? "");
    if (found?.[1] && fragment) return { site: { file: found[1], line: Number(found[2]), call: fragment } };
  }
  return {};
}

/** The failure and its causes, outermost first, as one error; the most telling of them wins. */
export function toEngineError(chain: readonly SparkFailure[]): EngineError {
  const texts = chain.map(({ message }) => message).join("\n");
  const ours = functionFailure(texts) ?? pythonVersionMismatch(texts);
  if (ours) return ours;
  const known = chain.find((failure) => mappingOf(failure) !== undefined);
  const mapping = known && mappingOf(known);
  if (known && mapping) return new EngineError(mapping.code, mapping.params(known), { origin: originOf(known) });
  const telling = chain.find(({ condition }) => condition !== null) ?? chain[0];
  if (!telling) return new EngineError("SPARK_FAILED", { reason: "it did not say why" });
  const condition = telling.condition === null ? "" : `[${telling.condition}] `;
  return new EngineError("SPARK_FAILED", { reason: condition + sentence(telling) }, { origin: originOf(telling) });
}
