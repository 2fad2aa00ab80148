"""Elements as they come in: the batches of one task, decoded as they are needed."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

import msgpack  # type: ignore[import-untyped,unused-ignore]

from kindling.worker.frames import (
    BARRIER,
    BATCH,
    END,
    LINES,
    PICKLE,
    PORTABLE,
    RELEASE,
    UNCOUNTED,
    FrameReader,
    FrameWriter,
    ProtocolViolation,
)

if TYPE_CHECKING:
    from kindling.worker.memory import Memory
    from kindling.worker.spool import Spool


class Encoded(NamedTuple):
    """The elements `start` to `end` of a batch."""

    kind: int
    size: int
    start: int
    end: int
    data: memoryview

    @classmethod
    def read(cls, payload: memoryview) -> Encoded:
        """The payload of a BATCH frame, whose first byte is the number of its input."""
        size, start, end = (int.from_bytes(payload[i : i + 4], "little") for i in (2, 6, 10))
        return cls(payload[1], size, start, end, payload[14:])


class Input:
    """The inputs of one task, read from the pipe batch by batch, one after the other."""

    def __init__(self, reader: FrameReader, writer: FrameWriter, memory: Memory, inputs: int = 1) -> None:
        self._reader = reader
        self._writer = writer
        self.count_of_inputs = inputs
        self._memory = memory
        # What came while the task waited at a barrier; the END among it is no block.
        self._early: Spool | None = None
        self._end_came = False
        # The batch that began a later input than was asked for.
        self._ahead: memoryview | None = None
        self._current = 0
        self.ended = False
        # Elements read so far, by input.
        self.read_of = [0] * inputs
        # Lines so far that were not UTF-8.
        self.invalid_utf8 = 0

    @property
    def read(self) -> int:
        return sum(self.read_of)

    def lists(self, number: int = 0) -> Iterator[list[Any]]:
        """The elements of an input, a list for each batch; those of the inputs before it must have been read."""
        return map(self.decoded, self.payloads(number))

    def count(self) -> int:
        """The number of all elements of the one input, without decoding them."""
        return self.skim(0)

    def skim(self, number: int) -> int:
        """Counts the elements of an input that were not read yet, without decoding them."""
        count = sum(counted(payload) for payload in self.payloads(number))
        self.read_of[number] += count
        return count

    def skip(self) -> None:
        """Reads on to the end of the input and forgets it."""
        self._ahead = self._early = None
        while not self.ended:
            self._next()

    def meet(self, message: str) -> list[str]:
        """Tells the executor that the task has come to the barrier, and waits until all have; their messages."""
        self._writer.send(BARRIER, msgpack.packb({"message": message}, unicode_errors="surrogatepass"))
        self._writer.flush()
        early = self._early = self._early or self._spool()
        while True:
            kind, payload = self._reader.next()
            if kind == RELEASE:
                messages: list[str] = msgpack.unpackb(payload, unicode_errors="surrogatepass")["messages"]
                return messages
            self._checked(kind, payload)
            if kind == END:
                self._end_came = True
            else:
                early.append(payload)

    def payloads(self, number: int) -> Iterator[memoryview]:
        """The BATCH frames of an input."""
        while not self.ended:
            payload, self._ahead = self._ahead or self._next(), None
            if self.ended:
                return
            if payload[0] < self._current or payload[0] >= self.count_of_inputs:
                raise ProtocolViolation(
                    f"a batch of input {payload[0]} after {self._current} of {self.count_of_inputs}"
                )
            if payload[0] > number:
                self._current, self._ahead = payload[0], payload
                return
            yield payload

    def decoded(self, payload: memoryview, read: bool = True) -> list[Any]:
        """The elements of a BATCH frame; `read`: for the first time."""
        kind, size, start, end, data = Encoded.read(payload)
        if kind == LINES:
            elements, invalid = decode_lines(data)
            self.invalid_utf8 += invalid if read else 0
        else:
            elements = decode(kind, data)
        if size != UNCOUNTED and (start, end) != (0, len(elements)):
            elements = elements[start:end]
        self.read_of[payload[0]] += len(elements) if read else 0
        return elements

    def _next(self) -> memoryview:
        for payload in self._early.drain() if self._early else ():
            return payload
        kind, payload = (END, memoryview(b"")) if self._end_came else self._reader.next()
        self._checked(kind, payload)
        self.ended = kind == END
        return payload

    def _spool(self) -> Spool:
        from kindling.worker.spool import Spool

        return Spool(self._memory)

    @staticmethod
    def _checked(kind: int, payload: memoryview) -> None:
        if kind not in (BATCH, END) or (kind == BATCH and len(payload) < 14):
            raise ProtocolViolation(f"a frame of kind {kind} with {len(payload)} bytes inside a task")


def counted(payload: memoryview) -> int:
    """The number of elements of a BATCH frame."""
    kind, size, start, end, data = Encoded.read(payload)
    if kind == LINES and size == UNCOUNTED:
        text = bytes(data)
        # The last line may lack its end.
        return text.count(b"\n") + (text[-1:] not in (b"", b"\n"))
    return end - start


def decode_inner(batch: dict[str, Any]) -> list[Any]:
    """The elements of a batch inside a map: `{format, count, bytes}`."""
    return decode(_FORMATS.get(batch["format"], -1), memoryview(batch["bytes"]))


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
_FORMATS = {"portable": PORTABLE, "pickle": PICKLE}


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
