"""Pairs: reduceByKey and its kin, values of pairs, what goes to the driver as a dictionary."""

from operator import add

from table import case


def pairs(sc, partitions=2):
    return sc.parallelize([(1, 10), (2, 20), (1, 11), (3, 30), (2, 21), (1, 12)], partitions)


@case("RDD.reduceByKey", "values of a key merged, placed by hash")
def _(sc):
    return pairs(sc).reduceByKey(add).glom().collect()


@case("RDD.reduceByKey", "into another number of partitions")
def _(sc):
    return pairs(sc, 3).reduceByKey(add, 2).glom().collect()


@case("RDD.reduceByKey", "into more partitions than keys")
def _(sc):
    return pairs(sc).reduceByKey(add, 5).glom().collect()


@case("RDD.reduceByKey", "with a placement of its own")
def _(sc):
    return pairs(sc).reduceByKey(add, 2, lambda key: key // 2).glom().collect()


@case("RDD.reduceByKey", "a key with one value is not given to the function")
def _(sc):
    return sc.parallelize([("a", 1)], 1).reduceByKey(lambda a, b: 1 // 0).collect()


@case("RDD.reduceByKey", "left to right, partition by partition, for a function that does not commute")
def _(sc):
    return sc.parallelize([(1, c) for c in "abcdef"], 3).reduceByKey(lambda a, b: f"({a}{b})").collect()


@case("RDD.reduceByKey", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).reduceByKey(add).glom().collect()


@case("RDD.reduceByKey", "None as a key lies in partition 0")
def _(sc):
    return sc.parallelize([(None, 1), (1, 2), (None, 3)], 2).reduceByKey(add, 3).glom().collect()


@case("RDD.reduceByKey", "1, 1.0 and True are one key, the first seen stays")
def _(sc):
    return sc.parallelize([(True, 1), (1, 2), (1.0, 4), (0, 8), (False, 16)], 1).reduceByKey(add).collect()


@case("RDD.reduceByKey", "1, 1.0 and True are one key across partitions too")
def _(sc):
    return sc.parallelize([(1.0, 1), (1, 2), (True, 4)], 3).reduceByKey(add, 2).glom().collect()


@case("RDD.reduceByKey", "tuples as keys")
def _(sc):
    keys = [(1, 2), (2, 1), (1, 2), (), (None,), (1, (2, 3))]
    return sc.parallelize([(key, 1) for key in keys], 2).reduceByKey(add, 3).glom().collect()


@case("RDD.reduceByKey", "NaN from different objects are different keys", unordered=True)
def _(sc):
    nan = float("nan")
    return sc.parallelize([(nan, 1), (float("nan"), 2), (0.0, 4), (-0.0, 8)], 1).reduceByKey(add).values().collect()


@case("RDD.reduceByKey", "lists as keys", says="unhashable type: 'list'")
def _(sc):
    return sc.parallelize([([1], 1)], 1).reduceByKey(add).collect()


@case("RDD.reduceByKey", "elements that are not pairs", says="")
def _(sc):
    return sc.parallelize([1, 2], 1).reduceByKey(add).collect()


@case("RDD.reduceByKey", "elements of three parts", says="too many values to unpack")
def _(sc):
    return sc.parallelize([(1, 2, 3)], 1).reduceByKey(add).collect()


@case("RDD.reduceByKey", "lists of two count as pairs")
def _(sc):
    return sc.parallelize([[1, 2], [1, 3]], 2).reduceByKey(add, 1).collect()


@case("RDD.combineByKey", "what each of the three functions is given")
def _(sc):
    rdd = sc.parallelize([(1, "a"), (1, "b"), (1, "c"), (2, "d")], 2)
    return rdd.combineByKey(lambda v: f"<{v}>", lambda c, v: f"{c}+{v}", lambda c, d: f"{c}|{d}", 2).glom().collect()


@case("RDD.combineByKey", "combines before the shuffle, always", rule="combineByKey map side")
def _(sc):
    rdd = sc.parallelize([(1, 1)] * 6, 2)
    return rdd.combineByKey(lambda v: [v], lambda c, v: [*c, v], lambda c, d: [c, d], 1).collect()


@case("RDD.combineByKey", "map-side combining is skipped by no setting of numPartitions", rule="combineByKey map side")
def _(sc):
    merged = sc.accumulator(0)

    def merge_value(a, b):
        merged.add(1)
        return a + b

    sc.parallelize([(i % 2, i) for i in range(12)], 3).combineByKey(lambda v: v, merge_value, add).collect()
    return merged.value


@case("RDD.combineByKey", "a placement of its own")
def _(sc):
    return pairs(sc).combineByKey(str, lambda c, v: c + str(v), add, 3, lambda k: -k).glom().collect()


@case("RDD.aggregateByKey", "another type than the values'")
def _(sc):
    return (
        pairs(sc)
        .aggregateByKey((0, 0), lambda a, v: (a[0] + v, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]))
        .collect()
    )


@case("RDD.aggregateByKey", "the zero is copied deeply for each key", rule="zero copied")
def _(sc):
    def append(found, value):
        found[0].append(value)
        return found

    rdd = sc.parallelize([(1, "a"), (2, "b"), (1, "c")], 1)
    return rdd.aggregateByKey([[]], append, lambda a, b: [a[0] + b[0]]).collect()


@case("RDD.aggregateByKey", "the zero enters once per key and partition", rule="zero copied")
def _(sc):
    return sc.parallelize([(1, 1), (1, 1), (1, 1), (2, 1)], 2).aggregateByKey(10, add, add, 1).collect()


@case("RDD.aggregateByKey", "number of partitions and placement")
def _(sc):
    return pairs(sc).aggregateByKey(0, add, add, 3, lambda k: k + 1).glom().collect()


@case("RDD.foldByKey", "the zero enters once per key and partition", rule="zero copied")
def _(sc):
    return sc.parallelize([(1, 1), (1, 1), (2, 1), (1, 1)], 2).foldByKey(100, add, 1).collect()


@case("RDD.foldByKey", "the zero is copied deeply for each key", rule="zero copied")
def _(sc):
    def extend(a, b):
        a.extend(b)
        return a

    return sc.parallelize([(1, ["a"]), (2, ["b"]), (1, ["c"])], 1).foldByKey([], extend).collect()


@case("RDD.foldByKey", "number of partitions and placement")
def _(sc):
    return pairs(sc).foldByKey(0, add, 2, lambda k: k // 2).glom().collect()


@case("RDD.groupByKey", "values of a key in the order of the partitions")
def _(sc):
    return pairs(sc, 3).groupByKey().mapValues(list).glom().collect()


@case("RDD.groupByKey", "a group knows its length and can be gone through twice", rule="groups are iterables")
def _(sc):
    groups = pairs(sc).groupByKey(1).mapValues(lambda vs: (len(vs), sorted(vs), sorted(vs)))
    return groups.collect()


@case("RDD.groupByKey", "a group that reaches the driver is an iterable with a length", rule="groups are iterables")
def _(sc):
    (found,) = sc.parallelize([(1, 2), (1, 3)], 1).groupByKey().collect()
    return type(found[1]).__name__, len(found[1]), list(found[1]), found[1]


@case("RDD.groupByKey", "number of partitions and placement")
def _(sc):
    return pairs(sc).groupByKey(2, lambda k: k // 2).mapValues(list).glom().collect()


@case("RDD.groupByKey", "None as key and as value")
def _(sc):
    return sc.parallelize([(None, None), (None, 1)], 2).groupByKey(1).mapValues(list).collect()


@case("RDD.groupByKey", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).groupByKey().glom().collect()


@case("RDD.mapValues", "values only, order kept")
def _(sc):
    return pairs(sc).mapValues(lambda v: v + 1).glom().collect()


@case("RDD.mapValues", "lists of two become tuples")
def _(sc):
    return sc.parallelize([[1, 2]], 1).mapValues(lambda v: -v).collect()


@case("RDD.mapValues", "of elements that are no pairs", says="subscriptable")
def _(sc):
    return sc.parallelize([1], 1).mapValues(lambda v: v).collect()


@case("RDD.mapValues", "what follows the second part is dropped")
def _(sc):
    return sc.parallelize([(1, 2, 3), "ab"], 1).mapValues(lambda v: v).collect()


@case("RDD.flatMapValues", "zero, one or several pairs for a pair")
def _(sc):
    return sc.parallelize([("a", [1, 2]), ("b", []), ("c", "xy")], 2).flatMapValues(lambda v: v).glom().collect()


@case(("RDD.keys", "RDD.values"), "first and second parts")
def _(sc):
    return pairs(sc).keys().glom().collect(), pairs(sc).values().glom().collect()


@case("RDD.keys", "of elements that are no pairs", says="subscriptable")
def _(sc):
    return sc.parallelize([1], 1).keys().collect()


@case("RDD.countByKey", "a dictionary in the driver", rule="to the driver")
def _(sc):
    found = pairs(sc).countByKey()
    return isinstance(found, dict), dict(found)


@case("RDD.countByKey", "a key that is not there counts zero")
def _(sc):
    return pairs(sc).countByKey()[99]


@case("RDD.countByKey", "None and mixed numbers as keys")
def _(sc):
    return sc.parallelize([(None, 0), (1, 0), (1.0, 0), (None, 0)], 2).countByKey()


@case("RDD.countByValue", "a dictionary in the driver", rule="to the driver")
def _(sc):
    return sc.parallelize(["b", "a", "b", None], 2).countByValue()


@case("RDD.countByValue", "of an RDD with empty partitions")
def _(sc):
    return sc.parallelize([], 2).countByValue()


@case("RDD.countByValue", "of an RDD without partitions", says="empty")
def _(sc):
    return sc.emptyRDD().countByValue()


@case("RDD.countByValue", "lists cannot be counted", says="unhashable type: 'list'")
def _(sc):
    return sc.parallelize([[1]], 1).countByValue()


@case("RDD.reduceByKeyLocally", "a dictionary in the driver", rule="reduceByKeyLocally, collectAsMap")
def _(sc):
    found = pairs(sc).reduceByKeyLocally(add)
    return type(found).__name__, found


@case("RDD.reduceByKeyLocally", "left to right, partition by partition")
def _(sc):
    return sc.parallelize([(1, c) for c in "abcdef"], 3).reduceByKeyLocally(lambda a, b: f"({a}{b})")


@case("RDD.reduceByKeyLocally", "of an RDD with empty partitions")
def _(sc):
    return sc.parallelize([], 2).reduceByKeyLocally(add)


@case("RDD.reduceByKeyLocally", "of an RDD without partitions", says="empty")
def _(sc):
    return sc.emptyRDD().reduceByKeyLocally(add)


@case("RDD.collectAsMap", "the last value of a key wins", rule="reduceByKeyLocally, collectAsMap")
def _(sc):
    found = pairs(sc, 3).collectAsMap()
    return type(found).__name__, found


@case("RDD.collectAsMap", "of an empty RDD")
def _(sc):
    return sc.parallelize([], 2).collectAsMap()


@case("RDD.lookup", "the values of a key, in order")
def _(sc):
    return pairs(sc, 3).lookup(1), pairs(sc, 3).lookup(99)


@case("RDD.lookup", "of a partitioned RDD")
def _(sc):
    return pairs(sc, 3).partitionBy(2).lookup(1), pairs(sc, 3).partitionBy(2).lookup(99)


@case("RDD.lookup", "by equality: 1.0 finds 1 and True")
def _(sc):
    return sc.parallelize([(1, "a"), (True, "b"), (2, "c")], 2).lookup(1.0)


@case("RDD.lookup", "None")
def _(sc):
    return sc.parallelize([(None, 1), (0, 2)], 2).partitionBy(3).lookup(None)


@case("RDD.lookup", "of an RDD placed by a function of its own")
def _(sc):
    return pairs(sc).partitionBy(3, lambda k: k + 1).lookup(2)


@case("RDD.lookup", "after the map of values, still one partition", rule="lookup one partition")
def _(sc, launched):
    rdd = pairs(sc).partitionBy(3).mapValues(str)
    return rdd.lookup(2), launched.tasks(lambda: rdd.lookup(2))[0][-1:]
