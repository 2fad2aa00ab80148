"""A stand-in for the client's hand-written expressions."""

from __future__ import annotations

from typing import Any, Tuple, Union


class Column:
    def __init__(self, fn: str, args: Tuple[Any, ...]) -> None:
        self.fn = fn
        self.args = args

    def __repr__(self) -> str:
        return f"{self.fn}{self.args}"


def lit(value: Any) -> Column:
    return Column("lit", (value,))


def call_function(fn: str, *args: Union[Column, str]) -> Column:
    return Column(fn, args)
