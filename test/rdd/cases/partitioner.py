"""What keeps a partitioner and what drops it, and what it saves: `lookup` reads one partition, a shuffle falls away."""

from operator import add

from api import Partitioner, portable_hash
from table import case


def placed(sc, partitions=3):
    return sc.parallelize([(i % 5, i) for i in range(10)], 2).partitionBy(partitions)


def keeps(rdd):
    """Whether Spark knows the placement: then `lookup` looks at one partition."""
    return rdd.partitioner is not None


@case("RDD.partitionBy", "placement by hash, order within a partition kept")
def _(sc):
    return placed(sc).glom().collect()


@case("RDD.partitionBy", "a placement of its own, taken modulo")
def _(sc):
    return sc.parallelize([(i, i) for i in range(6)], 2).partitionBy(3, lambda k: k + 4).glom().collect()


@case("RDD.partitionBy", "a negative placement counts from the end")
def _(sc):
    return sc.parallelize([(i, i) for i in range(6)], 2).partitionBy(3, lambda k: -k).glom().collect()


@case("RDD.partitionBy", "a placement that is no number", says="not all arguments converted")
def _(sc):
    return sc.parallelize([(1, 1)], 1).partitionBy(2, lambda k: "1").glom().collect()


@case("RDD.partitionBy", "None as the number of partitions")
def _(sc):
    return sc.parallelize([(i, i) for i in range(6)], 4).partitionBy(None).getNumPartitions()


@case("RDD.partitionBy", "pairs that are lists become tuples")
def _(sc):
    return sc.parallelize([[1, 2], (3, 4)], 1).partitionBy(2).glom().collect()


@case("RDD.partitionBy", "elements of three parts", says="too many values to unpack")
def _(sc):
    return sc.parallelize([(1, 2, 3)], 1).partitionBy(2).collect()


@case("RDD.partitionBy", "by the same partitioner gives the RDD itself", rule="partitionBy no-op")
def _(sc):
    rdd = placed(sc)
    return rdd.partitionBy(3) is rdd, rdd.partitionBy(4) is rdd, rdd.partitionBy(3, lambda k: k) is rdd


@case("RDD.partitionBy", "reduceByKey after it has no further shuffle", rule="partitionBy no-op")
def _(sc, launched):
    rdd = placed(sc)
    rdd.count()
    return launched.tasks(lambda: rdd.reduceByKey(add, 3).collect()), rdd.reduceByKey(add, 3).glom().collect()


@case("RDD.partitionBy", "reduceByKey into another number has", rule="partitionBy no-op")
def _(sc, launched):
    rdd = placed(sc)
    rdd.count()
    return launched.tasks(lambda: rdd.reduceByKey(add, 2).collect())


@case("RDD.partitionBy", "reduceByKey by another function has", rule="partitionBy no-op")
def _(sc, launched):
    rdd = placed(sc)
    rdd.count()
    return launched.tasks(lambda: rdd.reduceByKey(add, 3, lambda k: k).collect())


@case(
    "RDD.partitionBy",
    "groupByKey, combineByKey, aggregateByKey, foldByKey after it have none",
    rule="partitionBy no-op",
)
def _(sc, launched):
    rdd = placed(sc)
    rdd.count()
    made = [
        rdd.groupByKey(3),
        rdd.combineByKey(lambda v: v, add, add, 3),
        rdd.aggregateByKey(0, add, add, 3),
        rdd.foldByKey(0, add, 3),
    ]
    return [launched.tasks(one.count) for one in made]


@case("RDD.partitionBy", "join of two placed alike has none", rule="partitionBy no-op")
def _(sc, launched):
    one, two = placed(sc), placed(sc)
    one.count(), two.count()
    return launched.tasks(one.join(two, 3).count)


@case("RDD.mapValues", "keeps the partitioner", rule="keeps the partitioner")
def _(sc):
    rdd = placed(sc)
    return keeps(rdd.mapValues(str)), keeps(rdd.flatMapValues(lambda v: [v, v]))


@case("RDD.map", "drops the partitioner, unless told to keep it", rule="keeps the partitioner")
def _(sc):
    rdd = placed(sc)
    return keeps(rdd.map(lambda kv: kv)), keeps(rdd.map(lambda kv: kv, preservesPartitioning=True))


@case("RDD.flatMap", "drops the partitioner, unless told to keep it", rule="keeps the partitioner")
def _(sc):
    rdd = placed(sc)
    return keeps(rdd.flatMap(lambda kv: [kv])), keeps(rdd.flatMap(lambda kv: [kv], True))


