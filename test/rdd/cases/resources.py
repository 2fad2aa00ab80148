"""What tasks and executors need: resource profiles."""

from api import ExecutorResourceRequests, ResourceProfileBuilder, TaskResourceRequests
from table import case


def profile():
    executors = ExecutorResourceRequests().cores(2).memory("6g").resource("gpu", 1, "script", "vendor")
    return (
        ResourceProfileBuilder().require(executors).require(TaskResourceRequests().cpus(1).resource("gpu", 0.5)).build
    )


@case("ResourceProfileBuilder", "what was required", unordered=True)
def _(sc):
    made = profile()
    executors = [
        (name, request.amount, request.discoveryScript, request.vendor)
        for name, request in made.executorResources.items()
    ]
    return executors + [(name, request.amount) for name, request in made.taskResources.items()]


@case("ResourceProfileBuilder", "cleared")
def _(sc):
    builder = ResourceProfileBuilder().require(TaskResourceRequests().cpus(2))
    builder.clearTaskResourceRequests()
    return dict(builder.taskResources), dict(builder.executorResources)


@case("TaskResourceRequests", "an amount between a half and one is allowed")
def _(sc):
    TaskResourceRequests().resource("gpu", 0.7)


@case("RDD.getResourceProfile", "none unless given")
def _(sc):
    return sc.parallelize([1], 1).getResourceProfile()


@case("RDD.withResources", "a local master has no executors to ask for", says="")
def _(sc):
    return sc.parallelize([1], 1).withResources(profile()).getResourceProfile().taskResources["cpus"].amount


@case("RDD.withResources", "tasks only, on a local master", says="")
def _(sc):
    made = ResourceProfileBuilder().require(TaskResourceRequests().cpus(1)).build
    rdd = sc.parallelize([1, 2], 2).withResources(made)
    return rdd.getResourceProfile().taskResources["cpus"].amount, rdd.collect()
