"""Numbers: sums, statistics, histograms, approximate answers."""

import math

from api import StatCounter
from table import case

nan, inf = float("nan"), float("inf")


@case("RDD.sum", "whole numbers and doubles")
def _(sc):
    return sc.parallelize([1, 2, 3], 2).sum(), sc.parallelize([1, 2.5], 2).sum(), sc.parallelize([True, 2], 1).sum()


@case("RDD.sum", "of an empty RDD is 0", rule="empty sum and mean")
def _(sc):
    return sc.parallelize([], 2).sum(), sc.emptyRDD().sum()


@case("RDD.sum", "of large numbers does not overflow")
def _(sc):
    return sc.parallelize([2**63 - 1, 1], 2).sum()


@case("RDD.sum", "NaN and infinities")
def _(sc):
    return [sc.parallelize(xs, 2).sum() for xs in ([1.0, nan], [inf, 1.0], [inf, -inf])]


@case("RDD.sum", "order of the additions: partition by partition, from 0")
def _(sc):
    return sc.parallelize([0.1, 0.2, 0.3, 0.4, 1e16, -1e16], 3).sum()


@case("RDD.sum", "of texts", says="unsupported operand type(s) for +: 'int' and 'str'")
def _(sc):
    return sc.parallelize(["a"], 1).sum()


@case("RDD.count", "elements, None too")
def _(sc):
    return sc.parallelize([None, 1, None], 2).count(), sc.parallelize([], 3).count(), sc.emptyRDD().count()


@case("RDD.mean", "of numbers")
def _(sc):
    return sc.parallelize([1, 2, 3, 4], 3).mean(), sc.parallelize([2.5], 2).mean()


@case("RDD.mean", "of an empty RDD is 0.0", rule="empty sum and mean")
def _(sc):
    return sc.parallelize([], 2).mean()


@case("RDD.mean", "of an RDD without partitions", says="empty")
def _(sc):
    return sc.emptyRDD().mean()


@case(("RDD.variance", "RDD.stdev"), "of the whole population")
def _(sc):
    rdd = sc.parallelize([1, 2, 3, 4], 2)
    return rdd.variance(), float(rdd.stdev())


@case(("RDD.sampleVariance", "RDD.sampleStdev"), "of a sample")
def _(sc):
    rdd = sc.parallelize([1, 2, 3, 4], 2)
    return rdd.sampleVariance(), float(rdd.sampleStdev())


@case(("RDD.variance", "RDD.sampleVariance"), "of one element, and of none")
def _(sc):
    one, none = sc.parallelize([5], 1), sc.parallelize([], 1)
    return one.variance(), one.sampleVariance(), none.variance(), none.sampleVariance()


@case("RDD.stats", "all statistics in one pass")
def _(sc):
    found = sc.parallelize([1.5, 2.5, 4.0, 8.0], 3).stats()
    return [found.count(), found.sum(), found.mean(), float(found.min()), float(found.max()), found.variance()]


@case("RDD.stats", "of an empty RDD")
def _(sc):
    found = sc.parallelize([], 2).stats()
    return found.count(), found.sum(), found.mean(), found.min(), found.max(), found.variance()


@case("RDD.stats", "NaN spreads")
def _(sc):
    found = sc.parallelize([1.0, nan, 3.0], 1).stats()
    return found.count(), found.mean(), found.sum(), found.variance()


@case("RDD.stats", "merging of partitions of very different size")
def _(sc):
    found = sc.parallelize(range(100), 1).union(sc.parallelize([1000.0], 1)).union(sc.parallelize([1], 1)).stats()
    return found.count(), found.mean(), found.variance()


@case("StatCounter.__init__", "without values, and with")
def _():
    return StatCounter().count(), StatCounter([1, 2.0]).count(), StatCounter(iter([3.0])).mean()


@case(("StatCounter.count", "StatCounter.mean", "StatCounter.sum"), "of numbers")
def _():
    found = StatCounter([1.0, 2.0, 3.0, 4.0])
    return found.count(), found.mean(), found.sum()


@case(("StatCounter.min", "StatCounter.max"), "of numbers, and of none")
def _():
    found = StatCounter([3.0, 1.0, 2.0])
    return float(found.min()), float(found.max()), float(StatCounter().min()), float(StatCounter().max())


