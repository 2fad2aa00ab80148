"""What tasks and executors of a stage would need, under PySpark's module name.

Profiles are plain values here: all tasks of a program have the same resources, and `RDD.withResources` refuses them.
"""

from __future__ import annotations

import itertools
import re
from typing import Any, Dict, List, Optional, Union

from kindling.errors import engine_error

__all__ = [
    "ExecutorResourceRequest",
    "ExecutorResourceRequests",
    "ResourceInformation",
    "ResourceProfile",
    "ResourceProfileBuilder",
    "TaskResourceRequest",
    "TaskResourceRequests",
]

_MEBIBYTES = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}


class ResourceInformation:
    """A resource such as GPUs, and the addresses of those that a task may use."""

    def __init__(self, name: str, addresses: List[str]) -> None:
        self._name = name
        self._addresses = addresses

    @property
    def name(self) -> str:
        """Such as `gpu`."""
        return self._name

    @property
    def addresses(self) -> List[str]:
        """One for each that may be used."""
        return self._addresses


class ExecutorResourceRequest:
    """How much of one resource an executor needs."""

    def __init__(self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = "") -> None:
        self._name = resourceName
        self._amount = amount
        self._discovery_script = discoveryScript
        self._vendor = vendor

    @property
    def resourceName(self) -> str:
        """Such as `memory`."""
        return self._name

    @property
    def amount(self) -> int:
        """Memory in MiB, everything else in pieces."""
        return self._amount

    @property
    def discoveryScript(self) -> str:
        """The program that finds the resource, or nothing."""
        return self._discovery_script

    @property
    def vendor(self) -> str:
        """Who made the resource, or nothing."""
        return self._vendor


class TaskResourceRequest:
    """How much of one resource a task needs."""

    def __init__(self, resourceName: str, amount: float) -> None:
        self._name = resourceName
        self._amount = float(amount)

    @property
    def resourceName(self) -> str:
        """Such as `cpus`."""
        return self._name

    @property
    def amount(self) -> float:
        """May be a fraction: tasks share the resource then."""
        return self._amount


class ExecutorResourceRequests:
    """What an executor needs.

    >>> {name: request.amount for name, request in ExecutorResourceRequests().cores(2).memory("1g").requests.items()}
    {'cores': 2, 'memory': 1024}
    """

    def __init__(self, _jvm: None = None, _requests: Optional[Dict[str, ExecutorResourceRequest]] = None) -> None:
        self._requests = dict(_requests or {})

    def memory(self, amount: str) -> ExecutorResourceRequests:
        """Memory, such as `512m` or `2g`; MiB without a unit."""
        return self._memory("memory", amount)

    def memoryOverhead(self, amount: str) -> ExecutorResourceRequests:
        """Memory beside that of the executor's own work."""
        return self._memory("memoryOverhead", amount)

    def pysparkMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory of the Python workers."""
        return self._memory("pyspark.memory", amount)

    def offheapMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory outside the heap."""
        return self._memory("offHeap", amount)

    def cores(self, amount: int) -> ExecutorResourceRequests:
        """Tasks at once, where each takes one core."""
        return self.resource("cores", amount)

    def resource(
        self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = ""
    ) -> ExecutorResourceRequests:
        """Any other resource."""
        self._requests[resourceName] = ExecutorResourceRequest(resourceName, amount, discoveryScript, vendor)
        return self

    @property
    def requests(self) -> Dict[str, ExecutorResourceRequest]:
        """All of them by name."""
        return self._requests

    def _memory(self, name: str, amount: str) -> ExecutorResourceRequests:
        return self.resource(name, _mebibytes(name, amount))


class TaskResourceRequests:
    """What a task needs.

    >>> {name: request.amount for name, request in TaskResourceRequests().cpus(2).requests.items()}
    {'cpus': 2.0}
    """

    def __init__(self, _jvm: None = None, _requests: Optional[Dict[str, TaskResourceRequest]] = None) -> None:
        self._requests = dict(_requests or {})

    def cpus(self, amount: float) -> TaskResourceRequests:
        """Cores of each task."""
        return self.resource("cpus", amount)

    def resource(self, resourceName: str, amount: float) -> TaskResourceRequests:
        """Any other resource."""
        self._requests[resourceName] = TaskResourceRequest(resourceName, amount)
        return self

    @property
    def requests(self) -> Dict[str, TaskResourceRequest]:
        """All of them by name."""
        return self._requests


class ResourceProfile:
    """What the tasks of a stage and their executors need; `ResourceProfileBuilder` makes one."""

    _ids = itertools.count(1)

    def __init__(
        self,
        _java_resource_profile: None = None,
        _exec_req: Optional[Dict[str, ExecutorResourceRequest]] = None,
        _task_req: Optional[Dict[str, TaskResourceRequest]] = None,
    ) -> None:
        self._id = next(self._ids)
        self._executors = dict(_exec_req or {})
        self._tasks = dict(_task_req or {})

    @property
    def id(self) -> int:
        """A number of its own."""
        return self._id

    @property
    def taskResources(self) -> Dict[str, TaskResourceRequest]:
        """What a task needs, by name."""
        return self._tasks

    @property
    def executorResources(self) -> Dict[str, ExecutorResourceRequest]:
        """What an executor needs, by name."""
        return self._executors

    def to_wire(self) -> Dict[str, Any]:
        """Amounts by name: what the engine is told."""
        return {
            "tasks": {name: request.amount for name, request in self._tasks.items()},
            "executors": {name: request.amount for name, request in self._executors.items()},
        }


class ResourceProfileBuilder:
    """Collects what a profile asks for.

    >>> builder = ResourceProfileBuilder().require(TaskResourceRequests().cpus(1))
    >>> builder.build.taskResources["cpus"].amount
    1.0
    """

    def __init__(self) -> None:
        self._executors: Dict[str, ExecutorResourceRequest] = {}
        self._tasks: Dict[str, TaskResourceRequest] = {}

    def require(self, resourceRequest: Union[ExecutorResourceRequests, TaskResourceRequests]) -> ResourceProfileBuilder:
        """Adds requests; one that has the name of an earlier one takes its place."""
        if isinstance(resourceRequest, TaskResourceRequests):
            self._tasks.update(resourceRequest.requests)
        else:
            self._executors.update(resourceRequest.requests)
        return self

    def clearExecutorResourceRequests(self) -> None:
        """Forgets what executors need."""
        self._executors = {}

    def clearTaskResourceRequests(self) -> None:
        """Forgets what tasks need."""
        self._tasks = {}

    @property
    def taskResources(self) -> Dict[str, TaskResourceRequest]:
        """What a task needs, by name."""
        return self._tasks

    @property
    def executorResources(self) -> Dict[str, ExecutorResourceRequest]:
        """What an executor needs, by name."""
        return self._executors

    @property
    def build(self) -> ResourceProfile:
        """The profile of what was required so far."""
        return ResourceProfile(None, self._executors, self._tasks)


def _mebibytes(name: str, amount: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgt]?)", amount.lower())
    if found is None:
        expected = "a number and a unit, such as 512m"
        message = f"{name}: amount must be {expected}, not {amount!r}"
        params = {"call": name, "parameter": "amount", "expected": expected, "actual": repr(amount)}
        raise engine_error("INVALID_ARGUMENT", message, params)
    return int(float(found[1]) * _MEBIBYTES[found[2] or "m"])
