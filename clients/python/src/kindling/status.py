"""What the status tracker tells, as PySpark's named tuples and under its module name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, NamedTuple

if TYPE_CHECKING:
    from kindling.generated.core import StatusTracker

__all__ = ["SparkExecutorInfo", "SparkJobInfo", "SparkStageInfo", "StatusTracker"]


class SparkJobInfo(NamedTuple):
    """A job. Follows `pyspark.SparkJobInfo`."""

    jobId: int
    stageIds: List[int]
    """The stages that were still to be run when it started: not those that an earlier job had run already."""
    status: str
    """`RUNNING`, `SUCCEEDED` or `FAILED`."""


class SparkStageInfo(NamedTuple):
    """The last attempt at a stage. Follows `pyspark.SparkStageInfo`."""

    stageId: int
    currentAttemptId: int
    name: str
    numTasks: int
    numActiveTasks: int
    numCompletedTasks: int
    numFailedTasks: int


class SparkExecutorInfo(NamedTuple):
    """An executor that runs at present. Follows `pyspark.SparkExecutorInfo`."""

    host: str
    port: int
    cacheSize: int
    numRunningTasks: int
    usedOnHeapStorageMemory: int
    usedOffHeapStorageMemory: int
    totalOnHeapStorageMemory: int
    totalOffHeapStorageMemory: int


def __getattr__(name: str) -> Any:
    if name != "StatusTracker":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kindling.generated.core import StatusTracker

    return StatusTracker
