"""Kernels over several inputs, which come one after the other: zip, cartesian, cogroup, functions of iterators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any, Callable, NamedTuple

from kindling.worker.elements import Input
from kindling.worker.failure import TaskFailure, explain_pairs
from kindling.worker.functions import load
from kindling.worker.joins import join
from kindling.worker.loop import Source, Step
from kindling.worker.memory import Memory, size_of
from kindling.worker.partition_kernels import iterable
from kindling.worker.room import Room, in_files, in_slices
from kindling.worker.spool import Spool, spooled

Lists = Iterator[list[Any]]

# The part of the bound that one side of a cartesian product may take decoded.
_PART_DECODED = 4


def _zip(partition: int, inputs: Input, memory: Memory) -> Lists:
    waiting = spooled(inputs, 0, memory)
    pairs = zip(chain.from_iterable(waiting), chain.from_iterable(inputs.lists(1)))
    yield from in_slices(pairs)
    # `zip` ends with the shorter one; what is left of the other is only counted.
    for _ in waiting:
        pass
    inputs.skim(1)
    left, right = inputs.read_of
    if left != right:
        raise _counts_differ(partition, left, right)


def _counts_differ(partition: int, left: int, right: int) -> TaskFailure:
    params = {"partition": str(partition), "left": str(left), "right": str(right)}
    sizes = f"partition {partition} has {left} elements on the left, {right} on the right"
    message = f"zip needs partitions of equal length: {sizes}"
    return TaskFailure("ELEMENT_COUNTS_DIFFER", params, message)


def _cartesian(inputs: Input, memory: Memory) -> Lists:
    left = spooled(inputs, 0, memory)
    right = _Repeated(inputs, 1, memory)
    for first in chain.from_iterable(left):
        for part in right.lists():
            yield list(zip(repeat(first), part))


class _Repeated:
    """An input that is gone through many times: decoded if there is room for it, as batches otherwise."""

    def __init__(self, inputs: Input, number: int, memory: Memory) -> None:
        self._inputs = inputs
        self._spool = Spool(memory)
        self._decoded: list[list[Any]] | None = []
        held = 0
        for payload in inputs.payloads(number):
            self._spool.append(payload)
            part = inputs.decoded(payload)
            held += size_of(part) if memory.limit else 0
            if self._decoded is not None and held <= memory.limit // _PART_DECODED:
                self._decoded.append(part)
            else:
                self._decoded = None

    def lists(self) -> Lists:
        if self._decoded is not None:
            return iter(self._decoded)
        return (self._inputs.decoded(payload, False) for payload in self._spool)


def _cogroup(inputs: Input, memory: Memory) -> Lists:
    return _cogrouped([inputs.lists(number) for number in range(inputs.count_of_inputs)], Room(memory, "cogroup"))


def _cogrouped(sources: Sequence[Lists], room: Room) -> Lists:
    width = len(sources)
    table: dict[Any, tuple[list[Any], ...]] = defaultdict(lambda: tuple([] for _ in range(width)))
    number = 0
    for number, source in enumerate(sources):
        _gather(room.until_full(source, table), table, number)
        if room.is_full:
            break
    else:
        yield from in_slices(table.items())
        return
    parts = [room.partitions() for _ in sources]
    for i, part in enumerate(parts):
        part.add((key, value) for key, groups in table.items() for value in groups[i])
    table.clear()
    room.empty()
    for source, part in zip(sources[number:], parts[number:]):
        room.route(part, source)
    for files in in_files(*parts):
        yield from _cogrouped(files, room.inner())


def _gather(lists: Lists, table: dict[Any, tuple[list[Any], ...]], number: int) -> None:
    for pairs in lists:
        try:
            for key, value in pairs:
                table[key][number].append(value)
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, "cogroup", pairs) from None


class InputKernel(NamedTuple):
    """What a step makes of its inputs: lists of elements."""

    make: Callable[[Step], Callable[[Input, Memory], Lists]]
    # How many inputs it takes; 0: any number.
    inputs: int


INPUT_KERNELS: dict[str, InputKernel] = {
    "zip": InputKernel(lambda step: partial(_zip, step.partition), 2),
    "cartesian": InputKernel(lambda _: _cartesian, 2),
    "cogroup": InputKernel(lambda _: _cogroup, 0),
    "join": InputKernel(join, 2),
}


def zip_partitions(step: Step, inputs: Input, memory: Memory) -> Source:
    """The user's function runs when its first element is asked for; the last input is read as it asks for it."""
    function = load(step.fields["fn"])
    last = inputs.count_of_inputs - 1

    def make(_: Iterator[Any]) -> Iterable[Any]:
        lists = [*(spooled(inputs, number, memory) for number in range(last)), inputs.lists(last)]
        return iterable("zipPartitions", function.callable(*map(chain.from_iterable, lists)))

    return Source(make, function)
