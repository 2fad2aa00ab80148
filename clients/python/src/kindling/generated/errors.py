# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The error table: kind, message, hint and Spark's condition of every code."""

from __future__ import annotations

from typing import Dict, NamedTuple


class Entry(NamedTuple):
    """One code; parts in braces are parameters."""

    kind: str
    message: str
    hint: str
    condition: str


ERRORS: Dict[str, Entry] = {
    "INVALID_ARGUMENT": Entry("invalid_argument", "{call}: {parameter} must be {expected}, not {actual}", "", ""),
    "INVALID_MASTER": Entry("invalid_argument", "master \"{master}\" is not one of local, local[N], local[*], local[N,maxFailures], sc://host:port", "", ""),
    "SESSION_STOPPED": Entry("invalid_argument", "the SparkContext was stopped", "create a new one", ""),
    "EMPTY_COLLECTION": Entry("invalid_argument", "{call}: the RDD is empty", "", ""),
    "PATH_NOT_FOUND": Entry("not_found", "input path does not exist: \"{path}\"", "", "PATH_NOT_FOUND"),
    "NO_INPUT_FILES": Entry("not_found", "no readable file in \"{path}\" ({reason})", "", ""),
    "PATH_NOT_READABLE": Entry("permission", "cannot read \"{path}\": {reason}", "check the permissions of the file", ""),
    "PATH_IS_DIRECTORY": Entry("unsupported", "\"{path}\" is a directory inside an input directory, which is read without its subdirectories", "name the files to read with a pattern, such as folder/*/*.txt", ""),
    "PATH_ALREADY_EXISTS": Entry("already_exists", "output path already exists: \"{path}\"", "remove it or write to another path", "PATH_ALREADY_EXISTS"),
    "WRITE_FAILED": Entry("unavailable", "cannot write \"{path}\": {reason}", "", ""),
    "CODEC_UNSUPPORTED": Entry("unsupported", "\"{path}\" is compressed as {codec}, which is not read here", "decompress it, or use gzip", ""),
    "CORRUPT_INPUT": Entry("invalid_argument", "\"{path}\" is not a readable {format} file: {reason}", "", ""),
    "USER_FUNCTION_FAILED": Entry("user_code", "{type}: {message}", "", ""),
    "FUNCTION_NOT_SHIPPABLE": Entry("user_code", "the function {function} cannot be sent to a worker: {reason}", "{remedy}", ""),
    "FUNCTION_RESULT_INVALID": Entry("user_code", "the function {function} returned {actual}, its result is declared as {expected}", "declare the type that it returns", ""),
    "KEYS_NOT_COMPARABLE": Entry("user_code", "sorting needs keys of one type, found {left} and {right}", "convert the keys to one type in the key function", ""),
    "KEY_NOT_HASHABLE": Entry("user_code", "a key of type {type} cannot be hashed", "use a value that does not change as key", ""),
    "KEY_NOT_PORTABLE": Entry("user_code", "a key of type {type} has no form that another language knows", "", ""),
    "NOT_KEY_VALUE": Entry("user_code", "{call} needs elements that are (key, value) pairs, found {actual}", "", ""),
    "WORKER_NOT_FOUND": Entry("unavailable", "cannot start the {language} worker: {reason}", "{remedy}", ""),
    "WORKER_VERSION_MISMATCH": Entry("unavailable", "the {language} worker is version {actual}, the program runs {expected}", "start both with the same interpreter, or set KINDLING_PYTHON", ""),
    "WORKER_DIED": Entry("unavailable", "a {language} worker ended in the middle of a task ({reason})", "", ""),
    "WORKER_PROTOCOL": Entry("protocol", "a {language} worker sent what the protocol does not know: {reason}", "", ""),
    "EXECUTOR_LOST": Entry("unavailable", "the executor process ended, attempt {attempts} ({reason})", "", ""),
    "JOB_CANCELLED": Entry("cancelled", "the job was cancelled", "", ""),
    "VALUE_NOT_PORTABLE": Entry("invalid_argument", "a value cannot leave its worker: {type}", "", ""),
    "COLUMN_NOT_FOUND": Entry("analysis", "column \"{name}\" not found{suggestion}", "the columns are {columns}", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    "COLUMN_AMBIGUOUS": Entry("analysis", "column \"{name}\" is ambiguous: {candidates}", "", "AMBIGUOUS_REFERENCE"),
    "TABLE_NOT_FOUND": Entry("analysis", "table or view \"{name}\" not found", "", "TABLE_OR_VIEW_NOT_FOUND"),
    "FUNCTION_NOT_FOUND": Entry("analysis", "function \"{name}\" not found{suggestion}", "", "UNRESOLVED_ROUTINE"),
    "TYPE_MISMATCH": Entry("analysis", "{call} takes {expected}, not {actual}", "", "DATATYPE_MISMATCH"),
    "WRONG_ARGUMENT_COUNT": Entry("analysis", "{call} takes {expected} arguments, not {actual}", "", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
    "AGGREGATE_MISUSED": Entry("analysis", "{reason}", "", "MISSING_AGGREGATION"),
    "TYPE_NOT_INFERRED": Entry("analysis", "cannot infer the columns: {reason}", "columns take their types from the first rows", ""),
    "TYPE_UNKNOWN": Entry("parse", "type \"{type}\" is not known here", "", "UNSUPPORTED_DATATYPE"),
    "SQL_SYNTAX": Entry("parse", "{reason}", "", "PARSE_SYNTAX_ERROR"),
    "ARITHMETIC_OVERFLOW": Entry("invalid_argument", "{reason}", "", "ARITHMETIC_OVERFLOW"),
    "DIVIDE_BY_ZERO": Entry("invalid_argument", "division by zero", "guard it: if(divisor = 0, null, …)", "DIVIDE_BY_ZERO"),
    "REMAINDER_BY_ZERO": Entry("invalid_argument", "remainder by zero", "guard it: if(divisor = 0, null, …)", "REMAINDER_BY_ZERO"),
    "CAST_OVERFLOW": Entry("invalid_argument", "{reason}", "", "CAST_OVERFLOW"),
    "CAST_INVALID_INPUT": Entry("invalid_argument", "{reason}", "", "CAST_INVALID_INPUT"),
    "MEMORY_EXHAUSTED": Entry("exhausted", "the query needs more memory than it may use: {reason}", "allow more, or query less at once", ""),
    "QUERY_FAILED": Entry("internal", "the embedded engine failed: {reason}", "", ""),
    "BACKEND_UNSUPPORTED": Entry("unsupported", "{what} does not run on {master}", "{remedy}", ""),
    "SPARK_UNAVAILABLE": Entry("unavailable", "cannot reach Spark at {master}: {reason}", "", ""),
    "SPARK_FAILED": Entry("internal", "Spark failed: {reason}", "", ""),
    "UNAUTHENTICATED": Entry("permission", "the token is wrong or missing", "give the token that the gateway was started with", ""),
    "ORIGIN_REFUSED": Entry("permission", "origin \"{origin}\" is not allowed", "", ""),
    "GATEWAY_START_FAILED": Entry("unavailable", "cannot start the gateway: {reason}", "", ""),
    "FORKED_OBJECT": Entry("invalid_argument", "this object belongs to the parent process", "make a SparkContext in the child process, or hand plain data to it", ""),
    "PORT_IN_USE": Entry("unavailable", "port {port} on {host} is in use", "choose another with --port, or 0 for a free one", ""),
    "MESSAGE_INVALID": Entry("protocol", "{reason}", "", ""),
    "MESSAGE_TOO_LARGE": Entry("exhausted", "a message of {size} bytes is over the limit of {limit}", "", ""),
    "METHOD_NOT_FOUND": Entry("not_found", "{method} is not a method of the gateway", "", ""),
    "OBJECT_NOT_FOUND": Entry("not_found", "object {id} does not exist in this session", "it was released, or never made", ""),
    "SESSION_LOST": Entry("unavailable", "the connection to the gateway was lost: {reason}", "", ""),
    "LIMIT_REACHED": Entry("exhausted", "{what} is limited to {limit}", "", ""),
    "DEADLINE_EXCEEDED": Entry("timeout", "{what} did not end within {limitMs} ms", "", ""),
    "INTERNAL": Entry("internal", "{reason}", "", ""),
    "CLIENT_NOT_INSTALLED": Entry("not_found", "the Python at \"{python}\" has no module \"kindling\"", "install it: {remedy}", ""),
    "INTERPRETER_NOT_FOUND": Entry("not_found", "cannot start \"{program}\" for a {language} program: {reason}", "{remedy}", ""),
    "PROGRAM_NOT_RUNNABLE": Entry("invalid_argument", "cannot run \"{path}\": {reason}", "", ""),
    "TOKEN_FILE_UNSAFE": Entry("permission", "the token file \"{path}\" cannot be used: {reason}", "{remedy}", ""),
    "USAGE_INVALID": Entry("invalid_argument", "{reason}", "{command} tells more", ""),
}
KINDS: Dict[str, str] = {code: entry.kind for code, entry in ERRORS.items()}