@case(
    ("RDD.mapPartitions", "RDD.mapPartitionsWithIndex"),
    "drop the partitioner, unless told to keep it",
    rule="keeps the partitioner",
)
def _(sc):
    rdd = placed(sc)
    return [
        keeps(rdd.mapPartitions(lambda xs: xs)),
        keeps(rdd.mapPartitions(lambda xs: xs, True)),
        keeps(rdd.mapPartitionsWithIndex(lambda i, xs: xs)),
        keeps(rdd.mapPartitionsWithIndex(lambda i, xs: xs, preservesPartitioning=True)),
    ]


@case("RDD.filter", "keeps the partitioner", rule="keeps the partitioner")
def _(sc):
    rdd = placed(sc)
    return (
        keeps(rdd.filter(bool)),
        keeps(rdd.sample(False, 0.5, 1)),
        [keeps(part) for part in rdd.randomSplit([1, 1], 1)],
    )


@case("RDD.map", "kept only if every step keeps it", rule="keeps the partitioner")
def _(sc):
    return keeps(placed(sc).map(lambda kv: kv).mapValues(str)), keeps(placed(sc).mapValues(str).filter(bool))


@case("RDD.keys", "what drops the partitioner besides", rule="keeps the partitioner")
def _(sc):
    rdd = placed(sc)
    dropping = [
        rdd.keys(),
        rdd.values(),
        rdd.glom(),
        rdd.keyBy(len),
        rdd.zipWithIndex(),
        rdd.distinct(),
        rdd.coalesce(2),
    ]
    return [keeps(one) for one in dropping]


@case("RDD.union", "keeps the partitioner only if both have it and the number stays", rule="union partitioner")
def _(sc):
    one, two, other = placed(sc), placed(sc), placed(sc, 4)
    plain = sc.parallelize([(1, 1)], 3)
    return [(keeps(one.union(with_)), one.union(with_).getNumPartitions()) for with_ in (two, other, plain, one)]


@case("RDD.union", "of RDDs placed alike joins their partitions", rule="union partitioner")
def _(sc):
    return placed(sc).union(placed(sc).mapValues(lambda v: -v)).glom().collect()


@case("RDD.reduceByKey", "what a shuffle by key makes has a partitioner", rule="keeps the partitioner")
def _(sc):
    rdd = sc.parallelize([(1, 1)], 2)
    made = [
        rdd.reduceByKey(add),
        rdd.groupByKey(),
        rdd.sortByKey(),
        rdd.join(rdd),
        rdd.cogroup(rdd),
        rdd.subtractByKey(rdd),
    ]
    return [keeps(one) for one in made]


@case("RDD.reduceByKey", "a second one by the same keys has no shuffle", rule="partitionBy no-op")
def _(sc, launched):
    once = sc.parallelize([(i % 3, 1) for i in range(9)], 2).reduceByKey(add)
    once.count()
    return launched.tasks(lambda: once.mapValues(str).reduceByKey(add).collect())


@case("Partitioner", "equal if numbers and functions are", rule="partitionBy no-op")
def _():
    def ten(_):
        return 10

    one = Partitioner(3, portable_hash)
    return [
        one == other for other in (Partitioner(3, portable_hash), Partitioner(4, portable_hash), Partitioner(3, ten), 3)
    ]


@case("Partitioner", "places a key")
def _():
    place = Partitioner(3, portable_hash)
    return [place(key) for key in (0, 4, -1, None, (), (1, 2), 2.0, True)]


@case("portable_hash", "numbers, None and tuples")
def _():
    return [
        portable_hash(x)
        for x in (0, 1, -1, True, 1.5, 2**61 - 1, 2**80, None, (), (None,), (0,), (1, 2), (1, (2, None)))
    ]


@case("portable_hash", "equal keys have equal hashes")
def _():
    return [portable_hash(a) == portable_hash(b) for a, b in ((1, 1.0), (1, True), ((1,), (1.0,)), (0.0, -0.0), (1, 2))]


@case("portable_hash", "a list has none")
def _():
    return portable_hash([1])


@case("portable_hash", "a list within a tuple has none")
def _():
    return portable_hash((1, [2]))


@case("portable_hash", "needs PYTHONHASHSEED in the driver too", rule="portable_hash seed", says="")
def _(sc):
    import os

    seed = os.environ.pop("PYTHONHASHSEED")
    try:
        return placed(sc).lookup(1)
    finally:
        os.environ["PYTHONHASHSEED"] = seed


@case("portable_hash", "places texts, bytes and tuples of them in tasks as in the driver", rule="portable_hash seed")
def _(sc):
    keys = ["a", "b", "", "é😀", b"a", ("a", 1), (None, "b"), frozenset([1])]
    parts = sc.parallelize([(key, 0) for key in keys], 2).partitionBy(5).glom().collect()
    return [portable_hash(key) % 5 == i for i, part in enumerate(parts) for key, _ in part]
