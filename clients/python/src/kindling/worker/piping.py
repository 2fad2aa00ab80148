"""What `RDD.pipe` gives a process."""

from __future__ import annotations

from typing import Any


def line_of(element: Any) -> str:
    """An element as a line, without the line ends of its own."""
    return str(element).rstrip("\n")
