"""Functions too large to travel with tasks: their pickle is the value of a broadcast, which each task loads anew."""

from __future__ import annotations

import pickle
from typing import Any
from weakref import WeakValueDictionary

from kindling.worker import running

# In the program itself: what it has shared, as long as anybody holds it.
shared_here: WeakValueDictionary[int, Any] = WeakValueDictionary()


class Shared:
    """Unpickled, it is the function whose pickle is the value of this broadcast."""

    def __init__(self, broadcast_id: int) -> None:
        self._id = broadcast_id

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (self._id,)


def _load(broadcast_id: int) -> Any:
    task = running.task
    if task is None:
        if broadcast_id not in shared_here:
            raise LookupError("a large function that the program itself has dropped cannot be read back")
        return shared_here[broadcast_id]
    with open(task.broadcasts[broadcast_id], "rb") as file:
        file.read(1)  # the format of the one batch
        (packed,) = pickle.load(file)
    return pickle.loads(packed)
