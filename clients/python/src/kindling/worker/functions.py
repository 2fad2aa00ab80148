"""Functions in a task: the user's, packed by cloudpickle, and the named ones that every worker has."""

from __future__ import annotations

import operator
import pickle
from typing import Any, Callable, NamedTuple

from kindling.worker.failure import TaskFailure
from kindling.worker.frames import ProtocolViolation


class Named(NamedTuple):
    """A function known by name: as an expression of its arguments, which a loop has in place, and as a callable."""

    expression: str
    callable: Callable[..., Any]


NAMED: dict[str, Named] = {
    "add": Named("{0} + {1}", operator.add),
    "min": Named("min({0}, {1})", min),
    "max": Named("max({0}, {1})", max),
    "key": Named("{0}[0]", operator.itemgetter(0)),
    "value": Named("{0}[1]", operator.itemgetter(1)),
    "identity": Named("{0}", lambda x: x),
}


class Function(NamedTuple):
    """A function of a step, ready to be called."""

    callable: Callable[..., Any]
    """Its name among the named functions, if it is one of them or does exactly the same."""
    known_as: str | None


def load(packed: dict[str, Any]) -> Function:
    """The function of a map `{language, name, body}`."""
    language, name = packed["language"], packed["name"]
    if language == "any":
        if name not in NAMED:
            raise ProtocolViolation(f"a function named {name!r}")
        return Function(NAMED[name].callable, name)
    if language != "python":
        raise ProtocolViolation(f"a function in {language!r}")
    function = _unpacked(name, packed["body"])
    return Function(function, _recognised(function))


def _unpacked(name: str, body: bytes) -> Callable[..., Any]:
    try:
        function: Callable[..., Any] = pickle.loads(body)
        return function
    except Exception as error:
        module = error.name if isinstance(error, ModuleNotFoundError) else None
        cause = f'there is no module "{module}"' if module else f"{type(error).__name__}: {error}"
        message = f"the function {name} cannot be loaded in the worker: {cause}"
        params = {"type": type(error).__name__, "message": message}
        raise TaskFailure("USER_FUNCTION_FAILED", params, message) from error


def _recognised(function: Callable[..., Any]) -> str | None:
    """`add` for `operator.add` and for any `lambda a, b: a + b`: the loop then adds without a call."""
    return "add" if function is operator.add or _same_code(function, lambda a, b: a + b) else None


def _same_code(function: Callable[..., Any], model: Callable[..., Any]) -> bool:
    code, known = getattr(function, "__code__", None), model.__code__
    return (
        code is not None
        and (code.co_code, code.co_argcount, code.co_flags) == (known.co_code, known.co_argcount, known.co_flags)
        and code.co_consts in ((), (None,))
        and not code.co_names
        and not code.co_freevars
    )