@case(
    ("StatCounter.variance", "StatCounter.sampleVariance", "StatCounter.stdev", "StatCounter.sampleStdev"),
    "of 4 numbers, 1 and none",
)
def _():
    counters = StatCounter([1.0, 2.0, 3.0, 4.0]), StatCounter([5.0]), StatCounter()
    return [tuple(float(f()) for f in (c.variance, c.sampleVariance, c.stdev, c.sampleStdev)) for c in counters]


@case("StatCounter.merge", "one number more, in place")
def _():
    counter = StatCounter([1.0])
    return counter.merge(3.0) is counter, counter.mean(), counter.variance()


@case("StatCounter.mergeStats", "two counters, in place")
def _():
    counter = StatCounter([1.0, 2.0])
    return counter.mergeStats(StatCounter([3.0, 4.0])) is counter, counter.count(), counter.mean(), counter.variance()


@case("StatCounter.mergeStats", "with itself, with an empty one, into an empty one")
def _():
    one = StatCounter([1.0, 2.0])
    doubled = one.copy().mergeStats(one)
    itself = one.copy()
    itself.mergeStats(itself)
    return [
        (c.count(), c.mean())
        for c in (doubled, itself, one.copy().mergeStats(StatCounter()), StatCounter().mergeStats(one))
    ]


@case("StatCounter.mergeStats", "with something else", says="Can only merge StatCounter")
def _():
    return StatCounter().mergeStats(5)


@case("StatCounter.copy", "is another one")
def _():
    one = StatCounter([1.0])
    two = one.copy()
    two.merge(5.0)
    return one.count(), two.count()


@case("StatCounter.asDict", "names and values, by default with the sample's figures under the population's names")
def _():
    return {k: float(v) for k, v in StatCounter([1.0, 2.0, 3.0, 4.0]).asDict().items()}


@case("StatCounter.asDict", "of a sample")
def _():
    return {k: float(v) for k, v in StatCounter([1.0, 2.0, 3.0, 4.0]).asDict(sample=True).items()}


@case("StatCounter.__repr__", "as text")
def _():
    return repr(StatCounter([1.0, 2.0, 4.0]))


@case("RDD.histogram", "given bounds: the last closed, the others half-open", rule="histogram")
def _(sc):
    return sc.parallelize(range(51), 2).histogram([0, 5, 25, 50])


@case("RDD.histogram", "None, NaN and what is outside are left out", rule="histogram")
def _(sc):
    return sc.parallelize([1, 2, None, nan, 0, 10.5, 3, inf, -inf], 2).histogram([1, 2, 3])


@case("RDD.histogram", "a number of buckets; bounds stay whole when exact", rule="histogram")
def _(sc):
    return sc.parallelize([1, 2, 3, 4, 5, 5.0, None, nan], 2).histogram(2)


@case("RDD.histogram", "a number of buckets that does not divide evenly", rule="histogram")
def _(sc):
    return sc.parallelize(range(51), 2).histogram(2), sc.parallelize([1, 2], 1).histogram(4)


@case("RDD.histogram", "all values the same give one bucket", rule="histogram")
def _(sc):
    return sc.parallelize([1, 1, 1], 2).histogram(3), sc.parallelize([1.5], 2).histogram(1)


@case("RDD.histogram", "one bucket")
def _(sc):
    return sc.parallelize(range(10), 2).histogram(1)


@case("RDD.histogram", "bounds at even and at uneven distances")
def _(sc):
    rdd = sc.parallelize([0.5, 1.0, 1.5, 2.0, 2.9999, 3.0], 2)
    return rdd.histogram([0, 1, 2, 3]), rdd.histogram((0, 1.0, 3.0))


@case("RDD.histogram", "texts between texts")
def _(sc):
    return sc.parallelize(["ab", "ac", "b", "bd", "ef"], 2).histogram(["a", "b", "c"])


@case("RDD.histogram", "texts into a number of buckets", says="Can not generate buckets with non-number in RDD")
def _(sc):
    return sc.parallelize(["ab", "ac"], 2).histogram(2)


@case("RDD.histogram", "bounds are a list or a tuple as given")
def _(sc):
    return sc.parallelize([1, 2], 1).histogram((1, 2))


@case("RDD.histogram", "of an empty RDD, into given bounds")
def _(sc):
    return sc.parallelize([], 2).histogram([1, 2, 3])


