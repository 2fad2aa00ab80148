"""Values of calls: the value table of `docs/protocol.md`, one entry per declared type.

| declared | Python value | wire |
|---|---|---|
| boolean, string, null | bool, str, None | JSON; a string with lone surrogates is tagged `text` |
| int, long | int (bool is refused) | JSON integer; beyond 2^53 tagged `long` |
| double | float or int | JSON number; NaN, infinities, -0.0 tagged `double` |
| bytes | bytes-like | base64 up to 16 KiB (256 KiB per call), else a binary frame |
| list, tuple, set, iterable | any iterable but text | JSON array |
| map | dict | JSON object, or tagged `map` with entries |
| object | a proxy | tagged `ref` |
| value | an object with `to_wire()`, or plain data | JSON object |
| elements, element | list, range, any iterable; one value | batches, see `elements.py` |
| elementMap | dict of elements | one batch of pairs |
| task | a function | cloudpickle, see `functions.py` |
| unknown | any of these | by what it is |

A type is written as in `remote.py`, parsed once and kept. Encoders give JSON text: building it directly is twice as
fast as building a tree for `json.dumps`.
"""

from __future__ import annotations

import base64
import importlib
import math
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union, cast

from kindling._runtime.unset import UNSET
from kindling.errors import EngineError, advice, engine_error

Bytes = Union[bytes, bytearray, memoryview]

INLINE_BYTES = 16 * 1024
"""A longer body travels in a binary frame."""
INLINE_BYTES_PER_CALL = 256 * 1024
"""Bodies of one call beyond this sum travel in binary frames, however small they are: texts have a limit."""
SHARED_BYTES = 1 << 20
"""A longer function is broadcast, as in PySpark."""
_SAFE_INTEGER = 2**53 - 1


class Outgoing:
    """The bodies of one call that is being encoded."""

    __slots__ = ("inline_bytes", "made", "parts", "profiles", "share")

    def __init__(self, profiles: Any = None, share: Optional[Callable[[Any, bytes], bytes]] = None) -> None:
        self.parts: List[Bytes] = []
        self.inline_bytes = 0
        self.made: Optional[int] = None  # the object that the call makes, where its result is waited for too
        self.profiles = profiles
        """Measures functions, where the program asks for it (`profiler.py`)."""
        self.share = share
        """Gives tasks a large function in another way: from the function and its pickle, the pickle that travels."""


class Incoming(NamedTuple):
    """What a result may refer to."""

    parts: Dict[int, Bytes]
    reference: Callable[[str, int], Any]
    """Makes the proxy for an object of a class."""


Encode = Callable[[Any, Outgoing], str]
Decode = Callable[[Any, Incoming], Any]


class Type(NamedTuple):
    """How values of one declared type travel."""

    words: str
    """For messages: what an argument must be."""
    encode: Encode
    """Raises `Mismatch` for a value of another type."""
    decode: Decode


class Mismatch(Exception):
    """An argument that is not of its declared type."""

    def __init__(self, expected: str, value: Any) -> None:
        super().__init__(expected, value)
        self.expected = expected
        self.actual = describe(value)


def describe(value: Any) -> str:
    """A value in words, for messages."""
    if value is None:
        return "None"
    text = repr(value) if isinstance(value, (bool, int, float, str)) else ""
    kind = type(value).__name__
    return f"{text} ({kind})" if 0 < len(text) <= 60 else f"a value of type {kind}"


def _boolean(value: Any, _: Outgoing) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise Mismatch("True or False", value)


def _integer(bits: int) -> Encode:
    words = f"an integer of {bits} bits"
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def encode(value: Any, _: Outgoing) -> str:
        if type(value) is not int:
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise Mismatch(words, value)
            value = value.__index__()
        if not low <= value <= high:
            raise Mismatch(words, value)
        return _integer_text(value)

    return encode


def _integer_text(value: int) -> str:
    if -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        return str(value)
    return '{"$":"long","value":"%d"}' % value


def _double(value: Any, _: Outgoing) -> str:
    if type(value) is not float:
        if isinstance(value, (bool, str, bytes)) or not (hasattr(value, "__float__") or hasattr(value, "__index__")):
            raise Mismatch("a number", value)
        try:
            value = float(value)
        except (OverflowError, TypeError, ValueError):
            raise Mismatch("a number", value) from None
    return _double_text(value)


