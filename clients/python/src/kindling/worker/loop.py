"""Loops made of kernels.

Consecutive kernels become one Python function, written as source text and compiled: calls between Python functions are
cheaper there than from a `map` object, a StopIteration of the user's cannot pass for the end of the elements, and the
line number in a traceback tells which step failed. The steps `flatMap(split).map(pair).reduceByKey(add)` give

    def loop(stream, origins, f2, f4, missing5):
        merged6 = {}
        find7 = merged6.get
        for x0 in stream.each():
            for x1 in f2(x0):
                x3 = f4(x1)
                k8, v9 = x3
                held = find7(k8, missing5)
                merged6[k8] = v9 if held is missing5 else held + v9
        elements = merged6.items()
        return iter(elements)

Without a kernel that gathers, such as the last one, the body ends in `yield x3` and the loop is lazy. Where memory is
bounded, the outer loop is two, over lists and over the elements of each, with a look at the memory between two lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, Callable, NamedTuple

from kindling.worker.failure import CALL, KEY, LOOP_FILE, PAIR, Origin
from kindling.worker.functions import NAMED, Function
from kindling.worker.stream import Stream

# Python compiles 20 loops inside each other at most.
_DEEPEST = 16
# What the user calls to map by these named functions.
_CALLS = {"key": "keys", "value": "values"}


class Step(NamedTuple):
    """One kernel of a task."""

    number: int
    op: str
    fields: dict[str, Any]
    # The number of the partition that the task computes.
    partition: int

    def origin(self, role: str = CALL, variable: str = "", function: Function | None = None) -> Origin:
        """Where a line that does this step's work comes from."""
        call = _CALLS.get(function.known_as or "") if function else None
        return Origin(self.number, role, call or self.op, variable, function and function.callable)


class Source(NamedTuple):
    """Makes other elements of an iterator, of which it need not reach the end."""

    make: Callable[[Iterator[Any]], Iterable[Any]]
    # The user's function in it.
    function: Function | None


class _Line(NamedTuple):
    depth: int
    text: str
    origin: Origin


