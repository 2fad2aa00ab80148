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
    "INVALID_MASTER": Entry("invalid_argument", "master \"{master}\" is not one of local, local[N], local[*], local[N,maxFailures], local-cluster[executors,cores,memMiB], sc://host:port", "", ""),
    "SESSION_STOPPED": Entry("invalid_argument", "the SparkContext was stopped", "create a new one", ""),
    "STORAGE_LEVEL_ASSIGNED": Entry("unsupported", "Cannot change storage level of an RDD after it was already assigned a level: it is {present}, not {wanted}", "unpersist it first", ""),
    "CHECKPOINT_DIRECTORY_NOT_SET": Entry("invalid_argument", "Checkpoint directory has not been set in the SparkContext", "set one with setCheckpointDir, or use localCheckpoint", ""),
    "CONTEXT_RUNS": Entry("invalid_argument", "Cannot run multiple SparkContexts at once; existing SparkContext(app={app}, master={master}) created at {place}", "stop it first, or use getOrCreate", ""),
    "EMPTY_COLLECTION": Entry("invalid_argument", "{call}: the RDD is empty, and an empty RDD has no result", "", ""),
    "PATH_NOT_FOUND": Entry("not_found", "input path does not exist: \"{path}\"", "", "PATH_NOT_FOUND"),
    "NO_INPUT_FILES": Entry("not_found", "no readable file in \"{path}\" ({reason})", "", ""),
    "PATH_NOT_READABLE": Entry("permission", "cannot read \"{path}\": {reason}", "check the permissions of the file", ""),
    "PATH_IS_DIRECTORY": Entry("unsupported", "\"{path}\" is a directory inside an input directory, which is read without its subdirectories", "name the files to read with a pattern, such as folder/*/*.txt", ""),
    "PATH_ALREADY_EXISTS": Entry("already_exists", "output path already exists: \"{path}\"", "remove it or write to another path", "PATH_ALREADY_EXISTS"),
    "FILE_NAME_TAKEN": Entry("already_exists", "a file named \"{name}\" was added before, with other content", "give it another name", ""),
    "WRITE_FAILED": Entry("unavailable", "cannot write \"{path}\": {reason}", "", ""),
    "CODEC_UNSUPPORTED": Entry("unsupported", "\"{path}\" is compressed as {codec}, which is not read here", "decompress it, or use gzip", ""),
    "HADOOP_CLASS_UNSUPPORTED": Entry("unsupported", "{call}: {what} is a class of Java that does not run here", "use TextOutputFormat or SequenceFileOutputFormat, and convert the elements with map", ""),
    "CORRUPT_INPUT": Entry("invalid_argument", "\"{path}\" is not a readable {format} file: {reason}", "", ""),
    "CLASS_UNSUPPORTED": Entry("unsupported", "\"{path}\" holds values of the class {class}, which is not read here", "write it with classes of org.apache.hadoop.io, such as Text, LongWritable or BytesWritable", ""),
    "VALUE_NOT_WRITABLE": Entry("user_code", "a SequenceFile cannot hold {type}", "save pairs of texts, numbers, booleans, bytes, nulls and maps of them", ""),
    "VALUE_TYPES_MIXED": Entry("user_code", "every {role} of a SequenceFile is of one class: the first is {expected}, another one {actual}", "convert them to one type before saving", ""),
    "JVM_REQUIRED": Entry("unsupported", "{call}: {what} needs a Java virtual machine", "{remedy}", ""),
    "USER_FUNCTION_FAILED": Entry("user_code", "{type}: {message}", "", ""),
    "FUNCTION_NOT_SHIPPABLE": Entry("user_code", "the function {function} cannot be sent to a worker: {reason}", "{remedy}", ""),
    "FUNCTION_RESULT_INVALID": Entry("user_code", "the function {function} returned {actual}, its result is declared as {expected}", "declare the type that it returns", ""),
    "KEYS_NOT_COMPARABLE": Entry("user_code", "sorting needs keys of one type, found {left} and {right}", "convert the keys to one type in the key function", ""),
    "KEY_NOT_HASHABLE": Entry("user_code", "a key of type {type} cannot be hashed", "use a value that does not change as key", ""),
    "KEY_NOT_PORTABLE": Entry("user_code", "a key of type {type} has no form that another language knows", "", ""),
    "NOT_KEY_VALUE": Entry("user_code", "{call} needs elements that are (key, value) pairs, found {actual}", "", ""),
    "ELEMENT_COUNTS_DIFFER": Entry("user_code", "zip needs partitions of equal length: partition {partition} has {left} elements on the left, {right} on the right", "number the elements with zipWithIndex and join them", ""),
    "PARTITION_OUT_OF_RANGE": Entry("user_code", "the partition function {function} returned {actual}, which is not the number of a partition", "return an integer; it is taken modulo the number of partitions, {partitions}", ""),
    "BROADCAST_DESTROYED": Entry("invalid_argument", "the value of broadcast {id} was destroyed", "broadcast it again, or destroy it after the last job that uses it", ""),
    "WORKER_NOT_FOUND": Entry("unavailable", "cannot start the {language} worker: {reason}", "{remedy}", ""),
    "WORKER_VERSION_MISMATCH": Entry("unavailable", "the {language} worker is version {actual}, the program runs {expected}", "start both with the same interpreter, or set KINDLING_PYTHON", ""),
    "WORKER_DIED": Entry("unavailable", "a {language} worker ended in the middle of a task ({reason})", "", ""),
    "WORKER_PROTOCOL": Entry("protocol", "a {language} worker sent what the protocol does not know: {reason}", "", ""),
    "EXECUTOR_LOST": Entry("unavailable", "the executor process ended, attempt {attempts} ({reason})", "", ""),
    "COMMIT_DENIED": Entry("unavailable", "another attempt at this partition writes its output", "", ""),
    "RESULT_TOO_LARGE": Entry("exhausted", "the results of the job have {size} bytes, more than spark.driver.maxResultSize allows ({limit})", "collect less, write the elements to files, or set spark.driver.maxResultSize higher", ""),
    "PIPE_FAILED": Entry("user_code", "pipe: the command \"{command}\" failed: {reason}", "", ""),
    "JOB_CANCELLED": Entry("cancelled", "the job was cancelled {reason}", "", "SPARK_JOB_CANCELLED"),
    "INDETERMINATE_RERUN": Entry("unavailable", "outputs of stage {stage} were lost and would not come out the same again, but stage {result} has delivered results made of them", "checkpoint the data before the step whose result differs from run to run, or run the job again", ""),
    "TASK_UNSCHEDULABLE": Entry("exhausted", "the task of partition {partition} of stage {stage} can run on no executor: {reason}", "see spark.excludeOnFailure and spark.task.cpus, or use more executors", ""),
    "BARRIER_CHAIN": Entry("unsupported", "a barrier stage has as many tasks as partitions all the way, which {what} changes", "call barrier() after it, or repartition first", "BARRIER_STAGE_WITH_RDD_CHAIN_PATTERN"),
    "BARRIER_SLOTS": Entry("exhausted", "the {tasks} tasks of barrier stage {stage} start together, but there are only {slots} slots for them", "use as many slots as the stage has partitions, or repartition the data into fewer", ""),
    "BARRIER_SYNC_FAILED": Entry("user_code", "the tasks of a barrier stage did not meet: {reason}", "", ""),
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
    "MEMORY_EXHAUSTED": Entry("exhausted", "more memory is needed than may be used: {reason}", "allow more, or process less at once: more partitions, smaller groups", ""),
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
