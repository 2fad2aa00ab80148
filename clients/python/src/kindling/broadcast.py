"""Broadcasts: values that every task can read, sent to each executor once.

A function that holds one travels with its id. In a task the value is read from the file that the task names for the id,
when it is first asked for, and is kept for later tasks as long as they name it.
"""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO, Callable, Dict, Generic, Iterable, Optional, Protocol, Tuple, TypeVar
from weakref import WeakValueDictionary

from kindling.worker import running

__all__ = ["Broadcast"]

T = TypeVar("T")

_broadcasts: WeakValueDictionary[int, Broadcast[Any]] = WeakValueDictionary()
_in_tasks: Dict[int, Broadcast[Any]] = {}

_NONE, _GONE = object(), object()


class Owner(Protocol):
    """Who made a broadcast, and can take it back."""

    def value_of(self, broadcast_id: int) -> Any: ...

    def unpersist(self, broadcast_id: int, blocking: bool) -> None: ...

    def destroy(self, broadcast_id: int, blocking: bool) -> None: ...


class Broadcast(Generic[T]):
    """A value that tasks can read as `broadcast.value`. Follows `pyspark.Broadcast`.

    Made by `SparkContext.broadcast`.
    """

    def __init__(self, bid: int, value: Any = _NONE, path: Optional[str] = None, owner: Optional[Owner] = None) -> None:
        self._id = bid
        self._value = value
        self._path = path
        self._owner = owner
        if running.task is None:
            _broadcasts[bid] = self

    @property
    def id(self) -> int:
        """Its number in the session."""
        return self._id

    @property
    def value(self) -> T:
        """The value: in the program what it was when it was broadcast. BROADCAST_DESTROYED where it is gone."""
        task = running.task
        if task is not None and self._id not in task.broadcasts:
            raise _destroyed_in_task(self._id)
        if self._value is _GONE:
            raise _destroyed(self._id)
        if self._value is _NONE:
            path = task.broadcasts[self._id] if task else self._path
            self._value = _read(path) if path else self._sent_back()
        found: T = self._value
        return found

    def unpersist(self, blocking: bool = False) -> None:
        """Takes the value from the executors; tasks that need it again get it again."""
        self._made_here("unpersisted").unpersist(self._id, blocking)

    def destroy(self, blocking: bool = False) -> None:
        """Takes the value from the program and its tasks for good: asking for it is BROADCAST_DESTROYED."""
        self._made_here("destroyed").destroy(self._id, blocking)
        self._value = _GONE

    def _sent_back(self) -> Any:
        """As PySpark: the program, too, reads what it sent, which later changes of its own object do not touch."""
        return _missing(self._id) if self._owner is None else self._owner.value_of(self._id)

    def _made_here(self, operation: str) -> Owner:
        if self._owner is None:
            raise RuntimeError(f"[INVALID_BROADCAST_OPERATION] a broadcast can be {operation} by the program only")
        if self._value is _GONE:
            raise _destroyed(self._id)
        return self._owner

    def dump(self, value: T, f: BinaryIO) -> None:
        """Writes a value to a file, pickled."""
        pickle.dump(value, f, pickle.HIGHEST_PROTOCOL)
        f.close()

    def load(self, file: BinaryIO) -> T:
        """Reads a value that `dump` wrote."""
        value: T = pickle.load(file)
        return value

    def load_from_path(self, path: str) -> T:
        """Reads a value that `dump` wrote there."""
        with open(path, "rb") as file:
            return self.load(file)

    def __reduce__(self) -> Tuple[Callable[[int], Broadcast[T]], Tuple[int]]:
        return _from_id, (self._id,)


def _from_id(bid: int) -> Broadcast[Any]:
    """The broadcast of this id: in a task what earlier ones have read of it, in the program the program's."""
    if running.task is None:
        known = _broadcasts.get(bid)
        return Broadcast(bid) if known is None else known
    found = _in_tasks.get(bid)
    if found is None:
        found = _in_tasks[bid] = Broadcast(bid)
    return found


def forget_others(ids: Iterable[int]) -> None:
    """A task begins that may ask for these only."""
    for bid in _in_tasks.keys() - set(ids):
        del _in_tasks[bid]


def _read(path: str) -> Any:
    """The one element of a file that holds a batch: its format, its bytes."""
    from kindling.worker.frames import PICKLE

    with open(path, "rb") as file:
        kind = file.read(1)[0]
        if kind == PICKLE:
            return pickle.load(file)[0]
        from kindling.worker.elements import decode

        return decode(kind, memoryview(file.read()))[0]


def _missing(bid: int) -> Any:
    raise RuntimeError(f"[BROADCAST_VARIABLE_NOT_LOADED] broadcast {bid} was not made in this program")


def _destroyed(bid: int) -> Exception:
    from kindling.errors import advice, engine_error

    code = "BROADCAST_DESTROYED"
    return engine_error(code, _DESTROYED.format(bid), {"id": str(bid)}, hint=advice(code))


def _destroyed_in_task(bid: int) -> Exception:
    from kindling.worker.failure import TaskFailure

    return TaskFailure("BROADCAST_DESTROYED", {"id": str(bid)}, _DESTROYED.format(bid))


_DESTROYED = "the value of broadcast {} was destroyed"
