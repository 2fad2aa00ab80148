"""What does not fit into memory: a file without a name, and what lies in it.

A task has one such file at most, which goes with the process, however that ends. What was read again stays in it.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from kindling.worker.failure import TaskFailure
from kindling.worker.memory import size_of
from kindling.worker.own_format import dumps

if TYPE_CHECKING:
    from kindling.worker.memory import Memory

_PARTITION_BITS = 5
PARTITIONS = 1 << _PARTITION_BITS
_PARTITION_MASK = PARTITIONS - 1
# The lowest bits of a hash are mixed the least.
_FIRST_BIT = 16
# What is routed together; then the size of what is held back is estimated anew.
_ROUTED_TOGETHER = 64
# What all partitions hold back before it is written, for fuller chunks: a part of the bound within these.
_HELD_PART = 8
_LEAST_HELD_BYTES, _MOST_HELD_BYTES = 64 << 10, 8 << 20


class Place(NamedTuple):
    """Some bytes of the file."""

    offset: int
    length: int


class SpillFile:
    """Made when it is first written to, and unlinked at once."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._file: io.FileIO | None = None
        self.size = 0

    def write(self, data: bytes | memoryview) -> Place:
        place = Place(self.size, len(data))
        try:
            if self._file is None:
                self._file = self._opened()
            rest = memoryview(data)
            while rest:
                rest = rest[os.pwrite(self._file.fileno(), rest, self.size + len(data) - len(rest)) :]
        except OSError as error:
            raise self._failure(error) from error
        self.size += len(data)
        return place

    def read(self, place: Place) -> bytes:
        data = b""
        try:
            while self._file is not None and len(data) < place.length:
                more = os.pread(self._file.fileno(), place.length - len(data), place.offset + len(data))
                data = data + more if data else more
        except OSError as error:
            raise self._failure(error) from error
        return data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> io.FileIO:
        path = os.path.join(self._folder(), f"spill-{os.getpid()}-{id(self):x}")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.unlink(path)
        return io.FileIO(descriptor, "r+")

    def _folder(self) -> str:
        if self._directory:
            return self._directory
        import tempfile

        return tempfile.gettempdir()

    def _failure(self, error: OSError) -> TaskFailure:
        reason = error.strerror or str(error)
        path = self._folder()
        return TaskFailure("WRITE_FAILED", {"path": path, "reason": reason}, f'cannot spill to "{path}": {reason}')


class Run:
    """Elements in order, in chunks of about so many bytes."""

    def __init__(self, memory: Memory, elements: Iterable[Any], chunk_bytes: int) -> None:
        self._file = memory.file
        self._places: list[Place] = []
        elements = iter(elements)
        chunk = list(islice(elements, 1))
        while chunk:
            data = dumps(chunk)
            self._places.append(self._file.write(data))
            memory.spilled_memory_bytes += size_of(chunk)
            chunk = list(islice(elements, max(1, min(10_000, chunk_bytes * len(chunk) // len(data)))))

    def __iter__(self) -> Iterator[Any]:
        for place in self._places:
            yield from pickle.loads(self._file.read(place))


class Partitions:
    """Entries that begin with a key, cut by a hash of it; `level` makes the hash another one."""

    def __init__(self, memory: Memory, level: int) -> None:
        self._memory = memory
        self._level = level
        self._held: list[list[Any]] = [[] for _ in range(PARTITIONS)]
        self._held_bytes = 0
        self._most_bytes = max(_LEAST_HELD_BYTES, min(_MOST_HELD_BYTES, memory.limit // _HELD_PART))
        self._places: list[list[Place]] = [[] for _ in range(PARTITIONS)]

    def add(self, entries: Iterable[tuple[Any, ...]]) -> None:
        entries = iter(entries)
        held, shift = self._held, _FIRST_BIT + self._level * _PARTITION_BITS
        while piece := list(islice(entries, _ROUTED_TOGETHER)):
            for entry in piece:
                # The hash of a tuple mixes well, and each level takes other bits of it.
                held[hash((entry[0],)) >> shift & _PARTITION_MASK].append(entry)
            self._held_bytes += size_of(piece)
            if self._held_bytes > self._most_bytes:
                self.flush()

    def flush(self) -> None:
        for number, entries in enumerate(self._held):
            if entries:
                self._places[number].append(self._memory.file.write(dumps(entries)))
                self._memory.spilled_memory_bytes += size_of(entries)
                self._held[number] = []
        self._held_bytes = 0

    def lists(self, number: int) -> Iterator[list[Any]]:
        """The entries of one partition in the order in which they came; to be asked for once."""
        for place in self._places[number]:
            yield pickle.loads(self._memory.file.read(place))
        rest, self._held[number] = self._held[number], []
        yield rest
