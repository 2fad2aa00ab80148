"""What goes wrong in the user's functions, and with driver objects inside them."""

import sys
from operator import add

from table import case

NOT_STOP = "fail_on_stopiteration"


def stop(*_):
    raise StopIteration("enough")


def fail(*_):
    raise KeyError("gone")


@case("RDD.map", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).map(stop).collect()


@case("RDD.flatMap", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).flatMap(stop).collect()


@case("RDD.filter", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).filter(stop).collect()


@case("RDD.foreach", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    sc.parallelize([1, 2], 1).foreach(stop)


@case("RDD.reduce", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).reduce(stop)


@case("RDD.reduce", "StopIteration at the merge in the driver is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 2).reduce(stop)


@case("RDD.fold", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).fold(0, stop)


@case("RDD.aggregate", "StopIteration in either function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([1, 2], 1).aggregate(0, add, stop)


@case("RDD.reduceByKey", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([(1, 1), (1, 2)], 1).reduceByKey(stop).collect()


@case("RDD.combineByKey", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([(1, 1), (1, 2)], 1).combineByKey(stop, add, add).collect()


@case("RDD.reduceByKeyLocally", "StopIteration in a function is a failure", rule=NOT_STOP, says="StopIteration")
def _(sc):
    return sc.parallelize([(1, 1), (1, 2)], 1).reduceByKeyLocally(stop)


@case(
    "RDD.mapPartitions",
    "StopIteration in a generator is a failure by Python's own rule",
    rule=NOT_STOP,
    says="StopIteration",
)
def _(sc):
    def generator(xs):
        yield next(xs)
        yield next(iter([]))

    return sc.parallelize([1, 2], 1).mapPartitions(generator).collect()


@case("RDD.map", "a failure names what the function raised", says="division by zero")
def _(sc):
    return sc.parallelize([1, 0], 2).map(lambda x: 1 / x).collect()


@case("RDD.map", "an exception class of the program")
def _(sc):
    class OwnError(Exception):
        pass

    def raising(x):
        raise OwnError(f"at {x}")

    return sc.parallelize([1], 1).map(raising).collect()


@case("RDD.map", "an exception without a message")
def _(sc):
    def raising(x):
        raise ValueError

    return sc.parallelize([1], 1).map(raising).collect()


@case("RDD.map", "an exception of several lines", says="two")
def _(sc):
    def raising(x):
        raise ValueError("one\ntwo")

    return sc.parallelize([1], 1).map(raising).collect()


@case("RDD.map", "a failure in the first stage of two", says="gone")
def _(sc):
    return sc.parallelize([(1, 1)], 2).map(fail).reduceByKey(add).collect()


@case("RDD.mapValues", "a failure in the second stage of two", says="gone")
def _(sc):
    return sc.parallelize([(1, 1)], 2).reduceByKey(add).mapValues(fail).collect()


@case("RDD.map", "the context serves on after a failure")
def _(sc):
    rdd = sc.parallelize([1, 2], 2)
    try:
        rdd.map(fail).collect()
    except Exception:
        return rdd.map(lambda x: x + 1).collect()


@case(
    "RDD.map",
    "a task is tried as often as the master says, the job fails with the last failure",
    master="local[2,3]",
    says="attempt 2",
)
def _(sc):
    from api import TaskContext

    def raising(x):
        raise ValueError(f"attempt {TaskContext.get().attemptNumber()}")

    return sc.parallelize([1], 1).map(raising).collect()


@case("RDD.map", "in local[n] a task is tried once", says="attempt 0")
def _(sc):
    from api import TaskContext

    def raising(x):
        raise ValueError(f"attempt {TaskContext.get().attemptNumber()}")

    return sc.parallelize([1], 1).map(raising).collect()


@case("RDD.map", "a worker that ends in the middle of a task", says="")
def _(sc):
    return sc.parallelize([1], 1).map(lambda x: __import__("os")._exit(3)).collect()


@case("RDD.map", "sys.exit in a function", says="")
def _(sc):
    return sc.parallelize([1], 1).map(lambda x: sys.exit(3)).collect()


@case("RDD.map", "a result that cannot be pickled", says="pickle")
def _(sc):
    return sc.parallelize([1], 1).map(lambda x: (y for y in [x])).collect()


@case("RDD.map", "a function that captures what cannot be pickled", says="pickle")
def _(sc):
    import threading

    lock = threading.Lock()
    return sc.parallelize([1], 1).map(lambda x: lock.locked()).collect()


@case("RDD.map", "an RDD used inside a function", rule="nested RDD", says="driver")
def _(sc):
    inner = sc.parallelize([1, 2], 1)
    return sc.parallelize([1], 1).map(lambda x: inner.count()).collect()


@case("RDD.map", "the context used inside a function", rule="nested RDD", says="driver")
def _(sc):
    return sc.parallelize([1], 1).map(lambda x: sc.parallelize([x], 1).count()).collect()


@case("RDD.map", "a context made inside a function", rule="nested RDD", says="driver")
def _(sc):
    from api import SparkContext

    return sc.parallelize([1], 1).map(lambda x: SparkContext("local", "inner")).collect()


@case("RDD.map", "a broadcast of an RDD", rule="nested RDD", says="driver")
def _(sc):
    return sc.broadcast(sc.parallelize([1], 1)).value


@case("RDD.map", "something that is no function", says="not callable")
def _(sc):
    return sc.parallelize([1], 1).map(5).collect()


@case("RDD.map", "a function of too many parameters", says="missing 1 required positional argument")
def _(sc):
    return sc.parallelize([1], 1).map(lambda x, y: x).collect()


@case("RDD.reduce", "a failure at the merge in the driver", says="division by zero")
def _(sc):
    return sc.parallelize([1, 0], 2).reduce(lambda a, b: a / b)


@case("RDD.foreachPartition", "a failure", says="gone")
def _(sc):
    sc.parallelize([1], 1).foreachPartition(fail)


@case("RDD.sortBy", "a failure in the key function comes before any action", says="gone")
def _(sc):
    return sc.parallelize([1, 2], 2).sortBy(fail).getNumPartitions()


@case("RDD.zipWithIndex", "a failure before it comes before any action", says="gone")
def _(sc):
    return sc.parallelize([1, 2], 2).map(fail).zipWithIndex().getNumPartitions()


@case("RDD.take", "a failure in a partition that is not needed does not show")
def _(sc):
    return sc.parallelize([1, 0], 2).map(lambda x: 1 / x).take(1)
