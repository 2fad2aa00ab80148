"""Resource profiles as plain values. Expected values are PySpark 4.3's."""

from __future__ import annotations

import pytest

from kindling import errors
from kindling.resource import (
    ExecutorResourceRequests,
    ResourceInformation,
    ResourceProfile,
    ResourceProfileBuilder,
    TaskResourceRequests,
)


@pytest.mark.parametrize(
    ("given", "mebibytes"), [("2g", 2048), ("512m", 512), ("512k", 0), ("1t", 1048576), ("1.5G", 1536)]
)
def test_memory_is_counted_in_mebibytes(given: str, mebibytes: int) -> None:
    requests = ExecutorResourceRequests().memory(given).memoryOverhead(given).pysparkMemory(given).offheapMemory(given)
    assert {name: request.amount for name, request in requests.requests.items()} == {
        "memory": mebibytes,
        "memoryOverhead": mebibytes,
        "pyspark.memory": mebibytes,
        "offHeap": mebibytes,
    }


@pytest.mark.parametrize("given", ["", "g", "many", "2x"])
def test_memory_that_cannot_be_read_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="a number and a unit") as caught:
        ExecutorResourceRequests().memory(given)
    assert isinstance(caught.value, errors.InvalidArgumentError)


def test_a_profile_has_what_was_required() -> None:
    builder = ResourceProfileBuilder().require(TaskResourceRequests().cpus(2).resource("gpu", 0.5))
    builder.require(ExecutorResourceRequests().resource("gpu", 1, "script", "vendor"))
    made = builder.build
    gpu = made.executorResources["gpu"]
    assert (gpu.resourceName, gpu.amount, gpu.discoveryScript, gpu.vendor) == ("gpu", 1, "script", "vendor")
    assert {name: request.amount for name, request in made.taskResources.items()} == {"cpus": 2.0, "gpu": 0.5}
    assert made.id != ResourceProfile().id
    builder.clearTaskResourceRequests()
    builder.clearExecutorResourceRequests()
    assert (builder.taskResources, builder.executorResources) == ({}, {})
    assert set(made.taskResources) == {"cpus", "gpu"}


def test_a_resource_has_a_name_and_addresses() -> None:
    found = ResourceInformation("gpu", ["0", "1"])
    assert (found.name, found.addresses) == ("gpu", ["0", "1"])
