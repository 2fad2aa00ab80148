"""What is kept of an RDD: storage levels, caching, checkpoints, lineage."""

import os
import re

from api import StorageLevel
from table import case

LEVELS = (
    "NONE", "DISK_ONLY", "DISK_ONLY_2", "DISK_ONLY_3", "MEMORY_ONLY", "MEMORY_ONLY_2",
    "MEMORY_AND_DISK", "MEMORY_AND_DISK_2", "MEMORY_AND_DISK_DESER", "OFF_HEAP",
)  # fmt: skip


def counted(sc, partitions=2):
    """An RDD of three elements and how often its function was called."""
    calls = sc.accumulator(0)

    def see(x):
        calls.add(1)
        return x

    return sc.parallelize([1, 2, 3], partitions).map(see), calls


@case(tuple(f"StorageLevel.{name}" for name in LEVELS), "what each level is")
def _():
    return [(name, getattr(StorageLevel, name)) for name in LEVELS]


@case(tuple(f"StorageLevel.{name}" for name in LEVELS[:2]), "as text")
def _():
    return [str(getattr(StorageLevel, name)) for name in LEVELS]


@case("StorageLevel.__init__", "of one's own, and equality")
def _():
    own = StorageLevel(False, True, False, False, 1)
    return (
        own,
        own == StorageLevel.MEMORY_ONLY,
        own == StorageLevel.DISK_ONLY,
        StorageLevel(True, True, False, True).replication,
    )


@case("RDD.getStorageLevel", "none at first")
def _(sc):
    return sc.parallelize([1], 1).getStorageLevel()


@case("RDD.cache", "is MEMORY_ONLY and gives the RDD itself")
def _(sc):
    rdd = sc.parallelize([1], 1)
    return rdd.cache() is rdd, rdd.getStorageLevel()


@case("RDD.persist", "each level", unordered=True)
def _(sc):
    return [(name, sc.parallelize([1], 1).persist(getattr(StorageLevel, name)).getStorageLevel()) for name in LEVELS]


@case("RDD.persist", "without a level is MEMORY_ONLY")
def _(sc):
    return sc.parallelize([1], 1).persist().getStorageLevel()


@case("RDD.persist", "of each level gives the same elements")
def _(sc):
    found = []
    for name in (
        "MEMORY_ONLY",
        "MEMORY_AND_DISK",
        "DISK_ONLY",
        "MEMORY_AND_DISK_DESER",
        "MEMORY_ONLY_2",
        "DISK_ONLY_2",
    ):
        rdd = sc.parallelize(range(6), 3).map(lambda x: x * x).persist(getattr(StorageLevel, name))
        found.append(rdd.collect() == rdd.collect() == [x * x for x in range(6)])
    return found


@case("RDD.persist", "another level afterwards", says="Cannot change storage level")
def _(sc):
    return sc.parallelize([1], 1).cache().persist(StorageLevel.DISK_ONLY).getStorageLevel()


@case("RDD.persist", "the same level again")
def _(sc):
    rdd = sc.parallelize([1], 1).persist(StorageLevel.DISK_ONLY)
    return rdd.persist(StorageLevel.DISK_ONLY) is rdd


@case("RDD.persist", "something that is no level", says="")
def _(sc):
    return sc.parallelize([1], 1).persist("MEMORY_ONLY").getStorageLevel()


@case("RDD.cache", "computes once")
def _(sc):
    rdd, calls = counted(sc)
    rdd.cache()
    return rdd.collect(), rdd.sum(), rdd.count(), calls.value


@case("RDD.cache", "is lazy, and keeps only partitions that were computed")
def _(sc):
    rdd, calls = counted(sc, 3)
    rdd.cache()
    found = [calls.value]
    for action in (rdd.first, rdd.first, rdd.collect, rdd.collect):
        action()
        found.append(calls.value)
    return found


