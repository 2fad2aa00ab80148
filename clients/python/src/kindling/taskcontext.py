"""What a function can ask about the task that runs it, and how tasks of a barrier stage wait for each other."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, List, Mapping, Optional, Type, TypeVar

from kindling.worker import running

if TYPE_CHECKING:
    from kindling.resource import ResourceInformation

__all__ = ["BarrierTaskContext", "BarrierTaskInfo", "TaskContext"]


T = TypeVar("T", bound="TaskContext")


class TaskContext:
    """The task that runs the calling function; `TaskContext.get()` gives it. Follows `pyspark.TaskContext`."""

    _taskContext: ClassVar[Optional[TaskContext]] = None
    """As in PySpark; the context of the running task is that task's."""
    _task: Optional[running.RunningTask]
    _resources: Mapping[str, ResourceInformation] = {}

    def __new__(cls) -> TaskContext:
        """Also a context that is made by hand is that of the task."""
        return TaskContext.get() or cls._about(None)

    @classmethod
    def get(cls) -> Optional[TaskContext]:
        """The context of the task, None outside of one."""
        task = running.task
        if task is None:
            return None
        if task.user_context is None:
            task.user_context = (BarrierTaskContext if task.is_barrier else TaskContext)._about(task)
        context: TaskContext = task.user_context
        return context

    @classmethod
    def from_json(cls: Type[T], json: Dict[str, Any]) -> T:
        """A context that says what a description says, as PySpark's own workers are given it."""
        from kindling.resource import ResourceInformation

        context = {
            "taskAttemptId": json["taskAttemptId"],
            "cpus": json["cpus"],
            "properties": json["localProperties"],
        }
        made = cls._about(
            running.RunningTask(
                stage=json["stageId"],
                partition=json["partitionId"],
                attempt=json["attemptNumber"],
                context=context,
            )
        )
        found = json["resources"].items()
        made._resources = {name: ResourceInformation(one["name"], one["addresses"]) for name, one in found}
        return made

    @classmethod
    def _about(cls: Type[T], task: Optional[running.RunningTask]) -> T:
        context = object.__new__(cls)
        context._task = task
        return context

    def stageId(self) -> Optional[int]:
        """The number of the stage."""
        return self._task.stage if self._task else None

    def partitionId(self) -> Optional[int]:
        """The number of the partition that the task computes."""
        return self._task.partition if self._task else None

    def attemptNumber(self) -> Optional[int]:
        """How often the task was tried before."""
        return self._task.attempt if self._task else None

    def taskAttemptId(self) -> Optional[int]:
        """A number that no other attempt in the program has."""
        return self._task.attempt_id if self._task else None

    def getLocalProperty(self, key: str) -> Optional[str]:
        """A property of the thread that started the job, None if it has none of this name."""
        return self._task.properties.get(key) if self._task else None

    def cpus(self) -> Optional[int]:
        """How many processors the task has."""
        return self._task.cpus if self._task else None

    def cpuAmount(self) -> Optional[Decimal]:
        """The same as a decimal number."""
        return Decimal(self._task.cpus) if self._task else None

    def resources(self) -> Dict[str, ResourceInformation]:
        """Other resources of the task, by name: none, unless a description names some."""
        return dict(self._resources)


class BarrierTaskContext(TaskContext):
    """The task of a barrier stage, whose tasks all run at once. Follows `pyspark.BarrierTaskContext`."""

    @classmethod
    def get(cls) -> BarrierTaskContext:
        """The context of the task; an error outside of a barrier stage."""
        context = TaskContext.get()
        if not isinstance(context, BarrierTaskContext):
            raise RuntimeError("[NOT_IN_BARRIER_STAGE] there is no barrier: use RDD.barrier().mapPartitions")
        return context

    def barrier(self) -> None:
        """Waits until all tasks of the stage have come here. Each has to come as often as the others."""
        self._meet("barrier")("")

    def allGather(self, message: str = "") -> List[str]:
        """Waits until all tasks of the stage have come here with a message; the messages by partition."""
        if not isinstance(message, str):
            raise TypeError(f"allGather: message must be a str, not {type(message).__name__}")
        return self._meet("allGather")(message)

    def getTaskInfos(self) -> List[BarrierTaskInfo]:
        """Where the tasks of the stage run, by partition."""
        self._meet("getTaskInfos")
        return [BarrierTaskInfo(address) for address in (self._task.addresses if self._task else ())]

    def _meet(self, call: str) -> Callable[[str], List[str]]:
        if self._task is None or self._task is not running.task or self._task.meet is None:
            raise RuntimeError(f"[CALL_BEFORE_INITIALIZE] {call} is for a task that runs")
        return self._task.meet


class BarrierTaskInfo:
    """One task of a barrier stage. Follows `pyspark.BarrierTaskInfo`."""

    def __init__(self, address: str) -> None:
        self.address = address
        """Host and port of the executor that runs it."""

    def __repr__(self) -> str:
        return f"BarrierTaskInfo({self.address!r})"
