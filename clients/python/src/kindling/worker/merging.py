"""Values of equal keys that become one: the lines of a loop for it, and the loop that hands on what it holds.

A `partial` kernel is followed by a shuffle and the same kernel, so that its loop hands on what it holds and starts anew
where memory is short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

from kindling.worker.element_kernels import MISSING, fresh
from kindling.worker.functions import Function, load
from kindling.worker.loop import Loop, Step
from kindling.worker.memory import Memory, TableSize
from kindling.worker.stream import Stream

# A loop in which one element becomes many looks at the memory after so many entries.
_ENTRIES_BETWEEN_LOOKS = 1000


class Merging(NamedTuple):
    """How values of equal keys become one."""

    # Merges what is held and another value.
    merge: Function
    # Makes what is held from the first value; None: it is that value.
    create: Function | None = None
    # Makes what the first value is merged into.
    zero: Callable[[], Any] | None = None

    @classmethod
    def of(cls, step: Step) -> Merging:
        if step.op == "reduceByKey":
            return cls(load(step.fields["fn"]))
        create, merge = step.fields["create"], load(step.fields["merge"])
        return cls(merge, load(create["fn"])) if "fn" in create else cls(merge, None, fresh(create["zero"]))

    @property
    def is_plain(self) -> bool:
        """Whether values are merged by a named function, so that what is held grows with the keys alone."""
        return self.merge.known_as is not None and self.create is None and self.zero is None


def merge_lines(loop: Loop, merging: Merging, merged: str, look: list[str]) -> None:
    """Lines that merge the loop's pairs into the dict of that name; `look` are lines that look at the memory."""
    key, value = loop.pair(loop.element)
    if merging.is_plain and merging.merge.known_as == "left":
        loop.keyed(f"if {key} not in {merged}:", key)
        _block(loop, f"{merged}[{key}] = {value}", *look)
        return
    missing = loop.constant(MISSING, "missing")
    find = loop.before("find", f"{merged}.get")
    loop.keyed(f"held = {find}({key}, {missing})", key)
    if look and merging.is_plain:
        # Only a new key takes more memory.
        loop.line(f"if held is {missing}:")
        _block(loop, f"{merged}[{key}] = {value}", *look)
        loop.line(f"else: {merged}[{key}] = {loop.call(merging.merge, 'held', value)}", merging.merge)
        return
    _merge_line(loop, merging, f"{merged}[{key}]", value, missing)
    for line in look:
        loop.line(line)


def _merge_line(loop: Loop, merging: Merging, place: str, value: str, missing: str) -> None:
    function, create = merging.merge, merging.create
    merge = loop.call(function, "held", value)
    if create is not None:
        loop.line(f"if held is {missing}: {place} = {loop.call(create, value)}", create)
        loop.line(f"else: {place} = {merge}", function)
    elif merging.zero is not None:
        loop.line(f"if held is {missing}: held = {loop.constant(merging.zero, 'zero')}()")
        loop.line(f"{place} = {merge}", function)
    else:
        loop.line(f"{place} = {value} if held is {missing} else {merge}", function)


def _block(loop: Loop, *lines: str) -> None:
    for line in lines:
        loop.line("    " + line)


def partial(loop: Loop, step: Step, memory: Memory) -> None:
    """`reduceByKey`, `combineByKey` and `groupByKey` where a key may come several times."""
    merging = None if step.op == "groupByKey" else Merging.of(step)
    merged = loop.before("merged", "{}" if merging else f"{loop.constant(_lists, 'lists')}()")
    if not memory.limit:
        _gather_lines(loop, merging, merged, [])
        loop.gather(f"{merged}.items()")
        return
    full = loop.constant(_Look(memory), "full")
    flush = [f"yield from {merged}.items()", f"{merged}.clear()", f"{full}.settle()"]
    hand_on = [f"if {full}({merged}):", *("    " + line for line in flush)]
    look: list[str] = []
    if loop.multiplies:
        left = loop.before("left", str(_ENTRIES_BETWEEN_LOOKS))
        again = [f"{left} = {_ENTRIES_BETWEEN_LOOKS}", *hand_on]
        look = [f"{left} -= 1", f"if not {left}:", *("    " + line for line in again)]
    _gather_lines(loop, merging, merged, look)
    loop.between(*hand_on)
    loop.release(f"{merged}.items()")


def _lists() -> dict[Any, list[Any]]:
    return defaultdict(list)


def _gather_lines(loop: Loop, merging: Merging | None, merged: str, look: list[str]) -> None:
    if merging:
        merge_lines(loop, merging, merged, look)
        return
    key, value = loop.pair(loop.element)
    loop.keyed(f"{merged}[{key}].append({value})", key)
    for line in look:
        loop.line(line)


class _Look:
    """Whether a table is full."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._size = TableSize()
        self.settle = memory.settle

    def __call__(self, table: dict[Any, Any]) -> bool:
        return self._memory.is_full(self._size.of(table))


def merge(step: Step, merging: Merging, lists: Iterator[list[Any]], table: dict[Any, Any]) -> None:
    """Merges all pairs into the table."""
    loop = Loop(step)
    loop.enter(step)
    merge_lines(loop, merging, loop.constant(table, "merged"), [])
    loop.gather("()")
    loop.run(Stream(lists=lambda: lists)).each()
