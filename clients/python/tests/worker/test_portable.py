"""Portable elements: bytes by the MessagePack specification, and what comes back of values."""

import collections
import enum
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kindling.sql.row import Row
from kindling.worker.failure import TaskFailure
from kindling.worker.portable import pack, unpack


class Colour(enum.IntEnum):
    RED = 1


class Name(str):
    __slots__ = ()


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ((1, 2), "c7 03 01 92 01 02"),
        (2**64, "c7 14 02" + b"18446744073709551616".hex()),
        (Decimal("1.50"), "d6 03" + b"1.50".hex()),
        (date(1970, 1, 2), "d6 04 00000001"),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc), "d7 05 00000000000f4240"),
        ({1}, "d5 06 91 01"),
        (Row(a=1), "c7 06 08 92 91 a1 61 91 01"),
        (3.0, "cb 4008000000000000"),
    ],
)
def test_bytes(value, form):
    assert pack(value) == bytes.fromhex(form)


@pytest.mark.parametrize(
    "value",
    [
        [None, True, -1, 2**63, -(2**63) - 1, 1.5, "é", b"\0", [], {}, ()],
        {(1, 2): {"a": [({1},)]}},
        {1: 2, None: 3, 1.5: 4},
        Decimal("-0.00"),
        datetime(2024, 2, 29, 12, 30, 1, 5),
        datetime(1950, 1, 1, 0, 0, 0, 999_999),
        date(1, 1, 1),
        date(9999, 12, 31),
        Row(a=1, b=Row(c=(1,))),
        "\ud800",
    ],
)
def test_round_trip(value):
    back = unpack(pack(value))
    assert (back, repr(back)) == (value, repr(value))


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        (Colour.RED, 1),
        (Name("a"), "a"),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.Counter("aa"), {"a": 2}),
        (frozenset([1]), {1}),
        (bytearray(b"a"), b"a"),
        (Point(1, 2), Row(x=1, y=2)),
        (Row(1, 2), (1, 2)),
    ],
)
def test_relatives_of_plain_types(value, becomes):
    back = unpack(pack(value))
    assert (back, type(back)) == (becomes, type(becomes))


def test_a_zone_is_respected():
    zone = timezone(timedelta(hours=2))
    assert pack(datetime(1970, 1, 1, 2, tzinfo=zone)) == pack(datetime(1970, 1, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize("value", [object(), lambda: 0, 1j, [object()], (object(),)])
def test_other_values_are_refused(value):
    with pytest.raises(TaskFailure, match="cannot travel between two languages") as raised:
        pack([value])
    assert raised.value.code == "VALUE_NOT_PORTABLE"
