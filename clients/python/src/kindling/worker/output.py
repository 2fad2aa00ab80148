"""Elements as they go out: in batches of about one MiB, each for one bucket."""

from __future__ import annotations

import pickle
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Any, Callable

from kindling.worker.elements import decode
from kindling.worker.failure import TaskFailure, is_pair, key_not_hashable, keys_not_comparable, not_key_value
from kindling.worker.frames import LINES, PICKLE, PORTABLE, RESULT, FrameWriter, ProtocolViolation
from kindling.worker.functions import Function, load
from kindling.worker.hashing import portable_hash
from kindling.worker.kernels import explain_key, key_function

BATCH_BYTES = 1 << 20
BATCH_ELEMENTS = 10_000
# How much more a batch may hold than the one before: a small element says little about the next ones.
_GROWTH = 16
# What all buckets together may hold back, for fuller batches.
_HELD_BYTES = 32 << 20

# Adds the elements to the list of the bucket that each belongs to.
Route = Callable[[list[Any], list[list[Any]]], None]


class Output:
    """Sends the elements of one task."""

    def __init__(self, writer: FrameWriter, form: str, bucketing: dict[str, Any] | None) -> None:
        if form not in _ENCODERS:
            raise ProtocolViolation(f"an output format {form!r}")
        self._writer = writer
        self._format, self._encode = _ENCODERS[form]
        self._route, buckets = route(bucketing)
        self._held: list[list[Any]] = [[] for _ in range(buckets)]
        # How many elements the next batch may have.
        self._quota = 1
        self._bytes_per_element = 1.0
        self.written = 0

    def send(self, elements: Iterator[Any]) -> None:
        chunk = list(islice(elements, 1))
        if not chunk:
            return
        # The first element is encoded twice, so that a small result is one batch.
        self._learn(1, len(self._encode(chunk)))
        chunk += islice(elements, self._quota - 1)
        while chunk:
            self._send_chunk(chunk)
            chunk = list(islice(elements, self._quota))
        for bucket, held in enumerate(self._held):
            self._send_batches(bucket, held)

    def _send_chunk(self, chunk: list[Any]) -> None:
        self.written += len(chunk)
        if self._route is None:
            self._send_batches(0, chunk)
            return
        self._route(chunk, self._held)
        full = sum(map(len, self._held)) * self._bytes_per_element > _HELD_BYTES
        for bucket, held in enumerate(self._held):
            if full or len(held) >= self._quota:
                self._send_batches(bucket, held)
                self._held[bucket] = []

    def _send_batches(self, bucket: int, elements: list[Any]) -> None:
        start = 0
        while start < len(elements):
            # The quota may change from one batch to the next.
            is_whole = start == 0 and len(elements) <= self._quota
            batch = elements if is_whole else elements[start : start + self._quota]
            start += len(batch)
            data = self._encode(batch)
            self._learn(len(batch), len(data))
            header = bucket.to_bytes(4, "little") + bytes((self._format,)) + len(batch).to_bytes(4, "little")
            self._writer.send(RESULT, header, data)

    def _learn(self, count: int, size: int) -> None:
        self._bytes_per_element = max(1.0, size / count)
        most = min(BATCH_ELEMENTS, self._quota * _GROWTH)
        self._quota = max(1, min(most, int(BATCH_BYTES / self._bytes_per_element)))


def route(bucketing: dict[str, Any] | None) -> tuple[Route | None, int]:
    """How elements find their bucket, and the number of buckets."""
    if bucketing is None or bucketing["by"] == "single":
        return None, 1
    if bucketing["by"] not in _ROUTES:
        raise ProtocolViolation(f"a bucketing by {bucketing['by']!r}")
    return _ROUTES[bucketing["by"]](bucketing), bucketing["partitions"]


def _by_hash(bucketing: dict[str, Any]) -> Route:
    count = bucketing["partitions"]

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        appends = [bucket.append for bucket in buckets]
        pair = None
        try:
            for pair in chunk:
                key, value = pair
                # The same number either way; most keys are strings.
                appends[(hash(key) if key.__class__ is str else portable_hash(key)) % count]((key, value))
        except (TypeError, ValueError) as error:
            raise _explain_hash(error, pair) from None

    return distribute


def _explain_hash(error: Exception, pair: Any) -> Exception:
    if not is_pair(pair):
        return not_key_value("partitionBy", pair)
    return key_not_hashable(error, pair[0]) if isinstance(error, TypeError) and _is_plain(error) else error


def _is_plain(error: Exception) -> bool:
    """Whether Python itself raised it in the worker, not code of the user's."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith("kindling.worker.")


def _by_range(bucketing: dict[str, Any]) -> Route:
    key, ascending, last = load(bucketing["key"]), bucketing["ascending"], bucketing["partitions"] - 1
    of_element = key_function(key) or (lambda element: element)
    batches = [decode(_FORMATS[batch["format"]], memoryview(batch["bytes"])) for batch in bucketing["bounds"]]
    bounds = [bound for batch in batches for bound in batch]

    def distribute(chunk: list[Any], buckets: list[list[Any]]) -> None:
        try:
            for element in chunk:
                bucket = bisect_left(bounds, of_element(element))
                buckets[bucket if ascending else last - bucket].append(element)
        except (TypeError, LookupError) as error:
            raise _explain_range(error, key, chunk) from None

    return distribute


def _explain_range(error: Exception, key: Function, chunk: list[Any]) -> Exception:
    incomparable = keys_not_comparable(error) if isinstance(error, TypeError) else None
    return incomparable or explain_key(error, key, chunk)


_ROUTES: dict[str, Callable[[dict[str, Any]], Route]] = {"hash": _by_hash, "range": _by_range}
_FORMATS = {"portable": PORTABLE, "pickle": PICKLE}


def _to_pickle(elements: list[Any]) -> bytes:
    try:
        return pickle.dumps(elements, 5)
    except Exception:  # pickle raises many; what is truly wrong fails again below
        # Lambdas, classes of the user's main script and the like: cloudpickle takes them by value.
        import cloudpickle  # type: ignore[import-untyped,unused-ignore]

        packed: bytes = cloudpickle.dumps(elements, 5)
        return packed


def _to_portable(elements: list[Any]) -> bytes:
    from kindling.worker.portable import pack

    return pack(elements)


def _to_lines(elements: list[Any]) -> bytes:
    try:
        return ("\n".join(elements) + "\n").encode("utf-8", "surrogateescape")
    except TypeError:
        name = next(type(element).__name__ for element in elements if not isinstance(element, str))
        message = f"lines of text are made of strings, found {name}"
        raise TaskFailure("VALUE_NOT_PORTABLE", {"type": name}, message) from None


_ENCODERS: dict[str, tuple[int, Callable[[list[Any]], bytes]]] = {
    "own": (PICKLE, _to_pickle),
    "portable": (PORTABLE, _to_portable),
    "lines": (LINES, _to_lines),
}