def _double_text(value: float) -> str:
    if value - value != 0:  # NaN or infinite
        name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return '{"$":"double","value":"%s"}' % name
    if value == 0 and math.copysign(1.0, value) < 0:
        return '{"$":"double","value":"-0"}'
    return float.__repr__(value)


def _string(value: Any, _: Outgoing) -> str:
    if not isinstance(value, str):
        raise Mismatch("a string", value)
    return _string_text(value)


def _string_text(value: str) -> str:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        units = value.encode("utf-16-le", "surrogatepass")
        codes = [units[i] | units[i + 1] << 8 for i in range(0, len(units), 2)]
        return '{"$":"text","utf16":[%s]}' % ",".join(map(str, codes))
    return quote(value)


def encode_bytes(value: Bytes, outgoing: Outgoing) -> str:
    """Bytes in the message itself, or as a part of it."""
    size = memoryview(value).nbytes
    if size <= INLINE_BYTES and outgoing.inline_bytes + size <= INLINE_BYTES_PER_CALL:
        outgoing.inline_bytes += size
        return '{"$":"bytes","base64":"%s"}' % base64.b64encode(value).decode("ascii")
    outgoing.parts.append(value)
    return '{"$":"frame","n":%d}' % len(outgoing.parts)


def _bytes(value: Any, outgoing: Outgoing) -> str:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise Mismatch("bytes", value)
    return encode_bytes(value, outgoing)


def _null(value: Any, _: Outgoing) -> str:
    if value is not None:
        raise Mismatch("None", value)
    return "null"


def _task(value: Any, outgoing: Outgoing) -> str:
    if not callable(value):
        raise Mismatch("a function", value)
    from kindling._runtime.functions import function_name, pack

    packed = pack(value if outgoing.profiles is None else outgoing.profiles.measured(value))
    if outgoing.share is not None and len(packed) > SHARED_BYTES:
        packed = outgoing.share(value, packed)
    body = encode_bytes(packed, outgoing)
    return '{"$":"function","language":"python","name":%s,"body":%s}' % (quote(function_name(value)), body)


def _elements(value: Any, outgoing: Outgoing) -> str:
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise Mismatch("a list or another iterable", value)
    from kindling._runtime.elements import batches

    return _batches(batches(value), outgoing)


def _element(value: Any, outgoing: Outgoing) -> str:
    from kindling._runtime.elements import batches

    return _batches(batches([value]), outgoing)


def _element_map(value: Any, outgoing: Outgoing) -> str:
    if not isinstance(value, Mapping):
        raise Mismatch("a dict", value)
    from kindling._runtime.elements import one_batch

    return _batches([one_batch(list(value.items()))], outgoing)


def _batches(batches: Iterable[Tuple[int, bytes]], outgoing: Outgoing) -> str:
    texts = [
        '{"format":"pickle","count":%d,"body":%s}' % (count, encode_bytes(body, outgoing)) for count, body in batches
    ]
    return '{"$":"elements","batches":[%s]}' % ",".join(texts)


def _anything(value: Any, outgoing: Outgoing) -> str:
    """A value by what it is."""
    encode = _BY_CLASS.get(type(value))
    if encode is not None:
        return encode(value, outgoing)
    if hasattr(value, "to_wire"):
        return _anything(value.to_wire(), outgoing)
    if isinstance(getattr(value, "_id", None), int) and hasattr(value, "_session"):
        return '{"$":"ref","id":%d}' % value._id
    for kind, encode in _BY_CLASS.items():
        if isinstance(value, kind):
            return encode(value, outgoing)
    if hasattr(value, "__index__"):
        return _anything_integer(value.__index__(), outgoing)
    if hasattr(value, "__float__"):
        return _double_text(float(value))
    if callable(value):
        return _task(value, outgoing)
    raise Mismatch("a plain value", value)


def _anything_integer(value: int, outgoing: Outgoing) -> str:
    return _types["long"].encode(value, outgoing)


def _array(value: Any, outgoing: Outgoing) -> str:
    return "[%s]" % ",".join([_anything(item, outgoing) for item in value])


