/**
 * Every error of the engine: one class, one table of codes.
 *
 * A code never changes its meaning. The table gives the kind (whose fault, worth a retry), the message with `{named}`
 * parameters, and the remedy; clients' exception classes, documentation and tests are made from it.
 */

/** Whose fault it is, and whether trying again can help. Each kind is one exception class in every client. */
export type ErrorKind =
  | "invalid_argument"
  | "parse"
  | "analysis"
  | "not_found"
  | "already_exists"
  | "unsupported"
  | "permission"
  | "unavailable"
  | "timeout"
  | "cancelled"
  | "exhausted"
  | "user_code"
  | "protocol"
  | "internal";

export interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint?: string;
  /** Spark's error condition, where Spark has one for the same mistake. */
  readonly condition?: string;
}

const entry = (kind: ErrorKind, message: string, hint?: string, condition?: string): ErrorEntry => ({
  kind,
  message,
  ...(hint === undefined ? {} : { hint }),
  ...(condition === undefined ? {} : { condition }),
});

export const errorTable = {
  // Arguments and options
  INVALID_ARGUMENT: entry("invalid_argument", "{call}: {parameter} must be {expected}, not {actual}"),
  INVALID_MASTER: entry(
    "invalid_argument",
    'master "{master}" is not one of local, local[N], local[*], local[N,maxFailures], sc://host:port',
  ),
  SESSION_STOPPED: entry("invalid_argument", "the SparkContext was stopped", "create a new one"),
  EMPTY_COLLECTION: entry("invalid_argument", "{call}: the RDD is empty"),
  // Paths
  PATH_NOT_FOUND: entry("not_found", 'input path does not exist: "{path}"', undefined, "PATH_NOT_FOUND"),
  NO_INPUT_FILES: entry("not_found", 'no readable file in "{path}" ({reason})'),
  PATH_NOT_READABLE: entry("permission", 'cannot read "{path}": {reason}', "check the permissions of the file"),
  PATH_IS_DIRECTORY: entry(
    "unsupported",
    '"{path}" is a directory inside an input directory, which is read without its subdirectories',
    "name the files to read with a pattern, such as folder/*/*.txt",
  ),
  PATH_ALREADY_EXISTS: entry(
    "already_exists",
    'output path already exists: "{path}"',
    "remove it or write to another path",
    "PATH_ALREADY_EXISTS",
  ),
  WRITE_FAILED: entry("unavailable", 'cannot write "{path}": {reason}'),
  CODEC_UNSUPPORTED: entry("unsupported", '"{path}" is compressed as {codec}, which is not read here', "decompress it, or use gzip"),
  CORRUPT_INPUT: entry("invalid_argument", '"{path}" is not a readable {format} file: {reason}'),
  // Functions of the user
  USER_FUNCTION_FAILED: entry("user_code", "{type}: {message}"),
  FUNCTION_NOT_SHIPPABLE: entry("user_code", "the function {function} cannot be sent to a worker: {reason}", "{remedy}"),
  FUNCTION_RESULT_INVALID: entry(
    "user_code",
    "the function {function} returned {actual}, its result is declared as {expected}",
    "declare the type that it returns",
  ),
  KEYS_NOT_COMPARABLE: entry(
    "user_code",
    "sorting needs keys of one type, found {left} and {right}",
    "convert the keys to one type in the key function",
  ),
  KEY_NOT_HASHABLE: entry("user_code", "a key of type {type} cannot be hashed", "use a value that does not change as key"),
  KEY_NOT_PORTABLE: entry("user_code", "a key of type {type} has no form that another language knows"),
  NOT_KEY_VALUE: entry("user_code", "{call} needs elements that are (key, value) pairs, found {actual}"),
  // Workers
  WORKER_NOT_FOUND: entry("unavailable", "cannot start the {language} worker: {reason}", "{remedy}"),
  WORKER_VERSION_MISMATCH: entry(
    "unavailable",
    "the {language} worker is version {actual}, the program runs {expected}",
    "start both with the same interpreter, or set KINDLING_PYTHON",
  ),
  WORKER_DIED: entry("unavailable", "a {language} worker ended in the middle of a task ({reason})"),
  WORKER_PROTOCOL: entry("protocol", "a {language} worker sent what the protocol does not know: {reason}"),
  EXECUTOR_LOST: entry("unavailable", "the executor process ended {attempts} times ({reason})"),
  JOB_CANCELLED: entry("cancelled", "the job was cancelled"),
  // Data
  VALUE_NOT_PORTABLE: entry("invalid_argument", "a value cannot leave its worker: {type}"),
  // Analysis
  COLUMN_NOT_FOUND: entry(
    "analysis",
    'column "{name}" not found{suggestion}',
    "the columns are {columns}",
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
  ),
  COLUMN_AMBIGUOUS: entry("analysis", 'column "{name}" is ambiguous: {candidates}', undefined, "AMBIGUOUS_REFERENCE"),
  TABLE_NOT_FOUND: entry("analysis", 'table or view "{name}" not found', undefined, "TABLE_OR_VIEW_NOT_FOUND"),
  FUNCTION_NOT_FOUND: entry("analysis", 'function "{name}" not found{suggestion}', undefined, "UNRESOLVED_ROUTINE"),
  TYPE_MISMATCH: entry("analysis", "{call} takes {expected}, not {actual}", undefined, "DATATYPE_MISMATCH"),
  WRONG_ARGUMENT_COUNT: entry(
    "analysis",
    "{call} takes {expected} arguments, not {actual}",
    undefined,
    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
  ),
  AGGREGATE_MISUSED: entry("analysis", "{reason}", undefined, "MISSING_AGGREGATION"),
  TYPE_NOT_INFERRED: entry("analysis", "cannot infer the type of column {column}: {reason}", "give a schema"),
  TYPE_UNKNOWN: entry("parse", 'type "{type}" is not known here', undefined, "UNSUPPORTED_DATATYPE"),
  SQL_SYNTAX: entry("parse", "{reason}", undefined, "PARSE_SYNTAX_ERROR"),
  // Evaluation of queries
  ARITHMETIC_OVERFLOW: entry("invalid_argument", "{reason}", undefined, "ARITHMETIC_OVERFLOW"),
  DIVIDE_BY_ZERO: entry("invalid_argument", "division by zero", "use try_divide to get null instead", "DIVIDE_BY_ZERO"),
  REMAINDER_BY_ZERO: entry("invalid_argument", "remainder by zero", "guard it: if(divisor = 0, null, …)", "REMAINDER_BY_ZERO"),
  CAST_OVERFLOW: entry("invalid_argument", "{reason}", undefined, "CAST_OVERFLOW"),
  CAST_INVALID_INPUT: entry("invalid_argument", "{reason}", undefined, "CAST_INVALID_INPUT"),
  QUERY_FAILED: entry("internal", "the embedded engine failed: {reason}"),
  // Backends
  BACKEND_UNSUPPORTED: entry("unsupported", "{what} does not run on {master}", "{remedy}"),
  SPARK_UNAVAILABLE: entry("unavailable", "cannot reach Spark at {master}: {reason}"),
  SPARK_FAILED: entry("internal", "Spark failed: {reason}"),
  // Gateway
  UNAUTHENTICATED: entry("permission", "the token is wrong or missing", "give the token that the gateway was started with"),
  ORIGIN_REFUSED: entry("permission", 'origin "{origin}" is not allowed'),
  GATEWAY_START_FAILED: entry("unavailable", "cannot start the gateway: {reason}"),
  FORKED_OBJECT: entry(
    "invalid_argument",
    "this object belongs to the parent process",
    "make a SparkContext in the child process, or hand plain data to it",
  ),
  PORT_IN_USE: entry("unavailable", "port {port} on {host} is in use", "choose another with --port, or 0 for a free one"),
  MESSAGE_INVALID: entry("protocol", "{reason}"),
  MESSAGE_TOO_LARGE: entry("exhausted", "a message of {size} bytes is over the limit of {limit}"),
  METHOD_NOT_FOUND: entry("not_found", "{method} is not a method of the gateway"),
  OBJECT_NOT_FOUND: entry("not_found", "object {id} does not exist in this session", "it was released, or never made"),
  SESSION_LOST: entry("unavailable", "the connection to the gateway was lost: {reason}"),
  LIMIT_REACHED: entry("exhausted", "{what} is limited to {limit}"),
  DEADLINE_EXCEEDED: entry("timeout", "{what} did not end within {limitMs} ms"),
  INTERNAL: entry("internal", "{reason}"),
  // Command line
  CLIENT_NOT_INSTALLED: entry("not_found", 'the Python at "{python}" has no module "kindling"', "install it: {remedy}"),
  INTERPRETER_NOT_FOUND: entry("not_found", 'cannot start "{program}" for a {language} program: {reason}', "{remedy}"),
  PROGRAM_NOT_RUNNABLE: entry("invalid_argument", 'cannot run "{path}": {reason}'),
  TOKEN_FILE_UNSAFE: entry("permission", 'the token file "{path}" cannot be used: {reason}', "{remedy}"),
  USAGE_INVALID: entry("invalid_argument", "{reason}", "kindling --help"),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Where the user's program made the call that failed. */
export interface CallSite {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The method called there, such as `map`. */
  readonly call: string;
}

/** One frame of the user's own code inside a function that failed. */
export interface UserFrame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The source line, where it is known. */
  readonly text?: string;
}

