"""How many jobs a call launches, and how many tasks they run, as the context's status tracker tells."""

from __future__ import annotations

import itertools
from typing import Any, Callable, List

_groups = itertools.count(1)


class Launched:
    """What a case asks for as `launched`."""

    def __init__(self, sc: Any, settle: Callable[[Any, Any], None]) -> None:
        self._sc = sc
        self._settle = settle
        """Waits until the status tracker knows of all that a call did, given what it returned."""

    def jobs(self, call: Callable[[], Any]) -> int:
        """The number of jobs that the call launches."""
        return len(self._ids(call))

    def tasks(self, call: Callable[[], Any]) -> List[List[int]]:
        """For each job its stages that ran, in the order of their ids: how many tasks of each succeeded."""
        return [self._stages(job) for job in self._ids(call)]

    def _ids(self, call: Callable[[], Any]) -> List[int]:
        group = f"launched {next(_groups)}"
        self._sc.setJobGroup(group, group)
        self._settle(self._sc, call())
        return sorted(self._sc.statusTracker().getJobIdsForGroup(group))

    def _stages(self, job: int) -> List[int]:
        tracker = self._sc.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in sorted(tracker.getJobInfo(job).stageIds)]
        return [stage.numCompletedTasks for stage in stages if stage is not None and stage.numCompletedTasks > 0]
