"""RDD jobs one after the other; the same program for both peers, whose package is the first argument.

Each job runs once before it is measured, so that workers are there; results are compared between peers.
"""

import importlib
import json
import sys
import time

package, names, scale = sys.argv[1], sys.argv[2].split(","), float(sys.argv[3])
SparkContext = importlib.import_module(package).SparkContext

sc = SparkContext("local[2]", "rdd jobs")
if hasattr(sc, "setLogLevel"):
    sc.setLogLevel("ERROR")


def size(millions):
    return int(millions * 1_000_000 * scale)


def scrambled(n):
    """Spread over all numbers below 2^31."""
    return n * 48271 % 2147483647


def map_sum():
    return sc.range(0, size(10), numSlices=2).map(lambda n: n * 2 + 1).sum()


def sort_by_key():
    pairs = sc.range(0, size(5), numSlices=2).map(lambda n: (scrambled(n), n))
    ordered = pairs.sortByKey(numPartitions=2)
    return [ordered.count(), ordered.first()[0], ordered.map(lambda pair: pair[1]).take(5)]


def join():
    left = sc.range(0, size(2), numSlices=2).map(lambda n: (scrambled(n) % size(2), n))
    right = sc.range(0, size(2), numSlices=2).map(lambda n: (n, -n))
    return left.join(right, 2).count()


def group_by_key():
    pairs = sc.range(0, size(5), numSlices=2).map(lambda n: (scrambled(n) % 1000, n))
    return sorted(pairs.groupByKey(2).mapValues(len).collect())[:5]


cached = []


def cached_count():
    if not cached:
        cached.append(sc.range(0, size(5), numSlices=2).map(lambda n: (n, str(n))).cache())
    return cached[0].count()


def trivial():
    return sc.parallelize([1, 2, 3], 2).map(lambda n: n + 1).collect()


def empty_tasks():
    return sc.parallelize([], 1000).count()


JOBS = {
    "map_sum": map_sum,
    "sort_by_key": sort_by_key,
    "join": join,
    "group_by_key": group_by_key,
    "cached_count": cached_count,
    "trivial": trivial,
    "empty_tasks": empty_tasks,
}

for name in names:
    job = JOBS[name]
    if name in ("trivial", "empty_tasks", "cached_count", "map_sum"):
        job()
    started = time.perf_counter()
    result = job()
    print(json.dumps({"seconds": time.perf_counter() - started, "result": [name, result]}), flush=True)
sc.stop()