@case("RDD.cache", "serves what is made of it")
def _(sc):
    rdd, calls = counted(sc)
    rdd.cache().count()
    return rdd.map(lambda x: x + 1).sum(), rdd.filter(lambda x: x > 1).count(), calls.value


@case("RDD.unpersist", "computes again, and gives the RDD itself")
def _(sc):
    rdd, calls = counted(sc)
    rdd.cache().count()
    same = rdd.unpersist() is rdd
    rdd.count()
    return same, calls.value, rdd.getStorageLevel()


@case("RDD.unpersist", "another level is allowed afterwards")
def _(sc):
    rdd = sc.parallelize([1], 1).cache()
    rdd.unpersist(blocking=True)
    return rdd.persist(StorageLevel.DISK_ONLY).getStorageLevel()


@case("RDD.unpersist", "of an RDD that was not kept")
def _(sc):
    return sc.parallelize([1, 2], 1).unpersist().collect()


@case("RDD.cache", "of a shuffled RDD skips the shuffle", rule="map outputs reused")
def _(sc, launched):
    rdd = sc.parallelize([(i % 2, i) for i in range(6)], 3).reduceByKey(lambda a, b: a + b, 2).cache()
    rdd.count()
    return launched.tasks(rdd.count), launched.tasks(rdd.map(str).collect)


@case("RDD.persist", "spills to disk what memory does not hold", conf={"spark.testing.memory": "600000000"})
def _(sc):
    rdd = sc.parallelize(range(4), 4).map(lambda x: bytes(1_000_000)).persist(StorageLevel.MEMORY_AND_DISK)
    return rdd.map(len).sum(), rdd.map(len).sum()


@case(
    ("SparkContext.setCheckpointDir", "SparkContext.getCheckpointDir"),
    "none at first, then a folder of its own within the one given",
)
def _(start, folder):
    sc = start("local[1]")
    before = sc.getCheckpointDir()
    sc.setCheckpointDir(f"{folder}/kept")
    found = sc.getCheckpointDir()
    return before, re.sub(r"[0-9a-f-]{36}$", "…", found), os.path.isdir(found.removeprefix("file:"))


@case(
    ("RDD.checkpoint", "RDD.isCheckpointed", "RDD.getCheckpointFile"),
    "takes place in the first action",
    rule="checkpoint",
)
def _(sc, folder):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize(range(5), 2)
    found = [rdd.isCheckpointed(), rdd.getCheckpointFile() is None]
    rdd.checkpoint()
    found += [rdd.isCheckpointed(), rdd.getCheckpointFile() is None]
    rdd.count()
    return [*found, rdd.isCheckpointed(), bool(re.search(r"/rdd-\d+$", rdd.getCheckpointFile())), rdd.collect()]


@case("RDD.checkpoint", "computes the RDD once more, unless it is kept", rule="checkpoint")
def _(sc, folder):
    sc.setCheckpointDir(folder)
    found = []
    for keep in (False, True):
        rdd, calls = counted(sc)
        if keep:
            rdd.cache()
        rdd.checkpoint()
        rdd.count()
        rdd.count()
        found.append(calls.value)
    return found


@case("RDD.checkpoint", "launches a job of its own after the first action", rule="checkpoint")
def _(sc, folder, launched):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize(range(5), 2).map(str)
    rdd.checkpoint()
    return launched.jobs(rdd.count), launched.jobs(rdd.count)


@case("RDD.checkpoint", "after an action on the RDD itself does not take place", rule="checkpoint")
def _(sc, folder):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize(range(5), 2).map(str)
    rdd.collect()
    rdd.checkpoint()
    rdd.collect()
    return rdd.isCheckpointed()


@case("RDD.checkpoint", "after an action on what was made of it takes place", rule="checkpoint")
def _(sc, folder):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize(range(5), 2).map(str)
    rdd.map(len).collect()
    rdd.count()
    rdd.checkpoint()
    rdd.collect()
    return rdd.isCheckpointed()


@case("RDD.checkpoint", "without a folder", says="Checkpoint directory has not been set")
def _(start):
    rdd = start("local[1]").parallelize([1], 1)
    rdd.checkpoint()
    return rdd.count()


