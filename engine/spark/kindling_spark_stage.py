"""One stage of an RDD job inside a Python worker of Spark.

Spark runs a stage as `mapInArrow`. Between stages, elements travel as rows

    partition int    the partition that the batch goes to
    source int       the partition it comes from; with `part` it gives the order
    part int
    batch binary     what follows the input of a BATCH frame in docs/worker-protocol.md: format, count, from, to, bytes;
                     null: a row that only keeps an empty partition alive, or ends one

The user's functions run in the task worker of their language, a child process that speaks the frames of
docs/worker-protocol.md; this module passes batches between it and Spark. The client ships this file with the workers'
own source as an archive; `stage`, `scalar` and `probe` are called by commands that `python-command.ts` makes.
"""

import base64
import ctypes
import json
import os
import pickle
import shutil
import signal
import struct
import subprocess
import sys
import threading

import pyarrow as pa
from pyspark import SparkFiles, TaskContext

TASK, BATCH, END = 1, 2, 3
# A stage has one input.
ONLY_INPUT = b"\0"
READY, RESULT, DONE, ERROR, ENOUGH = 17, 18, 19, 20, 21
LINES, PORTABLE, PICKLE = 0, 1, 2
UNCOUNTED = 0xFFFFFFFF

# Rows of a relation that make one batch of elements.
ROWS_PER_BATCH = 4096
# Batches that leave in one Arrow record batch: few of them, unless they are small.
BYTES_PER_OUTPUT = 4 << 20
BATCHES_PER_OUTPUT = 256

BATCH_SCHEMA = pa.schema(
    [("partition", pa.int32()), ("source", pa.int32()), ("part", pa.int32()), ("batch", pa.binary())]
)
ARROW_TYPES = {
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "string": pa.string(),
}


class StageFailure(Exception):
    """Carries an error of ours through Spark's error messages; `connect-errors.ts` takes it out again."""

    def __init__(self, form, payload):
        super().__init__(f"kindling-failure:{form}:{base64.b64encode(payload).decode()}")


def failure(code, message, params):
    """An error of the engine's table."""
    described = {"code": code, "type": code, "message": message, "params": params}
    return StageFailure("json", json.dumps(described).encode())


# ---------------------------------------------------------------------------------------------- task workers


class Worker:
    """A task worker of some language as a child process."""

    idle = {}

    def __init__(self, command, environment):
        self.key = (command, environment)
        incoming, self._to = os.pipe()
        self._from, outgoing = os.pipe()
        libc = ctypes.CDLL(None)
        try:
            self._process = subprocess.Popen(
                [*command, "--in", str(incoming), "--out", str(outgoing)],
                pass_fds=(incoming, outgoing),
                stdin=subprocess.DEVNULL,
                env={**os.environ, **dict(environment)},
                # Spark kills its Python workers without notice: 1 is PR_SET_PDEATHSIG.
                preexec_fn=lambda: libc.prctl(1, signal.SIGKILL) if hasattr(libc, "prctl") else None,
            )
        except OSError as error:
            language = "typescript" if command[0] == "node" else "python"
            remedy = "install Node 20.19 or newer on the executors" if language == "typescript" else "look at the executor's log"
            params = {"language": language, "reason": str(error), "remedy": remedy}
            raise failure("WORKER_NOT_FOUND", str(error), params) from None
        finally:
            os.close(incoming)
            os.close(outgoing)
        self._output = open(self._from, "rb", buffering=1 << 18)
        self._input = open(self._to, "wb", buffering=1 << 18)
        kind, _ = self.read()
        if kind != READY:
            raise self.garbage(f"frame {kind} before READY")

    @classmethod
    def take(cls, command, environment):
        """An idle worker, or a new one; it comes back to the idle ones by `rest`."""
        waiting = cls.idle.get((command, environment))
        return waiting.pop() if waiting else cls(command, environment)

    def rest(self):
        self.idle.setdefault(self.key, []).append(self)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def garbage(self, reason):
        self.kill()
        return failure("WORKER_PROTOCOL", reason, {"language": "python", "reason": reason})

    def write(self, kind, *parts):
        self._input.write(struct.pack("<IB", 1 + sum(map(len, parts)), kind))
        for part in parts:
            self._input.write(part)

    def flush(self):
        self._input.flush()

    def read(self):
        header = self._output.read(5)
        if len(header) == 5:
            length, kind = struct.unpack("<IB", header)
            payload = self._output.read(length - 1)
            if len(payload) == length - 1:
                return kind, payload
        reason = f"exit status {self._process.wait()}"
        raise failure("WORKER_DIED", reason, {"language": "python", "reason": reason})


