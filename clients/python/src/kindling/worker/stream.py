"""Elements on their way from one kernel to the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

if TYPE_CHECKING:
    from kindling.worker.functions import Function

# A list made of single elements has about so many bytes at most, and not more elements than this.
_LIST_BYTES = 256 << 10
_LIST_ELEMENTS = 1000
# How much longer a list may be than the one before: a small element says little about the next ones.
_GROWTH = 16


class Stream:
    """Elements to be asked for once: one by one or in lists, whichever way they come."""

    def __init__(
        self, each: Callable[[], Iterator[Any]] | None = None, lists: Callable[[], Iterator[list[Any]]] | None = None
    ) -> None:
        self._each = each
        self._lists = lists

    def each(self) -> Iterator[Any]:
        return chain.from_iterable(self._lists()) if self._lists else self._each() if self._each else iter(())

    def lists(self) -> Iterator[list[Any]]:
        return self._lists() if self._lists else in_lists(self.each())


class Whole(NamedTuple):
    """A kernel over a whole partition: lists of other elements, made of a stream when they are asked for."""

    lists: Callable[[Stream], Iterator[list[Any]]]
    # The user's function in it.
    function: Function | None = None


def in_lists(elements: Iterator[Any]) -> Iterator[list[Any]]:
    """The elements in lists that are small enough to look at the memory after each."""
    from kindling.worker.memory import size_of

    count = 1
    while part := list(islice(elements, count)):
        fitting = _LIST_BYTES // (size_of(part[-1]) + 8)
        count = max(1, min(_LIST_ELEMENTS, count * _GROWTH, fitting))
        yield part
