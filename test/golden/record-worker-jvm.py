"""Records how the JVM's RDDs of Spark sample, for workers that follow them: writes worker-jvm.json beside this script.

Run with the Python of an installation of PySpark: python test/golden/record-worker-jvm.py
Elements are the integers from 0 to 39 in two partitions, or pairs of them with the keys a and b in turn; results are
lists by partition.
"""

import json
import os

import pyspark
from pyspark import SparkConf, SparkContext

SAMPLES = [
    {"by": "fraction", "fraction": 0.3, "seed": 17},
    {"by": "fraction", "fraction": 0.4, "seed": -5},
    {"by": "fraction", "fraction": 0.9, "seed": 1},
    {"by": "poisson", "fraction": 0.25, "seed": 17},
    {"by": "poisson", "fraction": 0.8, "seed": 17},
    {"by": "poisson", "fraction": 2.5, "seed": 5},
    {"by": "range", "from": 0.25, "to": 1.0, "seed": 11},
]
BY_KEY = [
    {"fractions": {"a": 0.2, "b": 0.7}, "poisson": False, "seed": 3},
    {"fractions": {"a": 0.5, "b": 2.0}, "poisson": True, "seed": 3},
]


def partitions(rdd):
    return [list(part) for part in rdd.glom().collect()]


def samples(sc, numbers):
    for spec in SAMPLES:
        if spec["by"] == "range":
            weights = sc._gateway.new_array(sc._jvm.double, 2)
            weights[0], weights[1] = spec["from"], spec["to"] - spec["from"]
            rdd = numbers.randomSplit(weights, spec["seed"])[1]
        else:
            rdd = numbers.sample(spec["by"] == "poisson", spec["fraction"], spec["seed"])
        yield {**spec, "partitions": partitions(rdd)}


def samples_by_key(sc):
    pairs = sc._jvm.java.util.ArrayList([sc._jvm.scala.Tuple2("ab"[i % 2], i) for i in range(40)])
    rdd = sc._jsc.parallelizePairs(pairs, 2)
    for spec in BY_KEY:
        fractions = sc._jvm.java.util.HashMap({key: float(fraction) for key, fraction in spec["fractions"].items()})
        found = rdd.sampleByKey(spec["poisson"], fractions, spec["seed"])
        yield {**spec, "partitions": partitions(found.values())}


def main():
    sc = SparkContext(conf=SparkConf().setMaster("local[2]").set("spark.ui.enabled", "false"))
    sc.setLogLevel("OFF")
    numbers = sc._jsc.parallelize(sc._jvm.java.util.ArrayList(list(range(40))), 2)
    recorded = {
        "source": f"Spark {pyspark.__version__}, JVM, local[2]",
        "samples": list(samples(sc, numbers)),
        "samplesByKey": list(samples_by_key(sc)),
    }
    sc.stop()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker-jvm.json"), "w") as file:
        json.dump(recorded, file)


if __name__ == "__main__":
    main()
