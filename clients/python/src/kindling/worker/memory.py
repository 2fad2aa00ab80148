"""What a task holds in memory, against the bound that it was given.

Two measures, since neither is enough alone. What a kernel holds is *estimated*, from the sizes of some elements. How
the process has grown is *measured*, and counts what estimates miss: other kernels, the user's own functions, fragments.
But Python does not give memory back at once: after a spill the process may stay as large as it was while the freed
memory is used again. So growth alone calls for a spill only where there is something worth spilling, and after one the
free memory is given back on purpose.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from kindling.worker.failure import TaskFailure

if TYPE_CHECKING:
    from kindling.worker.spill import SpillFile

# A spill of less than this part of the bound is not worth it.
_WORTH_SPILLING = 8
_ITEMS_SAMPLED = 8
_OBJECTS_SAMPLED = 40
# What an entry of a dict takes beside its key and value: a slot of 24 bytes, an index, and room to grow.
_ENTRY_BYTES = 64
# What every task takes: batches on their way in and out, buffers, modules of the user's; less where the bound is small.
_LEAST_UNCOUNTED_BYTES, _MOST_UNCOUNTED_BYTES, _UNCOUNTED_PART = 4 << 20, 12 << 20, 4
# A process that has grown by this much gives back what is free.
_GROWN_BYTES = 64 << 20


class Memory:
    """The bound of one task; `limit` 0 is none."""

    def __init__(self, limit: int = 0, directory: str = "") -> None:
        self.limit = limit
        self._directory = directory
        self._file: SpillFile | None = None
        # Encoded batches that are kept in memory.
        self.kept = 0
        # About what the elements in the file had taken in memory.
        self.spilled_memory_bytes = 0
        self._settled = _resident_bytes() if limit else 0
        # How large the process may become.
        self._uncounted = max(_LEAST_UNCOUNTED_BYTES, min(_MOST_UNCOUNTED_BYTES, limit // _UNCOUNTED_PART))
        self._most = self._settled + limit + self._uncounted

    @property
    def file(self) -> SpillFile:
        """Where the task spills; most tasks never do."""
        if self._file is None:
            from kindling.worker.spill import SpillFile

            self._file = SpillFile(self._directory)
        return self._file

    @property
    def spilled_bytes(self) -> int:
        return self._file.size if self._file else 0

    def close(self) -> None:
        """The end of the task."""
        if self._file is not None:
            self._file.close()

    def is_full(self, held: float) -> bool:
        """Whether a kernel that holds about this many bytes should spill them."""
        if not self.limit:
            return False
        if held + self.kept > self.limit:
            return True
        resident = _resident_bytes()
        worth = self.limit / _WORTH_SPILLING
        return resident > self._most and (held > worth or resident - self._settled > worth)

    def settle(self) -> None:
        """After a spill: hands free memory to the system, and takes note of the size of the process."""
        if _resident_bytes() > self._most - self._uncounted:
            _trim()
        self._settled = _resident_bytes()

    def check(self, kernel: str, what: str, held: float) -> None:
        """Fails if what a kernel cannot cut is larger than the bound by itself."""
        if held > self.limit:
            reason = f"{kernel} holds {_in_mib(held)} for {what}, a task may hold {_in_mib(self.limit)}"
            message = f"more memory is needed than may be used: {reason}"
            raise TaskFailure("MEMORY_EXHAUSTED", {"reason": reason}, message)


def _in_mib(size: float) -> str:
    return f"{size / (1 << 20):.1f} MiB"


class TableSize:
    """Estimates the size of a dict from the entries that were added last whenever it is asked."""

    def __init__(self) -> None:
        self._sampled = 0
        self._bytes = 0

    def of(self, table: Mapping[Any, Any]) -> float:
        if not table:
            return 0.0
        for key, value in islice(reversed(table.items()), 4):  # type: ignore[call-overload]
            self._sampled += 1
            self._bytes += size_of(key) + size_of(value)
        return len(table) * (_ENTRY_BYTES + self._bytes / self._sampled)


def size_of(value: Any) -> int:
    """About the bytes that a value takes, with what it holds; of long collections some items stand for all."""
    return _size_of(value, [_OBJECTS_SAMPLED])


def _size_of(value: Any, budget: list[int]) -> int:
    budget[0] -= 1
    size = sys.getsizeof(value, 64)
    kind = value.__class__
    if kind in _PLAIN or budget[0] <= 0:
        return size
    if kind is dict:
        items: Any = [part for entry in islice(value.items(), _ITEMS_SAMPLED) for part in entry]
        return size + _scaled(items, 2 * len(value), budget)
    if isinstance(value, (tuple, list, set, frozenset)):
        return size + _scaled(list(islice(value, _ITEMS_SAMPLED)), len(value), budget)
    inner = getattr(value, "data", None) if kind.__name__ == "ResultIterable" else getattr(value, "__dict__", None)
    return size + (_size_of(inner, budget) if inner is not None else 0)


def _scaled(items: list[Any], count: int, budget: list[int]) -> int:
    return sum(_size_of(item, budget) for item in items) * count // len(items) if items else 0


_PLAIN = frozenset([int, float, str, bytes, bool, type(None), complex, bytearray])

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def _resident_bytes() -> int:
    """The memory that the process has, 0 where the system does not say; takes 2 µs."""
    try:
        return int(os.pread(_statm(), 64, 0).split()[1]) * _PAGE_BYTES
    except OSError:
        return 0


_statm_descriptor = -1


def _statm() -> int:
    global _statm_descriptor
    if _statm_descriptor < 0:
        _statm_descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    return _statm_descriptor


_given_back_at = 0


def give_back() -> None:
    """Between two tasks: hands free memory to the system if the process has grown since this was last done."""
    global _given_back_at
    if _resident_bytes() - _given_back_at > _GROWN_BYTES:
        import gc

        gc.collect()
        _trim()
        _given_back_at = _resident_bytes()


def _trim() -> None:
    """Hands free memory to the system: the C library, which holds most of it, does so only when it is told to."""
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
