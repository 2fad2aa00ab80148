"""Actions of `RDD` that PySpark gives a form of its own: dictionaries of counts, iterators, lookups."""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Optional, TypeVar

from kindling._runtime.remote import Remote, call_new, call_value
from kindling.errors import engine_error
from kindling.worker.partition_steps import counts, has_key

if TYPE_CHECKING:
    from kindling.generated.core import RDD
    from kindling.rdd import Partitioner

K = TypeVar("K")
T = TypeVar("T")
U = TypeVar("U")

_WORKERS_SEED = "0"
"""With which Python workers hash texts."""


class _Started(Remote, remote="FutureAction"):
    """An action that runs while the program goes on, as the gateway knows it."""

    def get(self) -> Any:
        """Its result, when it is there."""
        return call_value(self, "FutureAction.get", "unknown")


class RDDActions(Remote):
    """Written by hand for `RDD`."""

    if TYPE_CHECKING:

        @property
        def partitioner(self) -> Optional[Partitioner]: ...

        def collect(self) -> List[Any]: ...

        def filter(self, f: Callable[[Any], bool]) -> RDD[Any]: ...

        def getNumPartitions(self) -> int: ...

        def mapPartitions(self, f: Callable[[Iterator[Any]], Iterable[Any]]) -> RDD[Any]: ...

    def collectWithJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> List[Any]:
        """Deprecated: use `setJobGroup` and `collect`.

        :param groupId: the name of the group
        :param description: what the job is for
        :param interruptOnCancel: whether tasks that run are ended, too
        """
        message = "collectWithJobGroup is deprecated; use setJobGroup and collect in an InheritableThread instead"
        warnings.warn(message, FutureWarning, stacklevel=2)
        arguments = (
            ("groupId: string", groupId),
            ("description: string", description),
            ("interruptOnCancel: boolean", interruptOnCancel),
        )
        return call_value(self, "RDD.collectWithJobGroup", "elements", arguments)

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Any]:
        """Returns an iterator of all elements, in order, that holds one partition at a time.

        Runs a job for each partition, when the iterator comes to it.

        :param prefetchPartitions: the job of the next partition starts with that of the one before
        """
        return _partition_by_partition(self, prefetchPartitions)

    def treeReduce(self, f: Callable[[Any, Any], Any], depth: int = 2) -> Any:
        """Returns what merging all elements by `f` gives, level by level.

        Runs a job with a shuffle of the results at each further level.

        :param f: merges two elements, in a worker
        :param depth: how many levels there should be
        """
        _require_depth("treeReduce", depth)
        return call_value(self, "RDD.treeReduce", "element", (("f: task", f), ("depth: int", depth)))

    def treeAggregate(
        self, zeroValue: U, seqOp: Callable[[U, Any], U], combOp: Callable[[U, U], U], depth: int = 2
    ) -> U:
        """Returns what `aggregate` gives, merged level by level; the zero enters once for each partition.

        Runs a job with a shuffle of the results at each further level.

        :param zeroValue: where the merge of each partition begins
        :param seqOp: adds an element to a result, in a worker
        :param combOp: merges two results, in a worker
        :param depth: how many levels there should be
        """
        _require_depth("treeAggregate", depth)
        arguments = (
            ("zeroValue: element", zeroValue),
            ("seqOp: task", seqOp),
            ("combOp: task", combOp),
            ("depth: int", depth),
        )
        return call_value(self, "RDD.treeAggregate", "element", arguments)

    def countByKey(self) -> Dict[Any, int]:
        """Returns how often each key occurs among pairs; a key that does not counts 0.

        Runs a job.
        """
        return _counts(self, "countByKey", of_keys=True)

    def countByValue(self) -> Dict[Any, int]:
        """Returns how often each element occurs; one that does not counts 0.

        Runs a job.
        """
        return _counts(self, "countByValue", of_keys=False)

    def lookup(self, key: Any) -> List[Any]:
        """Returns the values of the pairs with this key, in order.

        Runs a job over all partitions; over one only where the RDD's partitioner says to which a key belongs.

        :param key: compared by equality
        """
        values = self.filter(partial(has_key, key)).values()
        partitioner = self.partitioner
        if partitioner is None or not _is_placed_alike(key, partitioner):
            return values.collect()
        return _started(values, [partitioner(key)]).get()[0]  # type: ignore[no-any-return]


def _started(rdd: Remote, partitions: List[int]) -> _Started:
    arguments = (("partitionIds: list<int>", partitions),)
    return call_new(rdd, "RDD.collectPartitionsAsync", "FutureAction", arguments)


def _partition_by_partition(rdd: RDDActions, prefetch: bool) -> Iterator[Any]:
    count = rdd.getNumPartitions()
    ahead: Optional[_Started] = None
    for partition in range(count):
        current = ahead or _started(rdd, [partition])
        ahead = _started(rdd, [partition + 1]) if prefetch and partition + 1 < count else None
        yield from current.get()[0]


def _require_depth(call: str, depth: int) -> None:
    if depth < 1:
        params = {"call": call, "parameter": "depth", "expected": "at least 1", "actual": str(depth)}
        raise engine_error("INVALID_ARGUMENT", f"{call}: depth cannot be smaller than 1 but got {depth}", params)


def _counts(rdd: RDDActions, call: str, of_keys: bool) -> Dict[Any, int]:
    """Each partition is counted in a worker; the counts are added up here."""
    partitions = rdd.mapPartitions(partial(counts, of_keys)).collect()
    if not partitions:
        message = f"{call}: an empty RDD without partitions has no result"
        raise engine_error("EMPTY_COLLECTION", message, {"call": call})
    total: Dict[Any, int] = defaultdict(int)
    for partition in partitions:
        for element, found in partition.items():
            total[element] += found
    return total


def _is_placed_alike(key: Any, partitioner: Partitioner) -> bool:
    """Whether this process places a key as workers do: the hash of texts depends on how a process was started."""
    from kindling.rdd import portable_hash

    is_seeded_alike = os.environ.get("PYTHONHASHSEED", _WORKERS_SEED) == _WORKERS_SEED
    return is_seeded_alike or partitioner.partitionFunc is not portable_hash or _is_hashed_alike(key)


def _is_hashed_alike(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(map(_is_hashed_alike, key))
    return key is None or type(key) in (bool, int, float, complex)
