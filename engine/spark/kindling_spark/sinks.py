"""What becomes of the elements of a task: rows for the next stage, for the driver, or of a relation that Spark writes."""

import pickle
import struct

import pyarrow as pa

from kindling_spark.rows import Outgoing, Routes, framed
from kindling_spark.sequence import FORMAT_ENTRY, OBJECT_CLASSES, Output, java_arrays, writable
from kindling_spark.worker import LINES, PICKLE, PORTABLE, failure

ARROW_TYPES = {
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "string": pa.string(),
}
FORMATS = ("lines", "portable", "pickle", "v8")
LINE_SCHEMA = pa.schema([("line", pa.binary())])


def to_stage(task, sink, outputs):
    """Each batch to the tasks that read its bucket; without buckets, to those that read this task's partition."""
    routes = Routes(sink["routes"])
    outgoing = Outgoing(task.partition)
    own = task.partition if sink["kind"] == "keep" else None
    for bucket, form, count, data, *cut in outputs:
        routes.add(outgoing, bucket if own is None else own, framed(form, count, data, *cut))
        if outgoing.is_full:
            yield outgoing.take()
    yield end(task, outgoing, 0)


def to_driver(task, _sink, outputs):
    """The partition's batches, then a row without one that says: this was all."""
    outgoing = Outgoing(task.partition)
    for _, form, count, data, *cut in outputs:
        outgoing.add(task.partition, 0, 0, framed(form, count, data, *cut))
        if outgoing.is_full:
            yield outgoing.take()
    yield end(task, outgoing, task.partition)


def to_nowhere(task, sink, outputs):
    """The functions ran for their effects."""
    for _ in outputs:
        pass
    yield from to_driver(task, sink, ())


def to_count_of_partitions(task, sink, _outputs):
    """Nothing is computed."""
    yield from to_driver(task, sink, ())


def end(task, outgoing, partition):
    """The last rows of a task: what accumulators are to be told, and one that keeps a partition alive, or ends it."""
    for source, stage, batch in task.all_notes():
        outgoing.note(source, stage, batch)
    outgoing.end(partition)
    return outgoing.take()


def notes(task):
    """The rows of a task that nobody wants: what is on its way to the driver goes on."""
    outgoing = Outgoing(task.partition)
    for source, stage, batch in task.all_notes():
        outgoing.note(source, stage, batch)
    if not outgoing.is_empty:
        yield outgoing.take()


# ---------------------------------------------------------------------------------------- what Spark itself writes


def lines_of(rows):
    yield pa.RecordBatch.from_arrays([pa.array(rows, pa.binary())], schema=LINE_SCHEMA)


def to_text(_task, _sink, outputs):
    """Lines, many to a row: Spark puts the last line feed behind them."""
    for _, _form, _count, data, *_ in outputs:
        if len(data):
            yield from lines_of([bytes(data[:-1])])


def to_sequence(task, sink, outputs):
    """The header and runs of records of a SequenceFile; Spark puts its mark behind each."""
    key, value = sink["classes"]
    output = Output(key, value, sink["codec"], sink["sync"])
    yield from lines_of([output.header])
    for _, form, _count, data, *cut in outputs:
        for element in cut_of(decoded(form, data), cut):
            yield from runs(output, *written(element, (key, value)))
    yield from runs_left(output)


def written(element, classes):
    if not isinstance(element, (tuple, list)) or len(element) != 2:
        actual = f"{len(element)} values" if isinstance(element, (tuple, list)) else type(element).__name__
        call = "saveAsSequenceFile"
        raise failure("NOT_KEY_VALUE", call, {"call": call, "actual": actual})
    return [as_class(one, name, role) for one, name, role in zip(element, classes, ("key", "value"))]


def as_class(value, expected, role):
    name, data = writable(value)
    actual = "org.apache.hadoop.io." + name
    if actual != expected:
        raise failure("VALUE_TYPES_MIXED", role, {"role": role, "expected": expected, "actual": actual})
    return data


def to_objects(task, sink, outputs):
    """Batches of elements as the values of a SequenceFile."""
    output = None
    for _, form, count, data, *_ in outputs:
        if output is None:
            output = object_file(FORMATS[form], sink)
            yield from lines_of([output.header])
        batch = bytes(data) if form == PICKLE else struct.pack(">I", count) + bytes(data)
        array = java_arrays(batch)
        yield from runs(output, b"", struct.pack(">i", len(array)) + array)
    if output is None:
        # Without elements, any format is theirs.
        output = object_file("pickle", sink)
        yield from lines_of([output.header])
    yield from runs_left(output)


def object_file(form, sink):
    metadata = () if form == "pickle" else ((FORMAT_ENTRY, form),)
    return Output(*OBJECT_CLASSES, sink["codec"], sink["sync"], metadata)


def runs(output, key, value):
    run = output.append(key, value)
    if run:
        yield from lines_of([run])


def runs_left(output):
    run = output.rest()
    if run:
        yield from lines_of([run])


# ------------------------------------------------------------------------------------------- columns of a relation


def cut_of(rows, cut):
    return rows[slice(*cut)] if cut else rows


def to_columns(task, sink, outputs):
    """Elements that are rows, as the columns of a relation."""
    schema = pa.schema([pa.field(name, ARROW_TYPES[kind], nullable) for name, kind, nullable in sink["schema"]])
    for _, form, _count, data, *cut in outputs:
        rows = cut_of(decoded(form, data), cut)
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
    "shuffle": to_stage,
    "keep": to_stage,
    "driver": to_driver,
    "nowhere": to_nowhere,
    "columns": to_columns,
    "partitions": to_count_of_partitions,
    "text": to_text,
    "sequence": to_sequence,
    "objects": to_objects,
}
# Sinks whose rows have a place for notes.
KEEPING_NOTES = ("shuffle", "keep", "driver", "nowhere", "partitions")
