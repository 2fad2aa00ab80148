"""Word count over one file; the same program for both peers, whose package is the first argument."""

import importlib
import json
import sys
import time

package, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
SparkContext = importlib.import_module(package).SparkContext

sc = SparkContext("local[2]", "word count")
if hasattr(sc, "setLogLevel"):
    sc.setLogLevel("ERROR")
sc.parallelize([1], 1).map(lambda x: x).collect()
for _ in range(rounds):
    started = time.perf_counter()
    counts = (
        sc.textFile(path)
        .flatMap(lambda line: line.split(" "))
        .map(lambda word: (word, 1))
        .reduceByKey(lambda left, right: left + right)
    )
    distinct = counts.count()
    print(json.dumps({"seconds": time.perf_counter() - started, "result": distinct}), flush=True)
sc.stop()