@case("RDD.checkpoint", "the lineage ends at it", rule="checkpoint")
def _(sc, folder):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize([(1, 1), (2, 2)], 2).reduceByKey(lambda a, b: a + b)
    rdd.checkpoint()
    rdd.count()
    text = rdd.toDebugString().decode()
    return "ReliableCheckpointRDD" in text, "+-(" in text, sorted(rdd.collect())


@case("RDD.checkpoint", "keeps the partitions and what lies in them", rule="checkpoint")
def _(sc, folder):
    sc.setCheckpointDir(folder)
    rdd = sc.parallelize([(i, i) for i in range(6)], 2).partitionBy(3)
    rdd.checkpoint()
    before = rdd.glom().collect()
    rdd.count()
    return before, rdd.glom().collect() == before, rdd.partitioner is not None


@case(
    ("RDD.localCheckpoint", "RDD.isLocallyCheckpointed"),
    "takes place in the first action, in the executors",
    rule="checkpoint",
)
def _(sc):
    rdd, calls = counted(sc)
    found = [rdd.isLocallyCheckpointed()]
    rdd.localCheckpoint()
    found.append(rdd.isLocallyCheckpointed())
    rdd.count()
    rdd.count()
    return [*found, rdd.isLocallyCheckpointed(), rdd.isCheckpointed(), rdd.getCheckpointFile(), calls.value]


@case("RDD.localCheckpoint", "the storage level it has then", rule="checkpoint")
def _(sc):
    plain, kept = sc.parallelize([1], 1), sc.parallelize([1], 1).persist(StorageLevel.MEMORY_ONLY)
    plain.localCheckpoint()
    kept.localCheckpoint()
    return plain.getStorageLevel(), kept.getStorageLevel()


@case("RDD.cleanShuffleDependencies", "the shuffle is done again", rule="map outputs reused")
def _(sc, launched):
    rdd = sc.parallelize([(1, 1), (2, 2)], 2).reduceByKey(lambda a, b: a + b, 3)
    found = [launched.tasks(rdd.count), launched.tasks(rdd.count)]
    rdd.cleanShuffleDependencies(True)
    return [*found, launched.tasks(rdd.count)]


@case("RDD.toDebugString", "lines of one stage begin with its number of partitions", rule="toDebugString")
def _(sc):
    text = sc.parallelize(range(4), 2).map(str).filter(bool).toDebugString()
    return type(text).__name__, [re.sub(r"\[\d+\].*", "[]", line) for line in text.decode().split("\n")]


@case("RDD.toDebugString", "a shuffle is +-(n), indented", rule="toDebugString")
def _(sc):
    text = sc.parallelize([(1, 1)], 2).reduceByKey(lambda a, b: a + b, 3).toDebugString().decode()
    return [re.match(r"^(\(\d+\)| *[+|]?[-| ]*(\(\d+\))?)", line)[0].rstrip() for line in text.split("\n")]


@case("RDD.toDebugString", "two shuffles, and a union", rule="toDebugString")
def _(sc):
    rdd = sc.parallelize([(1, 1)], 2)
    text = rdd.union(rdd.groupByKey(3)).groupByKey(4).toDebugString().decode()
    return [re.match(r"^(\(\d+\)|[ +|-]*(\(\d+\))?)", line)[0].rstrip() for line in text.split("\n")]


@case("RDD.toDebugString", "names, and what is cached", rule="toDebugString")
def _(sc):
    rdd = sc.parallelize(range(4), 2).setName("numbers").cache()
    rdd.count()
    text = rdd.toDebugString().decode()
    return "numbers" in text, "CachedPartitions: 2" in text, "Memory Serialized 1x Replicated" in text


@case("RDD.toDebugString", "without partitions", rule="toDebugString")
def _(sc):
    return sc.emptyRDD().toDebugString().decode().startswith("(0) EmptyRDD[")
