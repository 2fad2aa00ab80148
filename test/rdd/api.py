"""The package under test: `from api import StorageLevel` is PySpark's or Kindling's, as RDD_CASES_PACKAGE says.

A name that the package does not have stands in for itself, so that only the cases that use it fail.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NoReturn

PACKAGE = os.environ.get("RDD_CASES_PACKAGE", "kindling")

MODULES = {
    "ExecutorResourceRequests": "resource",
    "Partitioner": "rdd",
    "ResourceProfileBuilder": "resource",
    "ResultIterable": "resultiterable",
    "SparkSession": "sql",
    "StatCounter": "statcounter",
    "TaskResourceRequests": "resource",
    "portable_hash": "rdd",
}
"""Names that live in a module of the package; the others are the package's own."""


class Missing:
    """A name that the package does not have."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _fail(self) -> NoReturn:
        raise AttributeError(f"{PACKAGE} has no {self._name}")

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        self._fail()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)  # what pickle and copy look for
        self._fail()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    module = f"{PACKAGE}.{MODULES[name]}" if name in MODULES else PACKAGE
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return Missing(name)
