"""Evaluates expressions over the generated toy client and prints the calls that each one makes, as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from kindling._runtime.remote import UNSET, calls
from kindling.formula import Formula
from kindling.generated import CLASSES, VALUES
from kindling.generated import functions as F
from kindling.generated.core import Box, Money
from kindling.generated.errors import ERRORS, KINDS
from kindling.generated.sql import ListOptions, Place, Safe, Shelf


def plain(value: Any) -> Any:
    if value is UNSET:
        return "UNSET"
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if hasattr(value, "to_wire"):
        return {type(value).__name__: plain(value.to_wire())}
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def outcome(expression: str) -> Any:
    calls.clear()
    try:
        result = eval(expression, dict(globals(), box=object.__new__(Box), shelf=object.__new__(Shelf)))  # noqa: S307
    except TypeError as error:
        return {"error": str(error)}
    if not calls:
        return {"result": repr(result)}
    return [plain(call) for call in calls]


print(json.dumps([outcome(expression) for expression in json.load(sys.stdin)]))
