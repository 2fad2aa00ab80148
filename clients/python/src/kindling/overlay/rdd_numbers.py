"""Statistics and estimates of `RDD` in PySpark's own types: `StatCounter`, `BoundedFloat`, histograms of anything."""

from __future__ import annotations

from functools import partial
from math import isinf
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, List, Optional, Sequence, Tuple, Union

from kindling._runtime.remote import Remote, call_value
from kindling.bounded_float import BoundedFloat
from kindling.errors import EngineError, advice, engine_error
from kindling.statcounter import StatCounter
from kindling.worker.failure import keys_not_comparable
from kindling.worker.partition_steps import bucket_counts, extent, is_missing, size_as_float, total, total_as_float

if TYPE_CHECKING:
    from kindling.generated.core import RDD

Bounds = Union[List[Any], Tuple[Any, ...]]

_ROUNDING = 1e-10
"""Differences of distances up to this come from rounding."""
_LEAST_ERROR = 0.000017
"""Below this a sketch would need more bits than hashes have."""


class RDDNumbers(Remote):
    """Written by hand for `RDD`."""

    if TYPE_CHECKING:

        def mapPartitions(self, f: Callable[[Iterator[Any]], Iterable[Any]]) -> RDD[Any]: ...

    def sum(self) -> Any:
        """Returns the sum of all elements.

        Runs a job: each partition is added up in a worker, their sums here. An empty RDD gives 0.
        """
        return sum(self.mapPartitions(total).collect())

    def stats(self) -> StatCounter:
        """Returns count, mean, variance, smallest and greatest of the elements, computed in one pass.

        Runs a job.
        """
        found: Any = call_value(self, "RDD.stats", "value<StatCounter>")
        numbers = [float(found[name]) for name in ("mu", "m2", "maxValue", "minValue")]
        return StatCounter.of(found["n"], *numbers)

    def histogram(self, buckets: Union[int, Bounds]) -> Tuple[Sequence[Any], List[int]]:
        """Returns a list of bounds, and how many elements lie between each two neighbours.

        Runs a job; two for a number of buckets. An interval holds its lower bound and not its upper one, but the last
        holds both. None, NaN and what lies outside is left out.

        :param buckets: the bounds in ascending order, or how many intervals of equal length there should be
        """
        if isinstance(buckets, int):
            if buckets < 1:
                raise _refused("histogram", "buckets", "number of buckets must be >= 1", buckets)
            low, high = _extent(self)
            if low == high or buckets == 1:
                return [low, high], _counted(self, [low, high], None)
            bounds, length = _even_bounds(low, high, buckets)
            return bounds, _counted(self, bounds, length)
        if not isinstance(buckets, (list, tuple)):
            raise TypeError("buckets should be a list or tuple or number(int or long)")
        _require_bounds(buckets)
        return buckets, _counted(self, buckets, _even_length(buckets))

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """Returns the number of elements as far as it is known after a time.

        Runs a job and waits for it no longer than `timeout`; what is missing then is estimated.

        :param timeout: in milliseconds
        :param confidence: with which the true value lies between the bounds of the estimate
        """
        counts = self.mapPartitions(size_as_float)
        return int(_approximate(counts, "sumApprox", timeout, confidence))

    def sumApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Returns the sum of the elements as far as it is known after a time, with the bounds in which it lies.

        Runs a job and waits for it no longer than `timeout`; what is missing then is estimated.

        :param timeout: in milliseconds
        :param confidence: with which the true value lies between the bounds
        """
        sums = self.mapPartitions(total_as_float)
        return _approximate(sums, "sumApprox", timeout, confidence)

    def meanApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Returns the mean of the elements as far as it is known after a time, with the bounds in which it lies.

        Runs a job and waits for it no longer than `timeout`; what is missing then is estimated.

        :param timeout: in milliseconds
        :param confidence: with which the true value lies between the bounds
        """
        return _approximate(self, "meanApprox", timeout, confidence)

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """Returns about how many distinct elements there are.

        Runs a job. Each partition is reduced to a sketch whose size depends on the error alone.

        :param relativeSD: the standard deviation of the result, relative to the true number; above 0.000017
        """
        if relativeSD < _LEAST_ERROR:
            words = "relativeSD should be greater than 0.000017"
            raise _refused("countApproxDistinct", "relativeSD", words, relativeSD)
        return call_value(self, "RDD.countApproxDistinct", "long", (("relativeSD: double", relativeSD),))


def _refused(call: str, parameter: str, words: str, actual: Any) -> EngineError:
    params = {"call": call, "parameter": parameter, "expected": words, "actual": repr(actual)}
    return engine_error("INVALID_ARGUMENT", f"{call}: {words}", params)


def _approximate(rdd: Remote, method: str, timeout: int, confidence: float) -> BoundedFloat:
    arguments = (("timeout: long", timeout), ("confidence: double", confidence))
    found: Any = call_value(rdd, f"RDD.{method}", "value<BoundedFloat>", arguments)
    return BoundedFloat(*(float(found[name]) for name in ("mean", "confidence", "low", "high")))


def _extent(rdd: RDDNumbers) -> Tuple[Any, Any]:
    """The smallest and the greatest element."""
    extents = rdd.mapPartitions(extent).collect()
    if not extents:
        raise engine_error("EMPTY_COLLECTION", "histogram: an empty RDD has no buckets", {"call": "histogram"})
    try:
        return min(low for low, _ in extents), max(high for _, high in extents)
    except TypeError as error:
        # Each partition held values of one type only.
        raise _not_comparable(error) or error from None


def _not_comparable(error: TypeError) -> Optional[EngineError]:
    failure = keys_not_comparable(error)
    if failure is None:
        return None
    return engine_error(failure.code, str(failure), failure.params, hint=advice(failure.code))


def _even_bounds(low: Any, high: Any, buckets: int) -> Tuple[List[Any], Any]:
    """Bounds at equal distances, and the distance; integers where it is one."""
    try:
        length = (high - low) / buckets
    except TypeError:
        raise TypeError("Can not generate buckets with non-number in RDD") from None
    if isinf(length):
        words = "Can not generate buckets with infinite value"
        raise _refused("histogram", "buckets", words, buckets)
    length = int(length)
    if length * buckets != high - low:
        length = (high - low) * 1.0 / buckets
    return [*(i * length + low for i in range(buckets)), high], length


def _require_bounds(bounds: Bounds) -> None:
    if len(bounds) < 2:
        words = "buckets should have more than one value"
    elif any(map(is_missing, bounds)):
        words = "can not have None or NaN in buckets"
    elif sorted(bounds) != list(bounds):
        words = "buckets should be sorted"
    elif len(set(bounds)) != len(bounds):
        words = "buckets should not contain duplicated values"
    else:
        return
    raise _refused("histogram", "buckets", words, bounds)


def _even_length(bounds: Bounds) -> Optional[Any]:
    """The distance of all bounds from the next one, where it is the same."""
    try:
        lengths = [high - low for low, high in zip(bounds, bounds[1:])]
        is_even = max(lengths) - min(lengths) < _ROUNDING
    except TypeError:
        return None
    return (bounds[-1] - bounds[0]) / (len(bounds) - 1) if is_even else None


def _counted(rdd: RDDNumbers, bounds: Bounds, length: Optional[Any]) -> List[int]:
    """How many elements lie between each two bounds; `length`: the distance between any two."""
    found = rdd.mapPartitions(partial(bucket_counts, bounds, length)).collect()
    return [sum(counts) for counts in zip(*found)] if found else [0] * (len(bounds) - 1)