export interface ErrorOrigin {
  readonly site?: CallSite;
  /** Frames of the user's function, outermost first. */
  readonly frames?: readonly UserFrame[];
  readonly sql?: { readonly text: string; readonly line: number; readonly column: number };
  readonly task?: { readonly stage: number; readonly partition: number; readonly partitions: number; readonly attempt: number };
}

/** What travels between processes and languages. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly params: Readonly<Record<string, string>>;
  readonly message: string;
  readonly hint?: string;
  readonly condition?: string;
  readonly origin: ErrorOrigin;
}

const fill = (template: string, params: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);

export interface ErrorDetail {
  readonly origin?: ErrorOrigin;
  readonly cause?: unknown;
}

/**
 * The one error class.
 *
 * `message` is for the person who wrote the program: what was wrong, where, what to do; see `describe`.
 */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly params: Readonly<Record<string, string>>;
  readonly origin: ErrorOrigin;

  constructor(code: ErrorCode, params: Readonly<Record<string, string | number>> = {}, detail: ErrorDetail = {}) {
    const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
    const origin = detail.origin ?? {};
    super(describe(code, texts, origin), detail.cause === undefined ? {} : { cause: detail.cause });
    this.code = code;
    this.kind = errorTable[code].kind;
    this.params = texts;
    this.origin = origin;
  }

  /** The same error, with what its catcher knows of the place. */
  at(origin: ErrorOrigin): EngineError {
    const joined = new EngineError(this.code, this.params, { origin: { ...origin, ...this.origin }, cause: this.cause });
    if (this.stack !== undefined) joined.stack = this.stack;
    return joined;
  }

  toData(): ErrorData {
    const { hint, condition } = errorTable[this.code] as ErrorEntry;
    return {
      code: this.code,
      kind: this.kind,
      params: this.params,
      message: fill(errorTable[this.code].message, this.params),
      ...(hint === undefined ? {} : { hint: fill(hint, this.params) }),
      ...(condition === undefined ? {} : { condition }),
      origin: this.origin,
    };
  }

  static fromData(data: ErrorData): EngineError {
    return new EngineError(data.code, data.params, { origin: data.origin });
  }

  /** Any thrown value as an `EngineError`; one that is ours already stays as it is. */
  static from(thrown: unknown): EngineError {
    if (thrown instanceof EngineError) return thrown;
    const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return new EngineError("INTERNAL", { reason }, { cause: thrown });
  }
}

