"""The kernels of docs/worker-protocol.md as one table: what each adds to the loop over a partition's elements."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Callable, TypeVar

from kindling.worker.failure import CALL, PAIR, TaskFailure, is_pair, keys_not_comparable, not_key_value
from kindling.worker.frames import ProtocolViolation
from kindling.worker.functions import Function, load
from kindling.worker.loop import Loop, Source, Step

Built = TypeVar("Built")

MISSING = object()


def _map(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    role = PAIR if function.known_as in _PAIR_FUNCTIONS else CALL
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


def _foreach(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    loop.line(loop.call(function, loop.element), function)
    loop.gather("()")


def _reduce(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    missing = loop.constant(MISSING, "missing")
    total = loop.before("total", missing)
    call = loop.call(function, total, loop.element)
    loop.line(f"{total} = {loop.element} if {total} is {missing} else {call}", function)
    loop.gather(f"() if {total} is {missing} else ({total},)")


def _count(loop: Loop, _step: Step) -> None:
    count = loop.before("count", "0")
    loop.line(f"{count} += 1")
    loop.gather(f"({count},)")


def _sample(loop: Loop, step: Step) -> None:
    fraction = loop.constant(step.fields["fraction"], "fraction")
    draw = loop.constant(_uniform(step.fields["seed"], step.partition), "random")
    loop.line(f"if {draw}() >= {fraction}: continue")


def _uniform(seed: int, partition: int) -> Callable[[], float]:
    """PySpark's generator for one partition; it mixes because seeds lie close to each other."""
    generator = random.Random(seed ^ partition)
    for _ in range(10):
        generator.randint(0, 1)
    return generator.random


def _reduce_by_key(loop: Loop, step: Step) -> None:
    function = load(step.fields["fn"])
    missing = loop.constant(MISSING, "missing")
    merged = loop.before("merged", "{}")
    find = loop.before("find", f"{merged}.get")
    key, value = loop.pair(loop.element)
    loop.keyed(f"held = {find}({key}, {missing})", key)
    call = loop.call(function, "held", value)
    loop.line(f"{merged}[{key}] = {value} if held is {missing} else {call}", function)
    loop.gather(f"{merged}.items()")


def _sort(loop: Loop, step: Step) -> None:
    key = load(step.fields["key"])
    _gather_list(loop, "sort_elements", key, step.fields["ascending"])


def _bounds(loop: Loop, step: Step) -> None:
    _gather_list(loop, "range_bounds", None, step.fields["partitions"])


def _gather_list(loop: Loop, name: str, key: Function | None, setting: Any) -> None:
    elements = loop.before("all", "[]")
    append = loop.before("append", f"{elements}.append")
    loop.line(f"{append}({loop.element})")
    whole = loop.constant(_WHOLE_PARTITION[name], name)
    arguments = f"{elements}, {loop.constant(key, 'key')}, {loop.constant(setting, 'setting')}"
    loop.gather(f"{whole}({arguments})", key)


def sort_elements(elements: list[Any], key: Function, ascending: bool) -> list[Any]:
    try:
        elements.sort(key=key_function(key), reverse=not ascending)
    except TypeError as error:
        raise keys_not_comparable(error) or explain_key(error, key, elements) from None
    except LookupError as error:
        raise explain_key(error, key, elements) from None
    return elements


def range_bounds(elements: list[Any], _key: None, partitions: int) -> list[Any]:
    """The elements that cut the sorted ones into equal runs, chosen as PySpark's `sortByKey` does."""
    if not elements:
        return []
    try:
        elements.sort()
    except TypeError as error:
        raise keys_not_comparable(error) or error from None
    return [elements[len(elements) * (cut + 1) // partitions] for cut in range(partitions - 1)]


_WHOLE_PARTITION: dict[str, Callable[..., list[Any]]] = {"sort_elements": sort_elements, "range_bounds": range_bounds}


def key_function(key: Function) -> Callable[[Any], Any] | None:
    return None if key.known_as == "identity" else key.callable


def explain_key(error: Exception, key: Function, elements: Sequence[Any]) -> Exception:
    """The named function `key` fails on what is not a pair; then the first such element is to be shown."""
    if key.known_as in _PAIR_FUNCTIONS:
        for element in elements:
            if not is_pair(element):
                return not_key_value("sortByKey", element)
    return error


_PAIR_FUNCTIONS = ("key", "value")


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


LOOP_KERNELS: dict[str, Callable[[Loop, Step], None]] = {
    "map": _map,
    "flatMap": _flat_map,
    "filter": _filter,
    "mapValues": _map_values,
    "foreach": _foreach,
    "reduce": _reduce,
    "count": _count,
    "sample": _sample,
    "reduceByKey": _reduce_by_key,
    "sort": _sort,
    "bounds": _bounds,
    "row": _row,
    "udf": _udf,
    "text": _text,
}


def _map_partitions(step: Step) -> Source:
    function = load(step.fields["fn"])
    leading = (step.partition,) if step.fields["withIndex"] else ()

    def make(elements: Iterator[Any]) -> Iterable[Any]:
        result = function.callable(*leading, elements)
        if not hasattr(type(result), "__iter__") and not hasattr(type(result), "__getitem__"):
            raise TypeError(f"mapPartitions needs a function that returns an iterable, not {type(result).__name__}")
        iterable: Iterable[Any] = result
        return iterable

    return Source(make, function)


def _take(step: Step) -> Source:
    count: int = step.fields["count"]
    return Source(lambda elements: islice(elements, count), None)


ITERATOR_KERNELS: dict[str, Callable[[Step], Source]] = {"mapPartitions": _map_partitions, "take": _take}


def compose(steps: Sequence[Step], elements: Iterator[Any]) -> Iterator[Any]:
    """The elements that the steps make of these."""
    loop: Loop | None = None
    for step in steps:
        if step.op in LOOP_KERNELS:
            if loop is None or loop.is_deep:
                elements, loop = loop.run(elements) if loop else elements, Loop(step)
            loop.enter(step)
            _built(step, partial(LOOP_KERNELS[step.op], loop, step))
        elif step.op in ITERATOR_KERNELS:
            source = _built(step, partial(ITERATOR_KERNELS[step.op], step))
            elements = loop.run(elements) if loop else elements
            loop = Loop(step)
            loop.replace(source)
        else:
            raise ProtocolViolation(f"a kernel {step.op!r}")
    return loop.run(elements) if loop else elements


def _built(step: Step, build: Callable[[], Built]) -> Built:
    try:
        return build()
    except (KeyError, TypeError, AttributeError) as error:
        raise ProtocolViolation(f"a kernel {step.op} without what it needs: {error!r}") from error
    except TaskFailure as failure:
        failure.step = step.number
        raise
