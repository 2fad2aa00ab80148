"""The same numbers counted by key in more and more partitions; the same program for both peers."""

import importlib
import json
import sys
import time
from operator import add

package, numbers, counts = sys.argv[1], int(sys.argv[2]), [int(count) for count in sys.argv[3:]]
SparkContext = importlib.import_module(package).SparkContext

sc = SparkContext("local[2]", "partitions")
if hasattr(sc, "setLogLevel"):
    sc.setLogLevel("ERROR")
sc.range(0, 10, numSlices=2).count()
for partitions in counts:
    started = time.perf_counter()
    pairs = sc.range(0, numbers, numSlices=partitions).map(lambda n: (n % 1000, 1))
    result = pairs.reduceByKey(add, min(partitions, 100)).count()
    print(json.dumps({"seconds": time.perf_counter() - started, "result": result}), flush=True)
sc.stop()
