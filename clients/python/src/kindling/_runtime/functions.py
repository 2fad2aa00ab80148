"""Functions that run in workers: packed with cloudpickle, by value where a worker could not import them."""

from __future__ import annotations

import io
import pickle
import re
import warnings
from functools import partial
from itertools import islice
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Callable, Iterator, Optional, Set, Tuple

import cloudpickle  # type: ignore[import-untyped, unused-ignore]

from kindling._runtime.call_site import call_site
from kindling._runtime.remote import Remote, driver_object
from kindling.errors import EngineError, engine_error

PICKLE_PROTOCOL = 5
MOST_BYTES = 512 << 20
"""A function with what it captures is refused beyond this."""
_WARNED_BYTES = 64 << 20
# So many items of a captured collection are looked at for the one that cannot travel.
_ITEMS_SEARCHED = 1000
_REMEDY = "make the object inside the function instead of using one from outside"
_SHARE = "give it to SparkContext.broadcast, once, and use the broadcast's value in the function"


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
        packed = _dumps(function)
    except _TooLargeError as error:
        raise _refused(function, _reason_of_size(function, error.size), _SHARE) from None
    except Exception as error:
        name, cause = _culprit(function, "", set()) or ("", error)
        reason, remedy = _explain(cause)
        condition = getattr(cause, "condition", None)
        raise _refused(function, f"it captures {name}, but {reason}" if name else reason, remedy, condition) from None
    if len(packed) > _WARNED_BYTES:
        _warn(function, len(packed))
    return packed


class _TooLargeError(Exception):
    """More bytes than a function may have."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class _Bounded(io.BytesIO):
    """Takes bytes up to the bound, and looks before it copies."""

    def write(self, data: Any) -> int:
        size = self.tell() + memoryview(data).nbytes
        if size > MOST_BYTES:
            raise _TooLargeError(size)
        return super().write(data)


def _dumps(value: Any) -> bytes:
    file = _Bounded()
    cloudpickle.Pickler(file, PICKLE_PROTOCOL).dump(value)
    return file.getvalue()


def _reason_of_size(function: Any, size: int) -> str:
    """Which variable is too large, and by how much."""
    name, most = "", size
    for captured, value in _captured(function):
        try:
            _dumps(value)
        except _TooLargeError as error:
            name, most = captured, error.size
            break
        except Exception:
            continue
    what = f"{name}, of" if name else "variables of"
    return f"it captures {what} {most >> 20} MiB or more, and at most {MOST_BYTES >> 20} MiB travel with a function"


def _warn(function: Any, size: int) -> None:
    file, line = call_site(2)
    name = function_name(function)
    message = (
        f"the function {name} takes {size >> 20} MiB of captured variables along; if others use them too, {_SHARE}"
    )
    warnings.warn_explicit(message, RuntimeWarning, file, line)


def _explain(cause: Exception) -> Tuple[str, str]:
    """Why something cannot travel, and what to do instead."""
    if isinstance(cause, EngineError):
        return cause.params.get("reason", cause.message), cause.hint or ""
    text = str(cause) if isinstance(cause, (TypeError, pickle.PicklingError)) else f"{type(cause).__name__}: {cause}"
    named = re.match(r"cannot pickle '(_io\.)?(?:.*\.)?(.*)' object", text, re.IGNORECASE)
    is_file = named.group(1) if named else text.startswith("Cannot pickle files")
    what = "an open file" if is_file else f"a {named.group(2)}" if named else ""
    reason = f"{what} exists only in this process" if what else text
    return reason, _REMEDY


def _culprit(value: Any, path: str, seen: Set[int]) -> Optional[Tuple[str, Exception]]:
    """What cannot travel of what a function captures, or of what a value holds, and why: `limits['guard'].lock`."""
    seen.add(id(value))
    for name, part in _parts(value, path):
        if id(part) in seen:
            continue
        try:
            _dumps(part)
        except Exception as error:
            return _culprit(part, name, seen) or (name, error)
    return None


def _parts(value: Any, path: str) -> Iterator[Tuple[str, Any]]:
    """What a value holds, under the names by which a program reaches it; the variables of a function by their own."""
    if isinstance(value, MethodType):
        yield path or "self", value.__self__
    elif isinstance(value, FunctionType):
        yield from _captured(value)
    elif isinstance(value, partial):
        yield path or "its function", value.func
        yield from ((f"argument {number} of the partial", one) for number, one in enumerate(value.args, 1))
        yield from value.keywords.items()
    elif isinstance(value, dict):
        yield from ((f"{path}[{key!r}]", item) for key, item in islice(value.items(), _ITEMS_SEARCHED))
    elif isinstance(value, (list, tuple)):
        yield from ((f"{path}[{place}]", item) for place, item in enumerate(islice(value, _ITEMS_SEARCHED)))
    elif _is_plain_object(value):
        yield from ((f"{path or 'self'}.{name}", item) for name, item in vars(value).items())


def _is_plain_object(value: Any) -> bool:
    """Whether pickle takes its attributes one by one."""
    kind: Any = type(value)
    return (
        hasattr(value, "__dict__")
        and not isinstance(value, (type, ModuleType))
        and (kind.__reduce__, kind.__reduce_ex__) == (object.__reduce__, object.__reduce_ex__)
    )


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
