"""`ResultIterable`: the values of one key, as `groupByKey` and `cogroup` give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Tuple, Type, TypeVar

__all__ = ["ResultIterable"]

T = TypeVar("T")


class ResultIterable(Iterable[T]):
    """Values to be counted and gone through, again and again. Follows `pyspark.resultiterable.ResultIterable`.

    >>> values = ResultIterable([3, 1, 2])
    >>> len(values), sorted(values)
    (3, [1, 2, 3])
    """

    __slots__ = ("data",)

    def __init__(self, data: Sequence[T]) -> None:
        self.data = data

    @property
    def index(self) -> int:
        """Where iteration begins."""
        return 0

    @property
    def maxindex(self) -> int:
        """The number of values."""
        return len(self.data)

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __reduce__(self) -> Tuple[Type[ResultIterable[T]], Tuple[Sequence[T]]]:
        return ResultIterable, (self.data,)


def grouped_lists(groups: Iterable[Sequence[T]]) -> Tuple[ResultIterable[T], ...]:
    """The values of one key in several RDDs."""
    return tuple(map(ResultIterable, groups))
