"""Random choice: Python's own generator, seeded with `seed ^ partition` and warmed up by ten draws."""

from table import case


@case("RDD.sample", "without replacement", rule="python random")
def _(sc):
    return sc.parallelize(range(20), 2).sample(False, 0.3, 17).collect()


@case("RDD.sample", "with replacement", rule="python random")
def _(sc):
    return sc.parallelize(range(10), 2).sample(True, 0.8, 17).collect()


@case("RDD.sample", "several fractions and seeds, by partition", rule="python random")
def _(sc):
    rdd = sc.parallelize(range(30), 3)
    return [rdd.sample(False, f, seed).glom().collect() for f, seed in ((0.1, 1), (0.5, 1), (0.5, 2), (0.9, 12345))]


@case("RDD.sample", "with replacement, several fractions and seeds", rule="python random")
def _(sc):
    rdd = sc.parallelize(range(12), 3)
    return [rdd.sample(True, f, seed).glom().collect() for f, seed in ((0.1, 3), (1.0, 3), (2.5, 4), (25.0, 5))][:3]


@case("RDD.sample", "with replacement by a fraction of twenty and more", rule="python random")
def _(sc):
    return [len(part) for part in sc.parallelize(range(4), 2).sample(True, 25.0, 5).glom().collect()]


@case("RDD.sample", "nothing and everything")
def _(sc):
    rdd = sc.parallelize(range(5), 2)
    return rdd.sample(False, 0.0, 1).collect(), rdd.sample(False, 1.0, 1).collect(), rdd.sample(False, 7, 1).collect()


@case("RDD.sample", "the same seed gives the same again, and so does the same RDD without one")
def _(sc):
    rdd = sc.parallelize(range(100), 2)
    unseeded = rdd.sample(False, 0.5)
    return rdd.sample(False, 0.5, 3).collect() == rdd.sample(
        False, 0.5, 3
    ).collect(), unseeded.collect() == unseeded.collect()


@case("RDD.sample", "large and negative seeds", rule="python random")
def _(sc):
    rdd = sc.parallelize(range(20), 2)
    return [rdd.sample(False, 0.3, seed).collect() for seed in (0, -1, 2**40, -(2**70))]


@case("RDD.sample", "a negative fraction", says="Fraction must be nonnegative")
def _(sc):
    return sc.parallelize([1], 1).sample(False, -0.1).collect()


@case("RDD.sample", "a fraction that is no number", says="Fraction must be nonnegative")
def _(sc):
    return sc.parallelize([1], 1).sample(False, float("nan")).collect()


@case("RDD.sample", "after a filter sees what is left")
def _(sc):
    return sc.parallelize(range(40), 2).filter(lambda x: x % 2).sample(False, 0.3, 17).collect()


@case("RDD.takeSample", "without replacement", rule="python random")
def _(sc):
    return sc.parallelize(range(20), 4).takeSample(False, 5, 7)


@case("RDD.takeSample", "with replacement", rule="python random")
def _(sc):
    return sc.parallelize(range(10), 2).takeSample(True, 20, 7), sc.parallelize(range(10), 2).takeSample(True, 3, 1)


@case("RDD.takeSample", "several sizes and seeds", rule="python random")
def _(sc):
    rdd = sc.parallelize(range(100), 3)
    return [rdd.takeSample(False, n, seed) for n, seed in ((1, 1), (10, 2), (40, 3))]


@case("RDD.takeSample", "as many as there are, or more: all, shuffled", rule="python random")
def _(sc):
    rdd = sc.parallelize(range(6), 2)
    return rdd.takeSample(False, 6, 1), rdd.takeSample(False, 60, 2)


@case("RDD.takeSample", "none, and of an empty RDD")
def _(sc):
    none = sc.parallelize([], 2)
    return sc.parallelize([1], 1).takeSample(False, 0, 1), none.takeSample(False, 3, 1), none.takeSample(True, 3, 1)


@case("RDD.takeSample", "a negative number", says="Sample size cannot be negative")
def _(sc):
    return sc.parallelize([1], 1).takeSample(False, -1)


@case("RDD.takeSample", "a number that is too large", says="Sample size cannot be greater than")
def _(sc):
    return sc.parallelize([1], 1).takeSample(False, 2**63 - 1)


@case("RDD.randomSplit", "by weights", rule="python random")
def _(sc):
    return [part.collect() for part in sc.parallelize(range(20), 2).randomSplit([1, 3], 11)]


@case("RDD.randomSplit", "three parts that are the whole", rule="python random")
def _(sc):
    parts = sc.parallelize(range(15), 3).randomSplit([0.2, 0.3, 0.5], 24)
    return [part.glom().collect() for part in parts]


@case("RDD.randomSplit", "a weight of zero")
def _(sc):
    return [part.collect() for part in sc.parallelize(range(6), 2).randomSplit([0, 1, 0], 3)]


@case("RDD.randomSplit", "a negative weight", says="Weights must be nonnegative")
def _(sc):
    return [part.collect() for part in sc.parallelize([1], 1).randomSplit([1, -1])]


@case("RDD.randomSplit", "weights of zero only", says="Sum of weights must be positive")
def _(sc):
    return [part.collect() for part in sc.parallelize([1], 1).randomSplit([0, 0])]


@case("RDD.randomSplit", "without a seed the parts are the whole", unordered=True)
def _(sc):
    one, two = sc.parallelize(range(20), 2).randomSplit([1, 1])
    return one.collect() + two.collect()


@case("RDD.sampleByKey", "a fraction for each key", rule="python random")
def _(sc):
    pairs = sc.parallelize([(i % 2, i) for i in range(30)], 2)
    return pairs.sampleByKey(False, {0: 0.2, 1: 0.6}, 2).glom().collect()


@case("RDD.sampleByKey", "with replacement", rule="python random")
def _(sc):
    pairs = sc.parallelize([(i % 2, i) for i in range(20)], 2)
    return pairs.sampleByKey(True, {0: 0.5, 1: 1.5}, 2).collect()


@case("RDD.sampleByKey", "a key without a fraction", says="3")
def _(sc):
    return sc.parallelize([(3, 1)], 1).sampleByKey(False, {1: 0.5}, 2).collect()


@case("RDD.sampleByKey", "a negative fraction", says="Negative fraction value: -0.5")
def _(sc):
    return sc.parallelize([(1, 1)], 1).sampleByKey(False, {1: -0.5}, 2).collect()