class Feeder(threading.Thread):
    """Writes a task and its batches while the results are read, so that no pipe fills up on both sides."""

    def __init__(self, worker, task, batches):
        super().__init__(daemon=True)
        self._worker, self._task, self._batches = worker, task, batches
        self.enough = False
        self.error = None

    def run(self):
        try:
            self._worker.write(TASK, self._task)
            for batch in self._batches:
                if self.enough:
                    break
                self._worker.write(BATCH, ONLY_INPUT, batch)
            self._worker.write(END)
            self._worker.flush()
        except BrokenPipeError:
            pass  # The worker died; whoever reads from it says why.
        except BaseException as error:
            self.error = error
            self._worker.kill()


def run_pass(step, partition, batches):
    """The frames RESULT of one worker pass: (bucket, format, count, bytes)."""
    worker = Worker.take(step["command"], step["environment"])
    feeder = Feeder(worker, task_of(step, partition), batches)
    feeder.start()
    finished = False
    try:
        while not finished:
            kind, payload = worker.read()
            if kind == RESULT:
                bucket, form, count = struct.unpack_from("<IBI", payload)
                yield bucket, form, count, memoryview(payload)[9:]
            elif kind == ENOUGH:
                feeder.enough = True
            elif kind == DONE:
                finished = True
            elif kind == ERROR:
                raise StageFailure("frame", payload)
            else:
                raise worker.garbage(f"frame {kind}")
        feeder.join()
        worker.rest()
    except BaseException:
        worker.kill()
        if feeder.error is not None:
            raise feeder.error from None
        raise


def task_of(step, partition):
    """The payload of TASK, in MessagePack: the client packed the fields, the cluster knows the rest."""
    attempt = TaskContext.get().attemptNumber()
    own = b"\xa9partition" + packed_integer(partition) + b"\xa7attempt" + packed_integer(attempt)
    return bytes([0x80 | (step["fields"] + 2)]) + step["task"] + own


def packed_integer(value):
    return b"\xce" + value.to_bytes(4, "big")


# ------------------------------------------------------------------------------- from Spark's rows to batches


def framed(form, count, data, start=0, end=None):
    return struct.pack("<BIII", form, count, start, count if end is None else end) + data


def from_batches(_source, records):
    for record in records:
        for value in record.column("batch"):
            if value.is_valid:
                yield value.as_buffer().to_pybytes()


def from_rows(source, records):
    """Each row a list of its values; the columns come as the fields of one."""
    for record in records:
        for start in range(0, record.num_rows, ROWS_PER_BATCH):
            columns = [column.to_pylist() for column in record.column(0).slice(start, ROWS_PER_BATCH).flatten()]
            rows = list(map(list, zip(*columns)))
            yield framed(*encoded_rows(source["format"], rows))


def encoded_rows(form, rows):
    if form == PICKLE:
        return PICKLE, len(rows), pickle.dumps(rows, 4)
    from kindling.worker.portable import pack

    return PORTABLE, len(rows), pack(rows)


def from_lines(_source, records):
    """The text column as it is in the file: bytes that are not UTF-8 are the worker's to replace."""
    for record in records:
        for start in range(0, record.num_rows, ROWS_PER_BATCH):
            lines = record.column(0).slice(start, ROWS_PER_BATCH).cast(pa.binary()).to_pylist()
            yield framed(LINES, len(lines), b"\n".join([*lines, b""]))


SOURCES = {"batches": from_batches, "rows": from_rows, "lines": from_lines}


def chained(outputs):
    """The output of one pass as the input of the next."""
    for _, form, count, data in outputs:
        yield framed(form, count, data)


def unchanged(batches):
    """Batches that no pass touches, as if one had put them out; a cut batch stays as it is."""
    for batch in batches:
        form, count, start, end = struct.unpack_from("<BIII", batch)
        yield 0, form, count, memoryview(batch)[13:], start, end


# ------------------------------------------------------------------------------- from batches to Spark's rows


class Outgoing:
    """Rows of batches, gathered into Arrow record batches."""

    def __init__(self):
        self._rows = []
        self._size = 0

    def add(self, partition, source, part, batch):
        self._rows.append((partition, source, part, batch))
        self._size += 0 if batch is None else len(batch)
        return self._size >= BYTES_PER_OUTPUT or len(self._rows) >= BATCHES_PER_OUTPUT

    def take(self):
        columns = zip(*self._rows)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, BATCH_SCHEMA)]
        self._rows, self._size = [], 0
        return pa.RecordBatch.from_arrays(arrays, schema=BATCH_SCHEMA)


def to_shuffle(_sink, partition, outputs):
    """Each batch to the partition of its bucket."""
    outgoing = Outgoing()
    part = -1
    for part, (bucket, form, count, data, *cut) in enumerate(outputs):
        if outgoing.add(bucket, partition, part, framed(form, count, data, *cut)):
            yield outgoing.take()
    outgoing.add(0, partition, part + 1, None)
    yield outgoing.take()


