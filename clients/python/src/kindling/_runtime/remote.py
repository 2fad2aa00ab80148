"""The interface between generated code and the runtime.

A generated remote class and its methods look like this::

    class RDD(Generic[T], RDDOverlay, remote="RDD"):  # `Remote` unless overlay/members.json names the class
        def map(self, f: Callable[[T], U]) -> RDD[U]:
            return call_new(self, "RDD.map", "RDD", (("f: task", f),))

        def count(self) -> int:
            return call_value(self, "RDD.count", "long")

        def cache(self) -> RDD[T]:                            # declared to return `this`
            call_effect(self, "RDD.cache")
            return self

    class SparkContext(SparkContextOverlay, remote="SparkContext"): ...

One function per call mode (`docs/protocol.md`); `on` is the proxy, or `None` for a static member:

- `call_new(on, method, result_class, arguments)`: pipelined; answers with a proxy of `result_class` at once;
- `call_value(on, method, result_type, arguments)`: flushes, waits, answers with the decoded result;
- `call_effect(on, method, arguments, awaited=False)`: pipelined in order; `awaited=True` waits for its end;
- `construct(self, class_name, arguments)`: sends `Class.new`, called from `__init__`; binds `self` to an id.

`arguments` is a tuple of `("name: type", value)` in declared order; `UNSET` stands for a parameter that was left out
(the trailing ones are not sent). A type is a constant string, compiled once:

    boolean int long double string bytes null void unknown
    list<T> set<T> iterable<T> optional<T> map<K,V> tuple<A,B,…> union<A,B,…>
    object<RDD> value<Column> enum<StorageLevel> elements element elementMap task

`elements`, `element` and `elementMap` hide their own type parameter; `parameter` and `literal` are written `unknown`.
A rest parameter (`*values`) is a `list<T>`: one list on the wire. Where it also takes one list (`passing: "list"`), the
generated method passes `one_list(values)`.

`kindling.generated.CLASSES` maps the name of every generated remote class to the module that holds it. A member that
`overlay/members.json` lists for a class is written by hand there and not generated. Classes passed by value are plain
objects with `to_wire()`; `Column` is `kindling.sql.column.Column`, and a generated function of `functions` is
`return call_function("upper", col)` with `call_function` from there.
"""

from __future__ import annotations

import importlib
from typing import Any, ClassVar, Dict, NoReturn, Optional, Sequence, Tuple, Type, TypeVar

from kindling._runtime import session as sessions
from kindling._runtime.unset import UNSET, Unset
from kindling.errors import engine_error

__all__ = [
    "UNSET",
    "Remote",
    "Unset",
    "call_effect",
    "call_new",
    "call_value",
    "construct",
    "one_list",
    "register_values",
    "remote_class",
]

R = TypeVar("R")
Arguments = Tuple[Tuple[str, Any], ...]


class Remote:
    """A proxy of an object that lives in the gateway; when the program drops it, the gateway may too."""

    _session: sessions.Session
    _id: int
    _remote_name: ClassVar[str] = ""

    def __init_subclass__(cls, remote: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if remote:
            cls._remote_name = remote
            _classes[remote] = cls

    def __del__(self) -> None:
        # A finalizer may run inside any lock of ours: it only appends to a deque.
        try:
            self._session.garbage.append(self._id)
        except AttributeError:
            pass  # never bound: its constructor failed

    def __reduce__(self) -> NoReturn:
        name = driver_object(self)
        remedy = "collect() what the function needs first, and use the result"
        raise engine_error(
            "FUNCTION_NOT_SHIPPABLE",
            f"{name} cannot be used inside a function that runs in workers: it lives in the driver",
            {"function": "", "reason": f"{name} exists only in the driver", "remedy": remedy},
            hint=remedy,
            condition=_CONDITIONS.get(self._remote_name),
        )


_CONDITIONS = {"RDD": "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER", "SparkContext": "CONTEXT_ONLY_VALID_ON_DRIVER"}
"""Spark's, by class."""


def driver_object(remote: Remote) -> str:
    """A remote object as messages call it: `an RDD`, `a SparkContext`."""
    name = remote._remote_name or type(remote).__name__
    return f"an {name}" if name == "RDD" or name[0] in "AEIOU" else f"a {name}"


_classes: Dict[str, Type[Remote]] = {}


def remote_class(name: str) -> Type[Remote]:
    """The class of proxies for objects of the class `name`."""
    found = _classes.get(name)
    if found is None:
        generated = importlib.import_module("kindling.generated")
        importlib.import_module(generated.CLASSES[name])
        found = _classes[name]
    return found


def register_values(modules: Dict[str, str]) -> None:
    """Makes the values of a package of one's own known, by class: the module that holds it."""
    importlib.import_module("kindling.generated").VALUES.update(modules)


def bound(name: str, session: sessions.Session, identity: int) -> Remote:
    """A proxy made without running its `__init__`."""
    made = object.__new__(_classes.get(name) or remote_class(name))
    made._session = session
    made._id = identity
    return made


def call_new(on: Optional[Remote], method: str, result_class: str, arguments: Arguments = ()) -> R:  # type: ignore[type-var]
    """Sends a call whose result is a remote object, and answers with its proxy without waiting."""
    __tracebackhide__ = True
    session = sessions.current() if on is None else on._session
    identity = session.take_id()
    session.send(method, None if on is None else on._id, arguments, made=identity)
    return bound(result_class, session, identity)  # type: ignore[return-value]


def call_value(on: Optional[Remote], method: str, result_type: str, arguments: Arguments = ()) -> R:  # type: ignore[type-var]
    """Sends a call and waits for its result."""
    __tracebackhide__ = True
    session = sessions.current() if on is None else on._session
    return session.request(method, None if on is None else on._id, arguments, result_type)  # type: ignore[no-any-return]


def call_effect(on: Optional[Remote], method: str, arguments: Arguments = (), awaited: bool = False) -> None:
    """Sends a call without a result; later calls of this thread run after it."""
    __tracebackhide__ = True
    session = sessions.current() if on is None else on._session
    if awaited:
        session.request(method, None if on is None else on._id, arguments, "void")
    else:
        session.send(method, None if on is None else on._id, arguments)


def construct(self: Remote, class_name: str, arguments: Arguments = ()) -> None:
    """Makes the remote object that `self` stands for."""
    __tracebackhide__ = True
    session = sessions.current()
    identity = session.take_id()
    session.send(class_name + ".new", None, arguments, made=identity)
    self._session = session
    self._id = identity


def one_list(values: Sequence[Any]) -> Sequence[Any]:
    """The values of `*values`, which may also be given as one list."""
    if len(values) == 1 and isinstance(values[0], (list, tuple)):
        return values[0]
    return values
