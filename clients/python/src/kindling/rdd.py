"""RDDs, and how their pairs are placed, under PySpark's module name."""

from __future__ import annotations

import functools
import os
import pickle
from typing import TYPE_CHECKING, Any, Callable, Optional

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


def partitioner_of(by: str, count: int, packed: Optional[bytes]) -> Partitioner:
    """A partitioner as the engine describes it; equal descriptions give equal ones."""
    if packed is not None:
        return Partitioner(count, _unpacked(packed))
    return Partitioner(count, portable_hash if by == "hash" else _place_in_ranges)


@functools.lru_cache(maxsize=256)
def _unpacked(packed: bytes) -> Callable[[Any], int]:
    function: Callable[[Any], int] = pickle.loads(packed)
    return function


def is_in_ranges(partitioner: Partitioner) -> bool:
    """Whether keys are placed by ranges, which only workers know."""
    return partitioner.partitionFunc is _place_in_ranges


def _place_in_ranges(_: Any) -> int:
    raise TypeError("the ranges of keys that sortByKey has found are known to the workers only")
