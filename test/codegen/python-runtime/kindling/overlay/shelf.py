"""A stand-in for a hand-written member in place of a generated one."""

from __future__ import annotations

from typing import List

from kindling._runtime.remote import Remote


class ShelfOverlay(Remote):
    def boxes(self) -> List[str]:
        return ["by hand"]
