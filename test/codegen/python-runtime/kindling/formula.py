"""A stand-in for a class passed by value that is written by hand."""

from __future__ import annotations

from typing import Dict


class Formula:
    def __init__(self, text: str) -> None:
        self.text = text

    def to_wire(self) -> Dict[str, str]:
        return {"text": self.text}
