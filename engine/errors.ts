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

export const errorTable = {
  // Arguments and options
  INVALID_ARGUMENT: { kind: "invalid_argument", message: "{call}: {parameter} must be {expected}, not {actual}" },
  INVALID_MASTER: {
    kind: "invalid_argument",
    message:
      'master "{master}" is not one of local, local[N], local[*], local[N,maxFailures], local-cluster[executors,cores,memMiB], sc://host:port',
  },
  SESSION_STOPPED: { kind: "invalid_argument", message: "the SparkContext was stopped", hint: "create a new one" },
  STORAGE_LEVEL_ASSIGNED: {
    kind: "unsupported",
    message:
      "Cannot change storage level of an RDD after it was already assigned a level: it is {present}, not {wanted}",
    hint: "unpersist it first",
  },
  CHECKPOINT_DIRECTORY_NOT_SET: {
    kind: "invalid_argument",
    message: "Checkpoint directory has not been set in the SparkContext",
    hint: "set one with setCheckpointDir, or use localCheckpoint",
  },
  CONTEXT_RUNS: {
    kind: "invalid_argument",
    message:
      "Cannot run multiple SparkContexts at once; existing SparkContext(app={app}, master={master}) created at {place}",
    hint: "stop it first, or use getOrCreate",
  },
  EMPTY_COLLECTION: { kind: "invalid_argument", message: "{call}: the RDD is empty, and an empty RDD has no result" },
  // Paths
  PATH_NOT_FOUND: { kind: "not_found", message: 'input path does not exist: "{path}"', condition: "PATH_NOT_FOUND" },
  NO_INPUT_FILES: { kind: "not_found", message: 'no readable file in "{path}" ({reason})' },
  PATH_NOT_READABLE: {
    kind: "permission",
    message: 'cannot read "{path}": {reason}',
    hint: "check the permissions of the file",
  },
  PATH_IS_DIRECTORY: {
    kind: "unsupported",
    message: '"{path}" is a directory inside an input directory, which is read without its subdirectories',
    hint: "name the files to read with a pattern, such as folder/*/*.txt",
  },
  PATH_ALREADY_EXISTS: {
    kind: "already_exists",
    message: 'output path already exists: "{path}"',
    hint: "remove it or write to another path",
    condition: "PATH_ALREADY_EXISTS",
  },
  FILE_NAME_TAKEN: {
    kind: "already_exists",
    message: 'a file named "{name}" was added before, with other content',
    hint: "give it another name",
  },
  WRITE_FAILED: { kind: "unavailable", message: 'cannot write "{path}": {reason}' },
  CODEC_UNSUPPORTED: {
    kind: "unsupported",
    message: '"{path}" is compressed as {codec}, which is not read here',
    hint: "decompress it, or use gzip",
  },
  HADOOP_CLASS_UNSUPPORTED: {
    kind: "unsupported",
    message: "{call}: {what} is a class of Java that does not run here",
    hint: "use TextOutputFormat or SequenceFileOutputFormat, and convert the elements with map",
  },
  CORRUPT_INPUT: { kind: "invalid_argument", message: '"{path}" is not a readable {format} file: {reason}' },
  CLASS_UNSUPPORTED: {
    kind: "unsupported",
    message: '"{path}" holds values of the class {class}, which is not read here',
    hint: "write it with classes of org.apache.hadoop.io, such as Text, LongWritable or BytesWritable",
  },
  VALUE_NOT_WRITABLE: {
    kind: "user_code",
    message: "a SequenceFile cannot hold {type}",
    hint: "save pairs of texts, numbers, booleans, bytes, nulls and maps of them",
  },
  VALUE_TYPES_MIXED: {
    kind: "user_code",
    message: "every {role} of a SequenceFile is of one class: the first is {expected}, another one {actual}",
    hint: "convert them to one type before saving",
  },
  JVM_REQUIRED: { kind: "unsupported", message: "{call}: {what} needs a Java virtual machine", hint: "{remedy}" },
  // Functions of the user
  USER_FUNCTION_FAILED: { kind: "user_code", message: "{type}: {message}" },
  FUNCTION_NOT_SHIPPABLE: {
    kind: "user_code",
    message: "the function {function} cannot be sent to a worker: {reason}",
    hint: "{remedy}",
  },
  FUNCTION_RESULT_INVALID: {
    kind: "user_code",
    message: "the function {function} returned {actual}, its result is declared as {expected}",
    hint: "declare the type that it returns",
  },
  KEYS_NOT_COMPARABLE: {
    kind: "user_code",
    message: "keys cannot be put in order: found {left} and {right}",
    hint: "convert the keys to one type that has an order, such as numbers or texts",
  },
  KEY_NOT_HASHABLE: {
    kind: "user_code",
    message: "a key of type {type} cannot be hashed",
    hint: "use a value that does not change as key, such as a number, a text or a tuple of them",
  },
  KEY_NOT_PORTABLE: { kind: "user_code", message: "a key of type {type} has no form that another language knows" },
  NOT_KEY_VALUE: { kind: "user_code", message: "{call} needs elements that are (key, value) pairs, found {actual}" },
  ELEMENT_COUNTS_DIFFER: {
    kind: "user_code",
    message:
      "zip needs partitions of equal length: partition {partition} has {left} elements on the left, {right} on the right",
    hint: "number the elements with zipWithIndex and join them",
  },
  PARTITION_OUT_OF_RANGE: {
    kind: "user_code",
    message: "the partition function {function} returned {actual}, which is not the number of a partition",
    hint: "return an integer; it is taken modulo the number of partitions, {partitions}",
  },
  ACCUMULATOR_NOT_READABLE: {
    kind: "user_code",
    message: "the value of accumulator {name} can only be read in the program, not in a task",
    hint: "let tasks add to it, and read it when the job is over",
    condition: "VALUE_NOT_ACCESSIBLE",
  },
  BROADCAST_DESTROYED: {
    kind: "invalid_argument",
    message: "the value of broadcast {id} was destroyed",
    hint: "broadcast it again, or destroy it after the last job that uses it",
  },
  // Workers
  WORKER_NOT_FOUND: { kind: "unavailable", message: "cannot start the {language} worker: {reason}", hint: "{remedy}" },
  WORKER_VERSION_MISMATCH: {
    kind: "unavailable",
    message: "the {language} worker is version {actual}, the program runs {expected}",
    hint: "start both with the same interpreter, or set KINDLING_PYTHON",
  },
  WORKER_DIED: {
    kind: "unavailable",
    message: "a {language} worker ended in the middle of a task ({reason})",
    hint: "see whether a function ends its process, fails in native code or needs more memory than there is",
  },
  WORKER_PROTOCOL: {
    kind: "protocol",
    message: "a {language} worker sent what the protocol does not know: {reason}",
    hint: "see whether a function writes to a file descriptor that it has not opened",
  },
  EXECUTOR_LOST: {
    kind: "unavailable",
    message: "the executor process ended, attempt {attempts} ({reason})",
    hint: "see whether a function fails in native code or needs more memory than there is",
  },
  COMMIT_DENIED: { kind: "unavailable", message: "another attempt at this partition writes its output" },
  RESULT_TOO_LARGE: {
    kind: "exhausted",
    message: "the results of the job have {size} bytes, more than spark.driver.maxResultSize allows ({limit})",
    hint: "collect less, write the elements to files, or set spark.driver.maxResultSize higher",
  },
  PIPE_FAILED: { kind: "user_code", message: 'pipe: the command "{command}" failed: {reason}' },
  JOB_CANCELLED: {
    kind: "cancelled",
    message: "the job was cancelled {reason}",
    condition: "SPARK_JOB_CANCELLED",
  },
  INDETERMINATE_RERUN: {
    kind: "unavailable",
    message:
      "outputs of stage {stage} were lost and would not come out the same again, but stage {result} has delivered results made of them",
    hint: "checkpoint the data before the step whose result differs from run to run, or run the job again",
  },
  TASK_UNSCHEDULABLE: {
    kind: "exhausted",
    message: "the task of partition {partition} of stage {stage} can run on no executor: {reason}",
    hint: "see spark.excludeOnFailure and spark.task.cpus, or use more executors",
  },
  BARRIER_CHAIN: {
    kind: "unsupported",
    message: "a barrier stage has as many tasks as partitions all the way, which {what} changes",
    hint: "call barrier() after it, or repartition first",
    condition: "BARRIER_STAGE_WITH_RDD_CHAIN_PATTERN",
  },
  BARRIER_SLOTS: {
    kind: "exhausted",
    message: "the {tasks} tasks of barrier stage {stage} start together, but there are only {slots} slots for them",
    hint: "use as many slots as the stage has partitions, or repartition the data into fewer",
  },
  BARRIER_SYNC_FAILED: { kind: "user_code", message: "the tasks of a barrier stage did not meet: {reason}" },
  // Data
  VALUE_NOT_PORTABLE: { kind: "invalid_argument", message: "a value cannot leave its worker: {type}" },
  // Analysis
  COLUMN_NOT_FOUND: {
    kind: "analysis",
    message: 'column "{name}" not found{suggestion}',
    hint: "the columns are {columns}",
    condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
  },
  COLUMN_AMBIGUOUS: {
    kind: "analysis",
    message: 'column "{name}" is ambiguous: {candidates}',
    condition: "AMBIGUOUS_REFERENCE",
  },
  TABLE_NOT_FOUND: {
    kind: "analysis",
    message: 'table or view "{name}" not found',
    condition: "TABLE_OR_VIEW_NOT_FOUND",
  },
  FUNCTION_NOT_FOUND: {
    kind: "analysis",
    message: 'function "{name}" not found{suggestion}',
    condition: "UNRESOLVED_ROUTINE",
  },
  TYPE_MISMATCH: { kind: "analysis", message: "{call} takes {expected}, not {actual}", condition: "DATATYPE_MISMATCH" },
  WRONG_ARGUMENT_COUNT: {
    kind: "analysis",
    message: "{call} takes {expected} arguments, not {actual}",
    condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
  },
  AGGREGATE_MISUSED: { kind: "analysis", message: "{reason}", condition: "MISSING_AGGREGATION" },
  TYPE_NOT_INFERRED: {
    kind: "analysis",
    message: "cannot infer the columns: {reason}",
    hint: "columns take their types from the first rows",
  },
  TYPE_UNKNOWN: { kind: "parse", message: 'type "{type}" is not known here', condition: "UNSUPPORTED_DATATYPE" },
  SQL_SYNTAX: { kind: "parse", message: "{reason}", condition: "PARSE_SYNTAX_ERROR" },
  // Evaluation of queries
  ARITHMETIC_OVERFLOW: { kind: "invalid_argument", message: "{reason}", condition: "ARITHMETIC_OVERFLOW" },
  DIVIDE_BY_ZERO: {
    kind: "invalid_argument",
    message: "division by zero",
    hint: "guard it: if(divisor = 0, null, …)",
    condition: "DIVIDE_BY_ZERO",
  },
  REMAINDER_BY_ZERO: {
    kind: "invalid_argument",
    message: "remainder by zero",
    hint: "guard it: if(divisor = 0, null, …)",
    condition: "REMAINDER_BY_ZERO",
  },
  CAST_OVERFLOW: { kind: "invalid_argument", message: "{reason}", condition: "CAST_OVERFLOW" },
  CAST_INVALID_INPUT: { kind: "invalid_argument", message: "{reason}", condition: "CAST_INVALID_INPUT" },
  MEMORY_EXHAUSTED: {
    kind: "exhausted",
    message: "more memory is needed than may be used: {reason}",
    hint: "allow more, or process less at once: more partitions, smaller groups",
  },
  QUERY_FAILED: { kind: "internal", message: "the embedded engine failed: {reason}" },
  // Backends
  BACKEND_UNSUPPORTED: { kind: "unsupported", message: "{what} does not run on {master}", hint: "{remedy}" },
  SPARK_UNAVAILABLE: { kind: "unavailable", message: "cannot reach Spark at {master}: {reason}" },
  SPARK_FAILED: { kind: "internal", message: "Spark failed: {reason}" },
  // Gateway
  UNAUTHENTICATED: {
    kind: "permission",
    message: "the token is wrong or missing",
    hint: "give the token that the gateway was started with",
  },
  ORIGIN_REFUSED: { kind: "permission", message: 'origin "{origin}" is not allowed' },
  GATEWAY_START_FAILED: { kind: "unavailable", message: "cannot start the gateway: {reason}" },
  FORKED_OBJECT: {
    kind: "invalid_argument",
    message: "this object belongs to the parent process",
    hint: "make a SparkContext in the child process, or hand plain data to it",
  },
  PORT_IN_USE: {
    kind: "unavailable",
    message: "port {port} on {host} is in use",
    hint: "choose another with --port, or 0 for a free one",
  },
  MESSAGE_INVALID: { kind: "protocol", message: "{reason}" },
  MESSAGE_TOO_LARGE: { kind: "exhausted", message: "a message of {size} bytes is over the limit of {limit}" },
  METHOD_NOT_FOUND: { kind: "not_found", message: "{method} is not a method of the gateway" },
  OBJECT_NOT_FOUND: {
    kind: "not_found",
    message: "object {id} does not exist in this session",
    hint: "it was released, or never made",
  },
  NAME_TAKEN: {
    kind: "already_exists",
    message: 'an object is published under the name "{name}" already',
    hint: "withdraw it first, or choose another name",
  },
  NAME_NOT_PUBLISHED: {
    kind: "not_found",
    message: 'nothing is published under the name "{name}"',
    hint: "it was withdrawn, its lease is over, or it never was; names belong to one gateway",
  },
  OBJECT_WITHDRAWN: { kind: "permission", message: 'the object published as "{name}" was withdrawn' },
  RIGHT_MISSING: {
    kind: "permission",
    message: '{call} changes something, and the object published as "{name}" may only be read',
    hint: "ask its publisher for the rights full",
  },
  SESSION_LOST: { kind: "unavailable", message: "the connection to the gateway was lost: {reason}" },
  LIMIT_REACHED: { kind: "exhausted", message: "{what} is limited to {limit}" },
  DEADLINE_EXCEEDED: { kind: "timeout", message: "{what} did not end within {limitMs} ms" },
  INTERNAL: { kind: "internal", message: "{reason}" },
  // Command line
  PACKAGE_MISSING: { kind: "not_found", message: "the package {package} is not installed", hint: "{remedy}" },
  CLIENT_NOT_INSTALLED: {
    kind: "not_found",
    message: 'the Python at "{python}" has no module "kindling"',
    hint: "install it: {remedy}",
  },
  INTERPRETER_NOT_FOUND: {
    kind: "not_found",
    message: 'cannot start "{program}" for a {language} program: {reason}',
    hint: "{remedy}",
  },
  PROGRAM_NOT_RUNNABLE: { kind: "invalid_argument", message: 'cannot run "{path}": {reason}' },
  TOKEN_FILE_UNSAFE: {
    kind: "permission",
    message: 'the token file "{path}" cannot be used: {reason}',
    hint: "{remedy}",
  },
  USAGE_INVALID: { kind: "invalid_argument", message: "{reason}", hint: "{command} tells more" },
} as const;

