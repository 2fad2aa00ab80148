"""DataFrames and SQL. Names are PySpark's: `from kindling.sql import SparkSession, functions as F`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from kindling.generated.sql import DataFrame, DataFrameReader, GroupedData, SparkSession
    from kindling.sql import functions, types
    from kindling.sql.column import Column
    from kindling.sql.row import Row

__all__ = ["Column", "DataFrame", "DataFrameReader", "GroupedData", "Row", "SparkSession", "functions", "types"]

_MODULES = {
    "Column": "kindling.sql.column",
    "DataFrame": "kindling.generated.sql",
    "DataFrameReader": "kindling.generated.sql",
    "GroupedData": "kindling.generated.sql",
    "Row": "kindling.sql.row",
    "SparkSession": "kindling.generated.sql",
}


def __getattr__(name: str) -> Any:
    if name in ("functions", "types"):
        return importlib.import_module(f"{__name__}.{name}")
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
