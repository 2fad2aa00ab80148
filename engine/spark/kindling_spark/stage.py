"""One stage of an RDD job inside a Python worker of Spark.

Spark runs a stage as `mapInArrow`; `rows.py` says what its rows are. The user's functions run in the task worker of their
language (`worker.py`), in the order that the tree of the stage says (`tree.py`). The client ships this package with the
workers' own source as an archive; `stage`, `scalar` and `probe` are called by commands that `python-command.ts` makes.
"""

import itertools
import json
import pickle
import shutil
import struct
import sys

import pyarrow as pa
from pyspark import SparkFiles, TaskContext

from kindling_spark.files import batches_of
from kindling_spark.rows import Incoming, Outgoing, Routes, framed
from kindling_spark.sinks import KEEPING_NOTES, SINKS, notes
from kindling_spark.tree import Shelf, Stream, Tree
from kindling_spark.worker import LINES, PICKLE, PORTABLE, StageFailure, failure, located

# Rows of a relation that make one batch of elements.
ROWS_PER_BATCH = 4096


# ------------------------------------------------------------------------------- from Spark's rows to batches


def from_rows(form, records):
    """Each row a list of its values; the columns come as the fields of one."""
    for record in records:
        for start in range(0, record.num_rows, ROWS_PER_BATCH):
            columns = [column.to_pylist() for column in record.column(0).slice(start, ROWS_PER_BATCH).flatten()]
            rows = list(map(list, zip(*columns)))
            yield framed(*encoded_rows(form, rows))


def encoded_rows(form, rows):
    if form == PICKLE:
        return PICKLE, len(rows), pickle.dumps(rows, 4)
    from kindling.worker.portable import pack

    return PORTABLE, len(rows), pack(rows)


def from_lines(_form, records):
    """The text column as it is in the file: bytes that are not UTF-8 are the worker's to replace."""
    for record in records:
        for start in range(0, record.num_rows, ROWS_PER_BATCH):
            lines = record.column(0).slice(start, ROWS_PER_BATCH).cast(pa.binary()).to_pylist()
            yield framed(LINES, len(lines), b"\n".join([*lines, b""]))


def from_nothing(_form, records):
    """The one row is there so that Spark runs the task."""
    for _ in records:
        pass
    return iter(())


SOURCES = {"rows": from_rows, "lines": from_lines, "none": from_nothing}


class Task:
    """One task of a stage: what came in, and what is on its way to accumulators."""

    def __init__(self, spec, folder, records):
        self._spec = spec
        self._folder = folder
        self.partition, records = numbered(records)
        self._records = records
        self._incoming = Incoming(records) if spec["source"] == "batches" else None
        self._updates = []

    def run(self):
        """The rows of the output."""
        sink = self._spec["sink"]
        wanted = self._spec["wanted"]
        if wanted is not None and self.partition not in wanted:
            if self._incoming is not None and sink["kind"] in KEEPING_NOTES:
                self._incoming.notes_only()
                yield from notes(self)
            return
        tree = Tree(self._spec, self._leaves(), self._updates)
        outputs = tree.outputs(prepared(self._spec["tree"], self._folder), self.partition)
        yield from SINKS[sink["kind"]](self, sink, outputs)

    def _leaves(self):
        if self._incoming is None:
            return Stream(SOURCES[self._spec["source"]](self._spec["format"], self._records))
        if self._spec["direct"]:
            return Stream(batch for _, _, batch in self._incoming)
        return Shelf(self._incoming)

    def all_notes(self):
        """What came from other tasks, and what this one has added: (task, stage, bytes)."""
        if self._incoming is not None:
            # A task that had enough has not read them all.
            yield from self._incoming.notes
        if self._updates:
            frames = b"".join(struct.pack("<I", len(frame)) + frame for frame in self._updates)
            yield self.partition, self._spec["stage"], frames


def numbered(records):
    """The partition of a task, which its rows name: below a union, Spark's own number counts from the first relation of it."""
    skipped = []
    for record in records:
        skipped.append(record)
        if record.num_rows > 0:
            for name in ("partition", "id"):
                if name in record.schema.names:
                    return record.column(name)[0].as_py(), itertools.chain(skipped, records)
            break
    return TaskContext.get().partitionId(), itertools.chain(skipped, records)


def prepared(node, folder):
    """The tree with the commands of its workers as they are on this executor."""
    below = {"inputs": [prepared(one, folder) for one in node["inputs"]]} if "inputs" in node else {}
    return {**(located(node, folder) if node["kind"] == "pass" else node), **below}


# ------------------------------------------------------------------------------------------------ entry points


def stage(archive, spec):
    """The function of a `mapInArrow`: from a stage's input rows to its output rows."""
    folder = SparkFiles.get(archive)
    return lambda records: Task(spec, folder, records).run()


def files(_archive, spec):
    """From files of Spark's binary source to rows for a stage: each element to the partition that the plan says."""
    places = {path: (order, bucket, starts) for order, (path, bucket, starts) in enumerate(spec["places"])}
    routes = Routes(spec["routes"])

    def run(records):
        for record in records:
            for path, content in zip(record.column("path").to_pylist(), record.column("content")):
                if path in places:
                    yield from file(path, content.as_buffer().to_pybytes(), *places[path])

    def file(path, data, order, bucket, starts):
        outgoing = Outgoing(order)
        for split, batch in batches_of(spec["form"], path, data, starts):
            routes.add(outgoing, bucket + split, batch)
            if outgoing.is_full:
                yield outgoing.take()
        outgoing.end(0)
        yield outgoing.take()

    return run


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
