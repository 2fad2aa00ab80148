"""How many jobs a call launches, and how many tasks they run."""

from operator import add

from table import case

RULE = "jobs at the call"


def numbers(sc):
    return sc.parallelize(range(100), 4)


def pairs(sc):
    return numbers(sc).map(lambda x: (x % 7, x))


@case("RDD.zipWithIndex", "jobs: 1, with one partition 0", rule=RULE)
def _(sc, launched):
    return launched.jobs(numbers(sc).zipWithIndex), launched.jobs(sc.parallelize([1, 2], 1).zipWithIndex)


@case("RDD.zipWithIndex", "tasks: all partitions", rule=RULE)
def _(sc, launched):
    return launched.tasks(numbers(sc).zipWithIndex)


@case("RDD.sortByKey", "jobs: 2, count and sample", rule=RULE)
def _(sc, launched):
    return launched.tasks(pairs(sc).sortByKey), launched.jobs(lambda: pairs(sc).sortByKey(numPartitions=3))


@case("RDD.sortByKey", "jobs into one partition: 0", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: pairs(sc).sortByKey(numPartitions=1)), launched.jobs(
        sc.parallelize([(1, 1)], 1).sortByKey
    )


@case("RDD.sortByKey", "jobs of an empty RDD: 1", rule=RULE)
def _(sc, launched):
    return launched.jobs(sc.parallelize([], 2).sortByKey)


@case("RDD.sortBy", "jobs: 2, count and sample", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: numbers(sc).sortBy(lambda x: -x)), launched.jobs(
        lambda: numbers(sc).sortBy(lambda x: -x, True, 1)
    )


@case("RDD.sortBy", "jobs until the result is there: 3", rule=RULE)
def _(sc, launched):
    return launched.tasks(lambda: numbers(sc).sortBy(lambda x: -x).collect())


@case("RDD.takeSample", "jobs: 2", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: numbers(sc).takeSample(False, 3, 1)), launched.jobs(
        lambda: numbers(sc).takeSample(True, 3, 1)
    )


@case("RDD.takeSample", "jobs for none: 0, of an empty RDD: 1, for all: 2", rule=RULE)
def _(sc, launched):
    none = sc.parallelize([], 2)
    return [
        launched.jobs(lambda rdd=rdd, n=n: rdd.takeSample(False, n, 1))
        for rdd, n in ((numbers(sc), 0), (none, 3), (numbers(sc), 100))
    ]


@case("RDD.histogram", "jobs: 2 for a number of buckets, 1 for bounds", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: numbers(sc).histogram(3)), launched.jobs(lambda: numbers(sc).histogram([0, 50, 100]))


@case("RDD.take", "jobs: 1 where the first partition holds enough", rule="take scales up")
def _(sc, launched):
    return (
        launched.tasks(lambda: numbers(sc).take(1)),
        launched.tasks(lambda: numbers(sc).take(25)),
        launched.tasks(lambda: numbers(sc).take(0)),
    )


@case("RDD.take", "60 of four times 25: one partition, then the estimate", rule="take scales up")
def _(sc, launched):
    return launched.tasks(lambda: numbers(sc).take(60))


@case("RDD.take", "more than there is", rule="take scales up")
def _(sc, launched):
    return launched.tasks(lambda: numbers(sc).take(1000))


@case("RDD.take", "past empty partitions: four times as many each time", rule="take scales up")
def _(sc, launched):
    return launched.tasks(lambda: sc.parallelize(range(40), 40).filter(lambda x: x > 38).take(1))


@case("RDD.take", "few in many partitions: estimates times 1.5, at most four times as many", rule="take scales up")
def _(sc, launched):
    rdd = sc.parallelize(range(60), 30)
    return (
        launched.tasks(lambda: rdd.take(5)),
        launched.tasks(lambda: rdd.take(13)),
        launched.tasks(lambda: rdd.take(60)),
    )


@case("RDD.toLocalIterator", "jobs: one for each partition", rule=RULE)
def _(sc, launched):
    return launched.tasks(lambda: list(numbers(sc).toLocalIterator()))


@case("RDD.toLocalIterator", "jobs of a shuffled RDD: the shuffle is done by the first", rule=RULE)
def _(sc, launched):
    return launched.tasks(lambda: list(pairs(sc).reduceByKey(add, 3).toLocalIterator()))


@case("RDD.treeReduce", "jobs: 1, with stages in between", rule=(RULE, "treeAggregate scale"))
def _(sc, launched):
    rdd = sc.parallelize(range(64), 16)
    return [launched.tasks(lambda depth=depth: rdd.treeReduce(add, depth)) for depth in (1, 2, 3, 4)]


@case("RDD.treeAggregate", "jobs and stages for several numbers of partitions", rule=(RULE, "treeAggregate scale"))
def _(sc, launched):
    return [launched.tasks(lambda n=n: sc.parallelize([1], n).treeAggregate(0, add, add)) for n in (1, 2, 4, 5, 9, 10)]


@case("RDD.treeAggregate", "jobs of an RDD without partitions: 0", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: sc.emptyRDD().treeAggregate(0, add, add))


@case("RDD.lookup", "tasks: all partitions without a partitioner", rule=(RULE, "lookup one partition"))
def _(sc, launched):
    return launched.tasks(lambda: pairs(sc).lookup(3))


@case("RDD.lookup", "tasks: one partition with one, beside the shuffle", rule=(RULE, "lookup one partition"))
def _(sc, launched):
    placed = pairs(sc).partitionBy(3)
    return launched.tasks(lambda: placed.lookup(3)), launched.tasks(lambda: placed.lookup(4))


@case("RDD.partitionBy", "jobs: 0", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: pairs(sc).partitionBy(3))


