"""What tasks share with the driver: broadcasts, accumulators, files."""

import os
import sys
import zipfile
from pathlib import Path

from api import AccumulatorParam, SparkFiles
from table import case


@case(("SparkContext.broadcast", "Broadcast.value"), "the value in the driver and in tasks")
def _(sc):
    shared = sc.broadcast({"a": 1, "b": [2]})
    return shared.value, sc.parallelize(["a", "b"], 2).map(lambda key: shared.value[key]).collect()


@case("Broadcast.value", "is read once by a worker: the same object within a task")
def _(sc):
    shared = sc.broadcast([1, 2])
    return sc.parallelize([1, 2], 1).mapPartitions(lambda xs: [len({id(shared.value) for _ in xs})]).collect()


@case("Broadcast.value", "what the program changes afterwards does not reach the tasks")
def _(sc):
    value = [1]
    shared = sc.broadcast(value)
    value.append(2)
    return shared.value, sc.parallelize([0], 1).map(lambda _: shared.value).collect()


@case("SparkContext.broadcast", "a value that cannot be pickled", says="pickle")
def _(sc):
    return sc.broadcast(x for x in [1]).value


@case("SparkContext.broadcast", "large values")
def _(sc):
    shared = sc.broadcast(b"x" * 6_000_000)
    return sc.parallelize([1, 2], 2).map(lambda _: len(shared.value)).collect()


@case("SparkContext.broadcast", "several in one function")
def _(sc):
    one, two = sc.broadcast(1), sc.broadcast("two")
    return sc.parallelize([0], 1).map(lambda _: (one.value, two.value)).collect()


@case("Broadcast.unpersist", "can be used again afterwards")
def _(sc):
    shared = sc.broadcast([1])
    rdd = sc.parallelize([0], 1).map(lambda _: shared.value)
    return rdd.collect(), shared.unpersist(), shared.unpersist(blocking=True), rdd.collect(), shared.value


@case("Broadcast.destroy", "cannot be used by a task afterwards", says="destroyed")
def _(sc):
    shared = sc.broadcast([1])
    rdd = sc.parallelize([0], 1).map(lambda _: shared.value)
    assert rdd.collect() == [[1]]
    shared.destroy()
    return rdd.collect()


@case("Broadcast.destroy", "twice", says="")
def _(sc):
    shared = sc.broadcast([1])
    shared.destroy()
    shared.destroy()
    return sc.defaultParallelism


@case(("Broadcast.dump", "Broadcast.load", "Broadcast.load_from_path"), "a value through a file")
def _(sc, folder):
    shared = sc.broadcast(0)
    with open(f"{folder}/f", "wb") as file:
        shared.dump({"a": (1, 2)}, file)
    with open(f"{folder}/f", "rb") as file:
        return shared.load(file), shared.load_from_path(f"{folder}/f")


@case(("SparkContext.accumulator", "Accumulator.add", "Accumulator.value"), "whole numbers, doubles, complex numbers")
def _(sc):
    whole, double, both = sc.accumulator(10), sc.accumulator(0.5), sc.accumulator(1j)

    def count(x):
        whole.add(x)
        double.add(x / 2)
        both.add(x)

    sc.parallelize([1, 2, 3], 2).foreach(count)
    return whole.value, double.value, both.value


@case("Accumulator.add", "+= does the same")
def _(sc):
    found = sc.accumulator(0)

    def count(x):
        nonlocal found
        found += x

    sc.parallelize([1, 2, 3], 2).foreach(count)
    found += 10
    return found.value


@case("Accumulator.value", "set by the driver")
def _(sc):
    found = sc.accumulator(1)
    found.value = 100
    sc.parallelize([1, 2], 2).foreach(found.add)
    return found.value


@case("Accumulator.value", "cannot be read in a task", says="cannot be accessed inside tasks")
def _(sc):
    found = sc.accumulator(1)
    return sc.parallelize([1], 1).map(lambda _: found.value).collect()


@case(("Accumulator.__str__", "Accumulator.__repr__"), "its value as text")
def _(sc):
    found = sc.accumulator(3)
    return str(found), repr(found).startswith("Accumulator<id="), repr(found).endswith("value=3>")


@case("Accumulator.add", "in a transformation counts at every computation", rule="accumulators")
def _(sc):
    found = sc.accumulator(0)
    rdd = sc.parallelize([1, 2, 3], 2).map(lambda x: found.add(1))
    counts = [found.value]
    for _ in range(2):
        rdd.count()
        counts.append(found.value)
    return counts


@case("Accumulator.add", "in a transformation of a cached RDD counts once", rule="accumulators")
def _(sc):
    found = sc.accumulator(0)
    rdd = sc.parallelize([1, 2, 3], 2).map(lambda x: found.add(1)).cache()
    rdd.count()
    rdd.count()
    return found.value


@case("Accumulator.add", "before a shuffle whose output is used again counts once", rule="accumulators")
def _(sc):
    found = sc.accumulator(0)

    def count(x):
        found.add(1)
        return (x % 2, x)

    rdd = sc.parallelize(range(6), 2).map(count).reduceByKey(lambda a, b: a + b)
    rdd.count()
    rdd.collect()
    return found.value


@case("Accumulator.add", "of failed tasks does not count", rule="accumulators")
def _(sc):
    found = sc.accumulator(0)

    def count(x):
        found.add(1)
        return 1 / x

    try:
        sc.parallelize([1, 0], 1).foreach(count)
    except Exception:
        return found.value


@case(
    "Accumulator.add",
    "of an attempt that failed does not count, that of the next does",
    rule="accumulators",
    master="local[2,4]",
)
def _(sc, folder):
    found = sc.accumulator(0)

    def count(x):
        found.add(1)
        marker = Path(folder, str(x))
        if not marker.exists():
            marker.touch()
            raise ValueError("first attempt")

    sc.parallelize([1, 2, 3], 3).foreach(count)
    return found.value


