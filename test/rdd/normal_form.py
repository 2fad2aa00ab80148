"""Outcomes of cases as text that tells apart what Python tells apart: `[('a', 1), (None, 2.0)]`."""

from __future__ import annotations

import builtins
import itertools
from typing import Any, Dict, Iterable, List

BRACKETS: Dict[type, str] = {list: "[]", tuple: "()"}


def value_text(value: Any, unordered: bool = False) -> str:
    """A value as a Python literal: sets and dictionaries sorted, NumPy's numbers as Python's, iterables marked."""
    if unordered:
        return _enclosed("[]", sorted(value_text(element) for element in value))
    if type(value).__module__ == "numpy":
        return value_text(value.item())
    if isinstance(value, dict):
        return _enclosed("{}", sorted(f"{value_text(k)}: {value_text(v)}" for k, v in value.items()))
    if isinstance(value, (set, frozenset)):
        return _enclosed("{}", sorted(map(value_text, value))) if value else "set()"
    if type(value) in BRACKETS:
        texts = [value_text(element) for element in value]
        return (
            "(" + texts[0] + ",)"
            if type(value) is tuple and len(texts) == 1
            else _enclosed(BRACKETS[type(value)], texts)
        )
    if isinstance(value, tuple):  # rows and other named tuples
        return repr(value)
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes, bytearray, range)):
        return _enclosed("[]", map(value_text, value), "iterable")
    if repr(value).startswith("<"):
        raise TypeError(f"a case returns plain values, not {value!r}")
    return repr(value)


def _enclosed(brackets: str, texts: Iterable[str], name: str = "") -> str:
    return name + brackets[0] + ", ".join(texts) + brackets[1]


def failure(error: BaseException) -> Dict[str, Any]:
    """An error as the names that it can be caught by, first the most telling, and its message.

    A user's function that failed in a task shows as what the function itself raised.
    """
    thrown = _thrown_in_task(error)
    names = [kind.__name__ for kind in type(error).__mro__ if kind not in (object, BaseException)]
    return {
        "task": thrown is not None,
        "raises": ([thrown[0]] if thrown else []) + _java_class(error) + names,
        "message": thrown[1] if thrown else _message(error),
        "condition": None if thrown else _condition(error),
    }


def is_builtin(name: str) -> bool:
    return isinstance(getattr(builtins, name, None), type)


def _thrown_in_task(error: BaseException) -> Any:
    params = getattr(error, "params", None)
    if getattr(error, "code", None) == "USER_FUNCTION_FAILED" and params:
        return params["type"].rsplit(".", 1)[-1], params["message"]
    _, traceback, text = str(error).rpartition("Traceback (most recent call last):\n")
    if not traceback:
        return None
    lines = itertools.dropwhile(lambda line: line.startswith(" "), text.split("\n"))
    thrown = "\n".join(itertools.takewhile(lambda line: not line.startswith((" SQLSTATE", "\tat ")), lines))
    name, _, message = thrown.partition(": ")
    return name.rsplit(".", 1)[-1].removeprefix("PySpark"), message


def _java_class(error: BaseException) -> List[str]:
    java = _java_error(error)
    return [] if java is None else ["java:" + java.getClass().getSimpleName()]


def _java_error(error: BaseException) -> Any:
    """PySpark's error of the JVM; wrapped in one of PySpark's own once the program has a SparkSession."""
    return getattr(error, "java_exception", None) or getattr(error, "_origin", None)


def _message(error: BaseException) -> str:
    texts, cause = [], _java_error(error)
    while cause is not None:
        texts.append(str(cause.getMessage()).partition("\nDriver stacktrace")[0].partition("\n\tat ")[0])
        cause = cause.getCause()
    return " ".join("; ".join(texts or [str(error)]).split())


def _condition(error: BaseException) -> Any:
    ask = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    return ask() if ask else None
