"""What a task knows of itself, and barriers."""

import os
import time
from pathlib import Path

from api import BarrierTaskContext, TaskContext
from table import case

SLOT_CHECK = {
    "spark.scheduler.barrier.maxConcurrentTasksCheck.interval": "1s",
    "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures": "1",
}


@case("TaskContext.get", "none in the driver")
def _(sc):
    return TaskContext.get()


@case("TaskContext.partitionId", "the number of the partition")
def _(sc):
    return sc.parallelize([1, 2, 3], 3).map(lambda _: TaskContext.get().partitionId()).collect()


@case("TaskContext.stageId", "one for the tasks of a stage, a higher one for the next")
def _(sc):
    def stages(_, xs):
        yield TaskContext.get().stageId()

    rdd = sc.parallelize([1, 2], 2).mapPartitionsWithIndex(stages)
    one, two = rdd.collect(), rdd.collect()
    return len(set(one)), len(set(two)), two[0] - one[0]


@case("TaskContext.stageId", "the stage after a shuffle is the next")
def _(sc):
    rdd = sc.parallelize([1], 1).map(lambda _: (TaskContext.get().stageId(), 1)).groupByKey(1)
    before, after = rdd.map(lambda kv: (kv[0], TaskContext.get().stageId())).first()
    return after - before


@case("TaskContext.attemptNumber", "0 at first")
def _(sc):
    return sc.parallelize([1, 2], 2).map(lambda _: TaskContext.get().attemptNumber()).collect()


@case("TaskContext.attemptNumber", "counts failed attempts of the task", master="local[2,4]")
def _(sc):
    def third_time(x):
        if TaskContext.get().attemptNumber() < 2:
            raise ValueError("again")
        return TaskContext.get().attemptNumber()

    return sc.parallelize([1, 2], 2).map(third_time).collect()


@case("TaskContext.taskAttemptId", "distinct for every attempt of every task", master="local[2,4]")
def _(sc):
    def second_time(x):
        if TaskContext.get().attemptNumber() < 1:
            raise ValueError("again")
        return TaskContext.get().taskAttemptId()

    rdd = sc.parallelize(range(3), 3).map(second_time)
    return len(set(rdd.collect() + rdd.collect()))


@case("TaskContext.cpus", "one unless set")
def _(sc):
    return sc.parallelize([1], 1).map(lambda _: TaskContext.get().cpus()).collect()


@case("TaskContext.cpuAmount", "one unless set")
def _(sc):
    return sc.parallelize([1], 1).map(lambda _: float(TaskContext.get().cpuAmount())).collect()


@case("TaskContext.cpus", "as set", master="local[4]", conf={"spark.task.cpus": "2"})
def _(sc):
    return sc.parallelize([1], 1).map(lambda _: TaskContext.get().cpus()).collect()


@case("TaskContext.resources", "none unless set")
def _(sc):
    return sc.parallelize([1], 1).map(lambda _: dict(TaskContext.get().resources())).collect()


@case("TaskContext.getLocalProperty", "of the thread that started the job, none if not set")
def _(sc):
    sc.setLocalProperty("mine", "value")
    return (
        sc.parallelize([1], 1)
        .map(lambda _: [TaskContext.get().getLocalProperty(key) for key in ("mine", "other")])
        .collect()
    )


@case("TaskContext.from_json", "a context from its description")
def _():
    from decimal import Decimal

    text = {
        "stageId": 1,
        "partitionId": 2,
        "attemptNumber": 3,
        "taskAttemptId": 4,
        "cpus": 5,
        "cpuAmount": "5",
        "resources": {},
        "localProperties": {"a": "b"},
    }
    saved = TaskContext._taskContext
    try:
        TaskContext._taskContext = None
        made = TaskContext.from_json(text)
        return (
            made.stageId(),
            made.partitionId(),
            made.attemptNumber(),
            made.taskAttemptId(),
            made.cpuAmount() == Decimal(5),
            made.getLocalProperty("a"),
        )
    finally:
        TaskContext._taskContext = saved


@case("TaskContext.get", "the same object within a task")
def _(sc):
    return sc.parallelize([1, 2], 1).mapPartitions(lambda xs: [len({id(TaskContext.get()) for _ in xs})]).collect()


@case(("RDD.barrier", "RDDBarrier.mapPartitions"), "a function over each partition")
def _(sc):
    return sc.parallelize(range(4), 2).barrier().mapPartitions(lambda xs: [sum(xs)]).collect()


@case("RDDBarrier.mapPartitionsWithIndex", "with the number of the partition")
def _(sc):
    return sc.parallelize(range(4), 2).barrier().mapPartitionsWithIndex(lambda i, xs: [(i, sum(xs))]).collect()


@case("RDDBarrier.mapPartitions", "keeps the partitioner if told to")
def _(sc):
    rdd = sc.parallelize([(1, 1)], 2).partitionBy(2)
    return [rdd.barrier().mapPartitions(lambda xs: xs, keep).partitioner is not None for keep in (False, True)]


