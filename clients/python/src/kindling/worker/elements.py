"""Elements as they come in: the batches of one task, decoded as they are needed."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Callable

from kindling.worker.frames import BATCH, END, LINES, PICKLE, PORTABLE, UNCOUNTED, FrameReader, ProtocolViolation


class Input:
    """The input of one task, read from the pipe batch by batch."""

    def __init__(self, reader: FrameReader) -> None:
        self._reader = reader
        self.ended = False
        # Elements read so far.
        self.read = 0
        # Lines so far that were not UTF-8.
        self.invalid_utf8 = 0

    def elements(self) -> Iterator[Any]:
        return chain.from_iterable(map(self._decoded, self._batches()))

    def count(self) -> int:
        """The number of all elements, without decoding them."""
        for kind, count, start, end, data in self._batches():
            self.read += bytes(data).count(b"\n") if kind == LINES and count == UNCOUNTED else end - start
        return self.read

    def skip(self) -> None:
        """Reads on to the end of the input and forgets it."""
        while not self.ended:
            self._next()

    def _batches(self) -> Iterator[tuple[int, int, int, int, memoryview]]:
        while not self.ended:
            payload = self._next()
            if not self.ended:
                numbers = [int.from_bytes(payload[i : i + 4], "little") for i in (1, 5, 9)]
                yield (payload[0], *numbers, payload[13:])  # type: ignore[misc]

    def _next(self) -> memoryview:
        kind, payload = self._reader.next()
        if kind not in (BATCH, END) or (kind == BATCH and len(payload) < 13):
            raise ProtocolViolation(f"a frame of kind {kind} with {len(payload)} bytes inside a task")
        self.ended = kind == END
        return payload

    def _decoded(self, batch: tuple[int, int, int, int, memoryview]) -> list[Any]:
        kind, count, start, end, data = batch
        if kind == LINES:
            elements, invalid = decode_lines(data)
            self.invalid_utf8 += invalid
        else:
            elements = decode(kind, data)
        if count != UNCOUNTED and (start, end) != (0, len(elements)):
            elements = elements[start:end]
        self.read += len(elements)
        return elements


def decode(kind: int, data: memoryview) -> list[Any]:
    """The elements of a batch of values."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise ProtocolViolation(f"a batch of format {kind}")
    elements = decoder(data)
    if not isinstance(elements, list):
        raise ProtocolViolation(f"a batch that holds {type(elements).__name__}, not a list")
    return elements


def _from_portable(data: memoryview) -> Any:
    from kindling.worker.portable import unpack

    return unpack(data)


_DECODERS: dict[int, Callable[[memoryview], Any]] = {PICKLE: pickle.loads, PORTABLE: _from_portable}


def decode_lines(data: memoryview) -> tuple[list[str], int]:
    """The lines of a text, each ended by a line feed, and how many of them held invalid UTF-8 (replaced)."""
    try:
        lines, invalid = str(data, "utf-8").split("\n"), 0
    except UnicodeDecodeError:
        lines, invalid = _decode_each(bytes(data).split(b"\n"))
    if not lines[-1]:
        lines.pop()
    return lines, invalid


# Java, hence Spark, takes an encoded surrogate as one mistake; Python would take each of its bytes as one.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")


def _decode_each(lines: list[bytes]) -> tuple[list[str], int]:
    decoded = [_SURROGATE.sub(b"\xff", line).decode("utf-8", "replace") for line in lines]
    # Only a line with a replacement character can have been invalid; it may also have held one from the start.
    suspects = [i for i, line in enumerate(decoded) if "\ufffd" in line]
    return decoded, sum(decoded[i].encode() != lines[i] for i in suspects)
