"""Sorting a partition: in memory, or by sorted runs in a file that are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge, nlargest, nsmallest
from itertools import chain
from typing import Any

from kindling.worker.element_kernels import PAIR_FUNCTIONS
from kindling.worker.failure import is_pair, is_plain, keys_not_comparable, not_key_value
from kindling.worker.functions import Function, load
from kindling.worker.loop import Step
from kindling.worker.memory import Memory, size_of
from kindling.worker.spill import Run
from kindling.worker.stream import Stream, Whole, in_lists

# So many runs are merged at once; a chunk of each is in memory.
_MERGED_TOGETHER = 32
_LEAST_CHUNK_BYTES, _MOST_CHUNK_BYTES = 4 << 10, 1 << 20
_LIST_ELEMENTS = 10_000
# What `heapq` keeps beside an element.
_HEAP_ENTRY_BYTES = 100


class Sorter:
    """All elements of a stream in the order of their keys, equal ones in the order in which they came."""

    def __init__(self, memory: Memory, key: Function, ascending: bool, limit: int = 0) -> None:
        """`limit`: so many elements are asked for at most; 0: all."""
        self._memory = memory
        self._limit = limit
        self._key = key
        self._key_of = key.of_element()
        self._descending = not ascending
        self._runs: list[Run] = []
        self._chunk_bytes = max(_LEAST_CHUNK_BYTES, min(_MOST_CHUNK_BYTES, memory.limit // (4 * _MERGED_TOGETHER)))
        self.count = 0

    def lists(self, stream: Stream) -> Iterator[list[Any]]:
        rest = self._gather(stream)
        self._sort(rest)
        if self._runs:
            yield from self._merged([*self._runs, rest])
        else:
            yield from (rest[i : i + _LIST_ELEMENTS] for i in range(0, len(rest), _LIST_ELEMENTS))

    def _gather(self, stream: Stream) -> list[Any]:
        """The elements after the last run."""
        elements: list[Any] = []
        held = 0.0
        for part in stream.lists():
            elements += part
            self.count += len(part)
            if self._limit and len(elements) >= 2 * self._limit + _LIST_ELEMENTS:
                elements = self._first(elements)
                held = len(elements) * (size_of(elements[-1]) + 8) if self._memory.limit else 0.0
            elif self._memory.limit and part:
                held += len(part) * (size_of(part[-1]) + 8)
                if self._memory.is_full(held):
                    self._spill(elements)
                    held = 0.0
        return elements

    def _first(self, elements: list[Any]) -> list[Any]:
        """Those that can be among the first; later ones of equal keys come after them."""
        choose = nlargest if self._descending else nsmallest
        try:
            return choose(self._limit, elements, self._key_of)
        except (TypeError, LookupError) as error:
            raise explain_order(error, self._key, elements) from None

    def _spill(self, elements: list[Any]) -> None:
        self._sort(elements)
        self._runs.append(Run(self._memory, elements, self._chunk_bytes))
        elements.clear()
        self._memory.settle()

    def _sort(self, elements: list[Any]) -> None:
        try:
            elements.sort(key=self._key_of, reverse=self._descending)
        except (TypeError, LookupError) as error:
            raise explain_order(error, self._key, elements) from None

    def _merged(self, runs: Sequence[Iterable[Any]]) -> Iterator[list[Any]]:
        try:
            while len(runs) > _MERGED_TOGETHER:
                together = [runs[i : i + _MERGED_TOGETHER] for i in range(0, len(runs), _MERGED_TOGETHER)]
                runs = [Run(self._memory, self._merge(some), self._chunk_bytes) for some in together]
            yield from in_lists(self._merge(runs))
        except TypeError as error:
            raise keys_not_comparable(error) or error from None

    def _merge(self, runs: Iterable[Iterable[Any]]) -> Iterator[Any]:
        return merge(*runs, key=self._key_of, reverse=self._descending)


def explain_order(error: Exception, key: Function, elements: Iterable[Any]) -> Exception:
    """What an error means that came of comparing keys, or of taking them from pairs."""
    if not is_plain(error):
        return error
    if key.of_key or key.known_as in PAIR_FUNCTIONS:
        for element in elements:
            if not is_pair(element):
                return not_key_value("sortByKey", element)
    return (isinstance(error, TypeError) and keys_not_comparable(error)) or error


def sort(step: Step, memory: Memory) -> Whole:
    key, ascending, limit = load(step.fields["key"]), step.fields["ascending"], int(step.fields.get("limit", 0))
    return Whole(lambda stream: Sorter(memory, key, ascending, limit).lists(stream), key)


def bounds(step: Step, memory: Memory) -> Whole:
    """The elements that cut the sorted ones into equal runs, chosen as PySpark's `sortByKey` does."""
    partitions = int(step.fields["partitions"])

    def chosen(stream: Stream) -> Iterator[list[Any]]:
        sorter = Sorter(memory, load({"language": "any", "name": "identity"}), True)
        cut = 1
        for place, element in enumerate(chain.from_iterable(sorter.lists(stream))):
            while cut < partitions and sorter.count * cut // partitions == place:
                yield [element]
                cut += 1

    return Whole(chosen)


def take_ordered(step: Step, memory: Memory) -> Whole:
    count, key = int(step.fields["count"]), load(step.fields["key"])
    choose = nsmallest if step.fields["ascending"] else nlargest

    def chosen(stream: Stream) -> Iterator[list[Any]]:
        checked = _Checked(memory, count)
        try:
            yield choose(count, chain.from_iterable(map(checked, stream.lists())), key.of_element())
        except (TypeError, LookupError) as error:
            raise explain_order(error, key, checked.last) from None

    return Whole(chosen, key)


class _Checked:
    """Hands lists on and looks at what `takeOrdered` can hold of them."""

    def __init__(self, memory: Memory, count: int) -> None:
        self._memory = memory
        self._count = count
        self._read = 0
        self.last: list[Any] = []

    def __call__(self, elements: list[Any]) -> list[Any]:
        self.last = elements
        self._read += len(elements)
        if self._memory.limit and elements:
            held = min(self._count, self._read) * (size_of(elements[-1]) + _HEAP_ENTRY_BYTES)
            self._memory.check("takeOrdered", f"{self._count} elements", held)
        return elements
