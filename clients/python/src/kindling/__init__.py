"""Spark's programming model with no JVM to start. Names are PySpark's: `from kindling import SparkContext`.

Modules load when a name of theirs is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, List

from kindling.version import __version__

if TYPE_CHECKING:
    from kindling._runtime.session import close, flush
    from kindling.conf import SparkConf
    from kindling.generated.core import RDD, SparkContext
    from kindling.sql.row import Row

__all__ = ["RDD", "Row", "SparkConf", "SparkContext", "__version__", "close", "flush"]

_MODULES = {
    "RDD": "kindling.generated.core",
    "Row": "kindling.sql.row",
    "SparkConf": "kindling.conf",
    "SparkContext": "kindling.generated.core",
    "close": "kindling._runtime.session",
    "flush": "kindling._runtime.session",
}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