def _dictionary(value: Dict[Any, Any], outgoing: Outgoing) -> str:
    return _map_text(value, _anything, _anything, outgoing)


def _map_text(value: Dict[Any, Any], key: Encode, item: Encode, outgoing: Outgoing) -> str:
    if all(type(name) is str and name != "$" and (name.isascii() or _string_text(name)[0] == '"') for name in value):
        return "{%s}" % ",".join([quote(name) + ":" + item(value[name], outgoing) for name in value])
    entries = ["[%s,%s]" % (key(name, outgoing), item(value[name], outgoing)) for name in value]
    return '{"$":"map","entries":[%s]}' % ",".join(entries)


_BY_CLASS: Dict[type, Encode] = {
    str: lambda value, _: _string_text(value),
    bool: _boolean,
    int: _anything_integer,
    float: lambda value, _: _double_text(value),
    type(None): _null,
    list: _array,
    tuple: _array,
    dict: _dictionary,
    bytes: encode_bytes,
    bytearray: encode_bytes,
    memoryview: encode_bytes,
    set: _array,
    frozenset: _array,
    range: _array,
}


def _data(wire: Any, incoming: Incoming) -> Any:
    """A value by its form on the wire."""
    if isinstance(wire, list):
        return [_data(item, incoming) for item in wire]
    if not isinstance(wire, dict):
        return wire
    if "$" not in wire:
        return {name: _data(item, incoming) for name, item in wire.items()}
    tagged = _TAGS.get(wire["$"])
    if tagged is None:
        raise engine_error("MESSAGE_INVALID", f"a value tagged {wire['$']!r}")
    return tagged(wire, incoming)


def _decode_bytes(wire: Dict[str, Any], incoming: Incoming) -> Bytes:
    if wire["$"] == "bytes":
        return base64.b64decode(wire["base64"])
    part = incoming.parts.pop(wire["n"], None)
    if part is None:
        raise engine_error("MESSAGE_INVALID", f"binary frame {wire['n']} did not come before its message")
    return part


def _decode_elements(wire: Any, incoming: Incoming) -> List[Any]:
    found: List[Any] = []
    for batch in wire["batches"]:
        found += decode_batch(batch, incoming)
    return found


def decode_batch(wire: Dict[str, Any], incoming: Incoming) -> List[Any]:
    """The elements of one batch."""
    from kindling._runtime.elements import elements

    found = elements(wire["format"], _decode_bytes(wire["body"], incoming))
    # `take` may want fewer elements than the last batch holds; lines that nobody has counted are as many as there are.
    del found[wire["count"] :]
    return found


_TAGS: Dict[str, Decode] = {
    "long": lambda wire, _: int(wire["value"]),
    "double": lambda wire, _: float(wire["value"]),
    "text": lambda wire, _: b"".join(unit.to_bytes(2, "little") for unit in wire["utf16"]).decode(
        "utf-16-le", "surrogatepass"
    ),
    "bytes": lambda wire, incoming: bytes(_decode_bytes(wire, incoming)),
    "frame": lambda wire, incoming: bytes(_decode_bytes(wire, incoming)),
    "map": lambda wire, incoming: {_hashable(_data(k, incoming)): _data(v, incoming) for k, v in wire["entries"]},
    "elements": _decode_elements,
    "ref": lambda wire, incoming: incoming.reference(wire.get("class", ""), wire["id"]),
}


def _hashable(key: Any) -> Any:
    return tuple(_hashable(item) for item in key) if isinstance(key, list) else key


def _decode_element(wire: Any, incoming: Incoming) -> Any:
    if not isinstance(wire, dict):
        return _data(wire, incoming)
    found = _decode_elements(wire, incoming)
    return found[0] if found else None


def _decode_element_map(wire: Any, incoming: Incoming) -> Dict[Any, Any]:
    pairs = _decode_elements(wire, incoming)
    try:
        return dict(pairs)
    except (TypeError, ValueError):
        raise _no_map(pairs) from None


