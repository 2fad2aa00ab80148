"""Frames of the worker protocol over two pipes: ``u32 length, u8 kind, payload``."""

import io
import os

TASK, BATCH, END, RELEASE = 1, 2, 3, 4
READY, RESULT, DONE, ERROR, ENOUGH, BARRIER = 17, 18, 19, 20, 21, 22

LINES, PORTABLE, PICKLE = 0, 1, 2
UNCOUNTED = 0xFFFFFFFF

# The longest frame of each kind that an executor sends, in bytes after the length; anything longer is not a frame.
_LIMITS = {TASK: 1 << 30, BATCH: 0xFFFFFFFF, END: 1, RELEASE: 1 << 30}
_PIPE_BUFFER_BYTES = 1 << 18


class ExecutorGone(BaseException):
    """The other end of a pipe is closed. Not an ``Exception``, so that a user's ``except Exception`` lets it pass."""


class ProtocolViolation(BaseException):
    """The executor sent what the protocol does not know."""


class FrameReader:
    """Reads whole frames; the caller decides when to block."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = io.BufferedReader(io.FileIO(_private(descriptor), "rb"), _PIPE_BUFFER_BYTES)

    def fileno(self) -> int:
        return self._pipe.fileno()

    def next(self) -> "tuple[int, memoryview]":
        """The kind and payload of the next frame."""
        header = self._exactly(5)
        length, kind = int.from_bytes(header[:4], "little"), header[4]
        if kind not in _LIMITS:
            raise ProtocolViolation(f"a frame of kind {kind}")
        if not 1 <= length <= _LIMITS[kind]:
            raise ProtocolViolation(f"a frame of kind {kind} with {length} bytes")
        return kind, memoryview(self._exactly(length - 1))

    def _exactly(self, count: int) -> bytes:
        try:
            data = self._pipe.read(count)
        except OSError as error:
            raise ExecutorGone from error
        if len(data) < count:
            raise ExecutorGone
        return data


class FrameWriter:
    """Writes frames through a buffer; ``flush`` hands over what the executor must see now."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = io.BufferedWriter(io.FileIO(_private(descriptor), "wb"), _PIPE_BUFFER_BYTES)

    def send(self, kind: int, *parts: bytes) -> None:
        length = 1 + sum(map(len, parts))
        if length > 0xFFFFFFFF:
            raise OverflowError(f"{length} bytes do not fit into one frame")
        try:
            self._pipe.write(length.to_bytes(4, "little") + bytes((kind,)))
            for part in parts:
                self._pipe.write(part)
        except OSError as error:
            raise ExecutorGone from error

    def flush(self) -> None:
        try:
            self._pipe.flush()
        except OSError as error:
            raise ExecutorGone from error


def _private(descriptor: int) -> int:
    """The descriptor, blocking, and closed in programs that a user's function starts."""
    os.set_blocking(descriptor, True)
    os.set_inheritable(descriptor, False)
    return descriptor
