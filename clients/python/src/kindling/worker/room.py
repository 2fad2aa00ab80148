"""The memory of a table by key: when it is full, and what becomes of it then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import Any

from kindling.worker.failure import explain_pairs, shortened
from kindling.worker.memory import Memory, TableSize, size_of
from kindling.worker.spill import PARTITIONS, Partitions

# Keys that are still together after so many hashes have the same one.
_DEEPEST = 6
_LIST_ELEMENTS = 10_000


class Room:
    """What one table of a kernel may hold; `level` counts how often its keys were cut into files before."""

    def __init__(self, memory: Memory, kernel: str, level: int = 0) -> None:
        self.memory = memory
        self._kernel = kernel
        self.level = level
        self.is_full = False
        self._held = 0.0

    def inner(self) -> Room:
        """The room of a table for one of the files."""
        return Room(self.memory, self._kernel, self.level + 1)

    def partitions(self) -> Partitions:
        return Partitions(self.memory, self.level)

    def empty(self) -> None:
        """The table was cut and is empty again."""
        self.is_full, self._held = False, 0.0
        self.memory.settle()

    def until_full(
        self, lists: Iterator[list[Any]], table: Sized, size: TableSize | None = None
    ) -> Iterator[list[Any]]:
        """Lists for the table as long as there is room; what they hold counts, if `size` does not tell better."""
        return self._until_full(lists, table, size) if self.memory.limit else lists

    def _until_full(self, lists: Iterator[list[Any]], table: Sized, size: TableSize | None) -> Iterator[list[Any]]:
        for part in lists:
            yield part
            self._held = size.of(table) if size else self._held + size_of(part)  # type: ignore[arg-type]
            if self.memory.is_full(self._held) and self._can_cut(table):
                self.is_full = True
                return

    def _can_cut(self, table: Sized) -> bool:
        if self.level < _DEEPEST and (self.level == 0 or len(table) > 1):
            return True
        key = shortened(next(iter(table), None))  # type: ignore[call-overload]
        self.memory.check(self._kernel, f"the key {key}", self._held)
        # It is not this table that takes the memory.
        return False

    def route(self, partitions: Partitions, lists: Iterable[list[Any]]) -> None:
        """Cuts pairs as they came."""
        for part in lists:
            try:
                partitions.add(part)
            except (TypeError, LookupError) as error:
                raise explain_pairs(error, self._kernel, part) from None


def in_files(*partitions: Partitions) -> Iterator[tuple[Iterator[list[Any]], ...]]:
    """The lists of each file in turn, of all partitions that were cut alike."""
    for number in range(PARTITIONS):
        yield tuple(partition.lists(number) for partition in partitions)


def in_slices(elements: Iterable[Any]) -> Iterator[list[Any]]:
    """What is in memory anyway, in lists."""
    elements = iter(elements)
    while part := list(islice(elements, _LIST_ELEMENTS)):
        yield part
