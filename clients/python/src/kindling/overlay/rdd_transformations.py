"""Transformations of `RDD` that PySpark gives a form of its own: groups that know their length, `+`, warnings."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping, Optional, Tuple, TypeVar

from kindling._runtime.remote import UNSET, Remote, call_new, call_value
from kindling.rdd import Partitioner, partitioner_of
from kindling.resultiterable import ResultIterable, grouped_lists
from kindling.worker.piping import line_of

if TYPE_CHECKING:
    from kindling.generated.core import RDD

K = TypeVar("K")
U = TypeVar("U")

Groups = Tuple[ResultIterable[Any], ...]


class RDDTransformations(Remote):
    """Written by hand for `RDD`."""

    if TYPE_CHECKING:

        def map(self, f: Callable[[Any], U]) -> RDD[U]: ...

        def mapPartitionsWithIndex(
            self, f: Callable[[int, Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
        ) -> RDD[U]: ...

        def union(self, other: Any) -> RDD[Any]: ...

    def __add__(self, other: Any) -> RDD[Any]:
        """The elements of both, as `union` gives them."""
        return self.union(other) if isinstance(other, RDDTransformations) else NotImplemented

    def groupBy(
        self,
        f: Callable[[Any], K],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, ResultIterable[Any]]]:
        """Returns a new RDD of pairs: each result of `f` once, and the elements for which it is the result.

        :param f: gives the key of an element, in a worker
        :param numPartitions: partitions of the result; as many as this RDD has when left out
        :param partitionFunc: gives a whole number for a key; a hash when left out
        """
        lists: RDD[Any] = call_new(
            self, "RDD.groupBy", "RDD", (("f: task", f), *_placing(numPartitions, partitionFunc))
        )
        return _with_values(lists, ResultIterable)

    def groupByKey(
        self, numPartitions: Optional[int] = None, partitionFunc: Optional[Callable[[Any], int]] = None
    ) -> RDD[Tuple[Any, ResultIterable[Any]]]:
        """Returns a new RDD with one pair per key: the key and all its values, in the order of the partitions.

        :param numPartitions: partitions of the result; as many as this RDD has when left out
        :param partitionFunc: gives a whole number for a key; a hash when left out
        """
        lists: RDD[Any] = call_new(self, "RDD.groupByKey", "RDD", _placing(numPartitions, partitionFunc))
        return _with_values(lists, ResultIterable)

    def cogroup(self, other: RDD[Any], numPartitions: Optional[int] = None) -> RDD[Tuple[Any, Groups]]:
        """Returns a new RDD with one pair per key of either RDD: the key, and its values in both.

        :param other: pairs with keys of the same type
        :param numPartitions: partitions of the result; as many as both have together when left out
        """
        given = UNSET if numPartitions is None else numPartitions
        arguments = (("other: object<RDD>", other), ("numPartitions: int", given))
        lists: RDD[Any] = call_new(self, "RDD.cogroup", "RDD", arguments)
        return _with_values(lists, grouped_lists)

    def groupWith(self, other: RDD[Any], *others: RDD[Any]) -> RDD[Tuple[Any, Groups]]:
        """Returns a new RDD with one pair per key of any of the RDDs: the key, and its values in each.

        :param other: pairs with keys of the same type
        :param others: more of them
        """
        arguments = (("other: object<RDD>", other), ("others: list<object<RDD>>", others))
        lists: RDD[Any] = call_new(self, "RDD.groupWith", "RDD", arguments)
        return _with_values(lists, grouped_lists)

    def mapPartitionsWithSplit(
        self, f: Callable[[int, Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Deprecated: use `mapPartitionsWithIndex`."""
        message = "mapPartitionsWithSplit is deprecated; use mapPartitionsWithIndex instead"
        warnings.warn(message, FutureWarning, stacklevel=2)
        return self.mapPartitionsWithIndex(f, preservesPartitioning)

    def pipe(self, command: str, env: Optional[Mapping[str, str]] = None, checkCode: bool = False) -> RDD[str]:
        """Returns a new RDD of the lines that a command prints, to which each element is given as a line.

        :param command: words separated by blanks; quotes and backslashes as in a POSIX shell
        :param env: all that the process finds in its environment
        :param checkCode: an exit status other than 0 is `PIPE_FAILED`
        """
        arguments = (
            ("command: string", command),
            ("env: map<string,string>", UNSET if env is None else env),
            ("checkCode: boolean", checkCode),
        )
        return call_new(self.map(line_of), "RDD.pipe", "RDD", arguments)

    @property
    def partitioner(self) -> Optional[Partitioner]:
        """How the pairs of this RDD are placed by their keys; None where they may be anywhere."""
        found: Any = call_value(self, "RDD.partitioner", "optional<value<Partitioner>>")
        return None if found is None else partitioner_of(found)


def _placing(partitions: Optional[int], function: Optional[Callable[[Any], int]]) -> Tuple[Tuple[str, Any], ...]:
    return (
        ("numPartitions: int", UNSET if partitions is None else partitions),
        ("partitionFunc: task", UNSET if function is None else function),
    )


def _with_values(pairs: RDD[Any], function: Callable[[Any], Any]) -> RDD[Any]:
    return call_new(pairs, "RDD.mapValues", "RDD", (("f: task", function),))
