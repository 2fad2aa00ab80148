"""A stand-in for hand-written members of a class."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from kindling._runtime.remote import Remote

R = TypeVar("R")


class BoxOverlay(Remote):
    def transform(self, f: Callable[[Any], R]) -> R:
        return f(self)
