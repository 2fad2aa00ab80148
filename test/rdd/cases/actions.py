"""What runs a job and brings its result to the driver."""

import warnings
from operator import add

from table import case


@case("RDD.collect", "all elements in order")
def _(sc):
    return sc.parallelize([3, 1, 2], 2).collect(), sc.parallelize([], 2).collect()


@case("RDD.collect", "more elements than a batch holds")
def _(sc):
    found = sc.parallelize(range(5000), 3).map(lambda x: x * 2).collect()
    return len(found), found == [x * 2 for x in range(5000)]


@case("RDD.collect", "large elements")
def _(sc):
    return [len(text) for text in sc.parallelize([1, 2], 2).map(lambda x: "x" * (x * 1_500_000)).collect()]


@case("RDD.collectWithJobGroup", "all elements, and a word that it is deprecated")
def _(sc):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = sc.parallelize([1, 2, 3], 2).collectWithJobGroup("some group", "text")
    return found, "FutureWarning" in [warning.category.__name__ for warning in caught]


@case("RDD.collectWithJobGroup", "its job belongs to the group")
def _(sc):
    sc.parallelize([1], 1).collectWithJobGroup("collected group", "text", True)
    return len(sc.statusTracker().getJobIdsForGroup("collected group"))


@case("RDD.take", "the first elements, over several partitions")
def _(sc):
    rdd = sc.parallelize(range(10), 5)
    return rdd.take(1), rdd.take(5), rdd.take(99), rdd.take(0)


@case("RDD.take", "past empty partitions")
def _(sc):
    return sc.parallelize(range(100), 10).filter(lambda x: x > 90).take(3)


@case("RDD.take", "a negative number")
def _(sc):
    return sc.parallelize([1, 2], 1).take(-1)


@case("RDD.take", "does not look at elements that it does not need")
def _(sc):
    return sc.parallelize([1, 2, 0], 1).map(lambda x: 1 / x).take(2)


@case("RDD.take", "of an RDD whose function reads an endless iterator")
def _(sc):
    import itertools

    return sc.parallelize([1], 1).flatMap(lambda x: itertools.count()).take(3)


@case("RDD.first", "the first element, past empty partitions")
def _(sc):
    return sc.parallelize([2, 3, 4], 2).first(), sc.parallelize(range(8), 4).filter(lambda x: x > 5).first()


@case("RDD.first", "of an empty RDD", rule="empty reduce", says="empty")
def _(sc):
    return sc.parallelize([], 2).first()


@case("RDD.first", "of an RDD without partitions", rule="empty reduce", says="empty")
def _(sc):
    return sc.emptyRDD().first()


@case("RDD.isEmpty", "of RDDs with and without elements")
def _(sc):
    rdds = [
        sc.parallelize([], 2),
        sc.emptyRDD(),
        sc.parallelize([1], 3),
        sc.parallelize([None], 1),
        sc.parallelize([1], 1).filter(lambda x: x > 1),
    ]
    return [rdd.isEmpty() for rdd in rdds]


@case("RDD.reduce", "over partitions")
def _(sc):
    return sc.parallelize([1, 2, 3, 4, 5], 3).reduce(add), sc.parallelize([7], 4).reduce(add)


@case("RDD.reduce", "left to right within partitions, then over them")
def _(sc):
    return sc.parallelize(list("abcdef"), 3).reduce(lambda a, b: f"({a}{b})")


@case("RDD.reduce", "of an empty RDD", rule="empty reduce", says="empty")
def _(sc):
    return sc.parallelize([], 2).reduce(add)


@case("RDD.reduce", "None is an element")
def _(sc):
    return sc.parallelize([None, None], 2).reduce(lambda a, b: (a, b))


@case("RDD.fold", "zero once per partition and once at the merge", rule="fold zero")
def _(sc):
    return sc.parallelize([1, 2], 2).fold(10, add)


@case("RDD.fold", "of empty partitions gives as many zeros and one", rule="fold zero")
def _(sc):
    return sc.parallelize([], 3).fold(1, add), sc.emptyRDD().fold(1, add)


@case("RDD.fold", "order of the merge", rule="fold zero")
def _(sc):
    return sc.parallelize(list("abcd"), 2).fold("0", lambda a, b: f"({a}{b})")


@case("RDD.fold", "a zero that the function changes is a new one for each partition", rule="fold zero")
def _(sc):
    def extend(a, b):
        a.extend(b)
        return a

    return sc.parallelize([[1], [2], [3]], 3).fold([], extend)


@case("RDD.aggregate", "another type than the elements'")
def _(sc):
    return sc.parallelize([1, 2, 3, 4], 3).aggregate(
        (0, 0), lambda a, x: (a[0] + x, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])
    )


@case("RDD.aggregate", "zero once per partition and once at the merge", rule="fold zero")
def _(sc):
    return (
        sc.parallelize([1, 2], 3).aggregate(10, add, add),
        sc.parallelize([], 3).aggregate(1, add, add),
        sc.emptyRDD().aggregate(7, add, add),
    )