class Loop:
    """The source of one function over the elements of `stream`, to which kernels add lines."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._values: dict[str, Any] = {}
        self._names = 0
        self._elements = "stream.each()"
        self._done: list[_Line] = []
        self._setup: list[_Line] = []
        self._body: list[_Line] = []
        # Lines between two lists, if the loop is over lists.
        self._between: list[_Line] = []
        self._depth = 1
        # The variable of the outermost loop, and the origin of that line.
        self._first = ""
        self._head = step.origin()
        # The variable that holds the element; empty between two loops.
        self.element = ""
        # Nothing can be added any more.
        self.is_closed = False

    @property
    def is_deep(self) -> bool:
        """Whether it holds as many loops inside each other as it should."""
        return self._depth > _DEEPEST

    @property
    def is_fresh(self) -> bool:
        """Whether the loop is still over the elements that came into the function."""
        return not self._done

    @property
    def multiplies(self) -> bool:
        """Whether one element can become any number of them."""
        return self._depth > 1

    def enter(self, step: Step) -> None:
        """The next lines belong to this step."""
        if not self.element:
            self.element = self._first = self._name("x")
            self._head = self._step.origin()
            self._depth = 1
        self._step = step

    def before(self, prefix: str, expression: str) -> str:
        """A variable that is set before the loop; returns its name."""
        name = self._name(prefix)
        self._setup.append(_Line(0, f"{name} = {expression}", self._step.origin()))
        return name

    def constant(self, value: Any, prefix: str) -> str:
        """A variable that holds the value throughout; returns its name."""
        name = self._name(prefix)
        self._values[name] = value
        return name

    def call(self, function: Function, *arguments: str) -> str:
        """The expression of a call; lines before it take the keys of the arguments if the function is one of keys."""
        if function.of_key:
            arguments = tuple(map(self._key_of, arguments))
        if function.known_as:
            return NAMED[function.known_as].expression.format(*arguments)
        return f"{self.constant(function.callable, 'f')}({', '.join(arguments)})"

    def _key_of(self, pair: str) -> str:
        key = self._name("k")
        self.line(f"{key} = {pair}[0]", None, PAIR, pair)
        return key

    def line(self, text: str, function: Function | None = None, role: str = CALL, variable: str = "") -> None:
        """Adds one line to the body."""
        self._body.append(_Line(self._depth, text, self._step.origin(role, variable, function)))

    def let(self, expression: str, function: Function | None = None, role: str = CALL) -> None:
        """Goes on with the expression's value as the element."""
        result = self._name("x")
        self.line(f"{result} = {expression}", function, role, self.element)
        self.element = result

    def each(self, expression: str, function: Function | None = None) -> None:
        """Goes on with each of the expression's values as the element."""
        result = self._name("x")
        self.line(f"for {result} in {expression}:", function)
        self._depth += 1
        self.element = result

    def pair(self, expression: str) -> tuple[str, str]:
        """Variables with the key and value that the expression takes from the element."""
        key, value = self._name("k"), self._name("v")
        self.line(f"{key}, {value} = {expression}", None, PAIR, self.element)
        return key, value

    def keyed(self, text: str, key: str) -> None:
        """Adds a line that hashes the key."""
        self.line(text, None, KEY, key)

    def between(self, *texts: str) -> None:
        """Adds lines that run after each list of elements."""
        self._between += [_Line(1, text, self._step.origin()) for text in texts]

    def gather(self, expression: str, function: Function | None = None) -> None:
        """Ends the loop; the expression's elements are those of the next one."""
        self._close()
        self._done.append(_Line(0, f"elements = {expression}", self._step.origin(function=function)))
        self._elements = "elements"

    def release(self, expression: str) -> None:
        """Ends the loop, whose function goes on with the expression's elements and is done."""
        self._close()
        self._done.append(_Line(0, f"yield from {expression}", self._step.origin()))
        self.is_closed = True

    def replace(self, source: Source) -> None:
        """Runs over what the source makes of the elements, asked for one by one."""
        name = self.constant(source.make, "source")
        origin = self._step.origin(function=source.function)
        self._done.append(_Line(0, f"elements = {name}({self._elements})", origin))
        self._elements = "elements"
        self.enter(self._step)

    def run(self, stream: Stream) -> Stream:
        """The loop's elements: as they are asked for or, if its last kernel gathers them, computed at once."""
        if self.element:
            self.line(f"yield {self.element}")
            self._close()
        elif not self.is_closed:
            self._done.append(_Line(0, "return iter(elements)", self._step.origin()))
        names = ", ".join(["stream", "origins", *self._values])
        lines = [f"def loop({names}):", *("    " * (depth + 1) + text for depth, text, _ in self._done)]
        variables: dict[str, Any] = {}
        exec(  # the source holds names made here, never a value of the user
            _compiled("\n".join(lines)), variables
        )
        # By line number; lines 0 and 1 are not statements of the function.
        origins = [self._step.origin()] * 2 + [origin for _, _, origin in self._done]
        function, values = variables["loop"], tuple(self._values.values())
        return Stream(lambda: function(stream, origins, *values))

    def _close(self) -> None:
        loops = [f"for {self._first} in {self._elements}:"]
        if self._between:
            loops = ["for elements in stream.lists():", f"for {self._first} in elements:"]
        self._done += self._setup
        self._done += [_Line(depth, text, self._head) for depth, text in enumerate(loops)]
        self._done += [line._replace(depth=line.depth + len(loops) - 1) for line in self._body]
        self._done += self._between
        self._setup, self._body, self._between, self.element = [], [], [], ""

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names - 1}"


@lru_cache(maxsize=256)
def _compiled(source: str) -> CodeType:
    return compile(source, LOOP_FILE, "exec")
