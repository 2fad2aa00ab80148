"""Kernels that see the partition as one: the user's functions of iterators, the first elements, the list of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from kindling.worker.functions import load
from kindling.worker.loop import Source, Step
from kindling.worker.memory import Memory, size_of
from kindling.worker.stream import Stream, Whole


def map_partitions(step: Step) -> Source:
    function = load(step.fields["fn"])
    leading = (step.partition,) if step.fields["withIndex"] else ()

    def make(elements: Iterator[Any]) -> Iterable[Any]:
        return iterable("mapPartitions", function.callable(*leading, elements))

    return Source(make, function)


def iterable(call: str, result: Any) -> Iterable[Any]:
    """What a user's function returned, if there are elements in it."""
    if not hasattr(type(result), "__iter__") and not hasattr(type(result), "__getitem__"):
        raise TypeError(f"{call} needs a function that returns an iterable, not {type(result).__name__}")
    elements: Iterable[Any] = result
    return elements


def foreach_partition(step: Step) -> Source:
    function = load(step.fields["fn"])

    def make(elements: Iterator[Any]) -> Iterable[Any]:
        result = function.callable(elements)
        if hasattr(type(result), "__iter__"):
            for _ in result:
                pass
        return ()

    return Source(make, function)


def take(step: Step) -> Source:
    count: int = step.fields["count"]
    return Source(lambda elements: islice(elements, count), None)


def glom(step: Step, memory: Memory) -> Whole:
    def whole(stream: Stream) -> Iterator[list[Any]]:
        elements: list[Any] = []
        held = 0.0
        for part in stream.lists():
            elements += part
            if memory.limit and part:
                held += len(part) * (size_of(part[-1]) + 8)
                memory.check(step.op, f"{len(elements)} elements", held)
        yield [elements]

    return Whole(whole)
