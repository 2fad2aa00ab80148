"""Remote classes written as the generator writes them."""

from __future__ import annotations

from typing import Any, Generic, List, Optional, TypeVar

from kindling._runtime.call_site import _own
from kindling._runtime.remote import Remote, call_effect, call_new, call_value, construct

T = TypeVar("T")

# As generated code, this file is no place of the user's.
_own[__file__] = True


class Thing(Generic[T], Remote, remote="Thing"):
    def __init__(self, name: str = "") -> None:
        construct(self, "Thing", (("name: string", name),))

    def make(self, number: int = 0) -> Thing[T]:
        return call_new(self, "Thing.make", "Thing", (("number: long", number),))

    def map(self, f: Any) -> Thing[T]:
        return call_new(self, "Thing.map", "Thing", (("f: task", f),))

    def get(self, result: str, value: Any = None, kind: str = "unknown") -> Any:
        return call_value(self, "Thing.get", result, ((f"value: {kind}", value),))

    def collect(self) -> List[T]:
        return call_value(self, "Thing.collect", "elements")

    def note(self, text: Optional[str] = None) -> None:
        call_effect(self, "Thing.note", (("text: optional<string>", text),))

    def join(self, other: Any) -> Thing[T]:
        return call_new(self, "Thing.join", "Thing", (("other: object<Thing>", other),))