def _no_map(elements: Sequence[Any]) -> EngineError:
    """Why elements are not the pairs of a dict."""
    for element in elements:
        if not isinstance(element, (tuple, list)) or len(element) != 2:
            message = f"a map needs elements that are (key, value) pairs, found {element!r}"
            return engine_error("NOT_KEY_VALUE", message, {"call": "a map", "actual": repr(element)})
        if getattr(element[0], "__hash__", None) is None:
            kind = type(element[0]).__name__
            message = f"a key of type {kind} cannot be hashed"
            return engine_error("KEY_NOT_HASHABLE", message, {"type": kind}, hint=advice("KEY_NOT_HASHABLE"))
    return engine_error("INTERNAL", "a map cannot be made of its pairs")


def _decode_double(wire: Any, _: Incoming) -> Optional[float]:
    return None if wire is None else float(wire["value"] if isinstance(wire, dict) else wire)


_types: Dict[str, Type] = {
    "boolean": Type("True or False", _boolean, _data),
    "int": Type("an integer of 32 bits", _integer(32), _data),
    "long": Type("an integer of 64 bits", _integer(64), _data),
    "double": Type("a number", _double, _decode_double),
    "string": Type("a string", _string, _data),
    "bytes": Type("bytes", _bytes, _data),
    "null": Type("None", _null, _data),
    "void": Type("None", _null, lambda _wire, _incoming: None),
    "unknown": Type("a plain value", _anything, _data),
    "elements": Type("a list or another iterable", _elements, _decode_elements),
    "element": Type("one element", _element, _decode_element),
    "elementMap": Type("a dict", _element_map, _decode_element_map),
    "task": Type("a function", _task, _data),
    "found": Type("a remote object", _anything, lambda wire, incoming: incoming.reference(wire["class"], wire["id"])),
}


def _sequence(words: str, make: Callable[[List[Any]], Any]) -> Callable[[Type], Type]:
    def build(of: Type) -> Type:
        def encode(value: Any, outgoing: Outgoing) -> str:
            if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
                raise Mismatch(f"{words}, each item {of.words}", value)
            return "[%s]" % ",".join([of.encode(item, outgoing) for item in value])

        return Type(
            f"{words}, each item {of.words}",
            encode,
            lambda wire, incoming: make([of.decode(w, incoming) for w in wire]),
        )

    return build


def _optional(of: Type) -> Type:
    def encode(value: Any, outgoing: Outgoing) -> str:
        if value is None:
            return "null"
        try:
            return of.encode(value, outgoing)
        except Mismatch as mismatch:
            mismatch.expected += " or None"
            raise

    return Type(
        f"{of.words} or None", encode, lambda wire, incoming: None if wire is None else of.decode(wire, incoming)
    )


def _map(key: Type, item: Type) -> Type:
    words = f"a dict, each value {item.words}"

    def encode(value: Any, outgoing: Outgoing) -> str:
        if not isinstance(value, dict):
            raise Mismatch(words, value)
        return _map_text(value, key.encode, item.encode, outgoing)

    def decode(wire: Any, incoming: Incoming) -> Dict[Any, Any]:
        if wire.get("$") == "map":
            return {_hashable(key.decode(k, incoming)): item.decode(v, incoming) for k, v in wire["entries"]}
        return {name: item.decode(value, incoming) for name, value in wire.items()}

    return Type(words, encode, decode)


def _tuple(*of: Type) -> Type:
    def encode(value: Any, outgoing: Outgoing) -> str:
        if not isinstance(value, (tuple, list)) or len(value) != len(of):
            raise Mismatch(f"a tuple of {len(of)}", value)
        return "[%s]" % ",".join([member.encode(item, outgoing) for member, item in zip(of, value)])

    def decode(wire: Any, incoming: Incoming) -> Tuple[Any, ...]:
        return tuple([member.decode(item, incoming) for member, item in zip(of, wire)])

    return Type(f"a tuple of {len(of)}", encode, decode)


def _union(*of: Type) -> Type:
    words = " or ".join(member.words for member in of)

    def encode(value: Any, outgoing: Outgoing) -> str:
        for member in of:
            try:
                return member.encode(value, outgoing)
            except Mismatch:
                continue
        raise Mismatch(words, value)

    return Type(words, encode, _data)


def _object(name: str) -> Type:
    def encode(value: Any, _: Outgoing) -> str:
        identity = getattr(value, "_id", None)
        if not isinstance(identity, int) or not hasattr(value, "_session"):
            raise Mismatch(f"a {name}", value)
        value._session.check_usable()
        return '{"$":"ref","id":%d}' % identity

    def decode(wire: Any, incoming: Incoming) -> Any:
        return None if wire is None else incoming.reference(name, wire["id"])

    return Type(f"a {name}", encode, decode)


