"""Prints the signatures that the real PySpark has for members given on standard input as `["RDD", "map"]`, as JSON."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

import pyspark
import pyspark.sql
import pyspark.sql.functions


def owner(name: str) -> Any:
    if name == "functions":
        return pyspark.sql.functions
    return getattr(pyspark, name, None) or getattr(pyspark.sql, name, None)


def default(value: Any) -> Any:
    if inspect.isfunction(value):
        return None  # what the function does is what happens here without one
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(type(value).__name__)


def signature(class_name: str, member: str) -> Any:
    found = inspect.getattr_static(owner(class_name), member, None)
    if found is None:
        return None
    if isinstance(found, property):
        return "property"
    function = getattr(owner(class_name), member)
    parameters = [item for item in inspect.signature(function).parameters.values() if item.name not in ("self", "cls")]
    return [
        [item.name, item.kind.name, "required" if item.default is item.empty else {"default": default(item.default)}]
        for item in parameters
    ]


print(json.dumps([signature(*member) for member in json.load(sys.stdin)]))
