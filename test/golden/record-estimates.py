"""Records what Spark estimates from a part of the data, and quantiles: writes estimates.json beside this script.

Run with the Python of an installation of PySpark: python test/golden/record-estimates.py, then format the result:
npx biome format --write test/golden/estimates.json
The classes are Spark's own (`org.apache.spark.partial`) and those of Commons Math. An estimate is mean, confidence,
low, high; numbers that JSON does not have are texts.
"""

import json
import math
import os

import pyspark
from pyspark import SparkContext

PARTS = [
    [[1.0, 2.0, 3.0], [4.0, 5.0]],
    [[1.5], [2.5]],
    [list(map(float, range(60))), list(map(float, range(70)))],
    [[5.0]],
    [[]],
    [[], [-3.0, 7.5]],
    [[1.0, 1.0, 1.0]],
]
TOTALS = [2, 10, 100]
COUNTS = [[3, 5], [3], [0, 0], [3, 4], [20000], [9000, 900], [1], [123456]]
CONFIDENCES = [0.5, 0.95]
PROBABILITIES = [0.5, 0.6, 0.9, 0.975, 0.995, 0.9995]
COUNT_PROBABILITIES = [0.0, 0.025, 0.1, 0.6, 0.975, 0.9995]


def shown(value):
    return value if math.isfinite(value) else repr(value)


def main():
    sc = SparkContext("local[1]", "estimates")
    sc.setLogLevel("OFF")
    partial = sc._jvm.org.apache.spark.partial
    distribution = sc._jvm.org.apache.commons.math3.distribution

    def estimate(evaluator, results):
        for i, result in enumerate(results):
            evaluator.merge(i, result)
        found = evaluator.currentResult()
        return [shown(x) for x in (found.mean(), found.confidence(), found.low(), found.high())]

    def counter(values):
        found = sc._jvm.org.apache.spark.util.StatCounter()
        for value in values:
            found.merge(value)
        return found

    def numbers(name):
        return [
            {"parts": parts, "total": total, "confidence": confidence,
             "estimate": estimate(getattr(partial, name)(total, confidence), map(counter, parts))}
            for parts in PARTS for total in TOTALS for confidence in CONFIDENCES if len(parts) <= total
        ]  # fmt: skip

    counts = [
        {"counts": parts, "total": total, "confidence": confidence,
         "estimate": estimate(partial.CountEvaluator(total, confidence), parts)}
        for parts in COUNTS for total in TOTALS for confidence in CONFIDENCES if len(parts) <= total
    ]  # fmt: skip
    normal = distribution.NormalDistribution()
    recorded = {
        "spark": pyspark.__version__,
        "sum": numbers("SumEvaluator"),
        "mean": numbers("MeanEvaluator"),
        "count": counts,
        "normal": [[p, normal.inverseCumulativeProbability(p)] for p in [*PROBABILITIES, 0.001, 1 - 1e-9]],
        "student": [
            [n, p, distribution.TDistribution(float(n)).inverseCumulativeProbability(p)]
            for n in (1, 2, 3, 4, 10, 99) for p in PROBABILITIES
        ],
        "poisson": [
            [mean, p, distribution.PoissonDistribution(mean).inverseCumulativeProbability(p)]
            for mean in (0.1, 1.0, 20.0, 1234.5, 1e6) for p in COUNT_PROBABILITIES
        ],
    }  # fmt: skip
    sc.stop()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "estimates.json"), "w") as file:
        json.dump(recorded, file, indent=2)


main()
