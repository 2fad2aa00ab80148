"""One element after the other: map and its kin, filter, mapPartitions, names and identity."""

import warnings
from operator import add

from table import case


@case("RDD.map", "each element, partitions and order kept")
def _(sc):
    return sc.parallelize([1, 2, 3, 4, 5], 2).map(lambda x: x * 10).glom().collect()


@case("RDD.map", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).map(lambda x: x * 10).glom().collect()


@case("RDD.map", "results of every type come back as they are")
def _(sc):
    values = [None, True, 1, 2**80, 1.5, -0.0, "text", b"bytes", (1,), [1], {1: 2}, {1, 2}, 1j]
    return sc.parallelize(range(len(values)), 3).map(lambda i: values[i]).collect()


@case("RDD.map", "a bound method and a class as functions")
def _(sc):
    return sc.parallelize(["a", "b"], 1).map("x{}y".format).collect() + sc.parallelize(["1", "2"], 1).map(int).collect()


@case("RDD.map", "a chain is one pass over the elements")
def _(sc):
    return sc.parallelize(range(6), 2).map(lambda x: x + 1).filter(lambda x: x % 2).map(str).glom().collect()


@case("RDD.map", "is lazy: a function that fails is not called")
def _(sc):
    sc.parallelize([1], 1).map(lambda x: 1 // 0)
    return "no job"


@case("RDD.map", "is computed again by each action")
def _(sc):
    calls = sc.accumulator(0)

    def counted(x):
        calls.add(1)
        return x

    rdd = sc.parallelize([1, 2, 3], 2).map(counted)
    rdd.count()
    rdd.collect()
    return calls.value


@case("RDD.map", "captured values are those of the moment of the call to an action")
def _(sc):
    factor = [2]
    rdd = sc.parallelize([1, 2], 1).map(lambda x: x * factor[0])
    factor[0] = 5
    return rdd.collect()


@case("RDD.flatMap", "zero, one or several results for an element")
def _(sc):
    return sc.parallelize([0, 1, 2, 3], 2).flatMap(lambda x: [x] * x).glom().collect()


@case("RDD.flatMap", "a text gives its characters, a dictionary its keys, a generator its elements")
def _(sc):
    results = ["ab", {"k": 1}, range(2), (7, 8)]
    return sc.parallelize(range(5), 1).flatMap(lambda i: results[i] if i < 4 else (x for x in [9])).collect()


@case("RDD.flatMap", "a result that is not iterable", says="'int' object is not iterable")
def _(sc):
    return sc.parallelize([1], 1).flatMap(lambda x: x).collect()


@case("RDD.filter", "what is true, or counts as true")
def _(sc):
    return sc.parallelize([0, 1, "", "a", None, [], [0]], 2).filter(lambda x: x).glom().collect()


@case("RDD.filter", "leaves empty partitions behind")
def _(sc):
    return sc.parallelize(range(6), 3).filter(lambda x: x > 3).glom().collect()


@case("RDD.filter", "an arbitrary object as result counts as true")
def _(sc):
    return sc.parallelize([1, 2], 1).filter(lambda x: "no").collect()


@case("RDD.mapPartitions", "called once for each partition, empty ones too")
def _(sc):
    return sc.parallelize([1, 2, 3], 4).mapPartitions(lambda xs: [sum(xs)]).glom().collect()


@case("RDD.mapPartitions", "a generator, which may stop early")
def _(sc):
    def first(xs):
        for x in xs:
            yield x
            return

    return sc.parallelize(range(10), 3).mapPartitions(first).collect()


@case("RDD.mapPartitions", "is given an iterator")
def _(sc):
    return sc.parallelize([1, 2], 1).mapPartitions(lambda xs: [hasattr(xs, "__next__"), next(xs)]).collect()


@case("RDD.mapPartitions", "may return the iterator itself")
def _(sc):
    return sc.parallelize([1, 2, 3], 2).mapPartitions(lambda xs: xs).glom().collect()


@case("RDD.mapPartitions", "a result that is not iterable", says="iterable")
def _(sc):
    return sc.parallelize([1], 1).mapPartitions(lambda xs: 5).collect()


@case("RDD.mapPartitionsWithIndex", "the number of the partition comes first")
def _(sc):
    return sc.parallelize([1, 2, 3, 4], 4).mapPartitionsWithIndex(lambda i, xs: [(i, list(xs))]).collect()


@case("RDD.mapPartitionsWithIndex", "numbers are those of the final RDD after a union")
def _(sc):
    one, two = sc.parallelize(["a"], 1), sc.parallelize(["b", "c"], 2)
    return one.union(two).mapPartitionsWithIndex(lambda i, xs: [(i, x) for x in xs]).collect()


@case("RDD.mapPartitionsWithSplit", "is mapPartitionsWithIndex, and says that it is deprecated")
def _(sc):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rdd = sc.parallelize([1, 2], 2).mapPartitionsWithSplit(lambda i, xs: [i])
    return rdd.collect(), [warning.category.__name__ for warning in caught]


@case("RDD.glom", "a list for each partition")
def _(sc):
    return sc.parallelize([1, 2, 3], 2).glom().collect()


@case("RDD.glom", "a list for each empty partition too")
def _(sc):
    return sc.parallelize([], 3).glom().collect()


@case("RDD.keyBy", "pairs of the function's result and the element")
def _(sc):
    return sc.parallelize([1, 2, 3], 2).keyBy(lambda x: x * x).collect()


@case("RDD.distinct", "each value once, placed by hash")
def _(sc):
    return sc.parallelize([3, 1, 2, 3, 1, 6], 3).distinct().glom().collect()


@case("RDD.distinct", "into another number of partitions")
def _(sc):
    return sc.parallelize([3, 1, 2, 3, 1, 6], 3).distinct(2).glom().collect()


@case("RDD.distinct", "1, 1.0 and True are one value, the first seen stays")
def _(sc):
    return sc.parallelize([1.0, 1, True, 0, False], 1).distinct().collect()


@case("RDD.distinct", "None is a value")
def _(sc):
    return sc.parallelize([None, 1, None], 2).distinct().glom().collect()


@case("RDD.distinct", "of an empty RDD keeps the number of partitions")
def _(sc):
    return sc.parallelize([], 3).distinct().glom().collect()


@case("RDD.distinct", "lists cannot be hashed", says="unhashable type: 'list'")
def _(sc):
    return sc.parallelize([[1], [1]], 1).distinct().collect()


@case("RDD.union", "partitions one after the other, doubles stay", rule="union concatenates")
def _(sc):
    rdd = sc.parallelize([1, 2, 3], 2).union(sc.parallelize([3, 4, 5], 3))
    return rdd.getNumPartitions(), rdd.glom().collect()


@case("RDD.union", "with itself")
def _(sc):
    rdd = sc.parallelize([1, 2], 2)
    return rdd.union(rdd).glom().collect()


@case("RDD.union", "of elements that came in different ways")
def _(sc):
    return (
        sc.parallelize([1], 1).union(sc.range(2, 4, numSlices=1)).union(sc.parallelize([(1, 2)], 1).values()).collect()
    )


@case("RDD.union", "is what + does")
def _(sc):
    return (sc.parallelize([1], 1) + sc.parallelize([2], 1)).glom().collect()


@case("RDD.union", "+ with something else")
def _(sc):
    return sc.parallelize([1], 1) + [2]  # noqa: RUF005


@case("SparkContext.union", "several RDDs", rule="union concatenates")
def _(sc):
    return sc.union([sc.parallelize([1, 2], 2), sc.parallelize([3], 1), sc.parallelize([], 1)]).glom().collect()


@case("SparkContext.union", "one RDD")
def _(sc):
    return sc.union([sc.parallelize([1, 2], 2)]).glom().collect()


@case("RDD.intersection", "each common value once", rule="intersection dedups", unordered=True)
def _(sc):
    left = sc.parallelize([1, 10, 2, 3, 4, 5, 3], 2)
    return left.intersection(sc.parallelize([1, 6, 2, 3, 7, 8, 3], 2)).collect()


@case("RDD.intersection", "placement and number of partitions", rule="intersection dedups")
def _(sc):
    return sc.parallelize(range(8), 2).intersection(sc.parallelize(range(3, 12), 3)).glom().collect()


@case("RDD.intersection", "with nothing in common")
def _(sc):
    return sc.parallelize([1, 2], 1).intersection(sc.parallelize([3], 1)).collect()


@case("RDD.intersection", "None is a value like others")
def _(sc):
    return sc.parallelize([None, 1], 1).intersection(sc.parallelize([None, 2], 1)).collect()


@case("RDD.subtract", "what the other does not hold, doubles stay")
def _(sc):
    return sc.parallelize([1, 1, 2, 3], 2).subtract(sc.parallelize([3, 4], 1)).glom().collect()


@case("RDD.subtract", "into another number of partitions")
def _(sc):
    return sc.parallelize(range(6), 2).subtract(sc.parallelize([2, 3], 2), 3).glom().collect()


@case("RDD.cartesian", "every pair; partitions are pairs of partitions, the left one slower")
def _(sc):
    rdd = sc.parallelize([1, 2, 3], 2).cartesian(sc.parallelize(["a", "b"], 2))
    return rdd.getNumPartitions(), rdd.glom().collect()


@case("RDD.cartesian", "with itself")
def _(sc):
    rdd = sc.parallelize([1, 2], 1)
    return rdd.cartesian(rdd).collect()


@case("RDD.cartesian", "with an empty RDD")
def _(sc):
    return sc.parallelize([1, 2], 2).cartesian(sc.parallelize([], 1)).glom().collect()


@case("RDD.cartesian", "of several elements in a partition")
def _(sc):
    return sc.parallelize(range(4), 1).cartesian(sc.parallelize(["x", "y", "z"], 1)).collect()


@case("RDD.cartesian", "twice")
def _(sc):
    bit = sc.parallelize([0, 1], 1)
    return bit.cartesian(bit).cartesian(bit).collect()


@case("RDD.groupBy", "elements by the function's result", unordered=True)
def _(sc):
    groups = sc.parallelize([1, 1, 2, 3, 5, 8], 2).groupBy(lambda x: x % 2)
    return [(k, sorted(v)) for k, v in groups.collect()]


@case("RDD.groupBy", "number of partitions and a placement of its own")
def _(sc):
    groups = sc.parallelize(range(6), 2).groupBy(lambda x: x % 3, 2, lambda k: k + 1)
    return groups.mapValues(list).glom().collect()


@case("RDD.zip", "pairs by position")
def _(sc):
    return sc.parallelize(range(5), 2).zip(sc.parallelize(range(1000, 1005), 2)).glom().collect()


@case(
    "RDD.zip", "different numbers of partitions fail without a job", rule="zip checks", says="same number of partitions"
)
def _(sc):
    return sc.parallelize(range(4), 2).zip(sc.parallelize(range(4), 3)).getNumPartitions()


@case("RDD.zip", "different numbers of elements do not fail before an action", rule="zip checks")
def _(sc):
    return sc.parallelize(range(4), 2).zip(sc.parallelize(range(5), 2)).getNumPartitions()


@case("RDD.zip", "different numbers of elements fail in a job", rule="zip checks", says="different number of items")
def _(sc):
    return sc.parallelize(range(4), 1).zip(sc.parallelize(range(5), 1).map(str)).collect()


@case("RDD.zip", "with what was made of it")
def _(sc):
    rdd = sc.parallelize(range(6), 2)
    return rdd.zip(rdd.map(lambda x: x * x)).collect()


@case("RDD.zip", "of texts and numbers that came in different ways")
def _(sc, folder):
    sc.parallelize(["a", "b", "c"], 1).saveAsTextFile(f"{folder}/t")
    return sc.textFile(f"{folder}/t", 1).zip(sc.parallelize([1, 2, 3], 1)).collect()


@case("RDD.zip", "of empty partitions")
def _(sc):
    return sc.parallelize([], 2).zip(sc.parallelize([], 2)).glom().collect()


@case("RDD.zipWithIndex", "positions count on through the partitions")
def _(sc):
    return sc.parallelize(["a", "b", "c", "d"], 3).zipWithIndex().glom().collect()


@case("RDD.zipWithIndex", "one partition")
def _(sc):
    return sc.parallelize(["a", "b"], 1).zipWithIndex().collect()


@case("RDD.zipWithIndex", "empty partitions are passed over")
def _(sc):
    return sc.parallelize(range(8), 4).filter(lambda x: x < 2 or x > 5).zipWithIndex().glom().collect()


@case("RDD.zipWithIndex", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).zipWithIndex().collect()


@case("RDD.zipWithUniqueId", "number in its partition times the number of partitions, plus the partition's number")
def _(sc):
    return sc.parallelize(["a", "b", "c", "d", "e"], 3).zipWithUniqueId().glom().collect()


@case("RDD.zipWithUniqueId", "gaps where partitions differ in size")
def _(sc):
    return sc.parallelize(range(8), 4).filter(lambda x: x < 3 or x == 7).zipWithUniqueId().collect()


@case(("RDD.setName", "RDD.name"), "a name, and none at first")
def _(sc):
    rdd = sc.parallelize([1], 1)
    return rdd.name(), rdd.setName("numbers").name(), rdd.setName("numbers") is rdd


@case("RDD.name", "what is made of a named RDD has no name")
def _(sc):
    return sc.parallelize([1], 1).setName("numbers").map(add).name()


@case("RDD.id", "whole numbers, one for each RDD, the same at every call")
def _(sc):
    one, two = sc.parallelize([1], 1), sc.parallelize([1], 1)
    return type(one.id()).__name__, one.id() == one.id(), one.id() < two.id()


@case("RDD.context", "is the context that made it")
def _(sc):
    return sc.parallelize([1], 1).map(add).context is sc