@case("Accumulator.add", "take runs over what it needs only", rule="accumulators")
def _(sc):
    found = sc.accumulator(0)

    def count(x):
        found.add(1)
        return x

    sc.parallelize(range(100), 4).map(count).take(60)
    return found.value >= 60


@case(("AccumulatorParam.zero", "AccumulatorParam.addInPlace"), "a vector")
def _(sc):
    class Vector(AccumulatorParam):
        def zero(self, value):
            return [0.0] * len(value)

        def addInPlace(self, one, two):
            return [a + b for a, b in zip(one, two)]

    found = sc.accumulator([1.0, 2.0], Vector())
    sc.parallelize([1, 2, 3], 2).foreach(lambda x: found.add([x, -x]))
    return found.value


@case("AccumulatorParam.addInPlace", "a set, merged in the driver")
def _(sc):
    class Union(AccumulatorParam):
        def zero(self, value):
            return set()

        def addInPlace(self, one, two):
            return one | two

    found = sc.accumulator(set(), Union())
    sc.parallelize([1, 2, 1, 3], 3).foreach(lambda x: found.add({x}))
    return found.value


@case("AccumulatorParam.addInPlace", "a list, in no certain order of the partitions")
def _(sc):
    class Concatenation(AccumulatorParam):
        def zero(self, value):
            return []

        def addInPlace(self, one, two):
            return one + two

    found = sc.accumulator(["start"], Concatenation())
    sc.parallelize([1, 2, 3], 3).foreach(lambda x: found.add([x]))
    return found.value[0], sorted(found.value[1:])


@case("SparkContext.accumulator", "a text has no way of adding of its own", says="No default accumulator param")
def _(sc):
    return sc.accumulator("text")


@case("SparkContext.accumulator", "True counts as a whole number")
def _(sc):
    found = sc.accumulator(True)
    found.add(1)
    return found.value


@case("AccumulatorParam", "its methods are to be written")
def _():
    return AccumulatorParam().zero(1)


@case(("SparkContext.addFile", "SparkFiles.get"), "a file that tasks can read")
def _(start, folder):
    sc = start()
    Path(folder, "added-1.txt").write_text("100")
    sc.addFile(f"{folder}/added-1.txt")

    def multiply(xs):
        factor = int(Path(SparkFiles.get("added-1.txt")).read_text())
        return [x * factor for x in xs]

    return sc.parallelize([1, 2], 2).mapPartitions(multiply).collect()


@case("SparkFiles.getRootDirectory", "in the driver and in tasks, absolute, with the files in it")
def _(start, folder):
    sc = start()
    Path(folder, "added-2.txt").write_text("x")
    sc.addFile(f"{folder}/added-2.txt")

    def look(_):
        root = SparkFiles.getRootDirectory()
        return os.path.isabs(root), "added-2.txt" in os.listdir(root)

    return look(0), sc.parallelize([1], 1).map(look).collect()


@case("SparkContext.addFile", "a folder, recursively")
def _(start, folder):
    sc = start()
    Path(folder, "tree", "deep").mkdir(parents=True)
    Path(folder, "tree", "deep", "leaf").write_text("leaf")
    sc.addFile(f"{folder}/tree", recursive=True)
    return sc.parallelize([1], 1).map(lambda _: Path(SparkFiles.get("tree"), "deep", "leaf").read_text()).collect()


@case("SparkContext.addFile", "a folder, not recursively", says="directory")
def _(start, folder):
    sc = start()
    sc.addFile(folder)
    return sc.listFiles


@case("SparkContext.addFile", "a file that is not there", says="nothing.txt")
def _(start, folder):
    sc = start()
    sc.addFile(f"{folder}/nothing.txt")
    return sc.listFiles


@case("SparkContext.listFiles", "names all that was added")
def _(start, folder):
    sc = start()
    Path(folder, "listed.txt").write_text("x")
    sc.addFile(f"{folder}/listed.txt")
    return [os.path.basename(name) for name in sc.listFiles].count("listed.txt")


@case("SparkContext.addPyFile", "a module that tasks import")
def _(start, folder):
    sc = start()
    Path(folder, "added_module.py").write_text("def twice(x):\n    return 2 * x\n")
    sc.addPyFile(f"{folder}/added_module.py")
    return sc.parallelize([1, 2], 2).map(lambda x: __import__("added_module").twice(x)).collect()


@case("SparkContext.addPyFile", "an archive of modules, in tasks and in the driver")
def _(start, folder):
    sc = start()
    with zipfile.ZipFile(f"{folder}/added.zip", "w") as archive:
        archive.writestr("zipped_module.py", "value = 41\n")
    sc.addPyFile(f"{folder}/added.zip")
    found = sc.parallelize([1], 1).map(lambda x: __import__("zipped_module").value + x).collect()
    return found, any(path.endswith("added.zip") for path in sys.path)


@case(("SparkContext.addArchive", "SparkContext.listArchives"), "an archive that is unpacked for tasks")
def _(start, folder):
    sc = start()
    with zipfile.ZipFile(f"{folder}/archive.zip", "w") as archive:
        archive.writestr("inside.txt", "100")
    sc.addArchive(f"{folder}/archive.zip#unpacked")
    found = sc.parallelize([1], 1).map(lambda x: int(Path(SparkFiles.get("unpacked"), "inside.txt").read_text()) * x)
    return found.collect(), [name.rsplit("/", 1)[-1] for name in sc.listArchives].count("archive.zip#unpacked")


@case("SparkFiles", "has no objects")
def _():
    SparkFiles()