/** The text of an error: code and cause in the first line, then the user's own lines, the task, the remedy. At most 12 lines. */
export function describe(code: ErrorCode, params: Readonly<Record<string, string>>, origin: ErrorOrigin): string {
  const { message, hint } = errorTable[code] as ErrorEntry;
  const lines = [`[${code}] ${fill(message, params).split("\n").slice(0, 3).join("\n")}`];
  for (const frame of (origin.frames ?? []).slice(-3)) {
    lines.push(`  at ${frame.file}:${frame.line}, in ${frame.function}`);
    if (frame.text) lines.push(`      ${frame.text.trim()}`);
  }
  if (origin.sql) {
    const text = origin.sql.text.split("\n")[origin.sql.line - 1] ?? "";
    lines.push(`  ${text}`, `  ${" ".repeat(Math.max(0, origin.sql.column - 1))}^ line ${origin.sql.line}, column ${origin.sql.column}`);
  }
  if (origin.site) lines.push(`  in ${origin.site.call} at ${origin.site.file}:${origin.site.line}`);
  if (origin.task) {
    const { stage, partition, partitions, attempt } = origin.task;
    lines.push(`  (stage ${stage}, partition ${partition} of ${partitions}, attempt ${attempt})`);
  }
  if (hint) lines.push(`  hint: ${fill(hint, params)}`);
  return lines.join("\n");
}
