"""Batches as Spark's rows.

Between stages, elements travel as rows

    partition int    the task of the next stage that gets the batch
    input int        the leaf of that stage's tree for which it is; NOTE: for no leaf
    bucket int       the partition of the leaf
    source int       the partition it comes from; with `part` it gives the order
    part int
    batch binary     what follows the input of a BATCH frame in docs/worker-protocol.md: format, count, from, to, bytes

A batch of more than ROW_BYTES takes several rows, all of which but the last say so in their first byte. A row for no
leaf with a batch carries what the task `source` of the stage `part` added to accumulators, on its way to the driver; one
without a batch only keeps an empty partition alive, or ends one.
"""

import struct

import pyarrow as pa
import pyarrow.compute as pc

NOTE = -1
# The most that one row holds.
ROW_BYTES = 8 << 20
# Set in the first byte of a row that the next one goes on with.
CONTINUED = 0x80
# Batches that leave in one Arrow record batch: few of them, unless they are small.
BYTES_PER_OUTPUT = 4 << 20
BATCHES_PER_OUTPUT = 256

NAMES = ("partition", "input", "bucket", "source", "part", "batch")
BATCH_SCHEMA = pa.schema([*((name, pa.int32()) for name in NAMES[:-1]), ("batch", pa.binary())])


def framed(form, count, data, start=0, end=None):
    return struct.pack("<BIII", form, count, start, count if end is None else end) + data


def pieces(batch):
    """The batch as rows of at most ROW_BYTES."""
    if len(batch) <= ROW_BYTES:
        yield batch
        return
    view = memoryview(batch)
    yield bytes([view[0] | CONTINUED]) + view[1:ROW_BYTES]
    for start in range(ROW_BYTES, len(view), ROW_BYTES - 1):
        end = start + ROW_BYTES - 1
        yield bytes([CONTINUED if end < len(view) else 0]) + view[start:end]


class Incoming:
    """The batches in rows, as (leaf, bucket, batch); notes are put aside."""

    def __init__(self, records):
        self._records = records
        self.notes = []

    def __iter__(self):
        begun = []
        for record in self._records:
            inputs, buckets, sources, parts = (record.column(name).to_pylist() for name in NAMES[1:-1])
            for at, value in enumerate(record.column("batch")):
                if not value.is_valid:
                    continue
                batch = value.as_buffer().to_pybytes()
                if inputs[at] == NOTE:
                    self.notes.append((sources[at], parts[at], batch))
                    continue
                if begun or batch[0] & CONTINUED:
                    begun.append(batch)
                    if batch[0] & CONTINUED:
                        continue
                    batch, begun = joined(begun), []
                yield inputs[at], buckets[at], batch

    def notes_only(self):
        """Passes what this task does not want."""
        for record in self._records:
            others = Incoming([record.filter(pc.equal(record.column("input"), NOTE))])
            for _ in others:
                pass
            self.notes += others.notes


def joined(rows):
    first, *others = rows
    return bytes([first[0] & ~CONTINUED]) + first[1:] + b"".join(memoryview(row)[1:] for row in others)


class Outgoing:
    """Rows of batches, gathered into Arrow record batches."""

    def __init__(self, source):
        self._source = source
        self._rows = []
        self._size = 0
        self._part = 0

    def add(self, partition, leaf, bucket, batch):
        for piece in pieces(batch):
            self._rows.append((partition, leaf, bucket, self._source, self._part, piece))
            self._part += 1
            self._size += len(piece)

    def note(self, source, stage, batch):
        self._rows.append((0, NOTE, 0, source, stage, batch))

    def end(self, partition):
        self._rows.append((partition, NOTE, 0, self._source, 0, None))

    @property
    def is_empty(self):
        return not self._rows

    @property
    def is_full(self):
        return self._size >= BYTES_PER_OUTPUT or len(self._rows) >= BATCHES_PER_OUTPUT

    def take(self):
        columns = zip(*self._rows)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, BATCH_SCHEMA)]
        self._rows, self._size = [], 0
        return pa.RecordBatch.from_arrays(arrays, schema=BATCH_SCHEMA)


class Routes:
    """To which tasks, and as which leaf, the batches of a bucket go."""

    def __init__(self, routes):
        self._routes = [(leaf, lists and lists_of(lists)) for leaf, lists in routes]

    def add(self, outgoing, bucket, batch):
        for leaf, lists in self._routes:
            for target in [bucket] if lists is None else lists[min(bucket, len(lists) - 1)]:
                outgoing.add(target, leaf, bucket, batch)


def lists_of(packed):
    """Lists of numbers, from where each begins and all of them one after the other."""
    starts, numbers = (memoryview(data).cast("i") for data in packed)
    return [list(numbers[start:end]) for start, end in zip(starts, starts[1:])]