def _value(name: str) -> Type:
    def encode(value: Any, outgoing: Outgoing) -> str:
        if hasattr(value, "to_wire"):
            expected = getattr(value, "wire_names", (type(value).__name__,))
            if name not in expected:
                raise Mismatch(f"a {name}", value)
            value = value.to_wire()
        elif not isinstance(value, (dict, list)):
            raise Mismatch(f"a {name}", value)
        return _anything(value, outgoing)

    def decode(wire: Any, incoming: Incoming) -> Any:
        plain = _data(wire, incoming)
        if not isinstance(plain, dict):
            return plain
        from kindling.generated import VALUES

        module = VALUES.get(name)
        return getattr(importlib.import_module(module), name).from_wire(plain) if module else plain

    return Type(f"a {name}", encode, decode)


def _enumeration(name: str) -> Type:
    def encode(value: Any, _: Outgoing) -> str:
        value = getattr(value, "value", value)
        if not isinstance(value, str):
            raise Mismatch(f"a {name}", value)
        return quote(value)

    return Type(f"a {name}", encode, _data)


_BUILDERS: Dict[str, Callable[..., Type]] = {
    "list": _sequence("a list", list),
    "iterable": _sequence("an iterable", list),
    "set": _sequence("a set", set),
    "optional": _optional,
    "map": _map,
    "tuple": _tuple,
    "union": _union,
}
_NAMED: Dict[str, Callable[[str], Type]] = {"object": _object, "value": _value, "enum": _enumeration}


def type_of(expression: str) -> Type:
    """The type that an expression such as `list<optional<double>>` stands for."""
    found = _types.get(expression)
    if found is None:
        found = _types[expression] = _parse(expression)
    return found


def _parse(expression: str) -> Type:
    name, bracket, rest = expression.partition("<")
    if bracket and rest.endswith(">"):
        inner = rest[:-1]
        if name in _NAMED:
            return _NAMED[name](inner)
        if name in _BUILDERS:
            return _BUILDERS[name](*[type_of(part) for part in _split(inner)])
    raise engine_error("INTERNAL", f"the generated code names a type {expression!r} that the runtime does not know")


def _split(text: str) -> List[str]:
    """The parts between commas that no brackets enclose."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += {"<": 1, ">": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]


# `"name: type"` of a parameter → its encoder.
_encoders: Dict[str, Encode] = {}


def encode_arguments(call: str, arguments: Sequence[Tuple[str, Any]], outgoing: Outgoing) -> str:
    """The arguments of a call as JSON, without brackets; those at the end that are not set are left out."""
    texts: List[str] = []
    unset = 0
    for declaration, value in arguments:
        if value is UNSET:
            unset += 1
            continue
        if unset:
            texts += ['{"$":"unset"}'] * unset
            unset = 0
        encode = _encoders.get(declaration)
        if encode is None:
            encode = _encoders[declaration] = type_of(declaration.rpartition(": ")[2]).encode
        try:
            texts.append(encode(value, outgoing))
        except Mismatch as mismatch:
            raise _wrong_argument(call, declaration, mismatch) from None
        except RecursionError:
            raise _wrong_argument(call, declaration, Mismatch("less deeply nested", value)) from None
    return ",".join(texts)


def _wrong_argument(call: str, declaration: str, mismatch: Mismatch) -> EngineError:
    name = declaration.partition(":")[0]
    short = call.rpartition(".")[2]
    shown = call.partition(".")[0] if short == "new" else short
    params = {"call": shown, "parameter": name, "expected": mismatch.expected, "actual": mismatch.actual}
    return engine_error(
        "INVALID_ARGUMENT", f"{shown}: {name} must be {mismatch.expected}, not {mismatch.actual}", params
    )


def decode_result(expression: str, wire: Any, incoming: Incoming) -> Any:
    """The result of a call, by its declared type."""
    try:
        return type_of(expression).decode(wire, incoming)
    except EngineError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise engine_error("MESSAGE_INVALID", f"a result that is not of type {expression}: {error}") from cast(
            Exception, error
        )
