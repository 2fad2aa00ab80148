"""Elements of an RDD: from a program's collection to pickled batches, and from batches of any format to a list."""

from __future__ import annotations

import pickle
from itertools import islice
from typing import Any, Callable, Dict, Iterable, Iterator, List, Sequence, Tuple

import cloudpickle

from kindling._runtime.codec import Bytes
from kindling._runtime.functions import PICKLE_PROTOCOL
from kindling.errors import EngineError, engine_error

BATCH_ELEMENTS = 1024
BATCH_BYTES = 1 << 20
"""About this much; a single larger element is a batch of its own."""


def batches(values: Iterable[Any]) -> Iterator[Tuple[int, bytes]]:
    """Count and pickle of each batch, in order."""
    if isinstance(values, (list, tuple, range)):
        pieces: Iterator[Sequence[Any]] = (
            values[i : i + BATCH_ELEMENTS] for i in range(0, len(values), BATCH_ELEMENTS)
        )
    else:
        iterator = iter(values)
        pieces = iter(lambda: list(islice(iterator, BATCH_ELEMENTS)), [])
    for piece in pieces:
        yield from _pickled(list(piece))


def one_batch(values: List[Any]) -> Tuple[int, bytes]:
    """Count and pickle of all values together, however many they are."""
    return len(values), _dumps(values)


def _pickled(piece: List[Any]) -> Iterator[Tuple[int, bytes]]:
    body = _dumps(piece)
    if len(body) <= BATCH_BYTES or len(piece) == 1:
        yield len(piece), body
        return
    fitting = max(1, min(len(piece) // 2, len(piece) * BATCH_BYTES // len(body)))
    for start in range(0, len(piece), fitting):
        yield from _pickled(piece[start : start + fitting])


def _dumps(piece: List[Any]) -> bytes:
    try:
        # As PySpark does: classes of the script itself travel by value, since no worker could import them.
        packed: bytes = cloudpickle.dumps(piece, PICKLE_PROTOCOL)
    except EngineError:
        raise
    except Exception as error:
        kind = next((type(value).__name__ for value in piece if not _can_pickle(value)), type(piece[0]).__name__)
        message = f"a value of type {kind} cannot travel to a worker: {error}"
        raise engine_error("VALUE_NOT_PORTABLE", message, {"type": kind}) from None
    return packed


def _can_pickle(value: Any) -> bool:
    try:
        cloudpickle.dumps(value, PICKLE_PROTOCOL)
    except Exception:
        return False
    return True


def _lines(body: Bytes) -> List[str]:
    from kindling.worker.elements import decode_lines

    return decode_lines(memoryview(body))[0]


def _portable(body: Bytes) -> List[Any]:
    from kindling._runtime.portable import unpack

    return unpack(body)


_READERS: Dict[str, Callable[[Bytes], List[Any]]] = {"pickle": pickle.loads, "portable": _portable, "lines": _lines}


def elements(format_name: str, body: Bytes) -> List[Any]:
    """The elements of one batch."""
    reader = _READERS.get(format_name)
    if reader is None:
        raise engine_error(
            "VALUE_NOT_PORTABLE", f"a batch of format {format_name} cannot be read in Python", {"type": format_name}
        )
    try:
        return reader(body)
    except EngineError:
        raise
    except Exception as error:
        message = f"the elements cannot be read here: {type(error).__name__}: {error}"
        raise engine_error("VALUE_NOT_PORTABLE", message, {"type": format_name}) from error
