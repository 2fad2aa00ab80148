"""Jobs over data of several times the memory bound; the same program for both peers, whose package is the first argument.

Arguments: package, bound in MiB, bytes of data, names of jobs, and a text whose copies are the words to count.
A trivial job comes first, and a pause in which the processes are measured as they are when idle.
"""

import importlib
import json
import os
import sys
import time

package, bound, size, names, text = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].split(","), sys.argv[5]
core = importlib.import_module(package)

conf = core.SparkConf().setMaster("local[2]").setAppName("memory")
conf.set("spark.driver.memory" if package == "pyspark" else "spark.executor.memory", f"{bound}m")
sc = core.SparkContext(conf=conf)
if package == "pyspark":
    sc.setLogLevel("ERROR")

# A pair is a number and a text of 100 characters.
PAIR_BYTES = 110
count = size // PAIR_BYTES


def scrambled(n):
    """Spread over all numbers below 2^31 - 1, each once."""
    return n * 48271 % 2147483647


def padded(n):
    return str(n).rjust(100, "0")


def pairs(first, last):
    return sc.range(first, last, numSlices=4).map(lambda n: (scrambled(n), padded(n)))


def word_count():
    copies = max(1, round(size / os.path.getsize(text)))
    words = sc.textFile(",".join([text] * copies), 4).flatMap(lambda line: line.split(" "))
    counts = words.map(lambda word: (word, 1)).reduceByKey(lambda left, right: left + right, 2)
    return counts.map(lambda pair: pair[1]).aggregate([0, 0], lambda at, n: [at[0] + 1, at[1] + n], added)


def added(left, right):
    return [left[0] + right[0], left[1] + right[1]]


def distinct_words():
    half = count // 2
    words = sc.range(0, count, numSlices=4).map(lambda n: (padded(scrambled(n % half)), 1))
    counts = words.reduceByKey(lambda left, right: left + right, 2)
    return counts.aggregate([0, 0], lambda at, pair: [at[0] + 1, at[1] + pair[1]], added)


def group_by_key():
    keys = count // 10
    groups = pairs(0, count).map(lambda pair: (pair[0] % keys, pair[1])).groupByKey(2)
    return groups.map(lambda pair: [1, sum(len(value) for value in pair[1])]).reduce(added)


def combine_by_key():
    keys = count // 10
    lists = (
        pairs(0, count)
        .map(lambda pair: (pair[0] % keys, pair[1]))
        .combineByKey(lambda value: [value], lambda some, value: some + [value], lambda some, more: some + more, 2)
    )
    return lists.map(lambda pair: [1, sum(len(value) for value in pair[1])]).reduce(added)


def in_order(part):
    last, number = -1, 0
    for key, _ in part:
        if key < last:
            raise ValueError(f"{key} after {last}")
        last, number = key, number + 1
    yield [number, last]


def sort_by_key():
    parts = pairs(0, count).sortByKey(numPartitions=2).mapPartitions(in_order).collect()
    return [sum(number for number, _ in parts), parts[-1][1]]


def join():
    half = count // 2
    right = sc.range(0, half, numSlices=4).map(lambda n: (scrambled(half - 1 - n), padded(n)))
    joined = pairs(0, half).join(right, 2)
    return joined.map(lambda pair: [1, len(pair[1][0]) + len(pair[1][1])]).reduce(added)


def cached():
    data = pairs(0, count).persist(core.StorageLevel.MEMORY_AND_DISK)
    data.count()
    result = sort_of(data)
    data.unpersist()
    return result


def sort_of(data):
    return data.groupByKey(2).map(lambda pair: [1, sum(len(value) for value in pair[1])]).reduce(added)


JOBS = {
    "word_count": word_count,
    "distinct_words": distinct_words,
    "group_by_key": group_by_key,
    "combine_by_key": combine_by_key,
    "sort_by_key": sort_by_key,
    "join": join,
    "cached": cached,
}


def tell(what, result, seconds=None):
    print(json.dumps({"what": what, "seconds": seconds, "result": result}), flush=True)


sc.parallelize(range(100), 2).map(lambda n: (n % 10, n)).groupByKey(2).count()
tell("idle", None)
time.sleep(2)
for name in names:
    tell("begins", name)
    started = time.perf_counter()
    result = JOBS[name]()
    tell(name, result, time.perf_counter() - started)
sc.stop()
