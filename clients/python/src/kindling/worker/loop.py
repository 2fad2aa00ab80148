"""Loops made of kernels.

Consecutive kernels become one Python function, written as source text and compiled: calls between Python functions are
cheaper there than from a `map` object, a StopIteration of the user's cannot pass for the end of the elements, and the
line number in a traceback tells which step failed. The steps `flatMap(split).map(pair).reduceByKey(add)` give

    def loop(elements, origins, f2, f4, missing5):
        merged6 = {}
        find7 = merged6.get
        for x0 in elements:
            for x1 in f2(x0):
                x3 = f4(x1)
                k8, v9 = x3
                held = find7(k8, missing5)
                merged6[k8] = v9 if held is missing5 else held + v9
        elements = merged6.items()
        return iter(elements)

Without a kernel that gathers, such as the last one, the body ends in `yield x3` and the loop is lazy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, Callable, NamedTuple

from kindling.worker.failure import CALL, KEY, LOOP_FILE, PAIR, Origin
from kindling.worker.functions import NAMED, Function

_DEEPEST = 16


class Step(NamedTuple):
    """One kernel of a task."""

    number: int
    op: str
    fields: dict[str, Any]
    # The number of the partition that the task computes.
    partition: int


class Source(NamedTuple):
    """Makes other elements of an iterator, of which it need not reach the end."""

    make: Callable[[Iterator[Any]], Iterable[Any]]
    # The user's function in it.
    function: Function | None


class Loop:
    """The source of one function over `elements`, to which kernels add lines."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._values: dict[str, Any] = {}
        self._names = 0
        self._done: list[tuple[str, Origin]] = []
        self._setup: list[tuple[str, Origin]] = []
        self._body: list[tuple[str, Origin]] = []
        self._depth = 0
        # The variable that holds the element; empty between two loops.
        self.element = ""

    @property
    def is_deep(self) -> bool:
        """Whether it holds as many loops inside each other as it should; Python compiles 20 at most."""
        return self._depth > _DEEPEST

    def enter(self, step: Step) -> None:
        """The next lines belong to this step."""
        if not self.element:
            self.element = self._name("x")
            self._body.append((f"    for {self.element} in elements:", self._origin(CALL)))
            self._depth = 2
        self._step = step

    def before(self, prefix: str, expression: str) -> str:
        """A variable that is set before the loop; returns its name."""
        name = self._name(prefix)
        self._setup.append((f"    {name} = {expression}", self._origin(CALL)))
        return name

    def constant(self, value: Any, prefix: str) -> str:
        """A variable that holds the value throughout; returns its name."""
        name = self._name(prefix)
        self._values[name] = value
        return name

    def call(self, function: Function, *arguments: str) -> str:
        """The expression of a call."""
        if function.known_as:
            return NAMED[function.known_as].expression.format(*arguments)
        return f"{self.constant(function.callable, 'f')}({', '.join(arguments)})"

    def line(self, text: str, function: Function | None = None, role: str = CALL, variable: str = "") -> None:
        """Adds one line to the body."""
        self._body.append(("    " * self._depth + text, self._origin(role, variable, function)))

    def let(self, expression: str, function: Function | None = None, role: str = CALL) -> None:
        """Goes on with the expression's value as the element."""
        result = self._name("x")
        self.line(f"{result} = {expression}", function, role, self.element)
        self.element = result

    def each(self, expression: str, function: Function) -> None:
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

    def gather(self, expression: str, function: Function | None = None) -> None:
        """Ends the loop; the expression's elements are those of the next one."""
        self._close()
        self._done.append((f"    elements = {expression}", self._origin(CALL, "", function)))

    def replace(self, source: Source) -> None:
        """Runs over what the source makes of the elements, asked for one by one."""
        name = self.constant(source.make, "source")
        self._done.append((f"    elements = {name}(elements)", self._origin(CALL, "", source.function)))
        self.enter(self._step)

    def run(self, elements: Iterator[Any]) -> Iterator[Any]:
        """The loop's elements: as they are asked for or, if its last kernel gathers them, computed at once."""
        if self.element:
            self.line(f"yield {self.element}")
            self._close()
        else:
            self._done.append(("    return iter(elements)", self._origin(CALL)))
        header = f"def loop({', '.join(['elements', 'origins', *self._values])}):"
        variables: dict[str, Any] = {}
        exec(  # the source holds names made here, never a value of the user
            _compiled("\n".join([header, *(text for text, _ in self._done)])), variables
        )
        # By line number; lines 0 and 1 are not statements of the function.
        origins = [self._origin(CALL)] * 2 + [origin for _, origin in self._done]
        result: Iterator[Any] = variables["loop"](elements, origins, *self._values.values())
        return result

    def _close(self) -> None:
        self._done += self._setup + self._body
        self._setup, self._body, self.element = [], [], ""

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names - 1}"

    def _origin(self, role: str, variable: str = "", function: Function | None = None) -> Origin:
        call = _CALLS.get(function.known_as or "") if function else None
        return Origin(self._step.number, role, call or self._step.op, variable, function and function.callable)


# What the user calls to map by these named functions.
_CALLS = {"key": "keys", "value": "values"}


@lru_cache(maxsize=256)
def _compiled(source: str) -> CodeType:
    return compile(source, LOOP_FILE, "exec")
