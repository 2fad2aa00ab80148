"""What `StatusTracker` has beyond the generated calls: PySpark's named tuples."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, cast

from kindling._runtime.remote import Remote, call_value
from kindling.status import SparkExecutorInfo, SparkJobInfo, SparkStageInfo


class StatusTrackerOverlay(Remote):
    """Written by hand for `StatusTracker`."""

    def getJobInfo(self, jobId: int) -> Optional[SparkJobInfo]:
        """A job; `None` where it is not known, or not any more."""
        found = self._ask("getJobInfo", (("jobId: int", jobId),))
        return None if found is None else SparkJobInfo(**found)

    def getStageInfo(self, stageId: int) -> Optional[SparkStageInfo]:
        """The last attempt at a stage; `None` where it is not known, or not any more."""
        found = self._ask("getStageInfo", (("stageId: int", stageId),))
        return None if found is None else SparkStageInfo(**found)

    def getExecutorInfos(self) -> List[SparkExecutorInfo]:
        """The executors that run at present."""
        return [SparkExecutorInfo(**found) for found in self._ask("getExecutorInfos", ())]

    def _ask(self, method: str, arguments: Any) -> Any:
        return cast(Dict[str, Any], call_value(self, f"StatusTracker.{method}", "unknown", arguments))
