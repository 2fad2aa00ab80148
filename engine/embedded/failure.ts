/** DuckDB's error texts as errors of the engine. */
import { EngineError, type ErrorCode } from "../errors.js";

type Match = Readonly<Record<string, string | undefined>>;
type Rule = readonly [pattern: RegExp, code: ErrorCode, params: (match: Match) => Readonly<Record<string, string>>];

const sparkNames: Readonly<Record<string, string>> = { INT32: "INT", INT64: "BIGINT", DOUBLE: "DOUBLE" };
const sparkName = (name = ""): string => sparkNames[name] ?? name;

const none = (): Readonly<Record<string, string>> => ({});

/** The first that matches counts. What starts with `kindling:` was raised by SQL of the functions and types tables. */
const rules: readonly Rule[] = [
  [/kindling:DIVIDE_BY_ZERO/, "DIVIDE_BY_ZERO", none],
  [/kindling:REMAINDER_BY_ZERO/, "REMAINDER_BY_ZERO", none],
  [
    /kindling:CAST_INVALID_INPUT:(?<type>\w+):(?<value>[\s\S]*)$/,
    "CAST_INVALID_INPUT",
    ({ type, value = "" }) => ({
      reason: `the value '${value.slice(0, 100)}' of the type STRING cannot be cast to ${type} because it is malformed`,
    }),
  ],
  [
    /Overflow (?<what>(?:in|on) .*)$/s,
    "ARITHMETIC_OVERFLOW",
    ({ what = "" }) => ({ reason: `overflow ${what.replace(/!\s*$/, "")}` }),
  ],
  [
    /Type INT128 with value (?<value>\S+) can't be cast/,
    "ARITHMETIC_OVERFLOW",
    ({ value = "" }) => ({ reason: `overflow: the sum ${value} does not fit in a BIGINT` }),
  ],
  [
    /Type (?<from>INT64|DOUBLE) with value (?<value>\S+) can't be cast because the value is out of range for the destination type (?<to>INT32|INT64)/,
    "CAST_OVERFLOW",
    ({ from, value, to }) => ({
      reason: `the value ${value} of the type ${sparkName(from)} cannot be cast to ${sparkName(to)} due to an overflow`,
    }),
  ],
  [/^Out of Memory Error: (?<reason>.*)/, "MEMORY_EXHAUSTED", ({ reason = "" }) => ({ reason })],
];

/** What a failed query means; `isCancelled`: it was interrupted by us. */
export function queryFailure(thrown: unknown, isCancelled: boolean): EngineError {
  if (thrown instanceof EngineError) return thrown;
  if (isCancelled) return new EngineError("JOB_CANCELLED", { reason: "by its caller" }, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  for (const [pattern, code, params] of rules) {
    const match = pattern.exec(message);
    if (match) return new EngineError(code, params(match.groups ?? {}), { cause: thrown });
  }
  return new EngineError("QUERY_FAILED", { reason: message.split("\n")[0] ?? message }, { cause: thrown });
}

/** The same for the first look at a file. */
export function fileFailure(thrown: unknown, path: string): EngineError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [reason = message] = message.replace(/^[A-Z]\w+( \w+)* Error: /, "").split("\n");
  if (/Permission denied/i.test(message))
    return new EngineError("PATH_NOT_READABLE", { path, reason }, { cause: thrown });
  if (/No files found|does not exist|No such file/i.test(message))
    return new EngineError("PATH_NOT_FOUND", { path }, { cause: thrown });
  return new EngineError("CORRUPT_INPUT", { path, format: "Parquet", reason }, { cause: thrown });
}