@case("RDD.aggregate", "order of the merge")
def _(sc):
    return sc.parallelize(list("abcd"), 2).aggregate("0", lambda a, x: f"({a}{x})", lambda a, b: f"[{a}{b}]")


@case("RDD.treeReduce", "at several depths")
def _(sc):
    rdd = sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10)
    return [rdd.treeReduce(add, depth) for depth in (1, 2, 3, 10)]


@case("RDD.treeReduce", "with empty partitions")
def _(sc):
    return sc.parallelize([1, 2], 8).treeReduce(add, 3)


@case("RDD.treeReduce", "of an empty RDD", rule="empty reduce", says="empty")
def _(sc):
    return sc.parallelize([], 2).treeReduce(add)


@case("RDD.treeReduce", "of an RDD without partitions", rule="empty reduce", says="empty")
def _(sc):
    return sc.emptyRDD().treeReduce(add)


@case("RDD.treeReduce", "a depth below 1", rule="treeAggregate scale", says="Depth cannot be smaller than 1 but got 0")
def _(sc):
    return sc.parallelize([1], 1).treeReduce(add, 0)


@case("RDD.treeAggregate", "at several depths", rule="treeAggregate scale")
def _(sc):
    rdd = sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10)
    return [rdd.treeAggregate(0, add, add, depth) for depth in (1, 2, 3, 10)]


@case("RDD.treeAggregate", "the zero enters once per partition, not at the merge", rule="treeAggregate scale")
def _(sc):
    return [sc.parallelize([1, 2], n).treeAggregate(10, add, add) for n in (1, 2, 4)], sc.emptyRDD().treeAggregate(
        5, add, add
    )


@case("RDD.treeAggregate", "which partitions are merged with which", rule="treeAggregate scale")
def _(sc):
    rdd = sc.parallelize(range(9), 9)
    return [rdd.treeAggregate("", lambda a, x: a + str(x), lambda a, b: f"({a}{b})", depth) for depth in (2, 3)]


@case(
    "RDD.treeAggregate", "a depth below 1", rule="treeAggregate scale", says="Depth cannot be smaller than 1 but got 0"
)
def _(sc):
    return sc.parallelize([1], 1).treeAggregate(0, add, add, 0)


@case("RDD.foreach", "once for each element")
def _(sc):
    seen, total = sc.accumulator(0), sc.accumulator(0)

    def see(x):
        seen.add(1)
        total.add(x)

    result = sc.parallelize(range(10), 3).foreach(see)
    return result, seen.value, total.value


@case("RDD.foreachPartition", "once for each partition, empty ones too")
def _(sc):
    calls, total = sc.accumulator(0), sc.accumulator(0)

    def see(xs):
        calls.add(1)
        total.add(sum(xs))

    result = sc.parallelize(range(3), 4).foreachPartition(see)
    return result, calls.value, total.value


@case("RDD.foreachPartition", "what the function returns is gone through, or ignored")
def _(sc):
    seen = sc.accumulator(0)

    def generator(xs):
        for x in xs:
            seen.add(1)
            yield x

    rdd = sc.parallelize(range(4), 2)
    return rdd.foreachPartition(generator), seen.value, rdd.foreachPartition(lambda xs: 5)


@case("RDD.toLocalIterator", "elements in order")
def _(sc):
    return list(sc.parallelize(range(10), 4).toLocalIterator()), list(sc.parallelize([], 2).toLocalIterator())


@case("RDD.toLocalIterator", "is an iterator, which may stop early")
def _(sc):
    found = sc.parallelize(range(10), 4).toLocalIterator()
    return next(found), next(found), iter(found) is found


@case("RDD.toLocalIterator", "with partitions fetched ahead")
def _(sc):
    return list(sc.parallelize(range(10), 4).toLocalIterator(prefetchPartitions=True))


@case("RDD.toLocalIterator", "a failure comes where its partition comes", says="division by zero")
def _(sc):
    found = sc.parallelize([1, 2, 0, 4], 4).map(lambda x: 1 / x).toLocalIterator()
    assert [next(found), next(found)] == [1.0, 0.5]
    return next(found)


@case("SparkContext.runJob", "a function over every partition")
def _(sc):
    return sc.runJob(sc.parallelize(range(6), 3), lambda xs: [x * x for x in xs])


@case("SparkContext.runJob", "over some partitions, in the order asked for")
def _(sc):
    return sc.runJob(sc.parallelize(range(6), 3), lambda xs: [x * x for x in xs], [2, 0], True), sc.runJob(
        sc.parallelize(range(6), 3), list, []
    )


@case("SparkContext.runJob", "over a partition that is not there", says="")
def _(sc):
    return sc.runJob(sc.parallelize(range(6), 3), list, [3])


@case("RDD.toDF", "rows with the given names")
def _(sc):
    from api import SparkSession

    SparkSession.builder.getOrCreate()
    return [tuple(row) for row in sc.parallelize([("a", 1), ("b", None)], 2).toDF(["k", "v"]).collect()]
