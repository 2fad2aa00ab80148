"""A flag that one thread waits for and others raise."""

from __future__ import annotations

import threading
from typing import Optional


class Baton:
    """Like `threading.Event`, of which an interrupt (Ctrl-C) can leave the lock locked; this one is single C calls.

    Waiting takes the flag down again.
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        """Raises the flag."""
        try:
            self._lock.release()
        except RuntimeError:
            pass  # it is up already

    def wait(self, seconds: Optional[float] = None) -> bool:
        """Waits for the flag; whether it was raised in time."""
        return self._lock.acquire(timeout=-1 if seconds is None else seconds)
