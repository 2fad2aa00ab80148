"""Two and more RDDs of pairs: joins, cogroup, subtractByKey."""

from table import case


def left(sc, partitions=2):
    return sc.parallelize([(1, "a"), (2, "b"), (1, "c"), (4, "d")], partitions)


def right(sc, partitions=2):
    return sc.parallelize([(1, "x"), (3, "y"), (1, "z"), (2, "w")], partitions)


def lists(rdd):
    return rdd.mapValues(lambda groups: tuple(list(group) for group in groups))


@case("RDD.join", "every pair of values of a common key", unordered=True)
def _(sc):
    return left(sc).join(right(sc)).collect()


@case("RDD.join", "order and placement: partitions of the two added", rule="default partitions")
def _(sc):
    rdd = left(sc).join(right(sc))
    return rdd.getNumPartitions(), rdd.glom().collect()


@case("RDD.join", "into a number of partitions")
def _(sc):
    return left(sc).join(right(sc), 3).glom().collect()


@case("RDD.join", "with itself", unordered=True)
def _(sc):
    rdd = left(sc)
    return rdd.join(rdd).collect()


@case("RDD.join", "with an empty RDD")
def _(sc):
    return left(sc).join(sc.parallelize([], 1)).collect()


@case("RDD.join", "None is a key like others")
def _(sc):
    return sc.parallelize([(None, 1)], 1).join(sc.parallelize([(None, 2), (0, 3)], 1)).collect()


@case("RDD.join", "None is a value like others")
def _(sc):
    return sc.parallelize([(1, None)], 1).join(sc.parallelize([(1, None)], 1)).collect()


@case("RDD.join", "keys 1, 1.0 and True meet")
def _(sc):
    return sc.parallelize([(1, "int"), (True, "bool")], 1).join(sc.parallelize([(1.0, "float")], 1), 1).collect()


@case("RDD.join", "tuples as keys")
def _(sc):
    return sc.parallelize([((1, 2), "a")], 1).join(sc.parallelize([((1, 2), "b"), ((2, 1), "c")], 1), 2).collect()


@case(
    "RDD.join",
    "spark.default.parallelism is the number of partitions",
    rule="default partitions",
    conf={"spark.default.parallelism": "3"},
)
def _(sc):
    return left(sc).join(right(sc)).getNumPartitions()


@case("RDD.leftOuterJoin", "None for keys of the left only")
def _(sc):
    return left(sc).leftOuterJoin(right(sc), 2).glom().collect()


@case("RDD.rightOuterJoin", "None for keys of the right only")
def _(sc):
    return left(sc).rightOuterJoin(right(sc), 2).glom().collect()


@case("RDD.fullOuterJoin", "None on either side")
def _(sc):
    return left(sc).fullOuterJoin(right(sc), 2).glom().collect()


@case(
    ("RDD.leftOuterJoin", "RDD.rightOuterJoin", "RDD.fullOuterJoin"),
    "number of partitions without one given",
    rule="default partitions",
)
def _(sc):
    one, two = left(sc, 2), right(sc, 3)
    return [rdd.getNumPartitions() for rdd in (one.leftOuterJoin(two), one.rightOuterJoin(two), one.fullOuterJoin(two))]


@case("RDD.leftOuterJoin", "with an empty RDD", unordered=True)
def _(sc):
    return left(sc).leftOuterJoin(sc.parallelize([], 1)).collect()


@case("RDD.fullOuterJoin", "of two empty RDDs")
def _(sc):
    return sc.parallelize([], 1).fullOuterJoin(sc.parallelize([], 1)).glom().collect()


@case("RDD.cogroup", "for each key an iterable of each side's values", rule="groupWith")
def _(sc):
    return lists(left(sc).cogroup(right(sc))).glom().collect()


@case("RDD.cogroup", "into a number of partitions")
def _(sc):
    return lists(left(sc).cogroup(right(sc), 3)).glom().collect()


@case("RDD.cogroup", "the groups know their lengths", rule=("groupWith", "groups are iterables"))
def _(sc):
    groups = left(sc).cogroup(right(sc), 1).mapValues(lambda gs: (type(gs).__name__, [len(g) for g in gs]))
    return groups.collect()


@case("RDD.groupWith", "two RDDs", rule="groupWith")
def _(sc):
    return lists(left(sc).groupWith(right(sc))).glom().collect()


@case("RDD.groupWith", "four RDDs", rule="groupWith")
def _(sc):
    fourth = sc.parallelize([(1, "q"), (5, "r")], 1)
    return lists(left(sc, 1).groupWith(right(sc, 1), sc.parallelize([(2, "p")], 1), fourth)).glom().collect()


@case("RDD.subtractByKey", "pairs whose key the other does not hold", unordered=True)
def _(sc):
    return left(sc).subtractByKey(sc.parallelize([(1, None), (3, None)], 1)).collect()


@case("RDD.subtractByKey", "placement and number of partitions", rule="default partitions")
def _(sc):
    rdd = left(sc).subtractByKey(sc.parallelize([(2, 0)], 3))
    return rdd.getNumPartitions(), rdd.glom().collect()


@case("RDD.subtractByKey", "into a number of partitions")
def _(sc):
    return left(sc).subtractByKey(sc.parallelize([(4, 0)], 1), 2).glom().collect()


@case("RDD.subtractByKey", "falsy values stay")
def _(sc):
    return sc.parallelize([(1, None), (2, 0), (3, "")], 1).subtractByKey(sc.parallelize([(3, 1)], 1), 1).collect()


@case("RDD.join", "of RDDs with the same partitioner: partitions", rule="default partitions")
def _(sc, launched):
    one, two = left(sc).partitionBy(4), right(sc).partitionBy(4)
    rdd = one.join(two)
    return rdd.getNumPartitions(), rdd.glom().collect()
