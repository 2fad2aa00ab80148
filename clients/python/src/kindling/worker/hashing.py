"""PySpark's hash of keys: equal in every process that runs with the same PYTHONHASHSEED."""

from __future__ import annotations

import sys
from typing import Any


def portable_hash(key: Any) -> int:
    """Follows ``pyspark.rdd.portable_hash``: None is 0, tuples combine their items, all else is ``hash``."""
    if key is None:
        return 0
    if isinstance(key, tuple):
        combined = 0x345678
        for item in key:
            combined ^= portable_hash(item)
            combined *= 1000003
            combined &= sys.maxsize
        return combined ^ len(key)
    return hash(key)
