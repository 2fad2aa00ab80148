"""Functions that run in workers: packed with cloudpickle, by value where a worker could not import them."""

from __future__ import annotations

import pickle
import re
from types import CodeType
from typing import Any, Callable, Iterator, Optional, Set, Tuple

import cloudpickle  # type: ignore[import-untyped, unused-ignore]

from kindling._runtime.remote import Remote, driver_object
from kindling.errors import EngineError, engine_error

PICKLE_PROTOCOL = 5


def function_name(function: Callable[..., Any]) -> str:
    """The name of a function in messages: `<lambda>`, `parse`."""
    name = getattr(function, "__name__", None)
    if name is None:
        inner = getattr(function, "func", None)
        name = getattr(inner, "__name__", None) or type(function).__name__
    return str(name)


def pack(function: Callable[..., Any]) -> bytes:
    """A function in a form that a worker can run.

    Functions of `__main__` and lambdas go by value, with the variables that they use; functions of a module that can be
    imported by name.
    """
    if isinstance(function, Remote):
        raise _refused(function, f"it is {driver_object(function)}, which lives in the driver", "pass a function")
    try:
        packed: bytes = cloudpickle.dumps(function, PICKLE_PROTOCOL)
    except Exception as error:
        name, cause = _culprit(function, set()) or ("", error)
        reason, remedy = _explain(cause)
        condition = getattr(cause, "condition", None)
        raise _refused(function, f"it captures {name}, but {reason}" if name else reason, remedy, condition) from None
    return packed


def _explain(cause: Exception) -> Tuple[str, str]:
    """Why something cannot travel, and what to do instead."""
    if isinstance(cause, EngineError):
        return cause.params.get("reason", cause.message), cause.hint or ""
    text = str(cause) if isinstance(cause, (TypeError, pickle.PicklingError)) else f"{type(cause).__name__}: {cause}"
    named = re.match(r"cannot pickle '(_io\.)?(?:.*\.)?(.*)' object", text, re.IGNORECASE)
    is_file = named.group(1) if named else text.startswith("Cannot pickle files")
    what = "an open file" if is_file else f"a {named.group(2)}" if named else ""
    reason = f"{what} exists only in this process" if what else text
    return reason, "make the object inside the function instead of using one from outside"


def _culprit(function: Any, seen: Set[int]) -> Optional[Tuple[str, Exception]]:
    """The captured variable that cannot travel, and why: that of the function itself or of one that it calls."""
    seen.add(id(function))
    for name, value in _captured(function):
        if id(value) in seen:
            continue
        try:
            cloudpickle.dumps(value, PICKLE_PROTOCOL)
        except Exception as error:
            return _culprit(value, seen) or (name, error)
    return None


def _captured(function: Any) -> Iterator[Tuple[str, Any]]:
    """Variables from outside that a function uses, with their values."""
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue  # it has no value yet
    for name in _names(code):
        if name in function.__globals__:
            yield name, function.__globals__[name]
    positional = code.co_varnames[: code.co_argcount]
    yield from zip(reversed(positional), reversed(function.__defaults__ or ()))
    yield from (function.__kwdefaults__ or {}).items()


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _refused(function: Callable[..., Any], reason: str, remedy: str, condition: Optional[str] = None) -> EngineError:
    name = function_name(function)
    params = {"function": name, "reason": reason, "remedy": remedy}
    message = f"the function {name} cannot be sent to a worker: {reason}"
    return engine_error("FUNCTION_NOT_SHIPPABLE", message, params, hint=remedy, condition=condition)
