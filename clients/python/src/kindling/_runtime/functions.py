"""Functions that run in workers: packed with cloudpickle, by value where a worker could not import them."""

from __future__ import annotations

import pickle
from typing import Any, Callable

import cloudpickle  # type: ignore[import-untyped, unused-ignore]

from kindling._runtime.remote import Remote
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
        raise _refused(function, f"it is a {type(function).__name__}, which lives in the driver", "pass a function")
    try:
        packed: bytes = cloudpickle.dumps(function, PICKLE_PROTOCOL)
    except EngineError as error:
        raise _refused(function, error.params.get("reason", error.message), error.hint or "") from None
    except Exception as error:
        reason = (
            str(error) if isinstance(error, (TypeError, pickle.PicklingError)) else f"{type(error).__name__}: {error}"
        )
        raise _refused(
            function, reason, "make the object inside the function instead of using one from outside"
        ) from None
    return packed


def _refused(function: Callable[..., Any], reason: str, remedy: str) -> EngineError:
    name = function_name(function)
    params = {"function": name, "reason": reason, "remedy": remedy}
    message = f"the function {name} cannot be sent to a worker: {reason}"
    return engine_error("FUNCTION_NOT_SHIPPABLE", message, params, hint=remedy)
