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
    "left": Named("{0}", lambda a, b: a),
    "withNull": Named("({0}, None)", lambda x: (x, None)),
    "withOne": Named("({0}, 1)", lambda x: (x, 1)),
}


class Function(NamedTuple):
    """A function of a step, ready to be called."""

    callable: Callable[..., Any]
    # Its name among the named functions, if it is one of them or does exactly the same.
    known_as: str | None
    # For messages.
    name: str
    # It is called with the key of the pair that a kernel would call it with.
    of_key: bool = False

    def of_element(self) -> Callable[[Any], Any] | None:
        """The function of one element, None if it is the element itself."""
        if self.of_key:
            function = self.callable
            return NAMED["key"].callable if self.known_as == "identity" else lambda pair: function(pair[0])
        return None if self.known_as == "identity" else self.callable


def load(packed: dict[str, Any]) -> Function:
    """The function of a map `{language, name, body, of}`."""
    language, name, of = packed["language"], packed["name"], packed.get("of")
    if of not in (None, "key"):
        raise ProtocolViolation(f"a function of {of!r}")
    if language == "any":
        if name not in NAMED:
            raise ProtocolViolation(f"a function named {name!r}")
        return Function(NAMED[name].callable, name, name, of == "key")
    if language != "python" or not isinstance(packed["body"], bytes):
        raise ProtocolViolation(f"a function {name!r} in {language!r}, with a body of {type(packed['body']).__name__}")
    function = _unpacked(name, packed["body"])
    return Function(function, _recognised(function), name, of == "key")


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
    return "add" if function is operator.add or _form(function) == _ADDITION else None


def _form(function: Any) -> tuple[Any, ...] | None:
    """What a function of its arguments alone does, whatever their names; None if it also uses anything else."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_names or code.co_freevars or code.co_consts not in ((), (None,)):
        return None
    # Of the flags only `*args` and `**kwargs` matter: others tell for example what was imported from `__future__`.
    return code.co_code, code.co_argcount, code.co_kwonlyargcount, code.co_flags & _STARRED


# CO_VARARGS and CO_VARKEYWORDS; the module `inspect`, which names them, takes 10 ms to import.
_STARRED = 0x04 | 0x08
_ADDITION = _form(lambda a, b: a + b)