@case("RDD.isEmpty", "jobs: 1, without partitions 0", rule=RULE)
def _(sc, launched):
    return (
        launched.tasks(numbers(sc).isEmpty),
        launched.jobs(sc.emptyRDD().isEmpty),
        launched.tasks(sc.parallelize([], 8).isEmpty),
    )


@case("RDD.first", "jobs: 1, one task", rule=RULE)
def _(sc, launched):
    return launched.tasks(numbers(sc).first)


@case("RDD.reduce", "actions of one job over all partitions", rule=RULE)
def _(sc, launched):
    rdd, by_key = numbers(sc), pairs(sc)
    calls = [
        rdd.count, rdd.collect, rdd.sum, rdd.mean, rdd.stats, rdd.max, rdd.min, rdd.countByValue, rdd.variance,
        by_key.countByKey, by_key.collectAsMap,
        lambda: rdd.reduce(add), lambda: rdd.fold(0, add), lambda: rdd.aggregate(0, add, add),
        lambda: rdd.foreach(lambda x: None), lambda: rdd.foreachPartition(lambda xs: None),
        lambda: rdd.top(3), lambda: rdd.takeOrdered(3), lambda: by_key.reduceByKeyLocally(add),
        rdd.countApproxDistinct, lambda: rdd.histogram([0, 100]),
    ]  # fmt: skip
    return [launched.tasks(call) for call in calls] == [[[4]]] * len(calls)


@case("RDD.countApprox", "jobs: 1", rule=RULE)
def _(sc, launched):
    rdd = numbers(sc)
    return [launched.jobs(lambda f=f: f(60_000)) for f in (rdd.countApprox, rdd.sumApprox, rdd.meanApprox)]


@case("RDD.takeOrdered", "jobs for none: 0", rule=RULE)
def _(sc, launched):
    return launched.jobs(lambda: numbers(sc).takeOrdered(0)), launched.jobs(lambda: numbers(sc).top(0))


@case("RDD.map", "transformations launch no job", rule=RULE)
def _(sc, launched):
    rdd, by_key = numbers(sc), pairs(sc)

    def transform():
        rdd.map(str), rdd.filter(bool), rdd.flatMap(str), rdd.distinct(), rdd.union(rdd), rdd.intersection(rdd)
        rdd.subtract(rdd), rdd.cartesian(rdd), rdd.groupBy(str), rdd.keyBy(str), rdd.glom(), rdd.zip(rdd)
        (
            rdd.zipWithUniqueId(),
            rdd.sample(False, 0.5, 1),
            rdd.randomSplit([1, 1], 1),
            rdd.coalesce(2),
            rdd.repartition(2),
        )
        rdd.pipe("cat"), rdd.cache().unpersist(), rdd.mapPartitions(list), rdd.toDebugString(), rdd.getNumPartitions()
        by_key.reduceByKey(add), by_key.groupByKey(), by_key.combineByKey(str, add, add), by_key.foldByKey(0, add)
        by_key.aggregateByKey(0, add, add), by_key.join(by_key), by_key.leftOuterJoin(by_key), by_key.cogroup(by_key)
        by_key.subtractByKey(by_key), by_key.mapValues(str), by_key.sampleByKey(False, {}, 1), by_key.partitionBy(2)
        by_key.repartitionAndSortWithinPartitions(2), by_key.keys(), by_key.values(), by_key.groupWith(by_key)

    return launched.jobs(transform)


@case("RDD.reduceByKey", "tasks: the stage before the shuffle is not run twice", rule="map outputs reused")
def _(sc, launched):
    rdd = pairs(sc).reduceByKey(add, 3)
    return launched.tasks(rdd.collect), launched.tasks(rdd.count), launched.tasks(lambda: rdd.map(str).first())


@case("RDD.reduceByKey", "tasks: an RDD made again runs its stage again", rule="map outputs reused")
def _(sc, launched):
    rdd = pairs(sc)
    return launched.tasks(rdd.reduceByKey(add, 3).collect), launched.tasks(rdd.reduceByKey(add, 3).collect)


@case("RDD.join", "tasks: one shuffle of both together", rule="map outputs reused")
def _(sc, launched):
    return launched.tasks(pairs(sc).join(sc.parallelize([(1, 1)], 2), 3).collect)


@case("RDD.distinct", "tasks of two shuffles one after the other")
def _(sc, launched):
    return launched.tasks(numbers(sc).distinct(3).map(lambda x: (x % 2, 1)).reduceByKey(add, 2).collect)


@case("RDD.coalesce", "tasks: as many as partitions that are left")
def _(sc, launched):
    return launched.tasks(numbers(sc).coalesce(2).collect), launched.tasks(numbers(sc).repartition(3).collect)


@case("RDD.union", "tasks: of both")
def _(sc, launched):
    return launched.tasks(numbers(sc).union(sc.parallelize([1], 2)).collect)


@case("RDD.cartesian", "tasks: one for each pair of partitions")
def _(sc, launched):
    return launched.tasks(sc.parallelize([1, 2], 2).cartesian(sc.parallelize([1, 2, 3], 3)).collect)


@case("SparkContext.runJob", "tasks: one for each partition asked for")
def _(sc, launched):
    return launched.tasks(lambda: sc.runJob(numbers(sc), list, [1, 3])), launched.tasks(
        lambda: sc.runJob(numbers(sc), list, [])
    )


@case("RDD.countByKey", "jobs of a shuffled RDD", rule=RULE)
def _(sc, launched):
    return launched.tasks(pairs(sc).groupByKey(3).mapValues(len).countByKey)


@case("RDD.saveAsTextFile", "jobs: 1", rule=RULE)
def _(sc, folder, launched):
    return launched.tasks(lambda: numbers(sc).saveAsTextFile(f"{folder}/out"))
