"""Where elements lie: slices, coalesce, repartition."""

from operator import add

from table import case


@case("SparkContext.parallelize", "slices as even as they can be", rule="slices")
def _(sc):
    return [
        [len(part) for part in sc.parallelize(range(n), k).glom().collect()]
        for n, k in ((10, 3), (7, 4), (3, 5), (0, 2))
    ]


@case("SparkContext.parallelize", "a list is sliced like a range", rule="slices")
def _(sc):
    return sc.parallelize(list(range(10)), 3).glom().collect()


@case("SparkContext.parallelize", "lists of several lengths in several slices", rule="slices")
def _(sc):
    sizes = ((10, 4), (11, 4), (7, 3), (5, 2), (1, 3), (100, 7))
    return [[len(part) for part in sc.parallelize(["x"] * n, k).glom().collect()] for n, k in sizes]


@case("SparkContext.parallelize", "more slices than elements")
def _(sc):
    return sc.parallelize(["a", "b"], 5).glom().collect()


@case("SparkContext.parallelize", "the default number of slices")
def _(sc):
    return sc.parallelize([1, 2, 3]).getNumPartitions(), sc.defaultParallelism


@case("SparkContext.parallelize", "a tuple, a set of one, a dictionary, a generator, an iterator")
def _(sc):
    sources = [(1, 2), {7}, {"k": 1, "l": 2}, (x * x for x in range(3)), iter([5, 6])]
    return [sc.parallelize(source, 1).collect() for source in sources]


@case("SparkContext.parallelize", "a text is its characters")
def _(sc):
    return sc.parallelize("abc", 2).glom().collect()


@case("SparkContext.parallelize", "ranges with steps, also downwards")
def _(sc):
    ranges = [range(0, 10, 3), range(10, 0, -3), range(5, 5), range(3, 4), range(-2, 3)]
    return [sc.parallelize(one, 2).glom().collect() for one in ranges]


@case("SparkContext.parallelize", "no slices", says="")
def _(sc):
    return sc.parallelize([1], 0).collect()


@case("SparkContext.parallelize", "a negative number of slices", says="")
def _(sc):
    return sc.parallelize([1], -1).collect()


@case("SparkContext.parallelize", "something that cannot be gone through", says="not iterable")
def _(sc):
    return sc.parallelize(5, 1).collect()


@case("SparkContext.parallelize", "a change of the list afterwards does not show")
def _(sc):
    values = [1, 2]
    rdd = sc.parallelize(values, 1)
    values.append(3)
    return rdd.collect()


@case("SparkContext.parallelize", "elements that cannot be pickled", says="pickle")
def _(sc):
    return sc.parallelize([(x for x in [1])], 1).collect()


@case("SparkContext.range", "one, two and three bounds")
def _(sc):
    return [sc.range(5).collect(), sc.range(2, 4).collect(), sc.range(1, 9, 3).collect(), sc.range(9, 0, -4).collect()]


@case("SparkContext.range", "number of slices")
def _(sc):
    return sc.range(0, 7, numSlices=3).glom().collect(), sc.range(5).getNumPartitions()


@case("SparkContext.range", "nothing")
def _(sc):
    return sc.range(0).collect(), sc.range(5, 5, numSlices=2).glom().collect()


@case("SparkContext.range", "a step of zero")
def _(sc):
    return sc.range(0, 5, 0).collect()


@case("SparkContext.range", "numbers beyond 64 bits")
def _(sc):
    return sc.range(2**64, 2**64 + 3, numSlices=2).collect()


@case("SparkContext.emptyRDD", "has no partition and no element")
def _(sc):
    rdd = sc.emptyRDD()
    return rdd.getNumPartitions(), rdd.collect(), rdd.isEmpty(), rdd.count()


@case("SparkContext.emptyRDD", "steps on it")
def _(sc):
    rdd = sc.emptyRDD()
    return rdd.map(str).collect(), rdd.union(sc.parallelize([1], 1)).collect(), rdd.glom().collect(), rdd.take(3)


@case("RDD.getNumPartitions", "of each kind of RDD")
def _(sc):
    rdd = sc.parallelize(range(4), 3)
    return [
        one.getNumPartitions()
        for one in (rdd, rdd.map(str), rdd.union(rdd), rdd.cartesian(rdd), rdd.coalesce(2), rdd.distinct())
    ]


@case("RDD.coalesce", "to fewer: neighbours together", rule="coalesce")
def _(sc):
    rdd = sc.parallelize(range(10), 5)
    return [rdd.coalesce(n).glom().collect() for n in (1, 2, 3, 4, 5)]


@case("RDD.coalesce", "never to more without a shuffle", rule="coalesce")
def _(sc):
    return sc.parallelize(range(4), 2).coalesce(5).glom().collect()


