"""Prints the public members of the core classes of a package (`pyspark`, `kindling`) with their parameters, as JSON."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import Any

CLASSES = """
    Accumulator AccumulatorParam BarrierTaskContext BarrierTaskInfo Broadcast InheritableThread RDD RDDBarrier SparkConf
    SparkContext SparkExecutorInfo SparkFiles SparkJobInfo SparkStageInfo StatusTracker StorageLevel TaskContext
"""

package = importlib.import_module(sys.argv[1])


def default(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def shown(owner: Any, name: str) -> Any:
    """The parameters of a method; for anything else what it is."""
    found = inspect.getattr_static(owner, name)
    if isinstance(found, property):
        return "property"
    member = getattr(owner, name)
    if not callable(member):
        return "value"
    return [
        [item.name, item.kind.name, "required" if item.default is item.empty else {"default": default(item.default)}]
        for item in inspect.signature(member).parameters.values()
        if item.name not in ("self", "cls")
    ]


def members(owner: Any) -> dict[str, Any]:
    names = [name for name in dir(owner) if not name.startswith("_") and not hasattr(BASES, name)]
    return {name: shown(owner, name) for name in sorted(names)}


class BASES(tuple, importlib.import_module("threading").Thread):  # type: ignore[misc]
    """What classes inherit from Python itself says nothing about them."""


print(json.dumps({name: members(getattr(package, name)) for name in CLASSES.split()}))
