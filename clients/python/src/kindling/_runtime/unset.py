"""The value of a parameter that was left out, which is not the same as `None`."""

from __future__ import annotations

from typing import Final


class Unset:
    """The type of `UNSET`."""

    def __repr__(self) -> str:
        return "<unset>"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset()