@case("RDD.coalesce", "of partitions of one element", rule="coalesce")
def _(sc):
    rdd = sc.parallelize(range(7), 7)
    return [rdd.coalesce(n).glom().collect() for n in (2, 3, 4, 6)]


@case("RDD.coalesce", "after a shuffle")
def _(sc):
    return sc.parallelize([(i, i) for i in range(8)], 2).partitionBy(4).coalesce(2).glom().collect()


@case("RDD.coalesce", "to nothing", says="Number of partitions must be positive")
def _(sc):
    return sc.parallelize([1], 1).coalesce(0).getNumPartitions()


@case("RDD.coalesce", "with a shuffle may have more", unordered=True)
def _(sc):
    rdd = sc.parallelize(range(40), 2).coalesce(4, shuffle=True)
    return [rdd.getNumPartitions(), *sorted(rdd.collect())]


@case("RDD.coalesce", "of a coalesced RDD")
def _(sc):
    return sc.parallelize(range(8), 8).coalesce(4).coalesce(2).glom().collect()


@case("RDD.coalesce", "functions before it see the partitions of before, those after it the new ones")
def _(sc):
    rdd = sc.parallelize(range(4), 4).mapPartitionsWithIndex(lambda i, xs: [i]).coalesce(2)
    return rdd.mapPartitionsWithIndex(lambda i, xs: [(i, x) for x in xs]).collect()


@case("RDD.repartition", "elements travel in groups of ten", rule="repartition batches")
def _(sc):
    return [len(part) for part in sc.parallelize(range(20), 2).repartition(3).glom().collect()]


@case("RDD.repartition", "sizes for several numbers", rule="repartition batches")
def _(sc):
    sizes = []
    for n, k, into in ((100, 2, 4), (100, 4, 2), (45, 2, 3), (9, 3, 2), (64, 1, 8)):
        sizes.append([len(part) for part in sc.parallelize(range(n), k).repartition(into).glom().collect()])
    return sizes


@case("RDD.repartition", "which elements where", rule="repartition batches")
def _(sc):
    return sc.parallelize(range(60), 3).repartition(4).glom().collect()


@case("RDD.repartition", "after a map elements travel in groups of ten too", rule="repartition batches")
def _(sc):
    return sc.parallelize(range(30), 1).map(lambda x: x).repartition(2).glom().collect()


@case("RDD.repartition", "loses nothing", unordered=True)
def _(sc):
    return sc.parallelize(range(23), 3).repartition(5).collect()


@case("RDD.repartition", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).repartition(3).glom().collect()


@case("RDD.repartition", "to nothing", says="Number of partitions must be positive")
def _(sc):
    return sc.parallelize([1], 1).repartition(0).getNumPartitions()


@case("RDD.repartitionAndSortWithinPartitions", "placed by hash and sorted in each partition")
def _(sc):
    rdd = sc.parallelize([(0, 5), (3, 8), (2, 6), (0, 8), (3, 8), (1, 3)], 3)
    return rdd.repartitionAndSortWithinPartitions(2).glom().collect()


@case("RDD.repartitionAndSortWithinPartitions", "placement, direction and key function")
def _(sc):
    rdd = sc.parallelize([(i, str(i)) for i in (4, -7, 2, 9, -1, 6)], 2)
    return rdd.repartitionAndSortWithinPartitions(2, lambda k: abs(k) % 2, False, abs).glom().collect()


@case("RDD.repartitionAndSortWithinPartitions", "pairs of one key keep their order")
def _(sc):
    rdd = sc.parallelize([(1, c) for c in "dbca"], 2)
    return rdd.repartitionAndSortWithinPartitions(1).collect()


@case("RDD.repartitionAndSortWithinPartitions", "the number of partitions stays unless given")
def _(sc):
    return sc.parallelize([(1, 1)], 4).repartitionAndSortWithinPartitions().getNumPartitions()


@case(
    "RDD.reduceByKey",
    "spark.default.parallelism is the number of partitions",
    rule="default partitions",
    conf={"spark.default.parallelism": "3"},
)
def _(sc):
    rdd = sc.parallelize([(1, 1)], 5)
    shuffled = [
        rdd.reduceByKey(add),
        rdd.groupByKey(),
        rdd.distinct(),
        rdd.sortByKey(),
        rdd.cogroup(rdd),
        rdd.partitionBy(None),
    ]
    return sc.defaultParallelism, sc.parallelize([1]).getNumPartitions(), [one.getNumPartitions() for one in shuffled]


@case("RDD.reduceByKey", "without it the parent's number", rule="default partitions")
def _(sc):
    rdd = sc.parallelize([(1, 1)], 5)
    shuffled = [
        rdd.reduceByKey(add),
        rdd.groupByKey(),
        rdd.distinct(),
        rdd.sortByKey(),
        rdd.cogroup(rdd),
        rdd.partitionBy(None),
    ]
    return [one.getNumPartitions() for one in shuffled]
