"""Kernels that are lines of a loop: what each adds to the loop over a partition's elements."""

from __future__ import annotations

import pickle
from typing import Any, Callable

from kindling.worker.elements import decode_inner
from kindling.worker.failure import CALL, ORDER, PAIR
from kindling.worker.functions import load
from kindling.worker.loop import Loop, Step

MISSING = object()
PAIR_FUNCTIONS = ("key", "value")
_COMPARING = ("min", "max")


def _map(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    role = PAIR if function.known_as in PAIR_FUNCTIONS else CALL
    loop.let(loop.call(function, loop.element), function, role)


def _flat_map(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    loop.each(loop.call(function, loop.element), function)


def _filter(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    loop.line(f"if not {loop.call(function, loop.element)}: continue", function)


def _map_values(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    # By position, as PySpark: a longer tuple is a pair too.
    key, value = loop.pair(f"{loop.element}[0], {loop.element}[1]")
    loop.let(f"{key}, {loop.call(function, value)}", function)


def _flat_map_values(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    key, value = loop.pair(f"{loop.element}[0], {loop.element}[1]")
    loop.each(loop.call(function, value), function)
    loop.let(f"{key}, {loop.element}")


def _key_by(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    loop.let(f"{loop.call(function, loop.element)}, {loop.element}", function)


def _foreach(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    loop.line(loop.call(function, loop.element), function)
    loop.gather("()")


def _reduce(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    missing = loop.constant(MISSING, "missing")
    total = loop.before("total", missing)
    call = loop.call(function, total, loop.element)
    role = ORDER if function.known_as in _COMPARING else CALL
    loop.line(f"{total} = {loop.element} if {total} is {missing} else {call}", function, role)
    loop.gather(f"() if {total} is {missing} else ({total},)")


def _fold(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    total = loop.before("total", f"{loop.constant(fresh(step.fields['zero']), 'zero')}()")
    loop.line(f"{total} = {loop.call(function, total, loop.element)}", function)
    loop.gather(f"({total},)")


def fresh(batch: dict[str, Any]) -> Callable[[], Any]:
    """Makes a copy of the one element of a batch that shares nothing with another copy."""
    (zero,) = decode_inner(batch)
    if _is_frozen(zero):
        return lambda: zero
    if zero.__class__ in (list, set, dict) and not zero:
        empty: Callable[[], Any] = zero.__class__
        return empty
    # What it holds is copied too, and nothing of the user's can have changed the batch.
    batch = {"format": batch["format"], "bytes": bytes(batch["bytes"])}
    if batch["format"] != "pickle":
        return lambda: decode_inner(batch)[0]
    data, loads = batch["bytes"], pickle.loads
    return lambda: loads(data)[0]


_ATOMS = frozenset([type(None), bool, int, float, complex, str, bytes])


def _is_frozen(value: Any) -> bool:
    """Whether nothing in it can change."""
    kind = value.__class__
    return kind in _ATOMS or (kind is tuple and all(map(_is_frozen, value)))


def _count(loop: Loop, _step: Step) -> None:
    count = loop.before("count", "0")
    loop.line(f"{count} += 1")
    loop.gather(f"({count},)")


def _zip_index(loop: Loop, step: Step) -> None:
    stride = int(step.fields["step"])
    index = loop.before("index", str(int(step.fields["starts"][step.partition])))
    element = loop.element
    loop.let(f"{element}, {index}")
    loop.line(f"{index} += {stride}")


def _row(loop: Loop, step: Step) -> None:
    from kindling.sql.row import create_row

    names = loop.constant(list(step.fields["names"]), "names")
    loop.let(f"{loop.constant(create_row, 'row')}({names}, {loop.element})")


def _udf(loop: Loop, step: Step) -> None:
    row = loop.element
    loop.let(f"[*{row}]")
    for call in step.fields["calls"]:
        function = load(call["fn"])
        arguments = [f"{row}[{int(column)}]" for column in call["args"]]
        loop.line(f"{loop.element}.append({loop.call(function, *arguments)})", function)


def _text(loop: Loop, _step: Step) -> None:
    as_text = loop.constant(_as_text, "text")
    loop.let(f"{loop.element} if {loop.element}.__class__ is str else {as_text}({loop.element})")


def _as_text(value: Any) -> str:
    # Bytes come back as they were when the text is encoded the same way.
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


ELEMENT_KERNELS: dict[str, Callable[[Loop, Step], None]] = {
    "map": _map,
    "flatMap": _flat_map,
    "filter": _filter,
    "mapValues": _map_values,
    "flatMapValues": _flat_map_values,
    "keyBy": _key_by,
    "foreach": _foreach,
    "reduce": _reduce,
    "fold": _fold,
    "count": _count,
    "zipIndex": _zip_index,
    "row": _row,
    "udf": _udf,
    "text": _text,
}