export type ErrorCode = keyof typeof errorTable;

const entries: Readonly<Record<ErrorCode, ErrorEntry>> = errorTable;

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
  readonly task?: {
    readonly stage: number;
    readonly partition: number;
    readonly partitions: number;
    readonly attempt: number;
  };
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
    this.kind = entries[code].kind;
    this.params = texts;
    this.origin = origin;
  }

  /** The same error, with what its catcher knows of the place. */
  at(origin: ErrorOrigin): EngineError {
    const joined = new EngineError(this.code, this.params, {
      origin: { ...origin, ...this.origin },
      cause: this.cause,
    });
    if (this.stack !== undefined) joined.stack = this.stack;
    return joined;
  }

  toData(): ErrorData {
    const { hint, condition } = entries[this.code];
    return {
      code: this.code,
      kind: this.kind,
      params: this.params,
      message: fill(entries[this.code].message, this.params),
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

const textLines = 12;
const messageLines = 3;
/** Of a longer line, such as a text of a MiB that somebody threw, the beginning is shown. */
const lineCharacters = 1_000;
const framesShown = 3;

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

const shortLine = (line: string): string =>
  line.length <= lineCharacters ? line : `${line.slice(0, lineCharacters)}… (${line.length} characters)`;

function frameLines({ file, line, function: name, text }: UserFrame): string[] {
  return [`  at ${file}:${line}, in ${name}`, ...(text ? [`      ${oneLine(text)}`] : [])];
}

function sqlLines({ text, line, column }: NonNullable<ErrorOrigin["sql"]>): string[] {
  const shown = text.split("\n")[line - 1] ?? "";
  return [`  ${shown}`, `  ${" ".repeat(Math.max(0, column - 1))}^ line ${line}, column ${column}`];
}

/** The innermost frames for which there is room. */
function innermost(frames: readonly UserFrame[], room: number): string[] {
  let lines: string[] = [];
  for (const frame of frames.slice(-framesShown).reverse()) {
    const more = frameLines(frame);
    if (lines.length + more.length > room) break;
    lines = [...more, ...lines];
  }
  return lines;
}

/** The text of an error: code and cause in the first line, then the user's own lines, the task, the remedy. At most 12 lines. */
export function describe(code: ErrorCode, params: Readonly<Record<string, string>>, origin: ErrorOrigin): string {
  const { message, hint } = entries[code];
  const { frames = [], sql, site, task } = origin;
  // A thrown error without a text ends in its colon.
  const text = `[${code}] ${fill(message, params)}`.trimEnd().replace(/:$/, "");
  const head = text.split("\n", messageLines);
  const tail = [
    ...(sql ? sqlLines(sql) : []),
    ...(site ? [`  in ${site.call} at ${site.file}:${site.line}`] : []),
    ...(task
      ? [`  (stage ${task.stage}, partition ${task.partition} of ${task.partitions}, attempt ${task.attempt})`]
      : []),
    ...(hint ? [`  hint: ${oneLine(fill(hint, params))}`] : []),
  ];
  const lines = [...head, ...innermost(frames, textLines - head.length - tail.length), ...tail];
  return lines.map(shortLine).join("\n");
}