def to_driver(_sink, partition, outputs):
    """The partition's batches, then a row without one that says: this was all."""
    outgoing = Outgoing()
    part = -1
    for part, (_, form, count, data, *cut) in enumerate(outputs):
        if outgoing.add(partition, 0, part, framed(form, count, data, *cut)):
            yield outgoing.take()
    outgoing.add(partition, 0, part + 1, None)
    yield outgoing.take()


def to_nowhere(sink, partition, outputs):
    """The functions ran for their effects."""
    for _ in outputs:
        pass
    yield from to_driver(sink, partition, ())


def to_count_of_partitions(sink, partition, _outputs):
    """Nothing is computed."""
    yield from to_driver(sink, partition, ())


def to_columns(sink, _partition, outputs):
    """Elements that are rows, as the columns of a relation."""
    schema = pa.schema([pa.field(name, ARROW_TYPES[kind], nullable) for name, kind, nullable in sink["schema"]])
    for _, form, _count, data, *cut in outputs:
        rows = decoded(form, data)[slice(*cut)] if cut else decoded(form, data)
        if rows:
            yield pa.RecordBatch.from_arrays(columns_of(rows, schema), schema=schema)


def decoded(form, data):
    if form == PICKLE:
        return pickle.loads(data)
    if form == LINES:
        return str(data, "utf-8", "replace").split("\n")[:-1]
    if form == PORTABLE:
        from kindling.worker.portable import unpack

        return unpack(data)
    raise failure(
        "WORKER_PROTOCOL",
        "elements of this format cannot become columns",
        {"language": "python", "reason": f"format {form}"},
    )


def columns_of(rows, schema):
    for row in rows:
        if not isinstance(row, (tuple, list)) or len(row) != len(schema):
            raise mismatch("rows", f"{len(schema)} values each", shortened(row))
    return [column_of(field, values) for field, values in zip(schema, zip(*rows))]


def column_of(field, values):
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, OverflowError, TypeError):
        for value in values:
            try:
                pa.array([value], field.type)
            except (pa.ArrowException, OverflowError, TypeError):
                raise mismatch(f'column "{field.name}"', str(field.type), shortened(value)) from None
        raise


def mismatch(call, expected, actual):
    return failure(
        "TYPE_MISMATCH",
        f"{call} takes {expected}, not {actual}",
        {"call": call, "expected": expected, "actual": actual},
    )


def shortened(value):
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:59] + '…'}"


SINKS = {
    "shuffle": to_shuffle,
    "driver": to_driver,
    "nowhere": to_nowhere,
    "columns": to_columns,
    "partitions": to_count_of_partitions,
}


# ------------------------------------------------------------------------------------------------ entry points


def stage(archive, spec):
    """The function of a `mapInArrow`: from a stage's input rows to its output rows."""
    folder = SparkFiles.get(archive)
    passes = [located(step, folder) for step in spec["passes"]]

    def run(records):
        partition = TaskContext.get().partitionId()
        wanted = spec["wanted"]
        if wanted is not None and partition not in wanted:
            return
        batches = SOURCES[spec["source"]["kind"]](spec["source"], records)
        outputs = unchanged(batches) if not passes else run_pass(passes[0], partition, batches)
        for step in passes[1:]:
            outputs = run_pass(step, partition, chained(outputs))
        yield from SINKS[spec["sink"]["kind"]](spec["sink"], partition, outputs)

    return run


def located(step, folder):
    """The pass with its worker's command and environment as they are on this executor."""
    places = {"python": sys.executable, "folder": folder, "path": os.environ.get("PYTHONPATH", "")}
    return {
        **step,
        "command": tuple(part.format(**places) for part in step["command"]),
        "environment": tuple((name, value.format(**places)) for name, value in step["environment"]),
    }


def scalar(_archive, name, body):
    """A function of the user as a scalar UDF; what it throws is told as by a task worker."""
    try:
        function = pickle.loads(body)
    except Exception as error:
        cause = f"the function {name} cannot be loaded on the executor: {type(error).__name__}: {error}"
        raise failure("USER_FUNCTION_FAILED", cause, {"type": type(error).__name__, "message": cause}) from error

    def call(*arguments):
        try:
            return function(*arguments)
        except Exception as error:
            raise StageFailure("json", json.dumps(described(error)).encode()) from None

    return call


def described(error):
    from kindling.worker.failure import error_map

    return error_map(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next), 0)


def probe(_archive):
    """One row that tells what is on this executor, as JSON."""

    def run(records):
        for _ in records:
            pass
        found = {"python": "%d.%d" % sys.version_info[:2], "node": shutil.which("node")}
        yield pa.RecordBatch.from_arrays([pa.array([json.dumps(found)])], names=["found"])

    return run
