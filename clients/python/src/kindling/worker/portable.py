"""Portable batches: MessagePack with extension types for what other languages know too."""

from __future__ import annotations

import calendar
import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Callable

import msgpack  # type: ignore[import-untyped,unused-ignore]

from kindling.worker.failure import TaskFailure

TUPLE, BIG_INTEGER, DECIMAL, DATE, TIMESTAMP, SET, DOUBLE, ROW = range(1, 9)

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def pack(elements: Any) -> bytes:
    """The MessagePack form of an element, or of a list of elements: a batch."""
    # Strict types, so that a tuple does not become a list, nor a row a tuple.
    packed: bytes = msgpack.packb(elements, default=_extension, strict_types=True, unicode_errors="surrogatepass")
    return packed


def unpack(data: Any) -> Any:
    return msgpack.unpackb(data, ext_hook=_from_extension, strict_map_key=False, unicode_errors="surrogatepass")


def _extension(value: Any) -> Any:
    """What MessagePack itself has no form for: an extension, or a plain value that it has one for."""
    for kind, encode in _ENCODERS:
        if isinstance(value, kind):
            return encode(value)
    kind = type(value)
    if kind.__module__ == "numpy" and hasattr(value, "item"):
        return value.item()
    if kind.__module__ == "kindling.resultiterable":
        return list(value)
    name = type(value).__name__
    message = f"a value of type {name} cannot travel between two languages"
    raise TaskFailure("VALUE_NOT_PORTABLE", {"type": name}, message)


def _encode_tuple(value: tuple[Any, ...]) -> msgpack.ExtType:
    fields = getattr(value, "__fields__", None) or getattr(value, "_fields", None)
    if fields:
        return msgpack.ExtType(ROW, pack([list(fields), list(value)]))
    return msgpack.ExtType(TUPLE, pack(list(value)))


def microseconds(value: datetime) -> int:
    """Since 1970-01-01T00:00:00Z."""
    # A datetime without a zone is local time, as in PySpark.
    seconds = calendar.timegm(value.utctimetuple()) if value.tzinfo else int(time.mktime(value.timetuple()))
    return seconds * 1_000_000 + value.microsecond


def _encode_datetime(value: datetime) -> msgpack.ExtType:
    return msgpack.ExtType(TIMESTAMP, microseconds(value).to_bytes(8, "big", signed=True))


def _encode_date(value: date) -> msgpack.ExtType:
    return msgpack.ExtType(DATE, (value.toordinal() - _EPOCH_ORDINAL).to_bytes(4, "big", signed=True))


def _encode_integer(value: int) -> Any:
    # Also subclasses of int that fit into 64 bits come here, enumerations for example.
    fits = -(1 << 63) <= value < 1 << 64
    return int(value) if fits else msgpack.ExtType(BIG_INTEGER, str(int(value)).encode())


# In this order: a datetime is a date, too.
_ENCODERS: list[tuple[Any, Callable[[Any], Any]]] = [
    (tuple, _encode_tuple),
    (int, _encode_integer),
    (str, str.__str__),
    (float, float.__float__),
    (Decimal, lambda value: msgpack.ExtType(DECIMAL, str(value).encode())),
    (datetime, _encode_datetime),
    (date, _encode_date),
    ((set, frozenset), lambda value: msgpack.ExtType(SET, pack(list(value)))),
    (list, list),
    (dict, dict),
    ((bytes, bytearray, memoryview), bytes),
]


def _from_extension(kind: int, data: bytes) -> Any:
    decode = _DECODERS.get(kind)
    return decode(data) if decode else msgpack.ExtType(kind, data)


def _decode_timestamp(data: bytes) -> datetime:
    seconds, microseconds = divmod(int.from_bytes(data, "big", signed=True), 1_000_000)
    return datetime.fromtimestamp(seconds).replace(microsecond=microseconds)


def _decode_double(data: bytes) -> float:
    import struct

    number: float = struct.unpack(">d", data)[0]
    return number


def _decode_row(data: bytes) -> Any:
    from kindling.sql.row import create_row

    names, values = unpack(data)
    return create_row(names, values)


_DECODERS: dict[int, Callable[[bytes], Any]] = {
    TUPLE: lambda data: tuple(unpack(data)),
    BIG_INTEGER: int,
    DECIMAL: lambda data: Decimal(data.decode()),
    DATE: lambda data: date.fromordinal(_EPOCH_ORDINAL + int.from_bytes(data, "big", signed=True)),
    TIMESTAMP: _decode_timestamp,
    SET: lambda data: set(unpack(data)),
    DOUBLE: _decode_double,
    ROW: _decode_row,
}
