"""Kernels that gather all pairs of a partition by their keys.

Where memory is short they cut what they hold by a hash of the key into files, and go on with one of these at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Callable, NamedTuple

from kindling.worker.failure import explain_pairs
from kindling.worker.loop import Step
from kindling.worker.memory import Memory, TableSize
from kindling.worker.merging import Merging, merge
from kindling.worker.room import Room, in_files, in_slices
from kindling.worker.stream import Whole

# Values of one key that are written together.
_VALUES_TOGETHER = 1000

Lists = Iterator[list[Any]]
Table = dict[Any, Any]


class _ByKey(NamedTuple):
    """A kernel whose table can be cut into entries and made again of them."""

    table: Callable[[], Table]
    gather: Callable[[Lists, Table], None]
    # Gathers what was cut.
    regather: Callable[[Lists, Table], None]
    entries: Callable[[Table], Iterable[tuple[Any, Any]]]
    size: Callable[[], TableSize | None]


def _gathered(kernel: _ByKey, lists: Lists, room: Room) -> Lists:
    table = kernel.table()
    gather = kernel.regather if room.level else kernel.gather
    gather(room.until_full(lists, table, kernel.size()), table)
    if not room.is_full:
        yield from in_slices(table.items())
        return
    parts = room.partitions()
    while table:
        parts.add(kernel.entries(table))
        table.clear()
        room.empty()
        gather(room.until_full(lists, table, kernel.size()), table)
    for (files,) in in_files(parts):
        yield from _gathered(kernel, files, room.inner())


def reduce_by_key(step: Step, memory: Memory) -> Whole:
    merging = Merging.of(step)

    def gather(lists: Lists, table: Table) -> None:
        merge(step, merging, lists, table)

    kernel = _ByKey(dict, gather, gather, dict.items, TableSize)
    return Whole(lambda stream: _gathered(kernel, stream.lists(), Room(memory, step.op)), merging.merge)


def combine_by_key(step: Step, memory: Memory) -> Whole:
    """Two combined values cannot become one: after the first cut the pairs go to the files as they are."""
    merging = Merging.of(step)

    def lists(combined: Lists, pairs: Lists, room: Room) -> Lists:
        table: Table = {}
        size = TableSize()
        for part in room.until_full(combined, table, size):
            table.update(part)
        if not room.is_full:
            merge(step, merging, room.until_full(pairs, table, size), table)
        if not room.is_full:
            yield from in_slices(table.items())
            return
        done, rest = room.partitions(), room.partitions()
        done.add(table.items())
        table.clear()
        room.empty()
        room.route(done, combined)
        room.route(rest, pairs)
        for done_files, rest_files in in_files(done, rest):
            yield from lists(done_files, rest_files, room.inner())

    return Whole(lambda stream: lists(iter(()), stream.lists(), Room(memory, step.op)), merging.merge)


def group_by_key(step: Step, memory: Memory) -> Whole:
    gather = _extend if step.fields.get("lists") else _group
    kernel = _ByKey(lambda: defaultdict(list), gather, _extend, _in_pieces, lambda: None)
    return Whole(lambda stream: _gathered(kernel, stream.lists(), Room(memory, step.op)))


def _group(lists: Lists, table: Table) -> None:
    for pairs in lists:
        try:
            for key, value in pairs:
                table[key].append(value)
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, "groupByKey", pairs) from None


def _extend(lists: Lists, table: Table) -> None:
    for groups in lists:
        for key, values in groups:
            table[key] += values


def _in_pieces(table: Table) -> Iterable[tuple[Any, list[Any]]]:
    for key, values in table.items():
        for start in range(0, len(values), _VALUES_TOGETHER):
            yield key, values[start : start + _VALUES_TOGETHER]
