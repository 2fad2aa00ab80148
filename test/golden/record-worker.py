"""Records what PySpark's own workers make of samples, shuffles by position and numbers: writes worker.json beside this script.

Run with the Python of an installation of PySpark: PYTHONHASHSEED=0 python test/golden/record-worker.py, then format the
result: npx biome format --write test/golden/worker.json
Elements are integers from 0; results are lists by partition.
"""

import json
import math
import os

import pyspark
from pyspark import SparkConf, SparkContext, StorageLevel
from pyspark.statcounter import StatCounter

NAN = float("nan")

SAMPLES = [
    {"by": "fraction", "fraction": 0.3, "seed": 17},
    {"by": "fraction", "fraction": 0.9, "seed": 1},
    {"by": "poisson", "fraction": 0.8, "seed": 17},
    {"by": "poisson", "fraction": 2.5, "seed": 5},
    {"by": "poisson", "fraction": 25.0, "seed": 3},
    {"by": "range", "from": 0.25, "to": 1.0, "seed": 11},
]
BY_KEY = [
    {"fractions": {"a": 0.2, "b": 0.7}, "poisson": False, "seed": 3},
    {"fractions": {"a": 0.5, "b": 2.0}, "poisson": True, "seed": 3},
]
# Elements, partitions before and after.
REPARTITIONS = [(20, 2, 3), (95, 4, 7), (200, 3, 4), (61, 6, 2), (40, 1, 5)]
STARTS = [(partition, n) for n in (1, 2, 3, 7, 8, 10, 1000) for partition in (0, 1, 2, 3, 9, 100)]
HISTOGRAMS = [
    (list(range(51)), [0, 25, 50]),
    (list(range(51)), [0, 5, 25, 50]),
    (list(range(51)), [0, 15, 30, 45, 60]),
    ([1, 2, 3, 4, 5, 5.0, None, NAN, -1, 6], [1, 3, 5]),
    ([0.1, 0.35, 0.6, 1.1, -0.4], [-0.5, 0.0, 0.5, 1.0]),
    (["ab", "ac", "b", "bd", "ef"], ["a", "b", "c"]),
]
NUMBERS = [[1, 2, 3, 4], [2.5], [0.1, 0.2, 0.7, -3.5, 1e10], [5, 5, 5], []]


def samples(sc):
    for spec in SAMPLES:
        rdd = sc.parallelize(range(40), 2)
        if spec["by"] == "range":
            weights = [spec["from"], spec["to"] - spec["from"]]
            rdd = rdd.randomSplit(weights, spec["seed"])[1]
        else:
            rdd = rdd.sample(spec["by"] == "poisson", spec["fraction"], spec["seed"])
        yield {**spec, "partitions": rdd.glom().collect()}


def samples_by_key(sc):
    for spec in BY_KEY:
        rdd = sc.parallelize([("ab"[i % 2], i) for i in range(40)], 2)
        found = rdd.sampleByKey(spec["poisson"], spec["fractions"], spec["seed"])
        yield {**spec, "partitions": found.values().glom().collect()}


def repartitions(sc):
    for count, before, after in REPARTITIONS:
        rdd = sc.parallelize(range(count), before)
        yield {
            "before": rdd.glom().collect(),
            "after": [sorted(part) for part in rdd.repartition(after).glom().collect()],
        }


def starts(sc):
    generator = sc._jvm.org.apache.spark.util.random.XORShiftRandom
    return [[partition, n, generator(partition).nextInt(n)] for partition, n in STARTS]


def histograms(sc):
    for elements, buckets in HISTOGRAMS:
        steps = [b - a for a, b in zip(buckets, buckets[1:])] if not isinstance(buckets[0], str) else [0, 1]
        counts = sc.parallelize(elements, 1).histogram(buckets)[1]
        shown = ["NaN" if isinstance(x, float) and math.isnan(x) else x for x in elements]
        yield {"elements": shown, "buckets": buckets, "even": max(steps) - min(steps) < 1e-10, "counts": counts}


def stats(sc):
    for elements in NUMBERS:
        found = sc.parallelize(elements, 1).stats()
        extremes = [None if math.isinf(x) else float(x) for x in (found.maxValue, found.minValue)]
        yield {"elements": elements, "count": found.n, "mean": found.mu, "m2": found.m2, "max": extremes[0], "min": extremes[1]}


def counters():
    """`StatCounter` by itself; its text is that of Python's own floats."""
    for parts in ([[1.0, 2.0, 3.0, 4.0]], [[1.0, 2.0], [10.0]], [[float(i) for i in range(50)], [3.0]], [[3.0], [float(i) for i in range(50)]], [[], [2.0]], [[]]):
        whole = StatCounter(parts[0])
        for part in parts[1:]:
            whole.mergeStats(StatCounter(part))
        numbers = [whole.count(), whole.mean(), whole.sum(), whole.variance(), whole.sampleVariance(), whole.stdev(), whole.sampleStdev()]
        sample = {name: str(float(value)) for name, value in whole.asDict(True).items()}
        yield {"parts": parts, "numbers": [str(float(number)) for number in numbers], "asDict": sample, "text": repr(whole)}


def levels():
    names = [name for name in dir(StorageLevel) if name.isupper()]
    return {name: [repr(getattr(StorageLevel, name)), str(getattr(StorageLevel, name))] for name in names}


def ordered(sc):
    numbers = [5, 3, 9, 1, 7, 3, 8]
    words = ["pear", "fig", "apple", "kiwi", "plum", "date"]
    return {
        "numbers": numbers,
        "takeOrdered": sc.parallelize(numbers, 1).takeOrdered(4),
        "top": sc.parallelize(numbers, 1).top(4),
        "words": words,
        "takeOrderedByLength": sc.parallelize(words, 1).takeOrdered(4, key=len),
        "topByLength": sc.parallelize(words, 1).top(4, key=len),
    }


def main():
    sc = SparkContext(conf=SparkConf().setMaster("local[2]").set("spark.ui.enabled", "false"))
    sc.setLogLevel("OFF")
    recorded = {
        "source": f"PySpark {pyspark.__version__}, local[2]",
        "samples": list(samples(sc)),
        "samplesByKey": list(samples_by_key(sc)),
        "repartitions": list(repartitions(sc)),
        "starts": starts(sc),
        "histograms": list(histograms(sc)),
        "stats": list(stats(sc)),
        "counters": list(counters()),
        "storageLevels": levels(),
        "ordered": ordered(sc),
    }
    sc.stop()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.json"), "w") as file:
        json.dump(recorded, file)


if __name__ == "__main__":
    main()
