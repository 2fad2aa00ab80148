"""From process start to the first result of a trivial job, then warm ones; the package is the first argument."""

import importlib
import json
import sys
import time

package, rounds = sys.argv[1], int(sys.argv[2])
SparkContext = importlib.import_module(package).SparkContext

sc = SparkContext("local[2]", "first result")
total = sc.parallelize(range(1000)).map(lambda x: x + 1).sum()
print(json.dumps({"result": total}), flush=True)
for _ in range(rounds):
    started = time.perf_counter()
    total = sc.parallelize(range(1000)).map(lambda x: x + 1).sum()
    print(json.dumps({"seconds": time.perf_counter() - started, "result": total}), flush=True)
sc.stop()
