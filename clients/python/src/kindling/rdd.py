"""RDDs, and how their pairs are placed, under PySpark's module name."""

from __future__ import annotations

import functools
import os
import pickle
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional

from kindling.bounded_float import BoundedFloat
from kindling.errors import WrongStateError
from kindling.worker.hashing import portable_hash as hash_of_key

if TYPE_CHECKING:
    from kindling.generated.core import RDD, RDDBarrier

__all__ = ["RDD", "BoundedFloat", "Partitioner", "RDDBarrier", "portable_hash"]

_SEED = "PYTHONHASHSEED"


def __getattr__(name: str) -> Any:
    if name not in ("RDD", "RDDBarrier"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kindling.generated import core

    return getattr(core, name)


def portable_hash(x: Any) -> int:
    """The hash by which keys are placed: equal in all processes of a program that runs with one PYTHONHASHSEED."""
    if _SEED not in os.environ:
        params = {"call": "portable_hash", "parameter": _SEED, "expected": "a number", "actual": "unset"}
        hint = "start the program with PYTHONHASHSEED=0, as its workers are"
        message = f"portable_hash: {_SEED} must be a number, not unset"
        raise WrongStateError("INVALID_ARGUMENT", message, params, hint=hint)
    return hash_of_key(x)


class Partitioner:
    """Places keys: the partition of a key is `partitionFunc(key)` modulo `numPartitions`."""

    def __init__(self, numPartitions: int, partitionFunc: Callable[[Any], int]) -> None:
        self.numPartitions = numPartitions
        self.partitionFunc = partitionFunc

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Partitioner)
            and self.numPartitions == other.numPartitions
            and self.partitionFunc == other.partitionFunc
        )

    def __hash__(self) -> int:
        return hash((self.numPartitions, self.partitionFunc))

    def __call__(self, k: Any) -> int:
        return self.partitionFunc(k) % self.numPartitions


def partitioner_of(found: Mapping[str, Any]) -> Partitioner:
    """A partitioner as the engine describes it; equal descriptions give equal ones."""
    packed: Optional[bytes] = found["partitionFunc"]
    function = _unpacked(packed) if packed is not None else portable_hash
    if found["by"] == "range":
        bounds, ascending = found["bounds"], found["ascending"]
        function = _Ranges(bounds, ascending, _unpacked(packed) if packed is not None else None)
    return Partitioner(found["numPartitions"], function)


@functools.lru_cache(maxsize=256)
def _unpacked(packed: bytes) -> Callable[[Any], int]:
    function: Callable[[Any], int] = pickle.loads(packed)
    return function


class _Ranges:
    """Places keys between sorted bounds, as `sortByKey` has found them."""

    def __init__(self, bounds: List[Any], ascending: bool, key: Optional[Callable[[Any], Any]]) -> None:
        self._state = (bounds, ascending, key)

    def __call__(self, k: Any) -> int:
        bounds, ascending, key = self._state
        place = bisect_left(bounds, k if key is None else key(k))
        return place if ascending else len(bounds) - place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ranges) and self._state == other._state

    def __hash__(self) -> int:
        return hash(self._state[1:])