@case(("BarrierTaskContext.get", "BarrierTaskContext.barrier"), "no task goes on before all have come")
def _(sc, folder):
    def wait(i, xs):
        time.sleep(0.1 * i)
        open(f"{folder}/{i}", "w").close()
        BarrierTaskContext.get().barrier()
        yield len(os.listdir(folder))

    return sc.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(wait).collect()


@case("BarrierTaskContext.barrier", "several times", master="local[4]")
def _(sc):
    def wait(i, xs):
        for _ in range(3):
            BarrierTaskContext.get().barrier()
        yield i

    return sc.parallelize(range(4), 4).barrier().mapPartitionsWithIndex(wait).collect()


@case("BarrierTaskContext.allGather", "every task is told what all say, by partition", master="local[4]")
def _(sc):
    def tell(i, xs):
        yield BarrierTaskContext.get().allGather(f"from {i}")

    return sc.parallelize(range(4), 4).barrier().mapPartitionsWithIndex(tell).collect()


@case("BarrierTaskContext.allGather", "nothing said is an empty text")
def _(sc):
    return (
        sc.parallelize(range(2), 2).barrier().mapPartitions(lambda xs: [BarrierTaskContext.get().allGather()]).collect()
    )


@case("BarrierTaskContext.allGather", "takes texts only", says="must be of type `str`")
def _(sc):
    return (
        sc.parallelize(range(2), 2)
        .barrier()
        .mapPartitions(lambda xs: [BarrierTaskContext.get().allGather(5)])
        .collect()
    )


@case("BarrierTaskContext.getTaskInfos", "an address for each task of the stage")
def _(sc):
    def look(xs):
        infos = BarrierTaskContext.get().getTaskInfos()
        return [(len(infos), all(info.address for info in infos))]

    return sc.parallelize(range(2), 2).barrier().mapPartitions(look).collect()


@case(
    tuple(
        f"BarrierTaskContext.{name}"
        for name in (
            "partitionId",
            "stageId",
            "attemptNumber",
            "taskAttemptId",
            "cpus",
            "cpuAmount",
            "resources",
            "getLocalProperty",
            "from_json",
        )
    ),
    "what a TaskContext knows",
)
def _(sc):
    sc.setLocalProperty("mine", "value")

    def look(xs):
        context = BarrierTaskContext.get()
        same = context is TaskContext.get()
        known = context.stageId() >= 0, context.attemptNumber(), context.taskAttemptId() >= 0, context.cpus()
        return [
            (
                context.partitionId(),
                same,
                known,
                float(context.cpuAmount()),
                dict(context.resources()),
                context.getLocalProperty("mine"),
            )
        ]

    return sc.parallelize(range(2), 2).barrier().mapPartitions(look).collect()


@case("BarrierTaskContext.get", "outside a barrier stage", says="barrier stage")
def _(sc):
    return sc.parallelize([1], 1).map(lambda _: BarrierTaskContext.get()).collect()


@case("RDD.barrier", "more tasks than slots", says="more slots", conf=SLOT_CHECK)
def _(sc):
    return sc.parallelize(range(5), 5).barrier().mapPartitions(lambda xs: xs).collect()


@case(
    "RDD.barrier",
    "a task of the last stage that fails ends the job, whatever the number of attempts",
    master="local[2,4]",
    says="first attempt",
)
def _(sc, folder):
    def fail_once(i, xs):
        first = not Path(folder, str(i)).exists()
        Path(folder, str(i)).touch()
        BarrierTaskContext.get().barrier()
        if i == 1 and first:
            raise ValueError("first attempt")
        BarrierTaskContext.get().barrier()
        yield i

    return sc.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(fail_once).collect()


@case(
    "RDD.barrier",
    "a task that fails before a shuffle starts its whole stage again, ended tasks too",
    master="local[2,4]",
)
def _(sc, folder):
    def fail_once(i, xs):
        Path(folder, f"{i}, {time.monotonic_ns()}").touch()
        if i == 1 and len(list(Path(folder).glob("1,*"))) == 1:
            time.sleep(0.5)
            raise ValueError("first attempt")
        yield i, 1

    found = (
        sc.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(fail_once).groupByKey(1).mapValues(list).collect()
    )
    return found, [len(list(Path(folder).glob(f"{i},*"))) for i in (0, 1)]


@case("RDD.barrier", "after a shuffle")
def _(sc):
    rdd = sc.parallelize([(i, 1) for i in range(4)], 2).partitionBy(2)
    return rdd.barrier().mapPartitions(lambda xs: [sorted(k for k, _ in xs)]).collect()


@case("RDD.barrier", "fewer partitions made of more before it", says="Barrier execution mode does not allow")
def _(sc):
    return sc.parallelize(range(2), 2).barrier().mapPartitions(lambda xs: xs).coalesce(1).collect()
