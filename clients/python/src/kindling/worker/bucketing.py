"""Which bucket of a shuffle an element goes to."""

from __future__ import annotations

import operator
from bisect import bisect_left
from typing import Any, Callable

from kindling.worker.elements import decode_inner
from kindling.worker.failure import explain_pairs, partition_out_of_range
from kindling.worker.frames import ProtocolViolation
from kindling.worker.functions import load
from kindling.worker.hashing import portable_hash

# Adds the elements to the list of the bucket that each belongs to.
Route = Callable[[list[Any], list[list[Any]]], None]

# What a failure of pairs is said to be of.
_CALL = "partitionBy"


def route(bucketing: dict[str, Any] | None, partition: int) -> tuple[Route | None, int]:
    """How elements find their bucket, and the number of buckets."""
    if bucketing is None or bucketing["by"] == "single":
        return None, 1
    if bucketing["by"] not in _ROUTES:
        raise ProtocolViolation(f"a bucketing by {bucketing['by']!r}")
    try:
        return _ROUTES[bucketing["by"]](bucketing, partition), int(bucketing["partitions"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolViolation(f"a bucketing by {bucketing['by']} without what it needs: {error!r}") from error


def _by_hash(bucketing: dict[str, Any], _partition: int) -> Route:
    count, family = int(bucketing["partitions"]), bucketing["family"]
    if family == "portable":
        from kindling.worker.portable_hashing import canonical_hash

        return _by_any(lambda key: canonical_hash(key) % count)
    if family != "own":
        raise ProtocolViolation(f"a hash family {family!r}")

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        appends = [bucket.append for bucket in buckets]
        try:
            for key, value in chunk:
                # The same number either way; most keys are strings.
                appends[(hash(key) if key.__class__ is str else portable_hash(key)) % count]((key, value))
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, _CALL, chunk) from None

    return distribute


def _by_any(bucket_of: Callable[[Any], int]) -> Route:
    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        try:
            for key, value in chunk:
                buckets[bucket_of(key)].append((key, value))
        except (TypeError, ValueError) as error:
            raise explain_pairs(error, _CALL, chunk) from None

    return distribute


def _by_function(bucketing: dict[str, Any], _partition: int) -> Route:
    count, function = int(bucketing["partitions"]), load(bucketing["fn"])
    call = function.callable

    def bucket_of(key: Any) -> int:
        result = call(key)
        try:
            return operator.index(result) % count
        except TypeError:
            failure = partition_out_of_range(function.name, result, count)
            failure.function = call
            raise failure from None

    return _by_any(bucket_of)


def _by_range(bucketing: dict[str, Any], _partition: int) -> Route:
    key, ascending, last = load(bucketing["key"]), bucketing["ascending"], int(bucketing["partitions"]) - 1
    of_element = key.of_element() or (lambda element: element)
    bounds = [bound for batch in bucketing["bounds"] for bound in decode_inner(batch)]

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        try:
            for element in chunk:
                bucket = bisect_left(bounds, of_element(element))
                buckets[bucket if ascending else last - bucket].append(element)
        except (TypeError, LookupError) as error:
            from kindling.worker.sorting import explain_order

            raise explain_order(error, key, chunk) from None

    return distribute


def _by_position(bucketing: dict[str, Any], partition: int) -> Route:
    from kindling.worker.spark_random import XORShiftRandom

    count, group = int(bucketing["partitions"]), int(bucketing["group"])
    first = XORShiftRandom(partition).next_int(count) + 1
    position = 0

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        nonlocal position
        start = 0
        while start < len(chunk):
            # The rest of a group, or all of it.
            end = start + group - position % group
            part = chunk[start:end]
            buckets[(first + position // group) % count] += part
            position += len(part)
            start = end

    return distribute


def _by_partition(bucketing: dict[str, Any], partition: int) -> Route:
    bucket = partition % int(bucketing["partitions"])

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        buckets[bucket] += chunk

    return distribute


_ROUTES: dict[str, Callable[[dict[str, Any], int], Route]] = {
    "hash": _by_hash,
    "function": _by_function,
    "range": _by_range,
    "position": _by_position,
    "partition": _by_partition,
}
