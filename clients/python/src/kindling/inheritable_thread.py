"""Threads that begin with the local properties of the thread that starts them, under PySpark's names."""

from __future__ import annotations

import functools
import threading
from typing import Any, Callable, Dict, Optional, TypeVar

__all__ = ["InheritableThread", "inheritable_thread_target"]

R = TypeVar("R")


def _properties() -> Dict[str, str]:
    context = _active()
    return {} if context is None else context._local_properties()


def _adopt(properties: Dict[str, str]) -> None:
    context = _active()
    if context is not None:
        context._set_local_properties(properties)


def _active() -> Any:
    from kindling.overlay.spark_context import SparkContextOverlay

    return SparkContextOverlay._active_spark_context


class InheritableThread(threading.Thread):
    """A thread whose jobs begin with the local properties, such as group and tags, of the thread that starts it.

    What it sets itself does not reach that one. Follows `pyspark.InheritableThread`.

    >>> sc.setLocalProperty("tenant", "blue")
    >>> found = []
    >>> thread = InheritableThread(target=lambda: found.append(sc.getLocalProperty("tenant")))
    >>> thread.start()
    >>> thread.join()
    >>> found
    ['blue']
    """

    _inherited: Dict[str, str]

    def __init__(self, target: Callable[..., Any], *args: Any, session: Optional[Any] = None, **kwargs: Any) -> None:
        def inheriting(*given: Any, **named: Any) -> Any:
            _adopt(self._inherited)
            return target(*given, **named)

        super().__init__(None, inheriting, *args, **kwargs)

    def start(self) -> None:
        """Starts it."""
        self._inherited = _properties()
        super().start()


def inheritable_thread_target(f: Callable[..., R]) -> Callable[..., R]:
    """The function as one that runs, in any thread, with the local properties that this thread has now.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> sc.setLocalProperty("tenant", "green")
    >>> with ThreadPoolExecutor() as pool:
    ...     pool.submit(inheritable_thread_target(lambda: sc.getLocalProperty("tenant"))).result()
    'green'
    """
    inherited = _properties()

    @functools.wraps(f)
    def wrapped(*args: Any, **kwargs: Any) -> R:
        _adopt(inherited)
        return f(*args, **kwargs)

    return wrapped
