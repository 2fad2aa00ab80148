"""The task that this process runs, for the modules that users import: broadcasts, accumulators, the context.

They are loaded when a function names them; here lies only what they need, so that starting a worker costs no import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable


class RunningTask:
    """One attempt at one partition."""

    def __init__(
        self,
        *,
        stage: int = 0,
        partition: int = 0,
        attempt: int = 0,
        context: Mapping[str, Any] | None = None,
        broadcasts: Mapping[int, str] | None = None,
        meet: Callable[[str], list[str]] | None = None,
    ) -> None:
        context = context or {}
        self.stage = stage
        self.partition = partition
        self.attempt = attempt
        self.attempt_id: int = context.get("taskAttemptId", 0)
        self.cpus: int = context.get("cpus", 1)
        self.properties: Mapping[str, str] = context.get("properties", {})
        self.is_barrier: bool = context.get("barrier", False)
        self.addresses: Sequence[str] = context.get("addresses", ())
        # The file of each broadcast that may be asked for.
        self.broadcasts = broadcasts or {}
        # Waits until all tasks of a barrier stage have come with a message each; their messages.
        self.meet = meet
        # The accumulators that its functions hold, by id.
        self.accumulators: dict[int, Any] = {}
        # What `TaskContext.get()` gives.
        self.user_context: Any = None


# None between two tasks, and in the program itself.
task: RunningTask | None = None