@case("RDD.histogram", "of an empty RDD, into a number of buckets", says="empty")
def _(sc):
    return sc.parallelize([], 2).histogram(2)


@case("RDD.histogram", "no bucket", says="number of buckets must be >= 1")
def _(sc):
    return sc.parallelize([1], 1).histogram(0)


@case("RDD.histogram", "one bound", says="more than one value")
def _(sc):
    return sc.parallelize([1], 1).histogram([1])


@case("RDD.histogram", "bounds out of order", says="sorted")
def _(sc):
    return sc.parallelize([1], 1).histogram([2, 1])


@case("RDD.histogram", "a bound twice", says="duplicated")
def _(sc):
    return sc.parallelize([1], 1).histogram([1, 1, 2])


@case("RDD.histogram", "None or NaN as a bound", says="None or NaN")
def _(sc):
    return sc.parallelize([1], 1).histogram([1, nan])


@case("RDD.histogram", "infinite values into a number of buckets", says="infinite")
def _(sc):
    return sc.parallelize([1.0, inf], 1).histogram(2)


@case("RDD.histogram", "neither a number nor bounds", says="list or tuple or number")
def _(sc):
    return sc.parallelize([1], 1).histogram(2.5)


@case("RDD.countApprox", "exact when there is time")
def _(sc):
    return sc.parallelize(range(1000), 4).countApprox(60_000, 1.0), sc.parallelize([], 2).countApprox(60_000)


@case("RDD.sumApprox", "exact when there is time, with its bounds")
def _(sc):
    found = sc.parallelize(range(1000), 4).sumApprox(60_000)
    return float(found), found.low <= 499500.0 <= found.high


@case("RDD.sumApprox", "a double with confidence and bounds")
def _(sc):
    found = sc.parallelize([1, 2, 3], 2).sumApprox(60_000)
    return isinstance(found, float), found.confidence, found.low, found.high


@case("RDD.meanApprox", "exact when there is time, with its bounds")
def _(sc):
    found = sc.parallelize(range(1000), 4).meanApprox(60_000)
    return float(found), found.confidence, found.low, found.high


@case("RDD.countApproxDistinct", "near the number of distinct values")
def _(sc):
    return [
        sc.parallelize([i % 20 for i in range(1000)], 2).countApproxDistinct(),
        sc.parallelize(range(1000), 2).countApproxDistinct(),
        sc.parallelize(range(1000), 2).countApproxDistinct(0.1),
        sc.parallelize(range(1000), 2).countApproxDistinct(0.01),
        sc.parallelize([], 2).countApproxDistinct(),
    ]


@case("RDD.countApproxDistinct", "tuples, None and mixed numbers")
def _(sc):
    return sc.parallelize([(i % 7, None) for i in range(50)] + [None, 1, 1.0, True], 2).countApproxDistinct()


@case("RDD.countApproxDistinct", "an accuracy that is too fine", says="relativeSD should be greater than 0.000017")
def _(sc):
    return sc.parallelize([1], 1).countApproxDistinct(1e-5)


@case(("RDD.max", "RDD.min"), "of numbers, across partitions")
def _(sc):
    rdd = sc.parallelize([3, 1, 4, 1, 5, 9, 2, 6], 3)
    return rdd.max(), rdd.min()


@case(("RDD.max", "RDD.min"), "by a key; the first of equal ones")
def _(sc):
    rdd = sc.parallelize(["bb", "a", "cc", "d"], 2)
    return rdd.max(key=len), rdd.min(key=len)


@case(("RDD.max", "RDD.min"), "of texts and of tuples")
def _(sc):
    return sc.parallelize(["b", "a"], 2).max(), sc.parallelize([(1, 2), (1, 1)], 2).min()


@case("RDD.max", "of an empty RDD", rule="empty reduce", says="empty")
def _(sc):
    return sc.parallelize([], 2).max()


@case("RDD.min", "of an empty RDD", rule="empty reduce", says="empty")
def _(sc):
    return sc.parallelize([], 2).min()


@case("RDD.max", "of what cannot be compared", says="not supported between instances")
def _(sc):
    return sc.parallelize([1, "a"], 1).max()


@case("RDD.max", "NaN stays where it comes first")
def _(sc):
    found = [sc.parallelize(xs, 1).max() for xs in ([nan, 1.0], [1.0, nan])]
    return [math.isnan(x) for x in found]
