"""Order: sortBy, sortByKey, top, takeOrdered."""

from table import case


def shuffled(n):
    """The numbers below n in an order of their own."""
    return [(i * 7919 + 13) % n for i in range(n)]


@case("RDD.sortByKey", "ascending over several partitions", rule="sortByKey bounds")
def _(sc):
    return sc.parallelize([(k, -k) for k in shuffled(23)], 3).sortByKey().glom().collect()


@case("RDD.sortByKey", "descending", rule="sortByKey bounds")
def _(sc):
    return sc.parallelize([(k, k) for k in shuffled(23)], 3).sortByKey(False).keys().glom().collect()


@case("RDD.sortByKey", "number of partitions", rule="sortByKey bounds")
def _(sc):
    rdd = sc.parallelize([(k, k) for k in shuffled(23)], 3)
    return [rdd.sortByKey(True, n).keys().glom().collect() for n in (1, 2, 5)]


@case("RDD.sortByKey", "more elements than the sample takes", rule="sortByKey bounds")
def _(sc):
    return [len(part) for part in sc.parallelize([(k, k) for k in shuffled(997)], 4).sortByKey().glom().collect()]


@case("RDD.sortByKey", "more elements than the sample takes, descending into another number", rule="sortByKey bounds")
def _(sc):
    rdd = sc.parallelize([(k, k) for k in shuffled(997)], 2).sortByKey(False, 6)
    return [(part[0][0], part[-1][0]) for part in rdd.glom().collect()]


@case("RDD.sortByKey", "pairs of one key keep their order, ascending and descending", rule="sortByKey stable")
def _(sc):
    rdd = sc.parallelize([(i % 3, i) for i in range(12)], 3)
    return rdd.sortByKey(True, 2).glom().collect(), rdd.sortByKey(False, 2).glom().collect()


@case("RDD.sortByKey", "one key only: all in one partition", rule="sortByKey stable")
def _(sc):
    return sc.parallelize([(5, i) for i in range(6)], 3).sortByKey().glom().collect()


@case("RDD.sortByKey", "a key function", rule="sortByKey bounds")
def _(sc):
    return (
        sc.parallelize([("b", 1), ("A", 2), ("C", 3), ("a", 4)], 2)
        .sortByKey(True, 2, lambda k: k.lower())
        .glom()
        .collect()
    )


@case("RDD.sortByKey", "of an empty RDD is the RDD itself", rule="sortByKey empty")
def _(sc):
    rdd = sc.parallelize([], 3)
    return (
        rdd.sortByKey().getNumPartitions(),
        rdd.sortByKey().collect(),
        rdd.sortByKey() is rdd,
        rdd.sortByKey(True, 5).getNumPartitions(),
    )


@case("RDD.sortByKey", "of an empty RDD into one partition", rule="sortByKey empty")
def _(sc):
    return sc.parallelize([], 3).sortByKey(True, 1).glom().collect()


@case("RDD.sortByKey", "fewer keys than partitions", rule="sortByKey bounds")
def _(sc):
    return sc.parallelize([(2, "b"), (1, "a")], 2).sortByKey(True, 5).glom().collect()


@case("RDD.sortByKey", "keys of every kind that can be compared")
def _(sc):
    keys = [(2, "x"), (1, "y"), (1, "x"), (10, "")]
    return sc.parallelize([(k, 0) for k in keys], 2).sortByKey().keys().collect()


@case("RDD.sortByKey", "whole numbers, doubles and booleans together")
def _(sc):
    return (
        sc.parallelize([(k, 0) for k in (2, 0.5, True, -1, 1.5, False, -float("inf"))], 2).sortByKey().keys().collect()
    )


@case("RDD.sortByKey", "texts by code point")
def _(sc):
    words = ["b", "a", "B", "é", "z", "\uffee", "😀", ""]
    return sc.parallelize([(w, 0) for w in words], 2).sortByKey().keys().collect()


@case("RDD.sortByKey", "keys that cannot be compared", says="not supported between instances")
def _(sc):
    return sc.parallelize([(1, 0), ("a", 0)], 2).sortByKey().collect()


