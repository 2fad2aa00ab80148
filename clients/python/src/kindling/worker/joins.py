"""Joins: the pairs of one input are held by their keys, and those of the other one go past them.

Where memory is short, both inputs are cut by a hash of the key into files, and those that belong together are joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Callable, NamedTuple

from kindling.worker.elements import Input
from kindling.worker.failure import explain_pairs
from kindling.worker.frames import ProtocolViolation
from kindling.worker.loop import Step
from kindling.worker.memory import Memory, TableSize
from kindling.worker.room import Room, in_files, in_slices
from kindling.worker.spool import spooled

Lists = Iterator[list[Any]]
Table = dict[Any, Any]

# Results that are made at once.
_RESULTS = 100_000


class _Kind(NamedTuple):
    """How one kind of join works."""

    # Which input is held.
    holds: int
    # The table of some pairs.
    hold: Callable[[Lists, Table], None]
    # The results of a table and the pairs of the other input.
    results: Callable[[Table, Lists], Lists]
    # The pairs that a table was made of.
    pairs: Callable[[Table], Iterable[tuple[Any, Any]]]

    def of(self, inputs: Input, memory: Memory) -> Lists:
        room = Room(memory, "join")
        if self.holds == 0:
            return _joined(self, inputs.lists(0), inputs.lists(1), room)
        # Input 0 comes first and waits.
        passing = spooled(inputs, 0, memory)
        return _joined(self, inputs.lists(1), passing, room)


def join(step: Step) -> Callable[[Input, Memory], Lists]:
    kind = _KINDS.get(step.fields["how"])
    if kind is None:
        raise ProtocolViolation(f"a join of kind {step.fields['how']!r}")
    return kind.of


def _joined(kind: _Kind, held: Lists, passing: Lists, room: Room) -> Lists:
    table: Table = defaultdict(list)
    kind.hold(room.until_full(held, table, TableSize() if kind.hold is _hold_keys else None), table)
    if not room.is_full:
        table.default_factory = None  # type: ignore[attr-defined]
        yield from kind.results(table, passing)
        return
    parts, other = room.partitions(), room.partitions()
    parts.add(kind.pairs(table))
    table.clear()
    room.empty()
    room.route(parts, held)
    room.route(other, passing)
    for held_files, passing_files in in_files(parts, other):
        yield from _joined(kind, held_files, passing_files, room.inner())


def _hold(lists: Lists, table: Table) -> None:
    for pairs in lists:
        try:
            for key, value in pairs:
                table[key].append(value)
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, "join", pairs) from None


def _hold_keys(lists: Lists, table: Table) -> None:
    for pairs in lists:
        try:
            for key, _ in pairs:
                table[key] = None
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, "join", pairs) from None


def _held_pairs(table: Table) -> Iterable[tuple[Any, Any]]:
    return ((key, value) for key, values in table.items() for value in values)


def _few(table: Table, lists: Lists) -> Iterator[tuple[list[Any], bool]]:
    """Lists whose results can be made at once, and whether they can."""
    largest = max(map(len, table.values()), default=1)
    size = _RESULTS // largest
    for pairs in lists:
        if size == 0 or len(pairs) <= size:
            yield pairs, size > 0
        else:
            yield from ((pairs[i : i + size], True) for i in range(0, len(pairs), size))


def _matches(table: Table, lists: Lists, none: tuple[Any, ...], left_is_held: bool) -> Lists:
    """The results for pairs that go past; a key that is not held has the values of `none`."""
    find = table.get
    for pairs, at_once in _few(table, lists):
        try:
            if not at_once:
                yield from in_slices(_matches_each(table, pairs, none, left_is_held))
            elif left_is_held:
                yield [(key, (held, value)) for key, value in pairs for held in find(key, none)]
            else:
                yield [(key, (value, held)) for key, value in pairs for held in find(key, none)]
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, "join", pairs) from None


def _matches_each(
    table: Table, pairs: list[Any], none: tuple[Any, ...], left_is_held: bool
) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    for key, value in pairs:
        for held in table.get(key, none):
            yield key, ((held, value) if left_is_held else (value, held))


def _inner(table: Table, lists: Lists) -> Lists:
    return _matches(table, lists, (), True)


def _right(table: Table, lists: Lists) -> Lists:
    return _matches(table, lists, (None,), True)


def _left(table: Table, lists: Lists) -> Lists:
    return _matches(table, lists, (None,), False)


def _full(table: Table, lists: Lists) -> Lists:
    alone = set(table)

    def seen() -> Lists:
        for pairs in lists:
            yield pairs
            alone.difference_update([key for key, _ in pairs])

    yield from _right(table, seen())
    rest = ((key, (value, None)) for key, values in table.items() if key in alone for value in values)
    yield from in_slices(rest)


def _semi(table: Table, lists: Lists) -> Lists:
    return _filtered(lists, lambda pairs: [pair for pair in pairs if pair[0] in table])


def _anti(table: Table, lists: Lists) -> Lists:
    return _filtered(lists, lambda pairs: [pair for pair in pairs if pair[0] not in table])


def _filtered(lists: Lists, kept: Callable[[list[Any]], list[Any]]) -> Lists:
    for pairs in lists:
        try:
            yield kept(pairs)
        except (TypeError, LookupError) as error:
            raise explain_pairs(error, "join", pairs) from None


_KINDS: dict[str, _Kind] = {
    "inner": _Kind(0, _hold, _inner, _held_pairs),
    "right": _Kind(0, _hold, _right, _held_pairs),
    "full": _Kind(0, _hold, _full, _held_pairs),
    "left": _Kind(1, _hold, _left, _held_pairs),
    "semi": _Kind(1, _hold_keys, _semi, dict.items),
    "anti": _Kind(1, _hold_keys, _anti, dict.items),
}
