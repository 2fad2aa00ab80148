"""Portable batches: MessagePack with the extension types of `docs/worker-protocol.md`."""

from __future__ import annotations

import datetime
import decimal
import struct
from typing import Any, Callable, Dict, List

import msgpack

from kindling._runtime.codec import Bytes

_EPOCH = datetime.date(1970, 1, 1)


def _values(data: bytes) -> Any:
    return msgpack.unpackb(data, ext_hook=_extension, raw=False, strict_map_key=False, unicode_errors="surrogatepass")


def _timestamp(data: bytes) -> datetime.datetime:
    """Local time without a zone, as PySpark gives timestamps."""
    seconds, micros = divmod(struct.unpack(">q", data)[0], 1_000_000)
    return datetime.datetime.fromtimestamp(seconds).replace(microsecond=micros)


def _row(data: bytes) -> Any:
    from kindling.sql.row import create_row

    names, values = _values(data)
    return create_row(names, values)


_EXTENSIONS: Dict[int, Callable[[bytes], Any]] = {
    1: lambda data: tuple(_values(data)),
    2: lambda data: int(data.decode("ascii")),
    3: lambda data: decimal.Decimal(data.decode("ascii")),
    4: lambda data: _EPOCH + datetime.timedelta(days=struct.unpack(">i", data)[0]),
    5: _timestamp,
    6: lambda data: set(_values(data)),
    7: lambda data: struct.unpack(">d", data)[0],
    8: _row,
}


def _extension(code: int, data: bytes) -> Any:
    read = _EXTENSIONS.get(code)
    return msgpack.ExtType(code, data) if read is None else read(data)


def unpack(body: Bytes) -> List[Any]:
    """The elements of a portable batch."""
    found: List[Any] = _values(bytes(body))
    return found
