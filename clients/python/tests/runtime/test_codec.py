"""The value table of docs/protocol.md, entry by entry; `wire` is what the table says."""

from __future__ import annotations

import base64
import functools
import json
import math
import operator
import pickle
import threading
from typing import Any, Dict, List

import pytest
from things import Thing

from kindling import errors
from kindling._runtime import codec, functions
from kindling._runtime.elements import BATCH_BYTES, batches, elements
from kindling._runtime.functions import pack
from kindling._runtime.remote import UNSET, one_list


def encoded(declared: str, value: Any) -> Any:
    return json.loads(codec.encode_arguments("Thing.get", ((f"value: {declared}", value),), codec.Outgoing()))


def decoded(declared: str, wire: Any) -> Any:
    return codec.decode_result(declared, wire, codec.Incoming({}, lambda name, identity: (name, identity)))


BOTH_WAYS = [
    ("boolean", True, True),
    ("string", "naïve", "naïve"),
    ("string", "a\ud800b", {"$": "text", "utf16": [97, 0xD800, 98]}),
    ("string", "😀\udc00", {"$": "text", "utf16": [0xD83D, 0xDE00, 0xDC00]}),
    ("null", None, None),
    ("int", -(2**31), -(2**31)),
    ("long", 2**53 - 1, 2**53 - 1),
    ("long", 2**53 + 1, {"$": "long", "value": "9007199254740993"}),
    ("long", -(2**63), {"$": "long", "value": "-9223372036854775808"}),
    ("double", 1.5, 1.5),
    ("double", math.inf, {"$": "double", "value": "Infinity"}),
    ("double", -math.inf, {"$": "double", "value": "-Infinity"}),
    ("bytes", b"\x00\xff", {"$": "bytes", "base64": "AP8="}),
    ("list<long>", [1, 2], [1, 2]),
    ("optional<string>", None, None),
    ("list<optional<double>>", [1.0, None], [1.0, None]),
    ("tuple<string,long>", ("a", 1), ["a", 1]),
    ("set<long>", {1}, [1]),
    ("map<string,double>", {"a": 1.0}, {"a": 1.0}),
    ("map<long,string>", {1: "a"}, {"$": "map", "entries": [[1, "a"]]}),
    ("map<string,long>", {"$": 1}, {"$": "map", "entries": [["$", 1]]}),
    ("unknown", {"a": [1, "b", None, 2**60]}, {"a": [1, "b", None, {"$": "long", "value": str(2**60)}]}),
    ("union<long,string>", "a", "a"),
    ("union<long,list<string>>", ["a"], ["a"]),
    ("enum<Mode>", "append", "append"),
]


@pytest.mark.parametrize(("declared", "value", "wire"), BOTH_WAYS)
def test_values_travel_both_ways(declared: str, value: Any, wire: Any) -> None:
    assert encoded(declared, value) == wire
    assert decoded(declared, wire) == value
    assert type(decoded(declared, wire)) is type(value)


def test_the_doubles_that_json_lacks() -> None:
    assert encoded("double", math.nan) == {"$": "double", "value": "NaN"}
    assert encoded("double", -0.0) == {"$": "double", "value": "-0"}
    assert math.isnan(decoded("double", {"$": "double", "value": "NaN"}))
    assert math.copysign(1, decoded("double", {"$": "double", "value": "-0"})) == -1
    assert (decoded("double", 3), type(decoded("double", 3))) == (3.0, float)
    assert decoded("unknown", {"$": "double", "value": "1" + "0" * 20}) == 1e20


class Seven:
    def __index__(self) -> int:
        return 7