@case("RDD.sortByKey", "None as a key", says="not supported between instances")
def _(sc):
    return sc.parallelize([(1, 0), (None, 0)], 2).sortByKey().collect()


@case("RDD.sortByKey", "keys that cannot be compared, in one partition", says="not supported between instances")
def _(sc):
    return sc.parallelize([(1, 0), ("a", 0)], 2).sortByKey(True, 1).collect()


@case("RDD.sortBy", "by a function's result")
def _(sc):
    return sc.parallelize([("a", 3), ("b", 1), ("c", 2)], 2).sortBy(lambda kv: kv[1]).collect()


@case("RDD.sortBy", "descending into a number of partitions")
def _(sc):
    return sc.parallelize(shuffled(11), 3).sortBy(lambda x: x, False, 2).glom().collect()


@case("RDD.sortBy", "elements of one key keep their order", rule="sortByKey stable")
def _(sc):
    words = ["bb", "a", "cc", "d", "ee", "f"]
    return sc.parallelize(words, 3).sortBy(len, True, 2).glom().collect(), sc.parallelize(words, 3).sortBy(
        len, False
    ).collect()


@case("RDD.sortBy", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).sortBy(lambda x: x).glom().collect()


@case("RDD.sortBy", "one partition stays one")
def _(sc):
    return sc.parallelize([3, 1, 2], 1).sortBy(lambda x: x).glom().collect()


@case("RDD.sortBy", "a key function that fails", says="division by zero")
def _(sc):
    return sc.parallelize([1, 0], 1).sortBy(lambda x: 1 / x).collect()


@case("RDD.top", "the largest, in descending order", rule="takeOrdered and top")
def _(sc):
    rdd = sc.parallelize([10, 4, 2, 12, 3], 3)
    return rdd.top(1), rdd.top(3), rdd.top(99), rdd.top(0)


@case("RDD.top", "by a key", rule="takeOrdered and top")
def _(sc):
    return sc.parallelize([10, 4, 2, 12, 3], 2).top(3, key=str), sc.parallelize(["a", "ccc", "bb"], 2).top(2, len)


@case("RDD.top", "equal by the key: the first found come first", rule="takeOrdered and top")
def _(sc):
    return sc.parallelize([(1, "a"), (2, "b"), (1, "c"), (2, "d"), (2, "e")], 3).top(4, key=lambda kv: kv[0])


@case("RDD.top", "a negative number", rule="takeOrdered and top")
def _(sc):
    return sc.parallelize([1, 2], 2).top(-1)


@case("RDD.top", "of empty partitions, and without partitions", says="empty")
def _(sc):
    assert sc.parallelize([], 2).top(3) == []
    return sc.emptyRDD().top(3)


@case("RDD.takeOrdered", "the smallest, in ascending order", rule="takeOrdered and top")
def _(sc):
    rdd = sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2)
    return rdd.takeOrdered(6), rdd.takeOrdered(99), rdd.takeOrdered(0)


@case("RDD.takeOrdered", "by a key", rule="takeOrdered and top")
def _(sc):
    return sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2).takeOrdered(6, key=lambda x: -x)


@case("RDD.takeOrdered", "equal by the key: the first found come first", rule="takeOrdered and top")
def _(sc):
    return sc.parallelize([(1, "a"), (2, "b"), (1, "c"), (2, "d"), (1, "e")], 3).takeOrdered(4, key=lambda kv: kv[0])


@case("RDD.takeOrdered", "a negative number", rule="takeOrdered and top", says="cannot be negative")
def _(sc):
    return sc.parallelize([1, 2], 2).takeOrdered(-1)


@case("RDD.takeOrdered", "of empty partitions, and without partitions")
def _(sc):
    return sc.parallelize([], 2).takeOrdered(3), sc.emptyRDD().takeOrdered(3)


@case("RDD.takeOrdered", "what cannot be compared", says="not supported between instances")
def _(sc):
    return sc.parallelize([1, "a"], 1).takeOrdered(2)
