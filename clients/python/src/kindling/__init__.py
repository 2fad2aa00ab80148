"""Spark's programming model with no JVM to start. Names are PySpark's: `from kindling import SparkContext`.

Modules load when a name of theirs is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, List

from kindling.version import __version__

if TYPE_CHECKING:
    from kindling._runtime.session import close, flush
    from kindling.accumulators import Accumulator, AccumulatorParam
    from kindling.broadcast import Broadcast
    from kindling.conf import SparkConf
    from kindling.files import SparkFiles
    from kindling.generated.core import RDD, RDDBarrier, SparkContext, StatusTracker
    from kindling.inheritable_thread import InheritableThread, inheritable_thread_target
    from kindling.sharing import find, publish, withdraw
    from kindling.sql.row import Row
    from kindling.status import SparkExecutorInfo, SparkJobInfo, SparkStageInfo
    from kindling.storagelevel import StorageLevel
    from kindling.taskcontext import BarrierTaskContext, BarrierTaskInfo, TaskContext

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "BarrierTaskContext",
    "BarrierTaskInfo",
    "Broadcast",
    "InheritableThread",
    "RDDBarrier",
    "Row",
    "SparkConf",
    "SparkContext",
    "SparkExecutorInfo",
    "SparkFiles",
    "SparkJobInfo",
    "SparkStageInfo",
    "StatusTracker",
    "StorageLevel",
    "TaskContext",
    "__version__",
    "close",
    "find",
    "flush",
    "inheritable_thread_target",
    "publish",
    "withdraw",
]

_MODULES = {
    "Accumulator": "kindling.accumulators",
    "AccumulatorParam": "kindling.accumulators",
    "BarrierTaskContext": "kindling.taskcontext",
    "BarrierTaskInfo": "kindling.taskcontext",
    "Broadcast": "kindling.broadcast",
    "InheritableThread": "kindling.inheritable_thread",
    "RDD": "kindling.generated.core",
    "RDDBarrier": "kindling.generated.core",
    "Row": "kindling.sql.row",
    "SparkConf": "kindling.conf",
    "SparkContext": "kindling.generated.core",
    "SparkExecutorInfo": "kindling.status",
    "SparkFiles": "kindling.files",
    "SparkJobInfo": "kindling.status",
    "SparkStageInfo": "kindling.status",
    "StatusTracker": "kindling.generated.core",
    "StorageLevel": "kindling.storagelevel",
    "TaskContext": "kindling.taskcontext",
    "close": "kindling._runtime.session",
    "find": "kindling.sharing",
    "flush": "kindling._runtime.session",
    "inheritable_thread_target": "kindling.inheritable_thread",
    "publish": "kindling.sharing",
    "withdraw": "kindling.sharing",
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