REFUSED = [
    ("int", 2**31, "an integer of 32 bits, not 2147483648 (int)"),
    ("long", 2**63, "an integer of 64 bits, not 9223372036854775808 (int)"),
    ("long", True, "an integer of 64 bits, not True (bool)"),
    ("long", 1.0, "an integer of 64 bits, not 1.0 (float)"),
    ("double", "1", "a number, not '1' (str)"),
    ("string", None, "a string, not None"),
    ("boolean", 1, "True or False, not 1 (int)"),
    ("list<long>", "ab", "a list, each item an integer of 64 bits, not 'ab' (str)"),
    ("list<long>", ["a"], "an integer of 64 bits, not 'a' (str)"),
    ("union<long,string>", None, "an integer of 64 bits or a string, not None"),
    ("optional<long>", "a", "an integer of 64 bits or None, not 'a' (str)"),
    ("task", 5, "a function, not 5 (int)"),
    ("elements", 5, "a list or another iterable, not 5 (int)"),
    ("object<Thing>", 5, "a Thing, not 5 (int)"),
    ("value<Column>", 5, "a Column, not 5 (int)"),
    ("unknown", object(), "a plain value, not a value of type object"),
]


@pytest.mark.parametrize(("declared", "value", "words"), REFUSED)
def test_wrong_arguments_name_the_parameter(declared: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        encoded(declared, value)
    assert isinstance(caught.value, errors.InvalidArgumentError)
    assert caught.value.message == f"get: value must be {words}"
    assert caught.value.params["parameter"] == "value"


def test_numbers_of_other_libraries_are_numbers() -> None:
    assert encoded("long", Seven()) == 7
    assert encoded("unknown", Seven()) == 7


def test_deep_nesting_is_an_error_of_ours() -> None:
    nested: List[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(errors.InvalidArgumentError, match="less deeply nested"):
        encoded("unknown", nested)


def test_unset_parameters() -> None:
    arguments = (("a: long", UNSET), ("b: long", 1), ("c: long", UNSET), ("d: long", UNSET))
    assert codec.encode_arguments("x", arguments, codec.Outgoing()) == '{"$":"unset"},1'
    assert codec.encode_arguments("x", arguments[2:], codec.Outgoing()) == ""


@pytest.mark.parametrize(
    ("given", "meant"), [(("a", "b"), ["a", "b"]), ((["a", "b"],), ["a", "b"]), (("a",), ["a"]), ((), [])]
)
def test_one_list(given: Any, meant: List[str]) -> None:
    assert list(one_list(given)) == meant


def test_long_bodies_become_parts() -> None:
    outgoing = codec.Outgoing()
    text = codec.encode_arguments("x", (("a: bytes", b"a" * 16384), ("b: bytes", b"b" * 16385)), outgoing)
    small, large = json.loads(f"[{text}]")
    assert base64.b64decode(small["base64"]) == b"a" * 16384
    assert large == {"$": "frame", "n": 1}
    assert outgoing.parts == [b"b" * 16385]
    many = codec.Outgoing()
    codec.encode_arguments("x", (("a: list<bytes>", [b"c" * 10_000] * 100),), many)
    assert 10_000 * (100 - len(many.parts)) <= codec.INLINE_BYTES_PER_CALL


def test_functions_go_by_value() -> None:
    offset = 5
    wire = encoded("task", lambda x: x + offset)
    assert (wire["language"], wire["name"]) == ("python", "<lambda>")
    assert pickle.loads(base64.b64decode(wire["body"]["base64"]))(1) == 6


def test_a_proxy_inside_a_function_is_refused(session: Any) -> None:
    thing = Thing[int]()
    with pytest.raises(errors.UserCodeError) as caught:
        pack(lambda x: thing)
    assert caught.value.code == "FUNCTION_NOT_SHIPPABLE"
    assert caught.value.message == (
        "the function <lambda> cannot be sent to a worker: it captures thing, but a Thing exists only in the driver"
    )


def test_what_cannot_be_pickled_is_refused() -> None:
    lock = threading.Lock()
    with pytest.raises(errors.UserCodeError, match="it captures lock, but a lock exists only in this process"):
        pack(lambda x: lock)
    with pytest.raises(errors.InvalidArgumentError, match="a value of type generator cannot travel"):
        list(batches([1, (x for x in "ab")]))


class Guard:
    """Holds what cannot travel."""

    def __init__(self) -> None:
        self.limits = {"a": [1, threading.Lock()]}

    def check(self, x: int) -> int:
        return x


def test_what_cannot_travel_is_named_as_a_program_reaches_it() -> None:
    guard, lock = Guard(), threading.Lock()
    held = (0, guard)

    def inner(x: int) -> bool:
        return lock.locked() and bool(x)

    def default(x: int, lock: Any = lock) -> int:
        return x

    packed: Dict[str, Any] = {
        "self.limits['a'][1]": guard.check,
        "held[1].limits['a'][1]": lambda x: held,
        "lock": lambda x: inner(x) + 1,
        "argument 1 of the partial": functools.partial(operator.add, lock),
        "key": functools.partial(sorted, key=lock),
    }
    for name, function in [*packed.items(), ("lock", default)]:
        with pytest.raises(errors.UserCodeError) as caught:
            pack(function)
        assert f"it captures {name}, but a lock exists only in this process" in caught.value.message


def test_a_function_that_takes_too_much_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "MOST_BYTES", 4 << 20)
    monkeypatch.setattr(functions, "_WARNED_BYTES", 1 << 20)
    small, fitting, large = [1], bytes(2 << 20), {"a": bytes(5 << 20)}
    with pytest.warns(RuntimeWarning, match="the function <lambda> takes 2 MiB of captured variables along") as warned:
        assert len(pack(lambda x: fitting)) > 2 << 20
    assert warned[0].filename == __file__
    with pytest.raises(errors.UserCodeError) as caught:
        pack(lambda x: (small, large))
    assert "it captures large, of 5 MiB or more, and at most 4 MiB travel with a function" in caught.value.message
    assert "SparkContext.broadcast" in str(caught.value.hint)


def test_a_large_function_travels_in_another_way() -> None:
    shared: List[Any] = []

    def share(function: Any, packed: bytes) -> bytes:
        shared.append((function, len(packed)))
        return b"instead"

    table = bytes(codec.SHARED_BYTES)
    outgoing = codec.Outgoing(share=share)

    def look(x: int) -> int:
        return table[x]

    text = codec.encode_arguments("x", (("f: task", look), ("g: task", len)), outgoing)
    large, small = json.loads(f"[{text}]")
    assert (large["name"], base64.b64decode(large["body"]["base64"])) == ("look", b"instead")
    assert pickle.loads(base64.b64decode(small["body"]["base64"])) is len
    ((function, size),) = shared
    assert function is look
    assert size > codec.SHARED_BYTES


@pytest.mark.parametrize(
    ("values", "counts"),
    [([], []), (range(3), [3]), (list(range(1024)), [1024]), (iter(range(2500)), [1024, 1024, 452]), ({"a": 1}, [1])],
)
def test_elements_are_cut_into_batches(values: Any, counts: List[int]) -> None:
    cut = list(batches(values))
    assert [count for count, _ in cut] == counts
    assert all(len(pickle.loads(body)) == count for count, body in cut)


def test_batches_hold_about_a_mebibyte() -> None:
    values = [b"x" * 100_000] * 30 + [b"y" * (3 << 20)]
    # Equal objects would be pickled once.
    values = [value + bytes([index]) for index, value in enumerate(values)]
    cut = list(batches(values))
    assert [value for _, body in cut for value in pickle.loads(body)] == values
    assert all(len(body) <= BATCH_BYTES or count == 1 for count, body in cut)


def _ext(code: int, data: bytes) -> bytes:
    return bytes([0xC7, len(data), code]) + data


# Written by hand from the MessagePack specification: fixarray 0x90|n, ext8 0xc7.
PORTABLE: Dict[str, Any] = {
    "plain": (b"\x93\x01\xc3\xa1a", [1, True, "a"]),
    "tuple": (b"\x91" + _ext(1, b"\x92\xa1k\x02"), [("k", 2)]),
    "big": (b"\x91" + _ext(2, b"18446744073709551616"), [2**64]),
    "double": (b"\x91" + _ext(7, b"\x40\x08" + bytes(6)), [3.0]),
    "set": (b"\x91" + _ext(6, b"\x92\x01\x02"), [{1, 2}]),
    "bytes": (b"\x91\xc4\x01\xff", [b"\xff"]),
}


@pytest.mark.parametrize("name", PORTABLE)
def test_portable_batches(name: str) -> None:
    body, values = PORTABLE[name]
    found = elements("portable", memoryview(body))
    assert found == values
    assert [type(item) for item in found] == [type(item) for item in values]


def test_portable_dates_decimals_and_rows() -> None:
    import datetime
    import decimal

    body = b"\x93" + _ext(3, b"1.50") + _ext(4, b"\x00\x00\x00\x01") + _ext(8, b"\x92\x92\xa1a\xa1b\x92\x01\xa1x")
    number, day, row = elements("portable", body)
    assert (number, day) == (decimal.Decimal("1.50"), datetime.date(1970, 1, 2))
    assert (row.a, row["b"], tuple(row)) == (1, "x", (1, "x"))


def test_portable_timestamps_are_local() -> None:
    import datetime

    (moment,) = elements("portable", b"\x91" + _ext(5, (1_500_000).to_bytes(8, "big")))
    assert moment == datetime.datetime.fromtimestamp(1.5)


def test_lines_and_pickles() -> None:
    assert elements("lines", b"a\nb\xff\n") == ["a", "b\ufffd"]
    assert elements("lines", b"") == []
    assert elements("pickle", pickle.dumps([1, (2,)])) == [1, (2,)]
    with pytest.raises(errors.InvalidArgumentError):
        elements("v8", b"")


def test_element_maps_are_one_batch_of_pairs() -> None:
    pairs = {(1, None): 0.5, "a": 2}
    wire = encoded("elementMap", pairs)
    (batch,) = wire["batches"]
    assert (batch["format"], batch["count"]) == ("pickle", 2)
    assert pickle.loads(base64.b64decode(batch["body"]["base64"])) == list(pairs.items())
    assert decoded("elementMap", wire) == pairs
    assert len(encoded("elementMap", {i: i for i in range(5000)})["batches"]) == 1
    assert decoded("elementMap", encoded("elements", [])) == {}


@pytest.mark.parametrize(
    ("values", "code"), [([1], "NOT_KEY_VALUE"), ([(1, 2, 3)], "NOT_KEY_VALUE"), ([([], 1)], "KEY_NOT_HASHABLE")]
)
def test_element_maps_need_pairs_with_keys(values: Any, code: str) -> None:
    with pytest.raises(errors.EngineError) as caught:
        decoded("elementMap", encoded("elements", values))
    assert caught.value.code == code


def test_a_batch_gives_no_more_elements_than_it_counts() -> None:
    wire = encoded("elements", [1, 2, 3])
    wire["batches"][0]["count"] = 2
    assert decoded("elements", wire) == [1, 2]


def test_elements_come_back_from_parts(session: Any, desk: Any) -> None:
    large = pickle.dumps(list(range(100_000)))

    def answer(desk: Any, message: Dict[str, Any]) -> Any:
        desk.send_part(message["id"], 1, large, chunk=1 << 16)
        inline = {"$": "bytes", "base64": base64.b64encode(pickle.dumps([-1])).decode()}
        return {
            "$": "elements",
            "batches": [
                {"format": "pickle", "count": 100_000, "body": {"$": "frame", "n": 1}},
                {"format": "pickle", "count": 1, "body": inline},
            ],
        }

    desk.answers["Thing.collect"] = answer
    assert Thing[int]().collect() == [*range(100_000), -1]


def test_parts_go_before_their_message(session: Any, desk: Any) -> None:
    big = bytes(range(256)) * (40_000)  # over 8 MiB: split
    desk.answers["Thing.get"] = lambda _desk, message: len(desk.parts[message["id"], 1])
    thing = Thing[int]()
    assert thing.get("long", big, "bytes") == len(big)
    assert list(desk.parts.values()) == [big]
    assert desk.numbers == list(range(1, len(desk.numbers) + 1))
    assert desk.methods() == ["Thing.new", "Thing.get"]


def test_a_call_over_the_limit_is_refused_here(session: Any, desk: Any) -> None:
    thing = Thing[int]()
    with pytest.raises(errors.ResourceError, match="over the limit"):
        thing.get("void", "x" * (17 << 20), "string")
    assert thing.get("void") is None
