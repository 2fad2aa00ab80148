"""A stand-in for the Python client's runtime: it records the calls of generated code instead of sending them."""

from __future__ import annotations

from typing import Any, ClassVar, Final, List, Optional, Sequence, Tuple, TypeVar

R = TypeVar("R")
Arguments = Tuple[Tuple[str, Any], ...]


class Unset:
    def __repr__(self) -> str:
        return "<unset>"


UNSET: Final = Unset()

calls: List[Tuple[Any, ...]] = []


class Remote:
    remote_name: ClassVar[str] = ""

    def __init_subclass__(cls, remote: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.remote_name = remote


def call_new(on: Optional[Remote], method: str, result_class: str, arguments: Arguments = ()) -> R:  # type: ignore[type-var]
    calls.append(("new", method, result_class, arguments))
    return object.__new__(Remote)  # type: ignore[return-value]


def call_value(on: Optional[Remote], method: str, result_type: str, arguments: Arguments = ()) -> R:  # type: ignore[type-var]
    calls.append(("value", method, result_type, arguments))
    return None  # type: ignore[return-value]


def call_iterate(on: Optional[Remote], method: str, item_type: str, arguments: Arguments = ()) -> R:  # type: ignore[type-var]
    calls.append(("iterate", method, item_type, arguments))
    return iter(())  # type: ignore[return-value]


def call_effect(on: Optional[Remote], method: str, arguments: Arguments = (), awaited: bool = False) -> None:
    calls.append(("effect", method, "awaited" if awaited else "", arguments))


def construct(self: Remote, class_name: str, arguments: Arguments = ()) -> None:
    calls.append(("construct", class_name, "", arguments))


def one_list(values: Sequence[Any]) -> Sequence[Any]:
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values
