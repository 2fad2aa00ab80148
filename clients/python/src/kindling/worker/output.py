"""Elements as they go out: in batches of about one MiB, each for one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Callable

from kindling.worker.bucketing import route
from kindling.worker.failure import TaskFailure
from kindling.worker.frames import LINES, PICKLE, PORTABLE, RESULT, FrameWriter, ProtocolViolation
from kindling.worker.own_format import dumps

BATCH_BYTES = 1 << 20
# Where the task has a bound, a batch takes a part of it, but not less than this.
_LEAST_BATCH_BYTES, _BATCH_PART = 64 << 10, 64
BATCH_ELEMENTS = 10_000
# How much more a batch may hold than the one before: a small element says little about the next ones.
_GROWTH = 16
# What all buckets together may hold back, for fuller batches; a part of the task's bound at most.
_HELD_BYTES = 32 << 20
_HELD_PART = 16


class Output:
    """Sends the elements of one task."""

    def __init__(
        self,
        writer: FrameWriter,
        form: str,
        bucketing: dict[str, Any] | None,
        *,
        partition: int = 0,
        limit: int = 0,
        batch_elements: int = 0,
    ) -> None:
        if form not in _ENCODERS:
            raise ProtocolViolation(f"an output format {form!r}")
        self._writer = writer
        self._format, self._encode = _ENCODERS[form]
        self._route, buckets = route(bucketing, partition)
        self._most_held = min(_HELD_BYTES, limit // _HELD_PART) if limit else _HELD_BYTES
        self._batch_bytes = max(_LEAST_BATCH_BYTES, min(BATCH_BYTES, limit // _BATCH_PART)) if limit else BATCH_BYTES
        self._held: list[list[Any]] = [[] for _ in range(buckets)]
        # Whether each batch has as many elements as the task says.
        self._is_fixed = batch_elements > 0
        # How many elements the next batch may have.
        self._quota = batch_elements or 1
        self._bytes_per_element = 1.0
        self.written = 0

    def send(self, elements: Iterator[Any]) -> None:
        chunk = list(islice(elements, 1))
        if not chunk:
            return
        if self._route is not None:
            # A key that has no bucket is told before an element that cannot be encoded.
            self._route(chunk, self._held)
        # The first element is encoded twice, so that a small result is one batch.
        self._learn(1, len(self._encode(chunk)))
        if self._route is not None:
            self.written, chunk = 1, []
        chunk += islice(elements, self._quota - len(chunk))
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
        full = sum(map(len, self._held)) * self._bytes_per_element > self._most_held
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
        if self._is_fixed:
            return
        self._bytes_per_element = max(1.0, size / count)
        most = min(BATCH_ELEMENTS, self._quota * _GROWTH)
        self._quota = max(1, min(most, int(self._batch_bytes / self._bytes_per_element)))


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
    "own": (PICKLE, dumps),
    "portable": (PORTABLE, _to_portable),
    "lines": (LINES, _to_lines),
}
